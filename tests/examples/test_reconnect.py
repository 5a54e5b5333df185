#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/desktop/reconnect.py on two laptops in a network of others: peers are found at their present addresses."""

import os
import pathlib
import tempfile

from desktopkit import Laptop, Network, main, test, wait_for
from kadbus import Client, Kadd

STRANGER = "12D3KooWLt4w6xTTGLQMFxsPXc3YxLNoxt5dbVFVMEeBpBrrwJmg"


def connected(laptop, peer):
    try:
        return laptop.client.node.call("Ping", "(s)", peer) is not None
    except Exception:
        return False


class Book:
    """A list of peers in a folder of its own."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kad-book-")
        self.path = pathlib.Path(self.folder.name) / "peers"

    def run(self, laptop, *words):
        return laptop.run("reconnect.py", "--file", str(self.path), *words)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.folder.cleanup()


@test("/reconnect/at-another-address")
def at_another_address():
    with Network(3) as network, Book() as book, Laptop(join=network.join) as ann, Laptop(join=network.join) as ben:
        for laptop in (ann, ben):
            wait_for(lambda who=laptop: who.client.node["RoutingTableSize"] >= 3)
        assert book.run(ben, "add", "ann", ann.peer).status == 0
        assert book.path.read_text() == f"ann {ann.peer}\n"
        first = ann.address.split("/p2p/")[0]
        done = book.run(ben)
        assert done.status == 0 and done.out == f"ann: connected at {first}\n", done
        assert book.path.read_text() == f"ann {ann.peer} {first}\n"
        # Again, and nothing has changed.
        assert book.run(ben).out == f"ann: connected at {first}\n"
        peer = ann.peer
        ann.kadd.kill()
        with ann.kadd:
            pass
        done = book.run(ben)
        assert done.status == 10 and done.out.startswith("ann: ") and "connected" not in done.out, done
        ann.begin(join=network.join)
        second = ann.address.split("/p2p/")[0]
        assert ann.peer == peer and second != first
        wait_for(lambda: ann.client.node["RoutingTableSize"] >= 3)
        done = book.run(ben)
        assert done.status == 0 and done.out == f"ann: connected at {second} (was at {first})\n", done
        assert connected(ben, peer)
        assert book.path.read_text() == f"ann {peer} {second}\n"


@test("/reconnect/somebody-else-at-the-old-address")
def somebody_else_is_there():
    """Who answers at an address is not who was there: a peer proves its id."""
    with Network(2) as network, Book() as book, Laptop(join=network.join) as ann, Laptop(join=network.join) as ben:
        wait_for(lambda: ann.client.node["RoutingTableSize"] >= 2 and ben.client.node["RoutingTableSize"] >= 2)
        elsewhere = network.addresses[0].split("/p2p/")[0]
        book.path.write_text(f"# friends\n\nann {ann.peer} {elsewhere}\nstranger {STRANGER} {elsewhere}\n")
        done = book.run(ben)
        here = ann.address.split("/p2p/")[0]
        assert done.status == 10, done
        rows = done.out.splitlines()
        assert rows[0] == f"ann: connected at {here} (was at {elsewhere})" and rows[1].startswith("stranger: "), rows
        assert f"ann {ann.peer} {here}\nstranger {STRANGER} {elsewhere}\n" in book.path.read_text()


@test("/reconnect/who-came-itself")
def who_came_itself():
    """One that is connected from a port of the moment is told at an address of the same host, not at the first that it has."""
    listen = ["/ip4/127.0.0.2/tcp/0", "/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.3/tcp/0"]
    with Book() as book, Laptop() as ann, Kadd(join=[ann.address], listen=listen) as kadd, Client(kadd) as ben:
        ben.node.call("Hold", "(sa{sv})", "a test", {})
        wait_for(lambda: ann.client.node["RoutingTableSize"] >= 1)
        (there,) = [address.split("/p2p/")[0] for address in ben.node["ListenAddresses"] if "/127.0.0.1/" in address]
        assert book.run(ann, "add", "ben", ben.node["PeerId"]).status == 0
        for _time in range(3):
            done = book.run(ann)
            assert done.status == 0 and done.out == f"ben: connected at {there}\n", (there, done)


@test("/reconnect/what-is-wrong")
def what_is_wrong():
    with Laptop(kadd=False) as laptop, Book() as book:
        done = book.run(laptop)
        assert done.status == 2 and "No peer is known" in done.err, done
        for words in (("ann", "x"), ("a b", STRANGER), ("#a", STRANGER), ("ann", "/ip4/1.2.3.4/tcp/1"), ("", STRANGER)):
            done = book.run(laptop, "add", *words)
            assert done.status == 2 and not book.path.exists(), (words, done)
        assert book.run(laptop, "add", "ann", f"/ip4/127.0.0.1/tcp/1/p2p/{STRANGER}").status == 0
        assert book.path.read_text() == f"ann {STRANGER} /ip4/127.0.0.1/tcp/1\n"
        done = book.run(laptop)
        assert done.status == 8 and "not there" in done.err, done
        for text in ("ann", f"ann {STRANGER} a b", "ann notapeer", "\x00\xff\n", f"ann {STRANGER}\n" * 30000):
            book.path.write_bytes(text.encode("latin-1"))
            done = book.run(laptop)
            assert done.status == 1 and ("line 1" in done.err or "too large" in done.err), (text[:20], done)
        book.path.unlink()
        os.mkdir(book.path)
        assert book.run(laptop).status == 1
        # Where nothing can be written: in words.
        book.path.rmdir()
        done = laptop.run("reconnect.py", "--file", "/proc/peers", "add", "ann", STRANGER)
        assert done.status == 1 and "/proc/peers cannot be written" in done.err, done


main()
