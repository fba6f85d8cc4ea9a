"""What is odd in a zip: each case its own reject, and all other files are read."""

from __future__ import annotations

import random
import stat
import struct
import zipfile
from pathlib import Path

import pytest

from pipeline.core.errors import SourceFailed
from pipeline.core.limits import Limits
from pipeline.sources.raw_archive import open_archive
from tests.archives import pack
from tests.sources.test_archive_file import read


def codes(path: Path, limits: Limits | None = None) -> dict[str, str | None]:
    found = read(path, limits or Limits())
    return {name: each.problem and each.problem.code for name, each in found.items()}


def info(name: str, mode: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    made.create_system, made.external_attr = 3, mode << 16
    return made


def test_what_is_no_file_is_rejected_left_out_or_nothing(tmp_path: Path) -> None:
    path = tmp_path / "odd.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("folder/", b"")
        made.writestr(info("link.md", stat.S_IFLNK | 0o777), "../../etc/passwd")
        made.writestr(info("pipe", stat.S_IFIFO), b"")
        made.writestr(info("a.md", stat.S_IFREG | 0o600), b"one")
        made.writestr("../b.md", b"two")
        made.writestr(".hidden.md", b"three")
        made.writestr("bzip2.md", b"four", zipfile.ZIP_BZIP2)
        made.writestr("d.md", b"five")
        with pytest.warns(UserWarning, match="Duplicate name"):
            made.writestr("d.md", b"six")
    assert codes(path) == {
        "link.md": "linked_file",
        "a.md": None,
        "../b.md": "unsafe_path",
        "bzip2.md": "unsupported_file",
        "d.md": "duplicate_path",
    }
    left_out = open_archive(path).discover().left_out
    assert left_out == {"symbolic_links": 0, "hidden": 1, "special_files": 1}


def test_an_encrypted_file_is_rejected(tmp_path: Path) -> None:
    path = pack({"a.md": b"one", "b.md": b"two"}, tmp_path / "secret.zip")
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    assert codes(path) == {"a.md": "encrypted_file", "b.md": None}


def test_a_file_that_unpacks_to_too_much_is_not_unpacked(tmp_path: Path) -> None:
    path = pack({"a.md": b"one", "bomb.md": bytes(3_000_000)}, tmp_path / "bomb.zip")
    assert codes(path) == {"a.md": None, "bomb.md": "archive_bomb"}
    assert codes(path, Limits(max_archive_ratio=2_000)) == {"a.md": None, "bomb.md": None}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_file_that_is_packed_in_more_bytes_than_it_needs_is_not_read(
    tmp_path: Path, method: int
) -> None:
    path = tmp_path / "padded.zip"
    with zipfile.ZipFile(path, "w", method) as made:
        made.writestr("a.md", random.Random(1).randbytes(90_000))
        made.writestr("b.md", random.Random(2).randbytes(90_000))
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2") + 24
    data[at : at + 4] = struct.pack("<L", 10)
    path.write_bytes(data)
    assert codes(path) == {"a.md": "archive_bomb", "b.md": None}


def test_files_beyond_the_bytes_of_all_are_not_unpacked(tmp_path: Path) -> None:
    sizes = {"a.md": 40, "b.md": 70, "c.md": 50, "d.md": 20}
    path = pack({name: b"x" * size for name, size in sizes.items()}, tmp_path / "much.zip")
    assert codes(path, Limits(max_archive_bytes=100)) == {
        **dict.fromkeys(("a.md", "c.md")),
        **dict.fromkeys(("b.md", "d.md"), "archive_bomb"),
    }


def test_files_that_share_their_bytes_are_bombs(tmp_path: Path) -> None:
    path = pack({"a.md": b"x" * 5_000, "b.md": b"y" * 5_000, "c.md": b"z"}, tmp_path / "shared.zip")
    data = bytearray(path.read_bytes())
    second = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    data[second + 42 : second + 46] = struct.pack("<L", 5)
    path.write_bytes(data)
    assert codes(path) == {"a.md": "archive_bomb", "b.md": "archive_bomb", "c.md": None}


@pytest.mark.parametrize("place", [30 + len("a.md"), 26, 14])
def test_a_damaged_file_fails_the_whole(tmp_path: Path, place: int) -> None:
    path = pack({"a.md": b"one" * 500}, tmp_path / "damaged.zip")
    data = bytearray(path.read_bytes())
    data[place] ^= 0xFF
    path.write_bytes(data)
    if place == 14:  # a checksum that nobody reads: that of the directory counts
        assert codes(path) == {"a.md": None}
        return
    with pytest.raises(SourceFailed, match=r"damaged\.zip cannot be read.*: a\.md is damaged"):
        read(path)


def test_a_file_that_is_longer_than_its_directory_says_is_damaged(tmp_path: Path) -> None:
    path = pack({"a.md": b"one" * 500}, tmp_path / "longer.zip")
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\1\2") + 24
    data[at : at + 4] = struct.pack("<L", 100)
    path.write_bytes(data)
    with pytest.raises(SourceFailed, match=r"longer\.zip"):
        read(path)
