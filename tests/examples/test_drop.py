#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/desktop/kad-drop.py as people with a keyboard and a screen reader have it, on two laptops that share a screen."""

import pathlib
import re
import subprocess
import sys
import tempfile
import time

from desktopkit import DESKTOP, PYTHON, ROOT, Kadd, Laptop, Laptops, main, test

sys.path.insert(0, str(ROOT / "tests" / "gui"))

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402
from guikit import Desktop, Inspector, wait_for  # noqa: E402

import kadshare  # noqa: E402

TEXT = "the album is in the <b>blue</b> folder"
ENTRY = "Code from the Other Computer"
CODE = re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$")


class Drop(Inspector):
    """The running window."""

    def __init__(self, desktop, laptop, *words, **environment):
        self.desktop = desktop
        self.log = desktop.folder / f"drop-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [PYTHON, DESKTOP / "kad-drop.py", *words], stdout=log, stderr=log,
                env={**desktop.environment, "DBUS_SESSION_BUS_ADDRESS": laptop.bus.address,
                     "AT_SPI_BUS_ADDRESS": accessibility(desktop), **environment})
        self.accessible = None
        self.kind = "frame"
        self.met = []
        self.due_s = 0

    def walk(self, limit=20000):
        """What is met stays where it is, and is asked first; parts that say nothing are passed by."""
        yield from self.met
        if time.monotonic() < self.due_s:
            return
        met = [self]
        for node in met:
            if len(met) < limit and node.kind not in LEAVES:
                for child in node.children():
                    child.kind = child.role
                    met.append(child)
        self.met = met
        self.due_s = time.monotonic() + 0.5
        yield from met

    def find(self, name=None, role=None, has=None, seconds=20, showing=False):
        """GTK 4.8 does not tell what is showing: texts that come and go are looked for."""
        def there():
            return next((node for node in self.walk() if (role is None or node.kind == role)
                         and (name is None or node.name == name) and (has is None or has in node.name)), None)
        try:
            return wait_for(there, seconds)
        except AssertionError as error:
            raise AssertionError(f"nothing is called {name or has!r}: {[node.name for node in self.met]}") from error

    def press(self, name):
        """Once it is on the screen: before, nobody could, and GTK does nothing."""
        button = self.find(name, role="push button")
        wait_for(lambda: button.accessible.get_extents(Atspi.CoordType.WINDOW).width > 0)
        button.activate()

    def page(self, name):
        """The switcher is there three times, and one of them is shown."""
        self.find(name, role="page tab")
        for tab in {node.accessible: node for node in self.met if node.kind == "page tab" and node.name == name}.values():
            tab.activate()

    def code(self):
        return wait_for(lambda: next(filter(CODE.match, (node.name for node in self.walk() if node.kind == "label")), None))

    def offer(self, text=TEXT):
        """Offers a text, and gives the code that is shown."""
        self.page("Offer")
        self.find("Text", role="text").type(text)
        self.press("Get a Code")
        return self.code()

    def take(self, code):
        self.page("Take")
        self.find(ENTRY, role="text").type(code)
        self.find("This is a whole code.")
        self.press("Find")

    def close(self):
        status = super().close()
        said = self.log.read_text()
        assert "Traceback" not in said and "Warning" not in said and "WARNING" not in said, said
        return status


