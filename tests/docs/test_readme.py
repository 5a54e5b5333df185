#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the README's first five minutes as a person would, each command in its order.

The commands are read from README.md, so that what people are told to type is what is tested. Only the port and
the socket are others, because someone may have a node there.
"""

import os
import pathlib
import shlex
import signal
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))
import kadtap  # noqa: E402

README = pathlib.Path(__file__).resolve().parents[2] / "README.md"
KAD = os.environ["KAD_TOOL"]
PORT = "4001"
SOCKET = "/tmp/kad-try"
ANSWER_S = 60

# Commands that stay until they are interrupted: what they say when they are ready, and their exit status then.
KADD = "build/kad-service/kadd"
STAYING = {
    KADD: ("unix:path=", 0),
    "node": (" listens on", 0), "provide": ("Providing until interrupted", 130), "testnet": ("20 nodes are ready", 0)}
# What others must say, besides ending with 0.
ANSWERS = {
    "--help": "find providers", "put": "Stored with", "get": "hello, world", "find providers": "/ip4/127.0.0.1/tcp/",
    "advertise": "Stored with", "discover": "/ip4/127.0.0.1/tcp/", "publications": "text:note", "status": "online",
    "doctor": "[ok]", "find closest": '"done":true', "help": "get-record", "help get-record": "--quorum",
}


def commands():
    lines = [line[4:] for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("    ")]
    return [shlex.split(line) for line in lines if line.startswith(("kad ", KADD))]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def name_of(words):
    return words[0] if words[0] == KADD else words[1]


def program_of(words):
    return [os.environ["KAD_DAEMON"] if words[0] == KADD else KAD, *words[1:]]


def interrupt(process):
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        return process.wait(timeout=ANSWER_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        raise


def start(words, log):
    """Starts a command that stays, and waits until it says that it is ready."""
    ready = STAYING[name_of(words)][0]
    with open(log, "wb") as output:
        # A person's terminal does not end its input by itself.
        process = subprocess.Popen(program_of(words), stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT)
    end = time.monotonic() + ANSWER_S
    while ready not in pathlib.Path(log).read_text(encoding="utf-8"):
        if process.poll() is not None or time.monotonic() > end:
            interrupt(process)
            said = pathlib.Path(log).read_text(encoding="utf-8")
            raise AssertionError(f"{shlex.join(words)} does not say {ready!r} but {said!r}")
        time.sleep(0.05)
    return process


def run(words):
    name = " ".join(words[1:3]) if words[1] in ("find", "help") else words[1]
    expected = ANSWERS[name.strip()]
    done = subprocess.run([KAD, *words[1:]], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=ANSWER_S, check=False)
    assert done.returncode == 0, f"{shlex.join(words)} ended with {done.returncode}: {done.stderr}"
    assert expected in done.stdout + done.stderr, f"{shlex.join(words)} does not say {expected!r} but {done.stdout!r}"


def type_all(told, folder, staying):
    port = free_port()
    for number, words in enumerate(told):
        words = [word.replace(f"/tcp/{PORT}", f"/tcp/{port}").replace(SOCKET, f"{folder}/kad-try") for word in words]
        if name_of(words) in STAYING:
            staying.append((words, start(words, os.path.join(folder, str(number)))))
        else:
            run(words)
    for words, process in reversed(staying):
        status = interrupt(process)
        assert status == STAYING[name_of(words)][1], f"{shlex.join(words)} ended with {status} when interrupted"


@kadtap.test("the first five minutes go as the README says")
def test_first_five_minutes():
    staying = []
    told = commands()
    assert len(told) >= 10, f"the README has only {len(told)} commands of kad"
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KAD_ADDRESS"] = f"unix:path={folder}/kad-try"
        try:
            type_all(told, folder, staying)
        finally:
            for _, process in staying:
                if process.poll() is None:
                    process.kill()
                    process.wait()


if __name__ == "__main__":
    kadtap.main()
