"""The directory of a zip says what the library of Python finds in it, or it is refused."""

from __future__ import annotations

import random
import struct
import zipfile
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from pipeline.sources import zip_directory
from pipeline.sources.tar_reader import BrokenArchive
from pipeline.sources.zip_directory import Entry, entries
from tests.archives import pack

CONTENTS = {"a.md": b"one" * 900, "b/é.md": b"", "c.txt": b"three"}


def found(path: Path) -> list[Entry]:
    with FileIO(path) as file:
        return list(entries(file, path.stat().st_size))


@pytest.fixture
def made(tmp_path: Path) -> Path:
    return pack(CONTENTS, tmp_path / "made.zip")


def test_it_says_what_the_library_finds(made: Path) -> None:
    with zipfile.ZipFile(made, "a") as file:
        file.comment = b"PK\5\6 in a comment is none"[:3] + b" of length"
        wanted = file.infolist()
    for entry, info in zip(found(made), wanted, strict=True):
        assert entry.name.decode() == info.filename
        assert (entry.offset, entry.size, entry.crc) == (
            info.header_offset,
            info.file_size,
            info.CRC,
        )
        assert (entry.compressed_size, entry.method) == (info.compress_size, info.compress_type)
        assert entry.mode == info.external_attr >> 16


def test_a_zip_without_members_is_one(tmp_path: Path) -> None:
    assert found(pack({}, tmp_path / "empty.zip")) == []


def large(folder: Path, size: int) -> Path:
    """A zip of `big.md` of so many bytes, which is written as far as the directory says."""
    name, extra = b"big.md", struct.pack("<HHQQ", 1, 16, size, 7)
    head = struct.pack("<4s4B4HL2L", b"PK\1\2", 45, 3, 45, 0, 0, 8, 0, 0, 1, 2**32 - 1, 2**32 - 1)
    head += struct.pack("<5H2L", len(name), len(extra), 0, 0, 0, 0, 0)
    directory = head + name + extra
    start = 50
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, len(directory), start)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, start + len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2**16 - 1, 2**16 - 1, 2**32 - 1, 2**32 - 1, 0)
    (folder / "large.zip").write_bytes(bytes(start) + directory + record + locator + end)
    return folder / "large.zip"


def test_numbers_of_more_than_32_bits_are_read(tmp_path: Path) -> None:
    [entry] = found(large(tmp_path, 5 << 30))
    assert (entry.name, entry.size, entry.compressed_size) == (b"big.md", 5 << 30, 7)


def test_a_size_that_no_listing_holds_is_broken(tmp_path: Path) -> None:
    with pytest.raises(BrokenArchive, match="a member of 9,223,372,036,854,775,808 bytes"):
        found(large(tmp_path, 2**63))


def test_a_directory_beyond_its_bound_is_not_read(
    made: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zip_directory, "MAX_DIRECTORY_BYTES", 100)
    with pytest.raises(BrokenArchive, match=r"a directory of [0-9]+ bytes; the limit is 100"):
        found(made)


def test_wherever_a_zip_is_cut_off_it_is_broken(made: Path) -> None:
    whole = made.read_bytes()
    for length in range(0, len(whole), 7):
        made.write_bytes(whole[:length])
        with pytest.raises(BrokenArchive):
            found(made)


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"more" + data,
        lambda data: data.replace(b"PK\1\2", b"PK\1\3", 1),
        lambda data: data[:-22] + data[-22:-12] + struct.pack("<H", 2) + data[-10:],
        lambda data: data[:-18] + b"\1\0" + data[-16:],
    ],
)
def test_a_directory_that_does_not_fit_is_broken(
    made: Path, damage: Callable[[bytes], bytes]
) -> None:
    made.write_bytes(damage(made.read_bytes()))
    with pytest.raises(BrokenArchive):
        found(made)


def test_damage_anywhere_is_an_error_or_other_members_and_nothing_else(made: Path) -> None:
    dice, whole = random.Random(3), made.read_bytes()
    refused = 0
    for _ in range(2_000):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(whole))] = dice.randrange(256)
        made.write_bytes(damaged)
        try:
            found(made)
        except BrokenArchive:
            refused += 1
    assert 100 < refused < 2_000
