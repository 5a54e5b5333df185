# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the interfaces of data/*.xml with what their comments say of them.

A comment stands ahead of what it is about: its name and a colon, then a line "@ARGUMENT: text" for each argument, an
empty line, and the text. Lines without an empty one between them are one paragraph.
"""

import dataclasses
import re
import xml.etree.ElementTree

CHANGED = "org.freedesktop.DBus.Property.EmitsChangedSignal"


@dataclasses.dataclass
class Argument:
    name: str
    type: str
    direction: str  # "in" or "out"
    text: str


@dataclasses.dataclass
class Member:
    kind: str  # "method", "signal" or "property"
    name: str
    text: list  # paragraphs
    arguments: list = dataclasses.field(default_factory=list)
    type: str = ""
    access: str = ""
    changed: str = "true"
    unknown: list = dataclasses.field(default_factory=list)  # arguments that only the comment has


@dataclasses.dataclass
class Interface:
    name: str
    summary: str
    text: list
    members: list = dataclasses.field(default_factory=list)

    def of_kind(self, kind):
        return [member for member in self.members if member.kind == kind]


def read_comment(text):
    """Its name, what it says of @arguments, and its paragraphs; None if it documents nothing."""
    blocks = [[line.strip() for line in block.splitlines() if line.strip()] for block in re.split(r"\n[ \t]*\n", text.strip())]
    if not blocks or not blocks[0] or not re.fullmatch(r"[\w.]+:", blocks[0][0]):
        return None
    name, about, paragraphs = blocks[0][0][:-1], {}, []
    last = None
    for line in blocks[0][1:]:
        match = re.match(r"@(\w+):\s*(.*)", line)
        if match:
            last = match[1]
            about[last] = match[2]
        elif last is not None:
            about[last] += " " + line
        else:
            paragraphs.append(line)
    paragraphs = [" ".join(paragraphs)] if paragraphs else []
    return name, about, paragraphs + [" ".join(block) for block in blocks[1:]]


def with_comments(parent):
    """Each element with the comment of its name right ahead of it, or with an empty one."""
    said = None
    for child in parent:
        if child.tag is xml.etree.ElementTree.Comment:
            said = read_comment(child.text)
            continue
        name = child.get("name")
        yield child, said[1:] if said is not None and said[0] == name else ({}, [])
        said = None


def read_member(element, about, text):
    arguments = []
    for argument in element.iterfind("arg"):
        name = argument.get("name", "")
        direction = argument.get("direction", "out" if element.tag == "signal" else "in")
        arguments.append(Argument(name, argument.get("type"), direction, about.get(name, "")))
    changed = next((note.get("value") for note in element.iterfind("annotation") if note.get("name") == CHANGED), "true")
    names = {argument.name for argument in arguments}
    return Member(element.tag, element.get("name"), text, arguments, element.get("type", ""), element.get("access", ""),
                  changed, [name for name in about if name not in names])


def read(text):
    """The interfaces of a file."""
    parser = xml.etree.ElementTree.XMLParser(target=xml.etree.ElementTree.TreeBuilder(insert_comments=True))
    root = xml.etree.ElementTree.fromstring(text, parser)
    for element, (about, paragraphs) in with_comments(root):
        if element.tag != "interface":
            continue
        interface = Interface(element.get("name"), about.get("short_description", ""), paragraphs)
        for member, (of, said) in with_comments(element):
            if member.tag in ("method", "signal", "property"):
                interface.members.append(read_member(member, of, said))
        yield interface
