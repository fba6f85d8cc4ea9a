"""Numbers that chance can rule come with their n and a mark, and ranks say when they are tied."""

from __future__ import annotations

import re

import pytest

from pipeline.core.catalog import Relation, relations

MARTS = [relation for relation in relations().values() if relation.kind == "marts"]
BY_CHANCE = re.compile(r"(avg|median|p\d\d)_|(lift|npmi|growth_rate|cumulative_share)$")
COUNTED_BY = {
    "quality": "rated_article_count",
    "heat": "measured_article_count",
    "lag_hours": "story_count",
    "width": "width_count",
    "height": "height_count",
}
TIES = {
    "article_rank": "is_rank_tied",
    "rank": "is_rank_tied",
    "first_rank": "is_first_rank_tied",
    "position": "is_position_tied",
    "lead_provider": "is_lead_tied",
    "first_provider": "is_first_tied",
    "first_count": "tied_first_count",
}


def averaged(mart: Relation) -> set[str]:
    """What the columns of averages and quantiles are of."""
    found = (re.fullmatch(r"(?:avg|median|p\d\d)_(\w+)", name) for name in mart.column_names)
    return {each[1] for each in found if each}


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_small_groups_are_marked(mart: Relation) -> None:
    ruled = [name for name in mart.column_names if BY_CHANCE.search(name)]
    assert bool(ruled) == ("is_small_group" in mart.column_names), ruled


@pytest.mark.parametrize("mart", list(filter(averaged, MARTS)), ids=lambda mart: mart.name)
def test_averages_and_quantiles_come_with_their_n(mart: Relation) -> None:
    for measure in averaged(mart):
        assert COUNTED_BY[measure] in mart.column_names, measure


@pytest.mark.parametrize("mart", MARTS, ids=lambda mart: mart.name)
def test_ranks_say_when_they_are_tied(mart: Relation) -> None:
    for name in mart.column_names:
        assert name not in TIES or TIES[name] in mart.column_names, name


def test_the_groups_of_quality_have_intervals() -> None:
    names = relations()["quality_factors"].column_names
    assert {"difference_low", "difference_high", "rated_article_count"} <= set(names)
