"""An SMTP server that misbehaves in ways a real one cannot be told to: drops the line or falls silent at any step, answers by halves.

A script maps a step (banner, EHLO, MAIL, RCPT, DATA, body, dot, QUIT) to what is said there: a reply, DROP, STALL, or a list of such, used up one a time
and the last for ever. `body` is looked at as soon as the first octets of the body are there. HALF + text sends the text without its line end, and drops."""
import socket
import threading

DROP, STALL, HALF = "drop", "stall", "half "
GOOD = {"banner": "220 faults.test", "EHLO": "250-faults.test\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES", "MAIL": "250 2.1.0 ok", "RCPT": "250 2.1.5 ok",
        "DATA": "354 go ahead", "dot": "250 2.0.0 queued as F1", "QUIT": "221 2.0.0 bye"}


class Gone(Exception):
    """This conversation is over."""


class FaultyServer:
    """Listens while used as a context; `commands` are all that were said, `bodies` all that came whole, `connections` how many there were."""

    def __init__(self, **script):
        self.script = {step: list(said) if isinstance(said, list) else [said] for step, said in {**GOOD, **script}.items()}
        self.commands, self.bodies, self.connections = [], [], 0
        self.ended = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self.serve, daemon=True)

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=10)

    def serve(self):
        while not self.ended.is_set():
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            with line, line.makefile("rb") as lines:
                try:
                    self.converse(line, lines)
                except (Gone, OSError):
                    pass

    def say(self, line, step):
        said = self.script[step]
        what = said.pop(0) if len(said) > 1 else said[0]
        if what == STALL:
            self.ended.wait(timeout=30)
        if what in (STALL, DROP):
            raise Gone
        if what.startswith(HALF):
            line.sendall(what[len(HALF):].encode())
            raise Gone
        line.sendall(what.encode() + b"\r\n")
        return what

    def converse(self, line, lines):
        self.say(line, "banner")
        while command := lines.readline():
            self.commands.append(command.decode("utf-8", "replace").rstrip("\r\n"))
            verb = self.commands[-1].split()[0].upper()
            if verb == "DATA" and self.say(line, "DATA").startswith("354"):
                self.receive(line, lines)
            elif verb == "QUIT":
                self.say(line, "QUIT")
                raise Gone
            elif verb in ("EHLO", "HELO", "MAIL", "RCPT"):
                self.say(line, "EHLO" if verb == "HELO" else verb)
            elif verb != "DATA":
                line.sendall(b"502 5.5.1 what?\r\n")

    def receive(self, line, lines):
        body, first = [], True
        while (text := lines.readline()) != b".\r\n":
            if not text:
                raise Gone
            if first and "body" in self.script:
                self.say(line, "body")
            first = False
            body.append(text[1:] if text.startswith(b".") else text)
        self.bodies.append(b"".join(body))
        self.say(line, "dot")
