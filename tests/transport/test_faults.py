#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad-transport-check finds what is wrong with a transport, and says no to words that will not do.

A transport that does one thing wrong at a time has to fail in the test that is about it, and to pass without a fault.
"""

import os
import subprocess
import sys

CHECK, MODULE = sys.argv[1:3]
LISTEN = ["--listen", "/ip4/127.0.0.1/tcp/0"]

FAULTS = {
    "leaks-a-descriptor": "dial/what-is-dialled-is-accepted",
    "leaks-a-source": "dial/what-is-dialled-is-accepted",
    "leaks-memory": "many/memory-stays",
    "takes-anything": "dial/foreign-addresses-are-refused",
    "fails-without-a-reason": "dial/where-nobody-listens-is-refused",
    "does-not-say-where": "listen/an-address-in-use-is-refused",
    "ignores-cancelling": "cancel/at-each-stage",
    "adds-a-byte": "flow/bytes-go-both-ways",
    "resets-at-close": "close/a-close-is-seen",
    "closes-both-halves": "close/half-a-connection-from-the-dialler",
}

WORDS = {
    "no address": (["--module", MODULE], "--listen is missing"),
    "no transport": (LISTEN, "--module"),
    "no such module": (["--module", "/nowhere/libx.so", *LISTEN], "Could not load the module"),
    "no module at all": (["--module", __file__, *LISTEN], "Could not load the module"),
    "another name": (["--module", MODULE, "--transport", "x", *LISTEN], 'registers no transport "x"'),
    "no registered one": (["--transport", "x", *LISTEN], 'No transport is called "x"'),
    "not an address": (["--module", MODULE, "--listen", "here"], "begins with a slash"),
    "no such setting": (["--module", MODULE, *LISTEN, "--option", "x=1"], 'has no setting "x"'),
    "no value": (["--module", MODULE, *LISTEN, "--option", "fault"], "not NAME=VALUE"),
    "a word too many": (["--module", MODULE, *LISTEN, "word"], "words too many"),
}

n_tests = n_failed = 0


def check(name, ok, said):
    global n_tests, n_failed
    n_tests += 1
    n_failed += not ok
    print(f"{'' if ok else 'not '}ok {n_tests} - {name}")
    if not ok:
        print("\n".join("# " + line for line in said.splitlines()[-15:]))


def run(*words):
    # A test that fails aborts: that is meant, and leaves no core.
    env = {**os.environ, "G_DEBUG": "", "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":handle_abort=0:detect_leaks=0"}
    done = subprocess.run([CHECK, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=env, timeout=120,
                          check=False)
    return done.returncode, done.stdout


status, listed = run("--module", MODULE, *LISTEN, "-l")
for fault, test in FAULTS.items():
    path = "/transport/" + test
    if path not in listed:
        print(f"# {path} is not there in this build")
        continue
    status, said = run("--module", MODULE, *LISTEN, "--option", f"fault={fault}", "-p", path)
    check(f"{fault} is found by {test}", status != 0 and "Bail out!" in said, said)
    status, said = run("--module", MODULE, *LISTEN, "-p", path)
    check(f"{test} is passed without it", status == 0 and f"ok 1 {path}" in said, said)

for name, (words, text) in WORDS.items():
    status, said = run(*words)
    check(f"{name}: {text}", status == 64 and text in said, said)

status, said = run("--help")
check("help", status == 0 and "--module" in said and "kad-transport-check [OPTION" in said, said)
print(f"1..{n_tests}")
sys.exit(n_failed > 0)
