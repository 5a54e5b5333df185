#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`meson install` into a folder: all that is in files.txt and nothing else, each where the desktop looks, with names that are true."""

import configparser
import os
import pathlib
import stat
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import installed  # noqa: E402
from kadtap import main, test  # noqa: E402

BUILD = os.environ["MESON_BUILD_ROOT"]
BUILT = os.environ["KAD_BUILT"].split()
SOURCE = str(pathlib.Path(__file__).resolve().parents[2])
folder = tempfile.TemporaryDirectory()
destdir = None


def tree():
    global destdir
    destdir = destdir or installed.Destdir(BUILD, folder.name)
    return destdir


def files(ending):
    found = {path: real for path, real in tree().real.items() if path.endswith(ending)}
    assert found, f"nothing ends with {ending}"
    return found


def ini(path):
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    parser.optionxform = str
    parser.read(path, encoding="utf-8")
    return parser


@test("/install/files/all-and-nothing-else")
def all_and_nothing_else():
    wanted = {path for path, needs in installed.listed().items() if needs is None or needs in BUILT}
    folders = [path for path in wanted if path.endswith("/")]
    there = {installed.folder_of(path, folders) for path in tree().real}
    assert there == wanted, (
        f"installed, and not in tests/install/files.txt (and debian/*.install): {sorted(there - wanted)}\n"
        f"in tests/install/files.txt, and not installed: {sorted(wanted - there)}")


@test("/install/files/modes")
def modes():
    """Programs can be run by all, the rest can be read by all, and nobody but the owner writes."""
    for path, real in tree().real.items():
        mode = stat.S_IMODE(real.lstat().st_mode)
        if real.is_symlink():
            target = os.readlink(real)
            assert "/" not in target and (real.parent / target).is_file(), f"{path} leads to {target}"
        elif path.startswith(("usr/bin/", "usr/libexec/")):
            assert mode == 0o755, f"{path} has the mode {mode:o}"
        else:
            assert mode in (0o644, 0o755), f"{path} has the mode {mode:o}"


@test("/install/files/name-nothing-of-the-build")
def name_nothing_of_the_build():
    """But debugging information, which says where the sources were."""
    for path, real in tree().real.items():
        if not real.is_symlink() and real.read_bytes()[:4] != b"\x7fELF":
            text = real.read_bytes()
            for place in (BUILD, SOURCE):
                assert place.encode() not in text, f"{path} has {place}"
        elif not real.is_symlink():
            said = subprocess.run(["readelf", "-d", real], capture_output=True, text=True, check=True).stdout
            paths = [line for line in said.splitlines() if "RPATH" in line or "RUNPATH" in line]
            assert all(BUILD not in line and "$ORIGIN" not in line for line in paths), f"{path}: {paths}"


@test("/install/files/the-bus-starts-what-is-there")
def the_bus_starts_what_is_there():
    """Each name has the file of its own name, whose program is installed; by systemd, the same program."""
    services = {path: real for path, real in files(".service").items() if "/dbus-1/services/" in path}
    for path, real in services.items():
        group = ini(real)["D-BUS Service"]
        assert group["Name"] + ".service" == real.name, path
        program = group["Exec"].split()[0]
        assert os.access(tree().there(program), os.X_OK), f"{path} starts {program}"
        if "SystemdService" in group:
            unit = ini(tree().real["usr/lib/systemd/user/" + group["SystemdService"]])["Service"]
            assert unit["Type"] == "dbus" and unit["BusName"] == group["Name"] and unit["ExecStart"] == program


@test("/install/files/schemas-compile")
def schemas_compile():
    places = {real.parent for real in files(".gschema.xml").values()}
    assert len(places) == 1
    done = subprocess.run(["glib-compile-schemas", "--strict", "--dry-run", *places], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and not done.stderr, done.stderr


@test("/install/files/interfaces-are-read")
def interfaces_are_read():
    from gi.repository import Gio
    for path, real in files(".xml").items():
        if "/dbus-1/interfaces/" in path:
            names = [interface.name for interface in Gio.DBusNodeInfo.new_for_xml(real.read_text(encoding="utf-8")).interfaces]
            assert f"{real.name[:-4]}" in names, f"{path} has {names}"


@test("/install/files/shells-complete")
def shells_complete():
    there = tree().real
    for path, word in (
            ("usr/share/bash-completion/completions/kad.bash", "complete "), ("usr/share/zsh/site-functions/_kad", "#compdef kad"),
            ("usr/share/fish/vendor_completions.d/kad.fish", "complete ")):
        assert word in there[path].read_text(encoding="utf-8"), path
    done = subprocess.run(["bash", "-n", there["usr/share/bash-completion/completions/kad.bash"]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@test("/install/files/manuals-are-of-something")
def manuals_are_of_something():
    """A page a program, and a program a page."""
    there = tree().real
    pages = {pathlib.PurePath(path).stem for path in there if "/man/man1/" in path or "/man/man8/" in path}
    programs = {pathlib.PurePath(path).name for path in there if path.startswith(("usr/bin/", "usr/libexec/"))}
    assert pages == programs, (pages, programs)
    for path, real in there.items():
        if "/share/man/" in path:
            assert "\n.TH " in "\n" + real.read_text(encoding="utf-8"), path


@test("/install/files/desktop-finds-the-inspector")
def desktop_finds_the_inspector():
    there = tree().real
    if "gui" not in BUILT:
        assert not [path for path in there if "nspector" in path]
        return
    entry = ini(there["usr/share/applications/org.libkad.Inspector.desktop"])["Desktop Entry"]
    assert f"usr/bin/{entry['Exec'].split()[0]}" in there
    assert f"usr/share/icons/hicolor/scalable/apps/{entry['Icon']}.svg" in there
    assert f"usr/share/icons/hicolor/symbolic/apps/{entry['Icon']}-symbolic.svg" in there
    assert f"usr/share/dbus-1/services/{entry['Icon']}.service" in there
    assert f"usr/share/metainfo/{entry['Icon']}.metainfo.xml" in there


@test("/install/files/translations-are-read")
def translations_are_read():
    import gettext
    for path, real in files("/LC_MESSAGES/kad.mo").items():
        with real.open("rb") as stream:
            words = gettext.GNUTranslations(stream)
        assert words.gettext("Run a node in the foreground") != "Run a node in the foreground", path


main(folder.cleanup)
