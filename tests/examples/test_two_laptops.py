#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tells the story of examples/two-laptops.py, and kills what plays a part in it: it ends, says so, and leaves nothing."""

import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "interop"))

from kadtap import main, test  # noqa: E402

STORY = ROOT / "examples" / "two-laptops.py"
PROGRAMS = [ROOT / "examples" / "service" / name for name in ("share-code.py", "find-code.py")]
PATIENCE_S = 240
MAX_LINES = 15


class Telling:
    """The story as a process. Whatever it starts has its TMPDIR in the environment, and is known by that."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="kad-telling-")
        self.lines = []
        self.seen = threading.Condition()
        self.process = subprocess.Popen(
            ["/usr/bin/python3", STORY], env=dict(os.environ, TMPDIR=self.folder.name), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            with self.seen:
                self.lines.append(line)
                self.seen.notify_all()

    def wait_step(self, number):
        """Until it has begun a step."""
        with self.seen:
            is_there = self.seen.wait_for(
                lambda: any(line.startswith(f"{number:2}. ") for line in self.lines), PATIENCE_S)
        assert is_there, f"step {number} did not come: {self.lines}"

    def parts(self, word=""):
        """The processes of it whose command line has a word, without the story itself."""
        found = []
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                words = (folder / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            is_of_it = f"TMPDIR={self.folder.name}".encode() in environment.split(b"\0")
            if is_of_it and int(folder.name) != self.process.pid and any(part.endswith(word.encode()) for part in words):
                found.append(int(folder.name))
        return found

    def kill(self, word):
        """kill -9 of one of them, as soon as there is one."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for pid in self.parts(word):
                os.kill(pid, signal.SIGKILL)
                return
            time.sleep(0.005)
        raise AssertionError(f"no process is called {word}")

    def end(self):
        """Its status and what it said to stderr, once nothing of it is left."""
        status = self.process.wait(PATIENCE_S)
        error = self.process.stderr.read()
        self.reader.join(PATIENCE_S)
        until = time.monotonic() + 30
        while self.parts() and time.monotonic() < until:
            time.sleep(0.05)
        left = self.parts()
        for pid in left:
            os.kill(pid, signal.SIGKILL)
        self.process.stdout.close()
        self.process.stderr.close()
        self.folder.cleanup()
        assert not left, f"processes {left} were left"
        assert "Traceback" not in error, error
        return status, error


@test("/two-laptops/holds")
def holds():
    telling = Telling()
    status, error = telling.end()
    assert status == 0, error
    assert re.fullmatch(r"All \d+ steps held\.\n", telling.lines[-1]), telling.lines[-1]
    assert not error, error


@test("/two-laptops/holds-on-a-loaded-machine")
def holds_on_a_loaded_machine():
    hogs = [subprocess.Popen(["/usr/bin/python3", "-c", "while True: pass"]) for _ in range(6)]
    try:
        status, error = Telling().end()
    finally:
        for hog in hogs:
            hog.kill()
            hog.wait()
    assert status == 0, error


@test("/two-laptops/kill/the-bootstrap-node")
def kill_bootstrap():
    for step in (1, 5):
        telling = Telling()
        telling.wait_step(step)
        telling.kill("kad-tools/kad")
        status, error = telling.end()
        assert status == 1 and "did not hold" in error, (step, status, error)


@test("/two-laptops/kill/a-bus")
def kill_bus():
    for step in (3, 8):
        telling = Telling()
        telling.wait_step(step)
        telling.kill("dbus-daemon")
        status, error = telling.end()
        assert status == 1 and "did not hold" in error, (step, status, error)


@test("/two-laptops/kill/a-service")
def kill_service():
    """The bus may start it again in time; then it holds."""
    for step in (3, 4, 9):
        telling = Telling()
        telling.wait_step(step)
        telling.kill("kad-service/kadd")
        status, error = telling.end()
        assert status == 0 or (status == 1 and "did not hold" in error), (step, status, error)


@test("/two-laptops/kill/a-program")
def kill_program():
    telling = Telling()
    telling.kill("find-code.py")
    status, error = telling.end()
    assert status == 1 and "find-code.py ended with -9" in error, (status, error)


@test("/two-laptops/kill/the-story")
def kill_story():
    for how in (signal.SIGKILL, signal.SIGTERM):
        telling = Telling()
        telling.wait_step(4)
        telling.process.send_signal(how)
        status, error = telling.end()
        assert status == (-9 if how == signal.SIGKILL else 1), (status, error)


@test("/two-laptops/needs-a-build")
def needs_a_build():
    done = subprocess.run(["/usr/bin/python3", STORY], env=dict(os.environ, KAD_BUILD="/nowhere"), capture_output=True,
                          text=True, timeout=PATIENCE_S, check=False)
    assert done.returncode == 1 and "/nowhere/kad-tools/kad" in done.stderr, done


@test("/two-laptops/programs-are-short")
def programs_are_short():
    for path in PROGRAMS:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len([line for line in lines if line]) < MAX_LINES, f"{path} has {len(lines)} lines"
        assert max(map(len, lines)) <= 110, f"{path} has a long line"


@test("/two-laptops/programs-are-what-the-readme-shows")
def readme_shows_them():
    for path in PROGRAMS:
        text = path.read_text(encoding="utf-8").split('"""\n', 1)[1]
        for name in ("README.md", "README.zh_CN.md"):
            assert text in (ROOT / name).read_text(encoding="utf-8"), f"{name} shows another {path.name}"


@test("/two-laptops/programs-say-what-went-wrong")
def programs_say_what_went_wrong():
    env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere")
    for path, words in zip(PROGRAMS, (["code", "note"], ["code"])):
        done = subprocess.run(["/usr/bin/python3", path, *words], env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode != 0 and "Could not connect" in done.stderr, done


main()
