#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command on an X display of its own, and gives its exit status.

    with-display.py [--size WIDTHxHEIGHT] COMMAND [ARGUMENT]...

Nobody's session, settings or accessibility bus is touched.
"""

import os
import signal
import subprocess
import sys

sys.dont_write_bytecode = True

from xserver import XServer  # noqa: E402

ENVIRONMENT = {
    "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GSETTINGS_BACKEND": "memory", "GIO_USE_VFS": "local",
    "GDK_DEBUG": "gl-disable", "NO_AT_BRIDGE": "1", "LIBGL_ALWAYS_SOFTWARE": "1", "GTK_THEME_VARIANT": "",
}


def main(words):
    size = "1600x1200"
    if words[:1] == ["--size"]:
        size, words = words[1], words[2:]
    if not words:
        print(__doc__, file=sys.stderr)
        return 2
    server = XServer(size)
    try:
        environment = {**ENVIRONMENT, **os.environ, "DISPLAY": server.name}
        environment.setdefault("GTK_A11Y", "none")
        # A display server that somebody has is not ours.
        environment.pop("WAYLAND_DISPLAY", None)
        child = subprocess.Popen(words, env=environment)
        signal.signal(signal.SIGTERM, lambda *_: child.terminate())
        return child.wait() & 0xFF
    finally:
        server.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
