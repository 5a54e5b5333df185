#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad node --record and kad play: recordings of a real network, as docs/events.md says, and damaged ones."""

import json
import os
import pathlib
import re
import stat
import subprocess
import tempfile
import time
import unicodedata

import kadstream
from kadtool import ERROR, INTERRUPTED, OK, USAGE, Running, kad, main, refused_address, test

HEADER = {"kad-stream": 1, "version": "0.1.0", "peer": "12D3KooWAu1yTtD9UKG1ihtDSEZaDviCeREny1v987KUnQwkxexf",
          "started_us": 1700000000000000, "topics": ["events"]}
DEAD = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
ROOT = pathlib.Path(__file__).resolve().parents[2]


def event(seconds, name="joined", **fields):
    return {"t": HEADER["started_us"] + int(seconds * 1e6), "event": name, **fields}


def recording(*lines, header=HEADER):
    return b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in (header, *lines))


def play(data, *options):
    return kad("play", "-", *options, data=data)


class Recorded:
    """What a node did that asked another for all there is, recorded."""

    def __init__(self, folder, *topics):
        self.path = pathlib.Path(folder, "recording")
        options = [option for topic in topics for option in ("--topic", topic)]
        with Running("node", "--json", "--mode", "server") as server:
            address = server.read_line()["addresses"][0]
            self.record(address, options)
        self.data = self.path.read_bytes()
        self.lines = kadstream.check_stream(self.data)

    def record(self, address, options):
        call = Running("node", "--json", "--commands", "--mode", "server", "--join", address,
                       "--join", f"{refused_address()}/p2p/{DEAD}", "--record", self.path,
                       *options, stdin=subprocess.PIPE)
        with call:
            self.events = [call.read_line()]
            while self.events[-1]["event"] != "joined":
                self.events.append(call.read_line())
            self.answers = [self.run(call, number, *request) for number, request in enumerate((
                ("get-record", {"key": "text:absent"}),
                ("put-record", {"key": "text:there", "value": "A value"}),
                ("get-record", {"key": "text:there"}),
                ("start-provide", {"key": "text:there"}),
                ("get-providers", {"key": "text:there"}),
                ("dial", {"address": "/ip4/127.0.0.1/tcp/1", "timeout-ms": 3000}),
                ("show-queries", {})))]
            result = call.finish(timeout=30)
            self.events += [json.loads(line) for line in result.out.splitlines()]
            assert result.status == OK, result

    def run(self, call, number, command, options):
        call.process.stdin.write(json.dumps({"id": number, "command": command, "options": options}).encode() + b"\n")
        call.process.stdin.flush()
        while True:
            line = call.read_line()
            self.events += [line] if "event" in line else []
            if line.get("id") == number and ("done" in line or "error" in line):
                return line

    def named(self, name):
        return [line for found, line in self.lines if found == name]


@test("a recording of a real network conforms to docs/events.md line by line, and says whose each query is")
def _():
    with tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(folder, "events", "steps", "trace")
        assert stat.S_IMODE(os.stat(recorded.path).st_mode) == 0o600
        header = recorded.lines[0][1]
        assert header["kad-stream"] == 1 and header["topics"] == ["events", "steps", "trace"], header
        seen = {name for name, _ in recorded.lines}
        assert {"listening", "joined", "peer-connected", "peer-identified", "table-added", "query-started",
                "query-progress", "query-step", "query-finished", "delivery"} <= seen, seen
        times = [line["t"] for _, line in recorded.lines[1:]]
        assert times == sorted(times) and times[0] >= header["started_us"]
        # Seven runs, of which five have queries, and each has its own.
        runs = {line["run"]: line["kind"] for line in recorded.named("query-started") if line["run"] != 0}
        assert runs == {1: "get-record", 2: "put-record", 3: "get-record", 4: "start-provide", 5: "get-providers"}, runs
        started = {line["query"]: line for line in recorded.named("query-started")}
        finished = {line["query"]: line for line in recorded.named("query-finished")}
        assert all(finished[query]["run"] == line["run"] for query, line in started.items() if query in finished)
        assert {line["run"] for line in finished.values()} >= {1, 2, 3, 4, 5}, finished
        assert {line["run"] for line in recorded.named("query-step")} >= {1, 2, 3, 4, 5}


