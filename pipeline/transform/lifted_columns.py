"""Columns that a configuration makes of fields which have none otherwise."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

import pyarrow as pa

from pipeline.core.arrow_schema import arrow_type, column_array
from pipeline.core.configuration import ANY_FIELD, Configuration, Lifted
from pipeline.core.records import Finding, Value, evidence, texts_of, value_at
from pipeline.core.text import clean_text
from pipeline.transform.casts import BadValue, to_boolean, to_integer, to_timestamp
from pipeline.transform.configured_dates import iso_date

Cast: TypeAlias = Callable[[str], object]

_DAY_SECONDS = 86_400
_SEVERAL = ", "


def lifted_columns(
    extra: Mapping[int, Mapping[str, Value]], count: int, configuration: Configuration
) -> tuple[dict[str, pa.Array], list[Finding]]:
    """The columns of `count` records, whose other fields are `extra`, and what in them is wrong.

    Of a list a text has all texts, joined by commas, any other type the first. What cannot be cast
    is NULL and a finding.
    """
    columns: dict[str, pa.Array] = {}
    findings: list[Finding] = []
    for name, lifted in configuration.lifted.items():
        cast = partial(_cast, lifted, configuration)
        values: list[object] = [None] * count
        for record, fields in sorted(extra.items()):
            value = value_at(dict(fields), lifted.way)
            try:
                values[record] = cast(value)
            except BadValue as bad:
                raw = evidence(value)
                findings.append(Finding(record, lifted.way, bad.code, raw, bad.message))
        columns[name] = column_array(values, arrow_type(lifted.type))
    return columns, findings


def _cast(lifted: Lifted, configuration: Configuration, value: Value) -> object:
    """One value in the type of its column. Errors: `BadValue`."""
    texts = [each for each in texts_of(value) if not configuration.is_null(ANY_FIELD, each)]
    if not texts:
        if isinstance(value, dict) or (isinstance(value, list) and value):
            raise BadValue("invalid_text", "a list or mapping stands where a value is expected")
        return None
    if lifted.type == "VARCHAR":
        return clean_text(_SEVERAL.join(texts))
    if lifted.type in ("DATE", "TIMESTAMP"):
        text = iso_date(texts[0], configuration.date_formats, configuration.date_zone)
        return _CASTS[lifted.type](text)
    return _CASTS[lifted.type](texts[0])


def _to_double(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise BadValue("invalid_number", "no finite number")
    return number


def _to_day(text: str) -> int | None:
    """Days since 1970."""
    seconds = to_timestamp(text)
    return None if seconds is None else seconds // _DAY_SECONDS


_CASTS: dict[str, Cast] = {
    "BOOLEAN": to_boolean,
    "DATE": _to_day,
    "DOUBLE": _to_double,
    "INTEGER": to_integer,
    "TIMESTAMP": to_timestamp,
}
