#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks of ours and theirs: our nodes as the minority, the majority and the
bootstrap. Everybody is at home in everybody's table and serves everybody."""

import kadwire
from kadlab import Testnet, content, eventually, key_of
from kadtap import main, test

# name: (who bootstraps, how many of each kind, the bootstrap counted)
NETWORKS = {
    "2 of ours in a network of go": ("go", {"go": 6, "kad": 2}),
    "2 of ours in a network of js": ("js", {"js": 4, "kad": 2}),
    "2 of theirs (go) in a network of ours": ("kad", {"kad": 6, "go": 2}),
    "2 of theirs (js) in a network of ours": ("kad", {"kad": 6, "js": 2}),
    "go and js that meet through one of ours": ("kad", {"kad": 1, "go": 3, "js": 3}),
    "three of each, started by go": ("go", {"go": 3, "js": 3, "kad": 3}),
    "three of each, started by js": ("js", {"js": 3, "go": 3, "kad": 3}),
    "25 nodes, more than a bucket and a reply hold": ("kad", {"kad": 10, "go": 12, "js": 3}),
}


class Network(Testnet):
    """One of NETWORKS, joined."""

    def __init__(self, name):
        super().__init__()
        self.bootstrap_kind, self.counts = NETWORKS[name]

    def __enter__(self):
        super().__enter__()
        try:
            first = self.one(self.bootstrap_kind)
            for kind, count in self.counts.items():
                self.start(kind, count - (1 if kind == self.bootstrap_kind else 0))
            self.join_all(first)
        except BaseException as error:
            self.__exit__(type(error), error, None)
            raise
        return self

    def one_of_each(self):
        return [self.of_kind(kind)[-1] for kind in self.counts]


class SharedNetwork:
    """The network that tests look at one after the other; each puts keys of its own. One that
    a test failed in is not used again."""

    _name = None
    _network = None

    @classmethod
    def leave(cls, error=None):
        network, cls._network, cls._name = cls._network, None, None
        if network is not None:
            network.__exit__(type(error) if error else None, error, None)

    @classmethod
    def run(cls, function, name):
        try:
            if cls._name != name:
                cls.leave()
                cls._network = Network(name).__enter__()
                cls._name = name
            function(cls._network)
        except BaseException as error:
            cls.leave(error)
            raise


_in_networks = []


def in_each_network(description):
    """The function becomes a test for each network, and gets it."""

    def register(function):
        _in_networks.append((description, function))
        return function

    return register


def register_in_networks():
    """One network after the other, so that each is made once."""
    for name in NETWORKS:
        for description, function in _in_networks:
            test(f"{name}: {description}", function=function, name=name)(SharedNetwork.run)


def nearest(net, key, but, count):
    """The peers nearest to a key, by brute force."""
    ids = [p.peer for p in net.peers if p is not but]
    return sorted(ids, key=lambda i: kadwire.distance(kadwire.peer_id_bytes(i), key))[:count]


def peers_of(net, kind):
    return {p.peer for p in net.of_kind(kind)}


@in_each_network("tables take our nodes, and ours take theirs")
def tables(net):
    ours = peers_of(net, "kad")
    for peer in net.peers:
        if peer.kind == "kad":
            for kind in net.counts:
                others = peers_of(net, kind) - {peer.peer}
                if others:
                    what = f"some {kind} in {peer.name}'s table"
                    eventually(lambda: others & peer.table(), what=what)
        else:
            eventually(lambda: ours & peer.table(), what=f"one of ours in {peer.name}'s table")

    def all_known():
        return ours <= set().union(*(p.table() for p in net.peers if p.kind != "kad"))

    eventually(all_known, what="each of ours in some table of theirs")


@in_each_network("records put by each are found by each")
def records(net):
    for putter in net.one_of_each():
        key, value = key_of(f"by-{putter.kind}"), f"put by {putter.name}".encode()
        putter.put(key, value)
        for getter in net.peers:
            assert getter.get(key) == value, f"{getter.name} does not find {key}"


@in_each_network("providers announced by each are found by each")
def providers(net):
    for provider in net.one_of_each():
        key = content(f"by {provider.name}")
        provider.provide(key)
        for finder in net.peers:
            if finder is provider:
                continue
            found = eventually(
                lambda: finder.providers(key), what=f"{finder.name} finding {provider.name}"
            )
            assert provider.peer in found, f"{finder.name} finds {found}"


@in_each_network("lookups find the closest, ours through theirs and theirs through ours")
def lookups(net):
    everybody = len(net.peers) <= 20
    for asker in net.one_of_each():
        for i in range(3):
            key = f"somewhere {i}".encode()
            wanted = nearest(net, key, asker, 20)

            def complete():
                found = asker.closest(key)
                if asker.kind == "kad":
                    # Ours promise all, nearest first.
                    return found == wanted
                return set(wanted if everybody else wanted[:10]) <= set(found)

            eventually(complete, what=f"{asker.name} finding the {len(wanted)} closest")


@in_each_network("everybody finds everybody's address")
def find_peer(net):
    for asker in net.one_of_each():
        for other in net.peers:
            if other is asker:
                continue
            addresses = [a.split("/p2p/")[0] for a in asker.find_peer(other.peer)]
            plain = other.addresses[0].split("/p2p/")[0]
            assert plain in addresses, f"{asker.name} finds {other.name} at {addresses}"


register_in_networks()


@test("what is left finds everything when a third of the nodes is killed")
def some_killed():
    SharedNetwork.leave()
    with Network("three of each, started by go") as net:
        key, value, cid = key_of("survives"), b"value", content("survives")
        first = net.peers[0]
        first.put(key, value)
        first.provide(cid)
        for kind in net.counts:
            net.of_kind(kind)[1].kill()
        living = [p for p in net.peers if p.running]
        assert len(living) == 6, living
        for peer in living:
            assert peer.get(key) == value, peer.name
            if peer is not first:
                assert first.peer in peer.providers(cid), peer.name


if __name__ == "__main__":
    main(at_end=SharedNetwork.leave)
