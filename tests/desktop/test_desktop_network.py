#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Without NetworkManager the kernel tells of routes: the service in a network namespace that the test makes."""

import contextlib
import os
import pathlib
import subprocess
import tempfile

from kaddesktop import following, main, Stream, test, wait_for, WAIT_S
from kadtap import Skip
from mockdesktop import Desktop

AS_USER = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]


class Namespace:
    """Of the network, with nothing but a loopback; `join` as of a network of nobody."""

    join = ()

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", *AS_USER, "sleep", "600"])
        self.enter = ["nsenter", f"--target={self.holder.pid}", "--net"]
        if AS_USER:
            self.enter += ["--user", "--preserve-credentials"]
        own = os.readlink("/proc/self/ns/net")
        wait_for(lambda: self.holder.poll() is not None or os.readlink(f"/proc/{self.holder.pid}/ns/net") != own, WAIT_S)
        if self.holder.poll() is not None:
            raise Skip("no network namespace can be made here")
        self.ip("link", "set", "lo", "up")

    def ip(self, *words):
        subprocess.run([*self.enter, "ip", *words], check=True, timeout=60)

    def add_default_route(self):
        self.ip("link", "add", "near", "type", "veth", "peer", "name", "far")
        for name in ("near", "far"):
            self.ip("link", "set", name, "up")
        self.ip("address", "add", "10.9.9.1/24", "dev", "near")
        self.ip("route", "add", "default", "via", "10.9.9.2")

    @contextlib.contextmanager
    def daemon(self):
        """KAD_DAEMON is the service in here."""
        real = os.environ["KAD_DAEMON"]
        with tempfile.TemporaryDirectory() as folder:
            script = pathlib.Path(folder, "kadd")
            script.write_text(f"#!/bin/sh\nexec {' '.join(self.enter)} {real} \"$@\"\n")
            script.chmod(0o755)
            os.environ["KAD_DAEMON"] = str(script)
            try:
                yield
            finally:
                os.environ["KAD_DAEMON"] = real

    def close(self):
        self.holder.kill()
        self.holder.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


@test("/desktop/route-changes")
def route_changes():
    with Namespace() as namespace, Desktop("power") as desktop, namespace.daemon():
        with following(desktop.env, namespace) as it:
            it.wait_said("watched by GNetworkMonitorNetlink")
            stream = Stream(it.client, "node")
            namespace.add_default_route()
            stream.wait(lambda lines: any(line.get("reason") == "network" for line in lines), WAIT_S)
            stream.close()


@test("/desktop/nobody-is-quiet-in-the-local-network")
def local_network():
    """There each node is needed, and what is said stays on the link; a pause is a pause there, too."""
    with Namespace() as namespace, Desktop("network", "power") as desktop, namespace.daemon():
        with following(desktop.env, namespace, network_name="lan") as it:
            desktop.network.set_metered(True)
            it.wait_said("metered is there")
            desktop.power.save(True)
            it.wait_said("power-saver is there")
            assert it.node["QuietReasons"] == [] and it.node["Network"] == "lan"
            it.put(on_metered="pause")
            it.wait_state("paused", "metered")
            it.put(on_metered="quiet")
            wait_for(lambda: it.node["State"] != "paused", WAIT_S)
            assert it.node["QuietReasons"] == [] and not it.has_said("keep-quiet")


main()
