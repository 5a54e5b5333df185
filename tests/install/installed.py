# SPDX-License-Identifier: GPL-3.0-or-later
"""What `meson install` makes of a build, with names that do not depend on how it was configured; and the list of it."""

import json
import os
import pathlib
import re
import subprocess

LIST = pathlib.Path(__file__).with_name("files.txt")
LIBDIR = "usr/lib/TRIPLET"
# Where GIO looks, or where the build puts its module if that is outside of the prefix.
GIO_MODULES = (f"{LIBDIR}/gio/modules/", f"{LIBDIR}/kad-1/gtk-inspector/")


def listed():
    """{path: what it needs, or None}"""
    lines = [line.split() for line in LIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    paths = [words[0] for words in lines]
    assert paths == sorted(paths) and len(set(paths)) == len(paths), "files.txt is not sorted, or has a path twice"
    return {words[0]: words[1] if len(words) > 1 else None for words in lines}


def folder_of(path, folders):
    """The folder of the list that a file is in, or the file itself."""
    return next((folder for folder in folders if path.startswith(folder)), path)


class Destdir:
    """The build, installed into a folder of its own."""

    def __init__(self, build, folder):
        subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--destdir", folder], check=True, capture_output=True, text=True)
        options = json.loads(pathlib.Path(build, "meson-info", "intro-buildoptions.json").read_text(encoding="utf-8"))
        values = {option["name"]: option["value"] for option in options}
        self.prefix = values["prefix"].strip("/")
        self.libdir = os.path.join(values["prefix"], values["libdir"]).strip("/")
        self.root = pathlib.Path(folder)
        self.real = {}
        for path in self.root.rglob("*"):
            if path.is_symlink() or not path.is_dir():
                self.real[self.general(str(path.relative_to(self.root)))] = path

    def general(self, path):
        if path.startswith(self.libdir + "/"):
            path = LIBDIR + path.removeprefix(self.libdir)
        elif path.startswith(self.prefix + "/"):
            path = "usr" + path.removeprefix(self.prefix)
        return re.sub("^" + re.escape(GIO_MODULES[1]), GIO_MODULES[0], path)

    def there(self, absolute):
        """What an installed file names by its path."""
        return self.root / absolute.lstrip("/")
