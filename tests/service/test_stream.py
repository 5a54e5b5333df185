#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Streams of lines: org.libkad.Kad1.Monitor.OpenStream() against the real service."""

import fcntl
import json
import os
import time

from gi.repository import GLib

from kadbus import Bus, Client, Kadd, error_name, main, test, wait_for
from kadnet import in_both, options, Net
from kadwatch import Stream, hold

NET = Net(10)
BUFFER_BYTES = 256 * 1024


def fails(client, *topics, **values):
    try:
        Stream(client, *topics, **values)
    except GLib.Error as error:
        return error_name(error)
    raise AssertionError("the stream opened")


def look(client):
    """Makes the node do something."""
    client.routing.call("ClosestPeers", "(sa{sv})", f"text:{time.monotonic()}", {})


def size(stream):
    return sum(len(json.dumps(line, separators=(",", ":"))) + 1 for line in stream.lines)


@test("/service/stream/begins-with-a-header")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    stream = Stream(client, "events")
    stream.wait(lambda lines: len(lines) >= 1)
    header = stream.lines[0]
    assert header["kad-stream"] == 1 and header["peer"] == client.node["PeerId"], header
    assert set(header["topics"]) == {"events"} or "peers" in header["topics"], header
    assert abs(header["started_us"] / 1e6 - time.time()) < 20
    look(client)
    stream.wait(lambda lines: any(line.get("event") == "query-finished" for line in lines))
    assert all("t" in line for line in stream.lines[1:])
    assert not any("delivery" in line or line.get("event") == "query-step" for line in stream.lines)
    stream.close()


@test("/service/stream/what-is-wrong-is-refused")
@in_both(NET.addresses[:1])
def _(kadd, client):
    assert fails(client, "events") == "NotRunning"
    hold(client)
    assert fails(client, "weather") == "InvalidArgument"
    try:
        client.monitor.call("OpenStream", "(asa{sv})", ["events"], {"require:x": GLib.Variant("u", 1)})
        raise AssertionError("it opened")
    except GLib.Error as error:
        assert error_name(error) == "NotSupported", error


@test("/service/stream/eight-of-a-caller")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    streams = [Stream(client, "events") for _ in range(8)]
    assert fails(client, "events") == "LimitReached"
    streams[0].close()
    wait_for(lambda: client.node["PeerId"])
    Stream(client, "events").close()
    for stream in streams[1:]:
        stream.close()


@test("/service/stream/the-reader-end-blocks-and-is-not-inherited")
def _():
    with Kadd(join=NET.addresses[:1]) as kadd, Client(kadd) as client:
        hold(client)
        stream = Stream(client, "events")
        assert not fcntl.fcntl(stream.fd, fcntl.F_GETFL) & os.O_NONBLOCK
        sockets = 0
        for fd in os.listdir(f"/proc/{kadd.process.pid}/fd"):
            try:
                name = os.readlink(f"/proc/{kadd.process.pid}/fd/{fd}")
                info = open(f"/proc/{kadd.process.pid}/fdinfo/{fd}").read()
            except FileNotFoundError:
                continue  # closed meanwhile
            if name.startswith("socket:"):
                flags = int(next(line for line in info.splitlines() if line.startswith("flags:")).split()[1], 8)
                assert flags & os.O_CLOEXEC, name
                sockets += 1
        assert sockets > 1
        stream.close()


@test("/service/stream/closing-frees-all")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)

    def count():
        return len(os.listdir(f"/proc/{kadd.process.pid}/fd"))

    wait_for(lambda: client.node["State"] == "online", 30)
    time.sleep(1)
    before = count()
    streams = [Stream(client, "trace", "steps", "events") for _ in range(8)]
    assert count() >= before + 8
    for stream in streams:
        stream.close()
    wait_for(lambda: count() <= before + 2, 10)


@test("/service/stream/ends-with-its-caller")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    where = client.connection.get_unique_name()
    other = Client(kadd.bus if where else kadd)
    stream = Stream(other, "events", "trace")
    stream.wait(lambda lines: lines)
    other.close()
    stream.wait(lambda lines: stream.ended, 10)
    stream.close()


