#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The walks of HACKING.md, "outside of Kad", done as they stand: their code, and their commands."""

import pathlib
import random
import re
import socket

from kadinstalled import Staying, folder, main, shell, test

ROOT = pathlib.Path(__file__).resolve().parents[2]
HACKING = (ROOT / "HACKING.md").read_text(encoding="utf-8")
# What does not end by itself.
STAYS = ("kad testnet", "kad provide", "kad node")


def walk(heading):
    """Files of its code, whole, and the lines to type."""
    text = re.search(rf"^## {heading}\n(.*?)^## ", HACKING, re.M | re.S).group(1)
    files = {}
    for name, code in re.findall(r"^```c (\S+)\n(.*?)^```$", text, re.M | re.S):
        files.setdefault(name, []).append(code)
    lines = "\n".join(re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)).split("\n")
    return {name: "\n".join(pieces) for name, pieces in files.items()}, [line for line in lines if line]


def free_ports(wanted):
    """The first of some ports in a row that are free, and that the kernel gives to nobody who asks for any."""
    for first in random.sample(range(20000, 32000, wanted), 100):
        try:
            for port in range(first, first + wanted):
                socket.create_server(("127.0.0.1", port)).close()
            return first
        except OSError:
            continue
    raise AssertionError("no free ports")


def do(heading, check):
    files, lines = walk(heading)
    place = folder()
    for name, code in files.items():
        (place / name).write_text(code)
    changes = {"4001": str(free_ports(10)), "/tmp/kad-walk.sock": f"{place}/s", "/tmp/kad-check.sock": f"{place}/c"}
    staying = []
    outputs = {}
    try:
        for line in lines:
            for old, new in changes.items():
                line = line.replace(old, new)
            if line.startswith(STAYS):
                staying.append(Staying(line, place))
                staying[-1].wait_until_it_speaks()
            else:
                done = shell(line, place)
                assert done.stderr == "" or not line.startswith("cc "), f"$ {line}\n{done.stderr}"
                outputs[line.split(" --")[0]] = done.stdout
        check(outputs)
    finally:
        for process in reversed(staying):
            process.stop()


@test("the code of the walks is that of the examples")
def _():
    for heading, example in (("Write a command outside of Kad", "command"), ("Write a transport outside of Kad", "transport")):
        files, lines = walk(heading)
        sources = {path.name for path in (ROOT / "examples" / example).iterdir() if path.suffix in (".c", ".h")}
        assert set(files) == sources and lines, (set(files), sources)
        for name, code in files.items():
            wanted = (ROOT / "examples" / example / name).read_text(encoding="utf-8")
            assert code == wanted, f"HACKING.md has another {name}"
            assert len(wanted.splitlines()) < 200, name


@test("the walk through a command works as it stands")
def _():
    def check(outputs):
        assert "ping-providers 1.0" in outputs["kad help"], outputs
        assert "It comes from the module ping-providers 1.0" in outputs["kad help ping-providers"], outputs
        result = outputs["kad run ping-providers text:my-file"]
        assert '"rtt_us":' in result and '"outcome":"completed"' in result, result

    do("Write a command outside of Kad", check)


@test("the walk through a transport works as it stands")
def _():
    def check(outputs):
        assert "transports: unix" in outputs["kad help"], outputs
        assert outputs["kad get text:greeting"] == "hello", outputs
        assert "ok 30 " in outputs["kad-transport-check"] and "not ok" not in outputs["kad-transport-check"], outputs

    do("Write a transport outside of Kad", check)


@test("the examples build and install with Meson, and the installed kad finds them by itself")
def _():
    for example, name in (("command", "ping-providers"), ("transport", "unix")):
        place = folder()
        shell(f"meson setup {place}/b . -Dwerror=true && meson install -C {place}/b", ROOT / "examples" / example)
        assert name in shell("kad run show-modules --json", place).stdout
    assert "ping-providers 1.0" in shell("kad help", place).stdout


if __name__ == "__main__":
    main()
