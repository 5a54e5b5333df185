#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""examples/desktop/share-code.py on two laptops: found, over, wrong, attacked, and without the service."""

import json
import time

from gi.repository import GLib

from desktopkit import KILL, STOP, Laptop, Laptops, Network, main, test, wait_for

import kadshare

TEXT = "the album is in the blue folder"
QUICK = ("--wait", "0.2")


def offer(laptop, *words):
    """An offer that others keep, and its code."""
    program = laptop.start("share-code.py", "offer", *(words or (TEXT,)))
    code = program.wait_out(".")
    program.wait_err("Offered")
    return program, code


def take(laptop, code, *words):
    return laptop.run("share-code.py", "take", code, *words)


def lies(laptop, key):
    """What is found in the network."""
    try:
        rows = laptop.client.routing.call("GetRecord", "(sa{sv})", key, {})
    except GLib.Error:
        return None
    return bytes(rows[-1]["value"])


def put(laptop, place, value):
    laptop.client.publications.call("PutRecord", "(saya{sv})", place.key, value, {"wait": GLib.Variant("b", True)})


@test("/share-code/codes-forgive-how-they-are-typed")
def codes_forgive():
    code = "0" * 11 + "0"
    for typed in ("0000-0000-0000", "oooo oooo oooo", "OOOO–OOOO—OOOO", "\u3000００００ ００００－００００\n", code):
        assert kadshare.read_code(typed) == code, typed
    codes = [kadshare.make_code() for _number in range(200)]
    assert len(set(codes)) == 200
    for code in codes:
        swapped = kadshare.show_code(code).lower().replace("1", "l").replace("0", "o").replace("v", "u")
        assert kadshare.read_code(swapped) == code, swapped


@test("/share-code/codes-know-typing-mistakes")
def codes_know_mistakes():
    """Every wrong letter, and every two that were swapped."""
    for _round in range(4):
        code = kadshare.make_code()
        for at in range(12):
            for sign in kadshare.ALPHABET:
                wrong = code[:at] + sign + code[at + 1:]
                assert kadshare.check_code(wrong)[1] == (None if wrong == code else "typo"), wrong
            for other in range(at):
                signs = list(code)
                signs[at], signs[other] = signs[other], signs[at]
                assert kadshare.check_code("".join(signs))[1] == (None if code[at] == code[other] else "typo")
    assert [kadshare.check_code(text)[1] for text in ("", "ABC", "A" * 13, "ABC!", "é" * 12, "x" * 10**6)] == \
        ["short", "short", "long", "sign", "sign", "long"]


