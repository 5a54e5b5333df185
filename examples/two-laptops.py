#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two laptops find each other again and again, with nothing but a share code.

Real nodes on this machine's loopback play the parts: a bootstrap node that both know, and a laptop each for Ann
and Ben. Every laptop is a process of its own, with an identity that it keeps in a file, and an address that is
another one after each start, as it is for laptops that move between networks.

Each step says what it did and what came of it; the exit status is 0 only if all of them held.
"""

import json
import os
import pathlib
import queue
import subprocess
import sys
import tempfile
import threading
import time

ANSWER_S = 30
KAD = os.environ.get("KAD_TOOL") or str(pathlib.Path(__file__).resolve().parents[1] / "build" / "kad-tools" / "kad")


class StoryError(Exception):
    """A step did not hold."""


class Node:
    """`kad node --json --commands` as a process: commands go in and answers come out, a JSON object a line."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [KAD, "node", "--json", "--commands", "--mode", "server", *options],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.lines = queue.Queue()
        self.next_id = 0
        threading.Thread(target=self.read, daemon=True).start()
        first = self.take(lambda line: line.get("event") == "listening")
        self.peer, self.address = first["peer"], first["addresses"][0]

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))
        self.lines.put(None)

    def take(self, is_wanted):
        """The next line that is wanted; others are events that this story does not need."""
        end = time.monotonic() + ANSWER_S
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                raise StoryError(f"no answer in {ANSWER_S} s") from None
            if line is None:
                raise StoryError("the node has ended")
            if is_wanted(line):
                return line

    def wait_joined(self):
        line = self.take(lambda line: line.get("event") in ("joined", "join-failed"))
        if line["event"] == "join-failed":
            raise StoryError(f"could not join: {line['error']['message']}")
        return line["table"]

    def run(self, command, **options):
        """Runs a command: its results and its last line."""
        self.next_id += 1
        number = self.next_id
        self.process.stdin.write(json.dumps({"id": number, "command": command, "options": options}) + "\n")
        self.process.stdin.flush()
        results = []
        while True:
            line = self.take(lambda line: line.get("id") == number)
            if "error" in line:
                raise StoryError(f"{command}: {line['error']['code']}: {line['error']['message']}")
            if "done" in line:
                return results, line
            results.append(line["result"])

    def switch_off(self):
        """As if the lid were closed: no goodbye."""
        self.process.kill()
        self.process.wait()

    def end(self):
        """In order: the end of its input stops a node."""
        self.process.stdin.close()
        return self.process.wait(timeout=ANSWER_S)


class Laptop:
    """Somebody's laptop: on or off, and always the same peer."""

    def __init__(self, owner, folder, bootstrap):
        self.owner = owner
        self.identity = os.path.join(folder, f"{owner.lower()}.key")
        self.bootstrap = bootstrap
        self.node = None
        self.peer = None

    def switch_on(self):
        self.node = Node("--identity", self.identity, "--join", self.bootstrap.address)
        if self.peer not in (None, self.node.peer):
            raise StoryError(f"{self.owner}'s laptop came back as another peer, {self.node.peer}")
        self.peer = self.node.peer
        return self.node.wait_joined()

    def switch_off(self):
        self.node.switch_off()
        self.node = None

    def announce(self, code):
        _, done = self.node.run("start-provide", key=f"text:{code}")
        return done["stored"]

    def find(self, code, peer):
        """The addresses at which a peer says that it is, found by a share code alone."""
        results, _ = self.node.run("get-providers", key=f"text:{code}")
        return next((found["addresses"] for found in reversed(results) if found["peer"] == peer), [])

    def reach(self, address, peer):
        """A ping to exactly this address; who answers must be that peer."""
        results, _ = self.node.run("ping-peer", peer=f"{address}/p2p/{peer}", timeout_ms=5000)
        return results[0]["rtt_us"]


class Story:
    """Numbers the steps and tells them."""

    def __init__(self):
        self.number = 0

    def step(self, text):
        self.number += 1
        print(f"{self.number:2}. {text}", flush=True)

    @staticmethod
    def note(text):
        print(f"    {text}", flush=True)


def must(condition, text):
    if not condition:
        raise StoryError(text)


