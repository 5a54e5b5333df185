#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kadd(8) says what kadd --help and the schema of the settings say, and no more."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from kadtap import main, test  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "docs" / "kadd.8"
SCHEMA = ROOT / "data" / "org.libkad.Kad.gschema.xml"
DAEMON = os.environ["KAD_DAEMON"]


def man_text():
    return re.sub(r"\\f[A-Z]", "", MAN.read_text(encoding="utf-8")).replace("\\-", "-")


def part(text, begin, end):
    return text.split(begin, 1)[1].split(end, 1)[0]


def of_schema(name):
    """{key: (default, minimum, maximum)}, the latter None if there is no range."""
    schema = ElementTree.parse(SCHEMA).getroot().find(f"schema[@id='{name}']")
    found = {}
    for key in schema.findall("key"):
        limits = key.find("range")
        found[key.get("name")] = (key.findtext("default"), *((limits.get("min"), limits.get("max")) if limits is not None else (None, None)))
    return found


def of_man(text):
    """{key: what stands in its brackets}"""
    return dict(re.findall(r'^\.TP\n\.BR (\S+) " \(([^"]*)\)"$', text, re.M))


@test("/service/manual/options")
def options():
    shown = subprocess.run([DAEMON, "--help"], capture_output=True, text=True, timeout=20, env=dict(os.environ, LC_ALL="C"), check=True)
    wanted = set(re.findall(r"(--[a-z-]+)", shown.stdout)) - {"--help"}
    text = part(man_text(), ".SH OPTIONS\n", ".SH SETTINGS")
    assert wanted == set(re.findall(r"^\.BI? (--[a-z-]+)", text, re.M)), wanted
    assert {"--address", "--settings", "--idle-exit"} <= wanted


@test("/service/manual/settings")
def settings():
    text = man_text()
    for schema, begin, end in (("org.libkad.Kad", ".SH SETTINGS\n", ".SS Settings of a network"),
                               ("org.libkad.Kad.Network", ".SS Settings of a network\n", ".SS Where they are")):
        said, keys = of_man(part(text, begin, end)), of_schema(schema)
        assert set(said) == set(keys), set(said) ^ set(keys)
        for name, (default, minimum, maximum) in keys.items():
            if minimum is not None:
                assert said[name] == f"{default}; from {minimum} to {maximum}", (name, said[name])
            elif default not in ("[]", "{}", "''"):
                for value in re.findall(r"[^\[\]', ]+", default):
                    assert value in said[name], (name, value)
            else:
                assert said[name].startswith(("none", "empty")), (name, said[name])


@test("/service/manual/ranges-of-the-limits")
def ranges_of_the_limits():
    """What the schema says of limits is what the node says."""
    import json

    listed = subprocess.run([os.environ["KAD_TOOL"], "help", "limits", "--json"], capture_output=True, text=True, timeout=20, check=True)
    limits = {limit["limit"]: limit for limit in map(json.loads, listed.stdout.splitlines())}
    keys = of_schema("org.libkad.Kad")
    for name, limit in {"max-connections": "connections", **{n: n for n in ("high-water", "low-water", "record-bytes", "provider-bytes")}}.items():
        got = tuple(int(number) for number in keys[name])
        assert got == (limits[limit]["default"], limits[limit]["minimum"], limits[limit]["maximum"]), (name, got, limits[limit])


@test("/service/manual/can-be-shown")
def can_be_shown():
    text = man_text()
    order = [text.index(f".SH {name}") for name in (
        "NAME", "SYNOPSIS", "EXAMPLES", "DESCRIPTION", "OPTIONS", "SETTINGS", "FILES", "SIGNALS", "EXIT STATUS", "ENVIRONMENT")]
    assert order == sorted(order)
    groff = shutil.which("groff")
    if groff is not None:
        run = subprocess.run([groff, "-man", "-Tutf8", "-ww", "-z", str(MAN)], capture_output=True, text=True, timeout=30, check=True)
        assert run.stderr == "", run.stderr


main()