@test("/share-code/a-wrong-code-asks-nobody")
def wrong_code_asks_nobody():
    with Laptop(kadd=False) as laptop:
        for code, said in (("0000-0000-0001", "typing mistake"), ("0000", "4 of 12"), ("0" * 13, "longer"), ("00/0", "“/”")):
            done = laptop.run("share-code.py", "take", code, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
            assert done.status == 2 and said in done.err, done
        done = take(laptop, "0000-0000-0000")
        assert done.status == 8 and "not there" in done.err, done
        done = laptop.run("share-code.py", "offer", "text")
        assert done.status == 8 and "not there" in done.err, done
        done = laptop.run("share-code.py", "offer", "text", DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
        assert done.status == 8 and "no session bus" in done.err, done
        for wait in ("-1", "nan", "inf"):
            done = laptop.run("share-code.py", "take", "0000-0000-0000", "--wait", wait)
            assert done.status == 2 and "one day" in done.err, done
        for words in (("x" * 4097,), ("",), ("x", "--lifetime", "0"), ("x", "--lifetime", "86401"), ("--file", "/nowhere"),
                      ("--file", "/bin/true"), ("x", "--file", "/bin/true"), ()):
            done = laptop.run("share-code.py", "offer", *words)
            assert done.status == 2 and done.out == "", (words, done)


@test("/share-code/the-other-laptop-takes-it")
def other_laptop_takes_it():
    with Laptops() as (ann, ben):
        program, code = offer(ann, *TEXT.split(" "), "--name", "Ann")
        with program:
            place = kadshare.Place(kadshare.read_code(code))
            # Also with spaces that the shell takes for its own.
            for typed in ([code], [code.lower().replace("-", " ")], code.lower().split("-")):
                done = ben.run("share-code.py", "take", *typed)
                assert done.status == 0 and done.out == f"{TEXT}\n", done
                assert f"Ann, peer {ann.peer}:" in done.err and "answers in" in done.err, done
            # Ann's own other program takes it, too; and nobody reads it on its way.
            assert take(ann, code).out == f"{TEXT}\n"
            sealed = lies(ben, place.key)
            assert sealed and TEXT.encode() not in sealed and b"Ann" not in sealed and code.replace("-", "").encode() not in sealed
            assert len(sealed) % kadshare.PAD_BYTES == kadshare.Sodium.NONCE_BYTES + kadshare.Sodium.TAG_BYTES
            assert len(ann.publications()) == 2
            # Taken back: at once, and what lies in the network has no offer any more.
            assert program.end(STOP) == 0
        done = take(ben, code, *QUICK)
        assert done.status == 11 and "over" in done.err and done.out == "", done
        assert place.open(lies(ben, place.key), time.time())["text"] == ""
        assert ann.publications() == []


@test("/share-code/in-the-local-network-beside")
def in_the_local_network():
    with Laptop(kadd=False) as ann, Laptop(kadd=False) as ben:
        ann.begin_beside()
        program, code = offer(ann)
        ben.begin_beside([ann.client.node["LanListenAddresses"][0]])
        with program:
            done = take(ben, code)
            assert done.status == 0 and done.out == f"{TEXT}\n" and "answers in" in done.err, done
            assert program.end(STOP) == 0
        done = take(ben, code, *QUICK)
        assert done.status == 11 and done.out == "", done


@test("/share-code/it-ends-by-itself")
def it_ends_by_itself():
    with Laptops() as (ann, ben):
        program, code = offer(ann, TEXT, "--lifetime", "3")
        with program:
            early = take(ben, code)
            assert (early.status, early.out) in ((0, f"{TEXT}\n"), (11, "")), early
            assert program.end() == 0
            assert "The offer is over." in program.said["err"]
        done = take(ben, code, *QUICK)
        assert done.status == 11 and done.out == "", done
        assert ann.publications() == []
        # Nobody has this one.
        done = take(ben, kadshare.make_code(), *QUICK)
        assert done.status == 10 and "Nobody" in done.err, done


def others(place, now):
    """What may lie under a key, and what a taker calls it."""
    good = {"kad-share": 1, "serial": 1, "until": now + 60, "text": "x", "name": "", "peer": "x"}

    def raw(plain):
        return place.sodium.seal(place.seal_key, plain, place.digest)
    yield "nonsense", b"nonsense", 12
    yield "nothing", b"\0", 12
    yield "too long", b"x" * 10000, 12
    yield "too long though sealed", raw(json.dumps(good).encode().ljust(9000)), 12
    yield "of another code", kadshare.Place(kadshare.make_code()).seal(good), 12
    yield "moved from another place", place.sodium.seal(place.seal_key, json.dumps(good).encode(), b"elsewhere"), 12
    yield "one bit is another", (lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]))(place.seal(good)), 12
    yield "no JSON", raw(b"\xff{"), 12
    yield "deep", raw(b"[" * 8000), 12
    for wrong in ({"text": 1}, {"text": "x" * 4097}, {"name": "x" * 200}, {"peer": None}, {"until": "soon"}, {"until": True},
                  {"until": 1e300}, {"serial": -1}, {"serial": 1 << 70}, {"until": now + 10 * kadshare.MAX_LIFETIME_S},
                  {"kad-share": 2}, {"text": "\ud800"}):
        yield str(wrong), raw(json.dumps({**good, **wrong}).encode()), 12
    yield "a list", raw(b"[]"), 12
    yield "an old one", place.seal({**good, "until": now - 1}), 11


@test("/share-code/what-others-put-there")
def what_others_put_there():
    place = kadshare.Place(kadshare.make_code())
    now = int(time.time())
    for name, value, status in others(place, now):
        offered = place.open(value, now)
        assert (offered is None) if status == 12 else offered["until"] < now, name
    with Laptops() as (ann, ben):
        # The programs agree, with what differs most.
        chosen = [row for row in others(place, now) if row[0] in ("nonsense", "too long", "of another code", "an old one")]
        assert len(chosen) == 4
        for name, value, status in chosen:
            code = kadshare.make_code()
            here = kadshare.Place(code)
            put(ben, here, here.seal({"kad-share": 1, "serial": 1, "until": now - 1, "text": "x", "name": "", "peer": "x"})
                if status == 11 else value)
            done = take(ann, code, *QUICK)
            assert done.status == status and done.out == "", (name, done)


