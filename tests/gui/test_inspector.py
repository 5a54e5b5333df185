#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""kad-inspector as a program: its options and its manual, one process for a session, its keys, how it ends."""

import contextlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

from guikit import Desktop, main, test, wait_for

PROGRAM = os.environ["KAD_INSPECTOR"]
ROOT = pathlib.Path(__file__).resolve().parents[2]
MAN = ROOT / "docs" / "kad-inspector.1"
ID = "org.libkad.Inspector"
PAGES = ("Overview", "Routing Table", "Peers", "Queries", "Publications", "Stored Records", "Events", "Traffic")


def run(*words, **environment):
    """Without a display: what can be said without one."""
    clean = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=30, check=False,
                          env={**clean, "LC_ALL": "C.UTF-8", **environment})


def man_text():
    return re.sub(r"\\f[A-Z]", "", MAN.read_text(encoding="utf-8")).replace("\\-", "-")


@test("/gui/inspector/manual/options")
def manual_options():
    shown = run("--help").stdout
    wanted = set(re.findall(r"^ +(--[a-z-]+)", shown, re.M)) - {"--help", "--help-all", "--help-gapplication", "--help-gtk"}
    text = man_text().split(".SH OPTIONS\n", 1)[1].split(".SH ", 1)[0]
    assert wanted == set(re.findall(r"^\.BI? (--[a-z-]+)", text, re.M)), (wanted, shown)
    assert {"--demo", "--address", "--file", "--page"} <= wanted


@test("/gui/inspector/manual/can-be-shown")
def manual_can_be_shown():
    text = man_text()
    order = [text.index(f".SH {name}") for name in (
        "NAME", "SYNOPSIS", "EXAMPLES", "DESCRIPTION", "OPTIONS", "KEYS", "FILES", "EXIT STATUS", "ENVIRONMENT", "SEE ALSO")]
    assert order == sorted(order)
    groff = shutil.which("groff")
    if groff is not None:
        done = subprocess.run([groff, "-man", "-Tutf8", "-ww", "-z", str(MAN)], capture_output=True, text=True, timeout=30, check=True)
        assert done.stderr == "", done.stderr


@test("/gui/inspector/manual/keys-are-in-the-help-overlay")
def manual_keys():
    overlay = (ROOT / "kad-gui" / "app" / "help-overlay.ui").read_text()
    keys = set(re.findall(r'<property name="accelerator">([^<]*)<', overlay))
    said = {key.replace("&lt;Control&gt;", "Ctrl+").replace("&lt;Shift&gt;", "Shift+") for key in keys}
    text = man_text().split(".SH KEYS\n", 1)[1].split(".SH ", 1)[0]
    for key in sorted(said):
        shown = {"space": "Space", "Ctrl+question": "Ctrl+?"}.get(key, key)
        parts = shown.rsplit("+", 1)
        shown = f"{parts[0]}+{parts[1].upper()}" if len(parts) == 2 else shown
        assert shown in text or re.fullmatch(r"Ctrl\+[2-7]", shown), f"{shown} is not in the manual"


@test("/gui/inspector/options/version")
def version():
    done = run("--version")
    number = re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text()).group(1)
    assert (done.returncode, done.stdout) == (0, f"kad-inspector {number}\n"), done


@test("/gui/inspector/options/wrong-ones-are-said")
def wrong_options():
    for words, about in (
            (["--page", "nowhere"], "nowhere"),
            (["--demo", "--address", "unix:path=/x"], "--demo"),
            (["--demo", "--file", "/x"], "--file"),
            (["--address", "over there"], "over there"),
            (["--no-such-option"], "--no-such-option")):
        done = run(*words)
        assert done.returncode == 1 and about in done.stderr, (words, done)
        assert "CRITICAL" not in done.stderr, done.stderr


