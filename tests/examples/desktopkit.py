# SPDX-License-Identifier: GPL-3.0-or-later
"""Two laptops for the programs of examples/desktop: each has a session bus and a service of its own, in one private network.

    with Laptops() as (ann, ben):
        offer = ann.start("share-code.py", "offer", "hello")
        code = offer.wait_out("-").strip()
        assert ben.run("share-code.py", "take", code).out == "hello\n"
"""

import os
import pathlib
import re
import signal
import subprocess
import sys
import threading
import time
import types

ROOT = pathlib.Path(__file__).resolve().parents[2]
DESKTOP = ROOT / "examples" / "desktop"
sys.path[:0] = [str(ROOT / "tests" / "service"), str(DESKTOP)]

from kadbus import Bus, Client, Kadd, Network, main, test, wait_for  # noqa: E402, F401

PATIENCE_S = 60
PYTHON = "/usr/bin/python3"


class Program:
    """A program of examples/desktop that runs. What it says is read as it comes."""

    def __init__(self, words, env):
        self.process = subprocess.Popen([PYTHON, DESKTOP / words[0], *words[1:]], env=env, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        self.said = {"out": "", "err": ""}
        self.news = threading.Condition()
        self.readers = [threading.Thread(target=self._read, args=(name, stream), daemon=True)
                        for name, stream in (("out", self.process.stdout), ("err", self.process.stderr))]
        for reader in self.readers:
            reader.start()

    def _read(self, name, stream):
        for line in stream:
            with self.news:
                self.said[name] += line
                self.news.notify_all()

    def _wait(self, name, pattern, seconds=PATIENCE_S):
        """The line that has it."""
        def found():
            return next((line for line in self.said[name].splitlines() if re.search(pattern, line)), None)
        with self.news:
            line = self.news.wait_for(found, seconds)
        assert line is not None, f"it never said {pattern!r}: {self.said}"
        return line

    def wait_out(self, pattern):
        return self._wait("out", pattern)

    def wait_err(self, pattern):
        return self._wait("err", pattern)

    def end(self, how=None):
        """Its exit status, once it has ended; `how` is a signal to send."""
        if how is not None and self.process.poll() is None:
            self.process.send_signal(how)
        status = self.process.wait(PATIENCE_S)
        for reader in self.readers:
            reader.join(PATIENCE_S)
        self.process.stdout.close()
        self.process.stderr.close()
        assert "Traceback" not in self.said["err"], self.said["err"]
        assert "Warning" not in self.said["err"] and "CRITICAL" not in self.said["err"], self.said["err"]
        return status

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(PATIENCE_S)


class Laptop:
    """A session bus, and the service on it."""

    def __init__(self, join=(), kadd=True):
        self.bus = Bus()
        self.env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=self.bus.address, LC_ALL="C.UTF-8", LANGUAGE="C",
                        XDG_CONFIG_HOME=str(self.bus.folder / "config"))
        self.kadd = None
        self.client = Client(self.bus)
        if kadd:
            self.begin(join)

    def begin(self, join=()):
        """The service starts, and its node: in the folder that it had."""
        self.kadd = Kadd(bus=self.bus, folder=self.bus.folder / "kadd", join=join)
        self.client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: self.client.node["ListenAddresses"])

    def begin_beside(self, join=()):
        """The same with nobody in its own network, and others in the local one beside it: as at home, with nothing set up."""
        peers = ", ".join(map(repr, join))
        settings = self.bus.folder / "settings"
        settings.write_text(f"[networks/private:b]\nbootstrap=[{peers}]\nprotocol='/beside/kad/1.0.0'\n")
        self.kadd = Kadd(bus=self.bus, folder=self.bus.folder / "kadd", network="private:a",
                         arguments=["--beside", "private:b", "--settings", str(settings)])
        self.client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: self.client.node["LanListenAddresses"])

    @property
    def address(self):
        return self.client.node["ListenAddresses"][0]

    @property
    def peer(self):
        return self.client.node["PeerId"]

    def start(self, *words, **env):
        return Program(words, {**self.env, **env})

    def run(self, *words, **env):
        """Its exit status, what it said, and how long it took."""
        begun = time.monotonic()
        with self.start(*words, **env) as program:
            status = program.end()
        return types.SimpleNamespace(status=status, took_s=time.monotonic() - begun, **program.said)

    def publications(self):
        from gi.repository import GLib
        return self.client.publications.call("List", "(a{sv})", {"all": GLib.Variant("b", True)})

    def close(self):
        self.client.close()
        if self.kadd is not None:
            with self.kadd:
                pass
        self.bus.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Laptops:
    """Ann's and Ben's, who found one another."""

    def __enter__(self):
        self.ann = Laptop()
        self.ben = Laptop(join=[self.ann.address])
        wait_for(lambda: all(laptop.client.node["RoutingTableSize"] == 1 for laptop in (self.ann, self.ben)))
        return self.ann, self.ben

    def __exit__(self, *_):
        self.ben.close()
        self.ann.close()


STOP = signal.SIGINT
KILL = signal.SIGKILL
