#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wrong arguments are answered in words, with status 2, before anything is done."""

from kadtool import NOT_RUNNING, OFFLINE, OK, REFUSED, USAGE, kad, kad_json, main, refused_address, test

PEER = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"

# What is wrong, and a word that the message must have.
WRONG = [
    ([], "command"),
    (["frobnicate"], "frobnicate"),
    (["find"], "find providers"),
    (["find", "treasure"], "find providers"),
    (["id"], "id parse"),
    (["get-record", "text:x"], "kad run get-record"),
    (["get"], "KEY"),
    (["put"], "KEY"),
    (["find", "peer"], "PEER"),
    (["ping"], "ADDR"),
    (["ask", "/ip4/127.0.0.1/tcp/1"], "REQUEST"),
    (["run"], "NAME"),
    (["run", "frobnicate"], "frobnicate"),
    (["run", "get-record"], "key"),
    (["run", "get-record", "text:x", "text:y", "3", "4"], "more"),
    (["run", "get-record", "--frob", "1", "text:x"], "--frob"),
    (["run", "start-provide", "text:x", "--once=perhaps"], "once"),
    (["testnet"], "N"),
    (["testnet", "many"], "N"),
    (["testnet", "0"], "N"),
    (["testnet", "100000"], "N"),
    (["testnet", "3", "--listen-base", "65534"], "listen-base"),
    (["testnet", "3", "--seed", "-1"], "seed"),
    (["node", "--set-limit", "connections"], "NAME=VALUE"),
    (["node", "--set-limit", "connections=many"], "connections"),
    (["node", "--set-limit", "connections=0"], "from 1 to"),
    (["node", "--set-limit", "connections=99999999999999999999"], "connections"),
    (["node", "--set-limit", "treasures=5"], "treasures"),
    (["get", "text:x", "text:y"], "text:y"),
    (["get", "text:x", "--frob"], "--frob"),
    (["get", "text:x", "-x"], "-x"),
    (["get", "text:x", "--limit"], "--limit"),
    (["get", "text:x", "--limit", "many"], "limit"),
    (["get", "text:x", "--limit", "-1"], "limit"),
    (["ping", "/ip4/127.0.0.1/tcp/1", "--limit", "0"], "limit"),
    (["get", "text:x", "--timeout", "soon"], "timeout"),
    (["get", "text:x", "--timeout", "0"], "timeout"),
    (["get", "text:x", "--timeout", "-3"], "timeout"),
    (["get", "text:x", "--timeout", "1e3"], "timeout"),
    (["get", "text:x", "--timeout", "1", "--timeout", "2"], "twice"),
    (["get", "text:x", "--quorum", "0"], "quorum"),
    (["get", "text:x", "--quorum", "most"], "quorum"),
    (["put", "text:x", "y", "--quorum", "-1"], "quorum"),
    (["get", "text:x", "--json=yes"], "--json"),
    (["get", "text:x", "--color", "pink"], "--color"),
    (["node", "--mode", "bystander"], "mode"),
    (["node", "--key-type", "dsa"], "dsa"),
    (["node", "--network", "house"], "network"),
    (["node", "--network", "private:"], "network"),
    (["node", "--protocol", "kad"], "protocol"),
    (["node", "extra"], "extra"),
    (["help", "frobnicate"], "frobnicate"),
]

# What a slip of the keyboard makes of a word, and the word.
SLIPS = [
    (["statsu"], "status"),
    (["doc"], "doctor"),
    (["find", "provider", "text:x"], "find providers"),
    (["fnd", "peer"], "find peer"),
    (["help", "gett"], "get"),
    (["help", "put-recrod"], "put-record"),
    (["run", "get-recrod", "--join", "/ip4/127.0.0.1/tcp/1"], "get-record"),
    (["get", "text:x", "--jsn"], "--json"),
    (["get", "text:x", "--timeuot=5"], "--timeout"),
    (["get", "text:x", "-json"], "--json"),
]

BAD_KEYS = ["", "x", "text:", "hex:zz", "hex:", "hex:0", "base64:!", "text:" + "x" * 5000, "bafy"]
BAD_ADDRESSES = ["", "here", "127.0.0.1:4001", "/ip4/1.2.3", "/ip4/1.2.3.4/tcp/70000", "/ip4/1.2.3.4/tcp/1/p2p/x"]


