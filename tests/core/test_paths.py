"""Where the files of a build lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.core.paths import Layout, archive_name, state_path, work_path


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
