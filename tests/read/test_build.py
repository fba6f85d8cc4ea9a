"""Reading a build from Python: types, SQL that sees nothing else, and builds that are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

import pipeline
from pipeline.core.catalog import relations
from pipeline.core.results import Archive
from pipeline.read.build import Build
from tests.small_build import write_build

ARTICLES = [
    {
        "article_id": "20200211-aa",
        "title": "Ōtautahi",
        "quality": 50,
        "is_published": True,
        "published_at": datetime(2020, 2, 11, 18, 11),
        "published_date": date(2020, 2, 11),
    },
    {"article_id": "20200212-bb"},
]
PROVIDERS = [{"provider_domain": "a.example", "article_count": 2, "avg_quality": 50.5}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    # A folder named like a Hive partition must not become a column.
    root = tmp_path_factory.mktemp("reader") / "month=01"
    return write_build(root, {"articles": ARTICLES, "provider_summary": PROVIDERS})


@pytest.fixture
def build(folder: Path) -> Iterator[Build]:
    with pipeline.open(folder) as opened:
        yield opened


def test_it_knows_what_the_archive_is_called(build: Build) -> None:
    assert build.archive == Archive("month=01")  # its manifest is one that does not say
    build.manifest["archive"] = {"name": "kites", "period": ["2020-01-01", "2020-02-01"]}
    assert build.archive == Archive("kites", date(2020, 1, 1), date(2020, 2, 1))


def test_names_are_tables_then_marts(build: Build) -> None:
    assert build.tables() == list(relations())
    assert build.rows["articles"] == 2
    assert build.rows["topics"] == 0


@pytest.mark.parametrize("how", ["table", "sql"])
def test_dtypes_are_those_pandas_users_expect(build: Build, how: str) -> None:
    def read(name: str) -> pd.DataFrame:
        return build.table(name) if how == "table" else build.sql(f"from {name}")

    articles = read("articles")
    assert articles["title"].dtype == "string"
    assert articles["quality"].dtype == "Int32"
    assert articles["is_published"].dtype == "boolean"
    assert articles["published_at"].dtype == "datetime64[us]"
    assert articles["published_date"].dtype == "datetime64[us]"
    assert articles["published_at"][0] == pd.Timestamp("2020-02-11T18:11:00")
    assert articles["published_date"][0] == pd.Timestamp("2020-02-11")
    assert articles["title"][0] == "Ōtautahi"
    assert articles["title"][1] is pd.NA
    assert articles["quality"][1] is pd.NA
    assert list(articles.columns) == list(relations()["articles"].column_names)
    summary = read("provider_summary")
    assert summary["article_count"].dtype == "Int64"
    assert summary["avg_quality"].dtype == "float64"


def test_an_empty_table_keeps_its_dtypes(build: Build) -> None:
    images = build.table("images")
    assert len(images) == 0
    assert images["width"].dtype == "Int32"
    assert images["url"].dtype == "string"


def test_arrow_is_as_stored(build: Build) -> None:
    articles = build.arrow("articles")
    assert articles.schema.field("published_at").type == pa.timestamp("us")
    assert articles.column("published_at")[0].as_py() == datetime(2020, 2, 11, 18, 11)


@pytest.mark.parametrize(
    ("expression", "dtype", "value"),
    [
        ("sum(article_count)", "Int64", 2),
        ("170141183460469231731687303715884105727::hugeint", "float64", 2.0**127),
        ("1.25::decimal(5, 2)", "float64", 1.25),
        (
            "timestamptz '2020-02-11 18:11:00+02'",
            "datetime64[us]",
            pd.Timestamp("2020-02-11T16:11"),
        ),
        ("null::varchar", "string", pd.NA),
        ("200::utinyint", "UInt8", 200),
    ],
)
def test_a_query_may_give_other_types(
    build: Build, expression: str, dtype: str, value: object
) -> None:
    column = build.sql(f"select {expression} as x from provider_summary")["x"]
    assert column.dtype == dtype
    assert column[0] is value or column[0] == value


def test_sessions_are_in_utc(build: Build) -> None:
    assert build.sql("select current_setting('TimeZone') as zone")["zone"][0] == "UTC"


def test_times_and_dates_can_be_joined(build: Build) -> None:
    frame = build.sql("select timestamp '2020-02-11 18:11:00' as at, date '2020-02-01' as month")
    frame["of"] = frame["at"].dt.to_period("M").dt.to_timestamp()
    assert len(frame.merge(frame, left_on="of", right_on="month")) == 1
    assert (frame["at"] > frame["month"]).all()
    assert frame.set_index("month").resample("MS").size().tolist() == [1]


@pytest.mark.parametrize("parameters", [{"least": 2}, [2]])
def test_a_query_takes_parameters(build: Build, parameters: object) -> None:
    mark = "$least" if isinstance(parameters, dict) else "?"
    query = f"select range as n from range(4) where range >= {mark} order by n"
    assert build.sql(query, parameters)["n"].tolist() == [2, 3]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("query", "parameters", "message"),
    [
        ("select $a", None, "not provided for the following parameters: a"),
        ("select 1", {"a": 1}, "count mismatch"),
        ("select 1; select 2", None, "one SELECT at a time; these are 2"),
        ("-- nothing", None, "one SELECT at a time; there is none"),
    ],
)
def test_a_query_that_is_not_one_or_lacks_a_value_is_refused(
    build: Build, query: str, parameters: dict[str, object] | None, message: str
) -> None:
    with pytest.raises(pipeline.UsageError, match=message):
        build.sql(query, parameters)


def test_columns_can_be_chosen(build: Build) -> None:
    assert build.table("articles", columns=["title", "article_id"]).columns.tolist() == [
        "title",
        "article_id",
    ]
    with pytest.raises(pipeline.UsageError, match=r"no column 'titel'; did you mean title\?"):
        build.table("articles", columns=["titel"])


def test_tables_and_columns_are_described(build: Build) -> None:
    described = build.describe("topics")
    assert described.index.tolist() == list(relations()["topics"].column_names)
    assert described.loc["article_count", "type"] == "BIGINT"
    assert build.describe("topics.topic").index.tolist() == ["topic"]
    with pytest.raises(pipeline.UsageError, match="did you mean topics or topic_pairs"):
        build.describe("topic")


def test_a_notebook_shows_its_tables(build: Build) -> None:
    html = build._repr_html_()
    assert html.startswith("<p>&lt;Build 0123456789abcdef in ")
    assert html.count("<tr>") == len(relations()) + 1


def test_an_unknown_table_lists_those_there_are(build: Build) -> None:
    with pytest.raises(pipeline.UsageError, match=r"no table 'artikel'; did you mean articles"):
        build.table("artikel")
    with pytest.raises(pipeline.UsageError, match=r"artikel does not exist[\s\S]*articles, files"):
        build.sql("from artikel")


@pytest.mark.parametrize(
    "query",
    [
        "selec 1",
        "",
        "drop table articles",
        "create table more as select 1",
        "update articles set title = 'x'",
        "select * from 'secret.csv'",
        "select * from read_text('secret.csv')",
        "copy articles to 'stolen.csv'",
        "attach 'other.duckdb'",
        "install httpfs",
        "set enable_external_access = true",
        "from ARTICLES_OF_PYTHON",
    ],
)
def test_a_query_can_neither_change_nor_leave_the_build(
    build: Build, query: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ARTICLES_OF_PYTHON = pd.DataFrame({"x": [1]})  # noqa: F841, N806 — what a query must not see
    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("a\n1\n")
    with pytest.raises(pipeline.UsageError):
        build.sql(query)
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_files_can_be_allowed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_text("article_id\n20200212-bb\n")
    with pipeline.open(folder, allow_files=True) as build:
        joined = build.sql(
            f"select count(*) as n from articles semi join '{tmp_path}/mine.csv' using (article_id)"
        )
    assert joined["n"][0] == 1


def test_a_large_sort_leaves_no_trace_in_the_build(folder: Path) -> None:
    before = sorted(folder.rglob("*"))
    with pipeline.open(folder) as build:
        build.sql("select max(x) from (select hash(range) as x from range(300000) order by x)")
    assert sorted(folder.rglob("*")) == before


def test_it_works_again_after_close_and_after_a_move(folder: Path, tmp_path: Path) -> None:
    moved = write_build(tmp_path / "before", {"articles": ARTICLES}).rename(tmp_path / "after")
    with pipeline.open(moved) as build:
        assert build.sql("select count(*) as n from articles")["n"][0] == 2
    assert build.sql("select count(*) as n from articles")["n"][0] == 2
    build.close()
    build.close()


def test_several_can_read_at_once_each_with_its_settings(folder: Path) -> None:
    with (
        pipeline.open(folder) as one,
        pipeline.open(folder, allow_files=True) as two,
        duckdb.connect(folder / "analytics.duckdb", read_only=True) as other,
    ):
        assert one.sql("from topics").equals(two.sql("from topics"))
        assert len(other.sql("from articles")) == 2


def test_it_shows_what_it_is(build: Build) -> None:
    assert repr(build).startswith("<Build 0123456789abcdef in ")


def edit_manifest(folder: Path, **changes: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "holds no build.*newsloom run"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "is not a manifest"),
        (lambda folder: (folder / "manifest.json").write_text("[]"), "is not a manifest"),
        (lambda folder: (folder / "manifest.json").write_bytes(b"\xff"), "is not a manifest"),
        (lambda folder: edit_manifest(folder, contract=3), "to contract 3"),
        (lambda folder: edit_manifest(folder, files=[]), "is not a manifest"),
        (
            lambda folder: (folder / "tables/topics.parquet").unlink(),
            "tables/topics.parquet is absent",
        ),
        (
            lambda folder: (folder / "analytics.duckdb").write_bytes(b""),
            "analytics.duckdb has 0 bytes",
        ),
    ],
)
def test_an_incomplete_build_is_refused(tmp_path: Path, damage: object, message: str) -> None:
    folder = write_build(tmp_path, {})
    damage(folder)  # type: ignore[operator]
    with pytest.raises(pipeline.BuildMissing, match=message):
        pipeline.open(folder)


@pytest.mark.parametrize("name", ["absent", "file"])
def test_a_folder_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(pipeline.BuildMissing, match="holds no build"):
        pipeline.open(tmp_path / name)
