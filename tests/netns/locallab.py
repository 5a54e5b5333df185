# SPDX-License-Identifier: GPL-3.0-or-later
"""Machines on one link, each with a system bus and an avahi-daemon of its own, and the service or another peer on it.

A machine is a network namespace. Its avahi-daemon has a root folder of its own, with a /run for its files and little else:
a mount namespace would do as well, but cannot be had where the tests themselves are in a chroot. Its system bus is a
dbus-daemon on a socket in that folder; nothing here knows where the real one is.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

import kadbus  # noqa: E402
import kadlab  # noqa: E402
import netlab  # noqa: E402

PYTHON = "/usr/bin/python3"
FLOOD = str(pathlib.Path(__file__).resolve().parent / "local_flood.py")
LAN = "/ipfs/lan/kad/1.0.0"
AVAHI = "/usr/sbin/avahi-daemon"
# Of a machine that has other things to do, too.
WAIT_S = 40

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={folder}/bus</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/>
<allow send_destination="*"/><allow receive_sender="*"/></policy></busconfig>"""
AVAHI_CONFIG = """[server]
host-name={name}
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
{publish}
"""


def enter():
    """As netlab's; skips all of it where there is no Avahi."""
    netlab.enter()
    for name in ("avahi-daemon", "dbus-daemon"):
        if shutil.which(name) is None:
            print(f"1..0 # SKIP there is no {name}")
            sys.exit(os.environ.get("CI") == "true")


def make_root(root):
    """A root folder in which avahi-daemon runs: itself, the libraries that it needs, and folders."""
    kadlab.copy_program(AVAHI, root)
    for folder in ("run/avahi-daemon", "var", "etc/avahi/services", "dev"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "var" / "run").symlink_to("../run")
    (root / "dev" / "null").touch()
    (root / "etc" / "passwd").write_text("root:x:0:0::/:/bin/false\navahi:x:1:1::/:/bin/false\n")
    (root / "etc" / "group").write_text("root:x:0:\navahi:x:1:\n")


class Machine(netlab.Space):
    """A machine on the link."""

    def __init__(self, name, with_avahi=True, publish=""):
        super().__init__(name)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix=f"kad-{name}-"))
        self.root = self.folder / "root"
        self.bus_address = f"unix:path={self.root}/run/bus"
        self.publish = publish
        self.avahi = self.bus = self.kadd = self.client = None
        self.log = open(self.folder / "log", "ab+")
        make_root(self.root)
        if with_avahi:
            self.start_bus()
            self.start_avahi()

    def _start(self, *words, **environment):
        return subprocess.Popen([*self.prefix, *words], env={**os.environ, **environment}, stdout=self.log, stderr=self.log)

    def start_bus(self):
        (self.folder / "bus.conf").write_text(BUS_CONFIG.format(folder=self.root / "run"))
        self.bus = self._start("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--nopidfile")
        kadlab.eventually((self.root / "run" / "bus").exists, timeout=WAIT_S, what=f"the bus of {self.name}")

    def start_avahi(self):
        (self.root / "etc" / "avahi.conf").write_text(AVAHI_CONFIG.format(name=f"kad-{self.name}", publish=self.publish))
        self.avahi = self._start("chroot", str(self.root), AVAHI, "--no-chroot", "--no-drop-root", "--no-rlimits", "-f",
                                 "/etc/avahi.conf", DBUS_SYSTEM_BUS_ADDRESS="unix:path=/run/bus")

    def stop_avahi(self):
        self.avahi.terminate()
        self.avahi.wait(WAIT_S)
        self.avahi = None

    def start_kadd(self, arguments=(), hold=True, network="lan"):
        """The service, with its node up; when it began to start, in seconds of time.monotonic()."""
        start = time.monotonic()
        self.kadd = kadbus.Kadd(folder=self.folder / "kadd", network=network, listen=(), prefix=self.prefix, arguments=arguments,
                                env={"DBUS_SYSTEM_BUS_ADDRESS": self.bus_address, "G_MESSAGES_DEBUG": "kad-service"})
        # Debugging goes there, and nobody else reads it.
        self.debugging = []
        threading.Thread(target=lambda out=self.kadd.process.stdout, to=self.debugging: to.extend(out), daemon=True).start()
        self.client = kadbus.Client(self.kadd)
        if not hold:
            return start
        self.client.node.call("Hold", "(sa{sv})", "a test", {})
        kadlab.eventually(lambda: self.client.node["State"] not in ("starting", "stopped"), timeout=WAIT_S, what="the node")
        return start

    @property
    def peer(self):
        return self.client.node["PeerId"]

    def table(self, network=""):
        return {row[0] for row in self.client.table.call("GetPeers", "(suua{sv})", network, 0, 1000, {})[1]}

    def reached(self, peer):
        """The addresses at which this machine reached a peer that it heard of by mDNS."""
        lines = re.findall(rf"(\S+)/p2p/{peer}, announced on the local network: reached", "".join(list(self.debugging)))
        return set(lines)

    def stop_kadd(self):
        self.client.close()
        self.kadd.process.terminate()
        status = self.kadd.process.wait(20)
        assert status == 0 and "CRITICAL" not in self.kadd.said(), self.kadd.said()
        self.kadd = None

    def tail(self):
        self.log.flush()
        lines = (self.folder / "log").read_text(errors="replace").splitlines()[-15:]
        return lines + (self.kadd.said().splitlines()[-25:] if self.kadd is not None else [])

    def close(self):
        for process in (self.kadd and self.kadd.process, self.avahi, self.bus):
            if process is not None and process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait(10)
        self.log.close()
        super().close()
        shutil.rmtree(self.folder, ignore_errors=True)


def peer_on(space, base):
    """A go or js peer in a space: a class, as kadlab has them."""
    return type(f"Spaced{base.__name__}", (base,), {"program": classmethod(lambda cls: space.prefix + base.program())})


class Link(netlab.Lab):
    """Machines on one link, the first at 10.78.0.2."""

    def __enter__(self):
        super().__enter__()
        self.processes = []
        self.bridge_name = self.bridge("kadlocal")
        return self

    def machine(self, name, **options):
        machine = Machine(name, **options)
        self.spaces.append(machine)
        machine.plug(self.bridge_name, f"10.78.0.{len(self.spaces) + 1}/24")
        # As machines have one; js-libp2p sends its multicast to wherever it leads.
        machine.run("ip", "route", "add", "default", "dev", "eth0")
        return machine

    def peer(self, machine, base, **options):
        peer = peer_on(machine, base)(listen="/ip4/0.0.0.0/tcp/0", protocol=LAN, extra=["--mdns"], **options)
        self.peers.append(peer)
        return peer.wait_listening()

    def __exit__(self, error_type, *rest):
        if error_type is not None:
            for machine in self.spaces:
                for line in machine.tail():
                    print(f"# {machine.name}: {line}")
        else:
            for machine in self.spaces:
                if machine.kadd is not None:
                    machine.stop_kadd()
        for process in self.processes:
            process.kill()
            process.wait(10)
        return super().__exit__(error_type, *rest)


def wait_until(condition, what, timeout=WAIT_S):
    return kadlab.eventually(condition, timeout=timeout, what=what)


def wait_acquainted(*machines):
    """Each has all others in its table."""
    peers = {m: m.peer for m in machines}
    for machine in machines:
        others = {p for m, p in peers.items() if m is not machine}
        wait_until(lambda m=machine, o=others: o <= m.table(), f"all others in the table of {machine.name}")
