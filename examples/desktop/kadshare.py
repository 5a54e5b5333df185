# SPDX-License-Identifier: GPL-3.0-or-later
"""Share codes: what is behind share-code.py and kad-drop.py.

A code is eleven letters of an alphabet of 32 that nobody confuses, and a check letter: 55 bits. scrypt makes three things
of it: where in the DHT the offer lies, and the key that seals it. Who sees the place in the network cannot read the offer
there, nor find the code but by trying codes, 0.2 s and 64 MiB each. See docs/programs/share-code.md.
"""

import ctypes
import ctypes.util
import hashlib
import json
import math
import os
import secrets
import time
import unicodedata

from kaddesk import KadError, _, ask_peer, in_thread, options, ping, provides, sleep

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LOOK_ALIKES = str.maketrans("ILOU", "110V")
SIGNS = 12
GROUP = 4
LIFETIME_S = 600
MAX_LIFETIME_S = 24 * 3600
CLOCKS_S = 300  # how far another clock may be ahead of ours
MAX_TIME_S = 1 << 62
MAX_TEXT_BYTES = 4096
MAX_NAME_BYTES = 128
MAX_SEALED_BYTES = 8192
PAD_BYTES = 512
MAX_ASKED = 8
AGAIN_S = 15  # others may write over what lies there
ALONE_S = 3
LOOK_S = 10
JUNK_S = 20

SCRYPT = {"salt": b"org.libkad share code 1", "n": 1 << 16, "r": 8, "p": 1, "maxmem": 1 << 27, "dklen": 64}


def check_sign(digits):
    """In the field of 32 elements, so that every wrong letter and every two that were swapped are seen."""
    value = 0
    for digit in digits:
        value ^= digit
        value = (value << 1) ^ (0b100101 if value & 16 else 0)
    return value


def make_code():
    digits = [secrets.randbelow(32) for _number in range(SIGNS - 1)]
    return "".join(ALPHABET[digit] for digit in [*digits, check_sign(digits)])


def show_code(code):
    """As it is read aloud: in groups."""
    return "-".join(code[at:at + GROUP] for at in range(0, len(code), GROUP))


def check_code(text):
    """What was typed, without what is forgiven; and what is wrong with it: None, "short", "long", "sign" or "typo"."""
    plain = unicodedata.normalize("NFKC", text[:1000]).upper()
    code = "".join(sign for sign in plain if not sign.isspace() and unicodedata.category(sign) != "Pd").translate(LOOK_ALIKES)
    if any(sign not in ALPHABET for sign in code):
        return code, "sign"
    if len(code) != SIGNS:
        return code, "short" if len(code) < SIGNS else "long"
    digits = [ALPHABET.index(sign) for sign in code]
    return code, None if check_sign(digits[:-1]) == digits[-1] else "typo"


def say_wrong(code, wrong):
    """What is wrong with a code, in words."""
    if wrong == "sign":
        sign = next(sign for sign in code if sign not in ALPHABET)
        return _("“%s” is in no code: codes have letters and digits only.") % sign
    if wrong == "typo":
        return _("There is a typing mistake in this code.")
    if wrong == "long":
        return _("This is longer than a code: codes have %d letters and digits.") % SIGNS
    return _("Not the whole code yet: %(typed)d of %(all)d letters and digits.") % {"typed": len(code), "all": SIGNS}


def read_code(text):
    code, wrong = check_code(text)
    if wrong is not None:
        raise KadError("code", say_wrong(code, wrong))
    return code


class Sodium:
    """libsodium, which the service itself needs: XChaCha20-Poly1305."""

    NONCE_BYTES = 24
    TAG_BYTES = 16

    def __init__(self):
        self.library = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
        if self.library.sodium_init() < 0:
            raise OSError("libsodium does not start")
        length, number = ctypes.c_ulonglong, ctypes.c_char_p
        out = ctypes.POINTER(length)
        self.library.crypto_aead_xchacha20poly1305_ietf_encrypt.argtypes = [
            number, out, number, length, number, length, number, number, number]
        self.library.crypto_aead_xchacha20poly1305_ietf_decrypt.argtypes = [
            number, out, number, number, length, number, length, number, number]

    def seal(self, key, plain, about):
        nonce = os.urandom(self.NONCE_BYTES)
        sealed = ctypes.create_string_buffer(len(plain) + self.TAG_BYTES)
        self.library.crypto_aead_xchacha20poly1305_ietf_encrypt(
            sealed, None, plain, len(plain), about, len(about), None, nonce, key)
        return nonce + sealed.raw

    def open(self, key, sealed, about):
        """None if it was not sealed with the key."""
        nonce, rest = sealed[:self.NONCE_BYTES], sealed[self.NONCE_BYTES:]
        if len(rest) < self.TAG_BYTES:
            return None
        plain = ctypes.create_string_buffer(max(1, len(rest) - self.TAG_BYTES))
        if self.library.crypto_aead_xchacha20poly1305_ietf_decrypt(
                plain, None, None, rest, len(rest), about, len(about), nonce, key) != 0:
            return None
        return plain.raw[:len(rest) - self.TAG_BYTES]


