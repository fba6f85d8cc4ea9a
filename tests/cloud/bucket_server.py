"""A local S3 server that counts what goes through it, and lets a test interfere."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

Interfere = Callable[[str, str], int | None]
"""Called with method and path; gives a status to answer with instead, or None."""


def _nothing(method: str, path: str) -> None:
    return None


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    sent: int
    received: int


class BucketServer:
    """The server, as a WSGI application around that of moto.

    Requests are answered one at a time, because moto does not check a condition and write in one
    step, as S3 does.
    """

    def __init__(self, application: Any) -> None:
        self._application = application
        self._lock = Lock()
        self.address = ""
        self.reset()

    def reset(self) -> None:
        self.requests: list[Request] = []
        self.before: Interfere = _nothing
        self.after: Interfere = _nothing

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        status = self.before(method, path)
        if status is None:
            with self._lock:
                started, answer = self._answered({**environ, "wsgi.input": io.BytesIO(data)})
            self.requests.append(Request(method, path, len(data), len(answer)))
            status = self.after(method, path)
        if status is not None:
            started, answer = (f"{status} as the test wants it", [("Content-Length", "0")]), b""
        start_response(*started)
        return [answer]

    def _answered(self, environ: dict[str, Any]) -> tuple[tuple[str, Any], bytes]:
        started: list[Any] = []

        def start(*given: Any) -> None:
            started[:] = given[:2]

        body = self._application(environ, start)
        answer = b"".join(body)
        return (started[0], started[1]), answer

    def writes(self) -> list[Request]:
        """What was put, or begun to be put."""
        return [each for each in self.requests if each.method in ("PUT", "POST")]

    def received(self) -> int:
        """Bytes that were read."""
        return sum(each.received for each in self.requests if each.method == "GET")


_SIGNED = "AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/s3/aws4_request, SignedHeaders=host"


def as_google(application: Any) -> Any:
    """The S3 server, with conditions on generations in the way of Google's XML API.

    A stand-in: the emulators of Google Cloud Storage in the registries know no such condition.
    """
    tags: dict[str, str] = {}

    def answered(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["HTTP_AUTHORIZATION"] = _SIGNED  # by which moto knows the service
        wanted = environ.get("HTTP_X_GOOG_IF_GENERATION_MATCH")
        if wanted == "0":
            environ["HTTP_IF_NONE_MATCH"] = "*"
        elif wanted:
            environ["HTTP_IF_MATCH"] = tags.get(wanted, '"none"')

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            tag = dict(headers).get("ETag")
            if tag:
                generation = str(int(hashlib.sha256(tag.encode()).hexdigest()[:12], 16) + 1)
                tags[generation] = tag
                headers = [*headers, ("x-goog-generation", generation)]
            return start_response(status, headers, *rest)

        return application(environ, start)  # type: ignore[no-any-return]

    return answered
