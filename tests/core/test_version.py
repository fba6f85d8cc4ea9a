"""What results depend on is in the digests: code, definitions, SQL, limits, libraries."""

from __future__ import annotations

import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from pipeline.core import version as versions
from pipeline.core.catalog import sql_folder
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.version import code_version, combined, sql_version

DIGESTS = {"code": lambda: code_version(DEFAULT_LIMITS), "sql": sql_version}


@pytest.fixture
def sql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of `sql/` in use."""
    folder = tmp_path / "sql"
    shutil.copytree(sql_folder(), folder)
    monkeypatch.setattr(versions, "sql_folder", lambda: folder)
    return folder


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("tables/articles.yml", {"code", "sql"}),
        ("tables/topics.sql", {"sql"}),
        ("marts/stories.yml", {"sql"}),
        ("intermediate/url_owner.sql", {"sql"}),
        ("checks/stop_shares.sql", {"sql"}),
        ("examples/platforms.sql", set()),
    ],
)
def test_a_changed_file_shows_in_the_digests_it_matters_to(
    sql: Path, name: str, changed: set[str]
) -> None:
    before = {key: digest() for key, digest in DIGESTS.items()}
    with (sql / name).open("a") as file:
        file.write("\n")
    assert {key for key, digest in DIGESTS.items() if digest() != before[key]} == changed


def test_the_methods_show_in_the_digest_of_the_sql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {key: digest() for key, digest in DIGESTS.items()}
    (tmp_path / "methods.md").write_text("# Methods\n")
    monkeypatch.setattr(versions, "methods_file", lambda: tmp_path / "methods.md")
    assert {key for key, digest in DIGESTS.items() if digest() != before[key]} == {"sql"}


def test_a_limit_and_a_library_show(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [code_version(DEFAULT_LIMITS), code_version(Limits(max_depth=3))]
    monkeypatch.setattr(versions, "_installed", lambda _: "0")
    assert len({*found, code_version(DEFAULT_LIMITS)}) == 3


def test_texts_are_combined_in_their_order_and_apart() -> None:
    assert (
        len({combined("a", "b"), combined("b", "a"), combined("ab"), combined("a", "b", "")}) == 4
    )


@pytest.mark.parametrize("library", versions._LIBRARIES)
def test_the_version_of_a_library_is_the_one_it_says(library: str) -> None:
    assert versions._installed(library) == version(library)


def test_a_library_without_a_folder_of_its_own_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "_described_libraries", list)
    assert versions._installed("duckdb") == version("duckdb")


@pytest.mark.parametrize(
    "name",
    [
        *("report/report.html.jinja", "report/report.css", "parse.py", "extract/page/words.toml"),
        *("descriptors/dictionary.js", "descriptors/croissant_context.json"),
    ],
)
def test_every_kind_of_source_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    copy = tmp_path / "pipeline"
    shutil.copytree(Path(versions.__file__).parent.parent, copy)
    monkeypatch.setattr(versions, "__file__", str(copy / "core" / "version.py"))
    before = code_version(DEFAULT_LIMITS)
    (copy / name).write_text((copy / name).read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert code_version(DEFAULT_LIMITS) != before
