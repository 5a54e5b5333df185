#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`kad node` while one call into the system fails, for each call that it makes: it works, or it says
why it does not and exits as the manual says; afterwards the same identity works."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

import kadlab  # noqa: E402
from kadtap import main, test  # noqa: E402

EXITS = {0, 1, 2, 3, 4, 5, 8, 10}
REQUEST = b'{"id":1,"command":"show-table"}\n{"id":2,"command":"get-record","options":{"key":"/v/k"}}\n'
# GLib ends the process where its own thread cannot be made (the node's is tried in test-faults.c), and
# where it has no descriptor to find out whether stdin can be polled.
LEFT_OUT = {"thread"}
OF_GLIB = "GLib-GIO-ERROR **: epoll_create1 () failed"


def run(folder, fault):
    counts = pathlib.Path(folder, "counts")
    environment = dict(os.environ, KAD_FAULT=fault, KAD_FAULT_COUNTS=str(counts), G_DEBUG="fatal-criticals",
                       LD_PRELOAD=os.environ["KAD_FAULTS_PRELOAD"])
    environment["ASAN_OPTIONS"] = environment.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0:detect_leaks=0"
    done = subprocess.run([*kadlab.KadPeer.program(), "node", "--json", "--commands", "--listen", "/ip4/127.0.0.1/tcp/0",
                           "--identity", str(pathlib.Path(folder, "keys", "identity"))],
                          input=REQUEST, capture_output=True, timeout=60, env=environment, check=False)
    return done, counts


def lines_of(done):
    return [json.loads(line) for line in done.stdout.decode().splitlines()]


def peer_of(done):
    return next((line["peer"] for line in lines_of(done) if line.get("event") == "listening"), None)


def try_one(fault):
    """Gives what was wrong, or None."""
    with tempfile.TemporaryDirectory(prefix="kad-faults-") as folder:
        done, _ = run(folder, fault)
        told = f"{fault}: status {done.returncode}\n{done.stdout.decode()}{done.stderr.decode()}"
        if done.returncode < 0 and OF_GLIB in re.sub(r"[0-9:.]+: ", "", done.stderr.decode()):
            return None
        if done.returncode not in EXITS:
            return f"not an exit status of the manual: {told}"
        if done.returncode != 0:
            errors = [line["error"] for line in lines_of(done) if "error" in line and "id" not in line]
            if not errors or len(errors[-1]["message"]) < 10 or not errors[-1]["code"]:
                return f"no reason was given: {told}"
        again, _ = run(folder, "none")
        if again.returncode != 0 or peer_of(again) is None:
            return f"it does not work afterwards: {told}\n{again.stdout.decode()}{again.stderr.decode()}"
        if peer_of(done) not in (None, peer_of(again)):
            return f"it is somebody else afterwards: {told}"
        left = sorted(path.name for path in pathlib.Path(folder, "keys").iterdir())
        if left != ["identity"]:
            return f"left behind: {left}: {told}"
    return None


@test("Whichever call fails, kad node works or says why not, and works again afterwards")
def each_call():
    faults = []
    with tempfile.TemporaryDirectory(prefix="kad-faults-") as folder:
        done, counts = run(folder, "none")
        assert done.returncode == 0, done.stderr.decode()
        for line in counts.read_text().splitlines():
            name, count, *errors = line.split()
            if name not in LEFT_OUT:
                faults += [f"{name}:{nth}:{error}" for error in errors for nth in range(1, int(count) + 1)]
    assert len(faults) > 20, faults
    with ThreadPoolExecutor(2) as pool:
        wrong = [text for text in pool.map(try_one, faults) if text is not None]
    print(f"# {len(faults)} faults", flush=True)
    assert not wrong, "\n".join(wrong)


if __name__ == "__main__":
    main()
