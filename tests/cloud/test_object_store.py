"""Buckets, on a local S3 server: `make test-cloud`. The same files give the same bytes as a folder,
and whatever fails is named."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from pipeline.build.run import build
from pipeline.core.errors import SourceFailed, UsageError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.read.verify import verify
from pipeline.sources.listing import Listing
from pipeline.sources.raw_archive import open_archive
from tests.archives import FORMS, contents_of, pack
from tests.build_fixtures import DATA_RAW, Builder, parquet_bytes
from tests.calling import loaded
from tests.cloud.bucket_server import BucketServer
from tests.cloud.cutting_proxy import CuttingProxy, cutting_proxy
from tests.drill.faults import ended, kill_with, start
from tests.sources.test_archive_file import read

obstore = pytest.importorskip("obstore", reason="`make test-cloud` has it")

BUCKET = "s3://news"
PACKED = ["packed/raw.tar.zst", "packed/raw.zip"]
SOURCES = ["raw", *PACKED]


def put(bucket: Any, contents: dict[str, bytes], prefix: str = "raw/") -> None:
    for name, data in contents.items():
        bucket.put_object(Key=f"{prefix}{name}", Body=data)


def put_packed(bucket: Any, contents: dict[str, bytes], folder: Path, form: str) -> str:
    """Put an archive file into the bucket; gives its address."""
    packed = pack(contents, folder / f"raw.{form}")
    bucket.put_object(Key=f"packed/{packed.name}", Body=packed.read_bytes())
    return f"{BUCKET}/packed/{packed.name}"


def put_all(bucket: Any, contents: dict[str, bytes], folder: Path) -> None:
    """Put it all into the bucket, as each of `SOURCES`."""
    put(bucket, contents)
    for form in ("tar.zst", "zip"):
        put_packed(bucket, contents, folder, form)


def test_a_prefix_gives_the_bytes_of_its_folder(
    bucket: Any, built: Builder, tmp_path: Path
) -> None:
    put(bucket, contents_of(DATA_RAW))
    put(bucket, {"other.md": b"of another prefix"}, "raw-not/")
    build(f"{BUCKET}/raw", tmp_path / "out", workers=2)
    assert parquet_bytes(tmp_path / "out") == parquet_bytes(built(DATA_RAW)[0])


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_file_in_a_bucket_gives_the_bytes_of_its_folder(
    bucket: Any, form: str, tmp_path: Path
) -> None:
    raw = put_packed(bucket, contents_of(DATA_RAW), tmp_path, form)
    assert read(raw) == read(DATA_RAW)
    assert open_archive(raw).name == "raw"


@pytest.mark.parametrize("form", ["tar.gz", "zip"])
def test_a_build_of_an_archive_file_in_a_bucket_is_that_of_its_folder(
    bucket: Any, built: Builder, form: str, tmp_path: Path
) -> None:
    raw, out = put_packed(bucket, contents_of(DATA_RAW), tmp_path, form), tmp_path / "out"
    build(raw, out, workers=2)
    assert parquet_bytes(out) == parquet_bytes(built(DATA_RAW)[0])
    assert not build(raw, out, workers=1).rebuilt
    assert {path.name for path in tmp_path.iterdir()} == {f"raw.{form}", "out", ".out.newsloom"}


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


@pytest.mark.parametrize("form", FORMS)
def test_an_unchanged_archive_file_is_known_by_its_tag(
    bucket: Any, form: str, tmp_path: Path
) -> None:
    raw = put_packed(bucket, {"a.md": b"one"}, tmp_path, form)
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


@pytest.mark.parametrize("name", SOURCES)
def test_a_file_in_a_bucket_is_explained(bucket: Any, home: Path, name: str) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    [file] = (home / "raw/_edges").glob("unclosed-quote.md")
    here, there = (
        loaded("explain", f"_edges/{file.name}", "--raw", raw, "--json")
        for raw in (str(home / "raw"), f"{BUCKET}/{name}")
    )
    assert here == there
    assert here["status"] == "rejected"


@pytest.mark.parametrize("name", SOURCES)
def test_no_such_bucket_is_named(environment: None, name: str) -> None:
    with pytest.raises(SourceFailed, match=r"no-such-bucket.*Check the name, the credentials"):
        open_archive(f"s3://no-such-bucket/{name}").discover()


@pytest.mark.parametrize("name", SOURCES)
def test_a_lost_network_leaves_the_former_build(
    bucket: Any, home: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = contents_of(home / "raw")
    put_all(bucket, contents, home)
    before = parquet_bytes(home / "out")
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(SourceFailed, match=rf"{name} cannot be read to its end"):
            build(f"{BUCKET}/{name}", home / "out", workers=1)
    assert parquet_bytes(home / "out") == before
    assert verify(home / "out").faults == ()


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("lost", [True, False])
def test_what_is_lost_or_written_in_mid_stream_is_named(
    bucket: Any, tmp_path: Path, name: str, lost: bool
) -> None:
    contents = {f"{number}.md": b"text %d" % number for number in range(9)}
    put_all(bucket, contents, tmp_path)
    archive = open_archive(f"{BUCKET}/{name}")
    archive.discover()
    if lost:
        bucket.objects.all().delete()
    else:
        put_all(bucket, {**contents, "3.md": b"another"}, tmp_path)
    reason = "404" if lost else "it was written meanwhile"
    with pytest.raises(SourceFailed, match=f"cannot be read to its end: .*{reason}"):
        for reading in archive.readings([range(9)]):
            reading.contents(DEFAULT_LIMITS)


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_file_that_is_truncated_is_named(bucket: Any, home: Path, name: str) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    whole = bucket.Object(name).get()["Body"].read()
    bucket.put_object(Key=name, Body=whole[: len(whole) * 2 // 3])
    before = parquet_bytes(home / "out")
    with pytest.raises(SourceFailed, match=rf"{name} cannot be read to its end: .*truncated"):
        build(f"{BUCKET}/{name}", home / "out", workers=1)
    assert parquet_bytes(home / "out") == before


@pytest.fixture
def proxy(server: BucketServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[CuttingProxy]:
    """A proxy before the server, by which the store is reached."""
    with cutting_proxy(server.address) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT", proxy.address)
        yield proxy


@pytest.mark.parametrize("name", SOURCES)
def test_an_answer_that_breaks_off_is_asked_for_again(
    bucket: Any, home: Path, proxy: CuttingProxy, name: str
) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    proxy.cuts = 1
    assert read(f"{BUCKET}/{name}") == read(home / "raw")


@pytest.mark.parametrize("name", SOURCES)
def test_a_network_that_always_fails_in_mid_stream_is_named(
    bucket: Any, home: Path, proxy: CuttingProxy, name: str
) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    before = parquet_bytes(home / "out")
    proxy.cuts = 10_000
    with pytest.raises(SourceFailed, match=rf"{name} cannot be read to its end|news cannot be"):
        build(f"{BUCKET}/{name}", home / "out", workers=1)
    assert 0 < proxy.asked < 100
    assert parquet_bytes(home / "out") == before
    assert verify(home / "out").faults == ()


@pytest.mark.parametrize("name", SOURCES)
def test_killed_in_mid_stream_it_leaves_the_former_build(
    bucket: Any, home: Path, name: str
) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    raw, out, before = f"{BUCKET}/{name}", home / "out", parquet_bytes(home / "out")
    given = {key: value for key, value in os.environ.items() if key.startswith("AWS_")}
    command = ["run", "--raw", raw, "--out", str(out), "--workers", "1", "--force"]
    assert ended(start(command, kill_with, (given, 40), home / "told")) == -signal.SIGKILL
    assert parquet_bytes(out) == before
    assert verify(out).faults == ()
    build(raw, out, workers=1, name="raw")
    assert parquet_bytes(out) == before


@pytest.fixture
def deny(server: BucketServer) -> Iterator[Callable[[], None]]:
    """Makes the store ask for credentials that nobody has, as where they have run out."""

    def reset(requests: bytes) -> None:
        kind = {"Content-Type": "text/plain"}
        urlopen(Request(f"{server.address}/moto-api/reset-auth", requests, kind)).close()

    yield lambda: reset(b"0")
    reset(b"inf")


@pytest.mark.parametrize("name", SOURCES)
def test_lost_credentials_are_named_and_leave_the_former_build(
    bucket: Any, home: Path, deny: Callable[[], None], name: str
) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    before = parquet_bytes(home / "out")
    deny()
    with pytest.raises(SourceFailed, match=rf"{name} cannot be .*403.*Check the name, the cred"):
        build(f"{BUCKET}/{name}", home / "out", workers=1)
    assert parquet_bytes(home / "out") == before


@pytest.mark.parametrize("name", SOURCES)
def test_credentials_that_are_lost_in_mid_stream_are_named(
    bucket: Any, home: Path, deny: Callable[[], None], name: str
) -> None:
    put_all(bucket, contents_of(home / "raw"), home)
    archive = open_archive(f"{BUCKET}/{name}")
    archive.discover()
    deny()
    with pytest.raises(SourceFailed, match="403"):
        for reading in archive.readings([[0]]):
            reading.contents(DEFAULT_LIMITS)
