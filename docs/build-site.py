#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Builds the documentation as a static site: Markdown and man pages become HTML, the reference is put beside them.

    build-site.py --source TREE --output FOLDER [--reference FOLDER] [--depfile FILE] MAN-PAGE...

A page is a *.md of the folders in SECTIONS; a new file in one of them is a new page. In a page

    <!-- include: examples/share.c -->

stands for that file of the tree as a block of code, so that no page has a copy of it. A link to a file of the tree goes to
its page; what has none is put into the site as it is. A link to what is not there ends the build.
"""

import argparse
import html
import os
import pathlib
import re
import shutil
import subprocess
import sys

import markdown
from markdown.extensions.toc import slugify_unicode

# The title in the list of pages, and what is in it: files of the tree, or patterns of them. "man" and "reference" are made.
SECTIONS = [
    ("Guide", ["docs/index.md", "docs/guide/guide.md", "docs/guide/guide.zh_CN.md", "docs/inspector.md"]),
    ("How to", ["docs/howto/d-bus.md", "docs/howto/command-line.md", "docs/howto/*.md"]),
    ("Programs", ["docs/programs/*.md"]),
    ("Reference", ["man", "reference", "docs/kad-json.md", "docs/events.md"]),
    ("The insides", ["docs/architecture.md", "DESIGN.md", "HACKING.md"]),
]
TWINS = {"docs/guide/guide.md": ("docs/guide/guide.zh_CN.md", "中文", "zh-CN"),
         "docs/guide/guide.zh_CN.md": ("docs/guide/guide.md", "English", "en")}
LANGUAGES = {".c": "c", ".h": "c", ".py": "python", ".js": "javascript", ".vala": "vala", ".sh": "sh", ".xml": "xml"}
INCLUDE = re.compile(r"^<!-- include: (\S+) -->$", re.M)
LISTED = re.compile(r"^<!-- listed as: (.+) -->$", re.M)
# Between two Chinese lines a space is none.
HAN = "[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]"
HAN_BREAK = re.compile(rf"(?<={HAN})\n *(?=\**{HAN})")
COMMENT = re.compile(r"<!--.*?-->\n?", re.S)
LINK = re.compile(r'(<(?:a|img)\b[^>]*?\s(?:href|src)=")([^"]*)(")')
MAN_NAME = re.compile(r"<b>(kad[a-z-]*)</b>\s?\((\d)\)|<b>(kad[a-z-]*)</b>\((\d)\)")
PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<link rel="stylesheet" href="{top}site.css">
</head>
<body>
<a class="skip" href="#content">{skip}</a>
<header><a href="{top}index.html">Kad</a> <span>{version}</span>{twin}</header>
<nav lang="en" aria-label="Pages">
{nav}
</nav>
<main id="content">
{body}
</main>
</body>
</html>
"""


class SiteError(Exception):
    """What keeps the site from being built."""


class Page:
    """One page: where it comes from, where it goes, what it is called, also in the list of pages, and its HTML."""

    def __init__(self, source, output, title, body, language="en", listed=None):
        self.source, self.output, self.title, self.body, self.language = source, output, title, body, language
        self.listed = listed or title


def output_of(source):
    """docs/howto/c.md is howto/c.html."""
    name = source.removeprefix("docs/") if "/" in source else source.lower()
    return pathlib.PurePosixPath(name).with_suffix(".html").as_posix()


def with_includes(text, tree, used):
    def block(match):
        path = tree / match.group(1)
        if not path.is_file():
            raise SiteError(f"there is no {match.group(1)} to include")
        used.add(path)
        program = path.read_text(encoding="utf-8")
        return f"```{LANGUAGES.get(path.suffix, 'text')}\n{program.rstrip()}\n```"
    return INCLUDE.sub(block, text)


def with_wide_lists(text):
    """What belongs to an item of a list begins four columns in, as the converter wants it; people begin it below the item's text."""
    lines, width, fenced, has_parts = [], 0, False, False
    for line in text.split("\n"):
        fenced ^= line.startswith("```")
        item = re.match(r"(- |\d+\. )", line)
        indent = len(line) - len(line.lstrip(" "))
        if item and not fenced:
            if has_parts:
                # Else it would be another line of the last part of the item before.
                lines.append("")
            width, has_parts = len(item.group(1)), False
        elif line and not indent:
            width, has_parts = 0, False
        elif line and not fenced and width and indent >= width:
            has_parts = has_parts or lines[-1] == ""
            line = " " * (4 - width) + line
        lines.append(line)
    return "\n".join(lines)


