"""A result is taken over only where it would be the same and its file is whole."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from pipeline.build.materialize import take_over
from pipeline.build.run import build
from pipeline.sample import write_sample


def test_a_whole_file_is_taken_over_without_a_copy(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"kelp")
    assert take_over(source, target, sha256(b"kelp").hexdigest())
    assert target.samefile(source)


def test_a_file_of_another_digest_leaves_nothing(tmp_path: Path) -> None:
    source, target = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"kelp")
    assert not take_over(source, target, "0" * 64)
    assert not target.exists()
    assert not take_over(tmp_path / "absent", target, sha256(b"kelp").hexdigest())


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"kelp")
    (tmp_path / "a").symlink_to(tmp_path / "real")
    assert not take_over(tmp_path / "a", tmp_path / "b", sha256(b"kelp").hexdigest())
    assert not (tmp_path / "b").is_symlink()


def test_without_hard_links_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    (tmp_path / "a").write_bytes(b"kelp")
    assert take_over(tmp_path / "a", tmp_path / "b", sha256(b"kelp").hexdigest())
    assert (tmp_path / "b").read_bytes() == b"kelp"
    assert not (tmp_path / "b").samefile(tmp_path / "a")


def test_only_what_reads_a_changed_table_is_made_again(tmp_path: Path) -> None:
    """A page changes no provider, and so none of the marts of providers."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    write_sample(raw, 3)
    build(raw, out, workers=1)
    before = {path: path.stat().st_ino for path in out.glob("*/*.parquet")}
    (raw / "new.txt").write_text("A page\n\nwith a paragraph")
    reasons = build(raw, out, workers=1).reasons
    kept = {path.stem for path, inode in before.items() if path.stat().st_ino == inode}
    assert {"provider_summary", "stories", "topics"} <= kept
    assert not {"pages", "files", "page_links", "page_mentions"} & kept
    assert "page_links: its SQL or a table it reads changed" in reasons
    assert not any(reason.startswith("stories") for reason in reasons)
