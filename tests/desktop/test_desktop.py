#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service does as the desktop is: network, power, battery, memory and sleep, as the settings say."""

import json
import os
import subprocess
import time

from kaddesktop import following, main, Network, PATIENCE, Stream, test, wait_for, WAIT_S
from kadbus import Bus, error_name
from mockdesktop import Desktop, MOCK

from gi.repository import GLib

DESKTOP = Desktop()
NETWORK = Network(3)
OFF = {"on_metered": "normal", "on_power_saver": "normal", "on_battery": "normal", "watch_network": False,
       "watch_sleep": False, "watch_memory": False}


def node(**arguments):
    """On a desktop that has no reason for anything."""
    DESKTOP.network.set_metered(False)
    DESKTOP.power.save(False)
    DESKTOP.upower.set(OnBattery=False)
    return following(DESKTOP.env, NETWORK, **arguments)


def resumed(stream):
    return [line["reason"] for line in stream.read() if line.get("event") == "resumed"]


def kad(node_, *words):
    done = subprocess.run([os.environ["KAD_TOOL"], *words], capture_output=True, text=True, timeout=60, check=True,
                          env=dict(os.environ, KAD_ADDRESS=node_.kadd.address, LC_ALL="C"))
    return done.stdout


@test("/desktop/metered-is-quiet")
def metered_is_quiet():
    """A client on a metered connection, whatever the mode says; and as before when it ends."""
    with node(settings={"mode": "server"}) as it:
        told = it.node.listen_properties()
        wait_for(lambda: it.node["Serving"], WAIT_S)
        assert it.node["QuietReasons"] == [] and "quiet" not in kad(it, "status")
        DESKTOP.network.set_metered(True)
        it.wait_quiet("metered")
        it.wait_said("watched by GNetworkMonitorNM")
        wait_for(lambda: not it.node["Serving"], WAIT_S)
        wait_for(lambda: any(changed.get("QuietReasons") == ["metered"] for _, changed, _ in told), WAIT_S)
        assert it.node["Mode"] == "server" and it.node["State"] == "online" and it.node["PauseReason"] == ""
        assert "online (quiet: metered connection)" in kad(it, "status")
        assert json.loads(kad(it, "status", "--json"))["quiet_reasons"] == ["metered"]
        # What callers ask is done as always.
        assert len(it.find()) == 3
        DESKTOP.network.set_metered(False)
        it.wait_quiet()
        wait_for(lambda: it.node["Serving"], WAIT_S)


@test("/desktop/what-is-so-already")
def already():
    """What was so before the node began counts from its start, and each time it starts."""
    with node(start=False) as it:
        DESKTOP.network.set_metered(True)
        DESKTOP.power.save(True)
        for _ in range(2):
            it.start()
            it.wait_quiet("metered", "power-saver")
            it.node.call("Stop", "(a{sv})", {})
            it.wait_state("stopped")
            it.wait_quiet()
        it.put(on_metered="pause")
        # As a rule it is paused before it is up; what runs already ends as with any stop.
        try:
            it.find()
        except GLib.Error as error:
            assert error_name(error) in ("Paused", "NotRunning"), error
        it.wait_state("paused", "metered")


@test("/desktop/reasons-combine")
def reasons_combine():
    """All reasons that are there are named; a pause beats quiet; and each ends by itself."""
    with node(settings={"on_battery": "pause"}) as it:
        DESKTOP.power.save(True)
        it.wait_quiet("power-saver")
        DESKTOP.network.set_metered(True)
        it.wait_quiet("metered", "power-saver")
        DESKTOP.upower.set(OnBattery=True)
        it.wait_state("paused", "battery")
        assert it.node["QuietReasons"] == []
        assert "paused (on battery)" in kad(it, "status")
        DESKTOP.network.set_metered(False)
        DESKTOP.upower.set(OnBattery=False)
        it.wait_state("online")
        it.wait_quiet("power-saver")
        it.put(on_battery="quiet")
        DESKTOP.upower.set(OnBattery=True)
        it.wait_quiet("power-saver", "battery")
        DESKTOP.power.save(False)
        it.wait_quiet("battery")