class Place:
    """Where the offer of a code lies, and what opens it. Making one takes a fifth of a second: that is its sense."""

    def __init__(self, code):
        derived = hashlib.scrypt(code.encode(), **SCRYPT)
        self.digest, self.seal_key = derived[:32], derived[32:]
        # A sha2-256 multihash in form: providers have no other keys.
        self.key = "hex:1220" + self.digest.hex()
        self.sodium = Sodium()

    def seal(self, offer):
        plain = json.dumps(offer, ensure_ascii=False, separators=(",", ":")).encode()
        # Spaces up to the next step: the length says little.
        plain += b" " * (-len(plain) % PAD_BYTES)
        return self.sodium.seal(self.seal_key, plain, self.digest)

    def open(self, sealed, now_s):
        """An offer; None if it is none. Whoever sealed it had the code, and may still have written anything."""
        if len(sealed) > MAX_SEALED_BYTES:
            return None
        plain = self.sodium.open(self.seal_key, sealed, self.digest)
        try:
            offer = json.loads(plain.decode()) if plain is not None else None
        except (ValueError, RecursionError):
            return None
        return offer if is_offer(offer, now_s) else None


def is_text(value, most):
    if not isinstance(value, str) or len(value) > most:
        return False
    try:
        return len(value.encode()) <= most
    except UnicodeEncodeError:
        return False


def is_offer(offer, now_s):
    return (isinstance(offer, dict) and offer.get("kad-share") == 1
            and all(type(offer.get(name)) is int and 0 <= offer[name] < MAX_TIME_S for name in ("serial", "until"))
            and offer["until"] <= now_s + MAX_LIFETIME_S + CLOCKS_S
            and is_text(offer.get("text"), MAX_TEXT_BYTES) and is_text(offer.get("name"), MAX_NAME_BYTES)
            and is_text(offer.get("peer"), 128))


