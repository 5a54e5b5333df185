# SPDX-License-Identifier: GPL-3.0-or-later
"""A `kad node` of our own on loopback, and programs that attack it."""

import json
import os
import pathlib
import queue
import resource
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import kadlab  # noqa: E402
from kadtap import main, test  # noqa: E402, F401

# The sizes that the table of lessons names; else those that fit the suite.
FULL = os.environ.get("KAD_HOSTILE_FULL") == "1"
# Under sanitizers memory says nothing, and everything takes its time.
SANITIZED = os.environ.get("KAD_HOSTILE_SANITIZED") == "1"
SLOWNESS = 10 if SANITIZED else 1

MIB = 1024 * 1024
PROBE_LIMIT_MS = 100 * SLOWNESS
DESCRIPTORS = 20000


def raise_descriptors(wanted=DESCRIPTORS):
    """As many descriptors as the attack needs, for us and what we start."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), max(hard, wanted)))
    except (OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def at_most(wanted, spare=200):
    """How many connections of one program its descriptors allow."""
    allowed = raise_descriptors() - spare
    if allowed < wanted:
        print(f"# {wanted} connections were wanted, the descriptors allow {allowed}")
    return min(wanted, allowed)


class Node:
    """kad node, its events read and dropped, its commands answered."""

    def __init__(self, *arguments, is_read=True):
        self.process = subprocess.Popen(
            kadlab.KadPeer.program() + ["node", "--json", "--commands", "--mode", "server", *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.answers = queue.Queue()
        self.errors = []
        self.lines = 0
        first = json.loads(self.process.stdout.readline())
        self.address = first["addresses"][0]
        self.port = self.address.split("/")[4]
        if is_read:
            self.read_on()
        threading.Thread(target=self._read_errors, daemon=True).start()

    def read_on(self):
        threading.Thread(target=self._read_events, daemon=True).start()

    def _read_events(self):
        for line in self.process.stdout:
            self.lines += 1
            if line.startswith(b'{"id":'):
                self.answers.put(json.loads(line))

    def _read_errors(self):
        for line in self.process.stderr:
            if len(self.errors) < 100:
                self.errors.append(line.decode(errors="replace"))

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind is not None or self.process.poll() is not None:
            self.process.kill()
            self.process.wait()
            return
        self.process.stdin.close()
        assert self.process.wait(60) == 0, f"kad node ended badly: {''.join(self.errors)}"

    def check_lives(self):
        assert self.process.poll() is None, \
            f"kad node ended with {self.process.returncode}: {''.join(self.errors)}"

    def n_connections(self):
        self.process.stdin.write(b'{"id":1,"command":"show-connections"}\n')
        self.process.stdin.flush()
        n = 0
        while True:
            answer = self.answers.get(timeout=30 * SLOWNESS)
            assert "error" not in answer, answer
            if "done" in answer:
                return n
            n += 1

    def settle(self, limit_s=30):
        """Waits until no connection is left; gives how many seconds that took."""
        begun = time.monotonic()
        while self.n_connections() > 0:
            assert time.monotonic() - begun < limit_s * SLOWNESS, "connections stay after the attack"
            time.sleep(0.05)
        return time.monotonic() - begun

    def memory(self):
        """RssAnon in bytes."""
        self.check_lives()
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("no RssAnon")

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


class Program:
    """kad-attacker, from its start to its last line. It goes on until finish()."""

    def __init__(self, *arguments, has_ready=False, is_polite=False):
        # An attack comes from another machine: it shall not take this one's time from the node.
        self.process = subprocess.Popen(
            ["nice", "-n", "10"] * is_polite + [os.environ["KAD_ATTACKER"], *[str(argument) for argument in arguments]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if has_ready:
            line = self.process.stdout.readline()
            assert line, "the attack did not begin"
            assert json.loads(line) == {"ready": True}

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()

    def finish(self, stop=True, timeout=110):
        """What it saw in the end; with stop it is told to end now."""
        if stop:
            self.process.stdin.close()
            self.process.stdin = open(os.devnull, "rb")
        out, _ = self.process.communicate(timeout=timeout)
        assert self.process.returncode == 0, f"the attack failed with {self.process.returncode}"
        return json.loads(out)


def malformed(node, layer, n, seed=1):
    with Program("malformed", node.port, layer, n, seed) as attack:
        result = attack.finish(stop=False)
    assert result["frames"] >= n, result
    return result


def flood(node, kind, n=0, seed=2):
    return Program("flood", node.port, kind, n, seed, has_ready=True, is_polite=True)


class Probe:
    """An honest peer that asks as long as the block lasts, beside one at a node nobody attacks.
    What the machine itself adds to an answer is seen at the second."""

    def __init__(self, node, control):
        self.program = Program("probe", node.port, control.port, 77, has_ready=True)
        self.result = None

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        with self.program:
            if kind is None:
                self.result = self.program.finish()

    def expect_answers(self, limit_ms=PROBE_LIMIT_MS, newcomer_ms=PROBE_LIMIT_MS):
        for name, limit in (("asked", limit_ms), ("newcomers", newcomer_ms)):
            times, control = self.result[name], self.result[f"control_{name}"]
            print(f"# {name}: {times['n']} times, median {times['median_ms']} ms, "
                  f"longest {times['max_ms']} ms (machine: {control['max_ms']} ms)")
            assert times["n"] > 0 and times["failed"] == 0, self.result
            assert times["max_ms"] <= limit + control["max_ms"], self.result
