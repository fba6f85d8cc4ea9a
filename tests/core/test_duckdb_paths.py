"""DuckDB reads and writes files wherever they lie: no path is a pattern, a partition or a place."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb
import pytest

from pipeline.core.duckdb_paths import harmless_folder, parquet_scan, quoted, writable_database
from pipeline.core.errors import NewsloomError

COLUMNS = [
    "type=evil", "category=sport", "collection=x", "provider_domain=evil.example", "topic=X",
    "host=cdn", "owner=me", "role=body", "quality=5", "status=loaded", "code=x", "canonical_url=u",
    "published_at=2020-01-01", "month=2024-01-01", "year=2024",
    "article_id=__HIVE_DEFAULT_PARTITION__", "source_path=NULL", "file_index=7",
]  # fmt: skip
NAMES = [
    *COLUMNS, "wh?t", "back\\slash", "s3:",
    "**", "a*b", "?", "*", "[a]", "[!a]", "{a,b}", "~", "~root", "it's", 'say "x"',
    " lead", "trail ", "a b", "100%20", "%s", "line\nbreak", "tab\tbed", "Ōtautahi", "e\u0301",
    "\u202eltr", "\udcff", "semi;colon", "--", "$HOME", "http:", "file:", "md:", "sqlite:x",
    "-dash", "#hash", "a&b=c", "?x=1", "...", "tables", "analytics.duckdb", "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_parquet_and_database_in_a_strange_folder(name: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    folder.mkdir()
    with duckdb.connect() as connection:
        with harmless_folder(folder) as harmless:
            connection.execute(f"copy (select 'a' as type, 1 as x) to '{harmless}/a.parquet'")
            connection.execute(f"copy (select 'b' as type, 2 as x) to '{harmless}/b.parquet'")
        with parquet_scan([folder / "b.parquet", folder / "a.parquet"]) as scan:
            assert connection.execute(f"from {scan}").fetchall() == [("b", 2), ("a", 1)]
        for number in (1, 2):
            with writable_database(folder / "x.duckdb") as path:
                connection.execute(f"attach '{path}' as x")
                connection.execute(f"create table x.t{number} as select {number} as x")
                connection.execute("detach x")
    assert {path.name for path in folder.iterdir()} == {"a.parquet", "b.parquet", "x.duckdb"}


def test_a_strange_folder_for_temporary_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strange = tmp_path / "tmp*"
    strange.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(strange))
    with harmless_folder(tmp_path) as folder:
        assert folder == tmp_path
    with pytest.raises(NewsloomError, match="set TMPDIR"), harmless_folder(strange):
        pass
    assert list(strange.iterdir()) == []


@pytest.mark.parametrize("text", ["plain", "it's", "''", "a\nb"])
def test_a_quoted_text_is_read_as_it_is(text: str) -> None:
    assert duckdb.sql(f"select {quoted(text)}").fetchall() == [(text,)]
