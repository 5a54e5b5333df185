#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""make-corpus.py OUT [--capture PROGRAM --kad PROGRAM [--go PROGRAM] [--js PROGRAM]]
make-corpus.py --merge BUILD CORPUS FOLDER...

The first form writes seeds for the targets into OUT/<target>/: from tests/vectors, a few by hand,
and with --capture sessions of our own node and of go and js peers. The second adds to
CORPUS, of what fuzzing found in FOLDER/<target>/, the fewest inputs that reach something new.
"""

import argparse
import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
VECTORS = HERE.parent / "vectors"
MAX_FILES, MAX_BYTES = 80, 40 * 1024  # of what fuzzing found, a target


def rows(name):
    for line in (VECTORS / name).read_text().splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


RECORDING = HERE.parent / "gui" / "data" / "network.ndjson"


class Corpus:
    def __init__(self, out):
        self.out = Path(out)

    def add(self, target, data, kind="seed"):
        if isinstance(data, str):
            data = data.encode()
        folder = self.out / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{kind}-{hashlib.sha256(data).hexdigest()[:12]}").write_bytes(data)


def from_vectors(corpus):
    for _, text in list(rows("varint.tsv"))[::2]:
        corpus.add("varint", bytes.fromhex(text))
    for _, _, multihash, cid, text in list(rows("cid.tsv"))[::3]:
        corpus.add("cid", bytes.fromhex(cid))
        corpus.add("cid", bytes.fromhex(multihash))
        corpus.add("cid-text", text)
        corpus.add("id-text", text)
        corpus.add("key-text", text)
    for hexed, text in list(rows("multibase.tsv"))[::4]:
        corpus.add("multibase", text)
    for text, hexed, _ in rows("multiaddr.tsv"):
        corpus.add("multiaddr", bytes.fromhex(hexed))
        corpus.add("multiaddr-text", text)
    for line in (VECTORS / "multiaddr-invalid.txt").read_text().splitlines()[::3]:
        if line.startswith("hex:"):
            corpus.add("multiaddr", bytes.fromhex(line[4:].split()[0]))
        elif line and not line.startswith("#"):
            corpus.add("multiaddr-text", line)
    for _, message, peer, cid, _ in rows("keys/peer-ids.tsv"):
        corpus.add("public-key", b"\0" + bytes.fromhex(message))
        corpus.add("cid-text", peer)
        corpus.add("cid-text", cid)
        corpus.add("key-text", peer)
        corpus.add("id-text", cid)
        corpus.add("multiaddr-text", f"/ip4/127.0.0.1/tcp/4001/p2p/{peer}")
        corpus.add("multiaddr-text", peer)
    for _, kind, message in rows("keys/specs-peer-ids.tsv"):
        if kind == "private":
            corpus.add("private-key", bytes.fromhex(message))
            corpus.add("identity-file", bytes.fromhex(message))
    for path in sorted((VECTORS / "keys").glob("*/*.key")) + sorted((VECTORS / "keys").glob("*/*.priv")):
        corpus.add("private-key", path.read_bytes())
        corpus.add("identity-file", path.read_bytes())
    for path in sorted((VECTORS / "keys" / "go-libp2p").glob("*.pub")):
        signature = path.with_suffix(".sig").read_bytes()[:255]
        corpus.add("public-key", bytes([len(signature)]) + signature + path.read_bytes())
    for path in sorted((VECTORS / "kad").glob("**/msg-*")):
        data = path.read_bytes()
        corpus.add("kad-message", data)
        corpus.add("frame", bytes([len(data)]) + data)
        corpus.add("kad-server", b"\0\5\x07\7\x07\3\x07" + bytes([len(data)]) + data)
        corpus.add("rpc-reader", bytes([4 * 63 + 2, len(data)]) + data)


def line(text):
    data = text.encode() + b"\n"
    return bytes([len(data)]) + data


def by_hand(corpus):
    header, kad = line("/multistream/1.0.0"), line("/ipfs/kad/1.0.0")
    for role in range(3):
        for rest in (kad, line("na"), line("ls"), line("/nobody/1") + kad, line("na") * 3):
            corpus.add("multistream", bytes([role, 3]) + header + rest)
    for text in ("text:hello", "hex:00ff", "base64:aGVsbG8=", "/pk/abc", "/v/key", "kad-id:" + "0" * 64):
        corpus.add("key-text", text)
        corpus.add("id-text", text)
    for text in ("2024-02-29T12:34:56.123456789Z", "1999-12-31T23:59:60+01:30", "a\u202eb\x07\\"):
        corpus.add("peer-text", b"\1\0" + text.encode())
    for value in ({"id": 7, "command": "get-record", "options": {"key": "/v/key", "quorum": "all"}},
                  {"a": [1, -2.5e3, True, None, {"b": "\u00e9\n\\"}], "id": 18446744073709551615},
                  {"key": "text:x", "value": "y", "timeout": 3, "limit": 5}):
        corpus.add("json", json.dumps(value))
        for command in range(18):
            corpus.add("command-options", bytes([command]) + json.dumps(value.get("options", value)).encode())
    for choice in range(16):
        corpus.add("noise-payload", bytes([choice]))
        corpus.add("noise-payload", bytes([choice | 4]) + b"\x22\x0e\x12\x0c/yamux/1.0.0")
    for mode in range(8):
        corpus.add("noise-handshake", bytes([mode, 255]))
        corpus.add("noise-handshake", bytes([mode, 3, 0, 1, 0, 40, 1]))
    corpus.add("noise-session", bytes([0, 0, 99, 0, 7, 3, 0, 9, 4, 0, 255, 255, 1, 3, 3, 255, 255, 4]))
    corpus.add("noise-session", bytes([0, 0, 9, 0, 7, 1, 0, 0, 0, 9, 1]))
    frame = bytes([0, 0, 1, 1, 0, 9, 0])  # op, type, flags, scale, id, length
    corpus.add("yamux", bytes([0, 0, 1, 1, 0, 1, 0, 0, 4, 1, 6, 0, 0, 9, 7, 0, 0, 9, 13, 255, 8, 0, 1]))
    corpus.add("yamux", b"\0" + frame * 6 + bytes([4, 1, 5, 6, 0, 255, 255, 13, 255]))
    corpus.add("yamux-pair", bytes([0, 0, 6, 0, 9, 9, 1, 0, 1, 0, 1, 0, 255, 255, 7, 1, 9, 9, 8, 0, 0, 8, 1, 1]))
    corpus.add("yamux-pair", bytes([0, 0, 0, 1]) + bytes([6, 0, 255, 255, 1, 0, 255, 255]) * 8)
    record = bytes([0x08, 0x01, 0x12, 0x03, 0x01, 0x02, 0x03])
    corpus.add("envelope", b"\0" + record)
    corpus.add("envelope", b"\1" + record)
    peer = b"\x0a\x26\0\x24\x08\x01\x12\x20" + bytes(32)
    corpus.add("envelope", b"\1" + peer + b"\x10\x01\x1a\x0a\x0a\x08\x04\x7f\0\0\1\6\0\1")
    corpus.add("identify", b"\xff" + b"\x10\x2a\x05agent\x1a\x07/ipfs/a")
    corpus.add("rpc-reader", bytes([2, 0, 0]) + bytes([0, 0x60, 0, 0x60, 0]) * 3)
    world = bytes([0]) + bytes([1, 3, 1, 4, 1, 5, 1, 6])
    for kind in range(7):
        corpus.add("kad-reply", world + bytes([0, kind]) + bytes([3, 0, 4, 8, 1, 2, 3, 4, 5, 6, 7, 8]) * 4 + bytes([8, 0, 10, 9, 9]))
    requests = b"".join(bytes([0, n + 1, n % 6, 6]) + b"/v/key" + bytes([3]) for n in range(12))
    corpus.add("kad-server", bytes([0]) + bytes([5, 1, 6, 1, 5, 2, 6, 2]) + requests + bytes([9, 0, 60]) + requests)
    for choice in range(4):
        corpus.add("connection", bytes([choice | 4]) + b"\0\0\x2a" + header + line("/noise"))
        corpus.add("connection", bytes([choice | 4]) + b"\3\x80\x08" + b"\x08\x04\x12\x04abcd" + b"\2\2\1\0\0\4\5\x09")
    request = (b"GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n")
    response = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n")
    corpus.add("ws-handshake", b"\0" + request)
    corpus.add("ws-handshake", b"\1" + response)
    corpus.add("ws-frame", b"\1\3\x82\x05hello\x89\0\x88\2\x03\xe8")
    corpus.add("ws-frame", b"\0\3\x02\x85\1\2\3\4hello\x80\x80\1\2\3\4")
    corpus.add("upgrader", bytes([0, 9]) + header + line("/noise") + b"\0\x20" + bytes(32))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def capture(corpus, program, name, command):
    node = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        hello = json.loads(node.stdout.readline())
        words = hello["addresses"][0].split("/")
        subprocess.run([program, corpus.out, name, words[2], words[4]], check=True)
    finally:
        node.terminate()
        node.communicate(timeout=20)


def merge(build, corpus, folders):
    """The seeds, and beside them the fewest inputs that reach what they do not."""
    for target in sorted(path.stem[5:] for path in HERE.glob("fuzz-*.c")):
        program = Path(build) / "tests" / "fuzz" / f"fuzz-{target}"
        if not program.exists():
            continue
        kept = Path(corpus) / target
        kept.mkdir(parents=True, exist_ok=True)
        old = [path for path in kept.iterdir() if path.name.startswith("reach-")]
        with tempfile.TemporaryDirectory() as temporary:
            seeds, more = Path(temporary) / "seeds", Path(temporary) / "more"
            seeds.mkdir()
            more.mkdir()
            for path in kept.iterdir():
                shutil.copy(path, more if path in old else seeds)
            known = {path.name for path in seeds.iterdir()}
            sources = [more] + [Path(folder) / target for folder in folders if (Path(folder) / target).is_dir()]
            subprocess.run([program, "-set_cover_merge=1", "-use_counters=0", "-rss_limit_mb=3000", "-timeout=20",
                            seeds] + sources, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            reached = [path for path in seeds.iterdir() if path.name not in known]
            for path in old:
                path.unlink()
            files = size = 0
            for path in sorted(reached, key=lambda path: (path.stat().st_size, path.name)):
                data = path.read_bytes()
                if files < MAX_FILES and size + len(data) <= MAX_BYTES:
                    files, size = files + 1, size + len(data)
                    (kept / ("reach-" + hashlib.sha256(data).hexdigest()[:12])).write_bytes(data)
            print(f"{target}: {files} of {len(reached)} inputs, {size} bytes, beside {len(known)} seeds", flush=True)


def from_recording(corpus):
    """Of each query its lines, and a few lines of each other kind together."""
    lines = [(line, json.loads(line)) for line in RECORDING.read_text().splitlines()]
    queries = {}
    for line, fields in lines:
        about = fields.get("delivery", fields)
        if "query" in about and about.get("event") != "delivery":
            queries.setdefault(about["query"], []).append(line)
    for number, of_query in queries.items():
        if len(of_query) < 60:
            corpus.add("gui-lines", "\n".join(of_query))
    kinds = {}
    for line, fields in lines:
        kinds.setdefault(fields.get("event") or fields.get("delivery", {}).get("event", "header"), []).append(line)
    corpus.add("gui-lines", "\n".join(line for of_kind in kinds.values() for line in of_kind[:4]))


def main():
    if sys.argv[1:2] == ["--merge"]:
        merge(sys.argv[2], sys.argv[3], sys.argv[4:])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    for name in ("capture", "kad", "go", "js"):
        parser.add_argument("--" + name)
    args = parser.parse_args()
    corpus = Corpus(os.path.abspath(args.out))
    from_vectors(corpus)
    by_hand(corpus)
    from_recording(corpus)
    if args.capture and args.kad:
        capture(corpus, args.capture, "kad", [args.kad, "node", "--json", "--commands", "--listen",
                                              f"/ip4/127.0.0.1/tcp/{free_port()}"])
    for name in ("go", "js"):
        if args.capture and getattr(args, name):
            capture(corpus, args.capture, name, [getattr(args, name), "--mode", "server", "--listen",
                                                 "/ip4/127.0.0.1/tcp/0"])


if __name__ == "__main__":
    main()
