# SPDX-License-Identifier: GPL-3.0-or-later
"""The tool kad as a user has it: a command line, an exit status, and what it wrote."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import kadlab  # noqa: E402
from kadtap import main, test  # noqa: E402, F401

RUN_S = 60

OK, ERROR, USAGE, TIMEOUT, OFFLINE, REFUSED, NOT_RUNNING, NOT_FOUND, INTERRUPTED = 0, 1, 2, 3, 4, 5, 8, 10, 130

# The service of whoever runs the tests is none of ours.
NO_SERVICE = {"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent/bus", "KAD_ADDRESS": ""}
DONE_MEMBERS = {"done", "outcome", "requests", "successes", "failures", "duration_us"}


def program():
    return kadlab.KadPeer.program()


class Result:
    """What one call of the tool gave."""

    def __init__(self, arguments, status, out, err, seconds):
        self.arguments = arguments
        self.status = status
        self.out = out
        self.err = err
        self.seconds = seconds

    def __str__(self):
        return f"kad {' '.join(self.arguments)}: status {self.status}\nstdout: {self.out}\nstderr: {self.err}"

    @property
    def lines(self):
        return [json.loads(line) for line in self.out.decode().splitlines()]

    @property
    def results(self):
        return [line for line in self.lines if "done" not in line and "error" not in line]

    @property
    def last(self):
        return self.lines[-1]

    @property
    def code(self):
        return self.last["error"]["code"]

    def expect(self, status):
        assert self.status == status, f"status {status} was expected\n{self}"
        return self

    def expect_done(self):
        """Exit status 0, and a last line that tells the end."""
        self.expect(OK)
        assert DONE_MEMBERS <= set(self.last) and self.last["done"] is True, self
        return self

    def expect_error(self, status, code):
        """Exit status, and a last line that tells the error by code and in words."""
        self.expect(status)
        assert set(self.last) == {"error"} and self.code == code, self
        assert len(self.last["error"]["message"]) > 10, self
        return self


class Running:
    """A call of the tool that is under way."""

    def __init__(self, *arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=None):
        self.arguments = [str(argument) for argument in arguments]
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            program() + self.arguments, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C.UTF-8", **NO_SERVICE, **(env or {})})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()

    def read_line(self):
        return json.loads(self.process.stdout.readline())

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)
        return self

    def finish(self, data=None, timeout=RUN_S):
        out, err = self.process.communicate(data, timeout=timeout)
        return Result(self.arguments, self.process.returncode, out, err, time.monotonic() - self.started)


def kad(*arguments, data=None, timeout=RUN_S, env=None):
    """Runs the tool to its end."""
    with Running(*arguments, stdin=subprocess.PIPE if data is not None else subprocess.DEVNULL, env=env) as call:
        return call.finish(data, timeout)


def kad_json(*arguments, **options):
    return kad(*arguments, "--json", **options)


class SilentPeer:
    """Accepts connections and never says a word."""

    def __enter__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"/ip4/127.0.0.1/tcp/{self.socket.getsockname()[1]}"
        self.connected = threading.Event()
        self.accepted = []
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.accepted.append(connection)
            self.connected.set()

    def __exit__(self, *_):
        self.socket.close()
        for connection in self.accepted:
            connection.close()


def refused_address():
    """Where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"/ip4/127.0.0.1/tcp/{server.getsockname()[1]}"
