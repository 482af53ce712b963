#!/usr/bin/python3
"""A real SMTP receiver (aiosmtpd) in a process of its own, that keeps every message in a folder and misbehaves when told.

As a program:  smtp_receiver.py FOLDER [--cert PEM --key PEM [--implicit-tls]]
    listens on a free port of 127.0.0.1, writes it to FOLDER/port, and keeps message N as FOLDER/N.eml with its envelope
    in FOLDER/N.json. FOLDER/behave.json is read anew at each step:
        {"rcpt": {"anna@example.test": "550 5.1.1 no such user", "*": "450 4.2.0 busy"},   answer to RCPT TO
         "data": "451 4.3.0 try later",           answer after the final dot; the message is not kept
         "after_dot": "drop" | "stall",           keeps the message, then drops the line, or never answers
         "to": "anna@example.test",               the two above only for this recipient
         "stall_after": 10,                       so many are kept and answered, then none is answered
         "delay_ms": 20,                          how long each message takes it
         "most": 2,                               more connections at once are turned away, with 421
         "greeting": "stall",                     never answers EHLO
         "times": 2}                              how often before all is well again (absent: always)
Or:            smtp_receiver.py --fork
    one after another, with the arguments as JSON, a line each; for each it says the process id. Most of a receiver's start is Python's and aiosmtpd's.
From a test: the class SmtpReceiver.
"""
import argparse
import asyncio
import atexit
import email
import email.policy
import functools
import gc
import json
import os
import pathlib
import select
import signal
import ssl
import subprocess
import sys
import threading
import time

START_TIMEOUT_S = 10


class Handler:
    """Answers as behave.json says."""

    def __init__(self, folder):
        self.folder = folder
        self.count, self.open = len(list(folder.glob("[0-9]*.json"))), 0
        self.used, self.used_of, self.before = 0, None, 0

    def behaviour(self, step):
        """What is wanted at this step; None = behave well."""
        try:
            text = (self.folder / "behave.json").read_text(encoding="utf-8")
        except FileNotFoundError:
            return None
        wanted = json.loads(text)
        if step not in wanted:
            return None
        if text != self.used_of:
            self.used, self.used_of, self.before = 0, text, self.count
        if self.used >= wanted.get("times", sys.maxsize):
            return None
        return wanted[step]

    def misbehaved(self):
        self.used += 1

    def keep(self, session, envelope):
        self.count += 1
        name = self.folder / str(self.count)
        name.with_suffix(".eml").write_bytes(envelope.original_content)
        facts = {"from": envelope.mail_from, "to": envelope.rcpt_tos, "options": envelope.mail_options,
                 "ehlo": session.host_name, "peer_port": session.peer[1], "tls": session.ssl is not None}
        partial = name.with_suffix(".partial")
        partial.write_text(json.dumps(facts), encoding="utf-8")
        partial.rename(name.with_suffix(".json"))

    # aiosmtpd calls these by name.

    async def handle_EHLO(self, server, session, envelope, hostname, responses):
        if self.behaviour("greeting") == "stall":
            self.misbehaved()
            await asyncio.sleep(3600)
        session.host_name = hostname
        return responses

    async def handle_RCPT(self, server, session, envelope, address, options):
        wanted = self.behaviour("rcpt") or {}
        answer = wanted.get(address, wanted.get("*"))
        if answer:
            self.misbehaved()
            return answer
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server, session, envelope):
        meant = self.behaviour("to") in (None, *envelope.rcpt_tos)
        answer = meant and self.behaviour("data")
        if answer:
            self.misbehaved()
            return answer
        most = self.behaviour("stall_after")
        await asyncio.sleep((self.behaviour("delay_ms") or 0) / 1000)
        self.keep(session, envelope)
        after = meant and self.behaviour("after_dot")
        if most is not None and self.count - self.before > most:
            after = "stall"
        if after:
            self.misbehaved()
        if after == "drop":
            server.transport.abort()
        elif after == "stall":
            await asyncio.sleep(3600)
        return f"250 2.0.0 kept as {self.count}"


