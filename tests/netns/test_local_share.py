#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two laptops on one link on which nothing was configured: a share code of one is taken on the other."""

import contextlib
import os
import pathlib
import subprocess
import time

import locallab
import netlab

locallab.enter()

from kadbus import Bus, Client, Kadd  # noqa: E402

SHARE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "desktop" / "share-code.py"
# A person waits three seconds; a machine that does other things, too, may take longer.
PROMPT_S = 3 * float(os.environ.get("KAD_TEST_PATIENCE", "1"))


class Laptop:
    """A session with the service as it is out of the box: in the public network, which it does not reach, and the local one."""

    def __init__(self, machine):
        self.bus = Bus()
        self.kadd = Kadd(bus=self.bus, network=None, listen=(), prefix=machine.prefix,
                         env={"DBUS_SYSTEM_BUS_ADDRESS": machine.bus_address})
        self.environment = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=self.bus.address, PYTHONDONTWRITEBYTECODE="1")

    def share(self, *words):
        return subprocess.Popen([locallab.PYTHON, SHARE, *words], env=self.environment, stdout=subprocess.PIPE, text=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kadd.stop()
        self.bus.close()


@contextlib.contextmanager
def offering(laptop, text):
    process = laptop.share("offer", text)
    try:
        yield next(line.strip() for line in process.stdout if line.count("-") >= 2)
    finally:
        process.terminate()
        process.wait(locallab.WAIT_S)
        process.stdout.close()


@netlab.test("a share code is taken on the other laptop within three seconds of its start")
def _():
    with locallab.Link() as link, Laptop(link.machine("a")) as ann, offering(ann, "hello, Ben") as code:
        machine = link.machine("b")
        start = time.monotonic()
        with Laptop(machine) as ben:
            taken = ben.share("take", code)
            out, _ = taken.communicate(timeout=locallab.WAIT_S)
            seconds = time.monotonic() - start
            assert taken.returncode == 0 and out == "hello, Ben\n", (taken.returncode, out)
            print(f"# taken {seconds:.1f} s after the start of the second service")
            assert seconds < PROMPT_S, seconds
            with Client(ben.bus) as client:
                assert client.node["Network"] == "public" and client.node["LocalNetwork"] == "lan"
                assert client.node["PeerCount"] == 0 and client.node["LanPeerCount"] > 0


netlab.main()
