"""Raw texts → typed values, by the contract; what cannot be used is None and a warning."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit, urlunsplit

INTEGER = re.compile(r"[+-]?[0-9]+")
MOMENT = re.compile(
    r"(\d{4})-(\d\d?)-(\d\d?)"
    r"(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d)(?::(\d\d)(?:\.\d*)?)?"
    r"[ \t]*(?:([Zz])|([+-])(\d\d?)(?::?(\d\d))?)?)?",
    re.ASCII,
)
BOOLEANS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
CLOSED_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z]\w*);", re.ASCII)
TRACKING_STARTS = ("utm_", "itm_", "mtm_", "pk_")
TRACKING = {
    *("_ga", "_gl", "dclid", "fbclid", "gbraid", "gclid", "gclsrc", "igshid", "mc_cid", "mc_eid"),
    *("mkt_tok", "msclkid", "ncid", "twclid", "wbraid", "yclid", "smid", "cmpid", "srnd"),
}

Warn = Callable[[str, str], None]
"""Told of (code, field)."""


def text_of(value: str | None) -> str | None:
    """Entities decoded, NFC, trimmed; empty is None."""
    if value is None:
        return None
    return unicodedata.normalize("NFC", html.unescape(value)).strip() or None


def url_text(value: str | None) -> str | None:
    """As `text_of`, but only entities that end with `;` are decoded."""
    if value is None:
        return None
    decoded = CLOSED_ENTITY.sub(lambda found: html.unescape(found[0]), value)
    return unicodedata.normalize("NFC", decoded).strip() or None


class Fields:
    """Reads one mapping of a record; `path` is its place in the record, such as `related[3]`."""

    def __init__(self, values: dict[str, Any], path: str, warn: Warn) -> None:
        self.values = values
        self.path = path
        self.warn = warn

    def place(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name

    def scalar(self, name: str) -> str | None:
        value = self.values.get(name)
        if isinstance(value, list | dict):
            self.warn("invalid_text", self.place(name))
            return None
        return value

    def text(self, name: str) -> str | None:
        return text_of(self.scalar(name))

    def url(self, name: str) -> str | None:
        return url_text(self.scalar(name))

    def integer(self, name: str) -> int | None:
        text = (self.scalar(name) or "").strip()
        if not text:
            return None
        if not INTEGER.fullmatch(text):
            self.warn("invalid_integer", self.place(name))
            return None
        number = int(text)
        if not -(2**31) <= number < 2**31:
            self.warn("integer_out_of_range", self.place(name))
            return None
        return number

    def size(self, name: str) -> int | None:
        number = self.integer(name)
        if number is not None and number < 0:
            self.warn("integer_out_of_range", self.place(name))
            return None
        return number

    def boolean(self, name: str) -> bool | None:
        text = (self.scalar(name) or "").strip()
        if text and text.lower() not in BOOLEANS:
            self.warn("invalid_boolean", self.place(name))
        return BOOLEANS.get(text.lower())

    def moment(self, name: str) -> datetime | None:
        text = (self.scalar(name) or "").strip()
        if not text:
            return None
        try:
            moment = moment_of(text)
        except ValueError:
            self.warn("invalid_timestamp", self.place(name))
            return None
        if not 1678 <= moment.year <= 2261:
            self.warn("timestamp_out_of_range", self.place(name))
            return None
        return moment

    def precision(self, name: str) -> str | None:
        """What is said of the time of day: `time`, `midnight` or `date`."""
        text = (self.scalar(name) or "").strip()
        of_day = re.search(r"\d\d:\d\d(:\d\d)?", text)
        if not of_day:
            return "date" if text else None
        return "time" if of_day[0].strip("0:") else "midnight"

    def items(self, name: str) -> list[Any]:
        value = self.values.get(name)
        if value in (None, ""):
            return []
        if not isinstance(value, list):
            self.warn("invalid_list", self.place(name))
            return []
        return value

    def mappings(self, name: str) -> list[tuple[int, Fields]]:
        """The mappings of a list with their places from 1; other items are dropped."""
        found = []
        for position, item in enumerate(self.items(name), 1):
            place = f"{self.place(name)}[{position}]"
            if isinstance(item, dict):
                found.append((position, Fields(item, place, self.warn)))
            elif item not in (None, ""):
                self.warn("invalid_item", place)
        return found

    def mapping(self, name: str) -> Fields:
        value = self.values.get(name)
        if not isinstance(value, dict):
            if value not in (None, ""):
                self.warn("invalid_mapping", self.place(name))
            value = {}
        return Fields(value, self.place(name), self.warn)


def moment_of(text: str) -> datetime:
    """A date or date-time in UTC, whole seconds. Errors: ValueError where there is none."""
    found = MOMENT.fullmatch(text)
    if not found:
        raise ValueError(text)
    numbers = [int(part or 0) for part in found.groups()[:6]]
    zone: timezone = UTC
    if found[8]:
        offset = timedelta(hours=int(found[9]), minutes=int(found[10] or 0))
        zone = timezone(-offset if found[8] == "-" else offset)
    moment = datetime(*numbers, tzinfo=zone)  # type: ignore[arg-type]
    try:
        return moment.astimezone(UTC).replace(tzinfo=None)
    except OverflowError:
        raise ValueError(text) from None


def canonical(url: str) -> str:
    """Scheme and host in lower case, without fragment and tracking parameters; `/` as root."""
    parts = urlsplit(url)
    if not parts.scheme or not parts.netloc:
        return url
    kept = [
        parameter
        for parameter in parts.query.split("&")
        if not parameter.split("=")[0].lower().startswith(TRACKING_STARTS)
        and parameter.split("=")[0].lower() not in TRACKING
    ]
    host = parts.netloc.lower()
    return urlunsplit((parts.scheme.lower(), host, parts.path or "/", "&".join(kept), ""))
