#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad id: offline."""

import hashlib

from kadtool import USAGE, kad, kad_json, main, test

# The example of the Amino specification, section "Keyspace".
PEER = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
PEER_KAD_ID = "e43d28f0996557c0d5571d75c62a57a59d7ac1d30a51ecedcdb9d5e4afa56100"
MULTIHASH_HEX = "1220e536c7f88d731f374dccb568aff6f56e838a19382e488039b1ca8ad2599e82fe"
MULTIHASH_KAD_ID = "d623250f3f660ab4c3a53d3c97b3f6a0194c548053488d093520206248253bcb"
CID = "bafybeihfg3d7rdltd43u3tfvncx7n5loqofbsobojcadtmokrljfthuc7y"


def parse(text):
    answer = kad_json("id", "parse", text).expect_done()
    (result,) = answer.results
    return result


@test("a peer id is known in all of its text forms, with its type of key and its place")
def _():
    first = parse(PEER)
    assert first["kind"] == "peer-id" and first["peer"] == PEER and first["key_type"] == "ed25519", first
    assert first["kad_id"] == PEER_KAD_ID, first
    assert first["bytes_hex"].startswith("0024080112209e3b"), first
    second = parse(first["peer_cid"])
    assert second == first, second


@test("a CID gives version, codec, hash and the place of its multihash")
def _():
    result = parse(CID)
    assert result["kind"] == "cid" and result["version"] == 1 and result["codec"] == "dag-pb", result
    assert result["hash"] == "sha2-256" and len(result["digest_hex"]) == 64, result
    digest = hashlib.sha256(bytes.fromhex("1220" + result["digest_hex"])).hexdigest()
    assert result["kad_id"] == digest, result


@test("a key in hex is its bytes, and lies where the specification says")
def _():
    result = parse("hex:" + MULTIHASH_HEX)
    assert result["kind"] == "key" and result["bytes_hex"] == MULTIHASH_HEX, result
    assert result["kad_id"] == MULTIHASH_KAD_ID, result


@test("a multiaddr gives its peer and its scope; one without peer lies nowhere")
def _():
    result = parse(f"/ip4/10.1.2.3/tcp/4001/p2p/{PEER}")
    assert result["kind"] == "multiaddr" and result["peer"] == PEER, result
    assert result["kad_id"] == PEER_KAD_ID and result["scope"] == "private", result
    result = parse("/ip4/127.0.0.1/tcp/4001")
    assert result["scope"] == "loopback" and "kad_id" not in result and "peer" not in result, result


@test("namespaces and text are keys of the bytes as they stand")
def _():
    for text, preimage in (("/pk/x", b"/pk/x"), ("text:grüße", "grüße".encode()), ("base64:AAE=", b"\0\1")):
        result = parse(text)
        assert result["kind"] == "key" and bytes.fromhex(result["bytes_hex"]) == preimage, result
        assert result["kad_id"] == hashlib.sha256(preimage).hexdigest(), result


@test("convert gives every form, each of which is the same thing again")
def _():
    (forms,) = kad_json("id", "convert", PEER).expect_done().results
    assert {"peer-id", "peer-cid", "cid", "multihash", "hex", "base64", "base32", "kad-id"} <= set(forms), forms
    for name in ("peer-id", "peer-cid", "cid", "multihash"):
        assert parse(forms[name])["kad_id"] == PEER_KAD_ID, name
    assert parse("hex:" + forms["hex"])["kad_id"] == PEER_KAD_ID
    assert parse("base64:" + forms["base64"])["kad_id"] == PEER_KAD_ID
    assert parse("kad-id:" + forms["kad-id"])["kad_id"] == PEER_KAD_ID


@test("convert to one form writes just that")
def _():
    answer = kad("id", "convert", CID, "cid-v0").expect(0)
    version_0 = answer.out.decode().strip()
    assert version_0.startswith("Qm") and len(version_0) == 46, answer
    assert kad("id", "convert", version_0, "hex").expect(0).out.decode().startswith("1220")


@test("a distance is the XOR of the two places, its bucket their common prefix")
def _():
    (result,) = kad_json("id", "distance", PEER, "hex:" + MULTIHASH_HEX).expect_done().results
    distance = int(PEER_KAD_ID, 16) ^ int(MULTIHASH_KAD_ID, 16)
    assert result["distance_hex"] == f"{distance:064x}", result
    assert result["bucket"] == result["common_prefix_bits"] == 256 - distance.bit_length(), result
    assert distance.bit_length() - 1 <= result["log2"] < distance.bit_length(), result


@test("nobody is in a bucket of its own")
def _():
    (result,) = kad_json("id", "distance", PEER, PEER).expect_done().results
    assert result["bucket"] is None and result["log2"] is None and result["common_prefix_bits"] == 256, result


@test("without --json it is lines for people")
def _():
    answer = kad("id", "parse", PEER).expect(0)
    assert "kind: peer-id\n" in answer.out.decode() and f"kad_id: {PEER_KAD_ID}\n" in answer.out.decode(), answer


@test("what is nothing is a usage error in words, escaped")
def _():
    for bad in ("", "hello", "12D3KooW", "Qm", "/ip4", "hex:0", "kad-id:12", "text:", "\x1b[31mred", "a" * 100000):
        kad_json("id", "parse", bad).expect_error(USAGE, "InvalidKey") if not bad.startswith("/") else parse(bad)
    answer = kad("id", "parse", "\x1b[31mred").expect(USAGE)
    assert b"\x1b[31mred" not in answer.err and b"\\x1b" in answer.err, answer
    kad_json("id", "convert", PEER, "roman").expect_error(USAGE, "InvalidArgument")
    kad_json("id", "convert", PEER, "multiaddr").expect_error(USAGE, "InvalidArgument")
    kad_json("id", "distance", PEER, "/ip4/1.2.3.4/tcp/1").expect_error(USAGE, "InvalidArgument")


if __name__ == "__main__":
    main()
