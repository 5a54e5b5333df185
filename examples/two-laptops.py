#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two laptops find each other again and again, with nothing but a share code.

Ann's and Ben's laptop are a session bus each, with folders of its own, and nothing else: the programs of
examples/service, a dozen lines of Python, call org.libkad.Kad1 on it, and the bus starts the service kadd for
them. A bootstrap node is the one address that both were told. All of it is on this machine's loopback.

Each step says what it did and what came of it; the exit status is 0 only if all of them held.
"""

import json
import os
import pathlib
import select
import signal
import subprocess
import sys
import tempfile
import time

import gi  # noqa: F401
from gi.repository import Gio, GLib

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("KAD_BUILD") or HERE.parent / "build")
KAD, KADD = BUILD / "kad-tools" / "kad", BUILD / "kad-service" / "kadd"
NETWORK = "private:family"
NAME, ROOT = "org.libkad.Kad1", "/org/libkad/Kad1"
PATIENCE_S = 60

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={folder}/bus</listen><servicedir>{folder}</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""


class StoryError(Exception):
    """A step did not hold."""


def must(condition, text):
    if not condition:
        raise StoryError(text)


def spawn(*words, **options):
    """A process that does not outlive this one, whatever becomes of it."""
    return subprocess.Popen(["setpriv", "--pdeathsig", "TERM", *map(str, words)], stdout=subprocess.PIPE, text=True,
                            **options)


def end(process):
    """In order, or else at once; its exit status."""
    if process.poll() is None:
        process.terminate()
    try:
        return process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        process.stdout.close()


class Bootstrap:
    """A node that is always there: the one address that is known to everybody."""

    def __init__(self, _folder):
        self.process = spawn(KAD, "node", "--json", "--mode", "server", "--network", NETWORK)
        line = self.process.stdout.readline()
        must(line, "the bootstrap node did not start")
        self.address = json.loads(line)["addresses"][0]

    def end(self):
        return end(self.process)


class Laptop:
    """Somebody's laptop: its session bus, the folders of its user, and the programs that run there."""

    def __init__(self, owner, folder):
        self.owner = owner
        self.folder = folder / owner.lower()
        self.folder.mkdir()
        (self.folder / "bus.conf").write_text(BUS.format(folder=self.folder))
        (self.folder / f"{NAME}.service").write_text(f"[D-BUS Service]\nName={NAME}\nExec={KADD}\n")
        self.env = dict(os.environ, GSETTINGS_BACKEND="keyfile", GSETTINGS_SCHEMA_DIR=str(BUILD / "data"))
        for kind in ("CONFIG", "STATE", "CACHE", "DATA"):
            self.env[f"XDG_{kind}_HOME"] = str(self.folder / kind.lower())
        self.bus = spawn("dbus-daemon", f"--config-file={self.folder}/bus.conf", "--nofork", "--print-address=1",
                         env=self.env, stderr=open(self.folder / "bus.log", "w"))
        address = self.bus.stdout.readline().strip()
        must(address, "dbus-daemon did not start")
        self.env["DBUS_SESSION_BUS_ADDRESS"] = address
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.connection.set_exit_on_close(False)
        self.peer = None

    def ask(self, where, method, signature, *arguments):
        name, path, interface = where
        return self.connection.call_sync(name, path, interface, method, GLib.Variant(signature, arguments), None, 0,
                                         PATIENCE_S * 1000, None).unpack()

    def of_bus(self, method, *arguments, signature="(s)"):
        return self.ask(("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus"), method, signature,
                        *arguments)[0]

    def kad(self, interface, method, signature, *arguments):
        return self.ask((NAME, ROOT, f"{NAME}.{interface}"), method, signature, *arguments)

    def node(self, name):
        return self.ask((NAME, ROOT, "org.freedesktop.DBus.Properties"), "Get", "(ss)", f"{NAME}.Node", name)[0]

    def set_up(self, bootstrap):
        """What a person sets once."""
        for name, value in (("network", GLib.Variant("s", NETWORK)),
                            ("listen-addresses", GLib.Variant("as", ["/ip4/127.0.0.1/tcp/0"])),
                            ("bootstrap", GLib.Variant("as", [bootstrap.address]))):
            self.kad("Settings", "Set", "(sv)", name, value)

    def run(self, program, *words):
        """A program of examples/service, as a person runs it: what it says."""
        done = subprocess.run([sys.executable, HERE / "service" / program, *words], env=self.env, timeout=2 * PATIENCE_S,
                              capture_output=True, text=True, check=False)
        must(done.returncode == 0, f"{program} ended with {done.returncode}: {''.join(done.stderr.splitlines()[-1:])}")
        return done.stdout

    def here(self):
        """Who it is and where, without asking for the node: it must be up by itself."""
        until = time.monotonic() + PATIENCE_S
        while not self.node("ListenAddresses"):
            must(time.monotonic() < until, f"{self.owner}'s node does not come up by itself")
            time.sleep(0.05)
        peer = self.node("PeerId")
        must(self.peer in (None, peer), f"{self.owner}'s laptop came back as another peer, {peer}")
        self.peer = peer
        return self.node("ListenAddresses")[0].rsplit("/p2p/", 1)[0]

    def announced(self):
        """When what is shared was announced for the last time, in microseconds since 1970; 0: not all of it."""
        rows = [row for _, row in self.kad("Publications", "List", "(a{sv})", {})[0] if row["kind"] == "provider"]
        return min((row["last_run_us"] for row in rows if row["stored"] > 0), default=0)

    def log_in(self):
        """The session starts what is to run in it: the service, and nobody calls it."""
        self.of_bus("StartServiceByName", NAME, 0, signature="(su)")

    def stop_service(self, how):
        """By its process id, and waits until it is gone."""
        if not self.of_bus("NameHasOwner", NAME):
            return
        pid = self.of_bus("GetConnectionUnixProcessID", NAME)
        descriptor = os.pidfd_open(pid)
        signal.pidfd_send_signal(descriptor, how)
        is_gone = bool(select.select([descriptor], [], [], PATIENCE_S)[0])
        os.close(descriptor)
        until = time.monotonic() + PATIENCE_S
        while self.of_bus("NameHasOwner", NAME) and time.monotonic() < until:
            time.sleep(0.02)
        must(is_gone, f"process {pid} does not end")

    def end(self):
        try:
            self.stop_service(signal.SIGTERM)
        except (GLib.Error, OSError, StoryError) as error:
            print(f"{self.owner}'s service: {error}", file=sys.stderr)
        return end(self.bus)


