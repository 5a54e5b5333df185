# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs that use the service from a sandbox: with a root folder and mounts of their own, as Flatpak makes them.

    with Sandbox(bus, info="[Application]\\nname=org.example.App\\n") as app:
        app.call(ROOT, "Publications", "List", "({},)")
        app.fails(ROOT, "Settings", "Get")

As root the view is made by chroot, into a folder that has the socket and the .flatpak-info, and where it is about mounts by
unshare; otherwise by bwrap. Nothing is mounted: that cannot be had where the tests are in a chroot themselves. Run as a
program it is what is in there: it has a connection, reads what to do line by line as JSON, and answers so.
"""

import ast
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

NAME = "org.libkad.Kad1"
ROOT = "/org/libkad/Kad1"

def app(name):
    """A .flatpak-info."""
    return f"[Application]\nname={name}\nruntime=runtime/org.example.Platform/x86_64/1\n\n[Instance]\ninstance-id=1\n"


def error_name(error):
    from gi.repository import Gio

    name = Gio.DBusError.get_remote_error(error) or ""
    return name.removeprefix(f"{NAME}.Error.")


class Sandbox:
    """A program in a view of its own. info: the text of its .flatpak-info, or a function of its path, None: there is none.

    root=False: it has our root folder, and only mounts of its own. last: it makes one call, and ends without an answer.
    """

    def __init__(self, where, info=None, root=True, last=None, wait=True):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="kad-sandbox-"))
        self.ready = False
        if callable(info):
            info(self.folder / ".flatpak-info")
        elif info is not None:
            (self.folder / ".flatpak-info").write_text(info)
        program = self.program(where, root)
        if last is not None:
            program.append(json.dumps(last))
        self.process = subprocess.Popen(self.view(root) + program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if wait and last is None:
            self.wait()

    def address_inside(self, where):
        """Of the socket in the root folder, where it has another name."""
        (path,) = re.findall(r"path=([^,;]+)", where.address)
        os.link(path, self.folder / "outside")
        return where.address.replace(path, "/outside")

    def program(self, where, root):
        kind = "bus" if hasattr(where, "connect") else "socket"
        words = ["/usr/bin/python3", str(pathlib.Path(__file__).resolve())]
        if os.geteuid() == 0 and root:
            return [*words, self.address_inside(where), kind, str(self.folder)]
        return [*words, where.address, kind, "/"]

    def view(self, root):
        if os.geteuid() == 0:
            return [] if root else ["unshare", "--mount", "--propagation", "unchanged", "--"]
        if not root:
            return ["bwrap", "--dev-bind", "/", "/", "--"]
        words = ["bwrap"]
        for entry in sorted(pathlib.Path("/").iterdir()):
            if entry.is_symlink():
                words += ["--symlink", os.readlink(entry), str(entry)]
            elif entry.is_dir():
                words += ["--dev-bind", str(entry), str(entry)]
        if (self.folder / ".flatpak-info").exists():
            words += ["--ro-bind", str(self.folder / ".flatpak-info"), "/.flatpak-info"]
        return words + ["--"]

    def wait(self):
        if not self.ready:
            line = self.process.stdout.readline()
            assert line, "the program in the sandbox ended"
            assert json.loads(line)["ok"], line
            self.ready = True
        return self

    def ask(self, **what):
        self.wait()
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the program in the sandbox ended"
        return json.loads(line)

    def call(self, path, interface, method, arguments="()"):
        """arguments: in GVariant's text format. The answer as plain data."""
        got = self.ask(call=[path, interface, method, arguments])
        assert "error" not in got, (method, arguments, got)
        answer = got["answer"]
        return answer[0] if len(answer) == 1 else answer

    def fails(self, path, interface, method, arguments="()"):
        got = self.ask(call=[path, interface, method, arguments])
        assert "error" in got, (method, arguments, got)
        return got["error"]

    def get(self, path, interface, name):
        return self.call(path, "org.freedesktop.DBus.Properties", "Get", f"('{NAME}.{interface}', '{name}')")

    def heard(self):
        """All signals so far: path, interface, name, arguments as text. A call to the service before it brings what was on its way."""
        return self.ask(heard=True)["heard"]

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()
        # What is mounted there was mounted for it alone, and went with it.
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Proxy(Sandbox):
    """What Flatpak has between its programs and the bus: it is in a view of its own with the same .flatpak-info. Somewhere to connect to, as a bus."""

    def __init__(self, bus, info):
        self.place = tempfile.mkdtemp(prefix="kad-proxy-")
        super().__init__(bus, info, wait=False)
        deadline = time.monotonic() + 60
        while not os.path.exists(f"{self.place}/socket"):
            assert self.process.poll() is None and time.monotonic() < deadline, "xdg-dbus-proxy did not start"
            time.sleep(0.02)

    @property
    def address(self):
        return f"unix:path={self.place}/socket"

    def program(self, where, root):
        words = ["--filter", f"--talk={NAME}"]
        if os.geteuid() != 0:
            return ["xdg-dbus-proxy", where.address, f"{self.place}/socket", *words]
        import kadlab

        os.rmdir(self.place)
        self.place = str(self.folder)
        kadlab.copy_program("/usr/bin/xdg-dbus-proxy", self.folder)
        return ["chroot", str(self.folder), "/usr/bin/xdg-dbus-proxy", self.address_inside(where), "/socket", *words]

    def connect(self):
        """As Bus.connect()."""
        from gi.repository import Gio

        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)

    def close(self):
        self.process.terminate()
        super().close()
        shutil.rmtree(self.place, ignore_errors=True)


