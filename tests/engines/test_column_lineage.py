"""Which tidy columns and raw fields a number comes from, and that it changes with no other."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.core.catalog import Relation, relation, relations
from pipeline.core.errors import UsageError
from pipeline.docs import render as dictionary
from pipeline.engines.column_lineage import Source, lineage
from tests.calling import call, loaded, printed
from tests.sql_engine import CASES, archive, read_yaml, references

TIDY = [each for each in relations().values() if each.is_parsed]
MADE = [each for each in relations().values() if not each.is_parsed]


def column(name: str) -> Source:
    (found,) = lineage(name)
    return found


def values(name: str) -> set[str]:
    return {source.name for source in column(name).tidy()}


def choosing(name: str) -> set[str]:
    return {source.name for source in column(name).tidy(is_value=False)}


@pytest.mark.parametrize(
    ("name", "value", "by"),
    [
        ("quality_monthly.avg_quality", {"articles.quality"}, {"articles.published_date"}),
        ("quality_monthly.month", {"articles.published_date"}, set()),
        ("topic_pairs.article_count", set(), {"article_topics.article_id", "article_topics.topic"}),
        ("image_hosts.cached_rate", {"images.is_cached"}, {"images.host", "images.owner"}),
        ("provider_summary.video_rate", {"articles.type"}, {"articles.provider_domain"}),
        ("provider_summary.top_topic", {"article_topics.topic"}, {"articles.provider_domain"}),
        (
            "stories.lead_title",
            {"articles.title"},
            {"related_items.canonical_url", "articles.excerpt"},
        ),
        (
            "provider_timeliness.median_lag_hours",
            {"articles.published_at"},
            {"articles.canonical_url"},
        ),
        ("syndication.title", {"articles.title"}, {"articles.excerpt"}),
        (
            "quality_distribution.quality_bucket",
            {"articles.quality", "related_items.quality"},
            set(),
        ),
        ("quality_factors.level", {"articles.type", "articles.title"}, set()),
        ("providers.mention_count", set(), {"related_items.provider_domain"}),
    ],
)
def test_origin(name: str, value: set[str], by: set[str]) -> None:
    assert value <= values(name)
    assert by <= choosing(name)
    assert not (by & values(name))


def test_quality_comes_from_nothing_but_quality() -> None:
    assert values("provider_summary.p90_quality") == {"articles.quality"}
    assert values("quality_distribution.item_share") == set()


def test_marts_are_followed_through_marts() -> None:
    (lag,) = (s for s in column("provider_timeliness.median_lag_hours").sources if s.is_value)
    assert lag.name == "story_articles.lag_hours"
    assert {s.name for s in lag.sources if s.is_value} == {"articles.published_at"}
    assert values("provider_summary.article_rank") == {
        "articles.provider_domain",
        "related_items.provider_domain",
    }


LISTED = ("data_completeness", "series_breaks")
"""Marts with a column of names that stand in their SELECT."""


@pytest.mark.parametrize("made", MADE, ids=lambda each: each.name)
def test_every_way_ends_in_a_raw_field(made: Relation) -> None:
    def ends(source: Source) -> Any:
        for each in source.sources:
            yield from ends(each)
        if not source.sources:
            yield source

    for found in lineage(made.name):
        assert found.sources or made.name in LISTED
        for end in ends(found):
            assert end.raw is not None or end.relation in LISTED
            assert relation(end.relation).is_parsed or end.relation in LISTED
        assert {source.relation for source in found.sources} <= set(references(made.query or ""))


Cells = dict[str, dict[tuple[object, ...], tuple[object, ...]]]


def cells(blanked: tuple[str, str] | None = None) -> Cells:
    """The rows of everything made by a SELECT, by key, with one tidy column emptied."""
    given = read_yaml(CASES / "checks" / "archive.yml")
    if blanked:
        table, name = blanked
        given = {**given, table: [{**row, name: None} for row in given.get(table, [])]}
    con = archive(given)
    found: Cells = {}
    for made in MADE:
        key = [made.column_names.index(name) for name in made.key]
        rows = con.execute(f"select * from {made.name}").fetchall()
        found[made.name] = {tuple(row[place] for place in key): row for row in rows}
    con.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("tidy", TIDY, ids=lambda each: each.name)
def test_what_changes_with_a_column_has_it_in_its_lineage(tidy: Relation) -> None:
    """Empty each tidy column in turn, and see which cells change."""
    before = cells()
    for name in [column.name for column in tidy.columns if column.parsed]:
        after = cells((tidy.name, name))
        for made in MADE:
            changed = changed_columns(made, before[made.name], after[made.name])
            for column_name in changed:
                origin = f"{made.name}.{column_name}"
                assert f"{tidy.name}.{name}" in values(origin) | choosing(origin), origin


def changed_columns(
    made: Relation,
    before: dict[tuple[object, ...], tuple[object, ...]],
    after: dict[tuple[object, ...], tuple[object, ...]],
) -> list[str]:
    shared = before.keys() & after.keys()
    return [
        name
        for place, name in enumerate(made.column_names)
        if any(before[key][place] != after[key][place] for key in shared)
    ]


class TestCommand:
    def test_tree(self) -> None:
        lines = printed("lineage", "image_hosts.cached_rate").splitlines()
        assert lines[:4] == [
            "image_hosts.cached_rate",
            "├── images.is_cached ← images[].isCached",
            "├── by images.host ← images[].url",
            "├── by images.image_id ← path of the file, place in the record",
        ]

    def test_what_is_unfolded_above_is_not_unfolded_again(self) -> None:
        text = printed("lineage", "provider_timeliness.first_ratio")
        assert text.count("by copy_pairs.kind (see above)") >= 2
        assert "│   └── by related_items.related_article_id\n" in text

    def test_a_whole_mart(self) -> None:
        text = printed("lineage", "topic_pairs")
        roots = [line for line in text.splitlines() if line.startswith("topic_pairs.")]
        assert roots == [f"topic_pairs.{name}" for name in relation("topic_pairs").column_names]

    def test_many_columns_are_counted(self) -> None:
        text = printed("lineage", "data_completeness.fill_rate")
        assert f"articles ({len(relation('articles').column_names)} columns)" in text

    def test_json(self) -> None:
        assert loaded("lineage", "articles.heat", "--json") == [
            {"column": "articles.heat", "role": "value", "raw": "heat"}
        ]
        (found,) = loaded("lineage", "topic_providers.topic", "--json")
        assert found["from"][0] == {
            "column": "article_topics.topic",
            "role": "value",
            "raw": "topics[]",
        }

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            (
                "provider_sumary",
                "no mart or table 'provider_sumary'; did you mean provider_summary",
            ),
            ("stories.spam_hours", "stories has no column 'spam_hours'; did you mean span_hours?"),
            ("xyz", "no mart or table 'xyz'; there are article_topics, "),
        ],
    )
    def test_an_unknown_name_has_suggestions(self, name: str, message: str) -> None:
        ended = call("lineage", name)
        assert ended.exit_code == 2
        assert message in ended.stderr
        with pytest.raises(UsageError):
            lineage(name)


def test_the_dictionary_has_a_line_for_each_column() -> None:
    sections = dictionary.data_dictionary().split("\n### ")
    by_name = {section.partition("\n")[0]: section for section in sections[1:]}
    for made in MADE:
        folded = by_name[made.name].partition("<summary>Lineage")[2]
        assert re.findall(r"^\| `(\w+)` \|", folded, re.MULTILINE) == list(made.column_names)
    assert "| `avg_quality` | `articles.quality` |" in by_name["quality_monthly"]
