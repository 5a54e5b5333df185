#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# build-packages.sh [FOLDER]: builds the packages for Debian into FOLDER, or into build-packages, from a copy of what git
# knows of the tree, with its tests of single files. DEB_BUILD_OPTIONS=nocheck leaves those out.

set -eu
cd "$(dirname "$0")/.."
folder=${1:-build-packages}

scripts/install-packages.sh build package
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -rf "$folder/kad"
rm -f "$folder"/*.deb "$folder"/kad_*.buildinfo "$folder"/kad_*.changes
mkdir "$folder/kad"
git ls-files -z | xargs -0 cp --parents -t "$folder/kad"

if [ -d /usr/lib/ccache ]; then
  PATH=/usr/lib/ccache:$PATH
fi
echo "Building packages in $folder (some minutes; $folder/build.log tells how it goes)"
if ! (cd "$folder/kad" && DEB_BUILD_OPTIONS="parallel=2 ${DEB_BUILD_OPTIONS:-}" nice dpkg-buildpackage -us -uc -b) \
  >"$folder/build.log" 2>&1 </dev/null; then
  tail -n 100 "$folder/build.log" >&2
  exit 1
fi
# The copy is what was packaged; what was built of it is not needed any more.
rm -rf "$folder/kad"/obj-* "$folder/kad"/debian/tmp
ls "$folder"/*.deb
