#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# install-packages.sh GROUP...: installs what is missing of the groups build,
# test, ci and package from Debian. What is there already, from Debian or elsewhere, is
# left as it is, and when nothing is missing nothing is asked of the network.

set -eu

# group, package, how to tell that it is there: a command, a file or a pkg-config module
needs() {
  cat <<'LIST'
build gcc command gcc
build libc6-dev file /usr/include/stdio.h
build meson command meson
build ninja-build command ninja
build pkgconf command pkg-config
build gettext command msgfmt
build python3 file /usr/bin/python3
build python3-gi file /usr/lib/python3/dist-packages/gi/__init__.py
build dbus-daemon command dbus-daemon
build util-linux command setpriv
build protobuf-c-compiler command protoc-c
build libglib2.0-dev module gio-unix-2.0
build libsodium-dev module libsodium
build libgnutls28-dev module gnutls
build libsecp256k1-dev module libsecp256k1
build libprotobuf-c-dev module libprotobuf-c
build libsqlite3-dev module sqlite3
build libsoup-3.0-dev module libsoup-3.0
build gobject-introspection command g-ir-scanner
build libgirepository1.0-dev file /usr/share/gir-1.0/GLib-2.0.gir
build valac command vapigen
build gi-docgen command gi-docgen
build mandoc command mandoc
build python3-markdown file /usr/lib/python3/dist-packages/markdown/__init__.py
build libgtk-4-dev module gtk4
build libgtk-4-bin command gtk4-update-icon-cache
build libxml2-utils command xmllint
build libadwaita-1-dev module libadwaita-1
build desktop-file-utils command update-desktop-database
test gjs command gjs
test ca-certificates file /etc/ssl/certs/ca-certificates.crt
test g++ command g++
test nodejs command node
test npm command npm
test iproute2 command ip
test nftables command nft
test util-linux command unshare
test bubblewrap command bwrap
test python3-dbusmock file /usr/lib/python3/dist-packages/dbusmock/__init__.py
test avahi-daemon file /usr/sbin/avahi-daemon
test xdg-dbus-proxy command xdg-dbus-proxy
test valgrind command valgrind
test xvfb command Xvfb
test xdotool command xdotool
test at-spi2-core file /usr/libexec/at-spi-bus-launcher
test gir1.2-atspi-2.0 file /usr/share/doc/gir1.2-atspi-2.0/copyright
test adwaita-icon-theme file /usr/share/icons/Adwaita/index.theme
test fonts-cantarell file /usr/share/fonts/opentype/cantarell/Cantarell-Regular.otf
test fonts-dejavu-core file /usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf
test fonts-noto-cjk file /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc
test librsvg2-common file /usr/share/doc/librsvg2-common/copyright
test appstream command appstreamcli
test desktop-file-utils command desktop-file-validate
package debhelper command dh
package dpkg-dev command dpkg-buildpackage
package gobject-introspection command dh_girepository
package lintian command lintian
package mmdebstrap command mmdebstrap
ci clang command clang
ci libclang-rt-14-dev file /usr/lib/llvm-14/lib/clang/14.0.6/lib/linux/libclang_rt.fuzzer-x86_64.a
LIST
}

is_there() {
  case $1 in
    command) command -v "$2" >/dev/null 2>&1 ;;
    file) [ -e "$2" ] ;;
    module) command -v pkg-config >/dev/null 2>&1 && pkg-config --exists "$2" ;;
  esac
}

missing=
for group in "$@"; do
  found=no
  while read -r of package kind what; do
    [ "$of" = "$group" ] || continue
    found=yes
    is_there "$kind" "$what" || missing="$missing $package"
  done <<LIST
$(needs)
LIST
  if [ "$found" = no ]; then
    echo "install-packages: no group is called $group" >&2
    exit 2
  fi
done
if [ -z "$missing" ]; then
  echo "Nothing is missing."
  exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "This is no Debian. Please install what these packages of Debian 12 have, and try again:" >&2
  echo " $missing" >&2
  exit 1
fi

as_root=
if [ "$(id -u)" != 0 ]; then
  if ! command -v sudo >/dev/null 2>&1; then
    echo "Not root, and there is no sudo. Please run as root: apt-get install$missing" >&2
    exit 1
  fi
  as_root=sudo
fi

echo "Installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
quietly() {
  if ! $as_root env DEBIAN_FRONTEND=noninteractive "$@" >"$log" 2>&1 </dev/null; then
    cat "$log" >&2
    echo "This failed: $*" >&2
    exit 1
  fi
}
quietly apt-get -q update
# shellcheck disable=SC2086 # one word a package
quietly apt-get -q install -y --no-install-recommends $missing
