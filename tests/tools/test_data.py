#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad node --data: what survives a restart, a kill and a file that is damaged."""

import json
import os
import pathlib
import random
import signal
import sqlite3
import subprocess
import tempfile
import time

from kadtool import ERROR, Running, kad_json, main, test

KILLS = int(os.environ.get("KAD_KILLS", "100"))
# Of what nobody waits for: 50 ms, and a loaded machine.
SOON_S = 1


class Node(Running):
    """kad node --json --commands with a folder."""

    def __init__(self, folder, *options):
        self.began = time.monotonic()
        super().__init__("node", "--json", "--commands", "--mode", "server", "--data", folder, *options,
                         stdin=subprocess.PIPE)
        self.events = []
        self.number = 0

    def __enter__(self):
        self.listening = self.read_line()
        assert self.listening["event"] == "listening", self.listening
        self.start_s = time.monotonic() - self.began
        self.address = self.listening["addresses"][0]
        return self

    def begin(self, command, **options):
        self.number += 1
        request = {"id": self.number, "command": command, "options": options}
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()

    def run(self, command, **options):
        """Results and last line of a command."""
        self.begin(command, **options)
        results = []
        while True:
            line = self.read_line()
            if "event" in line:
                self.events.append(line)
            elif "done" in line or "error" in line:
                return results, line
            else:
                results.append(line["result"])

    def wait_for(self, name):
        for line in self.events:
            if line["event"] == name:
                return line
        while True:
            line = self.read_line()
            if line.get("event") == name:
                return line

    def stop(self):
        self.process.stdin.close()
        assert self.process.wait(20) == 0

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


def held(node, command):
    results, last = node.run(command, limit=10000)
    assert last.get("done") is True, last
    return {result["key_base64"] for result in results}


def held_eventually(node, command, number):
    """They are read while the node is at work already."""
    deadline = time.monotonic() + 20
    while len(held(node, command)) < number:
        assert time.monotonic() < deadline, (command, number, len(held(node, command)))
        time.sleep(0.02)
    return held(node, command)


def put(node, number):
    _, last = node.run("put-record", key=f"/v/{number}", value="x" * 100, **{"timeout-ms": 5000})
    assert last.get("done") is True and last["stored"] >= 1, last


def provide(node, number):
    _, last = node.run("start-provide", key=f"text:{number}", **{"timeout-ms": 5000})
    assert last.get("done") is True, last


@test("records and providers that are held for others are there after a restart, and are served")
def _():
    with tempfile.TemporaryDirectory() as folder:
        with Node(f"{folder}/b") as other:
            with Node(f"{folder}/a", "--join", other.address) as node:
                node.wait_for("joined")
                deadline = time.monotonic() + 10
                while not other.run("show-table")[0]:
                    assert time.monotonic() < deadline
                    time.sleep(0.05)
                for number in range(20):
                    put(other, number)
                    provide(other, number)
                records, providers = held(node, "show-records"), held(node, "show-providers")
                assert len(records) == 20 and len(providers) == 20, (records, providers)
                node.stop()
        # Whoever put them is gone: only the file knows.
        with Node(f"{folder}/a") as node:
            assert held_eventually(node, "show-records", 20) == records
            assert held_eventually(node, "show-providers", 20) == providers
            rows, _ = node.run("show-records", limit=5)
            assert len(rows) == 5 and all(set(row) >= {"size", "expires_us", "from"} for row in rows), rows
            rows, _ = node.run("show-providers", **{"from": 18})
            assert len(rows) == 2 and all(set(row) >= {"peer", "addresses", "expires_us"} for row in rows), rows
            with Node(f"{folder}/c", "--join", node.address) as asking:
                asking.wait_for("joined")
                results, last = asking.run("get-record", key="/v/7", **{"timeout-ms": 10000})
                assert results and results[0]["value"] == "x" * 100, (results, last)


@test("a restarted node joins by whom it knew, without a bootstrap peer, at once")
def _():
    with tempfile.TemporaryDirectory() as folder:
        with Node(f"{folder}/b") as other:
            with Node(f"{folder}/a", "--join", other.address) as node:
                node.wait_for("joined")
                node.stop()
            with Node(f"{folder}/a") as node:
                began = time.monotonic()
                assert node.wait_for("joined")["table"] == 1
                # Two seconds where nothing else runs.
                assert time.monotonic() - began < 8, time.monotonic() - began


@test("a second process on a folder is told who has it")
def _():
    with tempfile.TemporaryDirectory() as folder:
        with Node(folder) as node:
            answer = kad_json("node", "--data", folder).expect(ERROR)
            text = (answer.out + answer.err).decode()
            assert folder in text and f"process {node.process.pid}" in text, answer
            node.kill()
        with Node(folder) as node:
            node.stop()


def publish(node, number, **options):
    _, last = node.run("publish", key=f"text:{number}", tag="app", persistent=True, **options)
    assert last.get("done") is True, last


