"""Casts of single values, by the contract and not by YAML's guesses.

Each takes a text as written and gives the typed value, None where it is blank.
Errors: `BadValue` with the problem code.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

INTEGER_MIN, INTEGER_MAX = -(2**31), 2**31 - 1
YEAR_MIN, YEAR_MAX = 1678, 2261
_INTEGER = re.compile(r"[+-]?[0-9]+")
ISO_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})"
    r"(?:[Tt ] *(?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r" *(?P<zone>[Zz]|(?P<sign>[+-])(?P<zone_hours>[0-9]{2}):?(?P<zone_minutes>[0-5][0-9])?)?)?"
)
"""A day or a time in ISO 8601."""

_BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class BadValue(Exception):
    """A value that its column cannot hold; `code` is a problem code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def to_integer(text: str) -> int | None:
    """Cast a whole number in 32 bits, written in decimal digits (`0777` is 777)."""
    text = text.strip()
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


def to_boolean(text: str) -> bool | None:
    """Cast true/yes/on or false/no/off, in any case."""
    text = text.strip().lower()
    if not text:
        return None
    try:
        return _BOOLEANS[text]
    except KeyError:
        raise BadValue("invalid_boolean", "neither true nor false") from None


@lru_cache(maxsize=16_384)
def _seconds(text: str) -> int:
    found = ISO_TIME.fullmatch(text)
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


def to_timestamp(text: str) -> int | None:
    """Cast a time to seconds since 1970; without zone it is UTC, fractions are dropped."""
    text = text.strip()
    return _seconds(text) if text else None
