# SPDX-License-Identifier: GPL-3.0-or-later
"""A network of other nodes for the service to join, on loopback, and queries of a program."""

import functools
import json
import os
import subprocess

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, wait_for

PROTOCOL = "/ipfs/kad/1.0.0"


class Net:
    """kad testnet: its nodes are in one process, and know each other."""

    def __init__(self, count=12, protocol=PROTOCOL):
        self.process = subprocess.Popen(
            [os.environ["KAD_TOOL"], "testnet", str(count), "--json", "--commands", "--protocol", protocol],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.listening = [self.read() for _ in range(count)]
        self.peers = [line["peer"] for line in self.listening]
        self.addresses = [line["addresses"][0] for line in self.listening]
        assert self.read()["event"] == "ready"
        self.next_id = 0

    def read(self):
        line = self.process.stdout.readline()
        assert line, "the test network ended"
        return json.loads(line)

    def run(self, node, command, **options):
        """The results of a command of one of its nodes."""
        self.next_id += 1
        self.process.stdin.write(json.dumps({"id": self.next_id, "node": node, "command": command, "options": options}) + "\n")
        self.process.stdin.flush()
        results = []
        while True:
            line = self.read()
            assert line.get("id") == self.next_id, line
            assert "error" not in line, line
            if "done" in line:
                return results
            results.append(line.get("result", line))

    def stop(self):
        self.process.terminate()
        self.process.wait(20)
        self.process.stdin.close()
        self.process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def tool(*arguments, timeout=60):
    """The lines of kad ... --json that are results, and the last one."""
    done = subprocess.run([os.environ["KAD_TOOL"], *arguments, "--json"], capture_output=True, text=True, timeout=timeout,
                          check=False)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert lines, done
    return lines[:-1], lines[-1]


def options(**values):
    """a{sv} from Python: True is b, 5 is u, "x" is s, b"x" is ay; "_" is "-"."""
    types = {bool: "b", int: "u", str: "s", bytes: "ay"}
    return {name.replace("_", "-"): value if isinstance(value, GLib.Variant) else GLib.Variant(types[type(value)], value)
            for name, value in values.items()}


class Query:
    """A prepared query, subscribed to."""

    def __init__(self, client, kind, key, **values):
        self.path = client.routing.call("PrepareQuery", "(ssa{sv})", kind, key, options(**values))
        self.object = client.at(self.path, "Query")
        self.results = self.object.listen("Results")
        self.steps = self.object.listen("Steps")
        self.finished = self.object.listen("Finished")

    def finish(self, seconds=60):
        """Starts it, waits for its end, and gives all results."""
        self.object.call("Start")
        return self.wait(seconds)

    def wait(self, seconds=60):
        wait_for(lambda: self.finished, seconds)
        got = []
        for first, results in self.results:
            assert first == len(got), (first, len(got))
            got += results
        return got


def in_both(join, **arguments):
    """Makes a test run twice, with the service on a bus, and on a socket of its own: as test(kadd, client)."""

    def everywhere(function):
        @functools.wraps(function)
        def both():
            with Bus() as bus, Kadd(bus=bus, join=join, **arguments) as kadd, Client(bus) as client:
                function(kadd, client)
            with Kadd(join=join, **arguments) as kadd, Client(kadd) as client:
                function(kadd, client)

        del both.__wrapped__
        return both

    return everywhere
