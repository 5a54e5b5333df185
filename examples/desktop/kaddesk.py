# SPDX-License-Identifier: GPL-3.0-or-later
"""What the programs here have in common: asking org.libkad.Kad1 without waiting, and saying in words what went wrong.

A Task runs a generator. Whatever the generator yields begins something and is told what becomes of it; meanwhile the
main loop goes on, so the same steps serve a program of a terminal and one with a window:

    def steps(kad):
        found = yield kad.call("Routing", "FindProviders", "(sa{sv})", key, {})
        yield sleep(1)

    Task(steps(Kad()), done=print, failed=print)
"""

import gettext
import os
import re
import signal
import sys
import threading

import gi  # noqa: F401
from gi.repository import Gio, GLib

NAME = "org.libkad.Kad1"
ROOT = "/org/libkad/Kad1"
CALL_S = 90
ASK_S = 3

gettext.bindtextdomain("kad", os.environ.get("KAD_LOCALEDIR"))
gettext.textdomain("kad")
_ = gettext.gettext
ngettext = gettext.ngettext

# Of each kind of error: the exit status of a program, which is that of the tool kad where it has one.
STATUS = {"failed": 1, "code": 2, "timeout": 3, "offline": 4, "off": 4, "refused": 5, "missing": 8, "nobody": 10,
          "over": 11, "junk": 12, "clock": 12}
KINDS = {"NotRunning": "off", "Paused": "off", "Offline": "offline", "NotBootstrapped": "offline",
         "Timeout": "timeout", "LimitReached": "refused", "NotAuthorized": "refused", "InvalidRecord": "refused",
         "RecordTooLarge": "refused", "NotSupported": "refused", "NotFound": "nobody", "DialFailed": "unreachable"}
AWAY = ("ServiceUnknown", "NameHasNoOwner", "Disconnected", "NoReply", "NoServer", "Spawn.", "UnknownObject",
        "UnknownMethod", "UnknownInterface")


