# SPDX-License-Identifier: GPL-3.0-or-later
"""Real DHT nodes as processes: ours, go's and js's, behind one interface.

Every peer is a process that writes JSON lines on stdout and reads commands on
stdin. GoPeer and JsPeer follow tests/interop/README.md, KadPeer follows the
tool's own contract (kad node --json --commands). Nothing here waits without a
limit, processes are stopped by pid, and a test that fails sees what its peers
wrote to stderr.
"""

import base64
import collections
import json
import os
import pathlib
import queue
import re
import shlex
import shutil
import signal
import subprocess
import threading
import time

import kadwire
from kadtap import Skip

START_S = 30
CALL_S = 30
STOP_S = 6
STDERR_LINES = 40

# What all peers of a run listen and dial on, where a test does not say it.
TRANSPORT = os.environ.get("KAD_INTEROP_TRANSPORT", "tcp")
LISTEN = {
    "tcp": "/ip4/127.0.0.1/tcp/0",
    "ws": "/ip4/127.0.0.1/tcp/0/ws",
    "tls-ws": "/ip4/127.0.0.1/tcp/0/tls/ws",
}[TRANSPORT]
CERTIFICATES = os.environ.get("KAD_INTEROP_CERTIFICATES", "")

KAD = "/ipfs/kad/1.0.0"
IDENTIFY = "/ipfs/id/1.0.0"


def encode(data):
    return base64.b64encode(data).decode()


def decode(text):
    return base64.b64decode(text)


class PeerError(Exception):
    """A command was answered with an error; code is None for go and js."""

    def __init__(self, text, code=None):
        super().__init__(text)
        self.code = code


class PeerGone(Exception):
    """The process ended, or did not answer in time."""


def transport_arguments(kind):
    """What the program of a kind needs for TRANSPORT."""
    ca, certificate, key = (
        os.path.join(CERTIFICATES, name) for name in ("ca.pem", "cert.pem", "key.pem")
    )
    arguments = ["--transports", "tcp,ws"] if kind == "go" and TRANSPORT != "tcp" else []
    if TRANSPORT != "tls-ws":
        return arguments
    if kind == "kad":
        for option, path in (("certificate", certificate), ("private-key", key), ("ca-file", ca)):
            arguments += ["--transport-option", f"websocket.{option}={path}"]
        return arguments
    arguments += ["--certificate", certificate, "--private-key", key]
    # js is told by the environment.
    return arguments + (["--ca-file", ca] if kind == "go" else [])


def environment_of_peers():
    if TRANSPORT != "tls-ws":
        return None
    return {**os.environ, "NODE_EXTRA_CA_CERTS": os.path.join(CERTIFICATES, "ca.pem")}


def eventually(condition, timeout=10, what="the condition"):
    """Polls until condition() is true and returns its value."""
    end = time.monotonic() + timeout
    pause = 0.01
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come true in {timeout} s")
        time.sleep(pause)
        pause = min(2 * pause, 0.1)


def copy_program(path, root):
    """A program and the libraries that it needs, into a root folder for it."""
    listed = subprocess.run(["ldd", path], stdout=subprocess.PIPE, text=True, check=True).stdout
    for name in (path, *re.findall(r"(/\S+) \(0x", listed)):
        copy = pathlib.Path(root) / name.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name, copy)


def freeze(process):
    """Stops it, and waits until each of its threads has: one that is at work goes on for a moment after the signal."""
    process.send_signal(signal.SIGSTOP)

    def is_stopped():
        states = [path.read_text().rpartition(")")[2].split()[0]
                  for path in pathlib.Path(f"/proc/{process.pid}/task").glob("*/stat")]
        return states and all(state == "T" for state in states)
    eventually(is_stopped, what="a process that stands still")


