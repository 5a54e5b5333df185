#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kadd --demo: the service in a living network of its own, which is in no network and on no disk."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

from kadbus import Client, main, test, wait_for
from kadnet import options
from kadwatch import Stream, Watch, read_table

DAEMON = os.environ["KAD_DAEMON"]
PATIENCE = float(os.environ.get("KAD_TEST_PATIENCE", "1"))
TABLE_FULL_S = 5


class Demo:
    """A demonstration, and a client of it. Its folder is all that it could write to."""

    def __init__(self, count="", *arguments):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kadd-demo-"))
        (self.folder / "run").mkdir()
        (self.folder / "home").mkdir()
        home = str(self.folder / "home")
        environment = dict(os.environ, HOME=home, XDG_CONFIG_HOME=home, XDG_STATE_HOME=home, XDG_CACHE_HOME=home,
                           XDG_DATA_HOME=home)
        self.errors = open(self.folder / "errors", "wb+")
        self.process = subprocess.Popen(
            [DAEMON, f"--demo={count}" if count else "--demo", f"--address=unix:path={self.folder}/run/socket",
             *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=self.errors, env=environment, cwd=home, text=True)
        self.begun = time.monotonic()
        self.address = self.process.stdout.readline().strip()
        assert self.address, self.said()
        self.client = Client(self.address)

    def said(self):
        return (self.folder / "errors").read_text(errors="replace")

    def wait_table(self, size, seconds=60):
        wait_for(lambda: self.client.node["RoutingTableSize"] >= size, seconds)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        was_over = self.process.poll() is not None
        self.client.close()
        if not was_over:
            self.process.terminate()
        status = self.process.wait(20)
        self.process.stdout.close()
        said = self.said()
        self.errors.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if kind is not None:
            print(f"# kadd ended {was_over} with {status}: {said!r}")
        else:
            assert status == 0, f"kadd ended with {status}: {said}"
            assert "CRITICAL" not in said and "WARNING" not in said, said


def listed(client):
    return client.routing.call("ListQueries", "(a{sv})", options(all=True))


@test("/service/demo/all-nodes-are-seen")
def all_nodes_are_seen():
    with Demo(15) as demo:
        seen = set()

        def look():
            seen.update(read_table(demo.client)[1])
            return len(seen) >= 15

        wait_for(lambda: demo.client.node["State"] == "online")
        wait_for(look, 60)
        (reachability,), _ = demo.client.routing.call("Run", "(sa{sv})", "show-reachability", {})
        assert reachability["state"] == "local" and reachability["listening"] == ["/memory/4000"], reachability
        assert demo.client.node["Network"] == "private:demo" and demo.client.settings.call("Get")["mode"] == "server"


@test("/service/demo/a-hundred-at-once")
def a_hundred():
    with Demo() as demo:
        # No bucket has more than 20, so not all of them are in the table.
        demo.wait_table(45, TABLE_FULL_S * PATIENCE)
        buckets = demo.client.table.call("GetBuckets", "(s)", "")
        assert len(buckets) >= 4 and buckets[0][1] >= 15, buckets
        wait_for(lambda: len({row[5] for row in read_table(demo.client)[1].values()}) >= 5, 30)
        agents = {row[5].split("/")[0] for row in read_table(demo.client)[1].values()}
        assert {"kubo", "rust-libp2p", "js-libp2p", "kad"} <= agents, agents
        assert all(row[6][0].startswith("/memory/") for row in read_table(demo.client)[1].values() if row[6])


@test("/service/demo/nodes-come-and-go")
def nodes_come_and_go():
    with Demo(12) as demo:
        demo.wait_table(10)
        watch = Watch(demo.client, "table", "peers")
        at_first = set(read_table(demo.client)[1])
        wait_for(lambda: {row[0] for batch in watch.table for row in batch[1]} - at_first, 120)
        wait_for(lambda: any(batch[2] for batch in watch.peers), 120)
        watch.close()


@test("/service/demo/it-asks-and-fails")
def it_asks():
    with Demo(24) as demo:
        demo.wait_table(10)
        stream = Stream(demo.client, "queries", "steps", "trace")

        def done(lines):
            kinds = {line["kind"] for line in lines if line.get("event") == "query-started" and line["run"] != 0}
            steps = {line["step"] for line in lines if line.get("event") == "query-step"}
            return kinds >= {"get-record", "get-providers", "closest-peers", "find-peer", "start-provide"} and steps >= {
                "dial", "send", "reply", "fail", "heard", "provider", "value", "path-ended"}

        stream.wait(done, 100)
        assert any("delivery" in line for line in stream.lines)
        queries = [(path, details) for path, details in listed(demo.client) if details.get("detached")]
        kinds = {details["kind"] for _, details in queries}
        assert kinds >= {"get-record", "find-providers", "closest-peers", "find-peer", "provide"}, kinds
        path, details = next(entry for entry in queries if entry[1]["state"] == "finished" and entry[1]["kind"] == "closest-peers")
        there = demo.client.at(path, "Query")
        _, steps = there.call("GetSteps", "(u)", 0)
        assert len(steps) > 10 and there["Run"] == details["run"] != 0, (len(steps), details)
        # Once all are as far away as they shall be, walks take a while, and some a long one.
        wait_for(lambda: any(details["state"] == "finished" and details["finished"] - details["started"] > 500_000
                             for _, details in listed(demo.client)), 60)
        contacts = [line.get("rtt_us", 0) for line in stream.read() if line.get("step") == "reply" and line["run"] != 0]
        assert max(contacts) > 50_000, contacts
        stream.close()


@test("/service/demo/records-and-publications")
def records_and_publications():
    with Demo(24) as demo:
        demo.wait_table(10)
        wait_for(lambda: demo.client.records.call("ListRecords", "(uua{sv})", 0, 100, {})[2] >= 5, 60)
        wait_for(lambda: demo.client.records.call("ListProviders", "(uua{sv})", 0, 100, {})[2] >= 5, 60)

        def publications():
            got = [details for _, details in demo.client.publications.call("List", "(a{sv})", options(all=True))]
            return got if len(got) == 5 and all(details["last_run_us"] and not details["running"] for details in got) else None

        got = wait_for(publications, 120)
        assert {details["lifetime"] for details in got} == {"session", "persistent"}, got
        assert {details["kind"] for details in got} == {"provider", "record"}, got
        failed = [details["app_id"] for details in got if details["stored"] == 0]
        assert failed == ["org.example.Notes"] and max(details["stored"] for details in got) >= 10, got
        # What one of the others has put.
        (record,) = demo.client.routing.call("GetRecord", "(sa{sv})", "text:weather/berlin", {})[-1:]
        assert "rain" in bytes(record["value"]).decode(), record


@test("/service/demo/the-same-seed-gives-the-same-nodes")
def seeds():
    def look(*arguments):
        with Demo(12, *arguments) as demo:
            demo.wait_table(10)
            return demo.client.node["PeerId"], set(read_table(demo.client)[1])

    one, other, strange, usual = look("--seed=7"), look("--seed", 7), look("--seed=8"), look()
    assert one[0] == other[0] and len(one[1] & other[1]) >= 8, (one, other)
    assert one[0] != strange[0] and not one[1] & strange[1], (one, strange)
    assert one[0] != usual[0] and not one[1] & usual[1], (one, usual)


def sockets(pid):
    found = set()
    for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        try:
            match = re.fullmatch(r"socket:\[(\d+)\]", os.readlink(descriptor))
        except FileNotFoundError:
            continue
        if match:
            found.add(match.group(1))
    return found


@test("/service/demo/no-network-and-no-disk")
def no_network():
    with Demo(12) as demo:
        demo.wait_table(10)
        wait_for(lambda: any(details["state"] == "finished" for _, details in listed(demo.client)), 60)
        demo.client.settings.call("Set", "(sv)", "idle-exit", options(x=77)["x"])
        assert demo.client.settings.call("Get")["idle-exit"] == 77
        mine = sockets(demo.process.pid)
        table = pathlib.Path(f"/proc/{demo.process.pid}/net/unix").read_text().splitlines()[1:]
        unix = {line.split()[6] for line in table}
        assert mine and mine <= unix, mine - unix
        names = {os.path.basename(line.split()[7]) for line in table if len(line.split()) > 7 and line.split()[6] in mine}
        assert names == {"socket"}, names
        assert list((demo.folder / "home").iterdir()) == [], list((demo.folder / "home").iterdir())


@test("/service/demo/stopped-and-started-again")
def stopped_and_started():
    with Demo(8) as demo:
        demo.wait_table(5)
        wait_for(lambda: len(demo.client.publications.call("List", "(a{sv})", options(all=True))) == 5, 60)
        demo.client.node.call("Stop", "(a{sv})", {})
        wait_for(lambda: demo.client.node["State"] == "stopped")
        time.sleep(6)
        assert demo.client.node["State"] == "stopped", "the guest starts nothing"
        demo.client.node.call("Start", "(a{sv})", {})
        demo.wait_table(5)


def refused(*arguments):
    ended = subprocess.run([DAEMON, *arguments], capture_output=True, text=True, timeout=20, check=False,
                           env=dict(os.environ, LC_ALL="C", DBUS_SESSION_BUS_ADDRESS="unix:path=/nowhere/bus"))
    assert ended.returncode == 2 and ended.stderr.startswith("kadd: ") and not ended.stdout, ended
    return ended.stderr


@test("/service/demo/refused")
def what_is_refused():
    with tempfile.TemporaryDirectory() as folder:
        address = f"--address=unix:path={folder}/socket"
        assert "--address" in refused("--demo"), "on a bus it is nobody's service"
        assert "--address" in refused("--demo=10", "--address=tcp:host=localhost")
        for count in ("0", "1", "501", "-3", "many", ""):
            assert "number of nodes" in refused(f"--demo={count}", address), count
        for seed in ("-2", "x"):
            refused("--demo", "--seed", seed, address)
        assert "--demo" in refused("--seed", "5", address)
        for option, value in (("--data", folder), ("--settings", f"{folder}/settings"), ("--network", "public"),
                              ("--listen", "/ip4/127.0.0.1/tcp/0"), ("--join", "/ip4/127.0.0.1/tcp/1")):
            assert option in refused("--demo", address, option, value), option
        assert list(pathlib.Path(folder).iterdir()) == []


@test("/service/demo/ends-when-nobody-looks")
def ends():
    with Demo(3, "--idle-exit", 2) as demo:
        demo.wait_table(1)
        time.sleep(4)
        assert demo.process.poll() is None
        demo.client.close()
        assert demo.process.wait(20 * PATIENCE) == 0


main()
