#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that are cut short: by Ctrl-C, by time, by peers that say nothing or die, by a reader that has gone."""

import os
import pty
import signal
import subprocess
import time

from kadtool import (
    ERROR, INTERRUPTED, OFFLINE, OK, TIMEOUT, Running, SilentPeer, kad_json, kadlab, main, program, test)

# Every command that asks somebody, without the address.
JOINING = [
    ["put", "text:x", "y"], ["get", "text:x"], ["provide", "text:x"], ["provide", "text:x", "--once"],
    ["find", "providers", "text:x"], ["find", "closest", "text:x"], ["bootstrap"],
    ["find", "peer", "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"], ["run", "get-record", "text:x"],
]


def every_command(address):
    yield from ([*words, "--join", address] for words in JOINING)
    yield ["ping", address]
    yield ["identify", address]
    yield ["ask", address, "find-node", "text:x"]
    yield ["run", "dial", address]


@test("Ctrl-C in the middle of each command ends it within a moment, with status 130")
def _():
    for number in (signal.SIGINT, signal.SIGTERM):
        with SilentPeer() as silent:
            for words in every_command(silent.address):
                silent.connected.clear()
                with Running(*words, "--json") as call:
                    assert silent.connected.wait(10), words
                    before = time.monotonic()
                    answer = call.interrupt(number).finish(timeout=10).expect_error(INTERRUPTED, "Cancelled")
                    assert time.monotonic() - before < 2, answer
                    assert len(answer.lines) == 1, answer


@test("Ctrl-C is answered in words without --json")
def _():
    with SilentPeer() as silent, Running("get", "text:x", "--join", silent.address) as call:
        assert silent.connected.wait(10)
        answer = call.interrupt().finish(timeout=10).expect(INTERRUPTED)
        assert answer.out == b"" and answer.err.startswith(b"kad: "), answer


@test("Ctrl-C while a value is waited for on stdin ends it with status 130")
def _():
    with Running("put", "text:x", "--json", stdin=subprocess.PIPE) as call:
        call.process.stdin.write(b"half a val")
        call.process.stdin.flush()
        time.sleep(0.2)
        call.interrupt()
        call.process.wait(10)
        assert call.process.returncode == INTERRUPTED, call.process.returncode


@test("a peer that accepts and never speaks costs no more than --timeout, with status 3")
def _():
    with SilentPeer() as silent:
        for words in every_command(silent.address):
            answer = kad_json(*words, "--timeout", "0.7").expect_error(TIMEOUT, "Timeout")
            assert 0.6 < answer.seconds < 2.5, answer


@test("without --timeout, it is given up by itself")
def _():
    with SilentPeer() as silent:
        answers = [Running(*words, "--json") for words in (
            ["get", "text:x", "--join", silent.address], ["ping", silent.address], ["identify", silent.address])]
        for call in answers:
            with call:
                answer = call.finish(timeout=60)
                assert answer.status in (ERROR, TIMEOUT, OFFLINE) and "error" in answer.last, answer


@test("a silent peer does not keep us from one that speaks")
def _():
    with SilentPeer() as silent, kadlab.Testnet() as net:
        server = net.one("kad")
        call = ["put", "text:x", "y", "--join", silent.address, "--join", server.addresses[0]]
        kad_json(*call, "--timeout", "20").expect_done()


@test("a peer that stops in the middle is one failure, told with its reason, and not the end")
def _():
    with kadlab.Testnet() as net:
        first = net.one("kad")
        others = net.start("kad", 2, extra=["--join", first.addresses[0]])
        for peer in net.peers:
            kadlab.eventually(lambda peer=peer: len(peer.table()) == 2, what="a full table")
        frozen = others[0]
        frozen.process.send_signal(signal.SIGSTOP)
        with Running("put", "text:x", "y", "--json", "--timeout", "30", "--join", first.addresses[0]) as call:
            time.sleep(0.5)
            frozen.process.kill()
            answer = call.finish(timeout=40).expect_done()
            assert answer.last["stored"] == 2, answer
            assert {failed["peer"] for failed in answer.last["failed"]} <= {frozen.peer}, answer
            assert all(failed["reason"] for failed in answer.last["failed"]), answer


