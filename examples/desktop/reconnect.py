#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connects with peers one knows, wherever they are now: reconnect.py add NAME PEER once, then reconnect.py."""

import argparse
import os
import pathlib
import re
import sys
import tempfile

from gi.repository import GLib

from kaddesk import KadError, STATUS, _, clean, options, run_program

NAME = re.compile(r"^[^\s#][^\s]{0,63}$")
PEER = re.compile(r"^(12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{38,}$")
MAX_KNOWN = 1000
MAX_FILE_BYTES = 1 << 20
MAX_ADDRESSES = 8
DIAL_MS = 5000


class Book:
    """The file of known peers. A line is a name, a peer id, and where the peer was seen last."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.rows = {}
        try:
            with self.path.open("rb") as file:
                text = file.read(MAX_FILE_BYTES + 1)
        except FileNotFoundError:
            return
        except OSError as error:
            raise KadError("failed", f"{path}: {error.strerror}") from error
        if len(text) > MAX_FILE_BYTES:
            raise KadError("failed", _("%s is too large to be a list of peers.") % path)
        for number, line in enumerate(text.decode(errors="replace").splitlines(), 1):
            self._read(number, line)

    def _read(self, number, line):
        words = line.split()
        if not words or words[0].startswith("#"):
            return
        if len(words) not in (2, 3) or not PEER.match(words[1]) or len(self.rows) >= MAX_KNOWN:
            raise KadError("failed", _("%(file)s, line %(line)d: expected a name, a peer id and maybe an address.") % {
                "file": self.path, "line": number})
        self.rows[words[0]] = (words[1], words[2] if len(words) == 3 else "")

    def save(self):
        """Whole or not at all."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile("w", dir=self.path.parent, delete=False) as file:
                file.writelines(" ".join(filter(None, (name, *row))) + "\n" for name, row in self.rows.items())
            os.replace(file.name, self.path)
        except OSError as error:
            raise KadError("failed", _("%(file)s cannot be written: %(why)s") % {
                "file": self.path, "why": error.strerror}) from error


def dial(kad, address, peer):
    """Steps: where a peer was reached; from where it came itself, if it is connected already. Whoever else is at the address
    is refused: a peer proves its id."""
    _peer, details = yield kad.call("Node", "Dial", "(sa{sv})", f"{address}/p2p/{peer}", options(timeout=DIAL_MS), seconds=10)
    return details.get("address", address).split("/p2p/")[0]


def host(address):
    """As /ip4/192.0.2.7 of /ip4/192.0.2.7/tcp/4001."""
    return address.split("/")[1:3]


def lasting(now, addresses):
    """Where a peer can be dialled the next time. One that came itself did so from a port of the moment: of its addresses the one
    of the same host is meant."""
    if now in addresses:
        return now
    return next((address for address in addresses if host(address) == host(now)), now)


def reach(kad, peer, last):
    """Steps: where a peer is now. First where it was, then where the network says that it is."""
    now = None
    if last:
        try:
            now = yield from dial(kad, last, peer)
        except KadError as error:
            if error.kind in ("missing", "off"):
                raise
        if now == last:
            return last
    try:
        rows = yield kad.call("Routing", "FindPeer", "(sa{sv})", peer, options(timeout=20000))
    except KadError as error:
        if now is not None and error.kind not in ("missing", "off"):
            return now
        if error.kind != "nobody":
            raise
        raise KadError("nobody", _("nobody knows where it is")) from error
    addresses = [address for row in rows for address in row["addresses"]]
    if now is not None:
        return lasting(now, addresses)
    # Where it was is not where it is, or it would have answered there.
    for address in [address for address in addresses if address != last][:MAX_ADDRESSES]:
        try:
            now = yield from dial(kad, address, peer)
        except KadError as error:
            if error.kind in ("missing", "off"):
                raise
            continue
        return lasting(now, addresses)
    raise KadError("nobody", _("does not answer"))


def reconnect(words):
    book = Book(words.file)

    def steps(kad):
        if not book.rows:
            raise KadError("code", _("No peer is known yet. Add one: reconnect.py add NAME PEER"))
        missing = 0
        for name, (peer, last) in book.rows.items():
            try:
                now = yield from reach(kad, peer, last)
            except KadError as error:
                if error.kind in ("missing", "off", "offline"):
                    raise
                missing += 1
                print(_("%(name)s: %(why)s") % {"name": clean(name), "why": clean(str(error))}, flush=True)
                continue
            book.rows[name] = (peer, now)
            known = {"name": clean(name), "now": clean(now), "last": clean(last)}
            if last and now != last:
                print(_("%(name)s: connected at %(now)s (was at %(last)s)") % known, flush=True)
            else:
                print(_("%(name)s: connected at %(now)s") % known, flush=True)
        book.save()
        return 10 if missing else 0

    return run_program(steps)


def add(words):
    match = re.match(r"^(.*?)(?:/p2p/)?([^/]+)$", words.peer)
    address, peer = match.groups() if match else ("", "")
    if not NAME.match(words.name) or not PEER.match(peer):
        raise KadError("code", _("Give a name without spaces, and a peer id or an address with a peer id at its end."))
    book = Book(words.file)
    book.rows[words.name] = (peer, address)
    book.save()
    return 0


def main():
    parser = argparse.ArgumentParser(description=_("Connects with the peers that you know, wherever they are now."))
    parser.add_argument("--file", default=os.path.join(GLib.get_user_config_dir(), "kad-known-peers"),
                        help=_("the list of known peers"))
    parser.set_defaults(run=reconnect)
    verbs = parser.add_subparsers()
    one = verbs.add_parser("add", help=_("remember a peer"))
    one.add_argument("name", help=_("what you call it"))
    one.add_argument("peer", help=_("its peer id, or an address that ends with it"))
    one.set_defaults(run=add)
    words = parser.parse_args()
    try:
        return words.run(words)
    except KadError as error:
        print(clean(str(error)), file=sys.stderr)
        return STATUS[error.kind]


if __name__ == "__main__":
    sys.exit(main())