@test("the steps of a query tell its whole way: who was heard, asked, answered or not, values and the end of the walk")
def _():
    with tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(folder, "steps")
        assert {name for name, _ in recorded.lines} == {"header", "query-step"}
        steps = recorded.named("query-step")
        kinds = {step["step"] for step in steps}
        assert {"dial", "send", "reply", "heard", "value", "provider", "path-ended"} <= kinds, kinds
        for run in (1, 2, 3, 4, 5):
            own = [step for step in steps if step["run"] == run]
            order = [step["step"] for step in own]
            assert order.index("heard") < order.index("send") < order.index("reply"), order
            assert "path-ended" in order, order
            times = [step["duration_us"] for step in own]
            assert times == sorted(times) and times[0] >= 0, times
            for step in own:
                assert ("rtt_us" in step) == (step["step"] == "reply" and "rtt_us" in step)
                assert 0 <= step.get("distance_bits", 0) <= 256
        replies = [step for step in steps if step["step"] == "reply" and step["kind"] != "start-provide"]
        # An ADD_PROVIDER has no answer that could be timed.
        assert replies and all(step["rtt_us"] >= 0 for step in replies)
        failed = [step for step in steps if step["step"] == "fail"]
        assert failed and all(step["kind"] == "bootstrap" and step["run"] == 0 for step in failed), failed
        assert all(len(step["reason"]) > 5 and step["peer"] == DEAD for step in failed), failed


@test("deliveries say who was asked and who consumed, by name and run")
def _():
    with tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(folder, "trace")
        assert {name for name, _ in recorded.lines} == {"header", "delivery"}
        ways = [line["delivery"] for line in recorded.named("delivery")]
        consumed = [way for way in ways if way["event"] == "query-progress" and way["run"] == 3]
        assert consumed, ways
        for way in consumed:
            assert way["asked"] == ["get-record"] and way["asked_runs"] == [3] and way["n_asked"] == 1, way
            assert way["consumer"] == "get-record" and way["consumer_run"] == 3 and way["duration_us"] >= 0, way
        assert all(way["consumer"] is None for way in ways if way["event"] == "listening")


@test("without a topic all events are recorded and nothing is traced")
def _():
    with tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(folder)
        names = {name for name, _ in recorded.lines}
        assert "query-started" in names and not names & {"query-step", "delivery", "request-served"}, names


@test("the lines of kad node --json are of the same format")
def _():
    schema = kadstream.read_schema()
    with tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(folder)
        told = [line for line in recorded.events if "event" in line and line["event"] != "listening"]
        assert told
        for line in told:
            kadstream.check_line(schema, json.dumps(line))


@test("played with --json it is the same, byte by byte; as text it is a line each")
def _():
    with tempfile.TemporaryDirectory() as folder:
        recorded = Recorded(folder, "events", "steps", "trace")
        again = kad("play", recorded.path, "--json").expect(OK)
        assert again.out == recorded.data and again.err == b"", again
        assert kad("play", "-", "--json", data=again.out).expect(OK).out == recorded.data
        text = kad("play", recorded.path).expect(OK).out.decode().splitlines()
        assert len(text) == len(recorded.lines)
        assert text[0].startswith("Recorded by " + recorded.lines[0][1]["peer"]), text[0]
        for line, (name, fields) in zip(text[1:], recorded.lines[1:]):
            match = re.match(r" *(\d+\.\d{6})  (delivery )?([a-z-]+)", line)
            assert match, line
            assert abs(float(match.group(1)) - (fields["t"] - recorded.lines[0][1]["started_us"]) / 1e6) < 1e-5
            assert match.group(3) == (fields["delivery"]["event"] if name == "delivery" else name), line


@test("topics and times choose")
def _():
    data = recording(
        event(1, "joined", table=1), event(2, "peer-connected", peer="p"), event(3, "table-added", peer="p", bucket=2),
        {"t": HEADER["started_us"] + 4000000, "delivery": {"event": "joined"}},
        {"t": HEADER["started_us"] + 5000000, "lost": 3}, event(6, "query-step", step="dial"),
        event(7, "something-newer", field=1))

    def chosen(*options):
        lines = play(data, "--json", *options).expect(OK).lines[1:]
        return [int((line["t"] - HEADER["started_us"]) / 1e6) for line in lines]
    assert chosen() == [1, 2, 3, 4, 5, 6, 7]
    assert chosen("--topic", "peers") == [2, 5]
    assert chosen("--topic", "events") == [1, 2, 3, 5]
    assert chosen("--topic", "steps", "--topic", "trace") == [4, 5, 6]
    assert chosen("--from", "2.5", "--until", "4") == [3, 4]
    assert chosen("--from", "8") == []


@test("speed keeps the distances between lines, and a signal ends the waiting")
def _():
    data = recording(event(0), event(2), event(4))
    result = play(data, "--json", "--speed", "10").expect(OK)
    assert 0.4 <= result.seconds < 20, result.seconds
    with tempfile.NamedTemporaryFile() as file:
        file.write(recording(event(0), event(3600)))
        file.flush()
        with Running("play", file.name, "--json", "--speed", "1") as call:
            assert call.read_line() == HEADER
            assert call.read_line()["event"] == "joined"
            time.sleep(0.2)
            assert call.interrupt().finish().status == INTERRUPTED
    with Running("play", "-", stdin=subprocess.PIPE) as call:
        time.sleep(0.3)
        call.process.send_signal(2)
        assert call.process.wait(timeout=30) == INTERRUPTED


