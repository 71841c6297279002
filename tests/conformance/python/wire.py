"""A hop between an SDK and the sandbox: it keeps what passes, and tampers with it on demand.

The SDK signs the hop's own `host`, and the sandbox checks what it receives, so nothing of the
signature notices the hop.
"""

import http.client

from loopback import Answer, Loopback


class Wire(Loopback):
    """One hop, for one test."""

    def __init__(self, endpoint):
        self.upstream = endpoint.removeprefix("http://")
        self.exchanges = []
        self.tamper = None
        super().__init__(self.send)

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
        headers = [pair for pair in response.getheaders() if pair[0].lower() != "connection"]
        connection.close()
        answer = Answer(response.status, tuple(headers), body)
        self.exchanges.append((request, answer))
        return answer

    @property
    def last(self):
        return self.exchanges[-1]
