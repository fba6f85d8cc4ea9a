"""Archives of other families by configuration alone: every table is what it should be, and what an
archive lacks is missing, not zero."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.configuration.template import examples
from pipeline.core.catalog import relations, sql_folder
from pipeline.read.comparison import MEASURES
from pipeline.read.verify import verify
from tests.build_fixtures import parquet_bytes
from tests.calling import call, loaded, printed
from tests.e2e.families import FAMILIES

_NOT_COMPARED = ("article_id", "image_id", "sha256", "bytes")
_OF_ARTICLES = ("article_topics", "related_items", "images")
NOTHING = {"page_links", "page_mentions", "provider_links", "copy_pairs", "quality_distribution"}
"""Marts of what none of the families has: lists of related items, pages, copies, scores."""

LACKS = {
    "fundus": {"image_rate", "amp_rate", "video_rate", "published_rate"},
    "hugo": {"amp_rate", "video_rate"},
    "jekyll": {"amp_rate", "video_rate"},
    "news_please": {"amp_rate", "video_rate", "published_rate"},
}
"""The rates in `provider_summary` that a family can say nothing of."""


BUILT = [pytest.param(name, marks=[pytest.mark.slow] * (name != "hugo")) for name in FAMILIES]
"""The families, each with a build of its own: one of them in the fast tests."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A folder with the archive of a family, `raw`, its configuration and its build, `out`."""
    made: dict[str, Path] = {}

    def make(name: str) -> Path:
        if name not in made:
            made[name] = tmp_path_factory.mktemp(name)
            (made[name] / "newsloom.yml").write_text(examples()[name])
            for path, text in FAMILIES[name].files.items():
                file = made[name] / "raw" / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            build(made[name] / "raw", made[name] / "out", workers=1)
        return made[name]

    return make


