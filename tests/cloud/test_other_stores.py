"""Buckets of Google Cloud and Azure, on local servers: `make test-cloud`. What S3 is held to in
test_object_store.py, as far as a store could differ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.core.errors import SourceFailed
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.sources.raw_archive import open_archive
from pipeline.storage.store import RETRIES
from tests.archives import contents_of, pack
from tests.build_fixtures import DATA_RAW, Builder, parquet_bytes
from tests.cloud.local_stores import LocalStore, azure_store, google_store
from tests.sources.test_archive_file import read

SERVERS = {"gs": google_store, "az": azure_store}


@pytest.fixture(scope="module", params=SERVERS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalStore]:
    """A server of each store, with an empty bucket."""
    with SERVERS[request.param](tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def store(server: LocalStore, monkeypatch: pytest.MonkeyPatch) -> LocalStore:
    """The store, as the environment says how to reach it."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setitem(RETRIES, "max_retries", 1)
    return server


def test_a_prefix_gives_the_bytes_of_its_folder(
    store: LocalStore, built: Builder, tmp_path: Path
) -> None:
    for name, data in contents_of(DATA_RAW).items():
        store.put(f"raw/{name}", data)
    build(f"{store.bucket}/raw", tmp_path / "out", workers=2)
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(built(DATA_RAW)[0])
    assert not build(f"{store.bucket}/raw", tmp_path / "out", workers=1).rebuilt


@pytest.mark.parametrize("form", ["tar.zst", "zip"])
def test_an_archive_file_gives_the_bytes_of_its_folder(
    store: LocalStore, form: str, tmp_path: Path
) -> None:
    packed = pack(contents_of(DATA_RAW), tmp_path / f"news.{form}")
    store.put(f"packed/{packed.name}", packed.read_bytes())
    assert read(f"{store.bucket}/packed/{packed.name}") == read(DATA_RAW)


def test_only_changed_objects_are_read(store: LocalStore, home: Path) -> None:
    raw, out = f"{store.bucket}/some", home / "out"
    for name, data in contents_of(home / "raw").items():
        store.put(f"some/{name}", data)
    build(raw, out, workers=1)
    store.put("some/more.txt", b"A page")
    store.put("some/a b/\u00e9.md", b"# Edited")
    summary = build(raw, out, workers=1)
    assert any(reason.startswith("2 of ") for reason in summary.reasons)
    build(raw, home / "fresh", workers=1)
    assert parquet_bytes(out) == parquet_bytes(home / "fresh")


def test_what_is_written_in_mid_stream_is_named(store: LocalStore, tmp_path: Path) -> None:
    if store.bucket.startswith("gs"):
        pytest.skip("the server reads an object under whatever condition")
    store.put("changed/a.md", b"one")
    archive = open_archive(f"{store.bucket}/changed")
    archive.discover()
    store.put("changed/a.md", b"two")
    [reading] = archive.readings([[0]])
    with pytest.raises(SourceFailed, match="cannot be read to its end"):
        reading.contents(DEFAULT_LIMITS)


@pytest.mark.parametrize("name", ["raw", "raw.zip"])
def test_no_such_bucket_is_named(store: LocalStore, name: str) -> None:
    raw = f"{store.bucket}-not/{name}"
    with pytest.raises(SourceFailed, match=r"news-not.*Check the name, the credentials"):
        open_archive(raw).discover()
