#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""All four key types, ours towards theirs and theirs towards ours."""

from kadlab import PeerError, Testnet, content, eventually, key_of
from kadtap import main, test

# libp2p 3.3.11 makes no peer id of an ecdsa key, its own or a remote's.
TYPES = {
    "go": ("ed25519", "rsa", "secp256k1", "ecdsa"),
    "js": ("ed25519", "rsa", "secp256k1"),
}


def work_together(ours, theirs):
    """Each enters the other's table, and each finds what the other stored."""
    theirs.join(ours.addresses[0])
    eventually(lambda: theirs.peer in ours.table(), what="theirs in our table")
    eventually(lambda: ours.peer in theirs.table(), what="ours in their table")
    for putter, getter in ((ours, theirs), (theirs, ours)):
        key, cid = key_of(putter.kind), content(putter.kind)
        putter.put(key, putter.peer.encode())
        putter.provide(cid)
        assert getter.get(key) == putter.peer.encode()
        assert putter.peer in getter.providers(cid)


def our_identity(key_type, kind):
    with Testnet() as net:
        ours, theirs = net.one("kad", key_type=key_type), net.one(kind)
        work_together(ours, theirs)
        # And the other side dials.
        third = net.one(kind)
        ours.connect(third.addresses[0])
        eventually(lambda: ours.peer in third.connected(), what="the connection")


def their_identity(key_type, kind):
    with Testnet() as net:
        ours, theirs = net.one("kad"), net.one(kind, key_type=key_type)
        work_together(ours, theirs)
        assert ours.protocols_of(theirs.addresses[0])["peer"] == theirs.peer


for _kind, _types in TYPES.items():
    for _type in _types:
        test(f"our {_type} identity among {_kind}", key_type=_type, kind=_kind)(our_identity)
        test(f"{_kind}'s {_type} identity among ours", key_type=_type, kind=_kind)(their_identity)


@test("our ecdsa identity is refused by js, which ours survives and says")
def ecdsa_towards_js():
    with Testnet() as net:
        ours, theirs = net.one("kad", key_type="ecdsa"), net.one("js")
        try:
            ours.ask(theirs.addresses[0], "FIND_NODE", b"key")
        except PeerError as error:
            assert str(error), "an error without a word"
        else:
            raise AssertionError("js answered an ecdsa identity")
        assert ours.running
        assert ours.peer not in theirs.connected()
        # The same node still serves others.
        other = net.one("go")
        work_together(ours, other)


@test("a peer that is not who its address says is refused, in both directions")
def wrong_peer():
    with Testnet() as net:
        for asker, server in (("kad", "go"), ("kad", "js"), ("go", "kad"), ("js", "kad")):
            a, b, c = net.one(asker), net.one(server), net.one(server)
            place = b.addresses[0].split("/p2p/")[0]
            try:
                a.connect(f"{place}/p2p/{c.peer}")
            except PeerError:
                continue
            raise AssertionError(f"{asker} took {b.peer} for {c.peer}")


if __name__ == "__main__":
    main()
