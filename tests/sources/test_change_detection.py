"""What has changed is told by stamps, and by content wherever stamps cannot decide."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.sources.change_detection import Changes, compare
from pipeline.sources.folder import discover
from pipeline.sources.listing import STAMP_TRUST_NS, Listing

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
    paths = (raw / os.fsdecode(name) for name in listing.names)
    return b"".join(hashlib.sha256(path.read_bytes()).digest() for path in paths)


def changes_after(raw: Path, edit: Callable[[Path], None]) -> Changes:
    """What is found to have changed by an edit; the digests must be those of the content."""
    before = listed(raw)
    digests = digests_of(before, raw)
    edit(raw)
    now = listed(raw)
    changes = compare(before, digests, now, DEFAULT_LIMITS)
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
