"""Peers that misbehave as no real directory server can be told to."""
import contextlib
import socket
import threading


class Peer:
    """Listens on loopback and does `behave(connection, stopped)` with each connection."""

    def __init__(self, behave, backlog=20):
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.socket.settimeout(0.1)
        self.uri = f"ldap://127.0.0.1:{self.socket.getsockname()[1]}"
        self.behave, self.stopped, self.accepted = behave, threading.Event(), 0
        self.threads = [threading.Thread(target=self.accept, daemon=True)]

    def accept(self):
        while not self.stopped.is_set():
            try:
                connection, _ = self.socket.accept()
            except OSError:
                continue
            self.accepted += 1
            self.threads.append(threading.Thread(target=self.serve, args=(connection,), daemon=True))
            self.threads[-1].start()

    def serve(self, connection):
        with connection, contextlib.suppress(OSError):
            self.behave(connection, self.stopped)

    def __enter__(self):
        self.threads[0].start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        for thread in self.threads:
            thread.join(5)
        self.socket.close()


def ber(tag, *parts):
    content = b"".join(parts)
    length = bytes([len(content)]) if len(content) < 128 else b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


def ldap_message(number, tag, *parts):
    return ber(0x30, ber(0x02, bytes([number])), ber(tag, *parts))


RESULT = (ber(0x0a, b"\0"), ber(0x04), ber(0x04))  # success, no name, nothing said


def mute(_connection, stopped):
    stopped.wait(30)


def mute_after_starttls(connection, stopped):
    connection.recv(4096)
    connection.sendall(ldap_message(1, 0x78, *RESULT))
    stopped.wait(30)


def after_bind(then):
    """Takes any bind, then answers the search with `then` and closes the line."""
    def behave(connection, _stopped):
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        connection.recv(4096)
        connection.sendall(then)
    return behave


ENTRY = ldap_message(2, 0x64, ber(0x04, b"uid=anna,dc=voorbeeld,dc=example"),
                     ber(0x30, ber(0x30, ber(0x04, b"entryUUID"), ber(0x31, ber(0x04, b"1")))))
