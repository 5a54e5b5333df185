#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if DESIGN.md's table of limits and kad-limits.c do not say the same.

Each limit that can be set stands in one row of the table under "The limits", by its name, with its default; each row
that names a limit names one that there is; and each constant KAD_MAX_* of the table is in the sources.
"""

import re
import sys

import lintlib

SOURCE = "kad-core/base/kad-limits.c"
DESIGN = "DESIGN.md"
ENTRY = re.compile(
    r'=\s*\{\s*"([a-z0-9-]+)",\s*N_ \("([^"]*)"\),\s*N_ \(((?:"(?:[^"\\]|\\.)*"\s*)+)\),\s*([^,{}]+),\s*([^,{}]+),\s*([^,{}]+?)\s*\}'
)
DEFINE = re.compile(r"^#define (\w+) (.+)$", re.M)
UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


def value_of(expression, constants):
    """A product of numbers and constants."""
    expression = re.sub(r"G_GUINT64_CONSTANT \((\d+)\)", r"\1", expression)
    value = 1
    for factor in expression.replace("(", " ").replace(")", " ").split("*"):
        factor = factor.strip()
        value *= int(factor) if factor.isdigit() else value_of(constants[factor], constants)
    return value


def limits_of(text):
    """Names and defaults of the table in C."""
    constants = dict(DEFINE.findall(text))
    return {match[0]: value_of(match[3], constants) for match in ENTRY.findall(text)}


def rows_of(text):
    """The rows of the table under the heading: (what, bound, name)."""
    section = text.split("\n## The limits\n", 1)[-1].split("\n## ", 1)[0] if "\n## The limits\n" in text else ""
    for line in section.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3 and not set(cells[0]) <= set("-") and cells[2] != "name, file":
            yield cells


def bound_of(cell):
    """The first number of the cell, with its unit."""
    match = re.match(r"([\d,]+)(?: (\w+))?", cell)
    if match is None:
        return None
    return int(match[1].replace(",", "")) * UNITS.get(match[2] or "", 1)


def lint(root):
    limits = limits_of(lintlib.read(root, SOURCE))
    if not limits:
        yield f"{SOURCE}: no limit was found in it"
    constants = set()
    for path in lintlib.walk(root, {".c", ".h"}):
        constants.update(re.findall(r"#define (KAD_\w+)", lintlib.read(root, path)))
    seen = []
    for what, bound, name in rows_of(lintlib.read(root, DESIGN)):
        for constant in re.findall(r"`(KAD_\w+)`", name):
            if constant not in constants:
                yield f"{DESIGN}: {constant} (\"{what}\") is not defined anywhere"
        for limit in re.findall(r"`([a-z0-9-]+)`", name):
            if limit.endswith((".h", ".c")):
                continue
            if limit not in limits and re.search(r"`[^`]+\.[ch]`", name):
                continue  # an option of what is in that file, not of the node
            if limit not in limits:
                yield f"{DESIGN}: {limit} (\"{what}\") is not in {SOURCE}"
            elif bound_of(bound) != limits[limit]:
                yield f"{DESIGN}: {limit} is {bound} there, and {limits[limit]} in {SOURCE}"
            seen.append(limit)
    for limit in sorted(limits):
        if seen.count(limit) != 1:
            yield f"{DESIGN}: {limit} of {SOURCE} stands in {seen.count(limit)} rows of \"The limits\""


C = """#define MIB (G_GUINT64_CONSTANT (1024) * 1024)
static const KadLimitInfo table[KAD_N_LIMITS] = {
  [KAD_LIMIT_A] = { "a", N_ ("things"), N_ ("All things; "
                    "more are refused"), 8192, 1, 1000000 },
  [KAD_LIMIT_B]
  = { "b-bytes", N_ ("bytes"), N_ ("Bytes, {all}"), 128 * MIB, MIB, 65536 * MIB },
};
"""
HEADER = "#define KAD_MAX_C 5\n"
TOP = "# Kad\n\n## The limits\n\nText.\n\n| what | bound | name, file |\n|---|---|---|\n"
A = "| things | 8,192 | `a` |\n"
B = "| bytes | 128 MiB | `b-bytes` |\n"
CONSTANT = "| others | 5 a minute | `KAD_MAX_C`, `kad-c.h` |\n"
END = "\n## More\n\n| x | 3 | `other-table` |\n"


def tree(*rows):
    return {SOURCE: C, "kad-core/swarm/kad-c.h": HEADER, DESIGN: TOP + "".join(rows) + END}


CASES = [
    ("all there", tree(A, B, CONSTANT), 0),
    ("a row that is missing", tree(A), 1),
    ("a row twice", tree(A, B, A), 1),
    ("another default", tree(A.replace("8,192", "4,096"), B), 1),
    ("another unit", tree(A, B.replace("MiB", "KiB")), 1),
    ("no number", tree(A.replace("8,192", "many"), B), 1),
    ("a limit that is not there", tree(A, B, "| x | 3 | `c` |\n"), 1),
    ("a constant that is not there", tree(A, B, CONSTANT.replace("KAD_MAX_C", "KAD_MAX_D")), 1),
    ("no table in C", {**tree(), SOURCE: "int a;\n"}, 1),
    ("no table in the design", {**tree(), DESIGN: "# Kad\n"}, 2),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