@test("/service/stream/steps-and-trace-only-while-somebody-wants-them")
@in_both(NET.addresses[:1])
def _(kadd, client):
    hold(client)
    plain = Stream(client, "events")
    traced = Stream(client, "events", "steps", "trace")
    client.routing.call("ClosestPeers", "(sa{sv})", "text:a", {})
    traced.wait(lambda lines: any(line.get("event") == "query-finished" for line in lines)
                and any("delivery" in line for line in lines))
    assert any(line.get("event") == "query-step" for line in traced.lines), traced.lines[-5:]
    plain.wait(lambda lines: any(line.get("event") == "query-finished" for line in lines))
    assert not any("delivery" in line or line.get("event") == "query-step" for line in plain.lines)
    # Each event once, followed by its delivery.
    for line, after in zip(traced.lines, traced.lines[1:]):
        if "delivery" in after:
            assert line.get("event") == after["delivery"]["event"], (line, after)
    steps = Stream(client, "steps")
    traced.close()
    client.routing.call("ClosestPeers", "(sa{sv})", "text:b", {})
    steps.wait(lambda lines: any(line.get("event") == "query-step" for line in lines))
    assert all(line.get("event") == "query-step" for line in steps.lines[1:])
    steps.close()
    plain.close()


@test("/service/stream/a-slow-reader-loses-and-is-told")
def _():
    with Kadd(join=NET.addresses[:1]) as kadd, Client(kadd) as client:
        hold(client)
        wait_for(lambda: client.node["State"] == "online", 30)
        slow = Stream(client, "events", "steps", "trace")
        fast = Stream(client, "events", "steps", "trace")
        began = time.monotonic()
        n = 0
        while size(fast) < 3 * BUFFER_BYTES:
            client.routing.call("ClosestPeers", "(sa{sv})", f"text:{n}", {})
            fast.read(0.01)
            n += 1
            # Below what a caller may have in a second, so that only slowness loses.
            while size(fast) > 300 * 1024 * (time.monotonic() - began + 1):
                fast.read(0.05)
            assert time.monotonic() - began < 90, (n, len(fast.lines))
        slow.wait(lambda lines: any("lost" in line for line in lines))
        client.routing.call("ClosestPeers", "(sa{sv})", "text:after", {})
        # What was lost and what came is all there was; both are read to their ends, which may take a while.
        for _ in range(30):
            slow.read(0.5)
            fast.read(0.5)
            lost = sum(line["lost"] for line in slow.lines if "lost" in line)
            told = len([line for line in slow.lines if "lost" not in line])
            if told + lost == len(fast.lines):
                break
        assert lost > 0 and not any("lost" in line for line in fast.lines)
        assert told + lost == len(fast.lines), (told, lost, len(fast.lines))
        slow.close()
        fast.close()


@test("/service/stream/so-much-of-the-trace-in-a-second")
def _():
    with Kadd(join=NET.addresses[:1]) as kadd, Client(kadd) as client, Client(kadd) as other:
        hold(client)
        wait_for(lambda: client.node["State"] == "online", 30)
        streams = [Stream(client, "trace", "steps") for _ in range(8)]
        single = Stream(other, "trace", "steps")
        began = time.monotonic()
        n = 0
        while not any("lost" in line for stream in streams for line in stream.lines):
            client.routing.call("ClosestPeers", "(sa{sv})", f"text:{n}", {})
            for stream in streams + [single]:
                stream.read(0)
            n += 1
            assert time.monotonic() - began < 60, n
        seconds = time.monotonic() - began
        # A second's worth was there at the beginning.
        assert sum(size(stream) for stream in streams) <= (seconds + 1.1) * 1024 * 1024
        # Another caller has a share of its own.
        assert not any("lost" in line for line in single.lines)
        for stream in streams + [single]:
            stream.close()


main(at_end=NET.stop)
