#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if a file has more than 800 lines or a function more than 70.

A file that is one thing all the same says why, in a comment of its own: `/* size: ... */`, or `# size: ...` in Python.
"""

import ast
import re
import sys

import lintlib

MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 70
MIN_REASON = 20  # characters: "one thing" is no reason

EXCUSE = re.compile(r"^[ \t]*(?:/\*|//|#)[ \t]*size:[ \t]*(\S.*)$", re.MULTILINE)


def excuse(text):
    match = EXCUSE.search(text)
    return match is not None and len(match.group(1).replace("*/", "").strip()) >= MIN_REASON


def c_functions(text):
    """(first line, lines) of each body. In GNU style only a function's braces stand in the first column; those of types and
    initialisers are closed by a line with a semicolon."""
    start = None
    for number, line in enumerate(lintlib.blank_comments(text).splitlines(), 1):
        if line.startswith("{"):
            start = number
        elif line.startswith("}") and start is not None:
            if not line.rstrip().endswith(";"):
                yield start, number - start - 1
            start = None


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno - node.lineno


def lint(root):
    for path in lintlib.walk(root, {".c", ".h", ".py", ".go", ".js", ".mjs"}):
        text = lintlib.read(root, path)
        if excuse(text):
            continue
        lines = len(text.splitlines())
        if lines > MAX_FILE_LINES:
            yield f"{path}: {lines} lines; split it by concern, or say why it is one thing"
        functions = {".c": c_functions, ".h": c_functions, ".py": python_functions}.get(path.suffix)
        for start, length in functions(text) if functions else ():
            if length > MAX_FUNCTION_LINES:
                yield f"{path}:{start}: a function of {length} lines; split it by concern"


def c_function(lines):
    return "static void\nf (void)\n{\n" + "  x ();\n" * lines + "}\n"


CASES = [
    ("short ones", {"a.c": c_function(70) * 2, "b.py": "def f():\n" + "    x()\n" * 70}, 0),
    ("a long file", {"a.c": "int a;\n" * 801}, 1),
    ("the longest file", {"a.h": "int a;\n" * 800}, 0),
    ("a long function", {"a.c": c_function(71)}, 1),
    ("a long function behind a short one", {"a.c": c_function(3) + c_function(71)}, 1),
    ("a long function in Python", {"a.py": "def f():\n" + "    x()\n" * 71}, 1),
    ("a long program in Go", {"a.go": "// x\n" * 801}, 1),
    ("a long table", {"a.c": "static const int a[] =\n{\n" + "  1,\n" * 100 + "};\n"}, 0),
    ("braces in strings and comments", {"a.c": c_function(0).replace("}\n", '  s ("\\\n}\\\n");\n/*\n}\n*/\n' + "  x ();\n" * 70 + "}\n")}, 1),
    ("a reason", {"a.c": "/* size: one table, which is read as a whole by its users */\n" + "int a;\n" * 801}, 0),
    ("no reason", {"a.c": "/* size: big */\n" + "int a;\n" * 801}, 1),
    ("a reason that is no comment", {"a.c": 'const char *s = "size: one table, which is read as a whole";\n' + "int a;\n" * 801}, 1),
    ("what was built", {"build/a.c": "int a;\n" * 801, "tests/interop/js/node_modules/a.js": "x\n" * 801}, 0),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
