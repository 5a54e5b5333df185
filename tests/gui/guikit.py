# SPDX-License-Identifier: GPL-3.0-or-later
"""The inspector as a person with a screen reader and a keyboard has it: on a display and a bus of the test's own.

    with Desktop() as desktop, desktop.inspector("--demo") as window:
        window.find("Routing Table", role="list item").activate()
"""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "interop"))

from kadtap import main, test  # noqa: E402, F401
from xserver import XServer  # noqa: E402

PATIENCE = float(os.environ.get("KAD_TEST_PATIENCE", "1"))
SIZE = "1400x1000"

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={folder}/socket</listen>
<servicedir>{folder}/services</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>"""
A11Y = pathlib.Path("/usr/share/dbus-1/services/org.a11y.Bus.service")


def wait_for(what, seconds=20.0, step=0.1):
    """Until what() is true: gives what it was."""
    deadline = time.monotonic() + seconds * PATIENCE
    while True:
        got = what()
        if got:
            return got
        assert time.monotonic() < deadline, f"it did not come within {seconds * PATIENCE} s"
        time.sleep(step)


class Desktop:
    """A display, a session bus and accessibility, all private."""

    def __init__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kad-gui-"))
        (self.folder / "services").mkdir()
        shutil.copy(A11Y, self.folder / "services")
        config = self.folder / "bus.conf"
        config.write_text(BUS.format(folder=self.folder))
        self.bus = subprocess.Popen(["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address=1"],
                                    stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.address = self.bus.stdout.readline().strip()
        assert self.address, "dbus-daemon did not start"
        self.server = XServer(SIZE)
        self.environment = {
            **os.environ, "DBUS_SESSION_BUS_ADDRESS": self.address, "DISPLAY": self.server.name,
            "XDG_RUNTIME_DIR": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
            "XDG_STATE_HOME": str(self.folder / "state"), "XDG_DATA_HOME": str(self.folder / "data"),
            "GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "atspi", "GSETTINGS_BACKEND": "memory",
            "GIO_USE_VFS": "local", "GDK_DEBUG": "gl-disable", "G_DEBUG": "fatal-criticals", "LANGUAGE": "C",
        }
        for name in ("WAYLAND_DISPLAY", "NO_AT_BRIDGE", "LC_ALL", "LANG"):
            self.environment.pop(name, None)
        self.environment["LC_ALL"] = "C.UTF-8"
        # Atspi of this process talks to the same buses.
        os.environ.update({name: self.environment[name] for name in (
            "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "XDG_RUNTIME_DIR")})

    def inspector(self, *words, **environment):
        return Inspector(self, words, environment)

    def close(self):
        self.server.close()
        self.bus.terminate()
        self.bus.wait(10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Node:
    """One thing that a screen reader sees."""

    def __init__(self, accessible):
        self.accessible = accessible

    @staticmethod
    def _ask(question, otherwise):
        """What is gone meanwhile, as rows of a list go, has no name, no role and no children."""
        from gi.repository import GLib
        try:
            return question() or otherwise
        except GLib.Error:
            return otherwise

    @property
    def name(self):
        return self._ask(self.accessible.get_name, "")

    @property
    def role(self):
        return self._ask(self.accessible.get_role_name, "")

    @property
    def description(self):
        return self._ask(self.accessible.get_description, "")

    def is_showing(self):
        from gi.repository import Atspi
        return self.accessible.get_state_set().contains(Atspi.StateType.SHOWING)

    def count(self):
        """How many are in it now, whatever is remembered."""
        self.accessible.clear_cache()
        return self._ask(self.accessible.get_child_count, 0)

    def children(self):
        for index in range(self.count()):
            child = self._ask(lambda at=index: self.accessible.get_child_at_index(at), None)
            if child is not None:
                yield Node(child)

    def walk(self, limit=20000):
        """Everything below, breadth first, bounded."""
        queue = [self]
        while queue and limit > 0:
            node = queue.pop(0)
            limit -= 1
            yield node
            queue.extend(node.children())

    def all(self, name=None, role=None, has=None):
        for node in self.walk():
            if (name is None or node.name == name) and (role is None or node.role == role) \
                    and (has is None or has in node.name):
                yield node

    def look(self, name=None, role=None, has=None, showing=True):
        return next((node for node in self.all(name, role, has) if not showing or node.is_showing()), None)

    def find(self, name=None, role=None, has=None, seconds=20, showing=True):
        found = []

        def there():
            node = self.look(name, role, has, showing)
            if node is not None:
                found.append(node)
            return node is not None
        try:
            wait_for(there, seconds)
        except AssertionError as error:
            raise AssertionError(f"nothing is called {name or has!r} ({role or 'any role'})\n{self.outline()}") from error
        return found[-1]

    def activate(self):
        action = self.accessible.get_action_iface()
        assert action is not None and action.get_n_actions() > 0, f"{self.name} ({self.role}) has no action"
        assert action.do_action(0), f"{self.name} did nothing"

    def type(self, text):
        editable = self.accessible.get_editable_text_iface()
        assert editable is not None, f"{self.name} ({self.role}) takes no text"
        editable.set_text_contents(text)

    def texts(self):
        """All names of what is shown below, in one text."""
        return "\n".join(node.name for node in self.walk() if node.name and node.is_showing())

    def outline(self, depth=0, limit=6):
        lines = [f"{'  ' * depth}{self.role}: {self.name[:60]}"]
        if depth < limit:
            for child in self.children():
                lines.append(child.outline(depth + 1, limit))
        return "\n".join(lines)


class Inspector(Node):
    """The running program, from its first frame."""

    def __init__(self, desktop, words, environment):
        self.desktop = desktop
        self.log = desktop.folder / f"inspector-{time.monotonic_ns()}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen([os.environ["KAD_INSPECTOR"], *words], stdout=log, stderr=log,
                                            env={**desktop.environment, **environment})
        super().__init__(None)

    def __enter__(self):
        import gi
        gi.require_version("Atspi", "2.0")
        from gi.repository import Atspi
        Atspi.init()
        # No loop of ours runs that would keep what is remembered true.
        Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)
        Atspi.set_timeout(10000, 20000)
        self.accessible = wait_for(self._find_frame, 30)
        return self

    def _find_frame(self):
        from gi.repository import Atspi
        assert self.process.poll() is None, f"the inspector ended: {self.log.read_text()}"
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            program = desktop.get_child_at_index(index)
            if program is not None and program.get_process_id() == self.process.pid and program.get_child_count() > 0:
                # No loop of ours runs that would keep what is remembered true.
                program.set_cache_mask(Atspi.Cache.NONE)
                return program.get_child_at_index(0)
        return None

    def key(self, keys):
        """Presses keys, as "ctrl+f"."""
        subprocess.run(["xdotool", "key", "--clearmodifiers", keys], check=True, env=self.desktop.environment, timeout=20)

    def close(self):
        if self.process.poll() is None:
            self.process.terminate()
        status = self.process.wait(20)
        said = self.log.read_text()
        assert "CRITICAL" not in said and "ERROR" not in said, said
        return status

    def __exit__(self, kind, *_):
        if kind is not None:
            sys.stderr.write(self.log.read_text())
            if self.process.poll() is None:
                self.process.kill()
            self.process.wait(10)
            return
        self.close()