async def receive(arguments):
    # Only the process needs aiosmtpd, not the tests that import this file.
    from aiosmtpd.smtp import SMTP

    class Counted(SMTP):
        """Turns away what is too many."""

        def connection_made(self, transport):
            self.is_in = handler.open < (handler.behaviour("most") or sys.maxsize)
            if self.is_in:
                handler.open += 1
                super().connection_made(transport)
            else:
                transport.write(b"421 4.7.0 too many connections\r\n")
                transport.close()

        def connection_lost(self, error):
            if self.is_in:
                handler.open -= 1
                super().connection_lost(error)

    context = None
    if arguments.cert:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(arguments.cert, arguments.key)
    handler = Handler(arguments.folder)
    starttls = None if arguments.implicit_tls else context
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Counted(handler, hostname="receiver.test", enable_SMTPUTF8=True, tls_context=starttls, timeout=3600),
        "127.0.0.1", 0, ssl=context if arguments.implicit_tls else None)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    partial = arguments.folder / "port.partial"
    partial.write_text(str(server.sockets[0].getsockname()[1]), encoding="ascii")
    partial.rename(arguments.folder / "port")
    await ended.wait()
    server.close()


def main(words):
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    parser.add_argument("--implicit-tls", action="store_true")
    asyncio.run(receive(parser.parse_args(words)))


def fork_all():
    """A receiver for each line on stdin, in a session of its own; nobody waits for it."""
    import aiosmtpd.smtp  # noqa: F401
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    gc.freeze()
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            os.dup2(os.open("/dev/null", os.O_RDONLY), sys.stdin.fileno())
            os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
            main(json.loads(line))
            os._exit(0)
        print(child, flush=True)


class Forks:
    """The process that forks receivers, one for all tests of this process."""

    def __init__(self):
        self.lock = threading.Lock()
        self.process = subprocess.Popen([sys.executable, __file__, "--fork"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        atexit.register(self.stop)

    def fork(self, words):
        """A descriptor of the new process (pidfd_open(2))."""
        with self.lock:
            print(json.dumps(words), file=self.process.stdin, flush=True)
            return os.pidfd_open(int(self.process.stdout.readline()))

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


forks = functools.lru_cache(maxsize=None)(Forks)


class Received:
    """One kept message: its envelope and its bytes, parsed."""

    def __init__(self, path):
        facts = json.loads(path.read_text(encoding="utf-8"))
        self.sender, self.recipients, self.facts = facts["from"], facts["to"], facts
        self.bytes = path.with_suffix(".eml").read_bytes()
        self.message = email.message_from_bytes(self.bytes, policy=email.policy.default)

    @property
    def subject(self):
        return self.message["Subject"]

    def part(self, content_type):
        """The text of the first part of that type; None."""
        for part in self.message.walk():
            if part.get_content_type() == content_type:
                content = part.get_content()
                text = content if isinstance(content, str) else content.decode("utf-8")
                return text.replace("\r\n", "\n")
        return None


class SmtpReceiver:
    """The process, for a test: start(), behave(...), messages(), stop()."""

    def __init__(self, folder, *options):
        self.folder, self.options = pathlib.Path(folder), options
        self.process, self.port = None, None  # the process as a descriptor

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "port").unlink(missing_ok=True)
        self.process = forks().fork([str(self.folder), *self.options])
        deadline = time.monotonic() + START_TIMEOUT_S
        while not (self.folder / "port").exists():
            if self.ends(0) or time.monotonic() > deadline:
                raise RuntimeError("SMTP receiver did not start")
            time.sleep(0.005)
        self.port = int((self.folder / "port").read_text(encoding="ascii"))

    def ends(self, timeout_s):
        return bool(select.select([self.process], [], [], timeout_s)[0])

    def stop(self):
        if self.process is None:
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            if not self.ends(0):
                signal.pidfd_send_signal(self.process, number)
                self.ends(5)
        os.close(self.process)
        self.process = None

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def behave(self, **wanted):
        """Misbehave so from the next step on; without arguments: behave well."""
        partial = self.folder / "behave.partial"
        partial.write_text(json.dumps(wanted), encoding="utf-8")
        partial.rename(self.folder / "behave.json")

    def messages(self):
        """All messages kept so far, in order of arrival."""
        return [Received(path) for path in sorted(self.folder.glob("[0-9]*.json"), key=lambda path: int(path.stem))]

    def clear(self):
        """Forgets what was kept."""
        for path in self.folder.glob("[0-9]*.*"):
            path.unlink()


if __name__ == "__main__":
    fork_all() if sys.argv[1:] == ["--fork"] else main(sys.argv[1:])
