"""A local S3 server, and writers that are processes of their own."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.storage import store
from tests.cloud.bucket_server import BucketServer

# They come last: the server wants older versions of what newsloom needs, and runs with newer ones.
sys.path += filter(None, [os.environ.get("NEWSLOOM_CLOUD")])

SECRET = "kq7-not-to-be-shown"
_NEWSLOOM = (
    "import os, sys; sys.path.append(os.environ['NEWSLOOM_CLOUD']);"
    "from pipeline.cli.verbs import main; main()"
)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(scope="session")
def running() -> Iterator[BucketServer]:
    moto = pytest.importorskip("moto.server", reason="`make test-cloud` has it")
    threaded = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    threaded.start()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = BucketServer(threaded._server.app)
    threaded._server.app = server
    host, port = threaded.get_host_and_port()
    server.address = f"http://{host}:{port}"
    yield server
    threaded.stop()


@pytest.fixture
def server(running: BucketServer) -> BucketServer:
    """The server, with which no test interferes as yet."""
    running.reset()
    return running


@pytest.fixture
def environment(server: BucketServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Credentials and endpoint of the server, few retries, and a cache of its own."""
    given = {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": SECRET, "REGION": "us-east-1"}
    for name, value in {**given, "ENDPOINT": server.address, "ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setitem(store.RETRIES, "max_retries", 1)
    monkeypatch.setenv("NEWSLOOM_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def bucket(environment: None, server: BucketServer) -> Iterator[Any]:
    """An empty bucket."""
    import boto3

    bucket = boto3.resource(
        "s3",
        endpoint_url=server.address,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
    ).Bucket("news")
    bucket.create()
    server.reset()
    yield bucket
    server.reset()
    bucket.objects.all().delete()
    bucket.delete()


@pytest.fixture
def start() -> Iterator[Start]:
    """Starts `newsloom` as a process, with a cache of its own where it is given."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, cache: Path | None = None) -> subprocess.Popen[str]:
        environment = os.environ | ({"NEWSLOOM_CACHE": str(cache)} if cache else {})
        process = subprocess.Popen(
            [sys.executable, "-c", _NEWSLOOM, *arguments],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()