def markdown_page(tree, source, used):
    path = tree / source
    used.add(path)
    text = with_includes(path.read_text(encoding="utf-8"), tree, used)
    listed = LISTED.search(text)
    language = "zh-CN" if ".zh_CN." in source else "en"
    # A comment in a block of code is a part of it.
    parts = re.split(r"(^```.*?^```$)", text, flags=re.M | re.S)
    text = "".join(part if part.startswith("```") else HAN_BREAK.sub("", COMMENT.sub("", part)) for part in parts)
    # The second word behind a fence is for whoever takes the program out.
    text = with_wide_lists(re.sub(r"^(```\w+) .*$", r"\1", text, flags=re.M))
    from_markdown = markdown.Markdown(
        extensions=["fenced_code", "tables", "sane_lists", "toc"],
        extension_configs={"toc": {"slugify": slugify_unicode}}, output_format="html")
    body = from_markdown.convert(text).replace("<table>", '<div class="wide"><table>').replace("</table>", "</table></div>")
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", body)
    if heading is None:
        raise SiteError(f"{source} has no heading")
    title = html.unescape(re.sub(r"<[^>]+>", "", heading.group(1)))
    return Page(source, output_of(source), title, body, language, listed and listed.group(1))


def man_page(path, used):
    used.add(path)
    done = subprocess.run(["mandoc", "-Thtml", "-Ofragment", path], capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode > 2 or not done.stdout:
        raise SiteError(f"mandoc: {done.stderr}")
    name, section = path.name.rsplit(".", 1)
    heading = f"<h1>{name}({section})</h1>"
    body = done.stdout
    for level in (2, 1):
        body = re.sub(rf"<(/?)h{level}\b", rf"<\1h{level + 1}", body)
    # What it says at its top and foot is the title of the page already.
    body = re.sub(r'<(table|div) class="(head|foot)".*?</\1>', "", body, flags=re.S)
    body = re.sub(r'<p class="Pp"></p>\n?|<pre></pre>\n?', "", body)
    body = re.sub(r"<pre>.*?</pre>", lambda match: re.sub(r"\n?<br/>\n?", "\n", match.group(0)), body, flags=re.S)
    return Page(str(path), f"man/{name}.{section}.html", f"{name}({section})", heading + body)


def link_man_pages(pages):
    there = {page.title: page.output for page in pages if page.output.startswith("man/")}
    for page in pages:
        def link(match):
            name, section = match.group(1) or match.group(3), match.group(2) or match.group(4)
            target = there.get(f"{name}({section})")
            if target is None or target == page.output:
                return match.group(0)
            return f'<a href="{pathlib.PurePosixPath(target).name}"><b>{name}</b>({section})</a>'
        if page.output.startswith("man/"):
            page.body = MAN_NAME.sub(link, page.body)


def relative(target, page):
    return os.path.relpath(target, os.path.dirname(page.output) or ".")


class Site:
    """All pages, and the files that they need."""

    def __init__(self, tree, man, reference, version):
        self.tree, self.reference, self.version = tree, reference, version
        self.used, self.folders, self.files, self.sections = set(), set(), {}, []
        for title, sources in SECTIONS:
            # What is there by its name and by a pattern is there once, at the first place.
            pages = {page.output: page for source in sources for page in self.pages_of(source, man)}
            self.sections.append((title, list(pages.values())))
        self.pages = [page for _, pages in self.sections for page in pages if page.body is not None]
        self.by_source = {page.source: page for page in self.pages}
        link_man_pages(self.pages)

    def pages_of(self, source, man):
        if source == "man":
            return [man_page(path, self.used) for path in man]
        if source == "reference":
            return [Page(None, "reference/kad-1/index.html", "libkad-1, the library", None)] if self.reference else []
        folder = self.tree / os.path.dirname(source)
        # The nearest that is there: it changes when a file or a folder comes.
        self.folders.add(folder if folder.is_dir() else folder.parent)
        paths = sorted(self.tree.glob(source))
        if "*" not in source and not paths:
            raise SiteError(f"there is no {source}")
        return [markdown_page(self.tree, path.relative_to(self.tree).as_posix(), self.used) for path in paths]

    def target(self, page, link):
        """Where a link of a page of the tree goes in the site."""
        if not link or link.startswith("#") or re.match(r"[a-z]+:", link) or page.source not in self.by_source or page.output.startswith("man/"):
            return link
        path, _, anchor = link.partition("#")
        anchor = f"#{anchor}" if anchor else ""
        source = os.path.normpath(os.path.join(os.path.dirname(page.source), path))
        made = self.made(source)
        if made:
            return relative(made, page) + anchor
        if source in self.by_source:
            return relative(self.by_source[source].output, page) + anchor
        if not (self.tree / source).is_file():
            raise SiteError(f"{page.source} links to {link}, which is not there")
        self.files[source] = source.removeprefix("docs/")
        self.used.add(self.tree / source)
        return relative(self.files[source], page) + anchor

    def made(self, source):
        """Pages that are made from what is no page: man pages, and what only the build has."""
        name = os.path.basename(source)
        if name == "kad-1" and source.endswith("reference/kad-1"):
            return "reference/kad-1/index.html" if self.reference else "index.html"
        return next((page.output for page in self.pages if page.output == f"man/{name}.html"), None)

    def nav(self, page):
        lines = []
        for title, pages in self.sections:
            if not pages:
                continue
            lines.append(f"<h2>{html.escape(title)}</h2>\n<ul>")
            for other in pages:
                here = ' aria-current="page"' if other is page else ""
                language = f' lang="{other.language}"' if other.language != "en" else ""
                lines.append(f'<li><a href="{relative(other.output, page)}"{here}{language}>{html.escape(other.listed)}</a></li>')
            lines.append("</ul>")
        return "\n".join(lines)

    def html(self, page):
        body = LINK.sub(lambda match: match.group(1) + html.escape(self.target(page, html.unescape(match.group(2)))) + match.group(3), page.body)
        twin = ""
        if page.source in TWINS:
            other, name, language = TWINS[page.source]
            twin = f' <a class="twin" lang="{language}" hreflang="{language}" href="{relative(output_of(other), page)}">{name}</a>'
        top = os.path.relpath(".", os.path.dirname(page.output) or ".")
        return PAGE.format(
            language=page.language, title=html.escape(page.title if page.title.startswith("Kad") else f"{page.title} – Kad"),
            top="" if top == "." else top + "/", version=html.escape(self.version), nav=self.nav(page), body=body, twin=twin,
            skip="跳到正文" if page.language == "zh-CN" else "To the text")

    def write(self, folder):
        texts = {page.output: self.html(page) for page in self.pages}
        css = self.tree / "docs" / "site.css"
        self.used.add(css)
        for name, text in texts.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for source, name in {**self.files, "docs/site.css": "site.css"}.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.tree / source, folder / name)
        if self.reference:
            shutil.copytree(self.reference, folder / "reference" / "kad-1")
            # gi-docgen 2023.1 takes an alias for a structure, where a page leads to itself.
            for path in (folder / "reference" / "kad-1").glob("alias.*.html"):
                text = path.read_text(encoding="utf-8")
                name = path.name.removeprefix("alias.")
                path.write_text(text.replace(f'href="struct.{name}#', 'href="#'), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", type=pathlib.Path, required=True)
    parser.add_argument("--output", type=pathlib.Path, required=True)
    parser.add_argument("--reference", type=pathlib.Path)
    parser.add_argument("--depfile", type=pathlib.Path)
    parser.add_argument("--version", default="")
    parser.add_argument("man", type=pathlib.Path, nargs="*")
    options = parser.parse_args()
    fresh = options.output.with_name(options.output.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        site = Site(options.source, options.man, options.reference, options.version)
        fresh.mkdir(parents=True)
        site.write(fresh)
    except (SiteError, OSError) as error:
        shutil.rmtree(fresh, ignore_errors=True)
        sys.exit(f"build-site: {error}")
    # All of it or nothing: a site is never half old.
    shutil.rmtree(options.output, ignore_errors=True)
    fresh.rename(options.output)
    os.utime(options.output)
    if options.depfile:
        needs = " ".join(str(path).replace(" ", "\\ ") for path in sorted(site.used | site.folders))
        options.depfile.write_text(f"{options.output}: {needs}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