def never(condition, seconds, what="the condition"):
    """Fails if condition() becomes true within some seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            raise AssertionError(f"{what} came true")
        time.sleep(0.1)


class Peer:
    """A process and its JSON lines."""

    kind = None

    def __init__(self, arguments, name):
        self.name = name
        self.peer = None
        self.addresses = []
        self.events = []
        self._pending = {}
        self._next_id = 0
        self._changed = threading.Condition()
        self._ended = False
        self._stderr = collections.deque(maxlen=STDERR_LINES)
        self.process = subprocess.Popen(
            self.program() + arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment_of_peers(),
        )
        self._threads = [
            threading.Thread(target=self._read_stdout, daemon=True),
            threading.Thread(target=self._read_stderr, daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    @classmethod
    def program(cls):
        raise NotImplementedError

    # Lines

    def _read_stdout(self):
        for line in self.process.stdout:
            try:
                entry = json.loads(line)
            except ValueError:
                self._stderr.append(f"not JSON on stdout: {line!r}")
                continue
            with self._changed:
                if "event" in entry:
                    self.events.append(entry)
                else:
                    answers = self._pending.get(entry.get("id"))
                    if answers is not None:
                        answers.put(entry)
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            for answers in self._pending.values():
                answers.put(None)
            self._changed.notify_all()

    def _read_stderr(self):
        for line in self.process.stderr:
            self._stderr.append(line.decode(errors="backslashreplace").rstrip())

    def stderr_tail(self):
        lines = "\n".join(f"  {line}" for line in self._stderr)
        return f"{self.name} (pid {self.process.pid}, {self.peer}) wrote to stderr:\n{lines}"

    def wait_event(self, name, timeout=START_S, since=0):
        """The first event of a name, from the index since on."""
        with self._changed:
            found = self._changed.wait_for(
                lambda: [e for e in self.events[since:] if e["event"] == name] or self._ended,
                timeout,
            )
        matches = [e for e in self.events[since:] if e["event"] == name]
        if not matches:
            why = "its process ended" if found else f"not in {timeout} s"
            raise PeerGone(f"{self.name}: no event {name}: {why}")
        return matches[0]

    def wait_listening(self):
        event = self.wait_event("listening")
        self.peer = event["peer"]
        self.addresses = event["addresses"]
        if event["pid"] != self.process.pid:
            raise AssertionError(f"{self.name} tells pid {event['pid']}")
        return self

    # Commands

    def send(self, command, options):
        """Sends one command: its id, and the queue to which the answers come."""
        answers = queue.Queue()
        with self._changed:
            self._next_id += 1
            number = self._next_id
            self._pending[number] = answers
            if self._ended:
                raise PeerGone(f"{self.name} has ended")
        self._write(json.dumps({"id": number, "command": command, "options": options}))
        return number, answers

    def _write(self, line):
        try:
            self.process.stdin.write(line.encode() + b"\n")
            self.process.stdin.flush()
        except (BrokenPipeError, ValueError) as error:
            raise PeerGone(f"{self.name} no longer reads commands") from error

    def answers(self, command, timeout=CALL_S, **options):
        """Yields each line that answers a command, up to the last one."""
        options = {k: v for k, v in options.items() if v is not None}
        options.setdefault("timeout_ms", int(timeout * 1000))
        # The peer's own timeout is answered as an error; ours is for a dead peer.
        end = time.monotonic() + timeout + 10
        number, answers = self.send(command, options)
        try:
            while True:
                try:
                    entry = answers.get(timeout=max(0.0, end - time.monotonic()))
                except queue.Empty:
                    raise PeerGone(f"{self.name} did not answer {command} in time") from None
                if entry is None:
                    raise PeerGone(f"{self.name} ended before it answered {command}")
                yield entry
                if self.is_last(entry):
                    return
        finally:
            with self._changed:
                self._pending.pop(number, None)

    # The end

    @property
    def running(self):
        return self.process.poll() is None

    def stop(self):
        """Ends the process: end of stdin, then SIGTERM, then SIGKILL; its code."""
        for step in (self.process.stdin.close, self.process.terminate, self.process.kill):
            try:
                step()
            except OSError:
                pass
            try:
                self.process.wait(STOP_S)
                break
            except subprocess.TimeoutExpired:
                continue
        for thread in self._threads:
            thread.join(STOP_S)
        self.process.stdout.close()
        self.process.stderr.close()
        return self.process.returncode

    def kill(self):
        """Ends it at once, as a crash would."""
        self.process.kill()
        self.process.wait(STOP_S)


def _program_from(variable, what):
    value = os.environ.get(variable, "")
    if not value:
        raise Skip(f"{what} is not here ({variable} is not set)")
    words = shlex.split(value)
    if not os.access(words[0], os.X_OK):
        raise Skip(f"{what} is not here ({words[0]} is not built)")
    return words


class ReferencePeer(Peer):
    """What go's and js's programs share: one answer a command."""

    @staticmethod
    def is_last(_entry):
        return True

    def __init__(self, mode=None, key_type=None, listen=None, protocol=None, extra=(), name=None):
        arguments = transport_arguments(self.kind)
        for option, value in (
            ("--mode", mode),
            ("--key-type", key_type),
            ("--listen", listen or LISTEN),
            ("--protocol", protocol),
        ):
            if value is not None:
                arguments += [option, value]
        super().__init__(arguments + list(extra), name or self.kind)

    def call(self, command, timeout=CALL_S, **options):
        (answer,) = self.answers(command, timeout, **options)
        if "error" in answer:
            raise PeerError(f"{self.name}: {command}: {answer['error']}")
        return answer["result"]

    def join(self, address):
        return self.call("join", address=address)

    def connect(self, address):
        return self.call("connect", address=address)["peer"]

    def disconnect(self, peer):
        self.call("disconnect", peer=peer)

    def find_peer(self, peer):
        return self.call("find-peer", peer=peer)["addresses"]

    def closest(self, key):
        return [p["peer"] for p in self.call("closest-peers", key_base64=encode(key))["peers"]]

    def put(self, key, value):
        return self.call("put", key_base64=encode(key), value_base64=encode(value))

    def get(self, key):
        """The best value, or None."""
        try:
            return decode(self.call("get", key_base64=encode(key))["value_base64"])
        except PeerError as error:
            if "not found" in str(error):
                return None
            raise

    def provide(self, key):
        return self.call("provide", key_base64=encode(key))

    def providers(self, key, count=20):
        """{peer: addresses}"""
        found = self.call("find-providers", key_base64=encode(key), count=count)["providers"]
        return {p["peer"]: p["addresses"] for p in found}

    def ask(self, address, kind, key, value=None):
        """One request through the peer's own codec: its answer, None if there was none."""
        answer = self.call(
            "request",
            address=address,
            type=kind,
            key_base64=encode(key),
            value_base64=None if value is None else encode(value),
        )
        return (answer["replies"] or [None])[0]

    def request(self, address, kind, key, value=None, **options):
        """As ask, but the whole answer: replies and how the stream ended."""
        return self.call(
            "request",
            address=address,
            type=kind,
            key_base64=encode(key),
            value_base64=None if value is None else encode(value),
            **options,
        )

    def stream(self, address, messages=(), protocol=KAD, written=b"", **options):
        """Any bytes on any protocol: the framed replies, and how the stream ended."""
        answer = self.call(
            "stream",
            address=address,
            protocol=protocol,
            write_base64=encode(written) if written else None,
            messages_base64=[encode(m) for m in messages],
            **options,
        )
        return [decode(r) for r in answer["replies_base64"]], answer["end"]

    def answer_with(self, replies, protocol=KAD, end=None, watch_ms=None):
        """From now on, requests of a type are answered with replies[type], a list
        of messages, and others not at all."""
        self.call(
            "answer-with",
            protocol=protocol,
            replies_base64={kind: [encode(r) for r in some] for kind, some in replies.items()},
            end=end,
            watch_ms=watch_ms,
        )

    def identify(self, address):
        """The identify message that the peer at address sends, in bytes."""
        frames, _ = self.stream(address, protocol=IDENTIFY, expect=1, linger_ms=500)
        return frames

    def table(self):
        return set(self.call("table")["peers"])

    def connections(self):
        return self.call("connections")["connections"]

    def connected(self):
        return {c["peer"] for c in self.connections()}

    def ping(self, address):
        return self.call("ping", address=address)["rtt_us"]

    def protocols_of(self, address):
        return self.call("protocols-of", address=address)


