"""Archives within the limits that made marts explode: rows stay linear in the raw bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.catalog import relation, sql_folder
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.results import Summary
from tests.sql_engine import archive

MOST_ROWS, ROWS_PER_BYTE = 3_000_000, 2
"""All marts together have no more rows than so many, and so many for each raw byte."""


def record(number: int, more: str = "", **fields: str) -> str:
    kept = {"title": "T", "date": "2020-01-01", "domain": "kelp.example", "name": "Kelp"} | fields
    return (
        f"---\ncategory: news\ntitle: {kept['title']}\npublishedDateTime: {kept['date']}\n"
        f"webUrl: https://kelp.example/{number}\n"
        f"provider:\n  domain: {kept['domain']}\n  name: {kept['name']}\n{more}---\n"
    )


def topics(names: Iterable[str]) -> str:
    return "topics:\n" + "".join(f"- {name}\n" for name in names)


def built(folder: Path, texts: Iterable[str], limits: Limits = DEFAULT_LIMITS) -> Summary:
    """Build an archive of these texts, front matter or pages; its marts are in bounds."""
    size = 0
    (folder / "raw").mkdir()
    for number, text in enumerate(texts):
        ending = "md" if text.startswith("---") else "txt"
        (folder / f"raw/{number}.{ending}").write_text(text, encoding="utf-8")
        size += len(text)
    summary = build(folder / "raw", folder / "out", workers=1, limits=limits)
    rows = sum(summary.rows[mart.stem] for mart in (folder / "out/marts").glob("*.parquet"))
    assert rows <= MOST_ROWS + ROWS_PER_BYTE * size
    return summary


def warned(summary: Summary) -> dict[str, int]:
    return {finding.check: finding.rows for finding in summary.findings}


@pytest.mark.slow
def test_topics_beyond_the_limit_are_dropped(tmp_path: Path) -> None:
    summary = built(tmp_path, [record(1, topics(f"t{number}" for number in range(5_000)))])
    most = DEFAULT_LIMITS.max_topics
    assert summary.rows["article_topics"] == most
    assert summary.rows["topic_pairs"] == most * (most - 1) // 2
    assert summary.problems == {"too_many_topics": 1}


@pytest.mark.slow
def test_topics_are_counted_as_listed(tmp_path: Path) -> None:
    """Read at once or by themselves, files lose the same topics."""
    listed = "topics:\n- one\n- two\n- three\n"
    with_null = listed.replace("- one", "- ~\n- one")
    other = "other:\n  deep: {a: b}\n"
    forms = [record(1, listed), record(2, listed + other)]
    forms += [record(3, with_null), record(4, with_null + other)]
    summary = built(tmp_path, forms, Limits(max_topics=2))
    with pipeline.open(tmp_path / "out") as made:
        kept = made.sql(
            "select url[-1], string_agg(topic, ' ' order by topic_position)"
            " from articles join article_topics using (article_id) group by 1 order by 1"
        )
    topics_kept = [("1", "one two"), ("2", "one two"), ("3", "one"), ("4", "one")]
    assert list(kept.itertuples(index=False, name=None)) == topics_kept
    assert summary.problems == {"too_many_topics": 4}


@pytest.mark.slow
def test_what_is_too_long_is_dropped(tmp_path: Path) -> None:
    long = "k" * (DEFAULT_LIMITS.max_name_length + 1)
    headline = "t" * (DEFAULT_LIMITS.max_title_length + 1)
    related = (
        f"related:\n- title: {headline}\n  webUrl: https://moss.example/1\n"
        f"  provider:\n    domain: {long}\n    name: {long}\n"
    )
    texts = [
        record(1, topics([long, long[1:]]) + related, name=long),
        record(2, title=headline),
        record(3, domain=long),
    ]
    summary = built(tmp_path, texts)
    assert summary.problems == {"text_too_long": 5, "invalid_field": 2}
    assert (summary.rows["topics"], summary.rows["provider_names"]) == (1, 0)
    assert summary.rejected == 2


@pytest.mark.slow
def test_problems_beyond_the_limit_are_counted(tmp_path: Path) -> None:
    images = "images: [" + "x, " * 5_000 + "]\n"
    summary = built(tmp_path, [record(1, images)])
    assert summary.problems == {"invalid_item": 1_000, "too_many_problems": 1}
    with pipeline.open(tmp_path / "out") as made:
        [message] = made.sql("select message from rejects where code = 'too_many_problems'")[
            "message"
        ]
    assert message == "4,000 more problems are not listed"


def article(number: int, published_at: datetime, domain: str = "kelp.example") -> dict[str, Any]:
    return {"article_id": f"a{number}", "published_at": published_at, "provider_domain": domain}


def offenders(con: duckdb.DuckDBPyConnection, check: str) -> list[str]:
    query = (sql_folder() / f"checks/{check}.sql").read_text(encoding="utf-8")
    return [f"{relation} {key}" for relation, key, _ in con.execute(query).fetchall()]


@pytest.mark.slow
def test_a_wrong_year_stretches_no_calendar() -> None:
    days = [datetime(2020, 1, 1) + timedelta(days=day) for day in range(60)]
    wrong = [datetime(1678, 1, 1), datetime(2261, 1, 1)]
    articles = [article(number, day) for number, day in enumerate([*wrong, *days])]
    listed = [{"article_id": row["article_id"], "topic": "moss"} for row in articles]
    con = archive({"articles": articles, "article_topics": listed})
    for mart in ("quality_monthly", "provider_monthly", "topic_monthly"):
        found = con.execute(f"select article_count from {mart} order by month").fetchall()
        assert found == [(31,), (29,)], mart
    days_found = con.execute("select count(*), sum(article_count) from daily_coverage").fetchall()
    assert days_found == [(60, 60)]
    assert offenders(con, "warn_implausible_dates") == ["articles a0", "articles a1"]
    assert not offenders(con, "stop_mart_totals") + offenders(con, "stop_calendar_gaps")


@pytest.mark.slow
def test_full_marts_leave_out_what_has_fewest_articles() -> None:
    """1,500 topics over a century are 1,800,000 topic months and 1,124,250 pairs."""
    first, last = datetime(1920, 1, 1), datetime(2019, 12, 1)
    articles = [article(0, first), article(1, last)]
    listed = [
        {"article_id": f"a{number}", "topic": f"t{topic:04}"}
        for number in (0, 1)
        for topic in range(1_500 if number else 10)
    ]
    con = archive({"articles": articles, "article_topics": listed})
    kept = con.execute("select count(distinct topic), min(topic) from topic_monthly").fetchall()
    assert kept == [((1_000_000 + 20) // 1_200, "t0000")]
    pairs = con.execute("select count(*), max(topic_b) from topic_pairs").fetchall()
    assert pairs == [(1_414 * 1_413 // 2, "t1413")]
    left_out = offenders(con, "warn_rows_left_out")
    assert len(left_out) == (1_500 - 833) + (1_500 - 1_414)
    assert not offenders(con, "stop_mart_totals") + offenders(con, "stop_calendar_gaps")


@pytest.mark.slow
def test_full_provider_months_leave_shares_right() -> None:
    """900 domains from 1920 to 2019 are 1,080,000 rows."""
    dates = (datetime(1920, 1, 1), datetime(2019, 12, 1))
    articles = [
        article(number, date, f"d{number // 2:03}.example")
        for number, date in enumerate(dates * 900)
    ]
    con = archive({"articles": articles})
    [(domains,)] = con.execute(
        "select count(distinct provider_domain) from provider_monthly"
    ).fetchall()
    assert domains == (1_000_000 + 18_000) // 1_200
    assert len(offenders(con, "warn_rows_left_out")) == 900 - domains
    assert not offenders(con, "stop_mart_totals") + offenders(con, "stop_calendar_gaps")
    assert not offenders(con, "stop_shares")


@pytest.mark.slow
def test_a_page_of_lists_pairs_few_dates_and_providers(tmp_path: Path) -> None:
    names = [f"Kelp{number:04}" for number in range(2_000)]
    days = [f"{1900 + number // 28}-01-{number % 28 + 1:02}" for number in range(2_000)]
    related = "related:\n" + "".join(
        f"- title: i\n  provider:\n    name: {name}\n    domain: {name}.example\n" for name in names
    )
    page = f"Headline of it\n{', '.join(days)}\n{', '.join(names)}\n"
    summary = built(tmp_path, [record(1, related), page])
    assert summary.rows["page_mentions"] == 4_000
    assert warned(summary)["long_lists_on_pages"] == 1


def page(text: str, number: int = 0) -> dict[str, Any]:
    """A line of a page, long enough that all pages have many words."""
    return {"page_id": f"p{number}", "paragraph_position": 1, "role": "body", "text": text}


@pytest.mark.slow
def test_names_of_the_same_words_on_a_page_of_these() -> None:
    """At each place begin 7 of the 254 names; only the longest counts."""
    names = [" ".join(words) for n in range(1, 8) for words in product(("kelp", "moss"), repeat=n)]
    words = Random(1).choices(("kelp", "moss"), k=20_000)
    con = archive(
        {"topics": [{"topic": name} for name in names], "page_paragraphs": [page(" ".join(words))]}
    )
    found = con.execute("select count(*), sum(mention_count) from page_mentions").fetchall()
    assert found == [(128, 20_000 - 6)]


def test_long_names_and_many_spellings_are_not_looked_for() -> None:
    seven = "one two three four five six seven"
    names = [seven, f"{seven} eight", *(f"kelp{'-' * n}farm" for n in range(1, 8))]
    con = archive(
        {
            "topics": [{"topic": name} for name in names],
            "pages": [{"page_id": "p0"}],
            "page_paragraphs": [page(f"Of {seven} eight: kelp farm.")],
        }
    )
    found = con.execute("select value from page_mentions order by value").fetchall()
    assert {value for (value,) in found} == {seven, *sorted(names[2:])[:5]}
    assert offenders(con, "warn_names_not_looked_for") == [
        f"topics {name}" for name in sorted([names[1], *sorted(names[2:])[5:]])
    ]


@pytest.mark.slow
def test_very_many_pages_are_compared_with_fewer_candidates() -> None:
    """Its rarest word brings the page 30 candidates: more than the least, fewer than the most."""
    articles = [
        article(n, datetime(2020, 1, 1)) | {"title": f"kelp moss fern{n % 2}"} for n in range(60)
    ]
    con = archive(
        {
            "articles": articles,
            "pages": [{"page_id": "p0"}],
            "page_paragraphs": [page("kelp moss fern0")],
        }
    )
    linked = f"select count(article_id) from ({relation('page_links').query}) where page_id = 'p0'"
    assert con.execute(linked).fetchone() == (10,)
    assert not offenders(con, "warn_few_candidates_of_pages")
    con.execute("insert into pages (page_id) select 'q' || i from range(150000) as r (i)")
    assert con.execute(linked).fetchone() == (0,)
    assert offenders(con, "warn_few_candidates_of_pages")


@pytest.mark.slow
def test_many_topics_of_many_articles(tmp_path: Path) -> None:
    names = [f"{number:x}" for number in range(3_000)]
    pick = Random(1)
    texts = [record(n, topics(pick.sample(names, 100))) for n in range(4_000)]
    summary = built(tmp_path, texts)
    assert summary.rows["topic_pairs"] <= 1_000_000 + 10 * 4_000
    assert warned(summary)["rows_left_out"] == 3_000 - 1_442