class Program:
    """The running program, as the X server has it."""

    def __init__(self, desktop, *words, **environment):
        self.desktop = desktop
        self.environment = {**desktop.environment, "GTK_A11Y": "none", **environment}
        self.log = desktop.folder / "program.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([PROGRAM, *words], stdout=log, stderr=log, env=self.environment)

    def __enter__(self):
        wait_for(lambda: self.process.poll() is not None or self.titles(), 30)
        assert self.process.poll() is None, self.log.read_text()
        return self

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(20)
        # GTK 4.8 says this of labels in its own window of shortcuts.
        said = re.sub(r".*Gtk-WARNING.*GtkLabel \S+ \(label\) reported min width -3.*", "", self.log.read_text())
        assert kind is not None or not re.search("WARNING|CRITICAL|ERROR", said), said

    def titles(self):
        return titles_on(self.desktop)

    def shows(self, title):
        wait_for(lambda: any(name.startswith(title) for name in self.titles()))

    def hides(self, title):
        wait_for(lambda: not any(name.startswith(title) for name in self.titles()))

    def goes_to(self, number):
        """Turns to a page by its key; the first one may come before the window has the keyboard."""
        title = f"{PAGES[number - 1]} –"
        wait_for(lambda: self.key(f"ctrl+{number}") or any(name.startswith(title) for name in self.titles()), 20, 0.5)

    def key(self, keys):
        subprocess.run(["xdotool", "key", "--clearmodifiers", keys], check=True, env=self.environment, timeout=20)


def xdotool(desktop, *words):
    return subprocess.run(["xdotool", *words], capture_output=True, text=True, env=desktop.environment, timeout=20, check=False).stdout


def titles_on(desktop):
    found = xdotool(desktop, "search", "--onlyvisible", "--name", ".").split()
    return {xdotool(desktop, "getwindowname", window).strip() for window in found}


@test("/gui/inspector/pages-by-keys")
def pages_by_keys():
    with Desktop() as desktop, Program(desktop) as program:
        for number in (2, 3, 4, 5, 6, 7, 8, 1):
            program.key(f"ctrl+{number}")
            program.shows(f"{PAGES[number - 1]} –")


@test("/gui/inspector/page-by-option")
def page_by_option():
    with Desktop() as desktop, Program(desktop, "--page", "events") as program:
        program.shows("Events – This Session")


@test("/gui/inspector/keys-open-dialogs")
def keys():
    with Desktop() as desktop, Program(desktop) as program:
        for key, title in (("ctrl+shift+slash", "Keyboard Shortcuts"), ("ctrl+e", "Export View"), ("ctrl+o", "Open Recording")):
            program.key(key)
            program.shows(title)
            program.key("Escape")
            program.hides(title)


@test("/gui/inspector/one-process")
def one_process():
    with Desktop() as desktop, Program(desktop, "--page", "peers") as program:
        program.shows("Peers –")
        second = subprocess.run([PROGRAM, "--page", "traffic"], env=desktop.environment, timeout=30, check=False)
        assert second.returncode == 0
        program.shows("Traffic –")
        refused = subprocess.run([PROGRAM, "--page", "nowhere"], env=desktop.environment, timeout=30, check=False, capture_output=True)
        assert refused.returncode == 1
        program.shows("Traffic –")


@test("/gui/inspector/ends-with-its-window")
def ends_with_its_window():
    for key in ("ctrl+w", "ctrl+q"):
        with Desktop() as desktop, Program(desktop) as program:
            program.key(key)
            assert program.process.wait(20) == 0


@test("/gui/inspector/without-a-bus")
def without_a_bus():
    with Desktop() as desktop:
        environment = {"DBUS_SESSION_BUS_ADDRESS": f"unix:path={desktop.folder}/nobody"}
        with Program(desktop, "--page", "table", **environment) as program:
            program.shows("Routing Table –")


