"""A worker reads a share, parses it, and leaves a file of rows for each table that has any."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.build.worker import Parsed, Share, parse_share
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.raw_content import RawContent
from pipeline.parse import parse
from pipeline.sources.folder import FolderFiles, discover, raw_file
from pipeline.sources.listing import UNREAD

TEXTS = {"a.txt": b"News\nA page of moss\n", "b.md": b"---\ntitle: a: b\n---\n", "c.bin": b"x" * 99}


def parsed(tmp_path: Path, limits: Limits = DEFAULT_LIMITS) -> Parsed:
    for folder in ("raw", "rows *?"):
        (tmp_path / folder).mkdir()
    for name, data in TEXTS.items():
        (tmp_path / "raw" / name).write_bytes(data)
    listing = discover(tmp_path / "raw")
    files = tuple(raw_file(listing, index) for index in range(len(TEXTS)))
    reading = FolderFiles(os.fsencode(tmp_path / "raw"), files)
    return parse_share(Share(7, reading, tmp_path / "rows *?", limits))


def test_the_files_hold_what_parse_gives(tmp_path: Path) -> None:
    found = parsed(tmp_path)
    contents = [RawContent(name, len(data), data) for name, data in TEXTS.items()]
    wanted = {name: each for name, each in parse(contents, DEFAULT_LIMITS).items() if each.num_rows}
    assert wanted.keys() == found.files.keys() == {"files", "rejects", "pages", "page_paragraphs"}
    for name, path in found.files.items():
        with path.open("rb") as file:
            assert pa.ipc.open_file(file).read_all() == wanted[name]
        assert path.name == f"{name}-7.arrow"


def test_for_spark_the_rows_are_parquet_under_a_name_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXTS["a.txt"])
    listing = discover(tmp_path)
    (tmp_path / "rows").mkdir()
    reading = FolderFiles(os.fsencode(tmp_path), (raw_file(listing, 0),))
    share = Share(7, reading, tmp_path / "rows", DEFAULT_LIMITS, form="parquet")
    first, again = parse_share(share), parse_share(share)
    assert first.files["pages"] != again.files["pages"]  # a task may be run twice
    assert pq.read_table(first.files["pages"])["section"].to_pylist() == ["News"]
    assert pq.read_schema(first.files["pages"]).field("section").type == pa.string()


def test_digests_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    found = parsed(tmp_path)
    assert found.digests == b"".join(hashlib.sha256(data).digest() for data in TEXTS.values())
    assert found.bytes_read == sum(map(len, TEXTS.values()))


def test_a_file_that_was_not_read_has_no_digest(tmp_path: Path) -> None:
    found = parsed(tmp_path, Limits(max_file_bytes=50))
    assert found.digests[-32:] == UNREAD
    assert found.bytes_read == len(TEXTS["a.txt"]) + len(TEXTS["b.md"])
    with found.files["files"].open("rb") as file:
        (row,) = pa.ipc.open_file(file).read_all().to_pylist()[2:]
    assert (row["bytes"], row["status"], row["reason"]) == (99, "rejected", "file_too_large")
