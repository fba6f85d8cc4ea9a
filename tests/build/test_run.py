"""A run decides what is to be done, and says why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pipeline.build import run
from pipeline.build.run import build
from pipeline.core.errors import NewsloomError, UsageError
from pipeline.core.limits import Limits
from pipeline.core.paths import work_path
from pipeline.publish import output


def reasons(home: Path, **options: object) -> tuple[str, ...]:
    """What a run would do, told by a dry one."""
    return build(home / "raw", home / "out", dry_run=True, **options).reasons  # type: ignore[arg-type]


def test_nothing_new_is_nothing_to_do(home: Path) -> None:
    assert reasons(home) == ()


def test_files_are_counted_and_the_first_are_named(home: Path) -> None:
    for number in range(4):
        (home / "raw" / f"{number}.txt").write_text("A page")
    (home / "raw" / "README.md").write_text("# Other notes")
    (home / "raw" / "pages" / "pumpkin.txt").unlink()
    assert reasons(home) == (
        "4 files new: 0.txt, 1.txt, 2.txt, …",
        "1 file edited: README.md",
        "1 file gone: pages/pumpkin.txt",
    )


def test_what_concerns_all_is_said_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(home, force=True) == ("everything: --force was given",)
    changed = (
        "everything: the code, the configuration, a definition, a limit or a library has changed",
    )
    assert reasons(home, limits=Limits(max_depth=9)) == changed
    shutil.rmtree(work_path(home / "out"))
    assert reasons(home) == ("everything: no former run is known",)


def test_changed_sql_and_an_altered_build_are_told_apart(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "out" / "report.html").write_text("mine")
    assert reasons(home) == ("all results: the published build is missing or was altered",)
    monkeypatch.setattr(run, "sql_version", lambda: "another")
    assert reasons(home)[0] == "what depends on it: a query, check or definition has changed"


PAGES = ("report.html", "dictionary.html", "datapackage.json", "croissant.json", "manifest.json")


@pytest.mark.parametrize(
    ("name", "shown"), [("Kelp", "Kelp"), ("Ke\x1b[2Jlp\udcff", "Ke\\x1b[2Jlp\\udcff")]
)
def test_another_name_is_shown_and_no_mart_is_made_anew(home: Path, name: str, shown: str) -> None:
    marts = {path: path.stat().st_ino for path in (home / "out" / "marts").iterdir()}
    assert reasons(home, name=name) == (f"what shows it: the archive is called {shown}, not raw",)
    build(home / "raw", home / "out", workers=1, name=name)
    assert reasons(home, name=name) == ()
    assert {path: path.stat().st_ino for path in marts} == marts
    for page in PAGES:
        text = (home / "out" / page).read_text(encoding="utf-8")
        assert (shown if page.endswith("html") else json.dumps(shown)[1:-1]) in text
        assert str(home) not in text, "a path of the machine"


def test_a_dry_run_of_an_unknown_archive_makes_no_folder(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    assert build(tmp_path / "raw", tmp_path / "out", dry_run=True).reasons
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]
    with pytest.raises(UsageError, match="nowhere"):
        build(tmp_path / "nowhere", tmp_path / "out", dry_run=True)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device", "/x/y"), r"\(No space left on device: /x/y\)"),
        (MemoryError(), "memory ran out; try again with fewer --workers"),
    ],
)
def test_what_the_system_refuses_is_one_message(
    home: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, message: str
) -> None:
    def refuse(*_: object) -> None:
        raise error

    monkeypatch.setattr(output, "recover", refuse)
    with pytest.raises(NewsloomError, match=f"{message}.*what was published before is untouched"):
        build(home / "raw", home / "out", workers=1)
