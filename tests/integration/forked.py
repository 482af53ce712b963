"""Runs the program's commands by tests/integration/fork_server.c: each in a process of its own that need not start anew."""
import atexit
import os
import signal
import socket
import struct
import subprocess
import threading

NUMBER = struct.Struct("i")


class ForkServer:
    """One process of tests/integration/fork_server; it ends with this one."""

    def __init__(self, path):
        self.path = path
        self.socket, other = socket.socketpair()
        with other:
            self.process = subprocess.Popen([path], stdin=other, start_new_session=True)
        atexit.register(self.stop)

    def stop(self):
        self.socket.close()
        self.process.wait()

    def run(self, arguments, stdin, environment, folder, timeout_s):
        """As subprocess.run() with text and captured output."""
        words = [str(folder), str(len(arguments)), *map(str, arguments), *(f"{name}={value}" for name, value in environment.items())]
        texts = ["".join(f"{word}\0" for word in words), stdin, "", ""]
        files = [os.memfd_create(name) for name in ("words", "in", "out", "err")]
        try:
            for file, text in zip(files, texts):
                os.pwrite(file, os.fsencode(text), 0)
            socket.send_fds(self.socket, [b"!"], files)
            status = self.wait(arguments, timeout_s)
            out, err = (self.text_of(file) for file in files[2:])
        finally:
            for file in files:
                os.close(file)
        return subprocess.CompletedProcess(arguments, os.waitstatus_to_exitcode(status), out, err)

    def wait(self, arguments, timeout_s):
        self.socket.settimeout(timeout_s)
        child = self.number()
        try:
            return self.number()
        except TimeoutError as error:
            os.kill(child, signal.SIGKILL)
            self.socket.settimeout(None)
            self.number()
            raise subprocess.TimeoutExpired(arguments, timeout_s) from error

    def number(self):
        said = self.socket.recv(NUMBER.size, socket.MSG_WAITALL)
        assert len(said) == NUMBER.size, f"{self.path} ended: {self.process.wait()}"
        return NUMBER.unpack(said)[0]

    @staticmethod
    def text_of(file):
        with open(file, encoding="utf-8", closefd=False) as text:
            text.seek(0)
            return text.read()


SERVERS = threading.local()


def run(server, arguments, stdin, environment, folder, timeout_s):
    """As subprocess.run() with text and captured output; each thread has its own server."""
    if not hasattr(SERVERS, "mine"):
        SERVERS.mine = ForkServer(server)
    return SERVERS.mine.run(arguments, stdin, environment, folder, timeout_s)
