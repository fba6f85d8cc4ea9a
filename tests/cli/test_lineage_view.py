"""How a column and what it is made of are shown."""

from __future__ import annotations

from pipeline.engines.column_lineage import MOST_SOURCES
from tests.calling import printed


def test_a_column_stands_above_what_it_is_made_of_and_what_chooses_its_rows() -> None:
    lines = printed("lineage", "topic_summary.avg_quality").splitlines()
    assert lines[0] == "topic_summary.avg_quality"
    assert any("articles.quality ← quality" in line for line in lines)
    assert any("by article_topics.topic" in line for line in lines)
    assert lines[-1].startswith("← the raw field; by: chooses the rows")


def test_very_many_sources_are_counted() -> None:
    text = printed("lineage", "data_completeness.filled_count")
    assert "articles (" in text
    assert len(text.splitlines()) < 5 * MOST_SOURCES
