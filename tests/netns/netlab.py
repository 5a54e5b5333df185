# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes of ours in network namespaces of their own, on a bridge that this process holds.

The whole laboratory is in a namespace that unshare made for this program: nothing of it is seen outside, and it goes with the
last process in it. As root that needs nothing more; another user gets a user namespace as well, where the machine allows it.
"""

import os
import pathlib
import shutil
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import kadlab  # noqa: E402
import kadtap  # noqa: E402

INSIDE = "KAD_NETNS_INSIDE"
# Where ip and nft are for root, and not for others.
os.environ["PATH"] = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
COMMAND_S = 20


def _unshare():
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]


def _why_not():
    """Why namespaces cannot be had here; None: they can."""
    for name in ("unshare", "nsenter", "ip"):
        if shutil.which(name) is None:
            return f"there is no {name}"
    probe = "ip link add kadbr type bridge && ip link add kadv type veth peer name kadw"
    done = subprocess.run([*_unshare(), "sh", "-c", probe], capture_output=True, text=True, timeout=COMMAND_S, check=False)
    return None if done.returncode == 0 else f"network namespaces cannot be made: {done.stderr.strip()}"


def enter():
    """Starts this program again, inside; skips all of it where that is not possible."""
    if os.environ.get(INSIDE):
        return
    reason = _why_not()
    if reason is None:
        os.execvpe("unshare", [*_unshare(), sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
    print(f"1..0 # SKIP {reason}")
    if os.environ.get("CI") == "true":
        print(f"# CI does not allow that: {reason}")
    sys.exit(os.environ.get("CI") == "true")


def has_nft():
    return shutil.which("nft") is not None and run("nft", "list", "ruleset", check=False).returncode == 0


def run(*words, check=True):
    done = subprocess.run(words, capture_output=True, text=True, timeout=COMMAND_S, check=False)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(words)}: {done.stderr}")
    return done


class Space:
    """A network namespace, held open by a process that sleeps in it."""

    def __init__(self, name, holder=("unshare", "--net", "sleep", "600")):
        self.name = name
        self.cables = []
        self.holder = subprocess.Popen(holder)
        kadlab.eventually(self._is_other, what=f"the namespace of {name}")
        self.run("ip", "link", "set", "lo", "up")

    def _is_other(self):
        try:
            return os.readlink(f"/proc/{self.holder.pid}/ns/net") != os.readlink("/proc/self/ns/net")
        except OSError:
            return False

    @property
    def prefix(self):
        return ["nsenter", f"--net=/proc/{self.holder.pid}/ns/net"]

    def run(self, *words, check=True):
        return run(*self.prefix, *words, check=check)

    def plug(self, bridge, address=None, device="eth0"):
        """A cable from here to the bridge."""
        outer = f"{bridge}-{self.name}"[-15:]
        run("ip", "link", "add", outer, "type", "veth", "peer", "name", device, "netns", str(self.holder.pid))
        self.cables.append(outer)
        run("ip", "link", "set", outer, "master", bridge, "up")
        self.run("ip", "link", "set", device, "up")
        if address is not None:
            self.run("ip", "address", "add", address, "dev", device)

    def close(self):
        # The namespace itself takes its time to go.
        for cable in self.cables:
            run("ip", "link", "delete", cable, check=False)
        self.holder.kill()
        self.holder.wait()


class SpacedPeer(kadlab.KadPeer):
    """kad node in a namespace."""

    def __init__(self, space, join=None, listen="/ip4/0.0.0.0/tcp/4001", mode=None, extra=()):
        self.space = space
        if join is not None:
            extra = [*extra, "--join", join]
        super().__init__(mode=mode, listen=listen, extra=extra, name=f"kad in {space.name}")

    def program(self):
        return self.space.prefix + kadlab.KadPeer.program()

    def address_at(self, ip):
        return f"/ip4/{ip}/tcp/4001/p2p/{self.peer}"

    def disconnected_from(self, peer, since=0):
        return [e for e in self.events[since:] if e["event"] == "peer-disconnected" and e["peer"] == peer.peer]


class Lab:
    """A bridge, and spaces on it with a node in each."""

    def __init__(self):
        self.spaces = []
        self.peers = []
        self.bridges = []

    def __enter__(self):
        run("ip", "link", "set", "lo", "up")
        return self

    def bridge(self, name):
        run("ip", "link", "add", name, "type", "bridge")
        run("ip", "link", "set", name, "up")
        self.bridges.append(name)
        return name

    def space(self, name):
        self.spaces.append(Space(name))
        return self.spaces[-1]

    def node(self, space, **options):
        self.peers.append(SpacedPeer(space, **options))
        return self.peers[-1].wait_listening()

    def network(self, count):
        """Nodes at 10.77.0.2 and up, all of which know each other."""
        bridge = self.bridge("kadbr")
        for i in range(count):
            space = self.space(f"n{i}")
            space.plug(bridge, f"10.77.0.{i + 2}/24")
            self.node(space, join=None if i == 0 else self.peers[0].address_at("10.77.0.2"))
        for peer in self.peers:
            others = {p.peer for p in self.peers if p is not peer}
            kadlab.eventually(lambda p=peer, o=others: p.table() and p.closest(b"x") and p.table() == o, timeout=30, what="a full table")
        return self.peers

    def __exit__(self, error_type, _error, _traceback):
        if error_type is not None:
            for peer in self.peers:
                for line in peer.stderr_tail().splitlines():
                    print("#", line)
                for event in peer.events[-20:]:
                    print("#", event)
        for peer in self.peers:
            peer.stop()
        for space in self.spaces:
            space.close()
        for bridge in self.bridges:
            run("ip", "link", "delete", bridge, check=False)
        return False


test = kadtap.test
main = kadtap.main
eventually = kadlab.eventually
Skip = kadtap.Skip
PeerError = kadlab.PeerError
