#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the pictures of the inspector that README and the software centres show, from its demonstration.

    scripts/screenshots.py [--build DIR] [--output DIR] [--dark] [--narrow] [--language LANGUAGE] [PAGE]...

Needs a build, Xvfb, xdotool, ImageMagick and the fonts of the tests; no other program is touched. The pages are all eight
if none is named. Where the language is not C, its translations are those that are installed;
a build that was set up with -Dlocaledir=$PWD/build/po finds its own.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "gui"))
sys.dont_write_bytecode = True

PAGES = ("overview", "table", "peers", "queries", "publications", "records", "events", "traffic")
WIDE, NARROW = (1120, 760), (360, 720)
# What GTK draws around a window where nobody else does.
BORDER = 5
# So long until there is something to be seen, and what is done then.
SETTLE_S = 20
# Where a row is that is selected, in a wide window.
SELECT = {"table": (500, 620), "peers": (500, 300), "queries": (350, 330), "publications": (500, 170), "events": (600, 300)}


def environment(build, folder, number, words):
    (folder / "gtk-4.0").mkdir()
    (folder / "gtk-4.0" / "settings.ini").write_text("[Settings]\ngtk-font-name=Cantarell 11\ngtk-cursor-blink=false\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DBUS_", "WAYLAND_", "LC_"))}
    return {
        **clean, "DISPLAY": f":{number}", "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "none",
        "GSETTINGS_BACKEND": "memory", "GSETTINGS_SCHEMA_DIR": str(build / "data"), "GIO_USE_VFS": "local",
        "XDG_RUNTIME_DIR": str(folder), "XDG_CONFIG_HOME": str(folder), "LANG": "C.UTF-8", "LANGUAGE": words.language,
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder}/nobody", "KAD_DAEMON": str(build / "kad-service" / "kadd"),
        "ADW_DEBUG_COLOR_SCHEME": "prefer-dark" if words.dark else "default",
    }


def take(build, page, size, words, output):
    width, height = size
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        read, write = os.pipe()
        server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width + 2 * BORDER}x{height + 2 * BORDER}x24", "-nolisten", "tcp"],
            pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        program = None
        try:
            with os.fdopen(read) as pipe:
                number = pipe.readline().strip()
            variables = environment(build, folder, number, words)

            def xdotool(*arguments):
                return subprocess.run(["xdotool", *arguments], env=variables, check=True, capture_output=True, text=True).stdout

            program = subprocess.Popen([build / "kad-gui" / "app" / "kad-inspector", "--demo", "--page", page], env=variables)
            window = xdotool("search", "--sync", "--onlyvisible", "--name", " – ").split()[0]
            xdotool("windowmove", window, "0", "0")
            xdotool("windowsize", "--sync", window, str(width + 2 * BORDER), str(height + 2 * BORDER))
            time.sleep(SETTLE_S)
            if page in SELECT and not words.narrow:
                xdotool("mousemove", *map(str, SELECT[page]), "click", "1")
            # Where nothing is that says something of itself to a pointer.
            xdotool("mousemove", "0", str(height + BORDER))
            time.sleep(3)
            subprocess.run(["import", "-window", "root", "-crop", f"{width}x{height}+{BORDER}+{BORDER}", "+repage", "-strip", output],
                           env=variables, check=True)
        finally:
            for process in (program, server):
                if process is not None:
                    process.terminate()
                    process.wait(20)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build")
    parser.add_argument("--output", type=pathlib.Path, default=ROOT / "docs" / "screenshots")
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--narrow", action="store_true")
    parser.add_argument("--language", default="C")
    parser.add_argument("pages", metavar="PAGE", nargs="*", default=PAGES)
    words = parser.parse_args()
    for page in words.pages:
        if page not in PAGES:
            parser.error(f"no page is called {page}")
    words.output.mkdir(parents=True, exist_ok=True)
    for page in words.pages:
        output = words.output / f"{page}.png"
        take(words.build.resolve(), page, NARROW if words.narrow else WIDE, words, output)
        print(output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
