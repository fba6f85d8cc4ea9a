"""A proxy before a store that cuts answers off in mid-stream."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class CuttingProxy(ThreadingHTTPServer):
    """Cuts the bytes of an object in half while `cuts` are left, and counts the `asked` ones."""

    cuts = asked = 0

    def __init__(self, server: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.server = server
        self.address = f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: CuttingProxy
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        request = Request(self.server.server + self.path, method=self.command)
        request.headers = dict(self.headers.items())
        try:
            answer = urlopen(request)
        except HTTPError as error:
            answer = error
        data = answer.read()
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET" and "?" not in self.path:
            self.server.asked += 1
            if self.server.cuts:
                self.server.cuts -= 1
                data = data[: len(data) // 2]
                self.close_connection = True
        self.wfile.write(data)

    do_HEAD = do_GET  # noqa: N815

    def log_message(self, *_given: object) -> None:
        """Say nothing."""


@contextmanager
def cutting_proxy(server: str) -> Iterator[CuttingProxy]:
    """A proxy before the store at an address, while it runs."""
    with CuttingProxy(server) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()
