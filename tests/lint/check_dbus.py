#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if the D-Bus API has something that is not documented, or that no test names.

Every interface, method, argument, signal and property of data/*.xml has a text in the comment ahead of it, and a
comment speaks of no argument that is not there. Every method has a handler in kad-service: GDBus would answer the
call by UnknownMethod, and the compiler says nothing. Every method, signal and property stands in quotes in a file of
tests/service that is about its interface: one that names it as the tests do, Client.node for Node or "Query".
"""

import pathlib
import re
import sys

import lintlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "docs"))

import dbusxml  # noqa: E402

DATA = "data"
TESTS = "tests/service"
SERVICE = "kad-service"


def read_interfaces(root):
    for path in sorted(pathlib.Path(root, DATA).glob("*.xml")):
        if not path.name.endswith(".gschema.xml"):
            for interface in dbusxml.read(path.read_text(encoding="utf-8")):
                yield path.name, interface


def look_at_texts(where, interface):
    if not interface.summary:
        yield f"{where}: {interface.name} has no @short_description"
    if not interface.text:
        yield f"{where}: {interface.name} has no documentation"
    for member in interface.members:
        name = f"{where}: the {member.kind} {interface.name}.{member.name}"
        if not member.text:
            yield f"{name} has no documentation"
        for argument in member.arguments:
            if not argument.name:
                yield f"{name} has an argument without a name"
            elif not argument.text:
                yield f"{name}: the argument {argument.name} has no documentation"
        for unknown in member.unknown:
            yield f"{name}: there is no argument {unknown}"


def is_about(interface, text):
    short = interface.name.rsplit(".", 1)[1]
    return re.search(rf"\.{short.lower()}\b|[\"'.]{short}[\"']", text) is not None


def look_at_tests(interface, tests):
    texts = [text for text in tests if is_about(interface, text)]
    if not texts:
        yield f"{TESTS}: no test is about {interface.name}"
    for member in interface.members if texts else ():
        if not any(f'"{member.name}"' in text for text in texts):
            yield f"{TESTS}: no test names the {member.kind} {interface.name}.{member.name}"


def look_at_handlers(interface, sources):
    """By the signal of the skeleton, or by its name where calls are taken apart by hand."""
    for member in interface.of_kind("method"):
        dashed = re.sub(r"(?<!^)([A-Z])", r"-\1", member.name).lower()
        if not any(f'"handle-{dashed}"' in text or f'"{member.name}"' in text for text in sources):
            yield f"{SERVICE}: no handler of the method {interface.name}.{member.name}"


def lint(root):
    sources = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(root, SERVICE).glob("*.c"))]
    tests = [path.read_text(encoding="utf-8") for path in sorted(pathlib.Path(root, TESTS).glob("*.py"))]
    found = list(read_interfaces(root))
    if not found:
        yield f"{DATA}: there is no interface"
    for where, interface in found:
        yield from look_at_texts(where, interface)
        yield from look_at_tests(interface, tests)
        yield from look_at_handlers(interface, sources)


FRAME = """<node>
  <!--
    org.libkad.Kad1.Node:
    @short_description: the node

    It is.
  -->
  <interface name="org.libkad.Kad1.Node">%s</interface>
</node>
"""
METHOD = """
<!--
  Dial:
  @address: where

  Connects.
-->
<method name="Dial"><arg type="s" name="address" direction="in"/></method>"""
SIGNAL = '<!-- Came:\n@peer: who\n\nSomebody came. --><signal name="Came"><arg type="s" name="peer"/></signal>'
PROPERTY = '<!-- Mode:\n\nHow it is. --><property name="Mode" type="s" access="read"/>'
TEST = 'client.node.call("Dial")\nclient.node["Mode"]\nclient.node.listen("Came")\n'


HANDLER = 'g_signal_connect (skeleton, "handle-dial", G_CALLBACK (handle_dial), self);\n'


def tree(inside, test=TEST, frame=FRAME, handler=HANDLER):
    return {f"{DATA}/n.xml": frame % inside, f"{TESTS}/test_node.py": test, f"{SERVICE}/n.c": handler}


CASES = [
    ("all there", tree(METHOD + SIGNAL + PROPERTY), 0),
    ("no comment of a method", tree(METHOD[METHOD.index("<method"):]), 2),
    ("no text of a method", tree(METHOD.replace("Connects.", "")), 1),
    ("no text of an argument", tree(METHOD.replace("@address: where\n", "")), 1),
    ("an argument that is not there", tree(METHOD.replace("@address", "@adress")), 2),
    ("the comment of another", tree(METHOD.replace("Dial:", "Dail:")), 2),
    ("no text of a signal", tree(SIGNAL.replace("Somebody came.", "")), 1),
    ("no text of a signal's argument", tree(SIGNAL.replace("who", "")), 1),
    ("no text of a property", tree(PROPERTY.replace("How it is.", "")), 1),
    ("an interface without text", tree(METHOD, frame=FRAME.replace("It is.", "")), 1),
    ("an interface without a short one", tree(METHOD, frame=FRAME.replace("the node", "")), 1),
    ("a method that no test names", tree(METHOD, test='client.node["Mode"]\n'), 1),
    ("a property that no test names", tree(PROPERTY, test='client.node.call("Dial")\n'), 1),
    ("a signal that no test names", tree(SIGNAL, test='client.node.call("Dial")\n'), 1),
    ("a test of another interface", tree(METHOD, test='client.table.call("Dial")\n'), 1),
    ("a method without a handler", tree(METHOD, handler="int a;\n"), 1),
    ("no interface", {f"{TESTS}/test_node.py": TEST}, 1),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