@test("/desktop/settings-apply-live")
def settings_apply_live():
    with node() as it:
        DESKTOP.network.set_metered(True)
        it.wait_quiet("metered")
        it.put(on_metered="pause")
        it.wait_state("paused", "metered")
        it.put(on_metered="normal")
        it.wait_state("online")
        assert it.node["QuietReasons"] == []
        it.put(on_metered="quiet")
        it.wait_quiet("metered")
        it.put(watch_network=False)
        it.wait_quiet()
        it.put(watch_network=True)
        it.wait_quiet("metered")


@test("/desktop/a-person-wins-over-an-automatic-pause")
def a_person_wins():
    """Resume() and Start() hold until the reason has ended once; and a person's own pause is left alone."""
    with node(settings={"on_metered": "pause"}) as it:
        for method, signature, arguments in (("Resume", "(a{sv})", ({},)), ("Start", "(a{sv})", ({},))):
            DESKTOP.network.set_metered(True)
            it.wait_state("paused", "metered")
            try:
                it.find()
                raise AssertionError("it is paused")
            except GLib.Error as error:
                assert error_name(error) == "Paused" and "metered" in error.message, error
            it.node.call(method, signature, *arguments)
            it.wait_state("online")
            # It is told again that it is metered: that is no new reason.
            DESKTOP.network.set_metered(True)
            DESKTOP.upower.set(OnBattery=True)
            assert len(it.find()) == 3 and it.node["PauseReason"] == "" and it.node["QuietReasons"] == []
            DESKTOP.network.set_metered(False)
            DESKTOP.power.save(True)
            it.wait_quiet("power-saver")
            DESKTOP.power.save(False)
            it.wait_quiet()
        it.node.call("Pause", "(sa{sv})", "travelling", {})
        it.wait_state("paused", "travelling")
        DESKTOP.network.set_metered(True)
        wait_for(lambda: it.said[-1:] and it.has_said("Paused by itself: metered"), WAIT_S)
        assert it.node["PauseReason"] == "travelling"
        DESKTOP.network.set_metered(False)
        wait_for(lambda: "not any more" in "".join(it.said[-3:]), WAIT_S)
        assert (it.node["State"], it.node["PauseReason"]) == ("paused", "travelling")
        assert it.client.settings.call("Get")["paused"] is True
        # Who resumes means all of it.
        DESKTOP.network.set_metered(True)
        wait_for(lambda: "Paused by itself: metered" in "".join(it.said[-2:]), WAIT_S)
        it.node.call("Resume", "(a{sv})", {})
        it.wait_state("online")


@test("/desktop/who-is-paused-by-itself-is-still-needed")
def still_needed():
    """The service does not end while somebody needs the node that waits, and has it up again by itself."""
    with Bus() as bus, node(bus=bus, start=False, settings={"on_metered": "pause"}, arguments=["--idle-exit", "1"]) as it:
        it.node.call("Hold", "(sa{sv})", "a test", {})
        DESKTOP.network.set_metered(True)
        it.wait_state("paused", "metered")
        time.sleep(2)
        assert it.kadd.process.poll() is None and it.node["State"] == "paused"
        DESKTOP.network.set_metered(False)
        it.wait_state("online")


@test("/desktop/sleep")
def sleep():
    """Peers are told before it, and the sleep waits for that; after it lookups work, and the node renewed itself once."""
    with node() as it:
        wait_for(DESKTOP.logind.inhibitors, WAIT_S)
        ((what, who, _, mode),) = DESKTOP.logind.inhibitors()
        assert (what, who, mode) == ("sleep", "Kad", "delay")
        wait_for(lambda: it.node["PeerCount"] == 3, WAIT_S)
        stream = Stream(it.client, "events")
        begun = time.monotonic()
        DESKTOP.logind.sleep(True)
        wait_for(lambda: not DESKTOP.logind.inhibitors(), WAIT_S)
        assert time.monotonic() - begun < 2 * PATIENCE
        it.wait_said("3 peers know of the sleep")
        stream.wait(lambda lines: len([1 for line in lines if line.get("event") == "peer-disconnected"]) >= 3, WAIT_S)
        assert resumed(stream) == []
        begun = time.monotonic()
        DESKTOP.logind.sleep(False)
        assert len(it.find()) == 3
        assert time.monotonic() - begun < 5 * PATIENCE
        stream.wait(lambda lines: resumed(stream), WAIT_S)
        wait_for(DESKTOP.logind.inhibitors, WAIT_S)
        assert resumed(stream) == ["resumed"]
        stream.close()


