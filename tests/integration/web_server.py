"""A web server for calendars, over https with a private authority's certificate: it answers as it is told, path by path, and keeps what it was asked."""
import contextlib
import gzip
import http.server
import ssl
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):  # pylint: disable=invalid-name
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path)
        if answer is None:
            self.reply(404, b"")
        else:
            answer(self)

    def reply(self, status, body, **headers):
        self.send_response(status)
        for name, value in {"content_length": len(body), **headers}.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class WebServer(http.server.ThreadingHTTPServer):
    """`answers`: path -> function of the handler; `asked`: (path, headers) of each request."""
    daemon_threads = True

    def __init__(self, certificates, certificate="good"):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.over = {}, [], threading.Event()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificates.folder / f"{certificate}.pem", certificates.folder / f"{certificate}.key")
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def url(self, path):
        return f"https://127.0.0.1:{self.server_port}{path}"

    def says(self, path, text, content_type="text/calendar", **headers):
        self.answers[path] = lambda handler: handler.reply(200, text.encode(), content_type=content_type, **headers)

    def packs(self, path, text):
        packed = gzip.compress(text.encode())
        self.answers[path] = lambda handler: handler.reply(200, packed, content_type="text/calendar", content_encoding="gzip")

    def fails(self, path, status, **headers):
        self.answers[path] = lambda handler: handler.reply(status, b"", **headers)

    def hangs(self, path):
        self.answers[path] = lambda handler: self.over.wait(60)

    def breaks_off(self, path, text):
        def answer(handler):
            handler.send_response(200)
            handler.send_header("Content-Type", "text/calendar")
            handler.send_header("Content-Length", str(len(text) + 100))
            handler.end_headers()
            handler.wfile.write(text.encode())
            handler.close_connection = True
        self.answers[path] = answer

    def handle_error(self, *_):
        """A client that goes away is no matter."""


@contextlib.contextmanager
def serving(certificates, certificate="good"):
    server = WebServer(certificates, certificate)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
