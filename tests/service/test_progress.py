#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How far long work is, as programs see it: joining, and a check of health."""

import contextlib
import socket
import time

from kadbus import Client, Kadd, Network, main, test, wait_for
from kadnet import Query, options
from kadwatch import Stream, hold

SILENT_ID = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
QUERY = "org.libkad.Kad1.Query"


@contextlib.contextmanager
def joined(size=6):
    """A service whose second bootstrap peer accepts, and never says a word: joining takes two seconds."""
    with Network(size) as network, socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
        slow = f"/ip4/127.0.0.1/tcp/{silent.getsockname()[1]}/p2p/{SILENT_ID}"
        with Kadd(join=[network.join[0], slow]) as kadd, Client(kadd) as client:
            hold(client)
            yield kadd, client


def told(changes):
    """What was told of Progress, in order."""
    return [changed["Progress"] for interface, changed, _ in changes if interface == QUERY and "Progress" in changed]


@test("/service/progress/joining")
def joining():
    with joined() as (_, client):
        stream = Stream(client, "queries")
        query = Query(client, "bootstrap", "")
        changes = query.object.listen_properties()
        assert query.object["Progress"] == (0, 0)
        begin = time.monotonic()
        query.object.call("Start")
        # Two bootstrap peers and the own id; the ranges are not known before that was looked for.
        wait_for(lambda: query.object["Progress"] == (1, 3))
        (row,) = [row for path, row in client.routing.call("ListQueries", "(a{sv})", {}) if path == query.path]
        assert row["progress"] == (1, 3) and row["state"] == "running", row
        query.wait()
        seconds = time.monotonic() - begin
        done, total = query.object["Progress"]
        assert done == total >= 3, (done, total)
        wait_for(lambda: told(changes)[-1:] == [(done, total)])
        seen = told(changes)
        assert [far for far, _ in seen] == sorted(far for far, _ in seen) and seen[0][0] < 3, seen
        # At most four times a second, and the end at once.
        assert len(seen) <= 2 + seconds * 4, (seen, seconds)
        (row,) = [row for path, row in client.routing.call("ListQueries", "(a{sv})", {}) if path == query.path]
        assert row["progress"] == (done, total), row
        run = query.object["Run"]
        stream.wait(lambda lines: any(line.get("event") == "run-progress" and line["done"] == done for line in lines))
        lines = [line for line in stream.lines if line.get("event") == "run-progress" and line["run"] == run]
        assert lines[0]["total"] == 3 and lines[-1]["total"] == total, lines
        assert all(line["command"] == "bootstrap" and line["t"] > 1.6e15 for line in lines), lines
        stream.close()


@test("/service/progress/cancelled-stays-where-it-was")
def cancelled():
    with joined() as (_, client):
        query = Query(client, "bootstrap", "")
        query.object.call("Start")
        wait_for(lambda: query.object["Progress"] == (1, 3))
        query.object.call("Cancel")
        wait_for(lambda: query.finished)
        done, total = query.object["Progress"]
        assert query.finished[0][0] == "cancelled" and done < total, (query.finished, done, total)


@test("/service/progress/checks-of-health")
def checks():
    with joined() as (kadd, client), Client(kadd) as other:
        query = Query(client, "check-health", "")
        query.finish()
        assert query.object["Progress"] == (10, 10)
        mine, others = client.node.listen("HealthProgress"), other.node.listen("HealthProgress")
        rows, _ = client.node.call("Health", "(a{sv})", {})
        wait_for(lambda: (10, 10) in mine)
        assert mine == [(done, 10) for done in range(11)] and len(rows) > 10, (mine, rows)
        other.node.call("Health", "(a{sv})", options(network=False))
        wait_for(lambda: (10, 10) in others)
        # What the other one asked for is told to that one alone.
        assert len(mine) == 11, mine


@test("/service/progress/a-question-has-none")
def question():
    with joined() as (_, client):
        query = Query(client, "closest-peers", "text:x")
        query.finish()
        assert query.object["Progress"] == (0, 0)


main()
