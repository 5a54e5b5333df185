#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build.sh DIR [MESON OPTION]...: configures DIR, unless it is already, and builds it.

set -eu
cd "$(dirname "$0")/.."
dir=$1
shift

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if [ ! -e "$dir/build.ninja" ]; then
  if ! meson setup "$dir" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
elif [ $# -gt 0 ]; then
  if ! meson configure "$dir" "$@" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
  fi
fi
echo "Building in $dir (a minute or two at the first time)"
# Quiet where ninja's line would not overwrite itself; what fails is shown either way.
if [ -t 1 ]; then
  ninja -C "$dir"
else
  ninja --quiet -C "$dir"
fi
