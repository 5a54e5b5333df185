# SPDX-License-Identifier: GPL-3.0-or-later
"""Just enough of the wire for tests: protobuf fields, multihashes, peer ids.

It knows no schema, so that a test can say what no codec would and can see what
a codec would hide.
"""

import hashlib

PUT_VALUE, GET_VALUE, ADD_PROVIDER, GET_PROVIDERS, FIND_NODE, PING = range(6)

# Fields of Message, Peer and Record (kad-dht/README.md, "RPC messages").
TYPE, KEY, RECORD, CLOSER, PROVIDERS = 1, 2, 3, 8, 9
PEER_ID, PEER_ADDRS, PEER_CONNECTION = 1, 2, 3
RECORD_KEY, RECORD_VALUE, RECORD_TIME = 1, 2, 5
# Fields of Identify (identify/README.md).
IDENTIFY_KEY, IDENTIFY_ADDRS, IDENTIFY_PROTOCOLS, IDENTIFY_OBSERVED = 1, 2, 3, 4
IDENTIFY_RECORD = 8

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data, at):
    shift = number = 0
    while True:
        byte = data[at]
        at += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, at
        shift += 7


def field(number, value):
    """One field: an int is a varint, bytes (or text) are length-delimited."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, str):
        value = value.encode()
    return varint(number << 3 | 2) + varint(len(value)) + value


def fields(data):
    """All fields in order: [(number, int or bytes)]."""
    result = []
    at = 0
    while at < len(data):
        tag, at = read_varint(data, at)
        wire_type = tag & 7
        if wire_type == 0:
            value, at = read_varint(data, at)
        elif wire_type == 2:
            length, at = read_varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            size = {1: 8, 5: 4}[wire_type]
            value, at = data[at : at + size], at + size
        result.append((tag >> 3, value))
    if at != len(data):
        raise ValueError("a field is longer than its message")
    return result


def all_of(data, number):
    return [value for n, value in fields(data) if n == number]


def one_of(data, number, default=None):
    """The last value of a field, as protobuf reads it."""
    return (all_of(data, number) or [default])[-1]


def record(key, value, time_received=None):
    data = field(RECORD_KEY, key) + field(RECORD_VALUE, value)
    if time_received is not None:
        data += field(RECORD_TIME, time_received)
    return data


def peer(peer_id, addresses=(), connection=0):
    """A Peer; the id as text, addresses as binary multiaddrs."""
    data = field(PEER_ID, peer_id_bytes(peer_id))
    for address in addresses:
        data += field(PEER_ADDRS, address)
    return data + (field(PEER_CONNECTION, connection) if connection else b"")


def message(kind, key=None, record_bytes=None, closer=(), providers=(), extra=b""):
    """A kad Message. Zero values are left out, as proto3 writers do."""
    data = field(TYPE, kind) if kind else b""
    if key is not None:
        data += field(KEY, key)
    if record_bytes is not None:
        data += field(RECORD, record_bytes)
    for entry in closer:
        data += field(CLOSER, entry)
    for entry in providers:
        data += field(PROVIDERS, entry)
    return data + extra


def multihash(data):
    """The sha2-256 multihash of data."""
    return b"\x12\x20" + hashlib.sha256(data).digest()


def peer_id_bytes(text):
    """The multihash that a peer id in base58btc (12D3..., 16Uiu2..., Qm...) is."""
    number = 0
    for letter in text:
        number = number * 58 + _BASE58.index(letter)
    body = number.to_bytes((number.bit_length() + 7) // 8, "big")
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + body


def peer_id_text(data):
    number = int.from_bytes(data, "big")
    text = ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    zeros = len(data) - len(data.lstrip(b"\0"))
    return "1" * zeros + text


def tcp_address(port, ip="127.0.0.1"):
    """/ip4/IP/tcp/PORT in binary."""
    return b"\x04" + bytes(int(part) for part in ip.split(".")) + b"\x06" + port.to_bytes(2, "big")


def distance(a, b):
    """XOR distance of two preimages."""
    left, right = (int.from_bytes(hashlib.sha256(x).digest(), "big") for x in (a, b))
    return left ^ right
