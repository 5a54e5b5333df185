#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that only the service has loaded, over D-Bus and by the tool, which has never heard of it."""

import json
import os
import pathlib
import sys

from gi.repository import GLib

from kadinstalled import Staying, folder, installed, main, shell, test

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "service"))
from kadbus import Client, wait_for  # noqa: E402

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


@test("a program finds a module's command over D-Bus, runs it in one call, and as a query")
def _():
    place = folder()
    shell(f"cp {EXAMPLE}/ping-providers.c .", place)
    shell("cc -shared -fPIC ping-providers.c -o ping-providers.so $(pkg-config --cflags --libs kad-1)", place)
    settings = {"KAD_MODULE_PATH": str(place), "GSETTINGS_BACKEND": "keyfile", "GSETTINGS_SCHEMA_DIR": f"{BUILD}/data",
                "XDG_CONFIG_HOME": f"{place}/config", "XDG_STATE_HOME": f"{place}/state"}
    kadd = installed.prefix / "libexec" / "kadd"
    with Staying("kad testnet 3 --json", place) as network:
        address = [network.read() for _ in range(4)][0]["addresses"][0]
        line = f"{kadd} --address unix:path={place}/s --data :memory: --network private:test --listen /ip4/127.0.0.1/tcp/0 --join {address}"
        with Staying(line, place, settings) as running, Staying(f"kad provide text:file --join {address}", place) as provider:
            running.wait_until_it_speaks()
            provider.wait_until_it_speaks()
            with Client(f"unix:path={place}/s") as client:
                routing = client.routing
                (command,) = [one for one in routing.call("GetCommands", "(a{sv})", {}) if one["name"] == "ping-providers"]
                assert command["own"] is False and command["module"] == "ping-providers", command
                (argument,) = [one for one in command["arguments"] if one["required"]]
                assert argument["name"] == "key" and argument["form"] == "key", argument
                (module,) = [one for one in routing.call("GetModules", "(a{sv})", {}) if one["name"] == "ping-providers"]
                assert module["commands"] == ["ping-providers"] and module["file"] == f"{place}/ping-providers.so", module
                assert client.node["State"] == "stopped", "what only lists starts nothing"

                results, summary = routing.call("Run", "(sa{sv})", "ping-providers", {"key": GLib.Variant("s", "text:file")})
                (found,) = results
                assert found["rtt_us"] > 0 and summary["outcome"] and summary["requests"] > 0, (results, summary)
                assert routing.fails("Run", "(sa{sv})", "ping-providers", {}) == "InvalidArgument"
                assert routing.fails("Run", "(sa{sv})", "ping-providers", {"key": GLib.Variant("u", 1)}) == "InvalidArgument"
                assert routing.fails("Run", "(sa{sv})", "ping-nobody", {}) == "UnknownCommand"

                query = client.at(routing.call("PrepareQuery", "(ssa{sv})", "ping-providers", "text:file", {}), "Query")
                told, ended = query.listen("Results"), query.listen("Finished")
                query.call("Start")
                wait_for(lambda: ended)
                assert [one["peer"] for _, rows in told for one in rows] == [found["peer"]], told
                assert ended[0][0] == "completed" and query["Kind"] == "ping-providers", ended
                done, again = query.call("GetResults", "(u)", 0)
                assert done and again[0]["peer"] == found["peer"], again

            answer = shell("kad run ping-providers --key text:file --json", place, env={"KAD_ADDRESS": f"unix:path={place}/s"})
            lines = [json.loads(one) for one in answer.stdout.splitlines()]
            assert lines[0]["peer"] == found["peer"] and lines[-1]["done"] is True, lines


if __name__ == "__main__":
    main()
