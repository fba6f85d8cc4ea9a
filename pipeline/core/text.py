"""What every text of an archive goes through: cleaning, counting its words, being shown."""

from __future__ import annotations

import html
import json
import re
import unicodedata
from dataclasses import asdict, is_dataclass
from html.entities import html5
from itertools import groupby

_LONG_TEXT = 1000
_NAME = re.compile(r"`([^`]+)`")
_CLOSED_ENTITY = re.compile(r"&(?:#[0-9]+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]{1,30});")
_LONG_NUMBER = re.compile(r"&#0*([0-9]+)")
_MANY_MARKS = re.compile(r"[^\w\s\x00-\u02ff]{64,}")
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)


_UNSAFE_IN_JSON = re.compile(rf"(?![\x00-\x1f]){_UNSAFE.pattern}")


def clean_text(text: str) -> str | None:
    """The text with HTML entities decoded once, in NFC, without outer blanks; None when empty.

    Never raises: a character reference too large for Unicode becomes U+FFFD. Time is linear
    in the length, whatever the text.
    """
    if "&" in text:
        text = decode_entities(text)
    if not text.isascii():
        text = compose(text)
    return text.strip() or None


def decode_entities(text: str) -> str:
    """The text with HTML entities decoded once, as browsers do (the final `;` may be missing)."""
    try:
        return html.unescape(text)
    except ValueError:
        # Python refuses to read integers of thousands of digits; eight already say "too large".
        return html.unescape(_LONG_NUMBER.sub(lambda number: f"&#{number[1][:8]}", text))


def decode_closed_entities(text: str) -> str:
    """The text with only those HTML entities decoded that a `;` ends, each as `decode_entities`
    decodes it; `&section;` is none, though `&sect` would be one in prose."""
    return _CLOSED_ENTITY.sub(_decode_whole, text)


def _decode_whole(entity: re.Match[str]) -> str:
    name = entity[0]
    return decode_entities(name) if name[1] == "#" or name[1:] in html5 else name


def count_words(text: str) -> int:
    """Words of the text: its runs of characters between blanks."""
    return len(text.split())


def counted(count: int, noun: str) -> str:
    """A number with its noun: `1 row`, `1,200 rows`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def compose(text: str) -> str:
    """The text in NFC, in linear time."""
    # Python sorts combining marks by swapping neighbours: a run of n costs n², minutes for
    # half a megabyte. Long runs are therefore sorted beforehand, which NFC permits.
    if len(text) > _LONG_TEXT:
        text = _MANY_MARKS.sub(_sort_marks, text)
    return unicodedata.normalize("NFC", text)


def _sort_marks(found: re.Match[str]) -> str:
    marks = (part for mark in found[0] for part in unicodedata.normalize("NFD", mark))
    return "".join(
        "".join(sorted(run, key=unicodedata.combining)) if is_mark else "".join(run)
        for is_mark, run in groupby(marks, key=lambda mark: unicodedata.combining(mark) > 0)
    )


def plain(value: object) -> str:
    r"""Make text safe to show on one line: a control character becomes `\n` or `\x1b`."""
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], str(value))


def json_text(value: object, indent: int | None = None) -> str:
    """A value as JSON, in which every character that `plain` shows is escaped, too; a dataclass is
    an object, what else is no JSON a text. Whoever reads it gets an equal value."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=_as_json)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _as_json(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def prose(text: str) -> str:
    """A text of the definitions as HTML: escaped, with what stands in backticks as code."""
    return _NAME.sub(r"<code>\1</code>", html.escape(plain(text.strip())))


def shown_lines(text: str) -> str:
    """Text of many lines as `plain` shows each of them."""
    return "\n".join(map(plain, text.split("\n")))
