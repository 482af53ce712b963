"""A receiver of web hooks on this machine: keeps what it got, and answers as it is told."""
import contextlib
import http.server
import json
import threading
import urllib.parse


class Call:
    """One request, as it came in."""

    def __init__(self, handler, body):
        self.method, self.path, self.headers, self.body = handler.command, handler.path, dict(handler.headers), body

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def form(self):
        return dict(urllib.parse.parse_qsl(self.body.decode(), keep_blank_values=True, strict_parsing=True))

    @property
    def key(self):
        return self.headers["Idempotency-Key"]


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):  # pylint: disable=invalid-name
        server = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with server.lock:
            server.calls.append(Call(self, body))
            answer = server.answers.pop(0) if server.answers else (200, {}, b"ok")
        if answer == "drop":
            self.close_connection = True
            return
        if isinstance(answer, threading.Event):
            answer.wait(60)
            answer = (200, {}, b"ok")
        status, headers, text = answer
        self.send_response(status)
        for name, value in {"Content-Length": len(text), **headers}.items():
            self.send_header(name, str(value))
        self.end_headers()
        self.wfile.write(text)

    do_PUT = do_POST

    def log_message(self, *_):
        pass


class HookServer(http.server.ThreadingHTTPServer):
    """`answers`: what is answered next, each once: (status, headers, body), "drop" for none, or an Event to wait for before 200; then 200. `calls`: of Call."""
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.calls, self.lock = [], [], threading.Lock()

    @property
    def host(self):
        return f"127.0.0.1:{self.server_port}"

    def at(self, path):
        return [call for call in self.calls if call.path.startswith(path)]

    def handle_error(self, *_):
        """A client that goes away is no matter."""


@contextlib.contextmanager
def receiving():
    server = HookServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
