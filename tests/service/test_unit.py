#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files by which the session starts the service: what they say, and what systemd says of it where it is there."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from kadtap import main, test  # noqa: E402

DATA = pathlib.Path(os.environ["KAD_DATA_DIR"])
DAEMON = os.environ["KAD_DAEMON"]
ANALYZE = shutil.which("systemd-analyze")
# In tenths: where the unit stands, without namespaces.
EXPOSURE = 45


def sections(path):
    """{section: {key: [values]}} of a file of the desktop's kind."""
    found, section = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            section = found.setdefault(line.strip("[]"), {})
        elif line and not line.startswith("#"):
            key, value = line.split("=", 1)
            section.setdefault(key, []).append(value)
    return found


def run(folder, *words):
    env = dict(os.environ, SYSTEMD_LOG_LEVEL="notice", XDG_RUNTIME_DIR=folder)
    return subprocess.run(words, capture_output=True, text=True, timeout=60, env=env)


@test("/service/unit/bus-and-systemd-start-the-same")
def the_same():
    bus = sections(DATA / "org.libkad.Kad1.service")["D-BUS Service"]
    unit = sections(DATA / "kadd.service")
    assert bus["Name"] == unit["Service"]["BusName"] == ["org.libkad.Kad1"]
    assert bus["SystemdService"] == ["kadd.service"] and unit["Service"]["Type"] == ["dbus"]
    assert bus["Exec"] == unit["Service"]["ExecStart"] and bus["Exec"][0].endswith("/libexec/kadd"), bus


@test("/service/unit/hardened")
def hardened():
    unit = sections(DATA / "kadd.service")
    service = unit["Service"]
    assert unit["Unit"]["ConditionUser"] == ["!root"] and service["Slice"] == ["background.slice"]
    for key in ("NoNewPrivileges", "LockPersonality", "MemoryDenyWriteExecute", "RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID"):
        assert service[key] == ["yes"], key
    # Without netlink it would not hear that the network changes.
    assert set(service["RestrictAddressFamilies"][0].split()) == {"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"}
    assert service["SystemCallFilter"] == ["@system-service", "~@privileged @resources"]
    # GLib tries calls out, and wants an answer.
    assert service["SystemCallErrorNumber"] == ["EPERM"] and service["UMask"] == ["0077"]
    # In a namespace of its own it could not look at the processes of its callers.
    for key in service:
        assert not key.startswith(("Private", "Protect", "ReadOnly", "ReadWrite", "Inaccessible", "Bind", "Mount", "Root", "StateDirectory")), key


@test("/service/unit/systemd-verifies-it")
def verifies():
    if ANALYZE is None:
        print("# systemd is not here")
        return
    with tempfile.TemporaryDirectory() as folder:
        unit = pathlib.Path(folder, "kadd.service")
        text = (DATA / "kadd.service").read_text(encoding="utf-8")
        (command,) = sections(DATA / "kadd.service")["Service"]["ExecStart"]
        unit.write_text(text.replace(command, DAEMON), encoding="utf-8")
        ended = run(folder, ANALYZE, "--user", "--man=no", "verify", str(unit))
        assert ended.returncode == 0 and "kadd.service" not in ended.stderr, ended.stderr
        # The manager of a person has no capabilities to give; here it may be root who asks.
        unit.write_text(unit.read_text().replace("[Service]\n", "[Service]\nUser=1000\nCapabilityBoundingSet=\n"), encoding="utf-8")
        ended = run(folder, ANALYZE, "--user", "--offline=true", f"--threshold={EXPOSURE}", "security", str(unit))
        assert ended.returncode == 0, ended.stdout + ended.stderr
        print("#", [line for line in ended.stdout.splitlines() if "Overall exposure" in line])


main()
