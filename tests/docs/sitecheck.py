# SPDX-License-Identifier: GPL-3.0-or-later
"""Looks at a folder of HTML as a browser and a screen reader would, and tells what is wrong with it."""

import html.parser
import os
import pathlib
import re
import urllib.parse
import xml.etree.ElementTree

# Where links out of the site may go. Nothing of it is fetched.
HOSTS = {
    "docs.gtk.org", "docs.libp2p.io", "github.com", "gitlab.gnome.org", "libkad.org", "www.freedesktop.org", "specs.ipfs.tech",
    "dbus.freedesktop.org", "semver.org", "multiformats.io", "www.rfc-editor.org", "noiseprotocol.org", "llvm.org", "www.gnu.org",
}
# What a page loads by itself, as opposed to where it leads.
LOADS = {("script", "src"), ("img", "src"), ("link", "href"), ("iframe", "src"), ("source", "src"), ("object", "data"), ("embed", "src")}
# HTML that has no end.
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# HTML whose end may be left out.
OPEN_ENDED = {"p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "option"}


class Document(html.parser.HTMLParser):
    """What a page has and where it leads."""

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.loads, self.images, self.problems = set(), [], [], [], []
        self.language, self.title, self.headings, self.scripts, self.stack = None, "", [], 0, []
        self.feed(text)
        self.close()
        if self.stack:
            self.problems.append(f"{self.stack} is not closed")

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if "id" in values:
            if values["id"] in self.ids:
                self.problems.append(f"two things are called #{values['id']}")
            self.ids.add(values["id"])
        if tag == "html":
            self.language = values.get("lang")
        if tag == "script":
            self.scripts += 1
        if tag == "img":
            self.images.append((values.get("src"), values.get("alt")))
        if tag[:1] == "h" and tag[1:].isdigit():
            self.headings.append(int(tag[1:]))
        for name, value in attributes:
            if (tag, name) in LOADS:
                self.loads.append(value)
            elif tag == "a" and name == "href":
                self.links.append(value)
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while self.stack and self.stack[-1] != tag and self.stack[-1] in OPEN_ENDED:
            self.stack.pop()
        if not self.stack or self.stack[-1] != tag:
            self.problems.append(f"</{tag}> ends nothing")
        else:
            self.stack.pop()

    def handle_data(self, data):
        if self.stack[-1:] == ["title"]:
            self.title += data


class Checker:
    """A site. Pages below the folders in `foreign` are made by others: there only what they load and where they lead is looked at."""

    def __init__(self, folder, foreign=()):
        self.folder, self.foreign = pathlib.Path(folder), foreign
        self.documents, self.files = {}, set()
        for path in self.folder.rglob("*"):
            if path.is_file():
                name = path.relative_to(self.folder).as_posix()
                self.files.add(name)
                if path.suffix == ".html":
                    self.documents[name] = Document(path.read_text(encoding="utf-8"))

    def problems(self):
        for name in sorted(self.documents):
            for problem in self.problems_of(name):
                yield f"{name}: {problem}"
        for name in sorted(name for name in self.files if name.endswith((".svg", ".css"))):
            for problem in self.problems_of_file(name):
                yield f"{name}: {problem}"
        for name in sorted(self.own() - self.reachable()):
            yield f"{name}: no link leads there from index.html"

    def is_foreign(self, name):
        return name.startswith(tuple(f"{folder}/" for folder in self.foreign))

    def own(self):
        return {name for name in self.files if not self.is_foreign(name)}

    def problems_of(self, name):
        document = self.documents[name]
        for target in document.loads:
            if urllib.parse.urlsplit(target).scheme or target.startswith("//"):
                yield f"loads {target} from elsewhere"
            elif self.file_of(name, target) not in self.files:
                yield f"loads {target}, which is not there"
        for target in document.links:
            yield from self.problems_of_link(name, target)
        if not self.is_foreign(name):
            yield from self.problems_of_page(document)

    @staticmethod
    def problems_of_page(document):
        yield from document.problems
        if document.scripts:
            yield "has a script"
        if not document.language:
            yield "does not say its language"
        if not document.title.strip():
            yield "has no title"
        if document.headings.count(1) != 1:
            yield f"has {document.headings.count(1)} headings of the first level"
        for source, text in document.images:
            if not (text or "").strip():
                yield f"the picture {source} has no text"

    def problems_of_link(self, name, target):
        parts = urllib.parse.urlsplit(target or "")
        if parts.scheme == "javascript" and self.is_foreign(name):
            return
        if parts.scheme or parts.netloc:
            if parts.scheme != "https" or parts.hostname not in HOSTS:
                yield f"leads to {target}, which is not in the list of hosts"
            return
        file = self.file_of(name, target)
        if file not in self.files:
            yield f"leads to {target}, which is not there"
        elif parts.fragment and file in self.documents and urllib.parse.unquote(parts.fragment) not in self.documents[file].ids:
            yield f"leads to {target}, and nothing is called so there"

    def file_of(self, name, target):
        path = urllib.parse.unquote(urllib.parse.urlsplit(target or "").path)
        return os.path.normpath(os.path.join(os.path.dirname(name), path)) if path else name

    def problems_of_file(self, name):
        text = (self.folder / name).read_text(encoding="utf-8")
        if name.endswith(".css"):
            for target in re.findall(r"url\(\s*[\"']?([^\"')]*)", text):
                if not target.startswith("data:") and self.file_of(name, target) not in self.files:
                    yield f"loads {target}, which is not there"
            return
        try:
            root = xml.etree.ElementTree.fromstring(text)
        except xml.etree.ElementTree.ParseError as error:
            yield f"is no XML: {error}"
            return
        tags = [element.tag.rsplit("}", 1)[-1] for element in root.iter()]
        for wanted in ("title", "desc"):
            if wanted not in tags:
                yield f"has no <{wanted}>"
        for element in root.iter():
            for key, value in element.attrib.items():
                if key.endswith("href") and not value.startswith("#"):
                    yield f"loads {value}"
        if "prefers-color-scheme: dark" not in text:
            yield "has no colours for the dark"

    def reachable(self):
        seen, ahead = set(), ["index.html"]
        while ahead:
            name = ahead.pop()
            if name in seen or name not in self.files:
                continue
            seen.add(name)
            if name in self.documents and not self.is_foreign(name):
                document = self.documents[name]
                ahead += [self.file_of(name, target) for target in document.links + document.loads
                          if target and not urllib.parse.urlsplit(target).scheme]
        return seen
