#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# test-packages.sh [--built] [FOLDER]: builds the packages for Debian into FOLDER (build-packages), has lintian look at
# them, installs them by apt into a clean Debian in FOLDER/root, runs debian/tests and the first steps of README and
# guide there as a person, removes and purges them, and compares what is there with what was there before. --built:
# takes the packages that scripts/build-packages.sh left in FOLDER.
#
# Needs root. Packages of Debian come from where the apt of this machine has them. The tests run without any network but
# their own loopback.

set -euo pipefail
cd "$(dirname "$0")/.."
built=no
if [ "${1:-}" = --built ]; then
  built=yes
  shift
fi
folder=${1:-build-packages}
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
root=$folder/root
person=ann
export LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive

if [ "$(id -u)" != 0 ]; then
  echo "test-packages: only root can make a Debian of its own" >&2
  exit 1
fi

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# step NAME COMMAND...: runs it and says how long it took; what it says is in a file, and shown if it fails
step() {
  local name=$1 start=$SECONDS log
  shift
  log=$folder/log-${name// /-}.txt
  echo "== $name"
  # Not in an if: the shell would go on behind a command that fails.
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  local status=$?
  set -e
  if [ $status != 0 ]; then
    tail -n 200 "$log" >&2
    fail "$name, after $((SECONDS - start)) s; all of it is in $log"
  fi
  grep -E '^(ok|nothing)' "$log" || true
  echo "== $name: $((SECONDS - start)) s"
}

# inside UNSHARED COMMAND...: in the clean Debian, in namespaces of its own, so that nothing of it is left running or mounted
inside() {
  local unshared=$1
  shift
  # shellcheck disable=SC2016,SC2086 # the inner shell's; one word an option
  unshare --mount --pid --fork --kill-child $unshared sh -euc '
    root=$1
    shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    if [ "$1" = --offline ]; then
      shift
      ip link set lo up
    fi
    exec chroot "$root" "$@"' sh "$root" "$@"
}

apt_inside() {
  inside "" env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
    apt-get -q -y -o APT::Get::Assume-Yes=true "$@"
}

# as_person COMMAND...: somebody of this machine, with nothing but loopback
as_person() {
  inside --net --offline setpriv --reuid=$person --regid=$person --init-groups --no-new-privs \
    env -i HOME=/home/$person USER=$person LC_ALL=C.UTF-8 PATH=/usr/local/bin:/usr/bin:/bin sh -c 'cd; exec "$@"' sh "$@"
}

our_packages() {
  sed -n 's/^Package: //p' debian/control
}

# The names of the field Depends of debian/tests/control that are not ours.
test_packages() {
  sed -n 's/^Depends: //p' debian/tests/control | tr ',' '\n' | sed 's/ *(.*//; s/ //g' | sort -u | grep -vxF "$(our_packages)"
}

look_with_lintian() {
  lintian -EvIL +pedantic --fail-on error,warning --allow-root "$folder"/kad_*.changes
}

make_root() {
  local codename proxy
  codename=$(. /etc/os-release && echo "$VERSION_CODENAME")
  apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' \
    "Architecture: $(dpkg --print-architecture)" | sort -u >"$folder/sources"
  [ -s "$folder/sources" ] || fail "the apt of this machine knows no Debian: apt-get update?"
  proxy=$(apt-config dump --format '%F "%v";%n' Acquire::http::Proxy)
  rm -rf "$root"
  mmdebstrap --mode=root --variant=minbase --aptopt="${proxy:-APT::Install-Recommends \"true\";}" "$codename" "$root" - <"$folder/sources"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  # Nothing is started in there.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod 755 "$root/usr/sbin/policy-rc.d"
  chroot "$root" useradd --create-home --shell /bin/sh $person
}

add_repository() {
  mkdir -p "$root/srv/kad"
  cp "$folder"/*.deb "$root/srv/kad/"
  (cd "$root/srv/kad" && dpkg-scanpackages --multiversion . >Packages)
  echo "deb [trusted=yes] file:/srv/kad ./" >"$root/etc/apt/sources.list.d/kad.list"
  cp -r "$folder/kad" "$root/srv/source"
  apt_inside update
}

# All that ours want of Debian, so that in the end only ours are gone.
install_what_others_have() {
  local others
  # shellcheck disable=SC2046 # one word a package
  apt_inside install $(test_packages) python3
  # shellcheck disable=SC2046
  others=$(apt_inside -s install $(our_packages) | sed -n 's/^Inst \([^ ]*\).*/\1/p' | grep -vxF "$(our_packages)" || true)
  # shellcheck disable=SC2086
  [ -z "$others" ] || apt_inside install $others
}

install_ours() {
  # shellcheck disable=SC2046
  apt_inside install $(our_packages)
  for package in $(our_packages); do
    chroot "$root" dpkg-query -W -f '${Status}' "$package" | grep -qx "install ok installed" || fail "$package is not installed"
  done
  chroot "$root" dpkg --verify
}

# Caches that are written anew whenever something that they list comes or goes: what is in them is looked at another way.
CACHES='^/(etc/ld\.so\.cache|usr/lib/[^/]*/gio/modules/giomodule\.cache|usr/share/(applications/mimeinfo\.cache|glib-2\.0/schemas/gschemas\.compiled|icons/[^/]*/icon-theme\.cache)|var/cache/(apt|debconf|fontconfig|ldconfig|man)/.*|var/lib/(apt|dpkg)/.*|var/log/.*)$'

# Each file with its kind, mode, owner and contents; of the person's home, of what is running and of the packages, nothing.
look() {
  (
    cd "$root"
    find . \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./home -o -path ./srv \) -prune \
      -o -printf '/%P %y %m %u %g %l\n' | grep -vE "${CACHES%$}( |\$)" | sort
    find . \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./run -o -path ./tmp -o -path ./home -o -path ./srv \) -prune \
      -o -type f -printf '/%P\n' | grep -vE "$CACHES" | sort | sed 's,^,.,' | tr '\n' '\0' | xargs -0 sha256sum
  ) >"$1"
}

