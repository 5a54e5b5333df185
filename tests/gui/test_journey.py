#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Through the inspector without eyes and without a mouse: a demonstration, the keyboard, and what a screen reader is told.

GTK 4.8 tells no "showing", so the words of pages that are not shown are found, too: what a page says is looked for by words that
only it has.
"""

import re

from guikit import PATIENCE, Desktop, main, test, wait_for

LIST = "Queries, the newest first"
# One for all: Atspi keeps to the first accessibility bus of its process.
DESKTOP = Desktop()


def descriptions(window):
    return [node.description for node in window.walk() if node.description]


def told(window, pattern):
    """The first match in what is said of anything, or None."""
    wanted = re.compile(pattern)
    return next((match for match in map(wanted.search, descriptions(window)) if match), None)


def said(window, pattern, seconds=30):
    return wait_for(lambda: told(window, pattern), seconds)


def find_queries(window):
    """The list, once some are in it."""
    queries = window.find(LIST, showing=False)
    try:
        wait_for(lambda: queries.count() > 3, 60)
    except BaseException:
        print("# " + "\n# ".join(node.name for node in window.walk() if node.role == "label" and node.name))
        raise
    return queries


def focused(window):
    from gi.repository import Atspi
    return next((node for node in window.walk()
                 if node.accessible.get_state_set().contains(Atspi.StateType.FOCUSED)), None)


def place(node):
    return (node.role, node.name, node.description) if node is not None else None


def tab_to(window, role, most=25):
    """A key at a time: where the focus went is seen before the next."""
    for _ in range(most):
        node = focused(window)
        if node is not None and node.role == role:
            return node
        window.key("Tab")
        try:
            wait_for(lambda was=place(node): place(focused(window)) != was, 2 / PATIENCE)
        except AssertionError:
            pass  # two that are called alike, or a key that nobody heard
    raise AssertionError(f"{most} times Tab did not lead to a {role}")


@test("/gui/journey/what-the-table-is")
def table():
    """A hundred nodes, seen from one: how many are known, and how full each bucket is."""
    with DESKTOP.inspector("--demo", "--page", "table") as window:
        wait_for(lambda: window.name.startswith("Routing Table"))
        peers, buckets = map(int, said(window, r"^(\d\d+) peers in (\d+) buckets").groups())
        assert 20 < peers <= 100 and 3 <= buckets <= 20, (peers, buckets)
        first = int(said(window, r"Bucket 0: (\d+)").group(1))
        assert 0 < first <= 20, first


@test("/gui/journey/why-it-took-so-long")
def why():
    """A query is chosen by the keyboard, and what it did is told in numbers."""
    with DESKTOP.inspector("--demo", "--page", "queries") as window:
        find_queries(window)
        window.key("ctrl+f")
        tab_to(window, "list item")

        def choose():
            """The next one: some found nobody to ask."""
            window.key("Down")
            window.key("Return")
            return told(window, r"^(\d+) contacts within .*: (\d+) asked")
        contacts, asked = map(int, wait_for(choose, 40, 1).groups())
        assert contacts > 0 and asked > 0, (contacts, asked)
        assert said(window, r"The slowest answer took \d")


@test("/gui/journey/a-question-of-ones-own")
def question():
    """The form is filled and begun, and who holds the key is told."""
    with DESKTOP.inspector("--demo", "--page", "queries") as window:
        queries = find_queries(window)
        window.key("ctrl+n")
        key = wait_for(lambda: next((node for node in window.walk() if node.role == "text" and node.name == "key"), None))
        key.type("text:timetable/ferry")
        window.find("Start", role="push button", showing=False).activate()
        wait_for(lambda: any(node.role == "label" and re.search(r"\bprovide|\bresult", node.name)
                             for node in window.walk()), 30)
        wait_for(lambda: "text:timetable/ferry" in [node.name for node in queries.walk()], 20)


@test("/gui/journey/who-took-an-event")
def events():
    """The log names the command that took an event."""
    with DESKTOP.inspector("--demo", "--page", "events") as window:
        wait_for(lambda: any(node.name in ("get-providers", "get-record", "closest-peers", "find-peer", "publish")
                             for node in window.walk() if node.role == "label"), 60)


if __name__ == "__main__":
    with DESKTOP:
        main()
