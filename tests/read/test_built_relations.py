"""What a configuration has added to a build is read from the build itself."""

from __future__ import annotations

from pipeline.core.arrow_schema import schema_of
from pipeline.core.catalog import relations
from pipeline.core.configuration import Configuration, Lifted
from pipeline.core.configured_relations import configured_relations
from pipeline.read.built_relations import as_built

ARTICLES = relations()["articles"]


def test_a_build_of_the_contract_is_as_defined() -> None:
    assert as_built(ARTICLES, schema_of(ARTICLES)) == ARTICLES
    nullable = [each.with_nullable(True) for each in schema_of(ARTICLES)]
    assert as_built(ARTICLES, nullable) == ARTICLES  # as other writers leave it
    assert as_built(ARTICLES, []) == ARTICLES


def test_added_columns_and_those_that_are_lacking() -> None:
    lifted = {"weight": Lifted(("w",), "DOUBLE", "How heavy."), "by": Lifted(("a",))}
    configuration = Configuration(lifted=lifted, fields={"topics": ()})
    configured = configured_relations(configuration)["articles"]
    assert as_built(ARTICLES, schema_of(configured)) == configured
