#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if a file does not begin with the licence of its folder.

The library and what loads into it are LGPL, programs and tests are GPL. The line is the first one, or the second behind
`#!` or an XML declaration.
"""

import re
import sys

import lintlib

LIBRARY = "LGPL-2.1-or-later"
PROGRAM = "GPL-3.0-or-later"

# By the first folder of the path; elsewhere either will do.
FOLDERS = {
    "kad-core": LIBRARY, "kad-commands": LIBRARY, "kad-transports": LIBRARY,
    "kad-tools": PROGRAM, "kad-service": PROGRAM, "kad-testnet": PROGRAM, "kad-gui": PROGRAM, "tests": PROGRAM,
}

SUFFIXES = {".c", ".h", ".proto", ".py", ".sh", ".go", ".js", ".mjs", ".ts", ".css", ".ui", ".xml"}
NAMES = ("meson.build", "meson_options.txt", "POTFILES")

LINE = re.compile(r"^(?:/\*|//|#|<!--) SPDX-License-Identifier: (\S+)(?: \*/| -->)?$")


def lint(root):
    for path in lintlib.walk(root, SUFFIXES, NAMES):
        lines = lintlib.read(root, path).splitlines()[:2]
        if lines and lines[0].startswith(("#!", "<?xml")):
            lines = lines[1:]
        match = LINE.match(lines[0]) if lines else None
        wanted = FOLDERS.get(path.parts[0])
        if match is None:
            yield f"{path}: does not begin with SPDX-License-Identifier"
        elif match.group(1) != wanted if wanted else match.group(1) not in (LIBRARY, PROGRAM):
            yield f"{path}: is {match.group(1)} instead of {wanted or 'a licence of Kad'}"


L = "SPDX-License-Identifier: LGPL-2.1-or-later"
G = "SPDX-License-Identifier: GPL-3.0-or-later"

CASES = [
    ("each licence in its place", {
        "kad-core/base/a.c": f"/* {L} */\n", "kad-transports/tcp/a.h": f"/* {L} */\n", "kad-core/base/a.proto": f"// {L}\n",
        "tests/a.py": f"#!/usr/bin/python3\n# {G}\n", "kad-tools/meson.build": f"# {G}\n", "meson.build": f"# {L}\n",
        "kad-gui/a.ui": f'<?xml version="1.0"?>\n<!-- {G} -->\n', "README.md": "no licence line\n", "data/a.xml": f"<!-- {G} -->\n",
    }, 0),
    ("none", {"kad-core/base/a.c": "int a;\n"}, 1),
    ("an empty file", {"kad-core/base/a.c": ""}, 1),
    ("not at the beginning", {"kad-core/base/a.c": f"\n/* {L} */\n"}, 1),
    ("the program's in the library", {"kad-core/base/a.c": f"/* {G} */\n"}, 1),
    ("the library's in the tests", {"tests/unit/a.c": f"/* {L} */\n"}, 1),
    ("another one", {"examples/a.c": "/* SPDX-License-Identifier: MIT */\n"}, 1),
    ("a script without", {"tests/a.sh": "#!/bin/sh\nexit 0\n"}, 1),
    ("what was built", {"build/a.c": ""}, 0),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