@test("/gui/inspector/started-by-the-bus")
def started_by_the_bus():
    with Desktop() as desktop:
        # As the installed file says it, with this build.
        (desktop.folder / "services" / f"{ID}.service").write_text(
            f"[D-BUS Service]\nName={ID}\nExec=/usr/bin/env " + " ".join(
                f"{name}={desktop.environment[name]}" for name in (
                    "DISPLAY", "GSETTINGS_BACKEND", "GSETTINGS_SCHEMA_DIR", "GSK_RENDERER", "XDG_RUNTIME_DIR"))
            + f" {PROGRAM} --gapplication-service\n")

        def call(*words):
            done = subprocess.run(["gdbus", "call", "--session", "--dest", ID, "--object-path", "/org/libkad/Inspector", *words],
                                  capture_output=True, text=True, env=desktop.environment, timeout=30, check=False)
            assert done.returncode == 0, done
            return done.stdout

        def windows():
            return xdotool(desktop, "search", "--onlyvisible", "--name", " – ").split()

        call("--method", "org.freedesktop.DBus.Peer.Ping")
        assert not windows()
        call("--method", "org.freedesktop.Application.Activate", "{}")
        wait_for(lambda: len(windows()) == 1)
        call("--method", "org.freedesktop.Application.ActivateAction", "new-window", "[]", "{}")
        wait_for(lambda: len(windows()) == 2)
        call("--method", "org.freedesktop.Application.ActivateAction", "quit", "[]", "{}")
        wait_for(lambda: not windows())


@test("/gui/inspector/recording")
def recording():
    recorded = ROOT / "tests" / "gui" / "data" / "network.ndjson"
    with Desktop() as desktop:
        for words in (["--file", str(recorded)], [str(recorded)]):
            with Program(desktop, "--page", "table", *words) as program:
                program.shows("Routing Table – network.ndjson")
                for key in ("ctrl+4", "space", "ctrl+7", "ctrl+w"):
                    program.key(key)
                assert program.process.wait(20) == 0


@test("/gui/inspector/recording/cannot-be-read")
def recording_cannot_be_read():
    with Desktop() as desktop, Program(desktop, "--page", "table", str(ROOT / "README.md"), "/nonexistent/x.ndjson") as program:
        program.shows("Routing Table – README.md")
        program.shows("Routing Table – x.ndjson")
        program.key("ctrl+q")
        assert program.process.wait(20) == 0


def children(process):
    listed = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    return [int(word) for word in listed if "kadd" in pathlib.Path(f"/proc/{word}/cmdline").read_text()]


def is_running(pid):
    try:
        # A child of a parent that is gone may stay a zombie until somebody reaps it.
        return pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@test("/gui/inspector/demonstration/ends-with-its-window")
def demonstration():
    with Desktop() as desktop, Program(desktop, "--demo", "--page", "events") as program:
        program.shows("Events – Demonstration")
        (daemon,) = wait_for(lambda: children(program.process))
        wait_for(lambda: list(desktop.folder.glob("kad-demo-*/bus")))
        (folder,) = desktop.folder.glob("kad-demo-*")
        assert folder.stat().st_mode & 0o777 == 0o700, oct(folder.stat().st_mode)
        program.key("ctrl+w")
        assert program.process.wait(20) == 0
        wait_for(lambda: not is_running(daemon))
        assert not list(desktop.folder.glob("kad-demo-*"))


@test("/gui/inspector/demonstration/ends-with-a-crash")
def demonstration_crash():
    with Desktop() as desktop, Program(desktop, "--demo", "--page", "events") as program:
        (daemon,) = wait_for(lambda: children(program.process))
        program.process.kill()
        program.process.wait(20)
        wait_for(lambda: not is_running(daemon))


@test("/gui/inspector/demonstration/from-the-build-tree")
def demonstration_built():
    """As README says it: nothing is installed, and nothing is set."""
    with Desktop() as desktop:
        for name in ("KAD_DAEMON", "GSETTINGS_SCHEMA_DIR"):
            desktop.environment.pop(name, None)
        with Program(desktop, "--demo", "--page", "events") as program:
            program.shows("Events – Demonstration")
            wait_for(lambda: children(program.process))
            time.sleep(2)
            assert children(program.process), "kadd ended"
            program.key("ctrl+w")
            assert program.process.wait(20) == 0


@test("/gui/inspector/demonstration/not-installed")
def demonstration_not_installed():
    with Desktop() as desktop, Program(desktop, "--demo", "--page", "events", KAD_DAEMON="/nonexistent/kadd") as program:
        program.shows("Events – Demonstration")
        assert not children(program.process)
        program.key("ctrl+w")
        assert program.process.wait(20) == 0


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def connections(pid):
    """How many sockets the service has: what listens, who is connected, and what is written to."""
    links = []
    for link in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        # It may be closed meanwhile.
        with contextlib.suppress(OSError):
            links.append(os.readlink(link))
    return sum(1 for link in links if link.startswith("socket:"))


