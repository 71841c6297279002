"""A server on a loopback port of its own that has each call answered by a function."""

import dataclasses
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


class Loopback:
    """Listens until it is closed; `answer` makes an `Answer` of each `Request`."""

    def __init__(self, answer):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_call(self):
                length = int(self.headers.get("content-length") or 0)
                given = answer(
                    Request(
                        self.command,
                        self.path,
                        tuple(self.headers.items()),
                        self.rfile.read(length),
                    )
                )
                self.send_response_only(given.status)
                for name, value in given.headers:
                    self.send_header(name, value)
                # Without a length the client would wait for more.
                names = {name.lower() for name, _ in given.headers}
                if "content-length" not in names and given.status != 204:
                    self.send_header("Content-Length", str(len(given.body)))
                self.end_headers()
                self.wfile.write(given.body)

            do_GET = do_POST = do_PUT = handle_call

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_port}"
        self.endpoint = f"http://{self.address}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