@test("/desktop/network-changes")
def network_changes():
    """Many changes are one: 3 s after the last the node looks anew."""
    with node(start=False) as it:
        # Before the node runs nobody watches.
        time.sleep(0.3)
        assert not it.has_said("watched by") and DESKTOP.logind.inhibitors() == []
        it.start()
        it.wait_said("watched by GNetworkMonitorNM")
        stream = Stream(it.client, "node")
        for connectivity in (1, 4, 1, 4):
            last = time.time()
            DESKTOP.network.call(MOCK, "SetConnectivity", "(u)", connectivity)
            time.sleep(0.2)
        stream.wait(lambda lines: resumed(stream), WAIT_S)
        (line,) = [line for line in stream.lines if line.get("event") == "resumed"]
        assert line["reason"] == "network" and line["t"] / 1e6 - last > 2.9, line
        stream.close()


@test("/desktop/low-memory")
def low_memory():
    """Memory is given back at each warning; when it is critical the node is quiet, too."""
    with node() as it:
        wait_for(lambda: DESKTOP.memory.warn(50) or it.has_said("free-memory: {"), WAIT_S, step=0.2)
        assert it.node["QuietReasons"] == []
        DESKTOP.memory.warn(255)
        it.wait_quiet("low-memory")
        it.put(watch_memory=False)
        it.wait_quiet()


@test("/desktop/the-local-network-is-not-quiet")
def local_network():
    """The node of the local network beside the other one gives memory back, too, and is not quiet."""

    def is_quiet(network):
        (stats,), _ = it.client.routing.call("Run", "(sa{sv})", "show-stats", {"network": GLib.Variant("s", network)})
        return stats["node"]["quiet"]

    with node(arguments=["--beside", "private:b"]) as it:
        assert it.node["LocalNetwork"] == "private:b"
        DESKTOP.network.set_metered(True)
        it.wait_quiet("metered")
        wait_for(lambda: is_quiet("wan"), WAIT_S)
        assert not is_quiet("lan")
        DESKTOP.network.set_metered(False)
        it.wait_quiet()
        wait_for(lambda: DESKTOP.memory.warn(50) or len([1 for line in it.said if "free-memory: {" in line]) >= 2, WAIT_S,
                 step=0.2)


@test("/desktop/switched-off")
def switched_off():
    """Nothing of it happens with all settings off, and all of it when they are on again."""
    with node(settings=OFF) as it:
        stream = Stream(it.client, "node")
        DESKTOP.network.set_metered(True)
        DESKTOP.power.save(True)
        DESKTOP.upower.set(OnBattery=True)
        DESKTOP.memory.warn(255)
        DESKTOP.logind.sleep(True)
        DESKTOP.logind.sleep(False)
        # Longer than a change of the network waits for more of them.
        time.sleep(3.5)
        assert it.node["QuietReasons"] == [] and it.node["State"] == "online" and resumed(stream) == []
        assert DESKTOP.logind.inhibitors() == [] and not it.has_said("free-memory") and not it.has_said("watched by")
        it.put(on_metered="quiet", on_power_saver="quiet", on_battery="quiet", watch_network=True, watch_sleep=True)
        it.wait_quiet("metered", "power-saver", "battery")
        wait_for(DESKTOP.logind.inhibitors, WAIT_S)
        stream.close()


def at_end():
    NETWORK.close()
    DESKTOP.close()


main(at_end)
