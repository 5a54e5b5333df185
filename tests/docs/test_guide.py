#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows the guide word by word: two machines, each a session bus that starts its own kadd, in a private network.

What the guide says that a command answers has to come. Only ADDRESS is put in, as a person does: it is where the first
machine listens, as its `kad status` says. The network of the guide, which would be that of the house, is a private one on
this machine's loopback, whatever `kad config` says.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "service"))

import doctry  # noqa: E402
from kadbus import LOOPBACK, NAME, Bus, main, test  # noqa: E402

GUIDE, TWIN = ROOT / "docs" / "guide" / "guide.md", ROOT / "docs" / "guide" / "guide.zh_CN.md"
NETWORK = "private:guide"


class Machine:
    """A person's machine: a session bus with what is installed there, and folders of its own."""

    def __init__(self, bus, folder):
        self.env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=bus.address, GSETTINGS_BACKEND="keyfile", LC_ALL="C.UTF-8")
        self.env.pop("KAD_ADDRESS", None)
        self.env["DBUS_SYSTEM_BUS_ADDRESS"] = f"unix:path={folder}/nobody"
        self.env["PATH"] = os.path.dirname(os.environ["KAD_TOOL"]) + ":" + os.environ["PATH"]
        for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
            self.env[f"XDG_{kind}_HOME"] = str(folder / kind.lower())
        variables = [f"{name}={self.env[name]}" for name in self.env if name.startswith(("XDG_", "GSETTINGS_", "DBUS_"))]
        # Where the bus starts it, it is in this network, whatever is configured.
        bus.add_service(NAME, shlex.join([
            "/usr/bin/env", *variables, os.environ["KAD_DAEMON"], "--network", NETWORK, "--listen", LOOPBACK]))

    def status(self):
        done = subprocess.run([os.environ["KAD_TOOL"], "status", "--json"], env=self.env, stdout=subprocess.PIPE, check=True, timeout=60)
        return json.loads(done.stdout)


@test("/docs/guide/followed-word-by-word")
def followed():
    with tempfile.TemporaryDirectory(prefix="kad-guide-") as folder, Bus() as first, Bus() as second:
        machines = {}
        for name, bus in (("first", first), ("second", second)):
            (pathlib.Path(folder) / name).mkdir()
            machines[name] = Machine(bus, pathlib.Path(folder) / name)

        def words(text):
            return re.sub(r"\bADDRESS\b", lambda _: machines["first"].status()["addresses"][0], text)
        count = doctry.type_all(GUIDE, ROOT, folder, lambda name: machines[name].env, machines, words)
        assert count >= 10, f"the guide has only {count} blocks of commands"
        for machine in machines.values():
            assert machine.status()["network"] == NETWORK


main()