def published(node):
    return {(result["tag"], result["key_base64"]) for result in node.run("show-publications")[0]}


@test("what was published persistently is announced again after a restart, until it is unpublished")
def _():
    with tempfile.TemporaryDirectory() as folder, Node(f"{folder}/b") as other:
        with Node(f"{folder}/a", "--join", other.address) as node:
            node.wait_for("joined")
            publish(node, 1)
            publish(node, 2)
            node.run("publish", key="text:3", tag="app")
            assert len(published(node)) == 3
            first = published(node)
            node.kill()
        with Node(f"{folder}/a") as node:
            assert len(published(node)) == 2 and published(node) < first, published(node)
            _, last = node.run("unpublish", key="text:1", tag="app")
            assert last["done"] is True, last
            node.kill()
        with Node(f"{folder}/a") as node:
            assert len(published(node)) == 1, published(node)
            rows, _ = node.run("show-publications")
            assert rows[0]["persistent"] is True and rows[0]["tag"] == "app", rows


def damage_text(path):
    path.write_text("no database at all")


def damage_pages(path):
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * 8192)


def damage_newer(path):
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def damage_folder(path):
    path.unlink()
    path.mkdir()


@test("a damaged file is set aside with one warning that names it, and the node runs")
def _():
    for damage in (damage_text, damage_pages, damage_newer, damage_folder):
        with tempfile.TemporaryDirectory() as folder:
            with Node(folder) as node:
                node.stop()
            path = pathlib.Path(folder, "kad.db")
            damage(path)
            with Node(folder) as node:
                assert node.run("show-records")[1]["done"] is True
                node.process.stdin.close()
                assert node.process.wait(20) == 0
                err = node.process.stderr.read().decode()
            assert err.count(str(path) + '"') == 1 and err.count("kad.db.damaged-") == 1, (damage, err)
            assert len(list(pathlib.Path(folder).glob("kad.db.damaged-*"))) >= 1
            assert path.is_file()


@test("a folder that cannot hold a file: the node runs in memory, and says so")
def _():
    with tempfile.TemporaryDirectory() as folder:
        with Node(folder) as node:
            node.stop()
        pathlib.Path(folder, "kad.lock").unlink()
        pathlib.Path(folder, "kad.lock").mkdir()
        with Node(folder) as node:
            assert node.run("show-records")[1]["done"] is True
            node.stop()
            err = node.process.stderr.read().decode()
            assert "kad.lock" in err, err


@test(f"killed {KILLS} times under load: it starts at once, and nothing it promised is lost")
def _():
    random.seed(5)
    starts, number, sure, promised = [], 0, set(), 0
    with tempfile.TemporaryDirectory() as folder, Node(f"{folder}/b") as other:
        join = ["--join", other.address]
        with Node(f"{folder}/a", *join) as node:
            node.wait_for("joined")
            node.stop()
        for kill in range(KILLS):
            with Node(f"{folder}/a", *join) as node:
                starts.append(node.start_s)
                # Everything that was promised, and at most one more, which was not told any more.
                n_published = len(published(node))
                assert promised <= n_published <= promised + 1, (kill, promised, n_published)
                promised = n_published
                # What was there for long enough when it was killed.
                assert sure <= held_eventually(node, "show-records", len(sure)), kill
                deadline = time.monotonic() + 10
                while not other.run("show-connections")[0]:
                    assert time.monotonic() < deadline
                    time.sleep(0.01)
                if kill % 10 == 0:
                    for _ in range(5):
                        number += 1
                        other.run("put-record", key=f"/v/{number}", value="y" * random.randrange(2000),
                                  **{"timeout-ms": 3000})
                    sure = held(node, "show-records")
                    time.sleep(SOON_S)
                # The other one puts as fast as it can; nobody waits for the answers.
                for _ in range(20):
                    number += 1
                    other.begin("put-record", key=f"/v/{number}", value="z" * random.randrange(2000),
                                **{"timeout-ms": 1000})
                until = time.monotonic() + random.random() * 0.1
                while time.monotonic() < until:
                    publish(node, promised)
                    promised += 1
                node.begin("publish", key=f"text:{promised}", tag="app", persistent=True)
                time.sleep(random.random() * 0.005)
                node.kill()
            for _ in range(20):
                while "done" not in (line := other.read_line()) and "error" not in line:
                    pass
        assert sure and promised > KILLS // 10
    starts.sort()
    print(f"# starts took {starts[len(starts) // 2]:.3f} s, the slowest {starts[-1]:.3f} s; {number} records were put, {len(sure)} of them sure; "
          f"{promised} publications")
    # The second is for a machine that has nothing else to do; what is printed above says how it was.
    assert starts[len(starts) // 2] < 3 and starts[-1] < 15, starts


if __name__ == "__main__":
    main()