def rows_of(out: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a table without ids, digests and NULLs, in the order of their texts."""
    rows = f"select * from '{out}/tables/{table}.parquet'"
    if table in _OF_ARTICLES:
        paths = f"select article_id, source_path from '{out}/tables/articles.parquet'"
        rows = f"from ({rows}) join ({paths}) using (article_id)"
    found = duckdb.sql(rows).to_arrow_table().to_pylist()
    kept = [
        {k: v for k, v in row.items() if v is not None and k not in _NOT_COMPARED} for row in found
    ]
    return sorted(kept, key=sort_key)


def sort_key(row: dict[str, Any]) -> str:
    return str([row.get(key, "") for key in ("source_path", "topic", "image_position")])


@pytest.mark.parametrize("name", BUILT)
@pytest.mark.parametrize("table", [n for n, each in relations().items() if each.kind == "tables"])
def test_every_table_is_as_written_by_hand(
    home: Callable[[str], Path], name: str, table: str
) -> None:
    expected = sorted(FAMILIES[name].tables.get(table, []), key=sort_key)
    assert rows_of(home(name) / "out", table) == expected


@pytest.mark.parametrize("name", BUILT)
def test_what_a_family_lacks_is_missing_and_not_zero(
    home: Callable[[str], Path], name: str
) -> None:
    with pipeline.open(home(name) / "out") as out:
        assert {mart for mart in NOTHING if out.rows[mart]} == set()
        (summary,) = out.sql("from provider_summary").to_dict("records")
        lacking = {"avg_quality", "median_quality", "avg_heat", *LACKS[name]}
        rates = {column for column in summary if column.endswith("_rate")} | lacking
        # NaN, which is not itself, is how pandas shows NULL.
        assert {each for each in rates if summary[each] != summary[each]} == lacking
        assert summary["rated_article_count"] == 0
        factors = {*out.sql("select distinct factor from quality_factors")["factor"]}
        assert ("has_image" in factors) is ("image_rate" not in LACKS[name])
        assert not {"has_amp", "related_count"} & factors
        assert ("topic_count" in factors) is (name != "news_please")
        series = out.sql(
            "select series, count(value) as n from series_breaks"
            " where series in ('image_share', 'topics_per_article') group by series order by series"
        )
        found = dict(zip(series["series"], series["n"] > 0, strict=True))
        assert found == {
            "image_share": name != "fundus",
            "topics_per_article": name != "news_please",
        }


@pytest.mark.parametrize("name", FAMILIES)
def test_a_configuration_is_short(name: str) -> None:
    assert len(examples()[name].splitlines()) <= 40


@pytest.mark.parametrize("name", BUILT)
def test_no_comparison_counts_what_a_family_lacks_as_zero(
    home: Callable[[str], Path], name: str
) -> None:
    articles = f"read_parquet('{home(name)}/out/tables/articles.parquet')"
    rates = ("image_rate", "amp_rate", "video_rate")
    counts = ", ".join(f"count({MEASURES[rate]})" for rate in rates)
    query = f"with articles as (from {articles}) select {counts} from articles"
    [row] = duckdb.sql(query).fetchall()
    lacking = {rate for rate, count in zip(rates, row, strict=True) if not count}
    assert lacking == LACKS[name] & {*rates}


@pytest.mark.parametrize("name", BUILT)
def test_explain_says_what_the_build_says(home: Callable[[str], Path], name: str) -> None:
    raw = home(name) / "raw"
    for file in rows_of(home(name) / "out", "files"):
        told = loaded("explain", file["source_path"], "--raw", str(raw), "--json")
        assert told["source_path"] == file["source_path"]
        assert (told["status"], told["reason"]) == (file["status"], file.get("reason"))


@pytest.mark.slow
def test_explain_shows_each_record_of_a_file(home: Callable[[str], Path]) -> None:
    raw = str(home("fundus") / "raw")
    told = printed("explain", "more.jsonl", "--raw", raw)
    assert "more.jsonl#1  loaded" in told
    assert "more.jsonl#3  invalid_json" in told


@pytest.mark.slow
@pytest.mark.parametrize("name", FAMILIES)
def test_a_rebuild_is_the_same_as_a_full_run(
    home: Callable[[str], Path], name: str, tmp_path: Path
) -> None:
    """A file goes, one is edited, one is new: so do the records of these, and no others."""
    shutil.copytree(home(name), tmp_path / "home")
    raw, out = tmp_path / "home" / "raw", tmp_path / "home" / "out"
    first, *others = sorted(path for path in raw.rglob("*") if path.is_file())
    (raw / f"new{others[-1].suffix}").write_bytes(others[-1].read_bytes())
    others[-1].write_bytes(first.read_bytes())
    first.unlink()
    summary = build(raw, out, workers=1)
    assert any("1 file gone" in reason for reason in summary.reasons)
    build(raw, tmp_path / "full", workers=2)
    assert parquet_bytes(out) == parquet_bytes(tmp_path / "full")


@pytest.mark.slow
def test_a_changed_configuration_means_that_everything_is_parsed(
    home: Callable[[str], Path], tmp_path: Path
) -> None:
    shutil.copytree(home("hugo"), tmp_path / "home")
    raw, out = tmp_path / "home" / "raw", tmp_path / "home" / "out"
    assert not build(raw, out, workers=1).rebuilt
    (tmp_path / "home" / "newsloom.yml").write_text(
        examples()["hugo"].replace("The Blog", "A Blog")
    )
    summary = build(raw, out, workers=1)
    assert summary.reasons[0].startswith("everything: the code, the configuration, ")
    assert {row["provider_name"] for row in rows_of(out, "articles")} == {"A Blog"}


@pytest.mark.slow
def test_outlets_have_labels(home: Callable[[str], Path], tmp_path: Path) -> None:
    """Every provider stays one row; an outlet that the file does not name has no label."""
    shutil.copytree(home("fundus"), tmp_path / "home")
    configuration = tmp_path / "home" / "newsloom.yml"
    configuration.write_text(examples()["fundus"] + "labels: outlets.csv\n")
    labels = tmp_path / "home" / "outlets.csv"
    labels.write_text(
        'domain,owner,country\nTidePost.example,"O\'Tide, Inc.",DE\nother.example,X,\n'
    )
    raw, out = tmp_path / "home" / "raw", tmp_path / "out"
    build(raw, out, workers=1)
    (provider,) = rows_of(out, "providers")
    assert (provider["owner"], provider["country"]) == ("O'Tide, Inc.", "DE")
    (column,) = loaded("lineage", "providers.owner", "--out", str(out), "--json")
    assert column["raw"] == "outlets.csv"
    counted = ("lineage", "providers.article_count", "--json")
    assert loaded(*counted, "--out", str(out)) == loaded(*counted)
    labels.write_text("domain,owner,kind\nother.example,X,paper\n")
    build(raw, out, workers=1)
    (provider,) = rows_of(out, "providers")
    assert not {"owner", "kind"} & provider.keys()
    filled = duckdb.sql(
        f"select column_name, filled_count from '{out}/marts/data_completeness.parquet'"
        " where table_name = 'providers' and column_name in ('owner', 'kind', 'country')"
        " order by 1"
    ).fetchall()
    assert filled == [("kind", 0), ("owner", 0)]


def test_added_columns_are_described_wherever_others_are(home: Callable[[str], Path]) -> None:
    out = home("hugo") / "out"
    manifest = json.loads((out / "manifest.json").read_text())
    assert {"name": "weight", "type": "INTEGER"} in manifest["files"]["tables/articles.parquet"][
        "columns"
    ]
    for file in ("dictionary.html", "datapackage.json", "croissant.json"):
        assert "Who wrote the post." in (out / file).read_text()
    with pipeline.open(out) as opened:
        comments = opened.sql(
            "select column_name, comment from duckdb_columns() where table_name = 'articles'"
            " and column_name in ('author', 'published_date')"
        )
        assert sorted(comments["comment"]) == [
            "Day of published_at, in the zone Europe/Berlin.",
            "Who wrote the post.",
        ]
        assert opened.table("articles", columns=["weight"])["weight"].count() == 1
    assert verify(out).faults == ()
    assert call("check", "--out", str(out)).exit_code == 0
    assert "author" not in [column.name for column in relations()["articles"].columns]


def test_the_verbs_know_added_columns(home: Callable[[str], Path], tmp_path: Path) -> None:
    """And forget them where the build is another one."""
    out = str(home("hugo") / "out")
    text = printed("describe", "articles", "--out", out)
    assert re.search(r"^author +VARCHAR +Who wrote", text, re.MULTILINE)
    told = loaded("describe", "articles.weight", "--out", out, "--json")
    assert (told["type"], told["source"], told["nullable"]) == ("INTEGER", "weight", True)
    (column,) = loaded("lineage", "articles.author", "--out", out, "--json")
    assert column == {"column": "articles.author", "role": "value", "raw": "params.author"}
    with pipeline.open(out) as opened:
        assert opened.describe("articles").loc["author", "meaning"] == "Who wrote the post."
    for verb in ("describe", "lineage"):
        ended = call(verb, "articles.author", "--out", str(tmp_path / "none"))
        assert (ended.exit_code, "articles has no column 'author'" in ended.stderr) == (2, True)


@pytest.mark.slow
def test_a_difference_is_also_one_of_added_columns(
    home: Callable[[str], Path], tmp_path: Path
) -> None:
    shutil.copytree(home("hugo") / "raw", tmp_path / "raw")
    configuration = examples()["hugo"].replace("weight: {field: weight", "heft: {field: weight")
    (tmp_path / "newsloom.yml").write_text(configuration)
    file = tmp_path / "raw" / "posts" / "kelp.md"
    file.write_text(file.read_text().replace("Ada Moss", "Ada Fern"))
    build(tmp_path / "raw", tmp_path / "out", workers=1)
    told = loaded("diff", str(home("hugo") / "out"), str(tmp_path / "out"), "--json")
    (articles,) = (each for each in told["relations"] if each["name"] == "articles")
    assert articles["columns"] == {"author": 1, "extra": 1}
    assert (articles["columns_added"], articles["columns_removed"]) == (["heft"], ["weight"])


@pytest.mark.slow
def test_days_and_months_are_those_of_the_zone(tmp_path: Path) -> None:
    """At the end of a month in UTC it is the next one in Berlin, in every mart over time."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "a.md").write_text(
        "---\ncategory: news\ntitle: Kelp\npublishedDateTime: 2024-01-31T23:30:00Z\n"
        "webUrl: https://a.example/1\nprovider:\n  domain: a.example\ntopics:\n- kelp\n---\n"
    )
    (tmp_path / "newsloom.yml").write_text("days: {zone: Europe/Berlin}\n")
    build(raw, out, workers=1)
    (article,) = rows_of(out, "articles")
    assert article["published_at"] == datetime(2024, 1, 31, 23, 30)
    assert article["published_date"] == date(2024, 2, 1)
    for mart, column in (
        ("daily_coverage", "date"),
        ("quality_monthly", "month"),
        ("provider_monthly", "month"),
        ("topic_monthly", "month"),
        ("series_breaks", "month"),
    ):
        days = f"select distinct {column} from '{out}/marts/{mart}.parquet'"
        assert duckdb.sql(days).fetchall() == [(date(2024, 2, 1),)], mart
    with pipeline.open(out) as opened:
        hour = opened.sql((sql_folder() / "report" / "weekdays.sql").read_text())
        assert hour[["weekday", "hour"]].values.tolist() == [[3, 23]]  # in UTC, a Wednesday
        row = opened.sql((sql_folder() / "report" / "charts" / "rhythm.sql").read_text())
        assert row[["weekday", "hour"]].values.tolist() == [[3, 23]]
        row = opened.sql((sql_folder() / "report" / "explorer" / "articles.sql").read_text())
        assert row["minute_of_day"].tolist() == [-30]
    assert call("check", "--out", str(out)).exit_code == 0


