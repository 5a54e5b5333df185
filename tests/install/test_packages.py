#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What debian/ and the Flatpak manifest say of the tree is true, without building a package: scripts/test-packages.sh does that.

Each file that is installed is in one package and each name in debian/*.install is that of a file; versions, packages to build with
and symbols are those of the tree.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import installed  # noqa: E402
from kadtap import main, test  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEBIAN = ROOT / "debian"
MANIFEST = ROOT / "data" / "flatpak" / "org.libkad.Inspector.json"
PACKAGES = [
    "gir1.2-kad-1", "kad-daemon", "kad-inspector", "kad-tools", "libkad-1-0", "libkad-1-common", "libkad-1-dev", "libkad-1-doc",
    "libkad-1-transports",
]
# Of the group build, but not to be named: each machine that builds packages has them, says Debian's policy.
ESSENTIAL = {"gcc", "libc6-dev", "util-linux"}
# What packages alone are built with.
OF_PACKAGES = {"debhelper-compat", "dh-sequence-gir"}


def version():
    return re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text(encoding="utf-8")).group(1)


def stanzas(path):
    """Of a control file: a dictionary a paragraph."""
    found = []
    for text in re.split(r"\n\n+", re.sub(r"(?m)^#.*\n", "", path.read_text(encoding="utf-8")).strip("\n")):
        fields = {}
        for line in text.split("\n"):
            if line[0] in " \t":
                assert fields, f"{path}: begins with {line!r}"
                fields[name] += "\n" + line.strip()
            else:
                match = re.fullmatch(r"([!-9;-~]+):\s*(.*)", line)
                assert match, f"{path}: {line!r} is no field"
                name = match.group(1)
                assert name not in fields, f"{path}: {name} twice"
                fields[name] = match.group(2)
        found.append(fields)
    return found


def relations(text):
    """{package: the rest} of a list of packages."""
    parts = [part.strip() for part in text.replace("\n", " ").split(",")]
    return {re.match(r"[a-z0-9${][^\s(<|]*", part).group(0): part for part in parts if part}


def patterns(package):
    lines = (DEBIAN / f"{package}.install").read_text(encoding="utf-8").splitlines()
    return [line.split()[0] for line in lines if line and not line.startswith("#")]


def matches(pattern, path):
    """As dh_install does: a star is no slash, and a folder is all that is in it."""
    words = "".join("[^/]*" if part == "*" else re.escape(part) for part in re.split(r"(\*)", pattern.rstrip("/")))
    return re.fullmatch(words + "(/.*)?", path) is not None


@test("/install/packages/control-can-be-read")
def control_can_be_read():
    source, *binary = stanzas(DEBIAN / "control")
    assert source["Source"] == "kad" and {"Maintainer", "Build-Depends", "Standards-Version"} <= set(source), source
    assert sorted(fields["Package"] for fields in binary) == PACKAGES
    for fields in binary:
        assert {"Architecture", "Depends", "Description"} <= set(fields), fields
        assert fields["Architecture"] in ("any", "all"), fields
        first, *rest = fields["Description"].split("\n")
        assert len(first) <= 60 and rest, fields["Package"]
        # What belongs together goes together, and nothing depends on a package of ours that is not made.
        for name, part in relations(fields["Depends"] + "," + fields.get("Recommends", "")).items():
            if "kad" in name:
                assert name in PACKAGES, f"{fields['Package']} wants {name}"
                assert "Version}" in part or name in ("kad-daemon", "kad-tools"), f"{fields['Package']} wants any {name}"


@test("/install/packages/each-file-is-in-one")
def each_file_is_in_one():
    assert sorted(path.stem for path in DEBIAN.glob("*.install")) == PACKAGES
    files = [path.rstrip("/") for path in installed.listed()]
    wanted = {package: patterns(package) for package in PACKAGES}
    for path in files:
        where = [package for package in PACKAGES if any(matches(pattern, path) for pattern in wanted[package])]
        assert len(where) == 1, f"{path} is in {where or 'no package'}: see debian/*.install"
    for package, names in wanted.items():
        assert names, package
        for pattern in names:
            assert any(matches(pattern, path) for path in files), f"debian/{package}.install: {pattern} is not installed"


@test("/install/packages/version")
def versions():
    first = (DEBIAN / "changelog").read_text(encoding="utf-8").split("\n", 1)[0]
    match = re.fullmatch(r"kad \(([^)]+)\) \S+; urgency=\w+", first)
    assert match and match.group(1) == version(), first
    assert (DEBIAN / "source" / "format").read_text(encoding="utf-8").strip() == "3.0 (native)"


@test("/install/packages/built-with-what-the-build-wants")
def build_depends():
    lines = (ROOT / "scripts" / "install-packages.sh").read_text(encoding="utf-8").splitlines()
    group = {line.split()[1] for line in lines if line.startswith("build ")}
    assert len(group) > 20, group
    named = relations(stanzas(DEBIAN / "control")[0]["Build-Depends"])
    assert set(named) - OF_PACKAGES == group - ESSENTIAL, (
        f"only in debian/control: {sorted(set(named) - OF_PACKAGES - group)}, "
        f"only in scripts/install-packages.sh: {sorted(group - ESSENTIAL - set(named))}")


@test("/install/packages/symbols")
def symbols():
    exported = {line for line in (ROOT / "docs" / "libkad-1.symbols").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"}
    text = (DEBIAN / "libkad-1-0.symbols").read_text(encoding="utf-8")
    assert text.startswith("libkad-1.so.0 libkad-1-0 #MINVER#\n"), text[:80]
    named = {}
    for line in text.splitlines()[1:]:
        if not line.startswith("*"):
            match = re.fullmatch(r" (\w+)@Base (\d+(?:\.\d+)+)", line)
            assert match and match.group(1) not in named, line
            named[match.group(1)] = tuple(map(int, match.group(2).split(".")))
    missing, gone = sorted(exported - set(named)), sorted(set(named) - exported)
    assert not missing and not gone, (
        "debian/libkad-1-0.symbols lacks:\n" + "".join(f" {name}@Base {version()}\n" for name in missing) + f"and has too much: {gone}")
    assert max(named.values()) <= tuple(map(int, version().split("."))), "a symbol of a later version"


@test("/install/packages/copyright")
def copyright_is_whole():
    head, *parts = stanzas(DEBIAN / "copyright")
    assert head["Format"] == "https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/"
    defined = {part["License"].split("\n")[0] for part in parts if "Files" not in part}
    used = {word for part in parts if "Files" in part for word in part["License"].split(" or ")}
    assert used == defined, (used, defined)
    assert parts[0]["Files"] == "*"
    for part in parts:
        for pattern in part.get("Files", "").split():
            assert any(ROOT.glob(pattern)), f"debian/copyright: {pattern} is not there"
    # The library's, as the first lines of the files say.
    lesser = [pattern for part in parts if part["License"] == "LGPL-2.1+" for pattern in part["Files"].split()]
    for folder in ("kad-commands/*", "kad-core/*", "kad-transports/*"):
        assert folder in lesser, folder


@test("/install/packages/tests-can-be-run")
def tests_can_be_run():
    found = stanzas(DEBIAN / "tests" / "control")
    names = [fields["Tests"] for fields in found]
    assert "three-nodes" in names and "service" in names, names
    for fields in found:
        script = DEBIAN / "tests" / fields["Tests"]
        assert os.access(script, os.X_OK), script
        text = script.read_text(encoding="utf-8")
        done = subprocess.run(["sh", "-n", script], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        # Whatever is started is in a network of its own.
        assert "--network public" not in text and "--network lan" not in text, script
        for name in relations(fields["Depends"]):
            assert "kad" not in name or name in PACKAGES, f"{script} wants {name}"


def left_in_flatpak(manifest):
    """What of our files stays in it, below its prefix."""
    wanted = [path.removeprefix("usr").replace("/lib/TRIPLET/gio/modules/", "/lib/kad-1/gtk-inspector/").replace("/lib/TRIPLET/", "/lib/")
              for path, needs in installed.listed().items() if needs in (None, "gui")]
    rules = manifest["cleanup"] + manifest["modules"][-1]["cleanup"]
    left = {path for path in wanted if not any(matches(rule, path) for rule in rules if rule[0] == "/")}
    for rule in manifest["modules"][-1]["cleanup"]:
        assert any(matches(rule, path) for path in wanted), f"{MANIFEST.name}: {rule} is not installed"
    return left


@test("/install/flatpak/is-of-the-inspector")
def flatpak_is_of_the_inspector():
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    assert manifest["id"] == MANIFEST.stem == "org.libkad.Inspector"
    assert (ROOT / "data" / f"{manifest['id']}.desktop.in").is_file()
    assert manifest["runtime"] == "org.gnome.Platform" and manifest["sdk"] == "org.gnome.Sdk" and int(manifest["runtime-version"]) >= 46
    # No network, no files, no bus but one name.
    assert sorted(manifest["finish-args"]) == ["--socket=fallback-x11", "--socket=wayland", "--talk-name=org.libkad.Kad1"]
    assert manifest["command"] == "kad-inspector" and manifest["modules"][-1]["name"] == "kad"


@test("/install/flatpak/has-the-inspector-alone")
def flatpak_has_the_inspector_alone():
    """And the service's program with what a demonstration needs, which is no network."""
    left = left_in_flatpak(json.loads(MANIFEST.read_text(encoding="utf-8")))
    name = "org.libkad.Inspector"
    assert left == {
        "/bin/kad-inspector", "/lib/kad-1/transports/libkad-transport-memory.so", "/lib/libkad-1.so.0", "/libexec/kadd",
        f"/share/applications/{name}.desktop", f"/share/dbus-1/services/{name}.service", f"/share/glib-2.0/schemas/{name}.gschema.xml",
        "/share/glib-2.0/schemas/org.libkad.Kad.gschema.xml", f"/share/icons/hicolor/scalable/apps/{name}.svg",
        f"/share/icons/hicolor/symbolic/apps/{name}-symbolic.svg", "/share/locale/zh_CN/LC_MESSAGES/kad.mo",
        f"/share/metainfo/{name}.metainfo.xml",
    }, sorted(left)


@test("/install/flatpak/options-and-sources")
def flatpak_options_and_sources():
    """The options are Meson's of this tree, and what comes from elsewhere is one commit each."""
    modules = json.loads(MANIFEST.read_text(encoding="utf-8"))["modules"]
    text = (ROOT / "meson_options.txt").read_text(encoding="utf-8")
    known = set(re.findall(r"^option\('([^']+)'", text, re.M))
    for word in modules[-1]["config-opts"]:
        assert re.fullmatch(r"-D(\w+)=\w+", word).group(1) in known, word
    assert modules[-1]["sources"] == [{"type": "dir", "path": "../.."}]
    for module in modules[:-1]:
        for source in module["sources"]:
            assert source["type"] == "git" and re.fullmatch(r"[0-9a-f]{40}", source["commit"]) and source["tag"], source


@test("/install/flatpak/a-demonstration-needs-no-more")
def flatpak_demonstration():
    """kadd makes its network in memory with the only transport that is left."""
    build = os.environ["MESON_BUILD_ROOT"]
    with tempfile.TemporaryDirectory() as folder:
        for name in ("libkad-1.so.0", "kad-1/transports/libkad-transport-memory.so"):
            target = pathlib.Path(folder, name)
            target.parent.mkdir(parents=True, exist_ok=True)
            source = pathlib.Path(build, "kad-core/node", name)
            target.write_bytes(source.read_bytes())
        # Before the library of the build tree, whose other modules would be found beside it.
        env = dict(os.environ, LD_LIBRARY_PATH=folder, GSETTINGS_SCHEMA_DIR=f"{build}/data", KAD_TRANSPORT_PATH="")
        daemon = subprocess.Popen([os.environ["KAD_DAEMON"], "--demo", f"--address=unix:path={folder}/bus"], env=env,
                                  stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        try:
            assert daemon.stdout.readline().startswith("unix:path="), daemon.poll()
            maps = pathlib.Path(f"/proc/{daemon.pid}/maps").read_text(encoding="utf-8")
            assert f"{folder}/libkad-1.so.0" in maps and "libkad-transport-tcp" not in maps
        finally:
            daemon.terminate()
            daemon.wait(60)
            daemon.stdout.close()


main()
