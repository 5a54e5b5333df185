#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""org.libkad.Kad1.Query against the real service: a query as an object."""

import atexit
import hashlib
import time

from kadbus import main, test
from kadnet import Net, Query, in_both

net = Net()
atexit.register(net.stop)
everywhere = in_both(net.addresses[:1])
GONE = "org.freedesktop.DBus.Error.UnknownMethod"


@test("/service/query/results-come-and-are-replayed")
@everywhere
def results_come_and_are_replayed(kadd, client):
    query = Query(client, "closest-peers", "text:somewhere")
    assert query.object["State"] == "prepared" and query.object["Started"] == 0
    assert client.node["State"] == "stopped", "preparing starts nothing"
    before = time.time()
    found = query.finish()
    assert sorted(result["peer"] for result in found) == sorted(net.peers), (found, query.finished)
    assert all(address.startswith("/ip4/127.0.0.1/") for result in found for address in result["addresses"])
    reason, summary = query.finished[0]
    assert reason == summary["outcome"] and reason in ("completed", "starved") and summary["requests"] >= 12, query.finished
    done, replay = query.object.call("GetResults", "(u)", 0)
    assert done and replay == found
    assert query.object.call("GetResults", "(u)", 3) == (True, found[3:])
    assert query.object.call("GetResults", "(u)", len(found)) == (True, [])
    assert query.object.call("GetResults", "(u)", 2**32 - 1) == (True, [])
    assert query.object["State"] == "finished" and query.object["Reason"] == reason
    started, finished = query.object["Started"], query.object["Finished"]
    assert before * 1e6 - 1e6 < started <= finished < time.time() * 1e6 + 1e6
    assert bytes(query.object["KadId"]) == hashlib.sha256(b"somewhere").digest()
    assert (query.object["Kind"], query.object["Key"]) == ("closest-peers", "text:somewhere")
    query.object.call("Release")
    assert query.object.fails("GetResults", "(u)", 0) == GONE


main()