class GoPeer(ReferencePeer):
    kind = "go"

    @classmethod
    def program(cls):
        return _program_from("KAD_INTEROP_GO", "the go peer")


class JsPeer(ReferencePeer):
    kind = "js"

    @classmethod
    def program(cls):
        return _program_from("KAD_INTEROP_JS", "the js peer")

    def ping(self, address):
        # js allows itself one ping stream at a time, and the last one may still be
        # closing, or its own check of the connection may be under way.
        end = time.monotonic() + 5
        while True:
            try:
                return super().ping(address)
            except PeerError as error:
                if "TooManyOutboundProtocolStreams" not in str(error) or time.monotonic() > end:
                    raise
                time.sleep(0.02)


class KadAnswer:
    """All results of one command, and its last line."""

    def __init__(self, results, done):
        self.results = results
        self.done = done


class KadPeer(Peer):
    """Our own node: kad node --json --commands."""

    kind = "kad"

    @classmethod
    def program(cls):
        return _program_from("KAD_TOOL", "the tool kad")

    @staticmethod
    def is_last(entry):
        return "done" in entry or "error" in entry

    def __init__(self, mode=None, key_type=None, listen=None, protocol=None, extra=(), name=None):
        arguments = ["node", "--json", "--commands", *transport_arguments(self.kind)]
        arguments += ["--listen", listen or LISTEN]
        arguments += ["--mode", mode or "server"]
        for option, value in (("--key-type", key_type), ("--protocol", protocol)):
            if value is not None:
                arguments += [option, value]
        super().__init__(arguments + list(extra), name or self.kind)

    def call(self, command, timeout=CALL_S, **options):
        results = []
        for answer in self.answers(command, timeout, **options):
            if "error" in answer:
                error = answer["error"]
                raise PeerError(f"{self.name}: {command}: {error}", error["code"])
            if "result" in answer:
                results.append(answer["result"])
            if "done" in answer:
                return KadAnswer(results, answer)
        raise AssertionError("answers() ends with a last line")

    @staticmethod
    def key(data):
        return "base64:" + encode(data)

    def join(self, address):
        peer = self.connect(address)
        eventually(lambda: peer in self.table(), what=f"{peer} in the table of {self.name}")
        self.call("bootstrap")

    def connect(self, address):
        self.call("dial", address=address)
        return address.rsplit("/p2p/", 1)[1]

    def disconnect(self, peer):
        self.call("hang-up", peer=peer)

    def find_peer(self, peer):
        return self.call("find-peer", peer=peer).results[-1]["addresses"]

    def closest(self, key):
        return [p["peer"] for p in self.call("closest-peers", key=self.key(key)).results]

    def put(self, key, value, quorum="one"):
        """The last line: stored, wanted, failed."""
        return self.call(
            "put-record", key=self.key(key), value_base64=encode(value), quorum=quorum
        ).done

    def get(self, key):
        """The best value, or None."""
        try:
            results = self.call("get-record", key=self.key(key)).results
        except PeerError as error:
            if error.code == "NotFound":
                return None
            raise
        return decode(results[-1]["value_base64"])

    def provide(self, key):
        return self.call("start-provide", key=self.key(key)).done

    def providers(self, key, count=20):
        """{peer: addresses}; a provider named again has more addresses."""
        results = self.call("get-providers", key=self.key(key), limit=count).results
        return {p["peer"]: p["addresses"] for p in results}

    def ask(self, address, kind, key, value=None):
        """One request to one peer: its answer, None if there was none."""
        results = self.call(
            "ask",
            address=address,
            request=kind.lower().replace("_", "-"),
            key=self.key(key),
            value_base64=None if value is None else encode(value),
        ).results
        return (results or [None])[-1]

    def table(self):
        return {entry["peer"] for entry in self.call("show-table").results}

    def agent_of(self, peer):
        """What ours holds a peer of its table to be, without asking again; None: not told."""
        return {e["peer"]: e.get("agent") for e in self.call("show-table").results}.get(peer)

    def connections(self):
        return self.call("show-connections").results

    def connected(self):
        return {c["peer"] for c in self.connections()}

    def ping(self, address):
        peer = self.connect(address)
        return self.call("ping-peer", peer=peer).results[-1]["rtt_us"]

    def protocols_of(self, address):
        peer = self.connect(address)
        return self.call("show-identity", peer=peer).results[-1]