def accessibility(desktop):
    """The one bus of screen readers, whatever session bus a program has."""
    connection = Gio.DBusConnection.new_for_address_sync(
        desktop.address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
    address = connection.call_sync("org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress", None, None, 0, 20000,
                                   None).unpack()[0]
    connection.close_sync(None)
    return address


LEAVES = ("page tab", "push button", "scroll bar", "text", "combo box", "label", "image", "progress bar")
FOCUSED = Atspi.StateType.FOCUSED
with_desktop = []


def desktop():
    """One for all tests."""
    if not with_desktop:
        with_desktop.append(Desktop())
    return with_desktop[0]


@test("/drop/two-find-each-other")
def two_find_each_other():
    with Laptops() as (ann, ben), Drop(desktop(), ann) as first, Drop(desktop(), ben) as second:
        code = first.offer()
        first.find(has="1 other keeps it")
        first.find(has=" left")
        # A mistake is told while it is typed, and nothing is asked.
        entry = second.find(ENTRY, role="text")
        for typed, said in (("ab", "Not the whole code yet: 2 of 12"), ("?", "“?” is in no code"), (code + "0", "longer"),
                            (code[:-1] + ("0" if code[-1] != "0" else "1"), "typing mistake"), ("", "do not matter")):
            entry.type(typed)
            second.find(has=said)
        assert ben.client.routing.call("ListQueries", "(a{sv})", {}) == []
        second.take(code.lower().replace("-", " "))
        second.find(TEXT)
        second.find(has=f"Peer {ann.peer}")
        second.find(has="answers in")
        first.press("Stop Offering")
        first.find("The Offer Is Over")
        wait_for(lambda: ann.publications() == [])
        second.press("Find")
        second.find("The Offer Is Over")
        second.find("This offer is over.")
        # The other way round; the window is closed, and what it offered is taken back before.
        code = second.offer("thanks")
        first.take(code)
        first.find("thanks")
        second.process.terminate()
        assert second.process.wait(60) == 0
        first.press("Find")
        first.find("This offer is over.")


@test("/drop/it-ends-by-itself")
def it_ends_by_itself():
    with Laptops() as (ann, ben), Drop(desktop(), ann, "--lifetime", "3") as drop:
        code = drop.offer()
        drop.find(has="0:0")
        drop.find("Nobody can take it any more.")
        assert ann.publications() == []
        drop.press("Offer Again")
        drop.offer("another")
        wait_for(lambda: drop.code() != code)
        assert ben.peer


@test("/drop/what-is-not-there")
def what_is_not_there():
    with Laptops() as (ann, ben), Drop(desktop(), ben, "--wait", "1") as drop:
        drop.take(kadshare.make_code())
        code = kadshare.make_code()
        ben.client.publications.call("PutRecord", "(saya{sv})", kadshare.Place(code).key, b"<b>nonsense", {
            "wait": GLib.Variant("b", True)})
        drop.take(code)
        drop.find("Not From This Code", seconds=60)
        drop.take(kadshare.make_code())
        drop.find("Nobody Is There", seconds=60)
        ben.client.node.call("Pause", "(sa{sv})", "user", {})
        drop.press("Try Again")
        drop.find("Kad Is Paused")
        ben.kadd.kill()
        drop.press("Try Again")
        drop.find("Kad Is Not There")
        drop.page("Offer")
        drop.find("Text", role="text").type("x")
        drop.press("Get a Code")
        wait_for(lambda: drop.find("Kad Is Not There") and sum(node.name == "Kad Is Not There" for node in drop.met) == 2)
        drop.page("Take")
        with ben.kadd:
            pass
        ben.kadd = Kadd(bus=ben.bus, folder=ben.bus.folder / "kadd")
        ben.client.node.call("Resume", "(a{sv})", {})
        ann.kadd.kill()
        drop.press("Try Again")
        drop.find("Offline", seconds=60)
        # Looking can be stopped.
        with Drop(desktop(), ben) as patient:
            patient.take(kadshare.make_code())
            patient.press("Stop Looking")


@test("/drop/the-service-goes-and-comes-back")
def service_goes():
    with Laptops() as (ann, ben), Drop(desktop(), ann) as first, Drop(desktop(), ben) as second:
        code = first.offer()
        first.find(has="keeps it")
        ann.kadd.kill()
        first.find(has="has gone")
        with ann.kadd:
            pass
        ann.begin(join=[ben.address])
        first.find(has="keeps it")
        second.take(code)
        second.find(TEXT)


@test("/drop/by-keyboard")
def by_keyboard():
    with Laptops() as (ann, ben), Drop(desktop(), ann) as drop:
        wait_for(lambda: drop.find("Text", role="text").accessible.get_state_set().contains(FOCUSED))
        typing = ["xdotool", "type", "--delay", "30"]
        subprocess.run([*typing, "hello"], check=True, env=drop.desktop.environment, timeout=30)
        drop.key("ctrl+Return")
        code = drop.code()
        # The copy button has the focus now.
        drop.key("Return")
        drop.find("The code was copied")
        drop.key("alt+2")
        wait_for(lambda: drop.find(ENTRY, role="text").accessible.get_state_set().contains(FOCUSED))
        subprocess.run([*typing, code.lower()], check=True, env=drop.desktop.environment, timeout=30)
        drop.find("This is a whole code.")
        drop.key("Return")
        drop.find("hello")
        drop.key("ctrl+q")
        assert drop.process.wait(60) == 0
        wait_for(lambda: ann.publications() == [])
        assert ben.peer


@test("/drop/everything-has-a-name")
def everything_has_a_name():
    with Laptop() as laptop, Drop(desktop(), laptop) as drop:
        drop.find("Get a Code")
        names = {node.name for node in drop.met if node.kind == "push button"}
        assert {"Get a Code", "Copy Code", "Stop Offering", "Find", "Stop Looking", "Copy Text", "Try Again"} <= names, names
        assert {node.name for node in drop.met if node.kind == "text"} == {"Text", ENTRY}
        assert {node.name for node in drop.met if node.kind == "page tab"} == {"Offer", "Take"}
        drop.find("How long it is offered")
        assert all("_" not in node.name for node in drop.met)


@test("/drop/speaks-other-languages")
def speaks_other_languages():
    """The texts of the window and those of the program, whatever the catalogue says."""
    with tempfile.TemporaryDirectory(prefix="kad-words-") as folder:
        words = pathlib.Path(folder, "zh_CN", "LC_MESSAGES")
        words.mkdir(parents=True)
        texts = {"Offer a Text": "提供一段文字", "Capitals, spaces and dashes do not matter.": "大小写",
                 "Not the whole code yet: %(typed)d of %(all)d letters and digits.": "%(all)d 位中的 %(typed)d 位"}
        head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        body = "".join(f'msgid "{text}"\nmsgstr "{said}"\n\n' for text, said in texts.items())
        pathlib.Path(folder, "words.po").write_text(head + body)
        subprocess.run(["msgfmt", "-o", words / "kad.mo", pathlib.Path(folder, "words.po")], check=True)
        with Laptop(kadd=False) as laptop, Drop(desktop(), laptop, LANGUAGE="zh_CN", KAD_LOCALEDIR=folder) as drop:
            drop.find("提供一段文字")
            drop.find(ENTRY, role="text").type("abc")
            drop.find("12 位中的 3 位")


main(lambda: [each.close() for each in with_desktop])
