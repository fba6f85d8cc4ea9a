"""Where the files of a build lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.paths import (
    Layout,
    archive_name,
    cache_path,
    is_address,
    state_path,
    work_path,
)


def test_the_files_of_a_build() -> None:
    layout = Layout(Path("out"))
    files = {each.name for each in (layout.database, *layout.pages, layout.manifest)}
    assert files == {
        *("analytics.duckdb", "report.html", "dictionary.html"),
        *("datapackage.json", "croissant.json", "manifest.json"),
    }


@pytest.mark.parametrize(
    ("folder", "name"),
    [("a/news", "news"), ("a/news/", "news"), ("a/news/..", "a"), ("/", "archive")],
)
def test_an_archive_is_called_as_its_folder(folder: str, name: str) -> None:
    assert archive_name(Path(folder)) == name


def test_an_archive_in_the_present_folder_is_called_as_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert archive_name(Path()) == tmp_path.name


def test_the_work_folder_lies_beside_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "out")
    assert work_path(tmp_path / "link") == tmp_path / "disk" / ".out.newsloom"
    assert state_path(tmp_path / "link").parent == work_path(tmp_path / "disk" / "out")


def test_an_address_is_told_from_a_folder() -> None:
    assert all(map(is_address, ("s3://bucket", "gs://a/b", "az://container/a")))
    assert not any(map(is_address, ("s3:", "a/s3://b", "https://a.example", Path("s3://b"))))


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NEWSLOOM_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/home/somebody")
    assert cache_path() == Path("/home/somebody/.cache/newsloom")
    monkeypatch.setenv("XDG_CACHE_HOME", "/caches")
    assert cache_path() == Path("/caches/newsloom")
    monkeypatch.setenv("NEWSLOOM_CACHE", "/mine")
    assert cache_path() == Path("/mine")
