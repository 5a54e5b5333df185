#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/kad-json.md says what each command writes: the tables there are held against real lines, with the service and
without."""

import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))

from kadbus import Client, Kadd, Network  # noqa: E402
from kadtool import Running, kad_json, main, test  # noqa: E402

DOCUMENT = pathlib.Path(__file__).resolve().parents[2] / "docs" / "kad-json.md"
PEER = "12D3KooWLU2znyJMtDiHArqAGbZn8CgUGp92kxDBtefftEEaHSZS"
TYPES = {"string": str, "number": (int, float), "boolean": bool, "array": list, "object": dict, "any": object}


def read_tables():
    """The tables of each heading: member -> (type, whether it may be missing)."""
    tables = {}
    heading, table = "", None
    for line in DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading, table = line[3:].replace("`", ""), None
        elif line.startswith("| member "):
            table = {}
            tables.setdefault(heading, []).append(table)
        elif match := re.match(r"\| `([\w*]+)`( \?)? \| ([a-z ]+\??) \|", line):
            table[match[1]] = (match[3], bool(match[2]))
        else:
            assert not line.startswith("| `"), f"this row cannot be read: {line}"
    return tables


TABLES = read_tables()
DONE, TOTAL, ERROR = TABLES["The last line"]


def find_table(word):
    """Of the heading that names the word."""
    for heading, tables in TABLES.items():
        names = [name.strip() for name in heading.split(":")[-1].split(",")]
        if word in names:
            return tables[0]
    raise AssertionError(f"no table is for {word}")


def is_of_type(value, name):
    if name.endswith("?") and value is None:
        return True
    wanted = tuple(TYPES[word] for word in name.rstrip("?").split(" or "))
    if isinstance(value, bool):
        return any(kind in (bool, object) for kind in wanted)
    return any(isinstance(value, kind) for kind in wanted)


def check(line, table, what):
    for name, value in line.items():
        assert name in table or "*" in table, f"{what}: {name} is not documented: {line}"
        if name in table:
            assert is_of_type(value, table[name][0]), f"{what}: {name} is no {table[name][0]}: {line}"
    missing = {name for name, (_, may_miss) in table.items() if not may_miss} - set(line)
    assert not missing, f"{what}: {missing} are missing: {line}"


def check_answer(word, answer, last=DONE):
    table = find_table(word)
    lines = answer.lines
    if last is not None:
        check(lines.pop(), last, f"the last line of {word}")
    assert lines, f"{word} wrote no result: {answer}"
    for line in lines:
        check(line, table, word)


@test("commands that run, on a node of its own and with the service, write what is documented")
def _():
    with Network(4) as network, Kadd(join=network.join) as kadd:
        address = network.join[0]
        for options, env in ((["--join", address], {}), ([], {"KAD_ADDRESS": kadd.address})):
            def ask(*words):
                return kad_json(*words, *options, env=env)
            for words in (["put", "text:a", "hello", "--once"], ["provide", "text:p", "--once"]):
                check(ask(*words).expect_done().last, DONE, words[0])
            check_answer("provide", ask("provide", "text:p", "text:q", "--once").expect_done())
            check_answer("get", ask("get", "text:a"))
            check_answer("find closest", ask("find", "closest", "text:a"))
            check_answer("find peer", ask("find", "peer", address.split("/")[-1]))
            check_answer("find providers", ask("find", "providers", "text:p"))
            check_answer("table", ask("table"))
            check_answer("peers", ask("peers"))
            check_answer("peers --connected", ask("peers", "--connected"))
            check_answer("doctor", ask("doctor"))
            check_answer("ping", kad_json("ping", address, env=env))
            check_answer("identify", kad_json("identify", address, env=env))
            check_answer("ask", kad_json("ask", address, "find-node", "text:x", env=env))
            check_answer("ask", kad_json("ask", address, "get-value", "text:a", env=env))
            check(ask("get", "text:none").last, ERROR, "an error")


@test("words of the service write what is documented")
def _():
    with Network(4) as network, Kadd(join=network.join) as kadd, Client(kadd) as client:
        def ask(*words):
            return kad_json(*words, env={"KAD_ADDRESS": kadd.address})
        check_answer("status", ask("status"), None)
        for word in ("up", "pause", "resume", "down", "up"):
            check_answer(word, ask(word), None)
        check_answer("status", ask("status"), None)
        check_answer("mode", ask("mode", "server"), None)
        check_answer("config", ask("config"), TOTAL)
        check_answer("config", ask("config", "mode"), None)
        check(ask("put", "text:kept", "x").expect_done().last, DONE, "put")
        check(ask("advertise", "space").expect_done().last, DONE, "advertise")
        check_answer("provide", ask("provide", "text:p", "text:q").expect_done())
        check_answer("discover", ask("discover", "space"))
        check_answer("publications", ask("publications"), TOTAL)
        check_answer("connect", ask("connect", network.join[0]))
        check(ask("unprovide", "text:kept").last, TOTAL, "unprovide")
        client.routing.call("PrepareQuery", "(ssa{sv})", "closest-peers", "text:x", {})
        check_answer("queries", ask("queries"), TOTAL)
        check_answer("query", ask("query", ask("queries").results[0]["id"]), None)
        check(ask("query", "none").last, ERROR, "an error")
        kad_json("put", "text:held", "y", "--join", network.join[0])
        with Running("provide", "text:had", "--json", "--join", network.join[0]) as call:
            call.read_line()
            check_answer("records", ask("records"))
            check_answer("records --providers", ask("records", "--providers"))


@test("the check finds what is not documented, what is missing and what is of another type")
def _():
    good = {"peer": "x", "rtt_us": 1}
    table = find_table("ping")
    check(good, table, "ping")
    for bad in ({**good, "more": 1}, {"peer": "x"}, {**good, "rtt_us": "1"}, {**good, "rtt_us": True}, {**good, "peer": None}):
        try:
            check(bad, table, "ping")
        except AssertionError:
            continue
        raise AssertionError(f"{bad} was taken")


main()
