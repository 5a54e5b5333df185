#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad provide with many keys: in words, in a file and on stdin; with the service and without."""

import contextlib
import json
import pathlib
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

from kadbus import Kadd, Network  # noqa: E402
from kadtool import (  # noqa: E402
    ERROR, INTERRUPTED, OFFLINE, OK, REFUSED, TIMEOUT, USAGE, Running, kad, kad_json, kadlab, main, test)

MANY = [f"text:{number}" for number in range(4000)]


@contextlib.contextmanager
def file_of(data):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "keys")
        path.write_bytes(data if isinstance(data, bytes) else "".join(f"{key}\n" for key in data).encode())
        yield str(path)


@contextlib.contextmanager
def service(size=3):
    """A network, and a function that runs the tool with a service in it."""
    with Network(size) as network, Kadd(join=network.join) as kadd:
        yield network, {"KAD_ADDRESS": kadd.address}


def rows_of(answer):
    """Also of the keys that failed."""
    return [line for line in answer.lines if "key" in line]


def keys_of(answer):
    return sorted(line["key"] for line in rows_of(answer))


def end(call):
    """What it wrote after the lines that were read already, its end and its status."""
    with contextlib.closing(call.process.stdout) as out, contextlib.closing(call.process.stderr) as err:
        lines = out.read().decode().splitlines()
        return lines, err.read().decode(), call.process.wait(60)


def takes_signals(pid):
    """It has SIGINT blocked, and reads of it by a descriptor."""
    status = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(status["SigBlk"], 16) & 1 << (signal.SIGINT - 1)


# ---- on a node of its own ----


@test("many keys are announced, each is told as it ends, and a sum comes last")
def _():
    with Network(3) as network:
        keys = [f"text:{number}" for number in range(20)]
        answer = kad_json("provide", *keys, "text:3", "--once", "--join", *network.join).expect_done()
        assert keys_of(answer) == sorted(keys), answer
        for line in answer.results:
            assert set(line) == {"key", "stored", "wanted"} and line["stored"] == line["wanted"] == 3, line
        assert (answer.last["keys"], answer.last["published"], answer.last["failed"]) == (20, 20, 0), answer
        assert network.providers("text:0") and network.providers("text:19")
        answer = kad("provide", "text:a", "text:b", "--once", "--join", *network.join).expect(OK)
        lines = answer.out.decode().splitlines()
        assert sorted(lines[:2]) == ["text:a: 3 of 3 peers keep it", "text:b: 3 of 3 peers keep it"], answer
        assert lines[2:] == ["Published 2 of 2 keys"] and answer.err == b"", answer


@test("the node stays and keeps them announced until it is interrupted")
def _():
    with Network(3) as network, \
            Running("provide", "text:a", "text:b", "--json", "--join", *network.join) as provider:
        assert {provider.read_line()["key"] for _ in range(2)} == {"text:a", "text:b"}
        assert provider.read_line()["done"] is True
        (same,) = network.providers("text:a")
        assert network.providers("text:b") == {same}
        answer = provider.interrupt().finish().expect(INTERRUPTED)
        assert answer.out == b"" and b"Until then" not in answer.err, answer


@test("keys come from a file and from stdin, beside words; blank lines, comments and CRLF are none of them")
def _():
    data = "# mine\r\ntext:x\r\n\r\n  \t\n  # more\ntext:two words\ntext:ü\ntext:x".encode()
    with Network(2) as network, file_of(data) as path:
        once = ["--once", "--join", *network.join]
        answer = kad_json("provide", "--keys-from", path, "text:word", *once).expect_done()
        assert keys_of(answer) == ["text:two words", "text:word", "text:x", "text:ü"], answer
        assert network.providers("text:two words") and network.providers("text:ü")
        answer = kad_json("provide", "--keys-from", "-", *once, data=data).expect_done()
        assert keys_of(answer) == ["text:two words", "text:x", "text:ü"], answer
        answer = kad_json("provide", "--keys-from", "/dev/stdin", "text:x", *once, data=b"text:y").expect_done()
        assert keys_of(answer) == ["text:x", "text:y"], answer
        raw = kad_json("provide", "--keys-from", "-", "--raw-key", *once, data=b"text:k1\nhex:6b31\ntext:k2\n").expect_done()
        assert raw.last["keys"] == 2, raw
        # One key is as ever, wherever it stands.
        for words in (["text:x"], ["text:x", "text:x"], ["--keys-from", "-"]):
            answer = kad_json("provide", *words, *once, data=b"text:x\n").expect_done()
            assert answer.results == [] and answer.last["stored"] == 2 and "keys" not in answer.last, answer


