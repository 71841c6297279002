"""A hop between an SDK and the sandbox: it keeps what passes, and tampers with it on demand.

The SDK signs the hop's own `host`, and the sandbox checks what it receives, so nothing of the
signature notices the hop.
"""

import dataclasses
import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclasses.dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: tuple
    body: bytes

    def header(self, name):
        return next((value for key, value in self.headers if key.lower() == name), None)

    def with_body(self, body):
        """The same call with another body; what was signed stays as it is."""
        headers = [pair for pair in self.headers if pair[0].lower() != "content-length"]
        headers.append(("Content-Length", str(len(body))))
        return dataclasses.replace(self, body=body, headers=tuple(headers))


@dataclasses.dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple
    body: bytes


class Wire:
    """One hop, for one test."""

    def __init__(self, endpoint):
        self.upstream = endpoint.removeprefix("http://")
        self.exchanges = []
        self.tamper = None
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_call(self):
                length = int(self.headers.get("content-length") or 0)
                request = Request(
                    self.command, self.path, tuple(self.headers.items()), self.rfile.read(length)
                )
                answer = wire.send(request)
                self.send_response_only(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(answer.body)

            do_GET = do_POST = do_PUT = handle_call

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.endpoint = f"http://{self.address}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def send(self, request):
        """Sends a call as it is, or as `tamper` makes it."""
        if self.tamper is not None:
            request = self.tamper(request)
        connection = http.client.HTTPConnection(self.upstream, timeout=20)
        connection.putrequest(
            request.method, request.target, skip_host=True, skip_accept_encoding=True
        )
        for name, value in request.headers:
            if name.lower() != "connection":
                connection.putheader(name, value)
        connection.putheader("Connection", "close")
        connection.endheaders(request.body or None)
        response = connection.getresponse()
        body = response.read()
        # Without a length the client would wait for more.
        names = {name.lower() for name, _ in response.getheaders()}
        headers = [pair for pair in response.getheaders() if pair[0].lower() != "connection"]
        if "content-length" not in names and response.status != 204:
            headers.append(("Content-Length", str(len(body))))
        connection.close()
        answer = Answer(response.status, tuple(headers), body)
        self.exchanges.append((request, answer))
        return answer

    @property
    def last(self):
        return self.exchanges[-1]

    def close(self):
        self.server.shutdown()
        self.server.server_close()
