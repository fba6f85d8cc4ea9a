"""Archive files of every form: their bytes are those of the folder they were made of; known without
being read, where they are what they were; and refused, where they are not whole."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.errors import SourceFailed
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources import archive_file
from pipeline.sources.archive_file import ArchiveFile
from pipeline.sources.listing import STAMP_TRUST_NS, Listing
from pipeline.sources.raw_archive import open_archive
from tests.archives import FORMS, contents_of, pack
from tests.build_fixtures import DATA_RAW

CONTENTS = {f"{number % 3}/{number}.md": b"text %d\n" % number * 50 for number in range(40)}


def read(path: Path | str, limits: Limits = DEFAULT_LIMITS) -> dict[str, RawContent]:
    """All files of an archive, read in several shares."""
    archive = open_archive(path, limits)
    count = len(archive.discover().names)
    shares = [range(start, min(start + 7, count)) for start in range(0, count, 7)]
    readings = archive.readings(shares)
    return {each.source_path: each for reading in readings for each in reading.contents(limits)}


@pytest.fixture(params=FORMS)
def packed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """An archive file of each form."""
    return pack(CONTENTS, tmp_path / f"news.{request.param}")


def test_its_bytes_are_those_of_the_folder(packed: Path) -> None:
    pack(contents_of(DATA_RAW), packed)
    wanted, found = read(DATA_RAW), read(packed)
    assert found == wanted
    assert len(found) > 170


def test_it_is_called_as_its_file_without_the_ending(packed: Path) -> None:
    assert open_archive(packed).name == "news"


def test_its_files_may_be_read_in_any_share_that_rises(packed: Path) -> None:
    archive = open_archive(packed)
    names = list(archive.discover().names)
    [some] = archive.readings([[3, 8, 30]])
    wanted = [CONTENTS[names[index].decode()] for index in (3, 8, 30)]
    assert [each.data for each in some.contents(DEFAULT_LIMITS)] == wanted


def test_it_is_made_of_the_folder_as_text_names_it(packed: Path) -> None:
    content = open_archive(packed).content("2/5.md")
    assert content
    assert content.data == CONTENTS["2/5.md"]
    assert open_archive(packed).content("2/6.md") is None


def listed(path: Path, former: Listing | None = None) -> tuple[Listing, ArchiveFile]:
    archive = open_archive(path)
    [source] = archive.sources
    assert isinstance(source, ArchiveFile)
    return archive.discover(former), source


def old(path: Path) -> Listing:
    """The listing of an archive file that was at rest for long."""
    os.utime(path, (1, 1))
    listing, _ = listed(path)
    listing.started_ns = path.stat().st_ctime_ns + STAMP_TRUST_NS + 1
    return listing


def test_an_unchanged_one_is_known_by_its_stamps(
    packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = old(packed)
    monkeypatch.setattr(archive_file.hashlib, "file_digest", None)
    found, source = listed(packed, former)
    assert found.is_same(former)
    assert not source.was_read
    assert source.members is None


def test_a_copy_and_one_that_is_too_young_are_known_by_content(packed: Path) -> None:
    former = old(packed)
    packed.write_bytes(packed.read_bytes())
    for found, source in (listed(packed, former), listed(packed, listed(packed)[0])):
        assert found.is_same(former)
        assert source.was_read
        assert source.members is None


def test_one_that_was_not_listed_anew_can_be_read_all_the_same(packed: Path) -> None:
    former = old(packed)
    archive = open_archive(packed)
    archive.discover(former)
    [reading] = archive.readings([range(len(CONTENTS))])
    found = {each.source_path: each.data for each in reading.contents(DEFAULT_LIMITS)}
    assert found == CONTENTS


def test_another_content_gives_other_stamps(packed: Path) -> None:
    former = old(packed)
    pack({**CONTENTS, "0/0.md": b"another"}, packed)
    found, _ = listed(packed, former)
    assert list(found.names) == list(former.names)
    assert all(found.stamps(index) != former.stamps(index) for index in range(len(CONTENTS)))


def cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)


@pytest.mark.parametrize("damage", [cut, spoil, lambda path: path.write_bytes(b"")])
def test_one_that_is_not_whole_is_named(packed: Path, damage: Callable[[Path], None]) -> None:
    if damage is spoil and packed.suffix in (".tar", ".zip"):
        pytest.skip("no checksum is that of the whole file")
    damage(packed)
    with pytest.raises(SourceFailed, match=rf"{packed.name} cannot be read to its end: .*anew"):
        read(packed)


def test_one_that_is_written_meanwhile_is_named(packed: Path) -> None:
    archive = open_archive(packed)
    archive.discover()
    os.utime(packed, (2, 2))
    with pytest.raises(SourceFailed, match="it was written meanwhile"):
        for reading in archive.readings([range(len(CONTENTS))]):
            reading.contents(DEFAULT_LIMITS)


def test_what_is_no_archive_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "page.tar").write_bytes(b"<html>" * 500)
    with pytest.raises(SourceFailed, match=r"page\.tar cannot be read to its end: .*it is no tar"):
        read(tmp_path / "page.tar")


def test_a_file_over_its_limit_is_rejected_as_in_a_folder(packed: Path, tmp_path: Path) -> None:
    contents = {"a.md": b"x" * 100, "b.md": b"y" * 10}
    (tmp_path / "raw").mkdir()
    for name, data in contents.items():
        (tmp_path / "raw" / name).write_bytes(data)
    pack(contents, packed)
    limits = Limits(max_file_bytes=50)
    found = read(packed, limits)
    assert found == read(tmp_path / "raw", limits)
    problem = found["a.md"].problem
    assert problem
    assert problem.code == "file_too_large"
