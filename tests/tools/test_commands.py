#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The commands that ask a network, each on a node of its own: right results, right JSON, right status."""

import base64
import json
import tempfile

from kadtool import (
    DONE_MEMBERS, NOT_FOUND, NOT_RUNNING, OFFLINE, OK, USAGE, Running, kad, kad_json, kadlab, main, refused_address, test)

RECORD_MEMBERS = {"key_base64", "value_base64", "value", "from"}
PEER_MEMBERS = {"peer", "addresses"}


def decode(text):
    return base64.b64decode(text, validate=True)


class Network(kadlab.Testnet):
    """Three servers that know one another."""

    def __enter__(self):
        self.first = self.one("kad")
        self.start("kad", 2, extra=["--join", self.first.addresses[0]])
        for peer in self.peers:
            kadlab.eventually(lambda peer=peer: len(peer.table()) == 2, what="a full table")
        self.address = self.first.addresses[0]
        self.ids = {peer.peer for peer in self.peers}
        return self

    def kad(self, *arguments, **options):
        return kad(*arguments, "--join", self.address, **options)

    def kad_json(self, *arguments, **options):
        return kad_json(*arguments, "--join", self.address, **options)


@test("a record is put with all nodes and found again, with the members that a record has")
def _():
    with Network() as network:
        put = network.kad_json("put", "text:greeting", "hello").expect_done()
        assert put.results == [] and put.last["stored"] == put.last["wanted"] == 3 and put.last["failed"] == [], put
        for peer in network.peers:
            assert peer.get(b"greeting") == b"hello"
        got = network.kad_json("get", "text:greeting").expect_done()
        for result in got.results:
            assert set(result) == RECORD_MEMBERS and result["from"] in network.ids, result
            assert decode(result["key_base64"]) == b"greeting" and decode(result["value_base64"]) == b"hello", result
            assert result["value"] == "hello", result
        assert len(got.results) >= 1 and got.last["successes"] >= 1 and got.last["duration_us"] > 0, got
        assert network.kad("get", "text:greeting").expect(OK).out == b"hello"
        assert network.kad("put", "text:greeting", "hello").expect(OK).out == b"Stored with 3 of 3 peers\n"


@test("a value may come from stdin, be any bytes, be empty, and be 64 KiB")
def _():
    values = [b"", b"\0", b"\xff\xfe", b"a\0b", "grüße\n".encode(), b"\x1b[31mred\r\n", bytes(range(256)) * 256]
    with Network() as network:
        for number, value in enumerate(values):
            word = ["-"] if number % 2 else []
            network.kad_json("put", f"text:v{number}", *word, data=value).expect_done()
            result = network.kad_json("get", f"text:v{number}").expect_done().results[-1]
            assert decode(result["value_base64"]) == value, (value[:20], result)
            try:
                text = value.decode()
            except UnicodeDecodeError:
                text = None
            assert result.get("value") == text, result
            assert network.kad("get", f"text:v{number}").expect(OK).out == value


@test("what comes from peers cannot command a terminal, whatever it is")
def _():
    evil = "\x1b]0;x\x07\x9b31m\u202etxt\u2028\u2066\ufeff"
    with Network() as network:
        network.kad("put", "text:evil", "-", data=evil.encode()).expect(OK)
        answer = network.kad_json("get", "text:evil").expect_done()
        assert all(0x20 <= byte < 0x7F or byte == 0x0A for byte in answer.out), answer
        assert answer.results[-1]["value"] == evil, answer


@test("each form of key names the record that it should")
def _():
    cid = "bafybeihfg3d7rdltd43u3tfvncx7n5loqofbsobojcadtmokrljfthuc7y"
    with Network() as network:
        for text, key in (("/ns/some/key", b"/ns/some/key"), ("hex:00ff", b"\0\xff"), ("base64:AP8=", b"\0\xff"),
                          ("text:grüße", "grüße".encode())):
            network.kad_json("put", text, "x").expect_done()
            for peer in network.peers:
                assert peer.get(key) == b"x", text
        key = decode(network.kad_json("put", cid, "x").expect_done() and
                     network.kad_json("get", cid).expect_done().results[0]["key_base64"])
        assert key[:2] == b"\x01\x70" and len(key) == 36, key


