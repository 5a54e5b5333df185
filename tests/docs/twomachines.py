# SPDX-License-Identifier: GPL-3.0-or-later
"""Two machines to type on: each a session bus that starts its own kadd, in the network "lan" on loopback.

They run in a network namespace of their own, which has nothing but loopback: enter() first.

    with Machines() as machines:
        doctry.type_all(PAGE, ROOT, machines.folder, machines.env, machines.names, machines.words)
"""

import contextlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "netns"))

import netlab  # noqa: E402
from kadbus import LOOPBACK, NAME, Bus  # noqa: E402

NETWORK = "lan"
ANSWER_S = 60


def enter():
    """Starts this program again in a network namespace; skips all of it where that cannot be."""
    netlab.enter()
    if shutil.which("ip"):
        netlab.run("ip", "link", "set", "lo", "up", check=False)


class Machine:
    """A person's machine: a session bus with what is installed there, and folders of its own."""

    def __init__(self, bus, folder):
        self.folder = folder
        self.env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=bus.address, DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={folder}/nobody",
                        GSETTINGS_BACKEND="keyfile", LC_ALL="C.UTF-8")
        self.env.pop("KAD_ADDRESS", None)
        self.env["PATH"] = os.path.dirname(os.environ["KAD_TOOL"]) + ":" + os.environ["PATH"]
        for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
            self.env[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
        variables = [f"{name}={self.env[name]}" for name in self.env if name.startswith(("XDG_", "GSETTINGS_", "DBUS_"))]
        # Where the bus starts it, it is in this network, whatever is configured.
        bus.add_service(NAME, shlex.join([
            "/usr/bin/env", *variables, os.environ["KAD_DAEMON"], "--network", NETWORK, "--listen", LOOPBACK]))

    def tool(self, *words):
        done = subprocess.run([os.environ["KAD_TOOL"], *words, "--json"], env=self.env, stdout=subprocess.PIPE, check=True, timeout=ANSWER_S)
        return json.loads(done.stdout.splitlines()[0])

    def status(self):
        return self.tool("status")


class Machines(contextlib.ExitStack):
    """The first and the second."""

    names = ("first", "second")

    def __init__(self, joined=False):
        super().__init__()
        self.joined = joined

    def __enter__(self):
        super().__enter__()
        self.folder = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory(prefix="kad-guide-")))
        self.machines = {}
        for name in self.names:
            (self.folder / name).mkdir()
            self.machines[name] = Machine(self.enter_context(Bus()), self.folder / name)
        if self.joined:
            for machine in self.machines.values():
                machine.tool("config", "validators", "any")
                machine.tool("up")
            self.machines["second"].tool("connect", self.words("ADDRESS"))
        return self

    def env(self, name):
        return self.machines[name].env

    def words(self, text):
        """With what a person puts in: where the first machine listens, as its `kad status` says."""
        return re.sub(r"\bADDRESS\b", lambda _: self.machines["first"].status()["addresses"][0], text)