class KadError(Exception):
    """What a person is told. Its kind says which sort of error it is, whatever the language."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind = kind


def service_is_missing():
    return KadError("missing", _("The service of Kad is not there. Install it, or start it with “kadd”."))


def error_of(error):
    """A KadError of what came by D-Bus."""
    name = Gio.DBusError.get_remote_error(error) or ""
    known = KINDS.get(name.removeprefix(f"{NAME}.Error."))
    if error.matches(Gio.io_error_quark(), Gio.IOErrorEnum.TIMED_OUT):
        return KadError("timeout", _("The service of Kad took too long to answer."))
    if not name or any(word in name for word in AWAY):
        return service_is_missing()
    if known == "off":
        return KadError("off", _("Kad is paused or off. “kad resume” or “kad up” turns it on."))
    if known == "offline":
        return KadError("offline", _("Kad is offline: it reaches nobody now."))
    Gio.DBusError.strip_remote_error(error)
    return KadError(known or "failed", error.message)


class Task:
    """Runs a generator in the main loop, one step at a time."""

    def __init__(self, steps, done=None, failed=None):
        self.steps = steps
        self.done = done
        self.failed = failed
        self.cancellable = Gio.Cancellable()
        self._go(lambda: next(steps))

    def cancel(self):
        """Neither done() nor failed() is called any more."""
        if self.steps is not None:
            steps, self.steps = self.steps, None
            self.cancellable.cancel()
            steps.close()

    def _go(self, step):
        try:
            begin = step()
        except StopIteration as stop:
            self._end(self.done, stop.value)
        except Exception as error:  # whoever waits for it decides
            self._end(self.failed, error)
        else:
            begin(self.cancellable, self._on_value, self._on_error)

    def _end(self, tell, what):
        self.steps = None
        if tell is not None:
            tell(what)

    def _on_value(self, value=None):
        if self.steps is not None:
            self._go(lambda: self.steps.send(value))

    def _on_error(self, error):
        if self.steps is not None:
            self._go(lambda: self.steps.throw(error))


def sleep(seconds):
    """To yield: goes on after a time."""
    return lambda _cancellable, done, _failed: GLib.timeout_add(int(seconds * 1000), lambda: done() or False)


def in_thread(function, *arguments):
    """To yield: what a function gives that takes a while."""
    def begin(_cancellable, done, failed):
        def run():
            try:
                tell, what = done, function(*arguments)
            except Exception as error:  # it belongs to the task
                tell, what = failed, error
            GLib.idle_add(lambda: tell(what) or False)
        threading.Thread(target=run, daemon=True).start()
    return begin


class Kad:
    """The service, on the session bus."""

    def __init__(self):
        try:
            self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        except GLib.Error as error:
            raise KadError("missing", _("There is no session bus: %s") % error.message) from error
        self.bus.set_exit_on_close(False)

    def call(self, interface, method, signature="()", *arguments, path=ROOT, seconds=CALL_S, name=None):
        """To yield: the answer of a method, unpacked; one value as itself."""
        body = GLib.Variant(signature, arguments)

        def begin(cancellable, done, failed):
            def on_answer(bus, result):
                try:
                    answer = bus.call_finish(result).unpack()
                except GLib.Error as error:
                    if not cancellable.is_cancelled():
                        failed(error_of(error))
                    return
                done(answer[0] if len(answer) == 1 else answer or None)
            self.bus.call(NAME, path, name or f"{NAME}.{interface}", method, body, None, 0, int(seconds * 1000),
                          cancellable, on_answer)
        return begin

    def get(self, interface, which, path=ROOT):
        """To yield: a property."""
        return self.call("", "Get", "(ss)", f"{NAME}.{interface}", which, path=path, seconds=20,
                         name="org.freedesktop.DBus.Properties")

    def watch(self, on_gone):
        """Tells each time that the service goes; gives what ends that."""
        ident = Gio.bus_watch_name_on_connection(self.bus, NAME, Gio.BusNameWatcherFlags.NONE, None,
                                                 lambda *_: on_gone())
        return lambda: Gio.bus_unwatch_name(ident)


def options(**values):
    """The options of a call: texts, truths and whole numbers by their names, "_" for "-"."""
    kinds = {str: "s", bool: "b", int: "u", bytes: "ay"}
    return {name.replace("_", "-"): GLib.Variant(kinds[type(value)], value) for name, value in values.items()}


def ask_peer(kad, command, **arguments):
    """Steps: what a command gives that asks one peer; None if that does not answer. Where a local network is beside the one
    that the node is in, the peer may be there, and that is known sooner."""
    for where in ({"network": "lan"}, {}):
        try:
            rows, _summary = yield kad.call("Routing", "Run", "(sa{sv})", command,
                                            options(timeout_ms=ASK_S * 1000, **arguments, **where), seconds=2 * ASK_S)
        except KadError as error:
            if error.kind in ("missing", "off"):
                raise
            continue
        if rows:
            return rows[0]
    return None


def provides(kad, peer, key):
    """Steps: whether a peer says now that it provides a key; None if it does not answer. Provider records live at others
    for two days after their provider has left, and others may write them: a peer itself is believed, and proves its id."""
    answer = yield from ask_peer(kad, "ask", address=peer, request="get-providers", key=key)
    return None if answer is None else any(row["peer"] == peer for row in answer.get("providers", []))


def ping(kad, peer):
    """Steps: how fast a peer answers, in microseconds; None if it does not."""
    answer = yield from ask_peer(kad, "ask", address=peer, request="ping")
    return None if answer is None else answer.get("rtt_us", 0)


def clean(text, keep=""):
    """A text of somebody else, as a terminal bears it: what is no letter or sign is shown as �."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]",
                  lambda match: match[0] if match[0] in keep else "\ufffd", text)


def run_program(make_steps, on_stop=None):
    """Runs a program of a terminal until its steps have ended, and gives its exit status. Ctrl-C and the end of the
    session call on_stop(), which gives the steps that are left to be done."""
    loop = GLib.MainLoop()
    outcome = []

    def end(what):
        outcome.append(what)
        loop.quit()

    def stop():
        nonlocal task
        if on_stop is None or stopped:
            end(130)
            return True
        stopped.append(True)
        task.cancel()
        task = Task(on_stop(), lambda _value: end(0), end)
        return True

    stopped = []
    for number in (signal.SIGINT, signal.SIGTERM):
        GLib.unix_signal_add(GLib.PRIORITY_DEFAULT, number, stop)
    try:
        task = Task(make_steps(Kad()), end, end)
    except KadError as error:
        outcome.append(error)
    if not outcome:
        loop.run()
    if isinstance(outcome[0], KadError):
        print(clean(str(outcome[0])), file=sys.stderr)
        return STATUS.get(outcome[0].kind, 1)
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0] or 0