@pytest.mark.slow
def test_the_peak_of_a_topic_is_a_month_of_the_zone(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for number in range(60):
        at = "2024-06-15T12:00:00Z" if number == 0 else "2024-01-31T23:30:00Z"
        (raw / f"{number}.md").write_text(
            f"---\ncategory: news\ntitle: Kelp {number}\npublishedDateTime: {at}\n"
            f"webUrl: https://a.example/{number}\nprovider:\n  domain: a.example\n"
            "topics:\n- kelp\n---\n"
        )
    (tmp_path / "newsloom.yml").write_text("days: {zone: Europe/Berlin}\n")
    build(raw, out, workers=1)
    peak = duckdb.sql(f"select peak_month from '{out}/marts/topic_summary.parquet'").fetchall()
    assert peak == [(date(2024, 2, 1),)]


@pytest.mark.slow
def test_a_file_that_is_called_as_a_record_is_apart_from_it(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "x.json").write_text('[{"title": "a"}]')
    (raw / "x.json#1").write_text('{"title": "b"}')
    (raw / "x.json#1#0").write_text('{"title": "c"}')
    (tmp_path / "newsloom.yml").write_text(
        "forms: [json]\narticle: {field: title}\ndefaults: {category: c,"
        " publishedDateTime: 2024-01-01, provider.domain: a.example,"
        " webUrl: 'https://a.example/{path}'}\n"
    )
    apart = {"x.json#1#0": "duplicate_path", "x.json#1#0#0": "duplicate_path"}
    build(raw, out, workers=1)
    found = {row["source_path"]: row.get("reason") for row in rows_of(out, "files")}
    assert found == {"x.json#1": None, **apart}
    assert [row["title"] for row in rows_of(out, "articles")] == ["a"]
    told = loaded("explain", "x.json#1", "--raw", str(raw), "--json")
    assert (told["source_path"], told["reason"]) == ("x.json#1#0", "duplicate_path")
    (raw / "x.json#1").write_text("changed")
    (raw / "x.json#1#0").unlink()
    build(raw, out, workers=1)
    found = {row["source_path"]: row.get("reason") for row in rows_of(out, "files")}
    assert found == {"x.json#1": None, "x.json#1#0": "duplicate_path"}


SECRET = "xyzzy"
SECURED = {
    "a.json": '{"title": "a", "secured": {"xyzzy": 1, "xyzzy": 2}, "x": {"Secured ": "xyzzy"}}',
    "b.json": '{"title": "b",\n"secured": {"xyzzy": [\n"xyzzy",,',
    "c.json": '{"title": "c", "maintext": "News\\nsecured: xyzzy\\n"}',
    "d.jsonl": '{"title": "d", "x": [{"secured": "xyzzy"}]}\n{"secured": "xyzzy"',
    "e.md": '+++\ntitle = "e"\n[secured.xyzzy]\n[secured.xyzzy]\n+++\n',
    "f.md": '+++\ntitle = "f"\nsecured = {xyzzy = 1, xyzzy = 2}\n+++\n',
    "g.md": '+++\ntitle = "g"\nsecured = "xyzzy"\n[x]\nsecured = "xyzzy"\n+++\n',
    "h.md": '+++\ntitle = "h"\n+++\nsecured: xyzzy\n',
}


def test_secured_stays_secret_in_every_form(tmp_path: Path) -> None:
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    for name, text in SECURED.items():
        (raw / name).write_text(text)
    (tmp_path / "newsloom.yml").write_text(
        "forms: [json, json_lines, toml]\narticle: {field: title}\nfields: {body: maintext}\n"
        "defaults: {category: c, publishedDateTime: 2024-01-01, provider.domain: a.example,"
        " webUrl: 'https://a.example/{path}'}\ncolumns: {x_text: {field: x}}\n"
    )
    build(raw, out, workers=1)
    articles = {row["title"]: row for row in rows_of(out, "articles")}
    assert {title for title, row in articles.items() if row["has_secured"]} == {"a", "g"}
    assert articles.keys() == {"a", "d", "g"}
    for table in ("articles", "rejects", "files"):
        assert SECRET not in str(rows_of(out, table))
    for file in [*SECURED, "d.jsonl#1", "d.jsonl#2"]:
        assert SECRET not in printed("explain", file, "--raw", str(raw))
