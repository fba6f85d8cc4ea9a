"""The rendered documents: in step with the definitions, and complete."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.configuration.template import examples
from pipeline.core.catalog import Column, Relation, relations
from pipeline.core.errors import codes
from pipeline.core.urls import TRACKING_PARAMETERS, TRACKING_PREFIXES
from pipeline.docs import render as dictionary

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.parametrize("name", dictionary.DOCUMENTS)
def test_the_document_is_as_rendered(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == dictionary.DOCUMENTS[name](), "run `make docs`"


def test_every_column_is_documented_once_under_its_relation() -> None:
    sections = dictionary.data_dictionary().split("\n### ")
    by_name = {section.partition("\n")[0]: section for section in sections[1:]}
    assert list(by_name) == list(relations())
    for name, relation in relations().items():
        for column in relation.columns:
            assert by_name[name].count(f"\n| `{column.name}` | {column.type}") == 1


def test_every_reference_is_drawn_once_and_listed() -> None:
    drawn, listed = dictionary.drawn_relations().split("## All of them")
    for relation in relations().values():
        for name, table, column in relation.foreign_keys:
            lines = [
                line.split()
                for line in drawn.splitlines()
                if line.endswith(f" {relation.name} : {name}")
            ]
            assert [line[0] for line in lines] == [table]
            nullable = {each.name: each.nullable for each in relation.columns}[name]
            assert lines[0][1].startswith("|o" if nullable else "||")
            assert lines[0][1].endswith("o|" if relation.key == (name,) else "o{")
            assert f"| `{relation.name}.{name}` | `{table}.{column}` |" in listed


def test_every_problem_code_has_cause_and_cure() -> None:
    text = dictionary.DOCUMENTS["reject-codes.md"]()
    for name, code in codes().items():
        assert f"| `{name}` | {code.cause} | {code.cure} |" in text


def test_errors_and_warnings_stand_apart() -> None:
    errors, warnings = dictionary.DOCUMENTS["reject-codes.md"]().split("## Warnings")
    assert "`not_utf8`" in errors
    assert "`invalid_integer`" in warnings
    assert "`invalid_integer`" not in errors


def test_every_tracking_parameter_is_named() -> None:
    text = dictionary.data_dictionary()
    for name in TRACKING_PARAMETERS:
        assert f"`{name}`" in text
    for prefix in TRACKING_PREFIXES:
        assert f"`{prefix}…`" in text


def test_a_cell_cannot_break_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    column = Column(
        "a", "BIGINT", "either | or,\nnever both", "x", unit="u", references="t.a", nullable=True
    )
    relation = Relation("m", "marts", "What.", "one a", ("a",), (column,), query="select 1 as a")
    monkeypatch.setattr(dictionary, "relations", lambda: {"m": relation})
    monkeypatch.setattr(dictionary, "lineage", lambda _name: [])
    text = dictionary.data_dictionary()
    assert "| `a` | BIGINT | either \\| or, never both Refers to `t.a`. | u | x |\n" in text
    assert "made by [`m.sql`](../sql/marts/m.sql)" in text


def test_only_what_differs_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dictionary.main(str(tmp_path))
    assert len(capsys.readouterr().out.splitlines()) == len(dictionary.DOCUMENTS)
    dictionary.main(str(tmp_path))
    assert capsys.readouterr().out == ""


def test_a_configuration_starts_from_a_form_that_is_shown_and_its_examples_from_a_name() -> None:
    text = dictionary.DOCUMENTS["configuration.md"]()
    assert "the contract" not in text
    assert "[newsloom's own form](../README.md#a-record)" in text
    assert text.count("– save it as `newsloom.yml` next to the archive:") == len(examples())
