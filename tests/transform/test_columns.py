"""Casts of whole columns are the casts of single values; what these refuse is a finding."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pytest

from pipeline.core.columnar import ColumnarRecords, ListItems, Spans, as_numbers, texts_at
from pipeline.core.records import Finding
from pipeline.core.text import clean_text
from pipeline.core.urls import canonical_url, host_of
from pipeline.transform import columns as casts
from pipeline.transform.casts import BadValue, to_boolean, to_integer, to_timestamp
from pipeline.transform.columns import Columns, canonical, hosts, lowered, of_lists

FIELD = "provider.field"
NUMBERS = ("0", "-1", "007", "+5", "2147483648", "-2147483648", "12345678", "x", "1e3", "-", "")
BOOLEANS = ("true", "false", "Yes", "off", "1", "truee", "fals", "")
MOMENTS = (
    *("2020-02-29T12:30:01Z", "2019-02-29T00:00:00Z", "2020-02-29", "2020-02-11T24:00:00Z"),
    *("1678-01-01T00:00:00Z", "1600-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "soon", ""),
)


def columns_of(values: Sequence[str], unclean: bool = False) -> Columns:
    """One column `field` of these values."""
    encoded = [value.encode() for value in values]
    sizes = np.array([len(value) for value in encoded])
    end = np.cumsum(sizes)
    text = b"".join(encoded)
    is_read = np.ones(len(values), np.bool_)
    records = ColumnarRecords(text, as_numbers(text), is_read, {}, {}, {})
    spans = Spans(end - sizes, end, np.full(len(values), unclean))
    return Columns(records, {FIELD: spans})


@pytest.mark.parametrize(
    ("cast", "single", "values", "arrow_type"),
    [
        (Columns.integers, to_integer, NUMBERS, pa.int32()),
        (Columns.booleans, to_boolean, BOOLEANS, pa.bool_()),
        (Columns.timestamps, to_timestamp, MOMENTS, pa.timestamp("us")),
    ],
)
def test_a_column_is_cast_as_each_value_is(
    cast: Callable[[Columns, str], pa.Array],
    single: Callable[[str], object],
    values: tuple[str, ...],
    arrow_type: pa.DataType,
) -> None:
    columns = columns_of(values)
    found = cast(columns, FIELD)
    assert found.type == arrow_type
    if pa.types.is_timestamp(arrow_type):
        found = found.cast(pa.timestamp("s")).cast(pa.int64())
    findings = {each.record: each for each in columns.findings}
    for row, (value, each) in enumerate(zip(values, found.to_pylist(), strict=True)):
        try:
            assert (each, row in findings) == (single(value), False), value
        except BadValue as bad:
            assert each is None
            path = ("provider", "field")
            assert findings[row] == Finding(row, path, bad.code, value, bad.message)


def test_texts_are_cleaned_where_they_need_it() -> None:
    values = ("plain", "a &amp; b", " x ", "", "longer than twelve bytes", "&nbsp;")
    unclean = columns_of(values, unclean=True)
    assert unclean.texts(FIELD).to_pylist() == [clean_text(value) for value in values]
    assert columns_of(values).texts(FIELD).to_pylist() == [value or None for value in values]
    assert columns_of(("", "x")).present(FIELD).tolist() == [False, True]


def test_a_text_over_the_limit_is_null_and_a_finding() -> None:
    columns = columns_of(("four", "f\u00fcnf5", "sechs6"))
    assert columns.short_texts(FIELD, 5).to_pylist() == ["four", "f\u00fcnf5", None]
    assert [(each.record, each.code, each.raw_value) for each in columns.findings] == [
        (2, "text_too_long", "sechs6")
    ]


def test_bad_values_are_read_once_however_many_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    monkeypatch.setattr(casts, "texts_at", lambda *given: calls.append(1) or texts_at(*given))
    columns = columns_of(["x"] * 40)
    columns.integers(FIELD)
    assert (len(columns.findings), len(calls)) == (40, 1)


def test_findings_about_items_become_findings_about_their_records() -> None:
    items = ListItems(np.array([4, 4, 7]), np.array([1, 3, 2]), {})
    finding = Finding(1, ("width",), "invalid_integer", "x", "m")
    assert [*of_lists([finding], items, "provider", "images")] == [
        Finding(4, ("provider", "images", 2, "width"), "invalid_integer", "x", "m")
    ]


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


@pytest.mark.parametrize(
    ("text", "precision"),
    [
        ("2020-02-11T18:11:00Z", "time"),
        ("2020-02-11T18:11", "time"),
        ("2020-02-11T00:00:01Z", "time"),
        ("2020-02-11T22:00:00Z", "time"),
        ("2020-02-11T02:00:00+02:00", "time"),
        ("2020-02-11T00:00:00Z", "midnight"),
        ("2020-02-11T00:00:00+02:00", "midnight"),
        ("2020-02-11 00:00", "midnight"),
        ("2020-02-11T00:00:00.999Z", "midnight"),
        ("2020-02-11T   00:00Z", "midnight"),
        ("2020-02-11", "date"),
        (" 2020-02-11 ", "date"),
        ("", None),
    ],
)
def test_the_precision_is_that_of_the_text_in_its_own_zone(
    text: str, precision: str | None
) -> None:
    columns = columns_of([text])
    assert columns.precisions(FIELD).to_pylist() == [precision]
    assert not columns.findings