@test("a record that nobody has is not found: status 10, or 0 if that is all right")
def _():
    with Network() as network:
        network.kad_json("get", "text:nothing").expect_error(NOT_FOUND, "NotFound")
        network.kad_json("get", "text:nothing", "--allow-empty").expect_error(OK, "NotFound")
        assert network.kad("get", "text:nothing").expect(NOT_FOUND).err.startswith(b"kad: ")


@test("a quorum is one, majority, all or a number, and is not called met when it is not")
def _():
    with Network() as network:
        for quorum in ("one", "majority", "all", "2"):
            network.kad_json("put", "text:q", "x", "--quorum", quorum).expect_done()
            network.kad_json("get", "text:q", "--quorum", quorum).expect_done()
        answer = network.kad_json("put", "text:q", "x", "--quorum", "4").expect_error(1, "QuorumFailed")
        assert "3 of 3" in answer.last["error"]["message"], answer
        assert kadlab.eventually(lambda: network.first.get(b"q") == b"x")


@test("who provides is found with its addresses, while it stays and after it announced once")
def _():
    with Network() as network, \
            Running("provide", "text:album", "--json", "--join", network.address) as provider:
        done = provider.read_line()
        assert done["done"] and done["stored"] == 3, done
        answer = network.kad_json("find", "providers", "text:album").expect_done()
        (result,) = answer.results
        assert set(result) == PEER_MEMBERS and result["addresses"], answer
        # It is a server: it answers where it says that it is.
        address = f"{result['addresses'][0]}/p2p/{result['peer']}"
        kad_json("ask", address, "find-node", result["peer"]).expect_done()
        assert provider.interrupt().finish().expect(130).out == b""

        once = network.kad_json("provide", "text:album", "--once").expect_done()
        assert once.last["stored"] >= 3, once
        answer = network.kad_json("find", "providers", "text:album").expect_done()
        assert len(answer.results) == 2, answer
        assert len(network.kad_json("find", "providers", "text:album", "--limit", "1").expect_done().results) == 1


@test("a text key of a provider is hashed, unless it is to be raw")
def _():
    with Network() as network:
        network.kad_json("provide", "text:file", "--once").expect_done()
        assert len(network.first.providers(kadlab.content("file"))) == 1
        assert network.first.providers(b"file") == {}
        network.kad_json("provide", "text:file", "--once", "--raw-key").expect_done()
        assert len(network.first.providers(b"file")) == 1
        network.kad_json("find", "providers", "text:file", "--raw-key").expect_done()


@test("nobody provides: no result, status 10, or 0 if that is all right")
def _():
    with Network() as network:
        answer = network.kad_json("find", "providers", "text:nobody").expect(NOT_FOUND)
        assert len(answer.lines) == 1 and answer.last["done"] is True, answer
        network.kad_json("find", "providers", "text:nobody", "--allow-empty").expect_done()


@test("a peer is found by its id, and an unknown one is not")
def _():
    with Network() as network:
        third = network.peers[2]
        (result,) = network.kad_json("find", "peer", third.peer).expect_done().results
        assert result["peer"] == third.peer and result["addresses"], result
        assert result["addresses"][0] + "/p2p/" + third.peer == third.addresses[0], result
        nobody = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
        network.kad_json("find", "peer", nobody).expect_error(NOT_FOUND, "NotFound")


@test("the closest peers come nearest first, at most as many as asked for")
def _():
    with Network() as network:
        answer = network.kad_json("find", "closest", "text:somewhere").expect_done()
        places = [int(kad_json("id", "distance", result["peer"], "text:somewhere").results[0]["distance_hex"], 16)
                  for result in answer.results]
        assert {result["peer"] for result in answer.results} == network.ids and places == sorted(places), answer
        first = network.kad_json("find", "closest", "text:somewhere", "--limit", "1").expect_done()
        assert first.results == answer.results[:1], first
        lines = network.kad("find", "closest", "text:somewhere").expect(OK).out.decode().splitlines()
        assert [line.split()[0] for line in lines] == [result["peer"] for result in answer.results], lines


@test("bootstrap tells how joining went")
def _():
    with Network() as network:
        answer = network.kad_json("bootstrap").expect_done()
        assert answer.last["successes"] >= 3 and answer.results == [], answer
    kad_json("bootstrap", "--network", "private:local").expect_error(OFFLINE, "NotBootstrapped")