class Story:
    """Numbers the steps and tells them."""

    def __init__(self):
        self.number = 0
        self.is_stopped = False

    def stop(self, *_):
        """SIGTERM: the story ends ahead of the next step."""
        self.is_stopped = True

    def step(self, text):
        must(not self.is_stopped, "somebody stopped it")
        self.number += 1
        print(f"{self.number:2}. {text}", flush=True)

    @staticmethod
    def note(text):
        print(f"    {text}", flush=True)


def find(story, seeker, other, code, note):
    """One finds the other by the code, where it is now. It may have come back this moment: then soon."""
    here = other.here()
    until = time.monotonic() + PATIENCE_S
    while True:
        said = seeker.run("find-code.py", code)
        if any(line.startswith(f"there: {other.peer} ") and here in line.split() for line in said.splitlines()):
            break
        must(time.monotonic() < until, f"{other.owner} is at {here}, but {seeker.owner} was told: {said}")
        time.sleep(0.5)
    must(said.splitlines()[-1] == f"note: {note}", f"the note is another one: {said}")
    for line in said.splitlines():
        story.note(line)
    rtt_us = seeker.kad("Node", "Ping", "(s)", f"{here}/p2p/{other.peer}")[0]
    story.note(f"{other.owner} answers at {here}, in {rtt_us / 1000:.2f} ms")


def share_and_find(story, owner, seeker, code, note):
    story.step(f"{owner.owner} shares a note under the code {code}: share-code.py {code} '{note}'")
    owner.run("share-code.py", code, note)
    here = owner.here()
    story.note(f"the bus started kadd for it: peer {owner.peer} at {here}")
    story.step(f"{seeker.owner} has the code and nothing else: find-code.py {code}")
    find(story, seeker, owner, code, note)


def go_and_come_back(story, traveller, stayer, how):
    """One laptop leaves and comes back elsewhere."""
    old = traveller.here()
    story.step(f"{traveller.owner}'s laptop goes: " + (
        "the battery is empty (kill -9)." if how == signal.SIGKILL else "the session ends, and the service with it."))
    traveller.stop_service(how)
    try:
        stayer.kad("Node", "Ping", "(s)", f"{old}/p2p/{traveller.peer}")
    except GLib.Error as error:
        story.note(f"{stayer.owner} cannot reach it any more ({Gio.DBusError.get_remote_error(error)})")
    else:
        raise StoryError(f"{traveller.owner}'s laptop answers though it is off")
    story.step(f"{traveller.owner} is back, in another network. No program runs: what was shared is announced by itself.")
    before = time.time_ns() // 1000
    traveller.log_in()
    new = traveller.here()
    must(new != old, f"the address is {old} again")
    until = time.monotonic() + PATIENCE_S
    while traveller.announced() < before:
        must(time.monotonic() < until, f"{traveller.owner}'s service does not announce again")
        time.sleep(0.05)
    story.note(f"still peer {traveller.peer}, now at {new}, and announced again")


def tell(story, folder, parts):
    story.step("A bootstrap node starts. It is the only address that anybody has to know.")
    parts.append(Bootstrap(folder))
    story.note(parts[0].address)
    story.step("Ann and Ben have a laptop each: a session bus, and folders of their own. They set up their network.")
    for owner in ("Ann", "Ben"):
        parts.append(Laptop(owner, folder))
        parts[-1].set_up(parts[0])
    ann, ben = parts[1:]

    ann_has, ben_has = ("blue-whale-42", "the album is in the blue folder"), ("green-heron-17", "thanks, here is mine")
    share_and_find(story, ann, ben, *ann_has)
    go_and_come_back(story, ann, ben, signal.SIGKILL)
    story.step(f"Ben looks again: find-code.py {ann_has[0]}")
    find(story, ben, ann, *ann_has)

    share_and_find(story, ben, ann, *ben_has)
    go_and_come_back(story, ben, ann, signal.SIGTERM)
    story.step(f"Ann looks again: find-code.py {ben_has[0]}")
    find(story, ann, ben, *ben_has)

    story.step("Everybody stops in order.")
    while parts:
        must(parts.pop().end() in (0, -signal.SIGTERM), "a process did not end in order")


def main():
    story = Story()
    parts = []
    signal.signal(signal.SIGTERM, story.stop)
    for program in (KAD, KADD):
        if not os.access(program, os.X_OK):
            print(f"There is no {program}: build Kad first, or name the build folder in KAD_BUILD", file=sys.stderr)
            return 1
    with tempfile.TemporaryDirectory(prefix="kad-story-") as folder:
        try:
            tell(story, pathlib.Path(folder), parts)
        except (StoryError, GLib.Error, OSError, ValueError, subprocess.SubprocessError) as error:
            print(f"Step {story.number} did not hold: {error}", file=sys.stderr)
            return 1
        finally:
            while parts:
                parts.pop().end()
    print(f"All {story.number} steps held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
