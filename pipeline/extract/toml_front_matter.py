"""TOML front matter, between `+++` lines: the bytes of one file → its fields and body, or a reject.

Values become what YAML front matter has: numbers are text, dates are ISO 8601.
"""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Path
from pipeline.extract.front_matter.reader import BOM, decode
from pipeline.extract.json_records import PlainValues

_OPENING = re.compile(rb"\+\+\+[ \t]*(?:\r?\n|\Z)")
_CLOSING = re.compile(rb"\n\+\+\+[ \t]*\r?(?=\n|\Z)")
_FIRST_LINE = 2
_KEY = re.compile(r"[ \t]*+(?:([A-Za-z0-9_-]+)[ \t]*=|\[+[ \t]*([A-Za-z0-9_-]+))")
_NAMED = re.compile(r" *[('\"].*[)'\"]")
_PLACE = re.compile(r" \(at line (\d+), column (\d+)\)$")


def opens_toml(data: bytes) -> bool:
    """Whether the first line, after an optional byte order mark, is `+++`."""
    return _OPENING.match(data, len(BOM) if data.startswith(BOM) else 0) is not None


def read_toml(data: bytes, limits: Limits) -> FrontMatter:
    """Read the record in `data`, which opens with a fence.

    Errors: `FileRejected`: unclosed_front_matter, file_too_large, not_utf8, invalid_toml,
    invalid_character, too_deep, too_many_nodes or empty_front_matter.
    """
    opening = data.find(b"\n")
    closing = _CLOSING.search(data, opening) if opening >= 0 else None
    if closing is None:
        raise FileRejected("unclosed_front_matter", "no line closes the front matter", line=1)
    if closing.start() > limits.max_page_bytes:  # the reader of the standard library is slow
        message = f"more than {limits.max_page_bytes:,} bytes of TOML, the limit of a page"
        raise FileRejected("file_too_large", message)
    decode(data)
    block = data[opening + 1 : closing.start() + 1].decode().replace("\r\n", "\n")
    try:
        values = tomllib.loads(block, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise _broken(error) from None
    if not values:
        raise FileRejected("empty_front_matter", "the front matter is empty", line=_FIRST_LINE)
    fields = PlainValues(_FIRST_LINE, limits).fields(_with_dates(values))
    return FrontMatter(fields, data[closing.end() :].decode(), (), _lines(block))


def _broken(error: Exception) -> FileRejected:
    if isinstance(error, RecursionError):
        return FileRejected("too_deep", "nested too deep to be read", line=_FIRST_LINE)
    if not isinstance(error, tomllib.TOMLDecodeError):
        return FileRejected("invalid_toml", "a number is too long", line=_FIRST_LINE)
    found = _PLACE.search(str(error))
    line, column = (int(found[1]) + 1, int(found[2])) if found else (_FIRST_LINE, None)
    # What is named there may be part of a value that must not be shown.
    message = _NAMED.sub("", _PLACE.sub("", str(error)))
    return FileRejected("invalid_toml", message, line=line, column=column)


def _with_dates(value: Any) -> Any:
    """The value in which each date and time is a text."""
    if isinstance(value, dict):
        return {key: _with_dates(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_dates(inner) for inner in value]
    return value.isoformat() if isinstance(value, date | datetime | time) else value


def _lines(block: str) -> dict[Path, int]:
    """The line of each field on top, as far as it opens a line."""
    lines: dict[Path, int] = {(): _FIRST_LINE}
    for line, text in enumerate(block.split("\n"), start=_FIRST_LINE):
        if found := _KEY.match(text):
            lines.setdefault((found[1] or found[2],), line)
    return lines