@test("a bad line is named by its number, and nothing is published")
def _():
    wrong = [
        (b"text:a\n\nnope\ntext:b\n", "line 3", USAGE, "InvalidKey"),
        (b"text:a\ntext:b\n\xff\xfe\n", "line 3", USAGE, "InvalidKey"),
        (b"text:a\ntext:\0\n", "line 2", USAGE, "InvalidKey"),
        (b"text:a\ntext:" + b"x" * 2000 + b"\nhex:" + b"00" * 81, "line 3", USAGE, "InvalidKey"),
        (b"", "no key", USAGE, "InvalidArgument"),
        (b"# nothing\n\n \n", "no key", USAGE, "InvalidArgument"),
        (b"text:a\n" * 4097, "line 4097", REFUSED, "LimitReached"),
        (b"#" * (1024 * 1024 + 1), "1048576 bytes", REFUSED, "RecordTooLarge"),
    ]
    with Network(1) as network:
        once = ["--once", "--join", *network.join]
        for data, words, status, code in wrong:
            with file_of(data) as path:
                answer = kad_json("provide", "--keys-from", path, *once).expect_error(status, code)
                assert path in answer.last["error"]["message"] and words in answer.last["error"]["message"], answer
                answer = kad_json("provide", "--keys-from", "-", *once, data=data).expect_error(status, code)
                assert "stdin" in answer.last["error"]["message"], answer
        for path, word in (("/nonexistent/keys", "/nonexistent/keys"), ("/", "directory")):
            answer = kad_json("provide", "--keys-from", path, *once).expect(ERROR)
            assert word in answer.last["error"]["message"], answer
        assert "KEY" in kad_json("provide", *once).expect_error(USAGE, "InvalidArgument").last["error"]["message"]
        answer = kad_json("provide", "text:a", "nope", *once).expect_error(USAGE, "InvalidKey")
        assert "nope" in answer.last["error"]["message"], answer
        assert network.providers("text:a") == set()


@test("what fails does not stop the others, and is the exit status")
def _():
    with Network(20) as network, file_of(MANY) as path, \
            Running("provide", "--keys-from", path, "--once", "--json", "--join", *network.join) as call:
        assert call.read_line()["stored"] == 20
        network.process.kill()
        lines, _, status = end(call)
        rows, last = [json.loads(line) for line in lines[:-1]], json.loads(lines[-1])
        failed = [line for line in rows if "error" in line]
        assert failed and len(rows) == len(MANY) - 1, (len(failed), len(rows))
        assert all(set(line) == {"key", "stored", "wanted", "error", "message"} for line in failed), failed[0]
        assert last["done"] is True and last["failed"] == len(failed), last
        assert last["published"] == len(MANY) - len(failed), last
        assert status == {"Offline": OFFLINE, "Timeout": TIMEOUT}.get(failed[0]["error"], ERROR), (status, failed[0])


@test("when all fail, the run fails as the first did")
def _():
    answer = kad_json("provide", "text:a", "text:b", "--once", "--listen", "/ip4/127.0.0.1/tcp/0")
    assert answer.status == OFFLINE and keys_of(answer) == ["text:a", "text:b"], answer
    assert answer.last["error"]["code"] == "NotBootstrapped" == rows_of(answer)[0]["error"], answer


