#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Modules that fail, in every way: each is reported with its reason, prints nothing, and harms nothing."""

import os

from kadinstalled import Staying, folder, main, shell, test

START = """
#include <kad.h>
#define TYPE(Name, name, PARENT, Parent)                        \\
  typedef Parent Name;                                          \\
  typedef Parent##Class Name##Class;                            \\
  GType name##_get_type (void);                                 \\
  static void name##_init (Name *self) {}                       \\
  static void name##_class_init (Name##Class *klass) {}         \\
  static void name##_class_finalize (Name##Class *klass) {}     \\
  G_DEFINE_DYNAMIC_TYPE (Name, name, PARENT)
#define COMMAND(Name, name) TYPE (Name, name, KAD_TYPE_COMMAND_HANDLER, KadCommandHandler)
#define TRANSPORT(Name, name) TYPE (Name, name, KAD_TYPE_TRANSPORT, KadTransport)
#define REGISTER(name) name##_register_type (G_TYPE_MODULE (module))
#define PROVIDE(point, name, text) g_io_extension_point_implement (point, name##_get_type (), text, 0)
"""
UNLOAD = "void g_io_module_unload (GIOModule *module) {}\n"


def module(name, types, load, define=None):
    """The source of a module."""
    define = define or f'KAD_MODULE_DEFINE ("{name}", "1.0", "A module of the tests")'
    return f"{START}{define}\n{types}\nvoid g_io_module_load (GIOModule *module)\n{{\n{load}\n}}\n{UNLOAD}"


def command(name):
    """A good module with one command."""
    word = name.replace("-", "_")
    return module(name, f"COMMAND (Test_{word}, test_{word})",
                  f'REGISTER (test_{word}); PROVIDE ("kad-command", test_{word}, "{name}");')


def build(place, name, source, flags=""):
    (place / f"{name}.c").write_text(source)
    shell(f"cc -shared -fPIC {name}.c -o {name}.so {flags} $(pkg-config --cflags --libs kad-1)", place)
    os.remove(place / f"{name}.c")
    return place / f"{name}.so"


BROKEN = {
    # No library at all; a library that is no module; a module that cannot be linked.
    "text": (None, ["ELF"]),
    "plain": ("int kad_test (void) { return 1; }", ["it is no module of Kad"]),
    "no-load": (f'{START}KAD_MODULE_DEFINE ("no-load", "1.0", "It has no functions")', ["g_io_module_load"]),
    "symbol": (module("symbol", "void kad_nobody_has_this (void);", "kad_nobody_has_this ();"), ["kad_nobody_has_this"]),
    # Of another time, with functions of that time.
    "future": (
        module("future", "void kad_from_the_future (void);", "kad_from_the_future ();",
               "G_MODULE_EXPORT extern const KadModuleInfo kad_module_info;\n"
               'const KadModuleInfo kad_module_info = { 64, 99, "future", "9.0", "From the future" };'),
        ["version 99", "version 1:"]),
    "unnamed": (module("Not A Name", "", ""), ["lower-case words"]),
    "empty": (module("empty", "", ""), ["neither a command nor a transport"]),
    # Names and types that are not theirs.
    "taken-command": (
        module("taken-command", "COMMAND (TakenC, taken_c)", 'REGISTER (taken_c); PROVIDE ("kad-command", taken_c, "get-record");'),
        ["“get-record” is taken"]),
    "taken-transport": (
        module("taken-transport", "TRANSPORT (TakenT, taken_t)", 'REGISTER (taken_t); PROVIDE ("kad-transport", taken_t, "tcp");'),
        ["“tcp” is taken"]),
    "parent": (
        module("parent", "COMMAND (ParentC, parent_c)", 'REGISTER (parent_c); PROVIDE ("kad-transport", parent_c, "parent");'),
        ["no concrete KadTransport"]),
    "bad-name": (
        module("bad-name", "COMMAND (BadC, bad_c)", 'REGISTER (bad_c); PROVIDE ("kad-command", bad_c, "Bad Name");'),
        ["cannot name a command"]),
    "type": (
        module("type", "COMMAND (KadTcpTransport, my_tcp)", 'REGISTER (my_tcp); PROVIDE ("kad-command", my_tcp, "my-tcp");'),
        ["KadTcpTransport", "no concrete"]),
    "point": (
        module("point", "COMMAND (PointC, point_c)", 'REGISTER (point_c); PROVIDE ("kad-nothing", point_c, "point");'),
        ["kad-nothing"]),
}