@test("each wrong command line has status 2, a message that names what is wrong, and where to read more")
def _():
    for arguments, word in WRONG:
        answer = kad(*arguments).expect(USAGE)
        message = answer.err.decode()
        assert answer.out == b"" and message.startswith("kad: ") and word in message, answer
        assert "Try “kad help" in message, answer


@test("a misspelt word is answered with the right one, and one that is like nothing with none")
def _():
    for arguments, word in SLIPS:
        answer = kad(*arguments).expect(USAGE)
        assert f"did you mean “{word}”?" in answer.err.decode(), answer
    for arguments in (["frobnicate"], ["help", "frobnicate"], ["get", "text:x", "--frobnicate"], ["find", "treasure"]):
        assert b"did you mean" not in kad(*arguments).expect(USAGE).err, arguments


@test("with --json the same is one line with the error's code")
def _():
    for arguments, word in WRONG:
        answer = kad("--json", *arguments).expect(USAGE)
        assert answer.code in ("InvalidArgument", "InvalidKey", "UnknownCommand"), answer
        assert len(answer.lines) == 1 and word in answer.last["error"]["message"], answer
        assert answer.err == b"", answer


@test("a bad key is told before anybody is dialled")
def _():
    for key in BAD_KEYS:
        for words in (["get"], ["put"], ["provide"], ["find", "providers"], ["find", "closest"]):
            answer = kad_json(*words, key, "--join", refused_address())
            answer.expect_error(USAGE, "InvalidKey")
    kad_json("find", "peer", "nobody", "--join", refused_address()).expect(USAGE)
    kad_json("find", "providers", "hex:" + "00" * 81, "--join", refused_address()).expect_error(USAGE, "InvalidKey")


@test("a bad address is told wherever one is taken")
def _():
    for address in BAD_ADDRESSES:
        for words in (["ping"], ["identify"], ["node", "--listen"], ["node", "--join"], ["get", "text:x", "--join"],
                      ["run", "dial"]):
            answer = kad_json(*words, address).expect(USAGE)
            assert answer.code in ("InvalidAddress", "InvalidKey", "InvalidArgument"), answer
    kad_json("ask", "nowhere", "find-node", "text:x").expect(USAGE)


@test("ask says which requests there are, and what each of them needs")
def _():
    there = refused_address()
    assert "find-node" in kad("ask", there, "sing", "text:x").expect(USAGE).err.decode()
    for words in (["find-node"], ["put-value", "text:x"], ["get-value", "text:x", "value"]):
        kad_json("ask", there, *words).expect_error(USAGE, "InvalidArgument")


@test("a value that is too large is refused, with status 5")
def _():
    kad_json("put", "text:x", data=b"x" * (64 * 1024 + 1)).expect_error(REFUSED, "RecordTooLarge")
    kad_json("put", "text:x", "-", "--network", "private:local", data=b"x" * (64 * 1024)).expect_error(
        OFFLINE, "NotBootstrapped")


@test("arguments that are not UTF-8 are told")
def _():
    answer = kad("get", b"text:\xff".decode(errors="surrogateescape")).expect(USAGE)
    assert b"UTF-8" in answer.err, answer


@test("a word with a dash goes behind two dashes; options may stand anywhere")
def _():
    there = refused_address()
    kad("--json", "--timeout", "5", "get", "--join", there, "text:x").expect(OFFLINE)
    kad("put", "--join", there, "--json", "--", "text:x", "-5").expect_error(OFFLINE, "Offline")


@test("the version is told, and what the tool can do")
def _():
    assert kad("--version").expect(OK).out == b"kad 0.1.0\n"
    for words in (["--help"], ["help"], ["-h"]):
        out = kad(*words).expect(OK).out.decode()
        for name in ("node", "testnet", "put KEY", "find providers", "get-record", "show-table"):
            assert name in out, (name, out)


@test("colour is for terminals, or for who asks for it")
def _():
    assert b"\x1b[" not in kad("help").out
    assert b"\x1b[1m" in kad("help", "--color", "always").out
    assert b"\x1b[" not in kad("help", "--color", "never").out
    assert b"\x1b[1;31m" in kad("get", "text:x", "--color=always").expect(NOT_RUNNING).err
    assert b"\x1b[1;31m" not in kad("get", "text:x", env={"NO_COLOR": "1"}).expect(NOT_RUNNING).err


if __name__ == "__main__":
    main()
