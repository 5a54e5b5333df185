#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if a public symbol has no documentation.

All is read from the GIR, which has every public symbol: types, functions, methods, their parameters and what they
return, virtual functions, properties, signals, the values of enumerations and constants.
"""

import sys
import xml.etree.ElementTree

CORE = "{http://www.gtk.org/introspection/core/1.0}"
C = "{http://www.gtk.org/introspection/c/1.0}"

DOCUMENTED = {"class", "interface", "record", "enumeration", "bitfield", "callback", "function", "method", "constructor",
              "virtual-method", "property", "member", "constant", "alias"}
SIGNAL = "{http://www.gtk.org/introspection/glib/1.0}signal"
# Returned by these, what comes back says itself.
QUIET = ("_ref", "_unref", "_free", "_copy", "_finish", "_equal", "_hash")


def is_ours(element, name):
    # Structs of classes of final types are made by macros, and have nothing to say.
    return not (name.endswith("Class") and element.get("disguised") == "1") and not name.startswith("_")


def has_doc(element):
    return element.find(CORE + "doc") is not None


def look(element, path):
    tag = element.tag.removeprefix(CORE)
    name = element.get(C + "identifier") or element.get("name") or ""
    here = f"{path}.{name}" if path else name
    if tag in DOCUMENTED or element.tag == SIGNAL:
        if tag == "record" and element.get("{http://www.gtk.org/introspection/glib/1.0}is-gtype-struct-for"):
            pass
        elif tag == "callback" and "Class." in here + "." or not is_ours(element, name):
            pass
        elif not has_doc(element) and not returns_only(element):
            yield f"{here} ({tag}) has no documentation"
        if tag in ("function", "method", "constructor"):
            yield from look_at_values(element, here)
    for child in element:
        if child.tag.removeprefix(CORE) in DOCUMENTED | {"namespace"} or child.tag == SIGNAL:
            yield from look(child, here)


def returns_only(element):
    """A getter may say everything in what it returns; a destructor says it by its name."""
    value = element.find(CORE + "return-value")
    name = element.get(C + "identifier") or ""
    return (value is not None and has_doc(value)) or name.endswith(QUIET)


def look_at_values(element, here):
    name = element.get(C + "identifier") or ""
    for parameter in element.iterfind(f"{CORE}parameters/{CORE}parameter"):
        if not has_doc(parameter):
            yield f"{here}: the parameter {parameter.get('name')} has no documentation"
    value = element.find(CORE + "return-value")
    kind = None if value is None else value.find(CORE + "type")
    if value is not None and not (kind is not None and kind.get("name") == "none") and not has_doc(value) \
            and not name.endswith(QUIET):
        yield f"{here}: what it returns has no documentation"


def lint(text):
    root = xml.etree.ElementTree.fromstring(text)
    for namespace in root.iterfind(CORE + "namespace"):
        for child in namespace:
            yield from look(child, "")


def self_test():
    frame = ('<repository xmlns="http://www.gtk.org/introspection/core/1.0" xmlns:c="http://www.gtk.org/introspection/c/1.0" '
             'xmlns:glib="http://www.gtk.org/introspection/glib/1.0"><namespace name="Kad">%s</namespace></repository>')
    value = '<return-value>%s<type name="gint"/></return-value>'
    cases = (
        ('<class name="A"><doc>Is.</doc></class>', 0),
        ('<class name="A"/>', 1),
        ('<class name="A"><doc>Is.</doc><property name="p"/></class>', 1),
        ('<class name="A"><doc>Is.</doc><glib:signal name="s"/></class>', 1),
        ('<enumeration name="E"><doc>Is.</doc><member name="m" c:identifier="KAD_M"/></enumeration>', 1),
        ('<function name="f" c:identifier="kad_f"><doc>Is.</doc>' + value % "<doc>It.</doc>" + "</function>", 0),
        ('<function name="f" c:identifier="kad_f"><doc>Is.</doc>' + value % "" + "</function>", 1),
        ('<function name="f" c:identifier="kad_f">' + value % "<doc>It.</doc>" + "</function>", 0),
        ('<function name="f" c:identifier="kad_f"><doc>Is.</doc>' + value % "<doc>It.</doc>"
         + '<parameters><parameter name="p"/></parameters></function>', 1),
    )
    failed = [case for case in cases if len(list(lint(frame % case[0]))) != case[1]]
    for case in failed:
        print(f"self-test: {case}: {list(lint(frame % case[0]))}", file=sys.stderr)
    return 1 if failed else 0


def main():
    if sys.argv[1:] == ["--self-test"]:
        return self_test()
    with open(sys.argv[1], encoding="utf-8") as gir:
        complaints = list(lint(gir.read()))
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