@test("Ctrl-C tells what was done, with status 130")
def _():
    with Network(20) as network, file_of(MANY) as path, \
            Running("provide", "--keys-from", path, "--join", *network.join) as call:
        assert call.process.stdout.readline().endswith(b": 20 of 20 peers keep it\n")
        lines, said, status = end(call.interrupt())
        assert status == INTERRUPTED and len(lines) < len(MANY) - 1, (status, len(lines))
        assert f"Until then {len(lines) + 1} of {len(MANY)} keys were published" in said, (len(lines), said)
    with Running("provide", "--keys-from", "-", "--json", stdin=subprocess.PIPE) as call:
        call.process.stdin.write(b"text:half of")
        call.process.stdin.flush()
        kadlab.eventually(lambda: takes_signals(call.process.pid), what="a tool that takes signals")
        call.interrupt()
        assert call.process.wait(10) == INTERRUPTED


# ---- with the service ----


@test("the service keeps them published, each with its line")
def _():
    with service() as (network, environment):
        keys = [f"text:{number}" for number in range(20)]
        answer = kad_json("provide", *keys, env=environment).expect_done()
        assert keys_of(answer) == sorted(keys), answer
        for line in answer.results:
            assert set(line) == {"key", "stored", "wanted", "publication"} and line["stored"] == 3, line
        assert (answer.last["keys"], answer.last["published"], answer.last["failed"]) == (20, 20, 0), answer
        rows = kad_json("publications", env=environment).expect(OK).results
        assert {row["lifetime"] for row in rows} == {"persistent"} and {row["app_id"] for row in rows} == {"kad"}, rows
        assert {row["path"] for row in rows} == {line["publication"] for line in answer.results}
        assert network.providers("text:19")
        kad_json("unprovide", *keys, env=environment).expect(OK)
        answer = kad("provide", "text:a", "text:b", env=environment).expect(OK)
        lines = answer.out.decode().splitlines()
        assert sorted(lines[:2]) == ["text:a: 3 of 3 peers keep it", "text:b: 3 of 3 peers keep it"], answer
        assert lines[2:] == ["Published 2 of 2 keys"] and b"unprovide" in answer.err, answer


@test("with --once the service keeps nothing, and with --session until Ctrl-C")
def _():
    with service() as (network, environment):
        answer = kad_json("provide", "text:a", "text:b", "--once", env=environment).expect_done()
        assert keys_of(answer) == ["text:a", "text:b"] and answer.last["published"] == 2, answer
        assert network.providers("text:b")
        assert kad_json("publications", env=environment).expect(OK).results == []
        with Running("provide", "text:c", "text:d", "--session", "--json", env=environment) as call:
            assert {call.read_line()["key"] for _ in range(2)} == {"text:c", "text:d"}
            assert call.read_line()["done"] is True
            rows = kad_json("publications", env=environment).expect(OK).results
            assert [row["lifetime"] for row in rows] == ["session", "session"], rows
            answer = call.interrupt().finish().expect(INTERRUPTED)
            assert answer.out == b"" and b"Until then" not in answer.err, answer
        kadlab.eventually(lambda: kad_json("publications", env=environment).expect(OK).results == [], what="an end")


@test("Ctrl-C with the service: what was begun is told, and nothing else is")
def _():
    with service() as (network, environment):
        kad("up", env=environment).expect(OK)
        kad_json("provide", "text:first", "--once", env=environment).expect_done()
        network.process.send_signal(signal.SIGSTOP)
        try:
            with Running("provide", *MANY[:100], env=environment) as call:
                kadlab.eventually(
                    lambda: len(kad_json("publications", env=environment).expect(OK).results) == 8, what="eight")
                answer = call.interrupt().finish().expect(INTERRUPTED)
            lines = answer.out.decode().splitlines()
            assert len(lines) == 8 and all("It is published" in line for line in lines), answer
            assert b"Until then 0 of 100 keys were published" in answer.err, answer
        finally:
            network.process.send_signal(signal.SIGCONT)
        assert len(kad_json("publications", env=environment).expect(OK).results) == 8


main()
