#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A go node behind the command line of `kad node --json --commands`.

It checks the tests, never the product: with KAD_TOOL pointing here, a test that
fails either looks for something that go does otherwise (the tests say what), or
is wrong itself. No suite runs it.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time

from kadlab import GoPeer, PeerError, decode, encode

DONE = {"done": True, "outcome": "ok"}
DONE.update({"requests": 0, "successes": 0, "failures": 0, "duration_us": 0})


def key_bytes(text):
    form, _, rest = text.partition(":")
    return {"base64": decode, "text": str.encode, "hex": bytes.fromhex}[form](rest)


def value_bytes(options):
    if "value_base64" in options:
        return decode(options["value_base64"])
    return options["value"].encode() if "value" in options else None


def run(go, command, o):
    """The results of one command; further members of its last line."""
    if command == "dial":
        return [{"peer": go.connect(o["address"])}], {}
    if command == "bootstrap":
        go.closest(go.peer.encode())
        return [], {}
    if command == "hang-up":
        go.disconnect(o["peer"])
        return [], {}
    if command == "find-peer":
        return [{"peer": o["peer"], "addresses": go.find_peer(o["peer"])}], {}
    if command == "closest-peers":
        return [{"peer": p, "addresses": []} for p in go.closest(key_bytes(o["key"]))], {}
    if command == "put-record":
        go.put(key_bytes(o["key"]), value_bytes(o))
        return [], {"stored": 1, "wanted": 1, "failed": []}
    if command == "get-record":
        value = go.get(key_bytes(o["key"]))
        if value is None:
            raise KeyError("not found")
        key = encode(key_bytes(o["key"]))
        return [{"key_base64": key, "value_base64": encode(value), "from": ""}], {}
    if command == "start-provide":
        go.provide(key_bytes(o["key"]))
        return [], {"stored": 1, "wanted": 1, "failed": []}
    if command == "get-providers":
        found = go.providers(key_bytes(o["key"]), o.get("limit", 20))
        return [{"peer": p, "addresses": a} for p, a in found.items()], {}
    if command == "ping-peer":
        return [{"peer": o["peer"], "rtt_us": go.call("ping", peer=o["peer"])["rtt_us"]}], {}
    if command == "show-table":
        rest = {"bucket": 0, "addresses": [], "agent": "", "state": ""}
        return [dict(rest, peer=p) for p in go.table()], {}
    if command == "show-connections":
        return go.connections(), {}
    if command == "show-identity":
        return [go.call("protocols-of", peer=o["peer"])], {}
    if command == "ask":
        kind = o["request"].upper().replace("-", "_")
        answer = go.request(
            o["address"], kind, key_bytes(o["key"]), value_bytes(o), timeout=o["timeout_ms"] / 1000
        )
        reply = (answer["replies"] or [None])[0]
        if reply is None and kind != "ADD_PROVIDER":
            raise PeerError(f"no answer: {answer['end']}")
        return [] if reply is None else [dict(reply, peer="")], {}
    raise PeerError(f"unknown command {command}")


def serve(go, out, line):
    entry = json.loads(line)
    number = entry["id"]
    try:
        results, more = run(go, entry["command"], entry["options"])
    except KeyError as error:
        out({"id": number, "error": {"code": "NotFound", "message": str(error)}})
    except PeerError as error:
        out({"id": number, "error": {"code": "Failed", "message": str(error)}})
    else:
        for result in results:
            out({"id": number, "result": result})
        out(dict(DONE, id=number, **more))


def forward_events(go, out):
    """peer-connected and peer-disconnected, as they come; go tells no reason."""
    told = 0
    while go.running:
        for event in go.events[told:]:
            told += 1
            if event["event"].startswith("peer-"):
                out(dict(event, reason="unknown"))
        time.sleep(0.05)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("node")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--commands", action="store_true")
    for name in ("--listen", "--mode", "--key-type", "--protocol"):
        parser.add_argument(name)
    parser.add_argument("--join", action="append", default=[])
    o = parser.parse_args()

    lock = threading.Lock()

    def out(entry):
        with lock:
            print(json.dumps(entry), flush=True)

    extra = [word for address in o.join for word in ("--join", address)]
    go = GoPeer(o.mode, o.key_type, o.listen, o.protocol, extra)
    signal.signal(signal.SIGTERM, lambda *_: sys.stdin.close())
    go.wait_listening()
    out(dict(go.events[0], pid=os.getpid()))
    threading.Thread(target=forward_events, args=(go, out), daemon=True).start()
    if o.join:
        out(go.wait_event("joined"))
    for line in sys.stdin:
        threading.Thread(target=serve, args=(go, out, line), daemon=True).start()
    go.stop()


if __name__ == "__main__":
    main()
