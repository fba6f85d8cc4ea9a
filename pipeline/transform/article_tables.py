"""The tables of articles, from parts in which an article goes by the number of its file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import schema
from pipeline.core.columnar import Ints

OWNERS = ("article", "provider", "related")
"""In the order of `image_id`: a, p, r; before ids are given, an owner is its index here."""


@dataclass(frozen=True, slots=True)
class ArticleTables:
    """Articles, with the number of the file of each, and the tables below them, in which `article`
    is that number. The rows of one article are ordered by their key, images over all tables."""

    files: Ints
    articles: pa.Table
    topics: pa.Table
    related_items: pa.Table
    images: Sequence[pa.Table]


def joined(parts: Sequence[ArticleTables]) -> dict[str, pa.Table]:
    """Join parts into tables by name, ordered by file and then by the rest of their keys.

    `related_items` still lacks `related_article_id`, which depends on the whole archive.
    """
    files = np.concatenate([part.files for part in parts])
    order = np.argsort(files)
    files = files[order]
    articles = pa.concat_tables([part.articles for part in parts]).take(order).combine_chunks()
    ids, published = (articles[name].combine_chunks() for name in ("article_id", "published_at"))
    topics = _with_ids([part.topics for part in parts], files, ids)
    related = _with_ids([part.related_items for part in parts], files, ids)
    related["lag_hours"] = _lag_hours(related["published_at"], published.take(related["article"]))
    images = _with_ids([table for part in parts for table in part.images], files, ids)
    images["image_id"] = _image_id(images, ids.take(images["article"]))
    images["owner"] = pa.DictionaryArray.from_arrays(images["owner"], pa.array(OWNERS))
    below = {"article_topics": topics, "related_items": related, "images": images}
    return {"articles": articles} | {name: _defined(name, each) for name, each in below.items()}


def _with_ids(tables: list[pa.Table], files: Ints, ids: pa.Array) -> dict[str, pa.Array]:
    """The columns of all tables, ordered by article, and `article_id`; `article` becomes the row
    number among `files`. The rows of one article keep their order."""
    filled = [table for table in tables if table.num_rows] or tables[:1]
    both = pa.concat_tables(filled).combine_chunks()
    if len(filled) > 1:
        both = both.take(np.argsort(both["article"].to_numpy(), kind="stable"))
    columns = {name: both[name].combine_chunks() for name in both.column_names}
    row = pa.array(np.searchsorted(files, columns["article"].to_numpy()).astype(np.int32))
    return columns | {"article": row, "article_id": pa.DictionaryArray.from_arrays(row, ids)}


def _defined(name: str, columns: dict[str, pa.Array]) -> pa.Table:
    """The columns that the definition of a table has, in its order."""
    return pa.table({each: columns[each] for each in schema(name).names if each in columns})


def _lag_hours(later: pa.Array, earlier: pa.Array) -> pa.Array:
    microseconds = pc.subtract(later.cast(pa.int64()), earlier.cast(pa.int64()))
    # Whole seconds, because microseconds over three centuries are more than a double holds.
    seconds = pc.divide(microseconds, 1_000_000)
    return pc.divide(seconds.cast(pa.float64()), 3_600.0)


def _image_id(columns: dict[str, pa.Array], article_id: pa.Array) -> pa.Array:
    owners = pa.array(["-a", "-p", None]).take(columns["owner"])
    related = _numbered("-r{:06d}", pc.fill_null(columns["related_position"], 0))
    image = _numbered("-{:06d}", columns["image_position"])
    return pc.binary_join_element_wise(article_id, pc.coalesce(owners, related), image, "")


def _numbered(template: str, numbers: pa.Array) -> pa.Array:
    """`template` filled with each number, formatted once per distinct number."""
    distinct = numbers.dictionary_encode()
    texts = [template.format(number.as_py()) for number in distinct.dictionary]
    return pa.array(texts, pa.string()).take(distinct.indices)