@test("ping and identify take an address, with or without the peer at its end")
def _():
    with Network() as network:
        for address in (network.address, network.address.split("/p2p/")[0]):
            (result,) = kad_json("ping", address).expect_done().results
            assert result["peer"] == network.first.peer and 0 < result["rtt_us"] < 10_000_000, result
            (result,) = kad_json("identify", address).expect_done().results
            assert result["peer"] == network.first.peer and result["agent"].startswith("kad/"), result
            assert "/ipfs/kad/1.0.0" in result["protocols"] and result["observed_address"], result
        wrong = network.address.split("/p2p/")[0] + "/p2p/" + network.peers[1].peer
        assert kad_json("ping", wrong).status == 1


@test("ask gives one peer's answer as it came")
def _():
    with Network() as network:
        def ask(*words):
            answer = kad_json("ask", network.address, *words).expect_done()
            assert len(answer.results) == 1, answer
            return answer.results[0]

        found = ask("find-node", network.peers[1].peer)
        assert set(found) == {"peer", "record", "closer", "providers", "raw_base64"}, found
        assert found["peer"] == network.first.peer and found["record"] is None, found
        assert all(set(peer) == {"peer", "addresses", "connection"} for peer in found["closer"]), found
        assert network.peers[1].peer in {peer["peer"] for peer in found["closer"]}, found
        assert decode(found["raw_base64"])[:2] == b"\x08\x04", found

        put = ask("put-value", "text:k", "v")
        assert decode(put["record"]["value_base64"]) == b"v", put
        got = ask("get-value", "text:k")
        assert decode(got["record"]["value_base64"]) == b"v", got
        assert ask("get-value", "text:none")["record"] is None

        kad_json("ask", network.address, "add-provider", "text:k").expect_done()
        providers = ask("get-providers", "text:k")["providers"]
        assert len(providers) == 1 and providers[0]["addresses"], providers
        assert ask("ping", "text:k")["rtt_us"] > 0
        assert ask("ping")["rtt_us"] > 0


@test("run runs any registered command, its options in any form")
def _():
    with Network() as network:
        network.kad_json("run", "put-record", "text:r", "v").expect_done()
        for words in (["text:r"], ["--key", "text:r"], ["--key=text:r"], ["--key-base64", "cg=="]):
            result = network.kad_json("run", "get-record", *words).expect_done().results[-1]
            assert result["value"] == "v", result
        rows = network.kad_json("run", "show-table").expect_done().results
        assert {row["peer"] for row in rows} == network.ids, rows
        assert all({"peer", "bucket", "addresses", "agent", "state"} <= set(row) for row in rows), rows
        assert network.kad_json("run", "show-connections").expect_done().results
        assert network.kad_json("run", "get-record", "text:r", "--limit", "1").expect_done().last["outcome"]
        network.kad_json("run", "start-provide", "text:r", "--once", "true").expect_done()
        network.kad_json("run", "start-provide", "text:r", "--once").expect_done()
        (result,) = kad_json("run", "show-identity").expect_done().results
        assert result["protocols"], result
        (result,) = kad_json("run", "dial", network.address).expect_done().results
        assert result["peer"] == network.first.peer, result
        network.kad_json("run", "hang-up", network.ids.copy().pop()).expect_done()


@test("a limit counts results, also where the command has none of its own")
def _():
    with Network() as network:
        answer = network.kad_json("run", "show-table", "--limit", "2").expect_done()
        assert len(answer.results) == 2, answer


@test("without the service and without anybody to join there is no network: status 8 or 4, in words")
def _():
    for words in (["get", "text:x"], ["put", "text:x", "y"], ["find", "providers", "text:x"], ["find", "closest", "text:x"],
                  ["provide", "text:x", "--once"], ["provide", "text:x"], ["bootstrap"]):
        answer = kad_json(*words).expect_error(NOT_RUNNING, "NotRunning")
        assert all(word in answer.last["error"]["message"] for word in ("kadd", "--address", "--join")), answer
        kad_json(*words, "--network", "private:local").expect_error(OFFLINE, "NotBootstrapped")
        there = refused_address()
        answer = kad_json(*words, "--join", there).expect(OFFLINE)
        assert answer.code in ("Offline", "NotBootstrapped") and there in answer.last["error"]["message"], answer


