"""Several sources are one archive; what two of them hold is rejected, whichever comes first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.core.errors import UsageError
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.sources.listing import UNREAD, Listing
from pipeline.sources.raw_archive import RawArchive, open_archive
from tests.archives import FORMS, pack

ONE = {f"one/{number}.md": b"one %d" % number for number in range(5)}
TWO = {f"two/{number}.md": b"two %d" % number for number in range(6)}
THREE = {f"three/{number}.md": b"three %d" % number for number in range(7)}
SHARED = {"one/3.md": b"other"}


def write(folder: Path, contents: dict[str, bytes]) -> Path:
    for name, data in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


@pytest.fixture(params=FORMS)
def sources(request: pytest.FixtureRequest, tmp_path: Path) -> list[Path]:
    """A folder and two archive files."""
    return [
        write(tmp_path / "one", ONE),
        pack(TWO, tmp_path / f"two.{request.param}"),
        pack(THREE, tmp_path / "three.tar.zst"),
    ]


def read(archive: RawArchive, indices: Sequence[int] | None = None) -> dict[str, object]:
    """The bytes of each file, or the code of its problem."""
    listing = archive.discover()
    shares = archive.shares(range(len(listing.names)) if indices is None else indices)
    return {
        each.source_path: each.problem.code if each.problem else each.data
        for reading in archive.readings(shares)
        for each in reading.contents(DEFAULT_LIMITS)
    }


def test_the_files_of_all_sources_are_one_listing(sources: list[Path]) -> None:
    archive = open_archive(sources)
    assert read(archive) == {**ONE, **TWO, **THREE}
    assert archive.name == "one + two + three"
    assert archive.paths == sources
    assert [part.count for part in archive.discover().parts] == [5, 6, 7]


def test_some_files_of_each_are_read(sources: list[Path]) -> None:
    archive = open_archive(sources)
    names = [name.decode() for name in archive.discover().names]
    every = {**ONE, **TWO, **THREE}
    some = [1, 4, 5, 9, 17]
    assert read(archive, some) == {names[index]: every[names[index]] for index in some}
    digests = list(archive.digests(some))
    assert len(set(digests)) == len(some)
    assert UNREAD not in digests


def test_a_path_of_two_sources_is_rejected(sources: list[Path]) -> None:
    pack(TWO | SHARED, sources[1])
    archive = open_archive(sources)
    assert read(archive) == {**ONE, **TWO, **THREE, "one/3.md": "duplicate_path"}
    assert read(open_archive(sources[::-1])) == read(archive)
    [digest] = archive.digests([3])
    assert digest == UNREAD


def test_a_part_is_taken_over_unless_paths_are_shared(sources: list[Path]) -> None:
    def scanned(former: Listing) -> list[bool]:
        archive = open_archive(sources)
        archive.discover(former)
        return [bool(source.members) for source in archive.sources[1:]]  # type: ignore[attr-defined]

    former = open_archive(sources).discover()
    assert scanned(former) == [False, False]
    pack({**TWO, "more.md": b"more"}, sources[1])
    assert scanned(former) == [True, False]
    pack(TWO | SHARED, sources[1])
    assert scanned(open_archive(sources).discover()) == [True, True]


def test_a_taken_over_part_is_what_it_was(sources: list[Path]) -> None:
    former = open_archive(sources).discover()
    again = open_archive(sources).discover(Listing.unpacked(former.packed()))
    assert again.is_same(former)
    assert again.parts == former.parts


@pytest.mark.parametrize("raw", ["nowhere", "nowhere.zip", "/dev/null"])
def test_what_is_no_source_is_a_wrong_request(raw: str) -> None:
    with pytest.raises(UsageError, match=rf"{raw}.*give the archive with --raw: a folder, \.tar"):
        open_archive(raw)


def test_a_source_named_twice_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="named twice"):
        open_archive([tmp_path, str(tmp_path)])


def test_a_file_that_is_no_archive_is_a_wrong_request(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Notes\n" * 100)
    with pytest.raises(UsageError, match=r"README\.md is neither a folder nor an archive; give"):
        open_archive(tmp_path / "README.md")


@pytest.mark.parametrize("form", FORMS)
def test_an_archive_is_one_by_any_name(tmp_path: Path, form: str) -> None:
    packed = pack(ONE, tmp_path / f"one.{form}").rename(tmp_path / "one")
    assert len(open_archive(packed).discover().names) == len(ONE)
