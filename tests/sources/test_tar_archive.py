"""What is odd in a tar: links and sparse files are rejects, folders nothing, bombs a failure."""

from __future__ import annotations

import random
import tarfile
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.core.errors import SourceFailed
from pipeline.core.limits import Limits
from pipeline.sources import archive_file
from pipeline.sources.raw_archive import open_archive
from tests.archives import compressed, member, tar_of, tar_with
from tests.sources.test_archive_file import read


def test_what_is_no_file_is_rejected_left_out_or_nothing(tmp_path: Path) -> None:
    link, _ = member("link.md", kind=tarfile.SYMTYPE)
    link.linkname = "../../etc/passwd"
    hard, _ = member("hard.md", kind=tarfile.LNKTYPE)
    hard.linkname = "a.md"
    made = tar_with(
        *(member("folder", kind=tarfile.DIRTYPE), member("./", kind=tarfile.DIRTYPE)),
        *((link, b""), (hard, b"")),
        *(member("pipe", kind=tarfile.FIFOTYPE), member("zero", kind=tarfile.CHRTYPE)),
        *(member("a.md", b"one"), member(".hidden/b.md", b"two"), member("../c.md", b"three")),
        *(member("d.md", b"four"), member("./d.md", b"five"), member("e.md", b"six")),
    )
    (tmp_path / "odd.tar").write_bytes(made)
    found = read(tmp_path / "odd.tar")
    codes = {name: each.problem and each.problem.code for name, each in found.items()}
    assert codes == {
        "link.md": "linked_file",
        "hard.md": "linked_file",
        "a.md": None,
        "../c.md": "unsafe_path",
        "d.md": "duplicate_path",
        "e.md": None,
    }
    assert (found["a.md"].data, found["e.md"].data) == (b"one", b"six")
    left_out = open_archive(tmp_path / "odd.tar").discover().left_out
    assert left_out == {"symbolic_links": 0, "hidden": 1, "special_files": 2}


@pytest.mark.parametrize("form", ["tar.gz", "tar.zst"])
def test_joined_streams_are_one(tmp_path: Path, form: str) -> None:
    path, made = tmp_path / f"a.{form}", tar_of({"a.md": b"one" * 1_000, "b.md": b"two"})
    path.write_bytes(compressed(made[:900], path) + compressed(made[900:], path))
    assert set(read(path)) == {"a.md", "b.md"}


@pytest.mark.parametrize("form", ["tar", "tar.gz", "tar.zst"])
def test_a_third_of_one_is_cut_off(tmp_path: Path, form: str) -> None:
    path, noise = tmp_path / f"a.{form}", random.Random(1).randbytes(9_000)
    packed = compressed(tar_of({"a.md": noise}), path)
    path.write_bytes(packed[: len(packed) // 3])
    with pytest.raises(SourceFailed, match=r"to its end: it is truncated\. Fetch"):
        read(path)


@pytest.mark.parametrize("form", ["tar.gz", "tar.zst"])
def test_a_bomb_ends_before_it_is_unpacked(
    tmp_path: Path, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"bomb.{form}"
    path.write_bytes(compressed(tar_of({"a.md": b"one", "bomb.md": bytes(3_000_000)}), path))
    monkeypatch.setattr(archive_file, "UNSUSPICIOUS_BYTES", 100_000)
    with pytest.raises(SourceFailed, match=r"bomb\.tar.*archive_bomb.*--max-archive-ratio"):
        read(path)
    assert set(read(path, Limits(max_archive_ratio=1_000_000))) == {"a.md", "bomb.md"}
    with pytest.raises(SourceFailed, match="archive_bomb"):
        read(path, Limits(max_archive_ratio=1_000_000, max_archive_bytes=3_000_000))


def test_a_bomb_behind_the_end_is_not_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.tar.zst"
    path.write_bytes(compressed(tar_of({"a.md": b"one"}) + bytes(3_000_000), path))
    assert set(read(path)) == {"a.md"}
    monkeypatch.setattr(archive_file, "UNSUSPICIOUS_BYTES", 100_000)
    with pytest.raises(SourceFailed, match="archive_bomb"):
        read(path)


def test_a_window_larger_than_the_memory_is_refused(tmp_path: Path) -> None:
    frame = bytearray(pa.compress(tar_of({"a.md": b"one" * 9_000}), "zstd", asbytes=True))
    # A descriptor without content size, then a window of 2 GB instead.
    header = b"\x28\xb5\x2f\xfd" + bytes([0b00000000, (31 - 10) << 3])
    (tmp_path / "wide.tar.zst").write_bytes(header + bytes(frame[8:]))
    with pytest.raises(SourceFailed, match=r"wide\.tar\.zst"):
        read(tmp_path / "wide.tar.zst")