KINDS = {"kad": KadPeer, "go": GoPeer, "js": JsPeer}


class Testnet:
    """Peers of one test. On the way out all are stopped; what they wrote to
    stderr is printed if the test failed."""

    def __init__(self):
        self.peers = []

    def __enter__(self):
        return self

    def __exit__(self, error_type, _error, _traceback):
        if error_type is not None and error_type is not Skip:
            for peer in self.peers:
                for line in peer.stderr_tail().splitlines():
                    print("#", line)
        stoppers = [threading.Thread(target=peer.stop) for peer in self.peers]
        for thread in stoppers:
            thread.start()
        for thread in stoppers:
            thread.join(4 * STOP_S)
        return False

    def start(self, kind, count=1, **options):
        """Starts peers of a kind side by side and waits until all listen."""
        KINDS[kind].program()
        started = []
        for _ in range(count):
            peer = KINDS[kind](name=f"{kind}-{len(self.peers)}", **options)
            self.peers.append(peer)
            started.append(peer)
        for peer in started:
            peer.wait_listening()
        return started

    def one(self, kind, **options):
        return self.start(kind, **options)[0]

    def of_kind(self, kind):
        return [peer for peer in self.peers if peer.kind == kind]

    def join_all(self, first):
        """Everybody joins through one peer, as many at a time as there are."""
        errors = []

        def join(peer):
            try:
                peer.join(first.addresses[0])
            except Exception as error:  # told below, in the test's own thread
                errors.append(error)

        others = [peer for peer in self.peers if peer is not first]
        threads = [threading.Thread(target=join, args=(peer,)) for peer in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(2 * CALL_S)
        if errors:
            raise errors[0]
        for peer in others:
            eventually(peer.table, what=f"{peer.name} knowing anybody")


def key_of(text):
    """A record key that every implementation takes: js wants /namespace/rest."""
    return f"/kad-test/{text}".encode()


def content(text):
    """A provider key that every implementation takes: a sha2-256 multihash."""
    return kadwire.multihash(text.encode())
