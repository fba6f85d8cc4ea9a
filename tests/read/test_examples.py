"""Questions by name, with values for their parameters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import pipeline
from pipeline.core.errors import UsageError
from pipeline.read.examples import example, examples
from tests.build_fixtures import DATA_RAW, Builder


def test_each_has_a_question_and_a_grain() -> None:
    assert len(examples()) > 20
    for each in examples().values():
        assert each.question.endswith("?")
        assert each.grain.endswith(".")
        assert "--" not in each.question + each.grain


def test_as_it_stands_it_is_a_plain_select() -> None:
    assert example("rising_topics").parameters == ("since",)
    assert example("rising_topics").asking([]) == example("rising_topics").query


def test_a_value_takes_the_place_of_the_default(built: Builder) -> None:
    asked = example("rising_topics")
    since = date(2022, 6, 1)
    with pipeline.open(built(DATA_RAW)[0]) as build:
        usual = build.sql(asked.query)
        other = build.sql(asked.asking(["since"]), {"since": since})
        counts = build.sql(
            "select cast(sum(article_count) filter (month >= $since) as bigint) as after"
            " from topic_monthly where topic = $topic",
            {"since": since, "topic": other["topic"][0]},
        )
    assert not other.equals(usual)
    assert other["article_count_after"][0] == counts["after"][0]


def test_unknown_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no example 'x'; there are best_outlets"):
        example("x")
    with pytest.raises(UsageError, match="no parameter 'x'; there are since"):
        example("rising_topics").asking(["x"])
