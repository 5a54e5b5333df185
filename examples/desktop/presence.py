#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who of one's friends is here: presence.py announce NAME on one laptop, presence.py watch NAME... on others.

NAME is a secret that friends share, as "ann of the blue house 7431"; a peer id instead is watched without any announcing.
"""

import argparse
import functools
import hashlib
import re
import sys
import time
import unicodedata

from kaddesk import KadError, STATUS, Task, _, clean, in_thread, ngettext, options, ping, provides, run_program, sleep

SCRYPT = {"salt": b"org.libkad presence 1", "n": 1 << 16, "r": 8, "p": 1, "maxmem": 1 << 27, "dklen": 32}
PEER = re.compile(r"^(12D3KooW|16Uiu2HA|Qm)[1-9A-HJ-NP-Za-km-z]{38,}$")
MAX_NAME = 256
MAX_FRIENDS = 32
MAX_PEERS = 8  # who may stand under one name
INTERVAL_S = 10
MIN_INTERVAL_S = 0.5
MAX_INTERVAL_S = 86400
MISSES = 2
ALONE_S = 3
AGAIN_S = 600


def key_of(name):
    """Where those of a name are found. Slow, so that who sees the key in the network cannot try many names."""
    plain = " ".join(unicodedata.normalize("NFKC", name).casefold().split())
    return "hex:1220" + hashlib.scrypt(plain.encode(), **SCRYPT).hex()


def check_name(name):
    if not name.strip() or len(name) > MAX_NAME:
        raise KadError("code", _("A name has 1 to %d characters.") % MAX_NAME)
    return name


class Announcement:
    """Says that this laptop is here as long as the program runs, and again when the service was gone."""

    def __init__(self, kad, name):
        self.kad = kad
        self.name = name
        self.path = None
        self.has_begun = False
        self.due_s = 0
        kad.watch(self._on_gone)

    def _on_gone(self):
        self.due_s = 0
        if self.path is not None:
            self.path = None
            print(_("The service of Kad has gone. Trying again."), file=sys.stderr, flush=True)

    def keep(self):
        key = yield in_thread(key_of, self.name)
        while True:
            try:
                if time.monotonic() >= self.due_s:
                    yield from self._announce(key)
            except KadError as error:
                if not self.has_begun:
                    raise
                self._on_gone()
            yield sleep(1)

    def _announce(self, key):
        if self.path is None:
            self.path = yield self.kad.call("Publications", "Provide", "(sa{sv})", key, options(wait=True))
        else:
            yield self.kad.call("Publication", "Refresh", path=self.path)
        holders = yield self.kad.get("Publication", "Holders", path=self.path)
        self.due_s = time.monotonic() + (AGAIN_S if holders > 0 else ALONE_S)
        self._say(holders)

    def _say(self, holders):
        if holders > 0:
            text = ngettext("Announced to %d other.", "Announced to %d others.", holders) % holders
        else:
            text = _("Announced. Nobody else is there yet.")
        if text != self.has_begun:
            print(text, file=sys.stderr, flush=True)
        self.has_begun = text

    def end(self):
        """Steps: whoever asks this laptop hears at once that the friend is gone."""
        if self.path is not None:
            try:
                yield self.kad.call("Publication", "Remove", path=self.path)
            except KadError:
                pass  # the service has gone, and the announcement with it


class Friend:
    """Somebody who is watched."""

    def __init__(self, kad, name, interval_s, on_error):
        self.kad = kad
        self.name = name
        self.interval_s = interval_s
        self.on_error = on_error
        self.key = None
        self.peers = [name] if PEER.match(name) else []
        self.here = None  # the peer that was seen, "" if there is none, None as long as that is not known
        self.misses = 0

    def watch(self):
        """Steps, without an end."""
        if not self.peers:
            self.key = yield in_thread(key_of, self.name)
        while True:
            try:
                here, certain = yield from self._look()
                self.on_error(None)
                self._tell(here, certain)
            except KadError as error:
                self.on_error(error)
            yield sleep(self.interval_s)

    def _tell(self, here, certain):
        """One that does not answer once may be slow; one that says itself that it is gone is gone."""
        self.misses = 0 if here else self.misses + 1
        if not here and self.here and not certain and self.misses < MISSES:
            return
        if bool(here) != bool(self.here) or self.here is None:
            name = clean(self.name)
            if here:
                print(_("%(name)s is here: peer %(peer)s") % {"name": name, "peer": clean(here)}, flush=True)
            else:
                print(_("%s is not here") % name, flush=True)
        self.here = here

    def _look(self):
        """Steps: which peer is here, and whether that is certain."""
        certain = bool(self.here)
        for peer in ([self.here] if self.here else []) + self.peers:
            answer = yield from self._ask(peer)
            if answer is True:
                return peer, True
            if peer == self.here:
                certain = answer is False
        if self.key is None:
            return "", False
        try:
            rows = yield self.kad.call("Routing", "FindProviders", "(sa{sv})", self.key, options(limit=MAX_PEERS))
        except KadError as error:
            if error.kind != "offline":
                raise
            rows = []  # nobody at all is there
        fresh = [row["peer"] for row in rows][:MAX_PEERS]
        for peer in fresh:
            if peer not in self.peers and (yield from self._ask(peer)) is True:
                self.peers = fresh
                return peer, True
        self.peers = fresh
        return "", certain

    def _ask(self, peer):
        """Steps: True if a peer is here, False if it says itself that it is not, None if it does not answer."""
        if self.key is not None:
            return (yield from provides(self.kad, peer, self.key))
        if (yield from ping(self.kad, peer)) is None:
            try:
                yield self.kad.call("Routing", "FindPeer", "(sa{sv})", peer, options(timeout=10000))
            except KadError as error:
                if error.kind in ("missing", "off"):
                    raise
                return None
            return True if (yield from ping(self.kad, peer)) is not None else None
        return True


def announce(words):
    made = []

    def steps(kad):
        made.append(Announcement(kad, check_name(" ".join(words.name))))
        yield from made[0].keep()

    return run_program(steps, lambda: made[0].end())


def watch(words):
    said = [None]

    def on_error(begun, error):
        if error is not None and str(error) != said[0]:
            print(clean(str(error)), file=sys.stderr, flush=True)
        said[0] = str(error) if error is not None else None
        begun.append(True)

    if not MIN_INTERVAL_S <= words.interval <= MAX_INTERVAL_S:
        raise KadError("code", _("An interval lasts from half a second to one day."))

    def steps(kad):
        if len(words.friends) > MAX_FRIENDS:
            raise KadError("code", _("At most %d friends are watched.") % MAX_FRIENDS)
        # What cannot work is told now, and not again and again.
        yield kad.call("Node", "Hold", "(sa{sv})", "presence", {})
        tasks = [Task(Friend(kad, check_name(name), words.interval, functools.partial(on_error, [])).watch(),
                      failed=lambda error: sys.excepthook(type(error), error, error.__traceback__))
                 for name in dict.fromkeys(words.friends)]
        while tasks:
            yield sleep(60)

    return run_program(steps)


def main():
    parser = argparse.ArgumentParser(description=_("Says that you are here, and who of your friends is."))
    verbs = parser.add_subparsers(dest="verb", metavar="announce|watch", required=True)
    one = verbs.add_parser("announce", help=_("be here, until Ctrl+C"))
    one.add_argument("name", nargs="+", help=_("a name that only your friends know"))
    one.set_defaults(run=announce)
    two = verbs.add_parser("watch", help=_("say when friends come and go"))
    two.add_argument("friends", nargs="+", metavar="friend", help=_("the name of a friend, or a peer id"))
    two.add_argument("--interval", type=float, default=INTERVAL_S, metavar="SECONDS",
                     help=_("how often to look, in seconds (10)"))
    two.set_defaults(run=watch)
    words = parser.parse_args()
    try:
        return words.run(words)
    except KadError as error:
        print(clean(str(error)), file=sys.stderr)
        return STATUS[error.kind]


if __name__ == "__main__":
    sys.exit(main())
