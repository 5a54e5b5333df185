#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A text for whoever is told the code: share-code.py offer TEXT on one laptop, share-code.py take CODE on the other."""

import argparse
import datetime
import pathlib
import sys

from gi.repository import GLib

import kadshare
from kaddesk import KadError, STATUS, _, clean, ngettext, run_program

MAX_WAIT_S = 86400


def say(text):
    print(text, file=sys.stderr, flush=True)


def on_changed(offer):
    if offer.state == "offered":
        say(ngettext("Offered. %d other keeps it.", "Offered. %d others keep it.", offer.holders) % offer.holders)
    elif offer.state == "alone":
        say(_("Offered. Nobody else is there yet."))
    elif offer.state == "lost":
        say(_("The service of Kad has gone. Trying again."))
    elif offer.state == "over":
        say(_("The offer is over."))


def text_of(words):
    if words.file is None:
        return " ".join(words.text)
    if words.text:
        raise KadError("code", _("Give a text or a file, not both."))
    try:
        with pathlib.Path(words.file).open("rb") as file:
            return file.read(kadshare.MAX_TEXT_BYTES + 1).decode()
    except OSError as error:
        raise KadError("code", f"{words.file}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise KadError("code", _("%s is no text.") % words.file) from error


def offer(words):
    offers = []
    text = text_of(words)

    def steps(kad):
        code = kadshare.make_code()
        offers.append(kadshare.Offer(kad, code, text, words.name, words.lifetime, on_changed))
        print(kadshare.show_code(code), flush=True)
        until = datetime.datetime.fromtimestamp(offers[0].until_s)
        say(_("Type this code on the other laptop, until %s. Ctrl+C ends the offer.") % until.strftime("%X"))
        yield from offers[0].keep()

    return run_program(steps, lambda: offers[0].withdraw())


def take(words):
    # What cannot be a code asks nobody.
    code = kadshare.read_code(" ".join(words.code))
    if not 0 <= words.wait <= MAX_WAIT_S:
        raise KadError("code", _("Looking lasts from no time at all to one day."))

    def steps(kad):
        found = yield from kadshare.take(kad, code, words.wait)
        who = clean(found.name) or _("Somebody")
        say(_("%(who)s, peer %(peer)s:") % {"who": who, "peer": clean(found.peer)})
        print(clean(found.text, keep="\n\t"), flush=True)
        if found.rtt_us is None:
            say(_("The other laptop does not answer now."))
        else:
            say(_("The other laptop answers in %.1f ms.") % (found.rtt_us / 1000))

    return run_program(steps)


def main():
    parser = argparse.ArgumentParser(description=_("Offers a short text under a code, and takes it by the code."))
    verbs = parser.add_subparsers(dest="verb", metavar="offer|take", required=True)
    one = verbs.add_parser("offer", help=_("show a code, and offer a text to whoever has it"))
    one.add_argument("text", nargs="*", help=_("what to offer"))
    one.add_argument("--file", help=_("offer what is in this file of text"))
    one.add_argument("--name", default=GLib.get_real_name() if GLib.get_real_name() != "Unknown" else GLib.get_user_name(),
                     help=_("who you are, for whoever has the code"))
    one.add_argument("--lifetime", type=int, default=kadshare.LIFETIME_S, metavar="SECONDS",
                     help=_("how long, in seconds (600)"))
    one.set_defaults(run=offer)
    two = verbs.add_parser("take", help=_("read what is offered under a code"))
    two.add_argument("code", nargs="+", help=_("the code, however it is written"))
    two.add_argument("--wait", type=float, default=kadshare.LOOK_S, metavar="SECONDS",
                     help=_("how long to look, in seconds (10)"))
    two.set_defaults(run=take)
    words = parser.parse_args()
    if words.verb == "offer" and not words.text and words.file is None:
        one.error(_("there is nothing to offer"))
    try:
        return words.run(words)
    except KadError as error:
        print(clean(str(error)), file=sys.stderr)
        return STATUS[error.kind]


if __name__ == "__main__":
    sys.exit(main())