def without_peer(address):
    return address.rsplit("/p2p/", 1)[0]


def meet(story, seeker, other, code):
    """One finds the other by a share code, and reaches it where it is now."""
    addresses = seeker.find(code, other.peer)
    here = without_peer(other.node.address)
    must(here in addresses, f"{other.owner} is at {here}, but {seeker.owner} was told {addresses}")
    rtt_us = seeker.reach(here, other.peer)
    story.note(f"{other.owner} is at {here}, and answers there in {rtt_us / 1000:.2f} ms")


def go_and_come_back(story, traveller, stayer, code):
    """One laptop leaves without a word and comes back elsewhere; the other finds it again."""
    old = without_peer(traveller.node.address)
    story.step(f"{traveller.owner} closes the lid: the laptop is gone without a word.")
    traveller.switch_off()
    try:
        stayer.reach(old, traveller.peer)
    except StoryError as error:
        story.note(f"{stayer.owner} cannot reach it any more ({error})")
    else:
        raise StoryError(f"{traveller.owner}'s laptop answers though it is switched off")

    story.step(f"{traveller.owner} opens the lid in another network: same identity, another address.")
    traveller.switch_on()
    new = without_peer(traveller.node.address)
    must(new != old, f"the address is {old} again")
    stored = traveller.announce(code)
    story.note(f"still peer {traveller.peer}, now at {new}; announced again to {stored} nodes")

    story.step(f"{stayer.owner} looks for the share code again.")
    meet(story, stayer, traveller, code)


def tell(story, folder, nodes):
    story.step("A bootstrap node starts. It is the only address that anybody has to know.")
    bootstrap = Node()
    nodes.append(bootstrap)
    story.note(f"it listens on {bootstrap.address}")

    ann, ben = (Laptop(owner, folder, bootstrap) for owner in ("Ann", "Ben"))
    nodes.extend([ann, ben])
    code, back_code = "blue-whale-42", "green-heron-17"

    story.step("Ann's laptop joins, and makes an identity that it keeps.")
    ann.switch_on()
    story.note(f"peer {ann.peer}")

    story.step("Ann shares a photo album under a code: a small record in the network, for whoever has the code.")
    note = json.dumps({"what": "holiday photos", "from": ann.peer})
    _, done = ann.node.run("put-record", key=f"text:share/{code}", value=note)
    story.note(f"the record of {code} is stored with {done['stored']} of {done['wanted']} nodes")

    story.step("Ann announces that she is the one who has it.")
    story.note(f"announced to {ann.announce(code)} nodes")

    story.step("Ben's laptop joins. All that Ben has is the code, told on the telephone.")
    table = ben.switch_on()
    story.note(f"peer {ben.peer}, which now knows {table} others")

    story.step("Ben looks the code up.")
    results, _ = ben.node.run("get-record", key=f"text:share/{code}")
    must(results[-1]["value"] == note, f"the record says {results[-1]}")
    story.note(f"the record says: {results[-1]['value']}")

    story.step("Ben looks for who has it, and finds Ann.")
    meet(story, ben, ann, code)

    go_and_come_back(story, ann, ben, code)

    story.step("Now Ben has something for Ann, under a code of his own.")
    story.note(f"announced to {ben.announce(back_code)} nodes")
    story.step("Ann looks for it, and finds Ben.")
    meet(story, ann, ben, back_code)

    go_and_come_back(story, ben, ann, back_code)

    story.step("Everybody stops in order.")
    for node in (ann.node, ben.node, bootstrap):
        status = node.end()
        must(status == 0, f"a node ended with status {status}")


def clean_up(nodes):
    for node in nodes:
        node = node.node if isinstance(node, Laptop) else node
        if node is not None and node.process.poll() is None:
            node.switch_off()


def main():
    story = Story()
    nodes = []
    if not os.access(KAD, os.X_OK):
        print(f"There is no {KAD}: build Kad first, or name the tool in KAD_TOOL", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        try:
            tell(story, folder, nodes)
        except (StoryError, OSError, subprocess.SubprocessError) as error:
            print(f"Step {story.number} did not hold: {error}", file=sys.stderr)
            return 1
        finally:
            clean_up(nodes)
    print(f"All {story.number} steps held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