def fill(place):
    """One of each that is broken, and two that are good, at both ends of the alphabet. Gives file names and what
    is told of them."""
    wanted = {}
    for name, (source, words) in BROKEN.items():
        if source is None:
            (place / f"{name}.so").write_text("no library" * 1000)
        else:
            build(place, name, source)
        wanted[f"{name}.so"] = words
    build(place, "gone", "int kad_test_gone;")
    (place / "gone.so").rename(place / "libgone.so")
    build(place, "library", command("library") + "extern int kad_test_gone; int *kad_test_use = &kad_test_gone;", "-L. -lgone")
    (place / "libgone.so").unlink()
    wanted["library.so"] = ["libgone"]
    # Cut where a copy was interrupted, in the headers and behind them: who maps such a file dies of it.
    for name, size in (("cut", 9000), ("stub", 100)):
        os.truncate(build(place, name, command(name)), size)
        wanted[f"{name}.so"] = ["cut short"]
    os.mkfifo(place / "pipe.so", 0o644)
    (place / "folder.so").mkdir()
    wanted["pipe.so"] = wanted["folder.so"] = ["no regular file"]
    build(place, "writable", command("writable")).chmod(0o666)
    wanted["writable.so"] = ["everybody may write", "chmod o-w"]
    if os.geteuid() == 0:
        os.chown(build(place, "foreign", command("foreign")), 12345, -1)
        wanted["foreign.so"] = ["belongs to user 12345"]
        os.chown(build(place, "group", command("group")), -1, 12345)
        (place / "group.so").chmod(0o664)
        wanted["group.so"] = ["group 12345 may write"]
    # The umask 002 of many build trees.
    build(place, "alright", command("alright")).chmod(0o775)
    build(place, "zebra", command("zebra"))
    return wanted


def check_good(node):
    """What else there is works: Kad's own commands and transports, and the good modules."""
    assert "done" in node.ask({"id": 1, "command": "put-record", "options": {"key": "text:k", "value": "v"}})[-1]
    assert "done" in node.ask({"id": 2, "command": "get-record", "options": {"key": "text:k"}})[-1]
    answer = node.ask({"id": 3, "command": "taken-command"})[-1]
    assert answer["error"]["code"] == "UnknownCommand", answer
    answers = node.ask({"id": 4, "command": "show-modules"})
    return {os.path.basename(a["result"]["file"]): a["result"] for a in answers[:-1]}


@test("every way to fail is told with its reason, prints nothing, and leaves all else as it was")
def _():
    place = folder()
    wanted = fill(place)
    with Staying("kad node --json --mode server", place) as first:
        address = first.read()["addresses"][0]
        line = f"kad node --json --commands --join {address} --module-path {place}"
        with Staying(line, place) as node:
            listening = node.read()
            assert listening["event"] == "listening", listening
            events = [node.read() for _ in range(len(wanted) + 2)]
            loaded = [e for e in events if e["event"] == "module"]
            failed = {os.path.basename(e["module"]): e["error"]["message"] for e in events if e["event"] == "module-failed"}
            assert [e["name"] for e in loaded] == ["alright", "zebra"], events
            assert loaded[0]["commands"] == ["alright"] and loaded[0]["transports"] == [] and loaded[0]["version"] == "1.0", loaded
            assert set(failed) == set(wanted), set(failed) ^ set(wanted)
            for file, words in wanted.items():
                assert all(word in failed[file] for word in words), (file, words, failed[file])
            node.ask({"id": 0, "command": "bootstrap"})
            listed = check_good(node)
            for file in wanted:
                assert listed[file]["state"] == "failed" and listed[file]["error"] == failed[file], listed[file]
                assert listed[file]["commands"] == [] and listed[file]["transports"] == [], listed[file]
            assert listed["zebra.so"]["state"] == "loaded" and listed["zebra.so"]["error"] is None
            assert listed["libkad-transport-tcp.so"]["transports"] == ["tcp"], listed
            stderr = node.stop()
            assert stderr == "", stderr
    page = shell(f"kad help --module-path {place}", place)
    assert page.stderr == "", page.stderr
    for file in wanted:
        assert f"{place / file} failed to load: " in page.stdout, (file, page.stdout)


