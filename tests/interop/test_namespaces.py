#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Namespaces of the service, and of programs of go-libp2p (its routing discovery), in one private network."""

import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

from gi.repository import GLib  # noqa: E402

from kadbus import Bus, Client, Kadd, wait_for  # noqa: E402
from kadlab import Testnet, eventually  # noqa: E402
from kadtap import main, test  # noqa: E402

PROTOCOL = "/kad-test/kad/1.0.0"
NAMESPACES = ("photos", "näme space / 17", "n" * 1024)


class Lab:
    """Two go nodes that know each other, and the service on a bus that joined through the first."""

    def __enter__(self):
        self.net = Testnet()
        self.go = self.net.start("go", count=2, protocol=PROTOCOL)
        self.go[1].join(self.go[0].addresses[0])
        self.bus = Bus()
        self.kadd = Kadd(bus=self.bus, join=self.go[0].addresses[:1])
        self.client = Client(self.bus)
        self.client.settings.call("Set", "(sv)", "protocol", GLib.Variant("s", PROTOCOL))
        self.client.settings.call("Set", "(sv)", "mode", GLib.Variant("s", "server"))
        self.client.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: self.client.node["RoutingTableSize"] == 2)
        self.peer = self.client.node["PeerId"]
        return self

    def __exit__(self, *error):
        self.client.close()
        self.kadd.__exit__(*error)
        self.bus.close()
        self.net.__exit__(*error)

    def discover(self, namespace):
        """{peer: addresses} of Discover()."""
        query = self.client.at(self.client.routing.call("Discover", "(sa{sv})", namespace, {}), "Query")
        finished = query.listen("Finished")
        query.call("Start")
        wait_for(lambda: finished, 60)
        assert finished[0][0] in ("completed", "starved"), finished
        found = {}
        for result in query.call("GetResults", "(u)", 0)[1]:
            found.setdefault(result["peer"], set()).update(result["addresses"])
        query.call("Release")
        return found


def without_peer(address):
    return address.rsplit("/p2p/", 1)[0]


def go_finds(node, namespace):
    return {peer["peer"]: peer["addresses"] for peer in node.call("find-peers", namespace=namespace)["peers"]}


@test("Discover finds who advertises in a go program, at the addresses where it is")
def go_advertises():
    with Lab() as lab:
        for namespace in NAMESPACES:
            assert lab.discover(namespace) == {}
            assert lab.go[1].call("advertise", namespace=namespace)["ttl_ms"] > 3_600_000
            found = lab.discover(namespace)
            assert set(found) == {lab.go[1].peer}, found
            here = {without_peer(address) for address in lab.go[1].addresses}
            assert here <= found[lab.go[1].peer], found
            short = lab.client.routing.call("FindProviders", "(sa{sv})", f"text:{namespace}", {})
            assert {row["peer"] for row in short} == {lab.go[1].peer}, short
        assert lab.discover("another") == {}


@test("FindPeers of a go program finds who called Advertise, and dials it at the addresses that it is told")
def service_advertises():
    with Lab() as lab:
        wait = {"wait": GLib.Variant("b", True)}
        here = {without_peer(address) for address in lab.client.node["ListenAddresses"]}
        for namespace in NAMESPACES:
            assert go_finds(lab.go[1], namespace) == {}
            path = lab.client.routing.call("Advertise", "(sa{sv})", namespace, wait)
            assert lab.client.at(path, "Publication")["Holders"] == 2
            # Somebody who has never met us: all that it knows is what it is told.
            stranger = lab.net.one("go", protocol=PROTOCOL, mode="client")
            stranger.join(lab.go[1].addresses[0])
            found = eventually(lambda who=stranger, what=namespace: go_finds(who, what), what="a peer in the namespace")
            assert set(found) == {lab.peer}, found
            assert set(found[lab.peer]) == here, (found, here)
            for address in found[lab.peer]:
                assert stranger.connect(f"{address}/p2p/{lab.peer}") == lab.peer
        assert go_finds(lab.go[1], "another") == {}


@test("who both advertise in a namespace find each other")
def both_advertise():
    with Lab() as lab:
        lab.client.routing.call("Advertise", "(sa{sv})", "photos", {"wait": GLib.Variant("b", True)})
        lab.go[1].call("advertise", namespace="photos")
        assert set(lab.discover("photos")) == {lab.peer, lab.go[1].peer}
        assert set(go_finds(lab.go[0], "photos")) == {lab.peer, lab.go[1].peer}


@test("what was advertised and removed is not announced any more")
def advertised_and_removed():
    with Lab() as lab:
        lab.client.routing.call("Advertise", "(sa{sv})", "photos", {})
        assert lab.client.publications.call("Remove", "(sa{sv})", "text:photos", {}) == 1
        assert lab.client.publications.call("List", "(a{sv})", {}) == []
        assert lab.client.publications.fails("Remove", "(sa{sv})", "text:photos", {}) == "NotFound"


if __name__ == "__main__":
    assert os.environ.get("KAD_DAEMON"), "KAD_DAEMON names the service"
    main()