def steady(what, seconds=3.0):
    """What it was for some seconds without a change."""
    seen, since = what(), time.monotonic()

    def is_steady():
        nonlocal seen, since
        now = what()
        if now != seen:
            seen, since = now, time.monotonic()
        return time.monotonic() - since > seconds

    wait_for(is_steady)
    return seen


@test("/gui/inspector/watches-what-is-shown")
def watches_what_is_shown():
    """The service writes events to a descriptor while they are shown, and has none while they are not, or are held."""
    with Desktop() as desktop, Program(desktop, "--demo", "--page", "traffic") as program:
        program.shows("Traffic – Demonstration")
        (daemon,) = wait_for(lambda: children(program.process))
        # Once it was there, the window has the keyboard, and the demonstration is connected.
        program.goes_to(7)
        program.goes_to(8)
        # What the demonstration itself connects comes late on a slow machine, so each count begins anew.
        steady(lambda: connections(daemon), 6)
        for begin, end in (("ctrl+7", "ctrl+8"), ("ctrl+7", "space"), ("space", "ctrl+8")):
            quiet = steady(lambda: connections(daemon))
            program.key(begin)
            wait_for(lambda before=quiet: connections(daemon) > before)
            watched = steady(lambda: connections(daemon))
            program.key(end)
            wait_for(lambda before=watched: connections(daemon) < before)


def wakeups(pid):
    """How often its threads have gone to sleep: what wakes up does so, too."""
    total = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        with contextlib.suppress(OSError):
            total += int(re.search(r"^voluntary_ctxt_switches:\s*(\d+)", status.read_text(), re.MULTILINE)[1])
    return total


@test("/gui/inspector/closed-it-costs-nothing")
def closed_it_costs_nothing():
    """A service that has nothing to do is asked nothing any more: its sockets, its wake-ups and its CPU are what they were."""
    with Desktop() as desktop:
        address = f"unix:path={desktop.folder}/service"
        words = ["--data", ":memory:", "--network", "private:closed", "--listen", "/ip4/127.0.0.1/tcp/0"]
        with subprocess.Popen([os.environ["KAD_DAEMON"], f"--address={address}", *words], stdout=subprocess.PIPE,
                              env=desktop.environment) as service:
            try:
                assert service.stdout.readline()

                def measure(seconds=6):
                    """Wake-ups and seconds of CPU, each second."""
                    begin = wakeups(service.pid), cpu_seconds(service.pid)
                    time.sleep(seconds)
                    return tuple((end - at) / seconds for end, at in zip((wakeups(service.pid), cpu_seconds(service.pid)), begin))

                for word in ("up", "status"):
                    said = subprocess.run([os.environ["KAD_TOOL"], word, "--json", "--address", address], env=desktop.environment,
                                          stdout=subprocess.PIPE, timeout=60, check=False, text=True).stdout
                # There is nobody to join, but the node is up.
                assert json.loads(said)["state"] == "offline", said
                sockets = steady(lambda: connections(service.pid))
                alone = measure()
                with Program(desktop, "--address", address, "--page", "events") as program:
                    program.shows("Events – ")
                    wait_for(lambda: connections(service.pid) > sockets)
                    watched = measure()
                    program.key("ctrl+w")
                    assert program.process.wait(20) == 0
                wait_for(lambda: connections(service.pid) == sockets)
                time.sleep(1)
                after = measure()
                print(f"# wake-ups and CPU, each second: before {alone}, watched {watched}, after {after}")
                # Or this test could not tell.
                assert watched[0] > alone[0] + 1, (alone, watched)
                assert after[0] < alone[0] + 1, (alone, after)
                assert after[1] < alone[1] * 1.5 + 0.05, (alone, after)
            finally:
                service.terminate()
                service.wait(20)


@test("/gui/inspector/remembers-its-page")
def remembers_its_page():
    with Desktop() as desktop:
        with Program(desktop, GSETTINGS_BACKEND="keyfile") as program:
            program.goes_to(5)
            program.key("ctrl+w")
            assert program.process.wait(20) == 0
        with Program(desktop, GSETTINGS_BACKEND="keyfile") as program:
            program.shows("Publications –")


main()