tests_of_packages() {
  local name status
  for name in $(sed -n 's/^Tests: //p' debian/tests/control); do
    echo "-- $name"
    status=0
    # shellcheck disable=SC2016 # the inner shell's
    as_person sh -euc 'AUTOPKGTEST_TMP=$(mktemp -d); export AUTOPKGTEST_TMP; cd /srv/source; exec "./debian/tests/$0"' "$name" \
      2>"$folder/stderr" || status=$?
    cat "$folder/stderr"
    [ $status = 0 ] || fail "debian/tests/$name ended with $status"
    if [ -s "$folder/stderr" ] && ! sed -n "/^Tests: $name\$/,/^\$/p" debian/tests/control | grep -q allow-stderr; then
      fail "debian/tests/$name says something on stderr"
    fi
  done
}

# What README and guide tell people to type, with what is installed. They have the network that their tests would make
# themselves, which nobody may in here; none may be skipped.
first_steps() {
  local had=(CI=true KAD_NETNS_INSIDE=1 KAD_TOOL=/usr/bin/kad KAD_DAEMON=/usr/libexec/kadd KAD_BUILD=/nonexistent KAD_HOWTOS= PYTHONDONTWRITEBYTECODE=1)
  as_person env "${had[@]}" /usr/bin/python3 /srv/source/tests/docs/test_readme.py
  as_person env "${had[@]}" /usr/bin/python3 /srv/source/tests/docs/test_guide.py followed-word-by-word
}

remove_ours() {
  # shellcheck disable=SC2046
  apt_inside "$1" $(our_packages)
}

compare() {
  look "$folder/after"
  diff "$folder/before" "$folder/after" || fail "this was left behind, or changed"
  ! chroot "$root" dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | grep -E '^[a-z]+ .*kad' || fail "dpkg still knows these"
  # In the caches as well, but in what dpkg and apt tell of the past.
  ! grep -rlaE 'libkad|kad-(inspector|daemon|tools)|[/ ]kadd' "$root/etc" "$root/usr" "$root/var/cache/man" "$root/var/lib/systemd" \
    --exclude-dir=apt 2>/dev/null || fail "these still name it"
  echo "nothing is left but what belongs to the person: $(cd "$root/home" && find . -mindepth 2 -printf '%P ' | head -c 300)"
}

if [ $built = no ]; then
  step "build" scripts/build-packages.sh "$folder"
fi
step "lintian" look_with_lintian
step "clean Debian" make_root
step "repository" add_repository
step "what others have" install_what_others_have
look "$folder/before"
step "install" install_ours
step "tests of the packages" tests_of_packages
step "first steps" first_steps
step "remove" remove_ours remove
step "compare" compare
step "purge" remove_ours purge
step "compare again" compare
rm -rf "$root"
echo "The packages are in $folder: apt install $folder/*.deb"
