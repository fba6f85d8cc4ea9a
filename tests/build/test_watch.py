"""An archive is looked at again and again; a change is told once it is at rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.build import watch
from pipeline.core.errors import UsageError
from pipeline.sources.folder import discover
from pipeline.sources.listing import Listing

SECOND = 1_000_000_000


def listing(started: int, **files: int) -> Listing:
    """A listing begun at a second, of files last changed at seconds."""
    found = Listing(b"raw", started_ns=started * SECOND)
    for name, changed in files.items():
        found.add(name.encode(), (1, changed * SECOND, changed * SECOND, 1, 1))
    return found


def test_a_change_is_told_once_it_is_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = [
        listing(10, a=1),
        listing(11, a=1),  # nothing new
        listing(12, a=1, b=12),  # b is being written
        listing(13, a=1, b=13),
        listing(14, a=1, b=13),  # too young to be trusted
        listing(16, a=1, b=13),
        listing(17, a=1, b=13),  # at rest
        listing(18, a=1, b=13),  # what the second run finds
    ]
    left = iter(looks)
    monkeypatch.setattr(watch, "discover", lambda _raw: next(left))
    changes = watch.changes(Path("raw"), pause=0)
    next(changes)
    next(changes)
    assert [*left] == []


def test_it_begins_at_once_and_ends_with_the_folder(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    changes = watch.changes(raw, pause=0)
    next(changes)
    assert discover(raw).is_same(discover(raw))
    raw.rmdir()
    with pytest.raises(UsageError):
        next(changes)