class Offer:
    """An offer, from its beginning to its end. changed() is called when `state` is another: "starting", "offered" (to
    `holders` peers), "alone" (nobody is there yet), "lost" (the service went, it is tried again) or "over"."""

    def __init__(self, kad, code, text, name="", lifetime_s=LIFETIME_S, changed=lambda _offer: None):
        if not 1 <= lifetime_s <= MAX_LIFETIME_S:
            raise KadError("code", _("An offer lasts from one second to one day."))
        if not is_text(text, MAX_TEXT_BYTES) or not text:
            raise KadError("code", _("An offer is a text of 1 to %d bytes.") % MAX_TEXT_BYTES)
        self.kad = kad
        self.code = code
        self.text = text
        self.name = name.encode(errors="replace")[:MAX_NAME_BYTES].decode(errors="ignore")
        self.until_s = time.time() + lifetime_s
        # Somebody may set the clock meanwhile: the end comes by the clock that nobody sets.
        self.end_s = time.monotonic() + lifetime_s
        self.again_s = min(AGAIN_S, lifetime_s / 10)
        self.changed = changed
        self.state = "starting"
        self.holders = 0
        self.place = None
        self.published = []
        self.serial = 0
        self.unwatch = kad.watch(self._on_gone)

    def left_s(self):
        return max(0, self.end_s - time.monotonic())

    def keep(self):
        """Steps: offers until the time is over, whatever becomes of the service, and takes it back."""
        self.place = yield in_thread(Place, self.code)
        due_s = 0
        while self.left_s() > 0:
            try:
                if not self.published:
                    yield from self._publish()
                    due_s = 0
                elif time.monotonic() >= due_s:
                    yield from self._look(refresh=due_s > 0)
                    due_s = time.monotonic() + (self.again_s if self.holders > 0 else ALONE_S)
            except KadError as error:
                if error.kind == "refused" or (self.state == "starting" and error.kind in ("missing", "off")):
                    raise
                self._on_gone()
            yield sleep(min(1, self.left_s() + 0.01))
        yield from self.withdraw()

    def withdraw(self):
        """Steps: instead of the offer there lies that it is over, and it is announced no more."""
        unwatch, self.unwatch = self.unwatch, lambda: None
        unwatch()
        try:
            # What was asked for and not answered yet may be there, too. If the service has gone, nothing of ours is.
            if self.serial > 0 and self.state != "lost":
                path = yield from self._put({"until": 0, "text": "", "name": "", "peer": ""}, wait=True)
                # Where there are two networks, one may be behind.
                end_s = time.monotonic() + ALONE_S
                while time.monotonic() < end_s and (yield self.kad.get("Publication", "Running", path=path)):
                    yield sleep(0.05)
            if self.place is not None and self.state != "lost":
                yield self.kad.call("Publications", "Remove", "(sa{sv})", self.place.key, {})
        except KadError:
            pass  # what is left at others says when it ends
        self.published = []
        self._set("over", 0)

    def _set(self, state, holders):
        if (state, holders) != (self.state, self.holders):
            self.state, self.holders = state, holders
            self.changed(self)

    def _on_gone(self):
        self.published = []
        if self.state != "starting":
            self._set("lost", 0)

    def _put(self, offer, wait):
        self.serial = max(self.serial + 1, time.time_ns() // 1000)
        sealed = self.place.seal({"kad-share": 1, "serial": self.serial, **offer})
        return (yield self.kad.call("Publications", "PutRecord", "(saya{sv})", self.place.key, sealed, options(wait=wait)))

    def _publish(self):
        """Steps: at once, though nobody may be there yet: whoever comes first asks us."""
        provided = yield self.kad.call("Publications", "Provide", "(sa{sv})", self.place.key, options(wait=False))
        peer = yield self.kad.get("Node", "PeerId")
        kept = yield from self._put({"until": math.ceil(self.until_s), "text": self.text, "name": self.name, "peer": peer},
                                    wait=False)
        self.published = [provided, kept]

    def _look(self, refresh):
        holders = []
        for path in self.published:
            if refresh:
                yield self.kad.call("Publication", "Refresh", path=path)
            holders.append((yield self.kad.get("Publication", "Holders", path=path)))
        self._set("offered" if min(holders) > 0 else "alone", min(holders))


class Found:
    """Who offers what."""

    def __init__(self, offer, addresses, rtt_us):
        self.peer, self.text, self.name, self.until_s = offer["peer"], offer["text"], offer["name"], offer["until"]
        self.addresses = addresses
        self.rtt_us = rtt_us  # None: does not answer now


def take(kad, code, seconds=LOOK_S):
    """Steps: looks for the offer of a code, gives a Found, or is a KadError: "nobody", "over", "junk", "clock" or that of the service."""
    place = yield in_thread(Place, code)
    begun_s = time.monotonic()
    while True:
        found, junk, addresses = yield from _look_once(kad, place)
        # Where somebody writes over it, the offer comes back within AGAIN_S.
        if found or time.monotonic() - begun_s >= (seconds * JUNK_S / LOOK_S if junk else seconds):
            break
        yield sleep(0.5)
    if not found:
        if (yield kad.get("Node", "State")) == "offline":
            raise KadError("offline", _("Kad is offline: it reaches nobody now."))
        if junk == "ahead":
            raise KadError("clock", _("The clock of the computer that offers this is far ahead of the one here. Set both right."))
        if junk:
            raise KadError("junk", _("What lies there was not made with this code. Somebody else may have put it there."))
        raise KadError("nobody", _("Nobody offers anything under this code."))
    newest = max(found, key=lambda offer: offer["serial"])
    if newest["until"] <= time.time():
        raise KadError("over", (yield from _say_over(kad, place, newest)))
    rtt_us = yield from _meet(kad, place, newest["peer"])
    return Found(newest, addresses.get(newest["peer"], []), rtt_us)


def _say_over(kad, place, offer):
    """Steps: the words for what is over by the clock here. Whoever offers it still says so: then the clocks are not the same."""
    if offer["text"] and offer["until"] < time.time() - CLOCKS_S and (yield from provides(kad, offer["peer"], place.key)):
        return _("By the clock here this offer is over, and the other computer still offers it. One of the two clocks is wrong.")
    return _("This offer is over.")


def _meet(kad, place, peer):
    """Steps: how fast the other laptop answers, None if it does not. If it says that it offers nothing there, then what
    was found is old, and somebody may have put it there again."""
    if peer == (yield kad.get("Node", "PeerId")):
        return 0
    if (yield from provides(kad, peer, place.key)) is False:
        raise KadError("over", _("This offer was taken back."))
    return (yield from ping(kad, peer))


def _look_once(kad, place):
    """The offers that are there, whether there was anything else ("ahead": offers of a clock that is), and where those are who
    say that they have it."""
    rows = yield from _values(kad.call("Routing", "FindProviders", "(sa{sv})", place.key, options(limit=64)), list)
    addresses = {row["peer"]: row["addresses"] for row in rows}
    values = yield from _values(kad.call("Routing", "GetRecord", "(sa{sv})", place.key, options(quorum="all")),
                                lambda rows: [bytes(row["value"]) for row in rows])
    now_s = time.time()
    found = [offer for offer in (place.open(value, now_s) for value in values) if offer]
    if not found:
        # Whoever stores it may keep it back, or others have written over it: those who have it are asked themselves.
        for peer in list(addresses)[:MAX_ASKED]:
            answer = yield from ask_peer(kad, "ask", address=peer, request="get-value", key=place.key)
            record = (answer or {}).get("record") or {}
            values += [bytes(record["value"])] if record.get("value") else []
        found = [offer for offer in (place.open(value, now_s) for value in values) if offer]
    junk = "ahead" if any(place.open(value, MAX_TIME_S) for value in values) else bool(values)
    return found, junk, addresses


def _values(call, read):
    """Steps: what an answer has; nothing if that one peer or record is not to be had, or if nobody is there yet."""
    try:
        return read((yield call))
    except KadError as error:
        if error.kind in ("missing", "off"):
            raise
        return []
