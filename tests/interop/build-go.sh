#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build-go.sh OUTDIR: builds OUTDIR/kad-interop-go, unless it is there already
# for these sources. Exit 77 (skipped) where Go is missing or too old, 1 with
# CI=true, where nothing may be skipped.

set -eu

need_major=1
need_minor=26

if [ $# -ne 1 ]; then
  echo "usage: build-go.sh OUTDIR" >&2
  exit 2
fi
source=$(cd "$(dirname "$0")/go" && pwd)
mkdir -p "$1"
out=$(cd "$1" && pwd)

skip() {
  echo "build-go: $1; the go peers are left out" >&2
  if [ "${CI:-}" = true ]; then exit 1; fi
  exit 77
}

wanted=$(cat "$source"/go.mod "$source"/go.sum "$source"/*.go | sha256sum | cut -d' ' -f1)
if [ -x "$out/kad-interop-go" ] && [ "$(cat "$out/kad-interop-go.sources" 2>/dev/null)" = "$wanted" ]; then
  exit 0
fi

command -v go >/dev/null 2>&1 || skip "go is not installed (Go $need_major.$need_minor or newer is needed)"
# Not "go version": inside the module an old go refuses to say anything else.
version=$(cd / && GOTOOLCHAIN=local go env GOVERSION 2>/dev/null) || version=
version=${version#go}
major=${version%%.*}
rest=${version#*.}
minor=$(printf '%s' "$rest" | sed 's/[^0-9].*//')
case "$major.$minor" in
  *[!0-9.]* | .* | *.) skip "go does not tell its version" ;;
esac
if [ "$major" -lt "$need_major" ] || { [ "$major" -eq "$need_major" ] && [ "$minor" -lt "$need_minor" ]; }; then
  # Go 1.21 and newer can bring the toolchain that go.mod asks for by themselves.
  if [ "$major" -eq 1 ] && [ "$minor" -ge 21 ] && [ "${GOTOOLCHAIN:-auto}" != local ]; then
    echo "build-go: go $version will fetch the toolchain that go.mod asks for" >&2
  else
    skip "go $version is too old (Go $need_major.$need_minor or newer is needed)"
  fi
fi

echo "build-go: building the go peer (some minutes at the first time)" >&2
rm -f "$out/kad-interop-go.sources"
if ! (cd "$source" && CGO_ENABLED=0 go build -mod=readonly -p 2 -trimpath -o "$out/kad-interop-go.new" .); then
  echo "build-go: the go peer could not be built" >&2
  exit 1
fi
mv "$out/kad-interop-go.new" "$out/kad-interop-go"
echo "$wanted" >"$out/kad-interop-go.sources"