# ---- in the sandbox ----


def plain(value):
    """For JSON."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    return [plain(inner) for inner in value] if isinstance(value, (list, tuple)) else value


class Program:
    def __init__(self, address, kind):
        from gi.repository import Gio, GLib

        self.gio, self.glib = Gio, GLib
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
        if kind == "bus":
            flags |= Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        self.destination = NAME if kind == "bus" else None
        self.connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
        self.got = []
        self.connection.signal_subscribe(
            self.destination, None, None, None, None, Gio.DBusSignalFlags.NONE,
            lambda _c, _s, path, interface, name, body: self.got.append([path, interface, name, body.print_(False)]))

    def arguments(self, text):
        value = ast.literal_eval(text) if text == "()" else None
        return None if value == () else self.glib.Variant.parse(None, text, None, None)

    def call(self, path, interface, method, text, flags=0):
        name = interface if "." in interface else f"{NAME}.{interface}"
        return self.connection.call_sync(self.destination, path, name, method, self.arguments(text), None, flags, 60000, None)

    def last(self, path, interface, method, text):
        """Asks, and is gone before anybody answers."""
        name = interface if "." in interface else f"{NAME}.{interface}"
        self.connection.call(self.destination, path, name, method, self.arguments(text), None, 0, 60000, None, None)
        self.connection.flush_sync(None)
        os._exit(0)

    def turn(self):
        deadline = time.monotonic() + 0.05
        while time.monotonic() < deadline:
            while self.glib.MainContext.default().iteration(False):
                pass
            time.sleep(0.005)

    def do(self, what):
        if "heard" in what:
            self.turn()
            return {"heard": self.got}
        try:
            return {"answer": plain(self.call(*what["call"]).unpack())}
        except self.glib.Error as error:
            return {"error": error_name(error) or error.message, "message": error.message}


def run():
    # What is loaded later could not be.
    from gi.repository import Gio, GLib  # noqa: F401

    if sys.argv[3] != "/":
        os.chroot(sys.argv[3])
        os.chdir("/")
    program = Program(sys.argv[1], sys.argv[2])
    if len(sys.argv) > 4:
        program.last(*json.loads(sys.argv[4]))
    print(json.dumps({"ok": True}), flush=True)
    for line in sys.stdin:
        print(json.dumps(program.do(json.loads(line))), flush=True)


if __name__ == "__main__":
    run()
