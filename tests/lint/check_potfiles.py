#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fails if a text for people is not translated.

Each file with a marked text is in po/POTFILES and each file there has one; each language of po/LINGUAS has every text
of them, none fuzzy and none missing. Needs gettext (xgettext, msgfmt, msgcmp).
"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import lintlib

MARKED_C = re.compile(r"(?<![A-Za-z0-9_])(?:_|N_|C_|NC_|Q_|ngettext|gettext|g_dngettext|g_dpgettext2?)[ \t]*\(")
MARKED_XML = re.compile(r'translatable="(?:yes|true)"')
MERGED = (".desktop.in", ".metainfo.xml.in", ".gschema.xml", ".service.in")

KEYWORDS = ["--keyword=_", "--keyword=N_", "--keyword=C_:1c,2", "--keyword=NC_:1c,2", "--keyword=ngettext:1,2"]


def is_marked(root, path):
    text = lintlib.read(root, path)
    if path.suffix == ".py":
        return MARKED_C.search(text) is not None
    if path.suffix in (".c", ".h"):
        lines = lintlib.blank_comments(text).splitlines()
        return any(MARKED_C.search(line) and not line.lstrip().startswith("#") for line in lines)
    if path.name.endswith(".gschema.xml"):
        return "gettext-domain=" in text
    return MARKED_XML.search(text) is not None or path.name.endswith(MERGED[:2])


def list_of(root, name):
    path = pathlib.Path(root, "po", name)
    if not path.exists():
        return []
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def check_potfiles(root):
    listed = list_of(root, "POTFILES")
    for path in sorted({path for path in listed if listed.count(path) > 1}):
        yield f"po/POTFILES: {path} is listed twice"
    marked = {
        str(path) for path in lintlib.walk(root)
        if path.parts[0] not in ("tests", "po", "docs") and (path.suffix in (".c", ".h", ".py", ".ui") or path.name.endswith(MERGED))
        and is_marked(root, path)
    }
    for path in sorted(marked - set(listed)):
        yield f"po/POTFILES: lacks {path}, which has marked text"
    for path in sorted(set(listed) - marked):
        yield f"po/POTFILES: lists {path}, which " + ("has no marked text" if pathlib.Path(root, path).exists() else "does not exist")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"})


def make_template(root, folder):
    """What the C sources and schemas of settings say now; None where they say nothing. The build merges the other kinds of file."""
    sources = [path for path in list_of(root, "POTFILES") if path.endswith((".c", ".h", ".py", ".ui", ".gschema.xml")) and pathlib.Path(root, path).exists()]
    if not sources:
        return None
    template = pathlib.Path(folder, "kad.pot")
    result = run("xgettext", "--from-code=UTF-8", *KEYWORDS, f"--directory={root}", f"--output={template}", *sources)
    if result.returncode != 0:
        raise RuntimeError(result.stderr)
    return template if template.exists() else None


def check_language(root, language, template):
    path = pathlib.Path(root, "po", f"{language}.po")
    if not path.exists():
        yield f"po/LINGUAS: names {language}, and there is no po/{language}.po"
        return
    result = run("msgfmt", "--check", "--statistics", "--output-file=/dev/null", str(path))
    if result.returncode != 0 or re.search(r"untranslated|fuzzy", result.stderr):
        yield f"po/{language}.po: {result.stderr.strip()}"
    elif template is not None:
        result = run("msgcmp", str(path), str(template))
        if result.returncode != 0:
            yield f"po/{language}.po: does not have every text: {result.stderr.strip()}"


def lint(root):
    missing = [tool for tool in ("xgettext", "msgfmt", "msgcmp") if shutil.which(tool) is None]
    if missing:
        yield f"cannot check translations without {', '.join(missing)} (Debian package: gettext)"
        return
    yield from check_potfiles(root)
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(root, folder)
        for language in list_of(root, "LINGUAS"):
            yield from check_language(root, language, template)


HEAD = ('msgid ""\nmsgstr ""\n"Project-Id-Version: kad\\n"\n"Language: zh_CN\\n"\n"Language-Team: none\\n"\n"Last-Translator: none\\n"\n'
        '"PO-Revision-Date: 2026-11-21 09:00+0000\\n"\n"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n"Plural-Forms: nplurals=1; plural=0;\\n"\n\n')
HELLO = 'msgid "Hello"\nmsgstr "你好"\n\n'
SOURCE = 'void f (void)\n{\n  g (_("Hello"));\n}\n'

WHOLE = {"po/LINGUAS": "# x\nzh_CN\n", "po/POTFILES": "# x\nkad-tools/a.c\n", "po/zh_CN.po": HEAD + HELLO, "kad-tools/a.c": SOURCE}

SCHEMA = """<schemalist gettext-domain="kad"><schema id="b" path="/b/"><key name="k" type="b"><default>true</default>
<summary>Never translated</summary></key></schema></schemalist>
"""

CASES = [
    ("nothing to translate", {"po/LINGUAS": "zh_CN\n", "po/POTFILES": "", "po/zh_CN.po": HEAD, "kad-tools/a.c": "int a;\n"}, 0),
    ("all translated", WHOLE, 0),
    ("marks that are none", {**WHOLE, "kad-tools/b.c": '#define _(x) gettext (x)\n/* _("x") */ int my_ (int); const char *s = "_(x)";\n'}, 0),
    ("a file that is not listed", {**WHOLE, "kad-tools/b.c": SOURCE}, 1),
    ("a program in Python", {**WHOLE, "po/POTFILES": "examples/a.py\nkad-tools/a.c\n", "examples/a.py": "print(_('Hello'))\n"}, 0),
    ("a program in Python that is not listed", {**WHOLE, "examples/a.py": "print(_('Hello'))\n"}, 1),
    ("a program in Python that is not translated", {
        **WHOLE, "po/POTFILES": "examples/a.py\nkad-tools/a.c\n", "examples/a.py": "print(_('World'))\n"}, 1),
    ("a window that is not listed", {**WHOLE, "kad-gui/b.ui": '<property name="label" translatable="yes">Hello</property>\n'}, 1),
    ("settings that are not listed", {**WHOLE, "data/b.gschema.xml": SCHEMA}, 1),
    ("settings that are not translated", {
        **WHOLE, "po/POTFILES": "data/b.gschema.xml\nkad-tools/a.c\n", "data/b.gschema.xml": SCHEMA}, 1),
    ("a file without text", {**WHOLE, "po/POTFILES": "kad-tools/a.c\nkad-tools/b.c\n", "kad-tools/b.c": "int a;\n"}, 1),
    ("a file that is gone", {**WHOLE, "po/POTFILES": "kad-tools/a.c\nkad-tools/b.c\n"}, 1),
    ("a file twice", {**WHOLE, "po/POTFILES": "kad-tools/a.c\nkad-tools/a.c\n"}, 1),
    ("an empty translation", {**WHOLE, "po/zh_CN.po": HEAD + HELLO + 'msgid "World"\nmsgstr ""\n'}, 1),
    ("a fuzzy translation", {**WHOLE, "po/zh_CN.po": HEAD + "#, fuzzy\n" + HELLO}, 1),
    ("a text that is missing", {**WHOLE, "kad-tools/a.c": SOURCE.replace("Hello", "Good-bye")}, 1),
    ("a broken file", {**WHOLE, "po/zh_CN.po": HEAD + 'msgid "Hello\n'}, 1),
    ("a language that is missing", {**WHOLE, "po/LINGUAS": "zh_CN\nde\n"}, 1),
]

if __name__ == "__main__":
    sys.exit(lintlib.main(lint, CASES, __doc__))
