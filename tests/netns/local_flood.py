#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""local_flood.py COUNT: announces COUNT names of _p2p._udp on the link by mDNS, and goes on until it is killed.

Peers that are not there, at addresses of the link where nobody is, of other networks, of loopback and of the world;
names that need escaping; TXT records that are nonsense or far too long. "sent" tells that all were announced once.
"""

import itertools
import os
import random
import socket
import struct
import sys
import time

GROUP = ("224.0.0.251", 5353)
SERVICE = b"_p2p._udp.local"
ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
PTR, TXT = 12, 16


def labels(name):
    return b"".join(bytes([len(part)]) + part for part in name.split(b".")) + b"\0"


def peer_id(rng):
    """Of an Ed25519 key that nobody has."""
    number = int.from_bytes(bytes([0, 36, 8, 1, 18, 32]) + rng.randbytes(32), "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = ALPHABET[digit] + text
    return "1" + text


def strings(rng, i):
    peer = peer_id(rng)

    def at(address):
        return f"dnsaddr={address}/p2p/{peer}".encode()
    kinds = (
        [at(f"/ip4/10.78.0.{200 + i % 50}/tcp/{4001 + n}") for n in range(12)],
        [at("/ip4/10.78.0.2/tcp/22"), at("/ip4/127.0.0.1/tcp/4001"), at("/ip4/8.8.8.8/tcp/4001"), at("/dns4/a.example/tcp/4001")],
        [rng.randbytes(255) for _ in range(4)],
        [b"dnsaddr=", b"dnsaddr=/", b"dnsaddr=/ip4/10.78.0.9/tcp/4001", b"dnsaddr=/ip4/999/tcp/1/p2p/x", b"", b"=\xff\0"],
        [b"x" * 255] * 30,
        [at(f"/ip4/192.168.{i % 256}.1/tcp/4001")],
    )
    return kinds[i % len(kinds)]


def record(name, kind, data, ttl=120):
    return name + struct.pack(">HHIH", kind, 1, ttl, len(data)) + data


def packet(rng, i):
    label = f"flood-{i}".encode() if i % 5 else b"\xc3\xa9\\ " + rng.randbytes(8).hex().encode() + b"\x01"
    name = bytes([len(label)]) + label + labels(SERVICE)
    text = b"".join(bytes([len(s)]) + s for s in strings(rng, i))
    return struct.pack(">HHHHHH", 0, 0x8400, 0, 2, 0, 0) + record(labels(SERVICE), PTR, name) + record(name, TXT, text)


def main():
    count = int(sys.argv[1])
    rng = random.Random(7)
    packets = [packet(rng, i) for i in range(count)]
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    out.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    out.bind(("", 5353))
    address = next(a for a in os.popen("ip -4 -o address show dev eth0").read().split() if "/" in a).split("/")[0]
    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton(address))
    out.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
    for n, data in enumerate(itertools.cycle(packets), 1):
        out.sendto(data, GROUP)
        if n == count:
            print("sent", flush=True)
        # Then slower: this is no test of how much avahi-daemon can take.
        time.sleep(0.0005 if n < count else 0.02)


main()
