"""The program under test: writes its configuration into a folder, runs its commands, starts and ends its daemon."""
import functools
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import time

import forked

PROGRAM = os.environ.get("AKKOORD_PROGRAM", "./akkoord")
SOURCE = pathlib.Path(os.environ.get("AKKOORD_SRCDIR", "."))
CORPUS = pathlib.Path(os.environ.get("AKKOORD_CORPUS", SOURCE / "../shared/corpus"))
TIMEOUT_S = 60

EX_OK, EX_USAGE, EX_DATAERR, EX_NOINPUT, EX_UNAVAILABLE, EX_TEMPFAIL, EX_NOPERM, EX_CONFIG = 0, 64, 65, 66, 69, 75, 77, 78


PORTS = range(20000, 32000)  # below those that the kernel gives to connections
RESERVED = []


def free_port():
    """A port of 127.0.0.1 that nobody listens on, and that is given to no other test as long as this process lives."""
    while True:
        port = random.choice(PORTS)
        reservation = socket.socket(socket.AF_UNIX)
        try:
            reservation.bind(f"\0akkoord-test-port-{port}")
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port))
        except OSError:
            reservation.close()
            continue
        RESERVED.append(reservation)
        return port


def wait_until(condition, timeout_s=20, what="the condition"):
    """Polls until `condition()` is true and returns its value."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"{what} did not come about in {timeout_s} s"
        time.sleep(0.05)


@functools.lru_cache(maxsize=None)
def is_sanitized():
    """Whether the program was built with AddressSanitizer: what drives a big foreign program is not done again then."""
    return b"__asan_init" in pathlib.Path(PROGRAM).read_bytes()


def some_of(cases):
    """All of them; every third under the sanitizers, for cases that differ in what is reckoned and not in the code that does it."""
    return list(cases)[::3] if is_sanitized() else list(cases)


class Result:
    """How a command ended."""

    def __init__(self, completed):
        self.code, self.out, self.err = completed.returncode, completed.stdout, completed.stderr

    @property
    def lines(self):
        """The JSON objects printed, one a line."""
        return [json.loads(line) for line in self.out.splitlines()]

    def __repr__(self):
        return f"exit {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Akkoord:
    """The program with a configuration, a store and a home in `folder`."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.config = self.folder / "akkoord.conf"
        self.policy = self.folder / "policy.conf"
        self.daemons = []
        self.more_environment = {}
        self.fork_server = os.environ.get("AKKOORD_FORK_SERVER")

    def environment(self):
        """A plain one: C messages, UTC, no proxies, no configuration of whoever runs the tests."""
        kept = {name: value for name, value in os.environ.items()
                if name in ("PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS", "G_DEBUG") or name.startswith("AKKOORD_")}
        return {**kept, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": str(self.folder), "LDAPNOINIT": "1", **self.more_environment}

    def arguments(self, words, now, as_json):
        options = ["-c", str(self.config)]
        options += ["--now", now] if now else []
        options += ["--json"] if as_json else []
        return [PROGRAM, *options, *map(str, words)]

    def run(self, *words, now=None, as_json=False, stdin="", code=EX_OK):
        """Runs one command; asserts its exit code unless `code` is None."""
        result = Result(self.complete(self.arguments(words, now, as_json), stdin))
        assert code is None or result.code == code, f"{' '.join(map(str, words))}: wanted exit {code}, got {result!r}"
        return result

    def complete(self, arguments, stdin):
        """More environment is given to a program that starts: its libraries may read that as they are loaded."""
        if self.fork_server and not self.more_environment:
            return forked.run(self.fork_server, arguments, stdin, self.environment(), self.folder, TIMEOUT_S)
        return subprocess.run(arguments, input=stdin, capture_output=True, text=True, timeout=TIMEOUT_S, env=self.environment(), cwd=self.folder, check=False)

    def records(self, *words, now=None, code=EX_OK):
        """The records that a command prints with --json."""
        return self.run(*words, now=now, as_json=True, code=code).lines

    def who(self, selector, *options, now=None):
        """The people whom `who` finds, each once."""
        people = [person for record in self.records("who", selector, *options, now=now) for person in record["people"]]
        return [person for number, person in enumerate(people) if person["id"] not in [other["id"] for other in people[:number]]]

    def configure(self, config, policy=None):
        """Writes the configuration as given: text in libconfig's form."""
        self.config.write_text(config, encoding="utf-8")
        if policy is not None:
            self.policy.write_text(policy, encoding="utf-8")

    def serve(self, *words, now=None):
        """Starts the daemon; its output goes to files in the folder. It is ended with the test."""
        number = len(self.daemons) + 1
        with open(self.folder / f"serve{number}.log", "wb") as log:
            daemon = subprocess.Popen(self.arguments(("serve", *words), now, False), stdin=subprocess.DEVNULL, stdout=log,
                                      stderr=log, env=self.environment(), cwd=self.folder, start_new_session=True)
        self.daemons.append(daemon)
        return daemon

    def serve_log(self, number=1):
        return (self.folder / f"serve{number}.log").read_text(encoding="utf-8", errors="replace")

    def stop_all(self):
        for daemon in self.daemons:
            if daemon.poll() is None:
                daemon.send_signal(signal.SIGTERM)
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=15)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait(timeout=5)
