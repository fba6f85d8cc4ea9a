"""Read the lines of many documents at once: indents, keys and where the values stand.

A line is a key, a dash or both, with at most one scalar, found by arithmetic on the bytes of all
documents, without an object for each line. What YAML may read in another way is odd.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipeline.core.columnar import Bytes, Ints, Mask, Words, as_numbers, texts_at, words_of

_SPACES = np.uint64(0x2020202020202020)

_SIGNS = b"\n:\"'#\\&"
_LINE_FEED, _COLON, _QUOTE, _APOSTROPHE, _HASH, _BACKSLASH, _AND, _FORBIDDEN, _LEAD = range(1, 10)
_QUOTED = re.compile(
    rb'"[^"\\\n]*+(?:\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})[^"\\\n]*+)*+"'
)
_KEY = r"^[A-Za-z_][A-Za-z0-9_-]{0,99}$"  # YAML finds no key in over 1,024 characters
_MAX_INDENT = 20
_NULLS = ("~", "null", "Null", "NULL")

UNKNOWN, NO_KEY = -1, -2
"""Codes of a key that is none of the known ones, and of a line without a key."""


def _classes() -> NDArray[np.uint8]:
    """The class of each byte that may matter; 0 for all others."""
    classes = np.zeros(256, np.uint8)
    classes[:32] = classes[127] = _FORBIDDEN
    classes[0xC0:] = _LEAD
    # Letters that are composed as they stand, in whatever company: Latin, Cyrillic, CJK, Hangul.
    for lead in (*range(0xC3, 0xCC), 0xD0, 0xD1, *range(0xE4, 0xEA), 0xEB, 0xEC):
        classes[lead] = 0
    classes[list(_SIGNS)] = range(1, len(_SIGNS) + 1)
    return classes


def _plain_first() -> Mask:
    """With which bytes a plain text may begin; a dash only before a digit."""
    first = np.zeros(256, np.bool_)
    first[
        [*b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./", *range(0xC3, 0xEE)]
    ] = True
    return first


_CLASSES, _PLAIN_FIRST = _classes(), _plain_first()
_DIGIT = np.isin(np.arange(256), list(b"0123456789"))
_BYTE_ENDS = np.array([1 << (8 * size) for size in range(1, 8)], np.uint64)
MOST_MARKS = 8_000_000
"""Records have one such character in ten; the texts of a share then hold less than half of this."""

_BLANKS_TRIMMED = 4
"""Lines that end with more blanks than this are odd."""


@dataclass(slots=True)
class Lines:
    """The lines of documents, without blank ones; `document` is the number of each one's document.

    `key` is a code; `start` to `end` is the value without quotes, in `text`, which has the values
    with escapes once more, decoded, at its end. `has_value` is false where nothing follows the
    key, `is_item` true where a dash opens the line. `forbidden` lines hold characters that YAML
    refuses or changes; `odd_key` and `odd_value` mark what YAML may read in another way.
    """

    text: bytes
    document: Ints
    indent: Ints
    is_item: Mask
    key: Ints
    key_start: Ints
    key_end: Ints
    has_value: Mask
    start: Ints
    end: Ints
    unclean: Mask
    forbidden: Mask
    odd_key: Mask
    odd_value: Mask

    def value(self, row: int) -> str | None:
        """Return the scalar of a line that is not odd, as written; None for null."""
        start, end = int(self.start[row]), int(self.end[row])
        if start < end:
            return self.text[start:end].decode()
        return "" if self.text[start - 1 : start] in (b"'", b'"') else None

    def replace(self, values: dict[int, bytes]) -> None:
        """Give lines, by number, other values: append these to the text, and point to them."""
        at = len(self.text)
        for row, value in values.items():
            self.start[row], self.end[row] = at, at + len(value)
            at += len(value)
        self.unclean[list(values)] = True
        self.text += b"".join(values.values())


class TooManyMarks(Exception):
    """The text holds so many characters that matter that their positions, 25 bytes each, would
    take too much memory."""


class _Marks:
    """The lines of a text that are not empty, and the characters in each that matter."""

    def __init__(self, data: Bytes, size: int) -> None:
        classes = _CLASSES[data[:size]]
        if np.count_nonzero(classes) > MOST_MARKS:
            raise TooManyMarks
        self._at = np.flatnonzero(classes)
        self._kind = classes[self._at]
        feeds = self._kind == _LINE_FEED
        end = self._at[feeds]
        start = np.concatenate(([0], end + 1))[: len(end)]
        filled = end > start
        self.start, self.end = start[filled], end[filled]
        self._line = (np.cumsum(filled) - 1)[np.cumsum(feeds) - feeds]
        self._lead(data)
        self._colons(data)

    def _of(self, kind: int) -> tuple[Ints, Ints]:
        """Where the characters of a kind stand, and in which lines."""
        chosen = self._kind == kind
        return self._at[chosen], self._line[chosen]

    def count(self, kind: int) -> Ints:
        """Count the characters of a kind in each line."""
        return self._per_line(self._of(kind)[1])

    def _per_line(self, lines: Ints) -> Ints:
        return np.bincount(lines, minlength=len(self.end))

    def _colons(self, data: Bytes) -> None:
        """Note the colons that may end a key, and the hashes that may open a comment."""
        at, line = self._of(_COLON)
        after = data[at + 1]
        parting = (after == ord(" ")) | (after == ord("\n"))
        at, line = at[parting], line[parting]
        self.separators = self._per_line(line)
        self.key_end = np.full(len(self.end), -1)
        self.key_end[line[::-1]] = at[::-1]  # of several in a line, the first is written last
        at, line = self._of(_HASH)
        self.comments = self._per_line(line[data[at - 1] == ord(" ")])

    def _lead(self, data: Bytes) -> None:
        """Classify the characters of several bytes that are not plain letters."""
        at, line = self._of(_LEAD)
        first, second, third = data[at], data[at + 1], data[at + 2]
        general = (first == 0xE2) & (second == 0x80)
        forbidden = (
            ((first == 0xC2) & (second < 0xA0))
            | (general & ((third == 0xA8) | (third == 0xA9)))
            | ((first == 0xEF) & (second == 0xBB) & (third == 0xBF))
            | ((first == 0xEF) & (second == 0xBF) & (third >= 0xBE))
        )
        harmless = (
            ((first == 0xC2) & (second > 0xA0))  # not the blank that does not break
            | (general & (third >= 0x90) & (third <= 0xA7))  # dashes, quotes, bullets, dots
            | ((first == 0xE2) & (second == 0x82) & (third == 0xAC))  # the euro
        )
        self.forbidden = (self.count(_FORBIDDEN) + self._per_line(line[forbidden])) > 0
        self.unclean = (self.count(_AND) + self._per_line(line[~harmless])) > 0


def _indents(words: Words, start: Ints) -> Ints:
    """Count the blanks that open each line; at least 24 where there are more."""
    indent = np.zeros(len(start), np.int64)
    waiting = np.arange(len(start))
    for _ in range(3):
        differing = words[start[waiting] + indent[waiting]] ^ _SPACES
        lowest_bit = differing & (~differing + np.uint64(1))
        blanks = np.where(differing == 0, 8, np.searchsorted(_BYTE_ENDS, lowest_bit, "right"))
        indent[waiting] += blanks
        waiting = waiting[blanks == 8]
    return indent


def read_lines(text: bytes, starts: Ints, keys: Sequence[str]) -> Lines:
    """Read the lines of documents that begin at `starts` in `text`; each ends with a line break.

    The code of a key is its index in `keys`.

    Errors: `TooManyMarks`.
    """
    data = as_numbers(text)
    words = words_of(data)
    marks = _Marks(data, len(text))
    first_line = np.searchsorted(marks.start, starts)
    document = np.cumsum(np.bincount(first_line, minlength=len(marks.end)))[: len(marks.end)]
    indent = _indents(words, marks.start)
    at = marks.start + indent
    is_item = (data[at] == ord("-")) & (data[at + 1] == ord(" "))
    at = at + 2 * is_item
    first = data[at]
    quoted_item = is_item & ((first == ord('"')) | (first == ord("'")))
    has_key = (marks.key_end >= 0) & ~quoted_item
    key, odd_key = _keys(data, keys, at, np.where(has_key, marks.key_end, -1))
    begin = np.where(has_key, marks.key_end + 1, at)
    begin = begin + (has_key & (data[begin] == ord(" ")))
    values = _Values(data, marks, begin, has_key, has_key | is_item)
    lines = Lines(
        text,
        document - 1,
        indent,
        is_item,
        key,
        at,
        marks.key_end,
        values.present,
        values.start,
        values.end,
        marks.unclean | values.has_outer_blanks(data),
        marks.forbidden,
        odd_key | (indent > _MAX_INDENT),
        values.odd,
    )
    _decode_escapes(lines, values.escaped)
    _drop_nulls(lines, values.plain, data)
    return lines


def _keys(data: Bytes, keys: Sequence[str], start: Ints, end: Ints) -> tuple[Ints, Mask]:
    """The code of each line's key, which ends at `end` (-1 where there is none); and which of
    the lines have a key that YAML may read otherwise."""
    code, odd = np.full(len(start), NO_KEY), np.zeros(len(start), np.bool_)
    named = np.flatnonzero(end >= 0)
    names = texts_at(data, start[named], end[named])
    code[named] = pc.fill_null(pc.index_in(names, pa.array(keys)), UNKNOWN)
    is_unknown = code[named] == UNKNOWN
    is_plain = pc.match_substring_regex(names.filter(pa.array(is_unknown)), _KEY)
    odd[named[is_unknown]] = ~pc.fill_null(is_plain, False).to_numpy(zero_copy_only=False)
    return code, odd


class _Values:
    """Where the value of each line stands, without quotes and outer blanks; `expected` are the
    lines that have a key or a dash, all others are odd."""

    def __init__(
        self, data: Bytes, marks: _Marks, begin: Ints, has_key: Mask, expected: Mask
    ) -> None:
        end = marks.end.copy()
        for _ in range(_BLANKS_TRIMMED):
            end -= (end > begin) & (data[end - 1] == ord(" "))
        self.present = end > begin
        first, last, size = data[begin], data[end - 1], end - begin
        double, single = (self.present & (first == ord(quote)) for quote in "\"'")
        self.plain = self.present & ~double & ~single
        self.escaped = double & (marks.count(_BACKSLASH) > 0)
        closed = (first == last) & (size > 1)
        once = np.where(double, marks.count(_QUOTE), marks.count(_APOSTROPHE)) == 2
        negative = (first == ord("-")) & _DIGIT[data[begin + 1]]
        tilde = (first == ord("~")) & (size == 1)
        in_one_piece = (marks.separators == has_key) & (marks.comments == 0)
        self.odd = (
            ((double | single) & ~self.escaped & ~(closed & once))
            | (self.plain & ~((_PLAIN_FIRST[first] | negative | tilde) & in_one_piece))
            | (self.present & (last == ord(" ")))
            | ~expected
            | (~self.present & ~has_key)
        )
        quoted = (double | single) & ~self.escaped
        self.start = np.where(self.present, begin + quoted, 0)
        self.end = np.where(self.present, end - quoted, 0)

    def has_outer_blanks(self, data: Bytes) -> Mask:
        """Mark the values that begin or end with a blank."""
        blank = (data[self.start] == ord(" ")) | (data[self.end - 1] == ord(" "))
        outer: Mask = blank & (self.end > self.start)
        return outer


def _decode_escapes(lines: Lines, escaped: Mask) -> None:
    """Replace the values that have escapes."""
    decoded: dict[int, bytes] = {}
    for row in np.flatnonzero(escaped).tolist():
        value = _unescaped(lines.text[lines.start[row] : lines.end[row]])
        if value is None:
            lines.odd_value[row] = True
        else:
            decoded[row] = value
    lines.replace(decoded)


def _unescaped(raw: bytes) -> bytes | None:
    """The text that a double-quoted text with escapes stands for; None where it is none."""
    quotes = raw.count(b'\\"')
    if raw.count(b"\\") == quotes and raw.count(b'"') == quotes + 2 and raw[-2:] != b'\\"':
        return raw[1:-1].replace(b'\\"', b'"') if raw.endswith(b'"') else None
    try:
        return json.loads(raw.decode()).encode() if _QUOTED.fullmatch(raw) else None
    except ValueError:  # not UTF-8, or a control character
        return None


def _drop_nulls(lines: Lines, plain: Mask, data: Bytes) -> None:
    """Empty the values that are a plain null."""
    size = lines.end - lines.start
    short = np.flatnonzero(plain & ((size == 4) | (size == 1)))
    values = texts_at(data, lines.start[short], lines.end[short])
    nulls = short[pc.is_in(values, pa.array(_NULLS)).to_numpy(zero_copy_only=False)]
    lines.end[nulls] = lines.start[nulls]
