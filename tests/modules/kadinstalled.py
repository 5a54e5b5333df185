# SPDX-License-Identifier: GPL-3.0-or-later
"""Kad as it is installed, for authors of modules: a compiler, pkg-config, and the program kad."""

import atexit
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / "interop"), str(TESTS / "install")]

from kadtap import main, test  # noqa: E402, F401
from test_install import Installed  # noqa: E402

RUN_S = 60

_root = tempfile.mkdtemp(prefix="kad-modules-")
atexit.register(shutil.rmtree, _root, ignore_errors=True)
installed = Installed(_root)

ENV = {
    **installed.env, "LC_ALL": "C.UTF-8",
    "PATH": f"{installed.prefix / 'bin'}:{os.environ['PATH']}",
    "LD_LIBRARY_PATH": installed.pkg_config("--variable=libdir")[0]}
for name in ("KAD_MODULE_PATH", "KAD_TRANSPORT_PATH", "KAD_COMMAND_PATH"):
    ENV.pop(name, None)


def folder():
    """A folder of its own, with a short name: a socket in it has a path of at most 107 bytes."""
    made = tempfile.mkdtemp(prefix="kad-m-")
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return pathlib.Path(made)


def shell(line, cwd, status=0, env=None):
    """Runs a line as a person types it."""
    done = subprocess.run(
        ["sh", "-c", line], cwd=cwd, env={**ENV, **(env or {})}, capture_output=True, text=True, timeout=RUN_S, check=False)
    assert done.returncode == status, f"$ {line}\nstatus {done.returncode}\n{done.stdout}{done.stderr}"
    return done


class Staying:
    """A line that stays until somebody interrupts it."""

    def __init__(self, line, cwd, env=None):
        self.line = line
        self.process = subprocess.Popen(
            ["sh", "-c", f"exec {line}"], cwd=cwd, env={**ENV, **(env or {})}, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, bufsize=0)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_until_it_speaks(self):
        streams = [self.process.stdout, self.process.stderr]
        ready, _, _ = select.select(streams, [], [], RUN_S)
        assert ready, f"$ {self.line}\nsaid nothing in {RUN_S} s"
        time.sleep(0.2)
        assert self.process.poll() is None, f"$ {self.line}\nended: {self.process.communicate()}"

    def read(self):
        """The next line of JSON."""
        ready, _, _ = select.select([self.process.stdout], [], [], RUN_S)
        assert ready, f"$ {self.line}\nsaid no more"
        return json.loads(self.process.stdout.readline())

    def ask(self, request):
        """What a command of kad node --json --commands answers: results, then the end."""
        self.process.stdin.write(json.dumps(request).encode() + b"\n")
        self.process.stdin.flush()
        answers = []
        while True:
            line = self.read()
            if line.get("id") == request["id"]:
                answers.append(line)
                if "result" not in line:
                    return answers

    def stop(self):
        """Its whole stderr."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            return self.process.communicate(timeout=RUN_S)[1].decode()
        except ValueError:  # stopped already
            return ""
