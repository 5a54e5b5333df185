#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Draws the inspector's pages, and compares them with the images of tests/gui/golden.

    tests/gui/golden.py [--build FOLDER] [--update] [PAGE]...

With --update images that are missing or that differ are made anew: look at them before they are committed.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]


def find_test(build):
    """Its command and environment as the build has them."""
    tests = json.loads(subprocess.run(["meson", "introspect", "--tests", str(build)], check=True, capture_output=True, text=True).stdout)
    for test in tests:
        if test["name"] == "gui-golden":
            return test["cmd"], test["env"]
    sys.exit(f"golden: {build} was set up without the inspector: meson setup -Dgui=enabled {build}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("pages", nargs="*", metavar="PAGE", help="overview, table ..; all if none is named")
    arguments = parser.parse_args()
    subprocess.run(["ninja", "-C", str(arguments.build), "tests/gui/golden/test-gui-golden"], check=True, stdout=subprocess.DEVNULL)
    command, environment = find_test(arguments.build)
    environment = {**os.environ, **environment}
    if arguments.update:
        environment["KAD_GOLDEN_UPDATE"] = "1"
    status = 0
    for page in arguments.pages or [None]:
        if page is not None:
            environment["KAD_GOLDEN_ONLY"] = page
        status = subprocess.run(command, env=environment, cwd=arguments.build).returncode or status
    return status


if __name__ == "__main__":
    sys.exit(main())