@test("/share-code/clocks-that-differ")
def clocks_that_differ():
    """Whoever is days ahead or behind is told that, and not that the offer is over or somebody else's."""
    with Laptops() as (ann, ben):
        for until_s, status, said in ((3 * 86400, 12, "far ahead of the one here"), (-3 * 86400, 11, "One of the two clocks is wrong")):
            place = kadshare.Place(code := kadshare.make_code())
            offered = {"kad-share": 1, "serial": 1, "until": int(time.time()) + until_s, "text": "x", "name": "", "peer": ben.peer}
            put(ben, place, place.seal(offered))
            ben.client.publications.call("Provide", "(sa{sv})", place.key, {})
            done = take(ann, code, *QUICK)
            assert done.status == status and said in done.err and done.out == "", (until_s, done)
        # Over, and nobody stands by it.
        place = kadshare.Place(code := kadshare.make_code())
        put(ben, place, place.seal({**offered, "text": "x"}))
        done = take(ann, code, *QUICK)
        assert done.status == 11 and "This offer is over." in done.err, done


@test("/share-code/written-over")
def written_over():
    """Who sees where the offer lies, but has no code: the offer comes back."""
    with Network(2) as network, Laptop(join=network.join) as ann, Laptop(join=network.join) as ben:
        program, code = offer(ann, TEXT, "--lifetime", "30")
        with program:
            place = kadshare.Place(kadshare.read_code(code))
            program.wait_err("keep")
            network.ask("put", place.key, "nonsense")
            done = take(ben, code)
            assert done.status == 0 and done.out == f"{TEXT}\n", done
            program.end(STOP)


@test("/share-code/replayed")
def replayed():
    """What was there, put there again after the end: the other laptop itself says that it is no offer."""
    with Laptops() as (ann, ben):
        program, code = offer(ann)
        with program:
            place = kadshare.Place(kadshare.read_code(code))
            sealed = wait_for(lambda: lies(ben, place.key))
            program.end(STOP)
        put(ben, place, sealed)
        assert place.open(lies(ben, place.key), time.time())["text"] == TEXT
        done = take(ben, code, *QUICK)
        assert done.status == 11 and done.out == "" and "taken back" in done.err, done


@test("/share-code/a-terminal-is-not-fooled")
def terminal_is_not_fooled():
    with Laptops() as (ann, ben):
        program, code = offer(ann, "one\n\x1b]0;title\x07\u202etwo", "--name", "\x1b[2J" + "n" * 300)
        with program:
            done = take(ben, code)
            assert done.status == 0 and done.out == "one\n\ufffd]0;title\ufffd\ufffdtwo\n", done
            assert "\x1b" not in done.err and "\ufffd[2Jnnn" in done.err, done
            program.end(STOP)


@test("/share-code/who-goes-without-a-word")
def goes_without_a_word():
    with Network(2) as network, Laptop(join=network.join) as ann, Laptop(join=network.join) as ben:
        # The laptop goes: what it offered is there until its time is over.
        until = time.monotonic() + 6
        program, code = offer(ann, TEXT, "--lifetime", "6")
        other, left = offer(ann, "another")
        with program, other:
            program.wait_err("keep")
            # A program goes, and its laptop stays and knows that.
            other.end(KILL)
            done = take(ben, left, *QUICK)
            assert done.status == 11 and "taken back" in done.err, done
            ann.kadd.kill()
            program.wait_err("has gone")
            done = take(ben, code)
            if time.monotonic() < until:
                assert done.status == 0 and done.out == f"{TEXT}\n" and "does not answer now" in done.err, done
            assert program.end() == 0
        time.sleep(1.1)  # an offer ends with a whole second
        done = take(ben, code, *QUICK)
        assert done.status == 11 and done.out == "" and "over" in done.err, done


@test("/share-code/the-service-is-killed-meanwhile")
def service_is_killed():
    with Laptops() as (ann, ben):
        program, code = offer(ann)
        with program:
            program.wait_err("keep")
            ann.kadd.kill()
            program.wait_err("has gone")
            with ann.kadd:
                pass
            ann.begin(join=[ben.address])
            wait_for(lambda: len(ann.publications()) == 2)
            done = take(ben, code)
            assert done.status == 0 and done.out == f"{TEXT}\n" and "answers in" in done.err, done
            # And killed for good: it ends in time all the same.
            ann.kadd.kill()
            assert program.end(STOP) == 0


@test("/share-code/paused-and-alone")
def paused_and_alone():
    with Laptop() as laptop:
        done = take(laptop, kadshare.make_code(), *QUICK)
        assert done.status == 4 and "offline" in done.err, done
        laptop.client.node.call("Pause", "(sa{sv})", "user", {})
        for words in (("take", kadshare.make_code()), ("offer", "x")):
            done = laptop.run("share-code.py", *words)
            assert done.status == 4 and "paused" in done.err, done


main()
