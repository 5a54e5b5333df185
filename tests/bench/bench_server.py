#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request, a handshake and a connection cost our server, beside go's.

    ninja -C build tests/bench/bench-server tests/bench/bench-kad-server
    tests/interop/build-go.sh build/tests/interop
    tests/bench/bench_server.py --build build [--rounds 5] [--seconds 3] [ROW...]

Each round starts both servers anew, one after the other (A B A B ...), pinned to
core 1, with the load on core 0; go runs with GOMAXPROCS=1. Both have the same made-up
routing table. A row is the median of each server and the median of the ratios
of each round, which a noisy machine changes least. Loopback only.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys

ROWS = {
    # name: (arguments of bench-server, what counts, unit)
    "B1-16": (["find-node", "--connections", "16"], "cpu_us", "us/request"),
    "B1-64": (["find-node", "--connections", "64"], "cpu_us", "us/request"),
    "B1-64x16": (["find-node", "--connections", "64", "--depth", "16"], "cpu_us", "us/request"),
    "B2": (["find-node", "--connections", "16", "--new-streams"], "cpu_us", "us/request"),
    "B4": (["handshakes", "--connections", "8"], "cpu_us", "us/handshake"),
    "B6": (["idle", "--idle", "5000"], "bytes_each", "bytes/connection"),
    "wake-ups": (["idle", "--idle", "2000", "--seconds", "20"], "waits_per_s", "/s, 2000 idle"),
}
# Ours beside itself: the cost of a request with 5000 idle connections to that with 10.
LAW = ("idle-law", ["find-node", "--connections", "16", "--idle"], ("10", "5000"))
ROUND_TIMEOUT_S = 300


class Server:
    def __init__(self, argv, args, environment=None):
        command = ["taskset", "-c", args.server_core, *argv]
        command += ["--bench-table", str(args.table), "--seed", str(args.seed)]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, **(environment or {})},
        )
        listening = self.read_event("listening")
        self.pid = listening["pid"]
        self.address = listening["addresses"][0]
        self.table = self.read_event("bench-table")["table"]
        # Its later events have no reader: they must not fill the pipe.
        self.drain = subprocess.Popen(
            ["cat"], stdin=self.process.stdout, stdout=subprocess.DEVNULL
        )

    def read_event(self, name):
        line = self.process.stdout.readline()
        event = json.loads(line) if line else {}
        if event.get("event") != name:
            sys.exit(f"bench_server: the server said {line!r} instead of {name}")
        return event

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process.stdout.close()
        self.drain.wait()


def measure(server, arguments, args):
    command = ["taskset", "-c", args.load_core, f"{args.build}/tests/bench/bench-server"]
    command += ["--pid", str(server.pid), "--address", server.address, *arguments]
    if "--seconds" not in arguments:
        command += ["--seconds", str(args.seconds)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=ROUND_TIMEOUT_S, check=False)
    if done.returncode != 0:
        sys.exit("bench_server: the load failed: " + " ".join(command))
    result = json.loads(done.stdout)
    if args.verbose:
        print("   ", json.dumps(result), file=sys.stderr)
    return result


def spread(values):
    return f"{statistics.median(values):10.2f} ({min(values):.2f}-{max(values):.2f})"


def compare(name, servers, args):
    arguments, field, unit = ROWS[name]
    figures = {server: [] for server in servers}
    for _ in range(args.rounds):
        for server, start in servers.items():
            with start() as running:
                figures[server].append(measure(running, arguments, args)[field])
    line = f"{name:9} " + "  ".join(f"{s} {spread(v)}" for s, v in figures.items())
    if "kad" in figures and "go" in figures:
        ratios = [go / kad for kad, go in zip(figures["kad"], figures["go"]) if kad > 0]
        if ratios:
            line += f"  go:kad {statistics.median(ratios):.2f}"
    print(f"{line}  {unit}", flush=True)
    return figures


def compare_idle(servers, args):
    name, arguments, counts = LAW
    for server, start in servers.items():
        ratios = []
        for _ in range(args.rounds):
            with start() as running:
                few, many = (measure(running, [*arguments, n], args)["cpu_us"] for n in counts)
            ratios.append(many / few)
        print(f"{name:9} {server} {counts[1]}:{counts[0]} idle {spread(ratios)}", flush=True)


def main():
    parser = argparse.ArgumentParser(description="Server costs, ours beside go's.")
    parser.add_argument("--build", default="build")
    parser.add_argument("--go", help="kad-interop-go (default: that of the build)")
    parser.add_argument("--only", choices=["kad", "go"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--table", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--server-core", default="1")
    parser.add_argument("--load-core", default="0")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join([*ROWS, LAW[0]]))
    args = parser.parse_args()

    unknown = set(args.rows) - set(ROWS) - {LAW[0]}
    if unknown or not 1 <= args.rounds <= 50:
        parser.error(f"unknown rows {sorted(unknown)}" if unknown else "1 to 50 rounds")
    go = args.go or f"{args.build}/tests/interop/kad-interop-go"
    servers = {
        "kad": lambda: Server([f"{args.build}/tests/bench/bench-kad-server"], args),
        "go": lambda: Server([go], args, {"GOMAXPROCS": "1"}),
    }
    if not os.access(go, os.X_OK):
        print(f"bench_server: {go} is not there: ours alone", file=sys.stderr)
        del servers["go"]
    if args.only:
        servers = {name: start for name, start in servers.items() if name == args.only}

    with open("/proc/loadavg", encoding="ascii") as loadavg:
        print(f"load average before: {loadavg.read().split()[0]}", flush=True)
    for row in args.rows or [*ROWS, LAW[0]]:
        if row == LAW[0]:
            compare_idle(servers, args)
        else:
            compare(row, servers, args)


if __name__ == "__main__":
    main()
