"""Rows of two files of one relation are told apart as a full outer join does."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.core.arrow_schema import schema
from pipeline.core.catalog import relation
from pipeline.core.difference import RelationDifference
from pipeline.diff.relations import compare_relation

PAIRS = relation("provider_names")
"""Two texts are its key, two numbers the rest."""


def write(path: Path, rows: Sequence[dict[str, Any]], name: str = "provider_names") -> Path:
    pq.write_table(pa.Table.from_pylist(list(rows), schema=schema(name)), path)
    return path


def compared(
    folder: Path, old: Sequence[dict[str, Any]], new: Sequence[dict[str, Any]]
) -> RelationDifference:
    with duckdb.connect() as connection:
        files = [write(folder / "old.parquet", old)], [write(folder / "new.parquet", new)]
        return compare_relation(connection, PAIRS, *files)


def row(domain: str, name: str, articles: int, mentions: int) -> dict[str, Any]:
    return {
        "provider_domain": domain,
        "provider_name": name,
        "article_count": articles,
        "mention_count": mentions,
    }


def test_rows_are_compared_by_their_whole_key(tmp_path: Path) -> None:
    old = [row("a", "x", 1, 1), row("a", "y", 2, 2), row("b", "x", 3, 3)]
    new = [row("a", "x", 1, 9), row("b", "x", 3, 3), row("b", "y", 2, 2), row("c", "z", 0, 0)]
    found = asdict(compared(tmp_path, old, new))
    assert (found["added"], found["removed"], found["changed"]) == (2, 1, 1)
    assert (found["rows_before"], found["rows_after"]) == (3, 4)
    assert found["columns"] == {"mention_count": 1}


@pytest.mark.parametrize("seed", range(5))
def test_any_two_files_are_compared_as_by_a_full_outer_join(tmp_path: Path, seed: int) -> None:
    choose = random.Random(seed)
    sides = [
        {
            (domain, name): row(domain, name, choose.choice([0, 1]), choose.choice([0, 1]))
            for domain in "abcdefgh"
            for name in ("1", "2 3", "2", "3")
            if choose.random() < 0.7
        }
        for _ in range(2)
    ]
    found = compared(tmp_path, *(list(side.values()) for side in sides))
    old, new = sides
    both = old.keys() & new.keys()
    assert found.added == len(new.keys() - both)
    assert found.removed == len(old.keys() - both)
    assert found.changed == sum(old[key] != new[key] for key in both)
    for column in ("article_count", "mention_count"):
        changed = sum(old[key][column] != new[key][column] for key in both)
        assert found.columns.get(column, 0) == changed


def test_columns_of_one_build_alone_are_named(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", [row("a", "x", 1, 1)]), tmp_path / "new"
    table = pq.read_table(old).drop_columns("mention_count")
    texts = table.column("article_count").cast(pa.string())
    pq.write_table(table.set_column(2, "article_count", texts).append_column("heat", texts), new)
    with duckdb.connect() as connection:
        found = compare_relation(connection, PAIRS, [old], [new])
    assert found.columns_removed == ("article_count", "mention_count")
    assert found.columns_added == ("article_count", "heat")
    assert (found.added, found.removed, found.changed) == (0, 0, 0)


def test_the_files_of_a_relation_are_one_whole(tmp_path: Path) -> None:
    rows = [row("a", "x", 1, 1), row("b", "y", 2, 2), row("c", "z", 3, 3)]
    parts = [write(tmp_path / f"{number}", rows[number:][:1]) for number in range(3)]
    with duckdb.connect() as connection:
        found = compare_relation(connection, PAIRS, [write(tmp_path / "old", rows)], parts)
    assert (found.rows_before, found.rows_after) == (3, 3)
    assert (found.added, found.removed, found.changed) == (0, 0, 0)


def test_without_its_key_nothing_can_be_compared(tmp_path: Path) -> None:
    old, new = write(tmp_path / "old", [row("a", "x", 1, 1)]), tmp_path / "new"
    pq.write_table(pq.read_table(old).drop_columns("provider_name"), new)
    with duckdb.connect() as connection:
        found = compare_relation(connection, PAIRS, [old], [new])
    assert (found.added, found.removed, found.changed) == (1, 1, 0)
    assert found.columns_removed == ("provider_name",)
