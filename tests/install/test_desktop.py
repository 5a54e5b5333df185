#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the desktop is told of the inspector is valid, translated, and true: each name in it is the name of something."""

import configparser
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from kadtap import main, test  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ["MESON_BUILD_ROOT"], "data")
ID = "org.libkad.Inspector"
LANGUAGES = [word for word in (ROOT / "po" / "LINGUAS").read_text().split("\n") if word and not word.startswith("#")]


def run(*words):
    done = subprocess.run(words, capture_output=True, text=True, check=False, env={"LC_ALL": "C.UTF-8", "PATH": os.environ["PATH"]})
    assert done.returncode == 0, f"{words}\n{done.stdout}{done.stderr}"
    return done.stdout


def entry():
    parser = configparser.ConfigParser(interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str
    parser.read(DATA / f"{ID}.desktop", encoding="utf-8")
    return parser


def icons():
    return sorted((ROOT / "data" / "icons" / "hicolor").rglob("*.svg"))


@test("/install/desktop/entry-is-valid")
def entry_is_valid():
    run("desktop-file-validate", str(DATA / f"{ID}.desktop"))
    main_group = entry()["Desktop Entry"]
    assert main_group["DBusActivatable"] == "true"
    # The bus starts what has the name of the file.
    service = (DATA / f"{ID}.service").read_text()
    assert f"Name={ID}\n" in service and "/kad-inspector --gapplication-service" in service, service
    assert main_group["Icon"] in {path.stem for path in icons()}, main_group["Icon"]


@test("/install/desktop/metainfo-is-valid")
def metainfo_is_valid():
    run("appstreamcli", "validate", "--no-net", "--strict", str(DATA / f"{ID}.metainfo.xml"))
    root = ElementTree.parse(DATA / f"{ID}.metainfo.xml").getroot()
    assert root.findtext("id") == ID
    assert root.findtext("launchable") == f"{ID}.desktop"
    version = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text()).group(1)
    assert root.find("releases/release").get("version") == version


@test("/install/desktop/translated")
def translated():
    group = entry()["Desktop Entry"]
    root = ElementTree.parse(DATA / f"{ID}.metainfo.xml").getroot()
    for language in LANGUAGES:
        for key in ("Comment", "GenericName", "Keywords"):
            assert group.get(f"{key}[{language}]", group[key]) != group[key], f"{key} in {language}"
            assert not key == "Keywords" or group[f"{key}[{language}]"].endswith(";"), group[f"{key}[{language}]"]
        names = {element.get("{http://www.w3.org/XML/1998/namespace}lang") for element in root.findall("summary")}
        assert language in names, names


@test("/install/desktop/screenshots-are-there")
def screenshots_are_there():
    root = ElementTree.parse(DATA / f"{ID}.metainfo.xml").getroot()
    images = root.findall("screenshots/screenshot/image")
    assert len(images) >= 3
    for image in images:
        path = ROOT / "docs" / "screenshots" / image.text.rsplit("/", 1)[1]
        head = path.read_bytes()[:24]
        size = int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")
        assert size == (int(image.get("width")), int(image.get("height"))), (path.name, size)


@test("/install/desktop/icons-can-be-drawn")
def icons_can_be_drawn():
    """By what GTK draws them with; the symbolic one has nothing that would not take the colour of the text."""
    import gi
    gi.require_version("GdkPixbuf", "2.0")
    from gi.repository import GdkPixbuf

    sizes = {ID: 128, f"{ID}-symbolic": 16}
    assert {path.stem for path in icons()} == set(sizes), icons()
    for path in icons():
        image = GdkPixbuf.Pixbuf.new_from_file(str(path))
        assert (image.get_width(), image.get_height()) == (sizes[path.stem],) * 2, path
        alphas = image.get_pixels()[3::4]
        assert alphas[0] == 0 and max(alphas) == 255, path
    text = next(path for path in icons() if path.stem.endswith("-symbolic")).read_text()
    assert "stroke" not in re.sub(r"<!--.*?-->", "", text, flags=re.S) and set(re.findall(r'fill="([^"]*)"', text)) == {"#2e3436"}


main()
