"""Casts of single values, by the contract and not by YAML's guesses.

Each takes a value as written (text, None, or by mistake a list or mapping) and gives the typed
value, None where it is absent. Errors: `BadValue` with the problem code.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from pipeline.core.records import Value
from pipeline.core.secured_field import is_secured
from pipeline.core.text import clean_text
from pipeline.core.urls import clean_url

INTEGER_MIN, INTEGER_MAX = -(2**31), 2**31 - 1
YEAR_MIN, YEAR_MAX = 1678, 2261
_INTEGER = re.compile(r"[+-]?[0-9]+")
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
    r"(?:[Tt ] *([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]+)?)?"
    r" *(?:([Zz])|([+-])([0-9]{2}):?([0-5][0-9])?)?)?"
)
_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class BadValue(Exception):
    """A value that its column cannot hold; `code` is a problem code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def _as_text(value: Value) -> str | None:
    if value is None or isinstance(value, str):
        return value
    shape = "list" if isinstance(value, list) else "mapping"
    raise BadValue("invalid_text", f"a {shape} stands where one value is expected")


def to_text(value: Value) -> str | None:
    """Clean text: entities decoded, NFC, trimmed."""
    text = _as_text(value)
    return clean_text(text) if text else None


def to_short_text(value: Value, longest: int) -> str | None:
    """Clean text of at most `longest` characters."""
    text = to_text(value)
    if text and len(text) > longest:
        raise BadValue("text_too_long", f"{len(text):,} characters; the limit is {longest:,}")
    return text


def to_url(value: Value) -> str | None:
    """A URL as observed, cleaned like text; it need not be absolute."""
    text = _as_text(value)
    return clean_url(text) if text else None


def to_integer(value: Value) -> int | None:
    """A whole number in 32 bits, written in decimal digits (`0777` is 777)."""
    text = _as_text(value)
    text = text.strip() if text else None
    if not text:
        return None
    if not _INTEGER.fullmatch(text):
        raise BadValue("invalid_integer", "not a whole number")
    digits = text.lstrip("+-").lstrip("0")
    size = int(digits or "0") if len(digits) <= 10 else INTEGER_MAX + 2
    number = -size if text.startswith("-") else size
    if not INTEGER_MIN <= number <= INTEGER_MAX:
        raise BadValue("integer_out_of_range", "outside the range of a 32-bit integer")
    return number


def to_boolean(value: Value) -> bool | None:
    """true/yes/on or false/no/off, in any case."""
    text = _as_text(value)
    text = text.strip().lower() if text else None
    if not text:
        return None
    try:
        return _BOOLEANS[text]
    except KeyError:
        raise BadValue("invalid_boolean", "neither true nor false") from None


@lru_cache(maxsize=16_384)
def _seconds(text: str) -> int:
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        raise BadValue("invalid_timestamp", "not an ISO 8601 date or time")
    year, month, day, hour, minute, second, _, sign, zone_hours, zone_minutes = found.groups()
    offset = timedelta(hours=int(zone_hours or 0), minutes=int(zone_minutes or 0))
    try:
        zone = timezone(-offset if sign == "-" else offset) if sign else UTC
        date = datetime(int(year), int(month), int(day), tzinfo=zone)
        local = date.replace(hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0))
        moment = local.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue("invalid_timestamp", "no such date or time") from None
    if not YEAR_MIN <= moment.year <= YEAR_MAX:
        raise BadValue("timestamp_out_of_range", f"outside the years {YEAR_MIN} to {YEAR_MAX}")
    return int(moment.timestamp())


def to_timestamp(value: Value) -> int | None:
    """Seconds since 1970 in UTC; a text without zone is taken as UTC, fractions are dropped."""
    text = _as_text(value)
    text = text.strip() if text else None
    return _seconds(text) if text else None


def evidence(value: Value) -> str:
    """A value as the raw text of a problem; nothing named `secured` is shown."""
    if isinstance(value, str):
        return value
    return to_json(value)


def to_json(value: Value) -> str:
    """JSON text with sorted keys; whatever is called `secured` is left out at any depth."""
    return json.dumps(_without_secured(value), ensure_ascii=False, sort_keys=True)


def _without_secured(value: Value) -> Value:
    if isinstance(value, dict):
        return {key: _without_secured(inner) for key, inner in value.items() if not is_secured(key)}
    if isinstance(value, list):
        return [_without_secured(inner) for inner in value]
    return value
