#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Help is written from the tool's own tables and from the registry, and the man page says the same."""

import json
import pathlib
import re
import shutil
import subprocess

from kadtool import OFFLINE, OK, USAGE, kad, main, test

MAN = pathlib.Path(__file__).resolve().parents[2] / "docs" / "kad.1"

# What cli.md lists.
REGISTERED = {
    "bootstrap", "start-provide", "stop-provide", "get-providers", "put-record", "get-record", "remove-record",
    "closest-peers", "find-peer", "dial", "hang-up", "ping-peer", "protect-peer", "unprotect-peer", "show-table", "show-modules",
    "show-buckets", "show-queries", "publish", "unpublish", "refresh-publication", "show-publications", "show-records", "show-providers",
    "show-connections", "show-identity", "ask", "show-stats", "show-reachability", "set-mode", "check-health",
    "keep-quiet", "renew", "free-memory", "provide-many"}
WORDS = [
    "node", "testnet", "status", "up", "down", "pause", "resume", "mode", "config", "doctor", "put", "get", "provide",
    "unprovide", "publications", "advertise", "discover", "find providers", "find peer", "find closest", "bootstrap",
    "table", "peers", "peer", "queries", "query", "records", "stats", "top", "events", "connect", "disconnect", "ping",
    "identify", "ask", "run", "help", "play", "id parse", "id convert", "id distance", "completion"]


def help_of(*words):
    return kad("help", *words).expect(OK).out.decode()


def section(text, heading):
    """The lines below a heading, up to the next empty line."""
    return text.split(f"\n{heading}\n", 1)[1].split("\n\n", 1)[0].splitlines()


def options_of(text):
    return set(re.findall(r"^  (--[a-z-]+)", "\n".join(section(text, "Options")), re.M))


def man_text():
    """The man page without markup."""
    text = MAN.read_text(encoding="utf-8").replace("\\-", "-")
    return re.sub(r"\\f[A-Z]", "", text)


@test("every word of the tool and every registered command is listed, with a summary")
def _():
    text = help_of()
    listed = [line for line in section(text, "Commands") if not line.startswith("   ")]
    names = [re.split(r"  +| [A-Z\[]", line.strip())[0] for line in listed]
    assert sorted(names) == sorted(WORDS), names
    registered = [line.split() for line in section(text, "Registered commands, for “kad run” and --commands")]
    assert {words[0] for words in registered} == REGISTERED, registered
    assert all(len(words) > 2 for words in registered), registered
    for code in ("0", "1", "2", "3", "4", "5", "8", "10", "130"):
        assert any(line.split()[0] == code for line in section(text, "Exit codes")), code


@test("each word has a page of its own, which --help shows as well")
def _():
    for word in WORDS:
        page = help_of(*word.split())
        assert page.startswith(f"Usage: kad {word}"), page
        assert {"--json", "--verbose", "--color", "--help"} <= options_of(page), page
        assert kad(*word.split(), "--help").expect(OK).out.decode() == page, word


@test("options that cli.md names are where it names them")
def _():
    node = options_of(help_of("node"))
    assert {"--listen", "--join", "--identity", "--key-type", "--mode", "--network", "--protocol", "--data",
            "--no-address-filter", "--set-limit", "--json", "--commands"} <= node, node
    assert {"--listen-base", "--protocol", "--seed", "--json", "--commands"} <= options_of(help_of("testnet"))
    for word in ("put", "get", "provide", "find providers", "find peer", "find closest", "bootstrap"):
        options = options_of(help_of(*word.split()))
        assert {"--join", "--timeout", "--limit", "--allow-empty"} <= options, (word, options)
    for word in ("put", "get"):
        assert "--quorum" in options_of(help_of(word))
    assert {"--once", "--raw-key"} <= options_of(help_of("provide"))


