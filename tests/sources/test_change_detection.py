"""What has changed is told by stamps, and by content wherever stamps cannot decide."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path

import pytest

from pipeline.sources.change_detection import Changes, compare
from pipeline.sources.folder import discover
from pipeline.sources.listing import STAMP_TRUST_NS, UNREAD, Listing, stamps_of_member

CONTENTS = {"a/f.md": b"one", "b/f.md": b"two"}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """An archive of two folders, each with a file of the same name and size."""
    for name, content in CONTENTS.items():
        path = tmp_path / "raw" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    return tmp_path / "raw"


def listed(raw: Path) -> Listing:
    """The listing of an archive at rest for long, all times equal as by a coarse clock."""
    listing = discover(raw)
    for times in (listing.mtimes, listing.ctimes):
        for index in range(len(times)):
            times[index] = 1_000_000_000
    listing.started_ns = 1_000_000_000 + STAMP_TRUST_NS + 1
    return listing


def digests_of(listing: Listing, raw: Path) -> bytes:
    return b"".join(digests_read(listing, raw, range(len(listing.names))))


def digests_read(listing: Listing, raw: Path, indices: Sequence[int]) -> list[bytes]:
    paths = (raw / os.fsdecode(listing.names[index]) for index in indices)
    return [hashlib.sha256(path.read_bytes()).digest() for path in paths]


def changes_after(raw: Path, edit: Callable[[Path], None]) -> Changes:
    """What is found to have changed by an edit; the digests must be those of the content."""
    before = listed(raw)
    digests = digests_of(before, raw)
    edit(raw)
    now = listed(raw)
    changes = compare(before, digests, now, partial(digests_read, now, raw))
    assert bytes(changes.digests) == digests_of(now, raw)
    return changes


def swap_folders(raw: Path) -> None:
    (raw / "a").rename(raw / "c")
    (raw / "b").rename(raw / "a")
    (raw / "c").rename(raw / "b")


def swap_files(raw: Path) -> None:
    (raw / "a" / "f.md").rename(raw / "c")
    (raw / "b" / "f.md").rename(raw / "a" / "f.md")
    (raw / "c").rename(raw / "b" / "f.md")


def copy(raw: Path) -> None:
    shutil.copytree(raw, raw.with_name("copy"))
    raw.rename(raw.with_name("aside"))
    raw.with_name("copy").rename(raw)


def copy_and_swap(raw: Path) -> None:
    copy(raw)
    swap_folders(raw)


@pytest.mark.parametrize(
    ("edit", "edited", "hashed"),
    [(swap_folders, 2, 2), (swap_files, 2, 2), (copy, 0, 2), (copy_and_swap, 2, 2)],
)
def test_equal_sizes_and_times_hide_no_change(
    raw: Path, edit: Callable[[Path], None], edited: int, hashed: int
) -> None:
    changes = changes_after(raw, edit)
    assert (len(changes.edited), changes.hashed) == (edited, hashed)
    assert (len(changes.new), changes.gone) == (0, [])


def test_what_has_not_moved_is_not_read(raw: Path) -> None:
    changes = changes_after(raw, lambda raw: (raw / "a" / "f.md").unlink())
    assert (changes.gone, changes.hashed) == ([b"a/f.md"], 0)


def members(**tags: bytes) -> Listing:
    """A listing of members of archive files with these tags; where it is in capitals, of files that
    are known by their own content."""
    listing = Listing(started_ns=STAMP_TRUST_NS + 2)
    for name, tag in tags.items():
        stamps = stamps_of_member(3, tag * 16, is_its_own=name.isupper())
        listing.add(name.encode(), stamps)
    return listing


DIGESTS = {name: bytes([number]) * 32 for number, name in enumerate("abcABC", start=1)}


def of_members(before: Listing, now: Listing, unread: str = "") -> Changes:
    """The changes, where all that is read is what it was."""

    def digests(listing: Listing, indices: Iterable[int]) -> list[bytes]:
        names = (listing.names[index].decode() for index in indices)
        return [UNREAD if name in unread else DIGESTS[name] for name in names]

    known = b"".join(digests(before, range(len(before.names))))
    return compare(before, known, now, partial(digests, now))


def test_a_member_of_another_archive_file_is_read_and_then_known() -> None:
    changes = of_members(members(a=b"1", b=b"2"), members(a=b"1", b=b"3"))
    assert (changes.hashed, list(changes.to_parse)) == (1, [])
    assert bytes(changes.digests) == DIGESTS["a"] + DIGESTS["b"]


def test_a_file_known_by_its_content_is_not_read_to_know() -> None:
    changes = of_members(members(A=b"1", B=b"2"), members(A=b"1", B=b"3"))
    assert (changes.hashed, list(changes.edited)) == (0, [1])


def test_a_member_that_was_rejected_is_not_tried_again_unless_its_archive_file_changed() -> None:
    before = members(a=b"1", b=b"1")
    assert not len(of_members(before, members(a=b"1", b=b"1"), unread="a").to_parse)
    assert not len(of_members(before, members(a=b"1", b=b"1", c=b"1"), unread="a").edited)
    changes = of_members(before, members(a=b"2", b=b"2"), unread="a")
    assert (list(changes.edited), changes.hashed) == ([0], 1)


def test_what_is_to_be_parsed_rises() -> None:
    now = members(C=b"1", a=b"1", B=b"2", b=b"1", A=b"2")
    changes = of_members(members(A=b"1", B=b"1"), now)
    assert list(changes.to_parse) == [0, 1, 2, 3, 4]
    assert (list(changes.new), list(changes.edited)) == ([0, 1, 3], [2, 4])
