# SPDX-License-Identifier: GPL-3.0-or-later
"""kadd on a desktop of mockdesktop.py, and what it says meanwhile."""

import contextlib
import os
import pathlib
import sys
import threading

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

from kadbus import Client, Kadd, main, Network, test, wait_for  # noqa: E402, F401
from kadnet import options  # noqa: E402
from kadwatch import Stream  # noqa: E402, F401

from gi.repository import GLib  # noqa: E402

# A machine that does other things, too.
WAIT_S = 60
PATIENCE = int(os.environ.get("KAD_TEST_PATIENCE", "1"))


class Node:
    """The service on a socket of its own, or on a bus; its debug lines in `said`."""

    def __init__(self, kadd, client):
        self.kadd, self.client, self.node = kadd, client, client.node
        self.said = []
        self.reader = threading.Thread(target=lambda: self.said.extend(kadd.process.stdout))
        self.reader.start()

    def has_said(self, text):
        return any(text in line for line in self.said)

    def wait_said(self, text):
        wait_for(lambda: self.has_said(text), WAIT_S)

    def put(self, **settings):
        """Settings by name, with "_" for "-": texts and truths."""
        for name, value in settings.items():
            self.client.settings.call("Set", "(sv)", name.replace("_", "-"),
                                      GLib.Variant("b" if isinstance(value, bool) else "s", value))

    def start(self):
        self.node.call("Start", "(a{sv})", options(wait=True))

    def wait_quiet(self, *reasons):
        wait_for(lambda: self.node["QuietReasons"] == list(reasons), WAIT_S)

    def wait_state(self, state, reason=""):
        wait_for(lambda: (self.node["State"], self.node["PauseReason"]) == (state, reason), WAIT_S)

    def find(self):
        """A lookup that asks others: who is nearest to a key."""
        return self.client.routing.call("ClosestPeers", "(sa{sv})", "text:anything", {})


@contextlib.contextmanager
def following(desktop_env, network, bus=None, start=True, settings=None, network_name="private:test", **arguments):
    """A Node that follows a desktop, begun with these settings; in order to the end."""
    env = {"G_MESSAGES_DEBUG": "kad-service", **desktop_env}
    with Kadd(bus=bus, join=network.join, env=env, network=network_name, **arguments) as kadd:
        with Client(bus or kadd) as client:
            node = Node(kadd, client)
            try:
                node.put(**settings or {})
                if start:
                    node.start()
                yield node
            except BaseException:
                print("#", *(f"{line.rstrip()}\n#" for line in node.said[-30:]))
                raise
            finally:
                kadd.process.terminate()
                node.reader.join(20)
