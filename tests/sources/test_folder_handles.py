"""Handles of folders: few at a time, and never through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipeline.sources.folder_handles import MAX_HANDLES, MAX_PATH_BYTES, FolderHandles


def read(folders: FolderHandles, name: bytes) -> bytes:
    handle = folders.open(name, os.O_RDONLY)
    try:
        return os.read(handle, 100)
    finally:
        os.close(handle)


def open_handles() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208


def test_many_folders_take_few_handles_and_give_them_back(tmp_path: Path) -> None:
    names = [f"{number}/inner" for number in range(3 * MAX_HANDLES)]
    for name in names:
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "a").write_text(name)
    before = open_handles()
    with FolderHandles(os.fsencode(tmp_path)) as folders:
        for name in [*names, *names[::-1]]:
            assert read(folders, f"{name}/a".encode()) == name.encode()
            assert open_handles() <= before + MAX_HANDLES + 1
    assert open_handles() == before


def test_no_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a").write_text("secret")
    root = tmp_path / "root"
    root.mkdir()
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "file").symlink_to(tmp_path / "outside" / "a")
    with FolderHandles(os.fsencode(root)) as folders:
        for name in (b"folder/a", b"file"):
            with pytest.raises(OSError):
                folders.open(name, os.O_RDONLY)


def test_a_folder_that_is_replaced_meanwhile_is_still_the_one_opened(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a").write_text("listed")
    with FolderHandles(os.fsencode(tmp_path)) as folders:
        folders.folder(b"inner")
        (tmp_path / "inner").rename(tmp_path / "moved")
        (tmp_path / "inner").mkdir()
        (tmp_path / "inner" / "a").write_text("another")
        assert read(folders, b"inner/a") == b"listed"


def test_a_path_that_is_too_long_is_refused(tmp_path: Path) -> None:
    long = b"a/" * MAX_PATH_BYTES
    with (
        FolderHandles(os.fsencode(tmp_path)) as folders,
        pytest.raises(OSError, match="File name too long"),
    ):
        folders.folder(long)
