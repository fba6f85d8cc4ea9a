"""Files are told apart without reading them whole, and a Parquet file tells whether it is whole."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.fingerprint import (
    SEAL,
    UNSEALED,
    fingerprint_of,
    is_readable_parquet,
    is_whole_parquet,
    seal,
)


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    return write_sealed(tmp_path / "a.parquet", 1)


def write_sealed(path: Path, value: int) -> Path:
    schema = pa.schema([("x", pa.int64())], metadata={SEAL: UNSEALED})
    pq.write_table(pa.table({"x": [value] * 50}, schema=schema), path)
    seal(path)
    return path


def test_a_seal_is_the_digest_of_the_rest(sealed: Path) -> None:
    digest = pq.read_metadata(sealed).metadata[SEAL]
    unsealed = sealed.read_bytes().replace(digest, UNSEALED)
    assert digest.decode() == hashlib.sha256(unsealed).hexdigest()
    assert pq.read_table(sealed)["x"].to_pylist() == [1] * 50


def test_sealing_gives_the_digest_of_the_file_and_may_be_done_again(sealed: Path) -> None:
    before = sealed.read_bytes()
    pq.write_table(pq.read_table(sealed), sealed)
    assert not is_whole_parquet(sealed)  # written anew, with the seal of the former content
    sealed.write_bytes(before)
    assert is_whole_parquet(sealed)


def test_any_changed_byte_breaks_the_seal(sealed: Path) -> None:
    whole = sealed.read_bytes()
    for place in range(0, len(whole), 7):
        sealed.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert not is_whole_parquet(sealed), place


@pytest.mark.parametrize("size", [0, 4, 11, 100, -1])
def test_a_file_that_was_cut_has_no_footer(sealed: Path, size: int) -> None:
    assert is_readable_parquet(sealed)
    sealed.write_bytes(sealed.read_bytes()[:size])
    assert not is_readable_parquet(sealed)
    assert not is_whole_parquet(sealed)


def test_a_file_without_a_seal_cannot_be_sealed(tmp_path: Path) -> None:
    pq.write_table(pa.table({"x": [1]}), tmp_path / "a.parquet")
    with pytest.raises(ValueError, match="no seal"):
        seal(tmp_path / "a.parquet")


def text(path: Path, value: int) -> None:
    path.write_text(f"value {value}")


def parquet(path: Path, value: int) -> None:
    write_sealed(path, value)


def database(path: Path, value: int) -> None:
    path.unlink(missing_ok=True)
    with duckdb.connect(path) as connection:
        connection.execute(f"create table t as select range + {value} as x from range(100000)")


@pytest.mark.parametrize(
    ("name", "write"), [("a.html", text), ("a.parquet", parquet), ("a.duckdb", database)]
)
def test_other_content_has_another_fingerprint(
    tmp_path: Path, name: str, write: Callable[[Path, int], None]
) -> None:
    found = []
    for value in (1, 2):
        write(tmp_path / name, value)
        found.append((fingerprint_of(tmp_path / name), (tmp_path / name).stat().st_size))
    assert found[0][0] != found[1][0]
    assert found[0][1] == found[1][1], "the sizes are to tell nothing"
    whole = (tmp_path / name).read_bytes()
    for size in (len(whole) // 2, len(whole) - 1):
        (tmp_path / name).write_bytes(whole[:size])
        assert fingerprint_of(tmp_path / name) != found[1][0]
