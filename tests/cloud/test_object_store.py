"""Buckets, on a local S3 server: `make test-cloud`. The same files give the same bytes as a folder,
and whatever fails is named."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.run import build
from pipeline.core.errors import SourceFailed, UsageError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.read.verify import verify
from pipeline.sources import object_store
from pipeline.sources.listing import Listing
from pipeline.sources.raw_archive import open_archive
from tests.archives import FORMS, contents_of, pack
from tests.build_fixtures import DATA_RAW, Builder, parquet_bytes
from tests.sources.test_archive_file import read

# They come last: the server wants older versions of what newsloom needs, and runs with newer ones.
sys.path += filter(None, [os.environ.get("NEWSLOOM_CLOUD")])
obstore = pytest.importorskip("obstore", reason="`make test-cloud` has it")
moto = pytest.importorskip("moto.server", reason="`make test-cloud` has it")

BUCKET = "s3://news"
TARS = [form for form in FORMS if form.startswith("tar")]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A local S3 server, by its address."""
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def environment(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials and endpoint of the server, and few retries."""
    given = {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "y", "REGION": "us-east-1"}
    for name, value in {**given, "ENDPOINT": server, "ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setitem(object_store._RETRIES, "max_retries", 1)


@pytest.fixture
def bucket(server: str) -> Iterator[Any]:
    """An empty bucket."""
    import boto3

    client = boto3.client(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
    )
    bucket = boto3.resource(
        "s3",
        endpoint_url=server,
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="y",
    ).Bucket("news")
    client.create_bucket(Bucket="news")
    yield bucket
    bucket.objects.all().delete()
    client.delete_bucket(Bucket="news")


def put(bucket: Any, contents: dict[str, bytes], prefix: str = "raw/") -> None:
    for name, data in contents.items():
        bucket.put_object(Key=f"{prefix}{name}", Body=data)


def put_tar(bucket: Any, contents: dict[str, bytes], folder: Path, form: str = "tar.zst") -> str:
    """Put a tar into the bucket; gives its address."""
    packed = pack(contents, folder / f"raw.{form}")
    bucket.put_object(Key=f"packed/{packed.name}", Body=packed.read_bytes())
    return f"{BUCKET}/packed/{packed.name}"


def test_a_prefix_gives_the_bytes_of_its_folder(
    bucket: Any, built: Builder, tmp_path: Path
) -> None:
    put(bucket, contents_of(DATA_RAW))
    put(bucket, {"other.md": b"of another prefix"}, "raw-not/")
    build(f"{BUCKET}/raw", tmp_path / "out", workers=2)
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(built(DATA_RAW)[0])


@pytest.mark.parametrize("form", TARS)
def test_a_tar_in_a_bucket_gives_the_bytes_of_its_folder(
    bucket: Any, form: str, tmp_path: Path
) -> None:
    raw = put_tar(bucket, contents_of(DATA_RAW), tmp_path, form)
    assert read(raw) == read(DATA_RAW)
    assert open_archive(raw).name == "raw"


def test_only_changed_objects_are_read(bucket: Any, home: Path) -> None:
    put(bucket, contents_of(home / "raw"))
    raw, out = f"{BUCKET}/raw", home / "out"
    build(raw, out, workers=1)
    assert not build(raw, out, workers=1).rebuilt
    put(bucket, {"more.txt": b"A page", "README.md": b"# Edited"})
    summary = build(raw, out, workers=1)
    assert any(reason.startswith("2 of ") for reason in summary.reasons)
    build(raw, home / "fresh", workers=1)
    assert parquet_bytes(out) == parquet_bytes(home / "fresh")


def test_an_unchanged_tar_is_known_by_its_tag(bucket: Any, tmp_path: Path) -> None:
    raw = put_tar(bucket, {"a.md": b"one"}, tmp_path)
    former = open_archive(raw).discover()
    archive = open_archive(raw)
    assert archive.discover(Listing.unpacked(former.packed())).is_same(former)
    [source] = archive.sources
    assert source.members is None  # type: ignore[attr-defined]
    assert [each.data for each in read(raw).values()] == [b"one"]


def test_what_is_odd_in_a_bucket(bucket: Any) -> None:
    put(bucket, {"a b/é.md": b"one", ".hidden.md": b"two", "a b/": b"", "large.md": b"x" * 99})
    put(bucket, {"empty.md": b"", "": b"", "deep/": b"", "deep/est/x/.hidden.md": b"three"})
    found = read(f"{BUCKET}/raw/", Limits(max_file_bytes=50))
    codes = {name: each.problem and each.problem.code for name, each in found.items()}
    assert codes == {"a b/é.md": None, "large.md": "file_too_large", "empty.md": None}
    assert found["empty.md"].data == b""
    with pytest.raises(UsageError, match="holds nothing"):
        open_archive(f"{BUCKET}/nowhere").discover()
    with pytest.raises(UsageError, match="is a zip"):
        open_archive(f"{BUCKET}/a.zip")


@pytest.mark.parametrize("raw", ["s3://no-such-bucket/raw", "s3://no-such-bucket/raw.tar.zst"])
def test_no_such_bucket_is_named(raw: str) -> None:
    with pytest.raises(SourceFailed, match=r"no-such-bucket.*Check the name, the credentials"):
        open_archive(raw).discover()


@pytest.mark.parametrize("name", ["raw", "packed/raw.tar.zst"])
def test_a_lost_network_leaves_the_former_build(
    bucket: Any, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = contents_of(home / "raw")
    put(bucket, contents)
    put_tar(bucket, contents, home)
    before = parquet_bytes(home / "out")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(SourceFailed, match=rf"{name} cannot be read to its end"):
            build(f"{BUCKET}/{name}", home / "out", workers=1)
    assert parquet_bytes(home / "out") == before
    assert verify(home / "out").faults == ()


@pytest.mark.parametrize("name", ["raw", "packed/raw.tar.zst"])
@pytest.mark.parametrize("lost", [True, False])
def test_what_is_lost_or_written_in_mid_stream_is_named(
    bucket: Any, tmp_path: Path, name: str, lost: bool
) -> None:
    contents = {f"{number}.md": b"text %d" % number for number in range(9)}
    put(bucket, contents)
    put_tar(bucket, contents, tmp_path)
    archive = open_archive(f"{BUCKET}/{name}")
    archive.discover()
    if lost:
        bucket.objects.all().delete()
    else:
        put(bucket, {"3.md": b"another"})
        put_tar(bucket, {**contents, "3.md": b"another"}, tmp_path)
    with pytest.raises(SourceFailed, match="cannot be read to its end"):
        for reading in archive.readings([range(9)]):
            reading.contents(DEFAULT_LIMITS)


def test_wrong_credentials_are_named(
    bucket: Any, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(bucket, {"a.md": b"one"})
    monkeypatch.setenv("AWS_ENDPOINT", f"{server}/moto-api/none")
    with pytest.raises(SourceFailed, match="Check the name, the credentials"):
        open_archive(f"{BUCKET}/raw").discover()
