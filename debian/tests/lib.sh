# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the installed packages share. All nodes are on loopback, in private networks; what was started ends
# with the test.
# shellcheck shell=sh
set -eu
export LC_ALL=C.UTF-8 NO_COLOR=1
work=${AUTOPKGTEST_TMP:-$(mktemp -d)}
nodes=

end_nodes() {
  for pid in $nodes; do
    kill "$pid" 2>/dev/null || true
  done
  # Not those that a test let go of, which end by themselves.
  for pid in $nodes; do
    wait "$pid" 2>/dev/null || true
  done
}
trap end_nodes EXIT

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

# wait_for SECONDS COMMAND...: until it succeeds
wait_for() {
  left=$1
  shift
  until "$@"; do
    [ "$left" -gt 0 ] || fail "this did not come true: $*"
    left=$((left - 1))
    sleep 1
  done
}

# start_node NAME OPTION...: a node of the network private:autopkgtest; its address is in $address
start_node() {
  log=$work/$1.log
  shift
  kad node --network private:autopkgtest --listen /ip4/127.0.0.1/tcp/0 "$@" >"$log" 2>&1 </dev/null &
  nodes="$nodes $!"
  wait_for 60 grep -qs '^ */ip4/127.0.0.1/tcp/' "$log"
  address=$(sed -n 's,^ *\(/ip4/127.0.0.1/tcp/[^ ]*\)$,\1,p' "$log" | head -n 1)
  [ -n "$address" ] || fail "no address in $log"
}

# says WORDS COMMAND...: whether it succeeds and says them
says() {
  wanted=$1
  shift
  said=$("$@" 2>&1 </dev/null) || fail "$*: $said"
  case $said in
    *"$wanted"*) echo "ok: $*" ;;
    *) fail "$* does not say \"$wanted\" but: $said" ;;
  esac
}
