"""Casts of whole columns are the casts of single values; images and related items are expanded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest

from pipeline.core.columnar import ColumnarFiles, ColumnarRecords, Spans, as_numbers
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.text import clean_text
from pipeline.core.urls import canonical_url, host_of
from pipeline.extract.columnar.reader import read_files
from pipeline.transform.casts import BadValue, to_boolean, to_integer, to_timestamp
from pipeline.transform.columnar.casts import Columns, Numbers, canonical, hosts, lowered
from pipeline.transform.columnar.images import cast_images
from pipeline.transform.columnar.related_items import ColumnarRelatedItems

NUMBERS = ("0", "-1", "007", "+5", "2147483648", "-2147483648", "12345678", "x", "1e3", "-", "")
BOOLEANS = ("true", "false", "Yes", "off", "1", "truee", "fals", "")
MOMENTS = (
    *("2020-02-29T12:30:01Z", "2019-02-29T00:00:00Z", "2020-02-29", "2020-02-11T24:00:00Z"),
    *("1678-01-01T00:00:00Z", "1600-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "soon", ""),
)


def columns_of(values: Sequence[str], unclean: bool = False) -> tuple[Columns, Spans]:
    """Columns over the values, and where each of them stands."""
    encoded = [value.encode() for value in values]
    sizes = np.array([len(value) for value in encoded])
    end = np.cumsum(sizes)
    text = b"".join(encoded)
    is_read = np.ones(len(values), np.bool_)
    records = ColumnarRecords(text, as_numbers(text), is_read, {}, {}, {})
    return Columns(records, len(values)), Spans(end - sizes, end, np.full(len(values), unclean))


@pytest.mark.parametrize(
    ("cast", "single", "values", "arrow_type"),
    [
        (Columns.integers, to_integer, NUMBERS, pa.int32()),
        (Columns.booleans, to_boolean, BOOLEANS, pa.bool_()),
        (Columns.timestamps, to_timestamp, MOMENTS, pa.int64()),
    ],
)
def test_a_column_is_cast_as_each_value_is(
    cast: Callable[[Columns, Spans], Numbers],
    single: Callable[[str], object],
    values: tuple[str, ...],
    arrow_type: pa.DataType,
) -> None:
    columns, spans = columns_of(values)
    found = cast(columns, spans).array(arrow_type).to_pylist()
    for value, refused, each in zip(values, columns.refused.tolist(), found, strict=True):
        try:
            assert (each, refused) == (single(value), False), value
        except BadValue:
            assert (each, refused) == (None, True), value


def test_texts_are_cleaned_where_they_need_it() -> None:
    values = ("plain", "a &amp; b", " x ", "", "longer than twelve bytes", "&nbsp;")
    columns, spans = columns_of(values, unclean=True)
    assert columns.texts(spans).to_pylist() == [clean_text(value) for value in values]
    columns, spans = columns_of(values)
    assert columns.texts(spans).to_pylist() == [value or None for value in values]
    assert columns.present(columns_of(("", "x"))[1]).tolist() == [False, True]


def test_texts_over_the_limit_are_refused() -> None:
    columns, spans = columns_of(("four", "f\u00fcnf5", "sechs6"))
    assert columns.short_texts(spans, 5).to_pylist() == ["four", "f\u00fcnf5", "sechs6"]
    assert columns.refused.tolist() == [False, False, True]


def test_urls_hosts_and_lower_case_are_those_of_single_values() -> None:
    urls = ["https://kelp.example/a/b", "HTTPS://Kelp.Example:443/./a?utm_x=1#f", "/a.png", "//x/y"]
    urls += ["https://xn--bcher-kva.example/a", "https://kelp.example/../a"]
    assert canonical(pa.array(urls)).to_pylist() == [canonical_url(url) for url in urls]
    host, is_relative = hosts(pa.array(urls))
    assert list(zip(host.to_pylist(), is_relative.to_pylist(), strict=True)) == [
        host_of(url) for url in urls
    ]
    texts = ["kelp.example", "Kelp.Example", "\u0130X", None]
    assert lowered(pa.array(texts)).to_pylist() == [text and text.lower() for text in texts]


HEAD = "category: news\ntitle: T\npublishedDateTime: 2020-02-11\nwebUrl: /a\n"


def files_of(*blocks: str) -> ColumnarFiles:
    files = read_files([f"---\n{block}---\n".encode() for block in blocks], DEFAULT_LIMITS)
    assert files is not None
    return files


def test_images_have_sizes_and_a_flawed_one_spoils_its_record() -> None:
    files = files_of(
        HEAD
        + "images:\n- url: https://kelp.example/1.jpg\n  width: 400\n  height: 100\n- url: /2\n",
        HEAD + "images:\n- width: 3\n",
        HEAD + "images:\n- url: /3\n  height: -1\n",
    )
    is_valid = np.ones(3, np.bool_)
    images = cast_images(files.records, "images", is_valid)
    assert is_valid.tolist() == [True, False, False]
    rows = np.array([0, 1])
    table = images.table("provider", rows, article=np.array([7, 7]), position=None)
    assert table.select(
        ["article", "owner", "related_position", "host", "is_relative"]
    ).to_pylist() == [
        {
            **{"article": 7, "owner": 1, "related_position": None},
            "host": "kelp.example",
            "is_relative": False,
        },
        {**{"article": 7, "owner": 1, "related_position": None}, "host": None, "is_relative": True},
    ]
    assert table["aspect_ratio"].to_pylist() == [4.0, None]
    assert table["megapixels"].to_pylist() == [0.04, None]


ITEM = "- title: One\n  author: Tern\n  images:\n  - url: /1\n  - url: /2\n"


def test_items_are_cast_once_and_expanded_to_all_who_list_them() -> None:
    files = files_of(
        f"{HEAD}related:\n- title: Two\n{ITEM}", HEAD, f"{HEAD}related:\n{ITEM}- quality: high\n"
    )
    assert len(files.items.is_read) == 3
    related = ColumnarRelatedItems(files, DEFAULT_LIMITS)
    assert related.is_valid.tolist() == [True, True, False]
    assert related.every(related.is_valid).tolist() == [True, True, False]
    items, images = related.tables(np.array([True, True, True]))
    where = ["article", "related_position", "title", "image_count"]
    assert list(items.select(where).to_pydict().values()) == [
        [0, 0, 2, 2],
        [1, 2, 1, 2],
        ["Two", "One", "One", None],
        [0, 2, 2, 0],
    ]
    assert images["article"].to_pylist() == [0, 0, 2, 2]
    assert images["related_position"].to_pylist() == [2, 2, 1, 1]
    assert images["url"].to_pylist() == ["/1", "/2", "/1", "/2"]
    assert related.unknown_fields(0) == {"2": {"author": "Tern"}}
    assert related.unknown_fields(1) == {}


def test_an_item_with_a_name_over_the_limit_is_not_valid() -> None:
    files = files_of(f"{HEAD}related:\n- title: Twelve\n- title: Two\n")
    related = ColumnarRelatedItems(files, Limits(max_title_length=5))
    assert related.is_valid.tolist() == [False, True]