@test("a good name stays where another of the same module is taken, whichever kind it is")
def _():
    place = folder()
    build(place, "both", module(
        "both", "COMMAND (BothC, both_c)\nTRANSPORT (BothT, both_t)\nCOMMAND (BothD, both_d)",
        'REGISTER (both_c); REGISTER (both_t); REGISTER (both_d); PROVIDE ("kad-command", both_c, "both");'
        'PROVIDE ("kad-transport", both_t, "both"); PROVIDE ("kad-command", both_d, "find-peer");'))
    with Staying("kad node --json --commands", place, {"KAD_MODULE_PATH": str(place)}) as node:
        node.read()
        events = {line["event"]: line for line in (node.read(), node.read())}
        assert events["module"]["commands"] == ["both"] and events["module"]["transports"] == ["both"], events
        assert "“find-peer” is taken" in events["module-failed"]["error"]["message"], events
        (own,) = [a["result"] for a in node.ask({"id": 1, "command": "show-modules"})[:-1] if a["result"]["name"] == "both"]
        assert own["state"] == "loaded" and "find-peer" in own["error"], own
        assert node.stop() == ""


@test("a command that has no run() fails when it is run, and the node goes on")
def _():
    place = folder()
    build(place, "lazy", command("lazy"))
    with Staying(f"kad node --json --commands --module-path={place}", place) as node:
        node.read()
        answer = node.ask({"id": 1, "command": "lazy"})[-1]
        assert answer["error"]["code"] == "NotSupported", answer
        assert "done" in node.ask({"id": 2, "command": "show-table"})[-1]


@test("a folder that everybody may write to is refused, and one like /tmp is not")
def _():
    place = folder()
    build(place, "zebra", command("zebra"))
    for mode, is_taken in ((0o777, False), (0o1777, True), (0o775, True)):
        place.chmod(mode)
        page = shell(f"kad help --module-path {place}", "/").stdout
        assert ("zebra 1.0" in page) == is_taken, (oct(mode), page)
        assert (f"{place} failed to load: everybody may write" in page.replace(f": {place}", "")
                or f"everybody may write to {place}" in page) != is_taken, (oct(mode), page)


@test("a folder that is not there is told, by every way to name it")
def _():
    for variable in ("KAD_MODULE_PATH", "KAD_TRANSPORT_PATH", "KAD_COMMAND_PATH"):
        assert "/nowhere/at/all failed" in shell("kad help", "/", env={variable: ":/nowhere/at/all:"}).stdout, variable
    assert "/nowhere/at/all failed" in shell("kad help --module-path /nowhere/at/all", "/").stdout


@test("the three variables take both kinds, and a file's name stands in for that of another folder")
def _():
    first, second = folder(), folder()
    build(first, "same", command("one"))
    build(second, "same", command("two"))
    build(second, "other", command("three"))
    for variable in ("KAD_MODULE_PATH", "KAD_TRANSPORT_PATH", "KAD_COMMAND_PATH"):
        page = shell("kad help", "/", env={variable: f"{first}:{second}"}).stdout
        assert "one 1.0" in page and "three 1.0" in page and "two 1.0" not in page, page
    page = shell("kad help", "/", env={"KAD_COMMAND_PATH": str(second), "KAD_MODULE_PATH": str(first)}).stdout
    assert "one 1.0" in page and "two 1.0" not in page, page


@test("two modules of one name, in files of two names: the first stays")
def _():
    place = folder()
    build(place, "a", command("same"))
    build(place, "b", module("same", "COMMAND (OtherC, other_c)", 'REGISTER (other_c); PROVIDE ("kad-command", other_c, "other");'))
    page = shell(f"kad help --module-path {place}", "/").stdout
    assert 'there is a module "same" already' in page and "commands: other" not in page, page


@test("commands of modules run on ephemeral nodes and in testnets, and JSON help lists modules")
def _():
    place = folder()
    build(place, "lazy", command("lazy"))
    shell(f"kad --module-path {place} run lazy", "/", status=1)
    assert "kad run lazy" in shell(f"kad run lazy --help --module-path {place}", "/").stdout
    page = shell(f"kad help --json --module-path {place}", "/").stdout
    assert '"name":"lazy","version":"1.0"' in page and '"module":"lazy"' in page, page
    with Staying(f"kad testnet 2 --json --commands --module-path {place}", "/") as net:
        while net.read()["event"] != "ready":
            pass
        assert net.ask({"id": 1, "node": 1, "command": "lazy"})[-1]["error"]["code"] == "NotSupported"


if __name__ == "__main__":
    main()
