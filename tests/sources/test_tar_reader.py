"""A tar is read as the library of Python reads it, in one go, or is refused."""

from __future__ import annotations

import io
import random
import tarfile

import pytest

from pipeline.sources.tar_reader import MAX_HEADER_BYTES, BrokenArchive, TarMember, TarReader
from tests.archives import member, tar_of, tar_of_size, tar_with

LONG = "a folder of a long name/" * 12 + "é.md"
CONTENTS = {"a.md": b"one", "b/c.md": b"x" * 512, "b/empty.txt": b"", LONG: b"y" * 1_000}
ENOUGH = 10_000_000


def reader(data: bytes, most: int = ENOUGH) -> TarReader:
    return TarReader(io.BytesIO(data).read, most)


def read(data: bytes, most: int = ENOUGH) -> dict[str, bytes]:
    """All files by name."""
    tar = reader(data, most)
    return {each.name.decode(): tar.data() for each in tar.members() if each.kind == "file"}


def members(data: bytes) -> list[TarMember]:
    return list(reader(data).members())


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_form_gives_names_and_bytes(form: int) -> None:
    contents = {name[-150:]: data for name, data in CONTENTS.items()} if form == 0 else CONTENTS
    assert read(tar_of(contents, form)) == contents


def test_what_is_not_read_is_passed_over() -> None:
    tar = reader(tar_of(CONTENTS))
    found = {each.name: tar.data() for each in tar.members() if each.name == b"b/c.md"}
    assert found == {b"b/c.md": b"x" * 512}


def test_kinds_are_told_apart() -> None:
    kinds = {
        tarfile.REGTYPE: "file",
        tarfile.AREGTYPE: "file",
        tarfile.DIRTYPE: "folder",
        tarfile.SYMTYPE: "link",
        tarfile.LNKTYPE: "link",
        tarfile.FIFOTYPE: "special",
        tarfile.CHRTYPE: "special",
        b"M": "unsupported",
    }
    made = tar_with(*(member("a", kind=kind) for kind in kinds), member("b", b"last"))
    assert [each.kind for each in members(made)] == [*kinds.values(), "file"]


def test_a_sparse_file_is_unsupported_and_what_follows_is_read() -> None:
    header = bytearray(tar_of({"hole.md": b"x" * 10})[:512])
    header[156:157], header[482] = b"S", 1
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    more, last = bytearray(512), bytes(512)
    more[504] = 1
    made = bytes(header) + bytes(more) + last + b"x" * 512 + tar_of({"a.md": b"one"})
    assert [each.kind for each in members(made)] == ["unsupported", "file"]
    assert read(made) == {"a.md": b"one"}
    pax = member("GNUSparseFile.0/hole.md", b"x")
    pax[0].pax_headers = {"GNU.sparse.major": "1", "GNU.sparse.name": "hole.md"}
    [found] = members(tar_with(pax, form=tarfile.PAX_FORMAT))
    assert (found.name, found.kind) == (b"hole.md", "unsupported")


def test_a_size_in_binary_and_one_of_pax_count() -> None:
    made = tar_of_size(b"\x80" + (600).to_bytes(11, "big"))
    assert read(made) == {"a.md": b"x" * 600}
    info, data = member("a.md", b"x" * 600)
    info.pax_headers = {"size": "600"}
    assert read(tar_with((info, data), form=tarfile.PAX_FORMAT)) == {"a.md": b"x" * 600}


@pytest.mark.parametrize("field", [b"-0000001000\0", b"+0000001000\0", b"00000_01130\0"])
def test_a_size_of_other_than_octal_digits_is_broken(field: bytes) -> None:
    with pytest.raises(BrokenArchive, match="a header is damaged"):
        next(reader(tar_of_size(field)).members())


def test_a_size_that_no_listing_holds_is_broken() -> None:
    with pytest.raises(BrokenArchive, match="a member of 9,223,372,036,854,775,808 bytes"):
        next(reader(tar_of_size(b"\x80" + (2**63).to_bytes(11, "big"))).members())
    for size in (str(2**63), "-1"):
        info, data = member("a.md", b"x")
        info.pax_headers = {"size": size}
        with pytest.raises(BrokenArchive):
            next(reader(tar_with((info, data), form=tarfile.PAX_FORMAT)).members())


def test_wherever_a_tar_is_cut_off_it_is_broken() -> None:
    made = tar_of(CONTENTS)
    end = made.rstrip(b"\0")
    for length in [*range(0, len(end), 97), len(end)]:
        with pytest.raises(BrokenArchive, match="truncated"):
            members(made[:length])


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda made: b"\x01" + made[1:], "a header is damaged"),
        (lambda made: b"<html>" * len(made), "a header is damaged"),
        (lambda made: made + made, "goes on behind its end"),
        (lambda made: made[:124] + b"\xff" * 12 + made[136:], "a header is damaged"),
    ],
)
def test_what_is_damaged_is_broken(damage: object, message: str) -> None:
    with pytest.raises(BrokenArchive, match=message):
        members(damage(tar_of(CONTENTS)))  # type: ignore[operator]


@pytest.mark.parametrize("records", [b"9 path", b"x path=a\n", b"99 path=a\n", b"8 path=a"])
def test_a_damaged_pax_header_is_broken(records: bytes) -> None:
    with pytest.raises(BrokenArchive):
        members(tar_with(member("pax", records, tarfile.XHDTYPE), member("a")))


def test_a_header_is_never_larger_than_its_bound() -> None:
    info, _ = member("a", b"", tarfile.XHDTYPE)
    info.size = MAX_HEADER_BYTES + 1
    with pytest.raises(BrokenArchive, match="a header of"):
        members(info.tobuf())


def test_what_exceeds_the_bound_is_not_read() -> None:
    made = tar_of(CONTENTS)
    assert read(made, len(made)) == CONTENTS
    with pytest.raises(BrokenArchive, match="archive_bomb"):
        read(made, len(made) - 1)
    info, _ = member("bomb.md")
    info.size = 10**15
    with pytest.raises(BrokenArchive, match="archive_bomb"):
        members(info.tobuf())


def test_damage_anywhere_is_an_error_or_other_members_and_nothing_else() -> None:
    dice, made = random.Random(3), tar_of(CONTENTS, tarfile.PAX_FORMAT)
    refused = 0
    for _ in range(2_000):
        damaged = bytearray(made)
        damaged[dice.randrange(len(made))] = dice.randrange(256)
        try:
            read(bytes(damaged))
        except (BrokenArchive, UnicodeDecodeError):
            refused += 1
    assert 100 < refused < 2_000