@test("a registered command is described from its properties: type, range, default, what is required")
def _():
    for name in REGISTERED - {"ask", "bootstrap"}:
        page = help_of(name)
        assert page.startswith(f"Usage: kad run {name}") and "--timeout-ms" in options_of(page), page
    page = help_of("get-record")
    assert re.search(r"--key +.*\(a key; required\)", page), page
    assert re.search(r"--limit +.*\(a number from 0 to \d+; default 0\)", page), page
    assert re.search(r"--once +.*\(true or false; default false\)", help_of("start-provide"))
    assert re.search(r"--address +.*\(a peer id or an address; required\)", help_of("dial"))
    assert help_of("run", "ask").startswith("Usage: kad run ask ADDRESS REQUEST ")


@test("with --json the registry is one object a command")
def _():
    lines = [json.loads(line) for line in kad("help", "--json").expect(OK).out.splitlines()]
    assert {line["command"] for line in lines} == REGISTERED, lines
    for line in lines:
        assert line["summary"] and {option["name"] for option in line["options"]} >= {"timeout-ms"}, line
        for option in line["options"]:
            assert set(option) == {"name", "type", "required", "default", "help"} and option["help"], option
    (line,) = [json.loads(line) for line in kad("help", "get", "--json").expect(OK).out.splitlines()]
    assert line["command"] == "get-record", line


@test("the limits of a node are listed, and those that are listed can be set")
def _():
    limits = [json.loads(line) for line in kad("help", "limits", "--json").expect(OK).out.splitlines()]
    assert {"connections", "high-water", "provider-records-per-peer"} <= {limit["limit"] for limit in limits}, limits
    page = kad("help", "limits").expect(OK).out.decode()
    for limit in limits:
        assert limit["minimum"] <= limit["default"] <= limit["maximum"] and limit["help"] in page, limit
        assert f"{limit['default']} {limit['unit']}; from {limit['minimum']} to {limit['maximum']}" in page, limit
        words = ["bootstrap", "--timeout", "0.1", "--set-limit"]
        kad(*words, f"{limit['limit']}={limit['maximum']}").expect(OFFLINE)
        kad(*words, f"{limit['limit']}={limit['maximum'] + 1}").expect(USAGE)


@test("help for what does not exist is an error")
def _():
    kad("help", "frobnicate").expect(USAGE)
    kad("help", "find", "treasure").expect(USAGE)


@test("the man page has every option of every word, and none that there is not")
def _():
    text = man_text()
    options = set().union(*(options_of(help_of(*word.split())) for word in WORDS)) | {"--version"}
    body = text.split(".SH OPTIONS", 1)[1].split(".SH KEYS", 1)[0]
    documented = set(re.findall(r"^\.BR? (--[a-z-]+)", body, re.M)) | set(re.findall(r"^\.BI (--[a-z-]+)", body, re.M))
    assert documented == options, (documented - options, options - documented)


@test("the man page has every word and every exit status")
def _():
    text = man_text()
    body = text.split(".SH COMMANDS\n", 1)[1].split(".SH OPTIONS", 1)[0]
    names = re.findall(r'^\.TP\n\.BI? "?([a-z ]+?)"?(?: "| \\|$)', body, re.M)
    assert sorted(names) == sorted(WORDS), (set(names) ^ set(WORDS))
    status = text.split(".SH EXIT STATUS", 1)[1].split(".SH ENVIRONMENT", 1)[0]
    assert re.findall(r"^\.B (\d+)$", status, re.M) == ["0", "1", "2", "3", "4", "5", "8", "10", "130"]


@test("the man page is one that man can show, examples first")
def _():
    text = man_text()
    sections = re.findall(r"^\.SH (.*)$", text, re.M)
    assert sections[:4] == ["NAME", "SYNOPSIS", "EXAMPLES", "DESCRIPTION"], sections
    groff = shutil.which("groff")
    if groff is not None:
        run = subprocess.run(
            [groff, "-man", "-Tutf8", "-ww", "-z", str(MAN)], capture_output=True, text=True, timeout=30, check=True)
        assert run.stderr == "", run.stderr


if __name__ == "__main__":
    main()
