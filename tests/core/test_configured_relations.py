"""A configuration adds columns to relations, for the time of a build; without one none changes."""

from __future__ import annotations

import sqlglot

from pipeline.core.catalog import as_defined, extended, relations
from pipeline.core.configuration import CONTRACT, Configuration, Labels, Lifted
from pipeline.core.configured_relations import configured_relations

LABELS = Labels("outlets.csv", ("owner",), {"a.example": ("O'Hara",), "b.example": ("",)})
ALL = Configuration(
    lifted={"weight": Lifted(("w",), "INTEGER")}, labels=LABELS, day_zone="Asia/Tokyo"
)


def test_the_contract_changes_no_relation() -> None:
    assert configured_relations(CONTRACT) == {}


def test_columns_are_added_at_the_end() -> None:
    found = configured_relations(ALL)
    assert found.keys() == {"articles", "providers", "data_completeness"}
    for name, added in (("articles", ["weight"]), ("providers", ["owner"])):
        names = list(as_defined(name).column_names)
        assert list(found[name].column_names) == [*names, *added]
    (weight,) = (each for each in found["articles"].columns if each.name == "weight")
    assert (weight.type, weight.range, weight.nullable) == ("INTEGER", "any", True)
    assert weight.meaning == "The field w of the record; NULL when it has none."


def test_the_selects_stay_portable() -> None:
    for each in configured_relations(ALL).values():
        if each.query:
            assert sqlglot.transpile(each.query, read="duckdb", write="spark")
    assert "'O''Hara'" in (configured_relations(ALL)["providers"].query or "")


def test_labels_of_no_outlet_are_columns_too() -> None:
    query = configured_relations(Configuration(labels=Labels("l", ("owner",), {})))[
        "providers"
    ].query
    assert sqlglot.parse_one(query or "", dialect="duckdb")


def test_relations_are_extended_meanwhile() -> None:
    before = dict(relations())
    with extended(configured_relations(ALL)):
        assert "weight" in relations()["articles"].column_names
        assert "weight" not in as_defined("articles").column_names
        assert as_defined("topics") is before["topics"]
    assert relations() == before
