#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the vectors of multiformats beside this file.

An implementation of its own, on Python's hashlib, base64 and ipaddress, so that the
C code is held against something that was not made with it. The same output each
time: inputs are hashes of fixed labels.
"""

import base64
import hashlib
import ipaddress
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def sample(label, size):
    return hashlib.shake_256(("kad vectors " + label).encode()).digest(size)


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def by_number(data, alphabet):
    number = int.from_bytes(data, "big")
    digits = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        digits = alphabet[digit] + digits
    zeros = len(data) - len(data.lstrip(b"\0"))
    return alphabet[0] * zeros + digits


def base32(data):
    return base64.b32encode(data).decode().lower()


BASES = {
    "f": lambda d: d.hex(),
    "F": lambda d: d.hex().upper(),
    "b": lambda d: base32(d).rstrip("="),
    "B": lambda d: base32(d).rstrip("=").upper(),
    "c": base32,
    "C": lambda d: base32(d).upper(),
    "k": lambda d: by_number(d, BASE36),
    "K": lambda d: by_number(d, BASE36).upper(),
    "z": lambda d: by_number(d, BASE58),
    "m": lambda d: base64.b64encode(d).decode().rstrip("="),
    "M": lambda d: base64.b64encode(d).decode(),
    "u": lambda d: base64.urlsafe_b64encode(d).decode().rstrip("="),
    "U": lambda d: base64.urlsafe_b64encode(d).decode(),
}


def multibase(prefix, data):
    return prefix + BASES[prefix](data)


def multihash(code, digest):
    return varint(code) + varint(len(digest)) + digest


def sha256_multihash(label):
    return multihash(0x12, hashlib.sha256(label.encode()).digest())


def inline_peer(label):
    return multihash(0x00, bytes.fromhex("08011220") + sample(label, 32))


def cid_v1(codec, mh):
    return b"\x01" + varint(codec) + mh


def write(name, head, rows):
    with open(os.path.join(HERE, name), "w", encoding="utf-8", newline="\n") as out:
        out.write("# Written by generate.py\n# " + "\t".join(head) + "\n")
        for row in rows:
            out.write("\t".join(str(field) for field in row) + "\n")


def write_varints():
    values = [0, 1, 2, 300, 16383, 16384, 2**31, 2**32 - 1, 2**32, 2**53, 2**63 - 1]
    for bits in range(7, 64, 7):
        values += [2**bits - 1] + ([2**bits] if bits < 63 else [])
    write("varint.tsv", ["value", "hex"], [(v, varint(v).hex()) for v in sorted(set(values))])


def write_multibase():
    inputs = [b"", b"\0", b"\0\0", b"\xff", b"a", b"\0a", b"\0\0\0yes", b"Hello World!",
              b"The quick brown fox jumps over the lazy dog.", bytes.fromhex("0000287fb4cd"),
              bytes(range(256))]
    inputs += [sample("multibase %d" % size, size) for size in range(1, 42)]
    inputs += [b"\0" * 5 + sample("multibase zeros", 20), sample("multibase long", 300)]
    write("multibase.tsv", ["hex", "text"],
          [(data.hex(), multibase(prefix, data)) for data in inputs for prefix in BASES])


def hash_functions():
    yield "identity", 0x00, lambda d: d[:128]
    for name, code, function in [
        ("sha1", 0x11, hashlib.sha1), ("sha2-256", 0x12, hashlib.sha256),
        ("sha2-512", 0x13, hashlib.sha512), ("sha3-512", 0x14, hashlib.sha3_512),
        ("sha3-384", 0x15, hashlib.sha3_384), ("sha3-256", 0x16, hashlib.sha3_256),
        ("sha3-224", 0x17, hashlib.sha3_224), ("sha2-384", 0x20, hashlib.sha384),
        ("sha2-224", 0x1013, hashlib.sha224), ("md5", 0xD5, hashlib.md5),
    ]:
        yield name, code, lambda d, function=function: function(d).digest()
    yield "shake-128", 0x18, lambda d: hashlib.shake_128(d).digest(32)
    yield "shake-256", 0x19, lambda d: hashlib.shake_256(d).digest(64)
    yield "dbl-sha2-256", 0x56, lambda d: hashlib.sha256(hashlib.sha256(d).digest()).digest()
    for size in (1, 20, 28, 32, 33, 48, 64):
        name = "blake2b-%d" % (8 * size) if size in (20, 28, 32, 48, 64) else "blake2b"
        yield name, 0xB200 + size, lambda d, size=size: hashlib.blake2b(d, digest_size=size).digest()
    for size in (1, 16, 20, 28, 31, 32):
        name = "blake2s-%d" % (8 * size) if size in (16, 20, 28, 32) else "blake2s"
        yield name, 0xB240 + size, lambda d, size=size: hashlib.blake2s(d, digest_size=size).digest()


def write_multihashes():
    rows = []
    for name, code, function in hash_functions():
        for data in [b"", b"abc"] + [sample("multihash %d" % i, 7 * i + 1) for i in range(5)]:
            digest = function(data)
            rows.append((name, "%#x" % code, data.hex(), multihash(code, digest).hex()))
            if len(digest) > 4 and name != "identity":
                rows.append((name, "%#x" % code, data.hex(), multihash(code, digest[:4]).hex()))
    write("multihash.tsv", ["name", "code", "input hex", "multihash hex"], rows)


def write_cids():
    rows = []
    for i in range(4):
        mh = sha256_multihash("cid %d" % i)
        rows.append((0, "dag-pb", mh.hex(), mh.hex(), by_number(mh, BASE58)))
    hashes = [sha256_multihash("cid v1"), inline_peer("cid key"), multihash(0x00, b""),
              multihash(0xB220, hashlib.blake2b(b"cid", digest_size=32).digest()),
              multihash(0x13, hashlib.sha512(b"cid").digest()), multihash(0x00, sample("cid", 128))]
    for name, codec in [("raw", 0x55), ("dag-pb", 0x70), ("dag-cbor", 0x71), ("libp2p-key", 0x72),
                        ("dag-json", 0x129), ("json", 0x200), ("-", 2**62 + 1)]:
        for mh in hashes:
            data = cid_v1(codec, mh)
            prefixes = BASES if name == "raw" else "bkz"
            rows += [(1, name, mh.hex(), data.hex(), multibase(p, data)) for p in prefixes]
    write("cid.tsv", ["version", "codec", "multihash hex", "cid hex", "text"], rows)


def ip(text):
    return ipaddress.ip_address(text).packed


def port(number):
    return struct.pack(">H", number)


def sized(data):
    return varint(len(data)) + data


def garlic64(data):
    return base64.b64encode(data, b"-~").decode()


PROTOCOLS = {
    "ip4": (4, ip), "tcp": (6, lambda t: port(int(t))), "dccp": (33, lambda t: port(int(t))),
    "ip6": (41, ip), "ip6zone": (42, lambda t: sized(t.encode())),
    "ipcidr": (43, lambda t: bytes([int(t)])), "dns": (53, lambda t: sized(t.encode())),
    "dns4": (54, lambda t: sized(t.encode())), "dns6": (55, lambda t: sized(t.encode())),
    "dnsaddr": (56, lambda t: sized(t.encode())), "sctp": (132, lambda t: port(int(t))),
    "udp": (273, lambda t: port(int(t))), "sni": (449, lambda t: sized(t.encode())),
    "memory": (777, lambda t: struct.pack(">Q", int(t))),
    "p2p-webrtc-star": (275, None), "p2p-webrtc-direct": (276, None), "p2p-stardust": (277, None),
    "webrtc-direct": (280, None), "webrtc": (281, None), "p2p-circuit": (290, None),
    "udt": (301, None), "utp": (302, None), "https": (443, None), "tls": (448, None),
    "noise": (454, None), "quic": (460, None), "quic-v1": (461, None), "webtransport": (465, None),
    "ws": (477, None), "wss": (478, None), "p2p-websocket-star": (479, None), "http": (480, None),
}


def plain(text):
    """Bytes of a multiaddr whose values are written as they are."""
    out, pieces = b"", text.strip("/").split("/")
    while pieces:
        code, value = PROTOCOLS[pieces.pop(0)]
        out += varint(code) + (value(pieces.pop(0)) if value else b"")
    return out


def multiaddrs():
    """(text, bytes, canonical text); base64 is not among the encodings, for its slash"""
    host, host_bytes = "/ip4/192.0.2.7/tcp/4001", plain("/ip4/192.0.2.7/tcp/4001")
    for text in PLAIN:
        yield text, plain(text), text.rstrip("/")
    for label, peer in [("sha", sha256_multihash("peer")), ("inline", inline_peer("peer")),
                        ("small", multihash(0, b"\x08\x02\x12\x01x")),
                        ("largest", multihash(0, sample("largest", 42)))]:
        name, data = by_number(peer, BASE58), varint(421) + sized(peer)
        yield "/p2p/" + name, data, "/p2p/" + name
        yield host + "/ipfs/" + name, host_bytes + data, host + "/p2p/" + name
        for prefix in "bkzfu" if label != "small" else "k":
            yield "/p2p/" + multibase(prefix, cid_v1(0x72, peer)), data, "/p2p/" + name
        yield (host + "/p2p/" + name + "/p2p-circuit/p2p/" + name,
               host_bytes + data + varint(290) + data,
               host + "/p2p/" + name + "/p2p-circuit/p2p/" + name)
    for size, code, name in [(10, 444, "onion"), (35, 445, "onion3")]:
        service = sample(name, size)
        text = "/%s/%s:8080/http" % (name, base32(service))
        yield text, varint(code) + service + port(8080) + varint(480), text
        yield "/%s/%s:8080/http" % (name, base32(service).upper()), varint(code) + service + port(8080) + varint(480), text
    for size in (386, 387, 391):
        key = sample("garlic64", size)
        yield "/garlic64/" + garlic64(key), varint(446) + sized(key), "/garlic64/" + garlic64(key)
    for size in (32, 35, 36, 40):
        key = sample("garlic32", size)
        text = "/garlic32/" + base32(key).rstrip("=")
        yield text, varint(447) + sized(key), text
    digest = sha256_multihash("certificate")
    text = "/ip6/2001:db8::1/udp/443/quic-v1/webtransport/certhash/"
    for prefix in "ubzf":
        yield (text + multibase(prefix, digest), plain(text[:-9]) + varint(466) + sized(digest),
               text + multibase("u", digest))
    for path in ("/run/kad.sock", "/a/b/c/d", "/spaces in it", "//twice", "/ünï"):
        yield "/unix" + path, varint(400) + sized(path.encode()), "/unix" + path
    yield "/unix/a/", varint(400) + sized(b"/a"), "/unix/a"
    for text, path in [("user", b"user"), ("api%2Fv0%2flogin", b"api/v0/login"),
                       ("a%2520b", b"a%20b"), ("a%00b%ff", b"a\0b\xff"), ("a+b", b"a+b"),
                       ("%41", b"A"), ("~-._", b"~-._")]:
        safe = "".join(chr(b) if chr(b).isascii() and (chr(b).isalnum() or chr(b) in "-._~")
                       else "%%%02X" % b for b in path)
        yield (host + "/http/http-path/" + text,
               host_bytes + varint(480) + varint(481) + sized(path),
               host + "/http/http-path/" + safe)


PLAIN = [
    "/ip4/0.0.0.0", "/ip4/127.0.0.1/tcp/0", "/ip4/255.255.255.255/udp/65535", "/tcp/80/",
    "/ip4/10.1.2.3/tcp/443/tls/ws", "/ip4/10.1.2.3/tcp/443/wss", "/ip4/10.1.2.3/sctp/5",
    "/ip4/10.1.2.3/dccp/33", "/ip4/10.1.2.3/udp/9/udt", "/ip4/10.1.2.3/udp/9/utp",
    "/ip4/10.1.2.3/udp/4001/quic", "/ip4/10.1.2.3/udp/4001/quic-v1/webtransport",
    "/ip4/10.1.2.3/udp/4001/webrtc-direct", "/webrtc", "/p2p-webrtc-star", "/p2p-stardust",
    "/p2p-webrtc-direct", "/p2p-websocket-star", "/p2p-circuit", "/tcp/80/noise", "/tcp/80/https",
    "/ip4/198.51.100.0/ipcidr/24", "/ip6/2001:db8::/ipcidr/32", "/ip6/::", "/ip6/::1/tcp/1",
    "/ip6/fe80::1/tcp/1", "/ip6zone/eth0/ip6/fe80::1/tcp/1", "/ip6zone/x%y/ip6/fe80::1",
    "/ip6/::ffff:192.0.2.1/tcp/1", "/ip6/1:2:3:4:5:6:7:8", "/ip6/1:0:0:2::3", "/dns/a.example/tcp/1",
    "/dns4/a.example/tcp/443/tls/sni/b.example/ws", "/dns6/a.example", "/dnsaddr/bootstrap.example",
    "/dns/münchen.example", "/dns/localhost/tcp/1", "/memory/0", "/memory/18446744073709551615",
    "/ip4/127.0.0.1/udp/1234/ip4/127.0.0.1/tcp/4321", "/tls" * 32,
    "/dns/" + "a" * 255,
]

if __name__ == "__main__":
    write_varints()
    write_multibase()
    write_multihashes()
    write_cids()
    write("multiaddr.tsv", ["text", "hex", "canonical text"],
          [(text, data.hex(), canonical) for text, data, canonical in multiaddrs()])
