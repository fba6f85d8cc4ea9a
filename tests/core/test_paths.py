"""Where the files of a build lie."""

from __future__ import annotations

from pathlib import Path

from pipeline.core.paths import Layout, state_path, work_path


def test_the_files_of_a_build() -> None:
    layout = Layout(Path("out"))
    files = {layout.database.name, layout.report.name, layout.manifest.name}
    assert files == {"analytics.duckdb", "report.html", "manifest.json"}


def test_the_work_folder_lies_beside_what_a_link_leads_to(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "disk" / "out")
    assert work_path(tmp_path / "link") == tmp_path / "disk" / ".out.newsloom"
    assert state_path(tmp_path / "link").parent == work_path(tmp_path / "disk" / "out")