@test("damaged lines are told with their numbers and skipped")
def _():
    data = recording(event(1), b"{\"t\":1", b"\xff\xfe", event(2), b"", b"[]", {"t": 5}, {"event": "joined"},
                     {"t": "5", "event": "joined"}, b"{\"t\":1,\"event\":\"joined\",\"x\":\"" + b"y" * 70000 + b"\"}",
                     b"\0" * 10, event(3))
    for options in ((), ("--json",)):
        result = play(data, *options).expect(OK)
        numbers = [int(n) for n in re.findall(rb"^kad: line (\d+) is skipped", result.err, re.M)]
        assert numbers == [3, 4, 6, 7, 8, 9, 10, 11, 12], result
        assert len(result.out.splitlines()) == 4, result
    assert b"65536" in result.err
    # A crash in the middle of a line.
    cut = play(recording(event(1), event(2))[:-5], "--json").expect(OK)
    assert len(cut.lines) == 2 and b"line 3 is skipped" in cut.err, cut


@test("what has no header, or one of a later version, is refused with words that help")
def _():
    for data in (b"", b"\n", b"hello\n", b"{}\n", recording(header=event(1)), recording(header={"kad-stream": 0}),
                 recording(header={"kad-stream": "1"}), recording(header={"kad-stream": 1}),
                 recording(header={**HEADER, "topics": [1]}), b"x" * 200000):
        result = play(data).expect(ERROR)
        assert result.out == b"" and b"is no recording" in result.err, result
    newer = play(recording(event(1), header={**HEADER, "kad-stream": 2, "version": "9.9"})).expect(ERROR)
    assert b"version 2" in newer.err and b"9.9" in newer.err and newer.out == b"", newer
    assert kad("play", "/nonexistent").expect(ERROR).err.count(b"/nonexistent") == 1
    assert play(recording(header={**HEADER, "kad-stream": 2}), "--json").expect(ERROR).code == "NotSupported"


@test("a hostile recording moves no cursor and turns no text")
def _():
    evil = "\x1b[2J\u202e\x9b5m\x07"
    data = recording(event(1, "joined" + evil, **{"reason" + evil: evil, "list": [evil], "deep": {"a": evil}}),
                     header={**HEADER, "peer": evil, "version": evil, "topics": [evil]})
    for options in ((), ("--json",)):
        out = play(data, *options).expect(OK).out.decode()
        assert not set(evil) - set("[2J5m") & set(out), repr(out)


@test("wrong options are usage errors")
def _():
    for options in (("--speed", "0"), ("--speed", "fast"), ("--speed", "-1"), ("--topic", "all"), ("--from", "x"),
                    ("--until", "1e99"), ("--until", "")):
        play(recording(), *options).expect(USAGE)
    kad("play").expect(USAGE)
    kad("node", "--topic", "peers").expect(USAGE)
    kad("node", "--record", "/nonexistent/file").expect(ERROR)
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "recording")
        kad("node", "--record", path, "--topic", "nothing").expect(USAGE)
        assert not path.exists()


@test("a full disk ends the recording, not the node")
def _():
    with Running("node", "--record", "/dev/full", "--json") as call:
        assert call.finish().status == ERROR


@test("thousands of random events, with any bytes in them, are lines of JSON that move no cursor and play again")
def _():
    for seed in (1, 2, 3):
        data = subprocess.run([os.environ["KAD_STREAM_LINES"], str(seed), "2000"], check=True, capture_output=True).stdout
        lines = data.decode().splitlines()
        assert len(lines) == 2001
        n_cut = 0
        for line in lines:
            assert not {unicodedata.category(c) for c in line} & {"Cc", "Cf", "Zl", "Zp"}, line
            assert len(line.encode()) < kadstream.MAX_LINE_BYTES, line
            n_cut += json.loads(line).get("truncated", False)
        assert 10 < n_cut < 500, n_cut
        assert play(data, "--json").expect(OK).out == data
        assert len(play(data).expect(OK).out.splitlines()) == 2001


@test("every type of event of the library is in docs/events.md, and has a topic there")
def _():
    source = (ROOT / "kad-core" / "base" / "kad-event.c").read_text(encoding="utf-8")
    names = re.findall(r'"([a-z-]+)"', source.split("type_names[] = {")[1].split("};")[0])
    schema = kadstream.read_schema()
    assert len(names) > 20 and not set(names) - set(schema), set(names) - set(schema)
    assert set(schema) - set(names) == {"header", "delivery", "delivery.delivery", "lost"}, set(schema) - set(names)


main()
