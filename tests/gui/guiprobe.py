# SPDX-License-Identifier: GPL-3.0-or-later
"""gui-source-probe, a source of the inspector without a window."""

import json
import os
import pathlib
import select
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

from gi.repository import GLib  # noqa: E402

TABLE, QUERIES, EVENTS, STATS, PUBLICATIONS, RECORDS = (1 << i for i in range(6))
ALL = TABLE | QUERIES | EVENTS | STATS | PUBLICATIONS | RECORDS
START, STOP, PAUSE, RESUME = range(4)
PATIENCE = float(os.environ.get("KAD_TEST_PATIENCE", "1"))


class Probe:
    """What it shows is asked for; wait() waits until it shows something."""

    def __init__(self, where, bus=None, opened=True, topics=0):
        environment = dict(os.environ, G_DEBUG="fatal-criticals", LC_ALL="C.UTF-8")
        if bus is not None:
            environment["DBUS_SESSION_BUS_ADDRESS"] = bus if isinstance(bus, str) else bus.address
        self.process = subprocess.Popen([os.environ["KAD_GUI_SOURCE_PROBE"], where], env=environment, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if opened:
            self.ask("open")
            if topics:
                self.ask("topics", topics)
            self.wait_state("open")

    def send(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()

    def answer(self, seconds=60):
        """The next line. Signals of others are served meanwhile."""
        context = GLib.MainContext.default()
        deadline = time.monotonic() + seconds
        while not select.select([self.process.stdout], [], [], 0.005)[0]:
            assert time.monotonic() < deadline, "the probe does not answer"
            while context.iteration(False):
                pass
        line = self.process.stdout.readline()
        assert line, f"the probe ended with {self.process.wait(10)}"
        return json.loads(line)

    def ask(self, *words, seconds=60):
        self.send(*words)
        return self.answer(seconds)

    def get(self, what):
        return self.ask("get", what)

    def wait(self, what, seconds=20):
        """Until what(self) is true; gives it."""
        deadline = time.monotonic() + seconds * PATIENCE
        while True:
            got = what(self)
            if got:
                return got
            assert time.monotonic() < deadline, f"it is not shown within {seconds * PATIENCE} s: {self.get('state')}"
            time.sleep(0.05)

    def wait_state(self, state, code=None, seconds=20):
        return self.wait(lambda probe: (lambda got: got if got["state"] == state and code in (None, got["code"]) else None)(
            probe.get("state")), seconds)

    def table(self):
        return {peer["id"]: peer for peer in self.get("peers") if peer["in_table"]}

    def connected(self):
        return {peer["id"] for peer in self.get("peers") if peer["connected"]}

    def start(self, command, **values):
        """A query; its number in the list."""
        return self.ask("start", command, options_text(values))

    def run(self, command, **values):
        return self.ask("run", command, options_text(values), seconds=120)

    def finished(self, number, seconds=30):
        """Waits for the end of a query, and until all of it is read."""
        def is_over(probe):
            got = probe.ask("query", number)
            return got if got["query"]["state"] == 2 and got["query"]["path"] == "" else None
        self.wait(is_over, seconds)
        time.sleep(0.3)  # what came last is put into the lists some times a second
        return self.ask("query", number)

    def close(self):
        if self.process.poll() is None:
            self.send("quit")
            self.answer()
        status = self.process.wait(20)
        self.process.stdin.close()
        self.process.stdout.close()
        assert status == 0, f"the probe ended with {status}"

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is None:
            self.close()
        elif self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)


def options_text(values):
    """a{sv} as text."""
    types = {bool: "b", int: "u", str: "s"}
    variants = {name.replace("_", "-"): GLib.Variant(types[type(value)], value) for name, value in values.items()}
    return GLib.Variant("a{sv}", variants).print_(True)
