"""Publishing in Google Cloud Storage and Azure: the same conditions hold there.

Azure is Azurite, its own emulator. Google is the S3 server with the conditions of Google's XML API
put before it, because the emulators that registries hold lack them: that the requests are the right
ones is shown, that Google answers so is not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.build.run import build
from pipeline.publish.stored_build import StoredBuild
from pipeline.read.verify import verify
from pipeline.storage.object_folder import ObjectFolder
from tests.build_fixtures import parquet_bytes
from tests.cloud.bucket_server import as_google
from tests.cloud.local_stores import azure_store

pytest.importorskip("obstore", reason="`make test-cloud` has it")


@pytest.fixture
def google(bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    import moto.server

    threaded = moto.server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    threaded.start()
    threaded._server.app = as_google(threaded._server.app)
    host, port = threaded.get_host_and_port()
    account = {"gcs_base_url": f"http://{host}:{port}", "disable_oauth": True}
    keys = {"client_email": "", "private_key": "", "private_key_id": ""}
    path = tmp_path / "account.json"
    path.write_text(json.dumps(account | keys), encoding="utf-8")
    monkeypatch.setenv("GOOGLE_SERVICE_ACCOUNT", str(path))
    monkeypatch.setenv("GOOGLE_ALLOW_HTTP", "true")
    yield "gs://news/site/out"
    threaded.stop()


@pytest.fixture
def azure(environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with azure_store(tmp_path) as store:
        for name, value in store.environment.items():
            monkeypatch.setenv(name, value)
        yield f"{store.bucket}/site/out"


@pytest.fixture(params=["google", "azure"])
def address(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


def test_a_manifest_is_replaced_on_condition(address: str) -> None:
    folder = ObjectFolder(address)
    assert folder.read("manifest.json") is None
    assert folder.replace("manifest.json", b"1", None)
    assert not folder.replace("manifest.json", b"2", None)
    former = folder.read("manifest.json")
    assert former is not None
    assert folder.replace("manifest.json", b"3", former)
    assert not folder.replace("manifest.json", b"4", former)
    assert folder.read("manifest.json").data == b"3"  # type: ignore[union-attr]
    folder.delete(["absent", "manifest.json"])
    assert list(folder.listed()) == []


def test_a_build_is_published_read_and_replaced(address: str, home: Path) -> None:
    former = build(home / "raw", address, workers=1).run_id
    StoredBuild(address).copy(home / "copy")
    assert parquet_bytes(home / "copy") == parquet_bytes(home / "out")
    (home / "raw" / "more.txt").write_text("A page", encoding="utf-8")
    summary = build(home / "raw", address, workers=1)
    assert any(reason.startswith("1 of ") for reason in summary.reasons), summary.reasons
    assert verify(address).faults == ()
    with pipeline.open(address) as opened, pipeline.open(f"{address}/builds/{former}") as old:
        assert opened.diff(old).new == summary.run_id