@test("one of several addresses to join is enough")
def _():
    with Network() as network:
        network.kad_json("put", "text:x", "y", "--join", refused_address()).expect_done()


@test("a dial that is refused is an error: status 1")
def _():
    for words in (["ping"], ["identify"], ["run", "dial"]):
        kad_json(*words, refused_address()).expect_error(1, "DialFailed")
    kad_json("ask", refused_address(), "find-node", "text:x").expect_error(1, "DialFailed")


@test("every one of the four types of identity can ask, and keeps its file")
def _():
    with Network() as network, tempfile.TemporaryDirectory() as folder:
        for kind in ("ed25519", "rsa", "secp256k1", "ecdsa"):
            path = f"{folder}/{kind}"
            ids = set()
            for _ in range(2):
                answer = network.kad_json("run", "show-identity", "--key-type", kind, "--identity", path).expect_done()
                ids.add(answer.results[0]["peer"])
            assert len(ids) == 1, ids
            network.kad_json("find", "closest", "text:x", "--identity", path).expect_done()


@test("show-stats counts what the node did, in numbers")
def _():
    with Network() as network:
        stats = network.kad_json("run", "show-stats").expect_done().results[0]
        assert stats["now"]["table"] >= 1 and stats["connections"]["outbound"]["opened"] >= 1, stats
        assert stats["dials"]["tcp"]["ok"] >= 1 and stats["traffic"]["in_bytes"] > 0, stats
        assert stats["node"]["mode"] == "client" and stats["node"]["server"] is False, stats
        assert {"estimate", "std_error", "samples", "when_us"} == set(stats["network_size"]), stats
        assert stats["network_size"]["estimate"] == 3, stats


@test("show-reachability tells what is known")
def _():
    answer = kad_json("run", "show-reachability").expect_done().results[0]
    assert (answer["state"], answer["why"], answer["listening"]) == ("local", "not-listening", []), answer


@test("check-health tells of each check, with and without a network")
def _():
    names = ["listening", "table-size", "self-lookup", "record-round-trip", "reachability", "clock", "disk", "network",
             "modules", "latency"]
    with Network() as network:
        answer = network.kad_json("run", "check-health").expect_done()
        states = {result["check"]: result["state"] for result in answer.results}
        assert list(states) == names, answer
        assert states["self-lookup"] == states["record-round-trip"] == "ok", answer
        assert answer.last["healthy"] is True and answer.last["failed"] == 0, answer
        assert states["table-size"] == "warn" and answer.last["warned"] >= 1, answer
    alone = kad_json("run", "check-health").expect_done()
    assert [result["check"] for result in alone.results] == names, alone
    assert alone.results[1]["state"] == "fail" and alone.results[1]["advice"] == "join", alone
    assert alone.last["healthy"] is False, alone


@test("set-mode wants a mode that there is")
def _():
    assert kad("run", "set-mode").status == USAGE
    assert kad("run", "set-mode", "--mode", "both").status == USAGE
    kad_json("run", "set-mode", "--mode", "server").expect_done()


@test("another protocol is another network")
def _():
    with Network() as network:
        answer = network.kad_json("get", "text:x", "--protocol", "/other/kad/1.0.0", "--timeout", "10")
        assert answer.status == OFFLINE, answer


@test("the last line of --json ends the output, and each line is one object")
def _():
    with Network() as network:
        for words in (["get", "text:x"], ["put", "text:x", "y"], ["find", "closest", "text:x"], ["bootstrap"]):
            answer = network.kad_json(*words)
            assert answer.out.endswith(b"}\n") and answer.err == b"", answer
            for line in answer.lines[:-1]:
                assert "done" not in line and "error" not in line, answer
            assert DONE_MEMBERS <= set(answer.last) or set(answer.last) == {"error"}, answer
            json.dumps(answer.lines)


@test("--verbose tells more on stderr and nothing else on stdout")
def _():
    with Network() as network:
        quiet = network.kad("find", "closest", "text:x").expect(OK)
        loud = network.kad("find", "closest", "text:x", "--verbose").expect(OK)
        assert quiet.err == b"" and b"Joined" in loud.err and quiet.out == loud.out, loud
        assert kad("get", "--verbose").status == USAGE


if __name__ == "__main__":
    main()
