"""Digests are of plain files only; nothing is followed or waited for."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from pipeline.core.digests import digest_of, open_plain


def test_a_plain_file_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"kelp" * 100_000)
    assert digest_of(tmp_path / "a") == hashlib.sha256(b"kelp" * 100_000).hexdigest()


@pytest.mark.parametrize("kind", ["absent", "link", "pipe", "folder"])
def test_what_is_no_plain_file_has_none(tmp_path: Path, kind: str) -> None:
    (tmp_path / "real").write_bytes(b"kelp")
    path = tmp_path / kind
    if kind == "link":
        path.symlink_to(tmp_path / "real")
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    assert digest_of(path) is None
    with pytest.raises(OSError):
        open_plain(path)


def test_no_handle_stays_open(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))  # noqa: PTH208
    for _ in range(5):
        digest_of(tmp_path)
    assert len(os.listdir("/dev/fd")) == before  # noqa: PTH208