@test("a peer of the network that is silent costs some seconds, not its whole deadline")
def _():
    with kadlab.Testnet() as net:
        first = net.one("kad")
        others = net.start("kad", 2, extra=["--join", first.addresses[0]])
        for peer in net.peers:
            kadlab.eventually(lambda peer=peer: len(peer.table()) == 2, what="a full table")
        first.put(b"x", b"y")
        others[0].process.send_signal(signal.SIGSTOP)
        try:
            answer = kad_json("get", "text:x", "--join", first.addresses[0]).expect_done()
        finally:
            others[0].process.send_signal(signal.SIGCONT)
        assert answer.results[-1]["value"] == "y" and answer.seconds < 8, answer


@test("a peer that dies between request and answer is an error of that request at once")
def _():
    with kadlab.Testnet() as net:
        asker, victim = net.start("kad", 2)
        asker.connect(victim.addresses[0])
        kadlab.freeze(victim.process)
        _, answers = asker.send("ask", {"address": victim.addresses[0], "request": "find-node", "key": "text:x"})
        time.sleep(0.5)
        assert answers.empty()
        victim.process.kill()
        answer = answers.get(timeout=5)
        assert answer["error"]["code"] in ("Closed", "DialFailed", "Failed"), answer
        assert asker.table() is not None


@test("a reader that has gone is no reason for words, and ends a command")
def _():
    with kadlab.Testnet() as net:
        address = net.one("kad").addresses[0]
        for words in (["find", "closest", "text:x", "--join", address, "--json"], ["help"], ["id", "parse", "text:x"]):
            read, write = os.pipe()
            os.close(read)
            with Running(*words, stdout=write) as call:
                os.close(write)
                call.process.wait(20)
                assert call.process.returncode in (OK, ERROR), words
                assert call.process.stderr.read() == b"", words


@test("closed standard streams are no harm")
def _():
    with kadlab.Testnet() as net:
        address = net.one("kad").addresses[0]
        for closed in ("<&- >&- 2>&-", "<&-", ">&-", "2>&-"):
            command = ["sh", "-c", f'exec "$0" "$@" {closed}', *program(), "get", "text:none", "--join", address]
            run = subprocess.run(command, capture_output=True, timeout=30)
            assert run.returncode == 10 and run.stdout == b"", run
            assert not run.stderr or run.stderr.startswith(b"kad: "), run


@test("a reader that reads nothing cannot keep a node from stopping")
def _():
    with kadlab.Testnet() as net, Running("node", "--json", "--mode", "server") as stuck:
        address = stuck.read_line()["addresses"][0]
        # Until its stdout is full: some hundred bytes for each connection.
        for _ in range(4):
            calls = [Running("ping", address) for _ in range(50)]
            for call in calls:
                with call:
                    call.finish(timeout=30)
        stuck.interrupt(signal.SIGTERM)
        stuck.process.wait(10)
        assert stuck.process.returncode == OK, stuck.process.returncode
        assert net.peers == []


@test("a terminal gets a live line after a moment, which leaves nothing behind")
def _():
    leader, follower = pty.openpty()
    with SilentPeer() as silent:
        process = subprocess.Popen(
            program() + ["get", "text:x", "--timeout", "1", "--join", silent.address],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=follower, env={**os.environ, "TERM": "xterm", "LC_ALL": "C.UTF-8"})
        os.close(follower)
        shown = b""
        try:
            while chunk := os.read(leader, 4096):
                shown += chunk
        except OSError:
            pass  # the other end is closed
        assert process.wait(10) == TIMEOUT and process.stdout.read() == b""
        process.stdout.close()
        os.close(leader)
    assert "asked 0 · waiting".encode() in shown, shown
    assert shown.rindex(b"\r\x1b[K") > shown.rindex("asked".encode()), shown


@test("a command that is quick shows no live line")
def _():
    leader, follower = pty.openpty()
    process = subprocess.Popen(program() + ["help"], stdout=subprocess.PIPE, stderr=follower)
    os.close(follower)
    assert b"Usage" in process.stdout.read() and process.wait(10) == OK
    process.stdout.close()
    try:
        assert os.read(leader, 4096) == b""
    except OSError:
        pass  # nothing was written, and the other end is closed
    os.close(leader)


@test("two times Ctrl-C ends a command that waits, whatever it waits for")
def _():
    with SilentPeer() as silent, Running("get", "text:x", "--join", silent.address) as call:
        assert silent.connected.wait(10)
        call.interrupt().interrupt()
        assert call.finish(timeout=5).status == INTERRUPTED


if __name__ == "__main__":
    main()
