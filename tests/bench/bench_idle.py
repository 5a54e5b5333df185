#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What thousands of idle connections cost a node: three figures, and failure when one is over its bound.

    ninja -C build-fast tests/bench/bench-server all
    tests/bench/bench_idle.py --build build-fast

`kad node`, as people run it, with 5,000 authenticated and identified connections that do nothing:

    memory      bytes of RssAnon for each, at most 6 KiB
    wake-ups    waits of the process in a second, at most one in 5 s for each 100 connections
    cost        processor time of a FIND_NODE beside them, at most 1.15 of that beside 10
    fairness    p95 of 20 polite peers beside one that floods, at most 2 of that without it; only with --fairness, as it
                wants a third core

The median of --rounds runs, each with a node of its own; few and many connections are compared in the same run. A build
for release and a quiet machine, or the figures mean nothing. Loopback only.
"""

import argparse
import statistics
import subprocess
import sys

import bench_server

MEMORY_BYTES = 6 * 1024
WAKE_UPS_EACH_100 = 1 / 5
COST_RATIO = 1.15
FAIRNESS_RATIO = 2.0
FEW = "10"


def start(args):
    node = [f"{args.build}/kad-tools/kad", "node", "--json", "--commands", "--mode", "server"]
    return bench_server.Server(node, args, has_table=False)


def idle(args):
    """Bytes of a connection, and waits a second."""
    with start(args) as node:
        result = bench_server.measure(node, ["idle", "--idle", str(args.idle), "--seconds", "20"], args)
    return result["bytes_each"], result["waits_per_s"]


def cost(args):
    command = ["find-node", "--no-table", "--connections", "16", "--idle"]
    with start(args) as node:
        few, many = (bench_server.measure(node, [*command, n], args)["cpu_us"] for n in (FEW, str(args.idle)))
    return many / few


def fairness(args):
    """The polite ones' p95 beside a flood, in parts of that without it."""
    polite = ["latency", "--no-table", "--connections", "20"]
    with start(args) as node:
        alone = bench_server.measure(node, polite, args)["p95_us"]
        flood = subprocess.Popen(
            ["taskset", "-c", args.flood_core, f"{args.build}/tests/bench/bench-server", "--pid", str(node.pid),
             "--address", node.address, "--connections", "1", "--depth", "4096", "--seconds", str(args.seconds + 3),
             "--no-table", "find-node"], stdout=subprocess.DEVNULL)
        beside = bench_server.measure(node, polite, args)["p95_us"]
        flood.wait()
    print(f"    p95 {alone} us alone, {beside} us beside a flood", file=sys.stderr, flush=True)
    return beside / alone


def judge(name, values, bound, unit):
    median = statistics.median(values)
    verdict = "good" if median <= bound else "OVER"
    print(f"{name:9} {median:10.2f} ({min(values):.2f}-{max(values):.2f}) of {bound:.2f} {unit}: {verdict}", flush=True)
    return median <= bound


def main():
    parser = argparse.ArgumentParser(description="What idle connections cost a node.")
    parser.add_argument("--build", default="build-fast")
    parser.add_argument("--idle", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--server-core", default="1")
    parser.add_argument("--load-core", default="0")
    parser.add_argument("--flood-core", default="0")
    parser.add_argument("--fairness", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    args = parser.parse_args()
    if not 1 <= args.rounds <= 50 or not 100 <= args.idle <= 8000:
        parser.error("1 to 50 rounds, 100 to 8000 connections")

    with open("/proc/loadavg", encoding="ascii") as loadavg:
        print(f"load average before: {loadavg.read().split()[0]}", flush=True)
    rounds = [idle(args) for _ in range(args.rounds)]
    good = [
        judge("memory", [r[0] for r in rounds], MEMORY_BYTES, "bytes/connection"),
        judge("wake-ups", [r[1] for r in rounds], args.idle / 100 * WAKE_UPS_EACH_100, "/s"),
        judge("cost", [cost(args) for _ in range(args.rounds)], COST_RATIO, f"{args.idle}:{FEW} idle"),
    ]
    if args.fairness:
        good.append(judge("fairness", [fairness(args) for _ in range(args.rounds)], FAIRNESS_RATIO, "p95"))
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
