#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that only the service has loaded is run by the tool, which has never heard of it."""

import json
import os
import pathlib

from kadinstalled import Staying, folder, installed, main, shell, test

EXAMPLE = pathlib.Path(__file__).resolve().parents[2] / "examples" / "command"
BUILD = pathlib.Path(os.environ["MESON_BUILD_ROOT"])


@test("kad run finds a command of the service's modules, gives it its options, and tells what is wrong with them")
def _():
    place = folder()
    shell(f"meson setup {place}/b . && ninja -C {place}/b", EXAMPLE)
    settings = {"KAD_MODULE_PATH": f"{place}/b", "GSETTINGS_BACKEND": "keyfile", "GSETTINGS_SCHEMA_DIR": f"{BUILD}/data",
                "XDG_CONFIG_HOME": f"{place}/config", "XDG_STATE_HOME": f"{place}/state"}
    service = {"KAD_ADDRESS": f"unix:path={place}/s"}
    kadd = installed.prefix / "libexec" / "kadd"
    with Staying("kad testnet 3 --json", place) as network:
        address = [network.read() for _ in range(4)][0]["addresses"][0]
        line = f"{kadd} --address unix:path={place}/s --data :memory: --network private:test --listen /ip4/127.0.0.1/tcp/0 --join {address}"
        with Staying(line, place, settings) as running:
            running.wait_until_it_speaks()
            shell("kad provide text:file --once", place, env=service)
            shell("kad run ping-providers --key text:file", place, status=2)
            shell(f"kad run ping-providers --key text:file --join {address}", place, status=2)
            answer = shell("kad run ping-providers --key text:nobody --json", place, env=service)
            done = json.loads(answer.stdout.splitlines()[-1])
            assert done["done"] is True and done["outcome"], answer
            shell("kad run ping-providers text:file", place, status=2, env=service)
            wrong = shell("kad run ping-providers --key text:file --no-such 1 --json", place, status=2, env=service)
            assert "no-such" in json.loads(wrong.stdout)["error"]["message"], wrong


if __name__ == "__main__":
    main()
