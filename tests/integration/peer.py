"""Peers that misbehave as no real directory server can be told to."""
import contextlib
import select
import socket
import struct
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
    length = bytes([len(content)]) if len(content) < 128 else b"\x83" + len(content).to_bytes(3, "big")
    return bytes([tag]) + length + content


def ldap_message(number, tag, *parts):
    return ber(0x30, ber(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big")), ber(tag, *parts))


RESULT = (ber(0x0a, b"\0"), ber(0x04), ber(0x04))  # success, no name, nothing said


def mute(_connection, stopped):
    stopped.wait(300)


def mute_after_starttls(connection, stopped):
    connection.recv(4096)
    connection.sendall(ldap_message(1, 0x78, *RESULT))
    stopped.wait(30)


def mute_after_bind(connection, stopped):
    connection.recv(4096)
    connection.sendall(ldap_message(1, 0x61, *RESULT))
    stopped.wait(300)


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


def after_bind_each(*answers):
    """Takes any bind, answers the searches one after another (numbers of messages: 2, 3, …), then says nothing more."""
    def behave(connection, stopped):
        connection.recv(4096)
        connection.sendall(ldap_message(1, 0x61, *RESULT))
        for answer in answers:
            connection.recv(4096)
            connection.sendall(answer)
        stopped.wait(30)
    return behave


def result(number, tag, code, said=b""):
    """The end of an operation; tags: 0x61 a bind's, 0x65 a search's, 0x78 an extended one's."""
    return ldap_message(number, tag, ber(0x0a, bytes([code])), ber(0x04), ber(0x04, said))


DONE = result(2, 0x65, 0)
# RFC 4511, 4.4.1: the server says by itself that it goes. Without words: libldap 2.5 never frees those of a notice.
NOTICE = ldap_message(0, 0x78, ber(0x0a, b"\x34"), ber(0x04), ber(0x04), ber(0x8a, b"1.3.6.1.4.1.1466.20036"))
LEAKY = {"ASAN_OPTIONS": "detect_leaks=0"}  # for whom it comes to while they bind: libldap 2.5 never frees it then


class Proxy(Peer):
    """Between us and the server at `port`. Of what that says on a connection, `most` bytes pass (None: all); then the line does what `then` says: close,
    reset or swallow; with "die", die() is called first. tell() makes the lines that are there do so at once. `passed` counts the bytes of the latest connection."""

    def __init__(self, port):
        super().__init__(self.forward)
        self.port, self.most, self.then, self.passed = port, None, "close", 0
        self.die = lambda: None
        self.told = {}  # number of the connection -> what it does

    def tell(self, what):
        self.told = {number: what for number in range(1, self.accepted + 1)}

    def forward(self, near, stopped):
        number, most, then, doing = self.accepted, self.most, self.then, "pass"
        self.passed = 0
        with socket.create_connection(("127.0.0.1", self.port), 5) as far:
            while doing in ("pass", "swallow") and not stopped.is_set():
                doing = self.told.get(number, doing)
                for line in select.select([near, far], [], [], 0.02)[0]:
                    doing = self.move(line, near, far, (most, then)) if doing == "pass" else self.drain(line, doing)
        if doing == "reset":
            near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def move(self, line, near, far, limit):
        """Passes on what `line` says; returns what to do from now on."""
        data = line.recv(65536)
        if not data:
            return "close"
        if line is near:
            far.sendall(data)
            return "pass"
        most, then = limit
        data = data if most is None else data[:most - self.passed]
        self.passed += len(data)
        near.sendall(data)
        if self.passed != most:
            return "pass"
        if then == "die":
            self.die()
        return "close" if then == "die" else then

    @staticmethod
    def drain(line, doing):
        return doing if line.recv(65536) or doing != "swallow" else "close"
