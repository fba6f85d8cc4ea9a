"""An archive is looked at again and again; a change is told once it is at rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.build import watch
from pipeline.core.errors import UsageError
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.sources.folder import discover
from pipeline.sources.listing import Listing
from tests.archives import pack

SECOND = 1_000_000_000


def listing(started: int, **files: int) -> Listing:
    """A listing begun at a second, of files last changed at seconds."""
    found = Listing(started_ns=started * SECOND)
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
    ]
    left = iter(looks)
    monkeypatch.setattr(watch, "_listing", lambda _raw, _limits, _former: next(left))
    changes = watch.changes(Path("raw"), pause=0)
    next(changes)
    next(changes)
    assert [*left] == []


@pytest.mark.parametrize("given", [None, "other.yml"])
def test_a_changed_configuration_is_told_and_so_are_its_labels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    """Without a change there would be more looks than there are listings."""
    file = tmp_path / (given or "newsloom.yml")
    file.write_text("")
    left = iter([listing(10, a=1)] * 10)
    monkeypatch.setattr(watch, "_listing", lambda _raw, _limits, _former: next(left))
    given_file = file if given else None
    changes = watch.changes(tmp_path / "raw", configuration=given_file, pause=0)
    next(changes)
    (tmp_path / "outlets.csv").write_text("domain,owner\na.example,A\n")
    for change in ("labels: outlets.csv\n", "labels: absent.csv\n", "labels: outlets.csv\n"):
        file.write_text(change)
        next(changes)
    (tmp_path / "outlets.csv").write_text("domain,owner\na.example,B\n")
    next(changes)
    assert len([*left]) == 1


def test_it_begins_at_once_and_ends_with_the_folder(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    changes = watch.changes(raw, pause=0)
    next(changes)
    assert discover(raw).is_same(discover(raw))
    raw.rmdir()
    with pytest.raises(UsageError):
        next(changes)


def test_an_archive_file_that_is_being_written_is_not_at_rest(tmp_path: Path) -> None:
    packed = pack({"a.md": b"one"}, tmp_path / "news.tar.zst")
    whole = packed.read_bytes()
    packed.write_bytes(whole[:-20])
    looks = [watch._listing(packed, DEFAULT_LIMITS, None) for _ in range(2)]
    assert looks[0].is_same(looks[1])
    assert not looks[0].is_unchanged(looks[1])
    packed.write_bytes(whole)
    looks = [watch._listing(packed, DEFAULT_LIMITS, looks[1]) for _ in range(2)]
    assert looks[0].is_unchanged(looks[1])
    assert list(looks[0].names) == [b"a.md"]


def test_an_archive_file_is_looked_at_within_the_limits_of_the_run(tmp_path: Path) -> None:
    packed = pack({"a.md": b"one"}, tmp_path / "news.tar.zst")
    tight = replace(DEFAULT_LIMITS, max_archive_bytes=1)
    assert len(watch._listing(packed, DEFAULT_LIMITS, None).names) == 1
    assert len(watch._listing(packed, tight, None).names) == 0
