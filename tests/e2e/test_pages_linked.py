"""Pages and the articles they tell of: on the seeds, the sample, and pages made of real texts."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.sample import write_sample
from tests.build_fixtures import DATA_RAW, Builder, real_archive
from tests.independent import compare
from tests.independent.tidy import Row, recount

TEXTS_PER_PAGE = 12
RECORD = """---
category: news
title: Wombat quokka numbat
publishedDateTime: 2021-03-04T05:06:07Z
webUrl: https://zoo.example/{number}
provider: {{domain: zoo.example}}
---
"""


def read(out: Path, path: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / f"{path}.parquet").to_pylist()
    return rows


def test_seed_page_links_to_its_article_above_the_related_items(built: Builder) -> None:
    out, _ = built(real_archive("seeds"))
    [article] = read(out, "tables/articles")
    first, *others = read(out, "marts/page_links")
    assert (first["rank"], first["article_id"]) == (1, article["article_id"])
    assert (str(first["matched_date"]), first["matched_provider"]) == ("2020-02-11", "WRAL")
    assert first["method"] == "terms+date+provider"
    assert first["score"] > 0.6
    assert {row["related_position"] for row in others} == {1, 2, 3, 4, 5, 6}
    assert all(row["score"] < first["score"] / 2 for row in others)
    assert {row["method"] for row in others} == {"listed+terms", "listed+terms+date"}


def test_seed_page_names_provider_topic_and_date(built: Builder) -> None:
    out, _ = built(real_archive("seeds"))
    named = {
        (row["kind"], row["value"]): row["mention_count"]
        for row in read(out, "marts/page_mentions")
    }
    assert named == {("date", "2020-02-11"): 1, ("provider", "WRAL"): 3, ("topic", "AI"): 5}


def test_pages_of_the_sample_link_to_the_articles_they_quote(built: Builder) -> None:
    out, _ = built(DATA_RAW)
    texts = {row["page_id"]: row["body_text"] for row in read(out, "tables/pages")}
    best = {row["page_id"]: row for row in read(out, "marts/page_links") if row["rank"] == 1}
    linked = {page_id: row for page_id, row in best.items() if row["article_id"]}
    assert (len(texts), len(best), len(linked)) == (4, 4, 3)
    assert all(f"“{row['title']}”" in texts[page_id] for page_id, row in linked.items())
    [unlinked] = [row for row in best.values() if not row["article_id"]]
    note = "no article or related item shares three words with the page"
    assert unlinked["link_note"] == note


@pytest.mark.slow
def test_words_that_every_article_has_link_nothing(built: Builder, tmp_path: Path) -> None:
    """Of so many copies no word tells any from the others: all weights are 0, and so would be the
    divisor of the score."""
    for number in range(120):
        text = RECORD.format(number=number)
        (tmp_path / f"copy-{number}.md").write_text(text, encoding="utf-8")
    (tmp_path / "page.txt").write_text("Zoo\n\nThe wombat met a quokka and a numbat.\n")
    [row] = read(built(tmp_path)[0], "marts/page_links")
    assert (row["method"], row["score"]) == ("none", None)


@pytest.mark.slow
def test_pages_of_a_large_archive_link_first_to_their_articles(
    built: Builder, tmp_path: Path
) -> None:
    """Where the words of all stories are the same few, day and provider together must do."""
    write_sample(tmp_path / "raw", 20_000)
    out, _ = built(tmp_path / "raw")
    articles = read(out, "tables/articles")
    names = {row["article_id"]: Path(row["source_path"]).stem for row in articles}
    first = {row["page_id"]: row for row in read(out, "marts/page_links") if row["rank"] == 1}
    quoted = {row["page_id"]: Path(row["source_path"]).stem for row in read(out, "tables/pages")}
    right = [
        names.get(first[page_id]["article_id"], "").startswith(name)
        for page_id, name in quoted.items()
    ]
    print(f"{sum(right)} of {len(right)} pages link first to the article they quote")
    assert sum(right) >= 0.97 * len(right)


def texts_of(raw: Path) -> list[Row]:
    articles = [row for row in recount(raw)["articles"] if len(row["excerpt"] or "") > 80]
    return sorted(articles, key=lambda row: str(row["article_id"])[-16:])


def page_of(articles: list[Row]) -> str:
    paragraphs = [f"{row['title']}. {' '.join(row['excerpt'].split())}" for row in articles]
    return "\n\n".join(["Local News", "What the week brought", *paragraphs])


@pytest.mark.slow
@pytest.mark.parametrize(("name", "other"), [("diablo4", "azure"), ("azure", "diablo4")])
def test_pages_of_real_texts(built: Builder, tmp_path: Path, name: str, other: str) -> None:
    """Pages that retell an article of the archive among others link to it; of those made of the
    texts of another archive only, none links; and every cell equals its recount."""
    raw = tmp_path / "raw"
    shutil.copytree(real_archive(name), raw)
    foreign = texts_of(real_archive(other))
    own = texts_of(raw)
    (raw / "pages").mkdir()
    told: dict[str, str] = {}
    for number in range(60):
        others = foreign[number * TEXTS_PER_PAGE :][:TEXTS_PER_PAGE]
        (raw / f"pages/foreign-{number}.txt").write_text(page_of(others), encoding="utf-8")
        told[f"pages/own-{number}.txt"] = own[number]["article_id"]
        text = page_of([*others[:3], own[number]])
        (raw / f"pages/own-{number}.txt").write_text(text, encoding="utf-8")
    out, _ = built(raw)
    paths = {row["page_id"]: row["source_path"] for row in read(out, "tables/pages")}
    links = read(out, "marts/page_links")
    urls = {row["article_id"]: row["canonical_url"] for row in read(out, "tables/articles")}
    first = {paths[row["page_id"]]: row["article_id"] for row in links if row["rank"] == 1}
    assert not [path for path, found in first.items() if "foreign" in path and found]
    right = [urls[first[path]] == urls[wanted] for path, wanted in told.items() if first[path]]
    print(f"{name}: {sum(right)} of {len(told)} pages link first to the article they retell")
    assert sum(right) >= 54
    comparison = compare(raw, out)
    print(comparison)
    assert not comparison.differences, str(comparison)
