"""Articles of several readers become one set of tables, ordered by file and position."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.core.arrow_schema import column_array, encoded, schema
from pipeline.transform.article_tables import OWNERS, ArticleTables, joined

HOUR = 3_600


def row(name: str, article: int, **values: Any) -> dict[str, Any]:
    """A row of a table below the article with that number; what is not given is NULL."""
    return {**dict.fromkeys(schema(name).names), "article": article, **values}


def image(article: int, owner: str, position: int, related: int | None = None) -> dict[str, Any]:
    where = {"owner": owner, "image_position": position, "related_position": related}
    return row("images", article, **where)


def numbered_table(name: str, rows: Sequence[dict[str, Any]]) -> pa.Table:
    """Rows of a table below the articles; ids and what depends on the articles come later."""
    columns = {"article": pa.array([row["article"] for row in rows], pa.int64())}
    for field in schema(name):
        values = [row[field.name] for row in rows]
        if field.name == "owner":
            columns["owner"] = pa.array(map(OWNERS.index, values), pa.int32())
        elif field.name not in ("article_id", "image_id", "related_article_id", "lag_hours"):
            columns[field.name] = encoded(column_array(values, field.type))
    return pa.table(columns)


def part(
    published: dict[int, int],
    topics: Sequence[dict[str, Any]] = (),
    related: Sequence[dict[str, Any]] = (),
    images: Sequence[dict[str, Any]] = (),
) -> ArticleTables:
    """Articles by number, with the seconds at which each was published."""
    articles = pa.table(
        {
            "article_id": pa.array([f"id{number}" for number in published], pa.string()),
            "published_at": column_array(list(published.values()), pa.timestamp("us")),
        }
    )
    return ArticleTables(
        np.array(list(published), np.int64),
        articles,
        numbered_table("article_topics", topics),
        numbered_table("related_items", related),
        [numbered_table("images", images)],
    )


def values_of(table: pa.Table, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(table[name].to_pylist() for name in names), strict=True))


def test_rows_of_all_parts_are_ordered_by_file_and_keep_their_order_within_one() -> None:
    first = part(
        {2: 0, 7: 0},
        topics=[
            row("article_topics", 2, topic="reef", topic_position=2),
            row("article_topics", 2, topic="tide", topic_position=1),
            row("article_topics", 7, topic="kelp", topic_position=1),
        ],
    )
    second = part({5: 0, 0: 0}, topics=[row("article_topics", 5, topic="moss", topic_position=1)])
    tables = joined([first, second])
    assert tables["articles"]["article_id"].to_pylist() == ["id0", "id2", "id5", "id7"]
    assert values_of(tables["article_topics"], "article_id", "topic") == [
        *(("id2", "reef"), ("id2", "tide"), ("id5", "moss"), ("id7", "kelp")),
    ]


def test_a_lag_is_from_the_article_to_the_related_item_and_null_without_a_time() -> None:
    items = [
        row("related_items", 4, related_position=1, published_at=10 * HOUR),
        row("related_items", 4, related_position=2, published_at=11 * HOUR + HOUR // 2),
        row("related_items", 4, related_position=3),
    ]
    tables = joined([part({9: 0, 4: 11 * HOUR}, related=items)])
    assert values_of(tables["related_items"], "related_position", "lag_hours") == [
        *((1, -1.0), (2, 0.5), (3, None)),
    ]
    assert "related_article_id" not in tables["related_items"].column_names


def test_an_image_id_names_article_owner_and_position() -> None:
    images = [image(1, "article", 1), image(1, "provider", 2), image(1, "related", 3, related=12)]
    tables = joined([part({1: 0}, images=images), part({0: 0}, images=[image(0, "article", 4)])])
    assert values_of(tables["images"], "image_id", "owner") == [
        ("id0-a-000004", "article"),
        ("id1-a-000001", "article"),
        ("id1-p-000002", "provider"),
        ("id1-r000012-000003", "related"),
    ]


def test_tables_without_rows_have_the_columns_of_their_definition() -> None:
    tables = joined([part({}), part({})])
    assert [table.num_rows for table in tables.values()] == [0] * 4
    for name in ("article_topics", "images"):
        assert tables[name].column_names == schema(name).names
