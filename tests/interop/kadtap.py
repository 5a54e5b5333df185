# SPDX-License-Identifier: GPL-3.0-or-later
"""A small TAP runner: @test registers a function, main() runs them in order."""

import functools
import os
import signal
import sys
import time
import traceback

TEST_TIMEOUT_S = 120

_tests = []


class Skip(Exception):
    """The test can't run here; with CI=true that is a failure."""


class TestTimeout(Exception):
    pass


def test(description, **arguments):
    """Registers a test; arguments are bound, so one function can be many tests."""

    def register(function):
        _tests.append((description, functools.partial(function, **arguments)))
        return function

    return register


def _on_alarm(_signal, _frame):
    raise TestTimeout(f"the test took longer than {TEST_TIMEOUT_S} s")


def _diagnose(text):
    for line in text.rstrip().splitlines():
        print("#", line)


def _run_one(number, description, function):
    start = time.monotonic()
    signal.alarm(TEST_TIMEOUT_S)
    try:
        function()
    except Skip as reason:
        if os.environ.get("CI") == "true":
            print(f"not ok {number} - {description}")
            _diagnose(f"skipped, which CI does not allow: {reason}")
            return False
        print(f"ok {number} - {description} # SKIP {reason}")
        return True
    except Exception:  # whatever a test raises is a failure of that test only
        print(f"not ok {number} - {description}")
        _diagnose(traceback.format_exc())
        return False
    finally:
        signal.alarm(0)
        sys.stdout.flush()
    print(f"ok {number} - {description}")
    print(f"# {time.monotonic() - start:.1f} s", flush=True)
    return True


def main(at_end=None):
    """Runs every test whose description has the words given as arguments; at_end() lets go of
    what tests shared."""
    words = sys.argv[1:]
    chosen = [t for t in _tests if all(word in t[0] for word in words)]
    signal.signal(signal.SIGALRM, _on_alarm)
    print("TAP version 13")
    print(f"1..{len(chosen)}", flush=True)
    try:
        passed = [_run_one(i + 1, *t) for i, t in enumerate(chosen)]
    finally:
        if at_end is not None:
            at_end()
    sys.exit(0 if passed and all(passed) else 1)
