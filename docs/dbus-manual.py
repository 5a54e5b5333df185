#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the reference of the D-Bus API, as kad-dbus(7) or as Markdown.

All of it comes from where it is true: the interfaces from data/*.xml, errors from kad-error.h, quotas from
kad-callers.h, the programs from examples/service, and what is about all interfaces from dbus-intro.md.
"""

import argparse
import pathlib
import re

import dbusxml

ERROR = re.compile(r"^ \* @KAD_ERROR_(\w+): (.+)$", re.M)
QUOTA = re.compile(r"^#define KAD_MAX_(\w+)_PER_CALLER (.+)$", re.M)
QUOTA_NAMES = {"CALLS": "calls that wait for their answer", "RESULT_BYTES": "bytes of results that are kept",
               "LEASES": "leases of Hold()"}
ORDER = ["Node", "Routing", "Query", "Publications", "Publication", "Records", "Table", "Monitor", "Watch", "Settings",
         "ObjectManager"]
CHANGES = {"const": "never changes", "false": "no signal when it changes", "invalidates": "a signal without the value"}


class Man:
    """Roff with the macros of man(7)."""

    def __init__(self, version):
        self.lines = ['.\\" SPDX-License-Identifier: GPL-3.0-or-later',
                      f'.TH KAD\\-DBUS 7 "" "kad {self.escape(version)}" "Miscellaneous"']

    @staticmethod
    def escape(text):
        text = text.replace("\\", "\\e").replace("-", "\\-")
        return "\\&" + text if text.startswith((".", "'")) else text

    def inline(self, text):
        return re.sub(r"`([^`]+)`", r"\\fB\1\\fR", self.escape(text))

    def section(self, text):
        self.lines.append(f".SH {self.escape(text if '.' in text else text.upper())}")

    def heading(self, text):
        self.lines.append(f".SS {self.escape(text)}")

    def paragraph(self, text):
        self.lines += [".PP", self.inline(text)]

    def item(self, term, text):
        self.lines += [".TP", f"\\fB{self.escape(term)}\\fR", self.inline(text) or "\\&"]

    def code(self, text):
        self.lines += [".PP", ".nf", ".RS", *(self.escape(line) for line in text.splitlines()), ".RE", ".fi"]

    def member(self, member):
        self.lines += [".TP", self.signature(member)]
        self.lines += [self.inline(member.text[0] if member.text else "")]
        for text in member.text[1:]:
            self.lines += [".IP", self.inline(text)]
        if member.arguments:
            self.lines.append(".RS")
            for argument in member.arguments:
                self.lines += [".TP", f"\\fI{self.escape(argument.name)}\\fR ({argument.type}, {argument.direction})",
                               self.inline(argument.text)]
            self.lines.append(".RE")

    def signature(self, member):
        if member.kind == "property":
            return f"\\fB{member.name}\\fR ({self.escape(property_notes(member))})"
        words = [", ".join(f"{a.type} \\fI{self.escape(a.name)}\\fR" for a in member.arguments if a.direction == way)
                 for way in ("in", "out")]
        if member.kind == "signal":
            return f"\\fB{member.name}\\fR ({words[1]})"
        return f"\\fB{member.name}\\fR ({words[0]})" + (f" \\(-> ({words[1]})" if words[1] else "")


class Markdown:
    def __init__(self, _version):
        self.lines = ["<!-- SPDX-License-Identifier: GPL-3.0-or-later -->", "# The D-Bus API of Kad", ""]

    def apart(self, text):
        """Behind a list without a blank line it would be part of its last item."""
        if self.lines[-1]:
            self.lines.append("")
        self.lines += [text, ""]

    def section(self, text):
        self.apart(f"## {text}")

    def heading(self, text):
        self.apart(f"### {text}")

    def paragraph(self, text):
        self.apart(text)

    def item(self, term, text):
        self.lines += [f"- `{term}`: {text}"]

    def code(self, text):
        self.lines += ["", *("    " + line if line else "" for line in text.splitlines()), ""]

    def member(self, member):
        self.lines += ["", f"**{self.signature(member)}**", ""]
        self.lines += ["\n\n".join(member.text), ""]
        for argument in member.arguments:
            self.lines.append(f"- `{argument.name}` (`{argument.type}`, {argument.direction}): {argument.text}")

    @staticmethod
    def signature(member):
        if member.kind == "property":
            return f"`{member.name}` ({property_notes(member)})"
        words = [", ".join(f"{a.type} {a.name}" for a in member.arguments if a.direction == way) for way in ("in", "out")]
        if member.kind == "signal":
            return f"`{member.name} ({words[1]})`"
        return f"`{member.name} ({words[0]})" + (f" → ({words[1]})`" if words[1] else "`")


def property_notes(member):
    return ", ".join(filter(None, [member.type, member.access, CHANGES.get(member.changed)]))


def camel(name):
    return "".join(word.capitalize() for word in name.lower().split("_"))


def quota_of(expression):
    value = 1
    for factor in re.findall(r"\d+", expression):
        value *= int(factor)
    return f"{value:,}"


def write_intro(out, text, sources):
    """What dbus-intro.md says: sections, paragraphs, lists, and {{NAME}} for what comes from elsewhere."""
    text = re.sub(r"<!--.*?-->\n", "", text)
    for block in re.split(r"\n\s*\n", text.strip()):
        if block.startswith("# "):
            out.section(block[2:])
        elif block == "{{errors}}":
            for name, meaning in ERROR.findall(sources["errors"]):
                out.item(f"org.libkad.Kad1.Error.{camel(name)}", meaning)
        elif block == "{{quotas}}":
            for name, bound in QUOTA.findall(sources["quotas"]):
                out.item(quota_of(bound), QUOTA_NAMES.get(name, name.lower()))
        elif block.startswith("{{"):
            out.code(sources[block[2:-2]].split("\n", 2)[2])
        elif block.startswith("- "):
            for line in re.split(r"\n(?=- )", block):
                term, _, meaning = line[2:].replace("\n", " ").partition(": ")
                out.item(term.strip("`"), " ".join(meaning.split()))
        else:
            out.paragraph(" ".join(block.split()))


def write_interface(out, interface):
    out.section(interface.name)
    out.paragraph(f"{interface.summary[:1].upper()}{interface.summary[1:]}.")
    for text in interface.text:
        out.paragraph(text)
    for kind, title in (("method", "Methods"), ("signal", "Signals"), ("property", "Properties")):
        members = interface.of_kind(kind)
        if members:
            out.heading(f"{title} of {interface.name.rsplit('.', 1)[1]}")
        for member in members:
            out.member(member)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=("man", "markdown"), required=True)
    parser.add_argument("--version", required=True)
    for name in ("intro", "errors", "quotas", "output"):
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    parser.add_argument("--example", type=pathlib.Path, action="append", default=[])
    parser.add_argument("interfaces", type=pathlib.Path, nargs="+")
    options = parser.parse_args()
    sources = {path.name: path.read_text(encoding="utf-8") for path in options.example}
    sources |= {name: getattr(options, name).read_text(encoding="utf-8") for name in ("errors", "quotas")}

    out = (Man if options.format == "man" else Markdown)(options.version)
    intro, _, rest = options.intro.read_text(encoding="utf-8").partition("{{interfaces}}\n")
    write_intro(out, intro, sources)
    interfaces = [interface for path in options.interfaces for interface in dbusxml.read(path.read_text(encoding="utf-8"))]
    for interface in sorted(interfaces, key=lambda interface: ORDER.index(interface.name.rsplit(".", 1)[1])):
        write_interface(out, interface)
    write_intro(out, rest, sources)
    options.output.write_text("\n".join(out.lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
