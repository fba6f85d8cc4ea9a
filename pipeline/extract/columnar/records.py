"""Reads many documents of one shape at once: their lines → a sheet of values.

A shape is what records look like almost always: a mapping of one-line values, a provider with
values of its own, lists of images and of topics. A document of any other shape, or with a
line that is not certain, is left to the reader that goes line by line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.core.columnar import Ints, Listed, Mask, Sheet, Spans, as_numbers
from pipeline.extract.columnar.keys import NO_KEY, Keys
from pipeline.extract.columnar.lines import Lines, read_lines


@dataclass(frozen=True, slots=True)
class Shape:
    """The fields of a kind of document: values on top, values of its provider, and whether there
    may be topics and images of the provider. Images have the same fields everywhere."""

    values: tuple[str, ...]
    provider: tuple[str, ...]
    has_topics: bool


IMAGE = ("url", "width", "height", "title", "attribution", "isCached")
_COMMON = (
    *("title", "excerpt", "publishedDateTime", "webUrl", "originalUrl", "ampWebUrl"),
    *("cdnAmpWebUrl", "type", "quality", "secured"),
)
ITEM = Shape(_COMMON, ("name", "domain", "secured"), has_topics=False)
RECORD = Shape(
    (*_COMMON, "category", "updatedDateTime", "heat", "published", "removed", "featuredContent"),
    ("name", "domain", "secured"),
    has_topics=True,
)
_NESTED = ("provider", "images", "topics")
KEYS = Keys(tuple(dict.fromkeys((*RECORD.values, *RECORD.provider, *IMAGE, *_NESTED))))
_PROVIDER, _IMAGES, _TOPICS = (KEYS.code(name) for name in _NESTED)


def _allowed(names: Sequence[str]) -> Mask:
    """By code, which keys are among `names`; `UNKNOWN` and `NO_KEY` are not."""
    allowed = np.zeros(len(KEYS.names) + 2, np.bool_)
    allowed[[KEYS.code(name) for name in names]] = True
    return allowed


class _Tree:
    """The lines of documents by what they are part of; `wrong` are those that fit nowhere."""

    def __init__(self, lines: Lines, base: Ints, shape: Shape) -> None:
        self.lines = lines
        self._shape = shape
        self._number = np.arange(len(lines.key))
        self._base = base[lines.document]
        self.top = ~lines.is_item & (lines.indent == self._base)
        self._owner = self._last(self.top)
        kind = np.where(self.top, NO_KEY, lines.key[self._owner])
        self._below = ~self.top
        self.topic = self._items(kind == _TOPICS) if shape.has_topics else self._none()
        self.image = self._rows(kind == _IMAGES, self._owner, self._base)
        in_provider = self._below & (kind == _PROVIDER)
        self.provider, self.provider_image = self._provider(in_provider)
        placed = self.top | self.topic | self.image | self.provider | self.provider_image
        self.wrong = lines.odd | ~placed | self._misplaced_values()
        self.wrong |= self._opens_nothing(self.top, self._owner)

    def _none(self) -> Mask:
        return np.zeros(len(self._number), np.bool_)

    def _last(self, chosen: Mask) -> Ints:
        """For each line the last chosen one up to it, of whichever document."""
        return np.maximum.accumulate(np.where(chosen, self._number, 0))

    def _first_below(self, owner: Ints) -> Ints:
        return np.minimum(owner + 1, len(self._number) - 1)

    def _items(self, chosen: Mask) -> Mask:
        """Which of the lines are items of one value, as those of `topics` must be."""
        lines, first = self.lines, self._first_below(self._owner)
        level = (lines.indent == lines.indent[first]) & (lines.indent >= self._base)
        items: Mask = chosen & self._below & lines.is_item & level & (lines.key == NO_KEY)
        return items

    def _rows(self, chosen: Mask, owner: Ints, least: Ints) -> Mask:
        """Which of the lines belong to items that are mappings of image fields."""
        lines, first = self.lines, self._first_below(owner)
        dash = lines.indent[first]
        level = lines.indent == np.where(lines.is_item, dash, dash + 2)
        in_list = lines.is_item[first] & (dash >= least)
        rows: Mask = chosen & self._below & level & in_list & _IMAGE_KEYS[lines.key]
        return rows

    def _provider(self, within: Mask) -> tuple[Mask, Mask]:
        """The lines of a provider's values, and those of its images."""
        lines, first = self.lines, self._first_below(self._owner)
        level = lines.indent[first]
        value = within & ~lines.is_item & (lines.indent == level) & (level > self._base)
        value &= ~lines.is_item[first]
        owner = self._last(self.top | value)
        opened = within & ~value & (lines.key[owner] == _IMAGES) & ~lines.has_value[owner]
        images = self._rows(opened & self._shape.has_topics, owner, level)
        fields = _allowed(self._shape.provider)[lines.key]
        if self._shape.has_topics:
            fields |= (lines.key == _IMAGES) & ~lines.has_value
        return value & fields, images

    def _misplaced_values(self) -> Mask:
        """Lists and mappings of the shape that have a value of their own on the line."""
        lines = self.lines
        nested = (lines.key == _PROVIDER) | (lines.key == _IMAGES) | (lines.key == _TOPICS)
        misplaced: Mask = self.top & nested & lines.has_value
        return misplaced

    def _opens_nothing(self, top: Mask, owner: Ints) -> Mask:
        """Lines below a value that stands on its own line; documents that open with no key."""
        other_document = self.lines.document[owner] != self.lines.document
        unopened: Mask = ~top & (self.lines.has_value[owner] | other_document | ~top[owner])
        return unopened


_IMAGE_KEYS = _allowed(IMAGE)


class _Pivot:
    """Lines as columns: for each key the line of each record, or -1; a second line of the same key
    shows in `twice`."""

    def __init__(self, lines: Lines, chosen: Mask, record: Ints, count: int) -> None:
        self._lines = lines
        at = np.flatnonzero(chosen & (lines.key >= 0))
        self._line = np.full((len(KEYS.names), count), -1)
        self._line[lines.key[at], record[at]] = at
        self.twice = at[self._line[lines.key[at], record[at]] != at]

    def spans(self, name: str) -> Spans:
        """The values of a key."""
        line = self._line[KEYS.code(name)]
        there = line >= 0
        lines = self._lines
        start = np.where(there, lines.start[line], 0)
        return Spans(start, np.where(there, lines.end[line], 0), there & lines.unclean[line])


def read_documents(texts: Sequence[bytes], base: Sequence[int], shape: Shape) -> Sheet:
    """The documents of one shape; the keys of each stand at its `base` indent, as its text opens.

    Each text ends with a line break, uses line feeds only, and holds more than blanks.
    Errors: `TooManyMarks`.
    """
    joined = b"".join(texts)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    starts = np.cumsum(sizes) - sizes
    lines = read_lines(joined, starts, KEYS)
    tree = _Tree(lines, np.array(base, np.int64), shape)
    return _sheet(tree, shape, len(texts), _undecodable(texts, joined))


def _undecodable(texts: Sequence[bytes], joined: bytes) -> list[int]:
    """The numbers of texts that are not UTF-8."""
    try:
        joined.decode()
    except UnicodeDecodeError:
        return [number for number, text in enumerate(texts) if not _is_utf8(text)]
    return []


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _sheet(tree: _Tree, shape: Shape, count: int, undecodable: list[int]) -> Sheet:
    lines = tree.lines
    document = lines.document
    certain = np.zeros(count, np.bool_)
    certain[document] = True  # a document without any line stays out
    certain[undecodable] = False
    certain[document[tree.wrong]] = False
    # What is not certain may be no text at all, so nothing of it is handed on.
    lost = ~certain[document]
    lines.start[lost] = lines.end[lost] = 0
    top = _Pivot(lines, tree.top, document, count)
    provider = _Pivot(lines, tree.provider, document, count)
    for pivot in (top, provider):
        certain[document[pivot.twice]] = False
    fields = {name: top.spans(name) for name in shape.values}
    fields |= {f"provider.{name}": provider.spans(name) for name in shape.provider}
    lists = {"images": _images(tree, tree.image, certain)}
    if shape.has_topics:
        lists["provider.images"] = _images(tree, tree.provider_image, certain)
        lists["topics"] = _topics(tree)
    others = tree.top & ~tree.wrong & ~_allowed((*shape.values, *_NESTED))[lines.key]
    if not shape.has_topics:
        others |= tree.top & (lines.key == _TOPICS)
    _refuse_repeated(lines, others, certain)
    complete = certain.copy()
    complete[document[others]] = False
    return Sheet(lines.text, as_numbers(lines.text), certain, complete, fields, lists)


def _refuse_repeated(lines: Lines, others: Mask, certain: Mask) -> None:
    """Leave out documents in which a key without a column stands twice."""
    at = np.flatnonzero(others)
    document, start, end = (
        each[at].tolist() for each in (lines.document, lines.key_start, lines.key_end)
    )
    met: set[tuple[int, bytes]] = set()
    for number, first, last in zip(document, start, end, strict=True):
        field = (number, lines.text[first:last])
        if field in met:
            certain[number] = False
        met.add(field)


def _images(tree: _Tree, chosen: Mask, certain: Mask) -> Listed:
    """One row an image; the lines of an image follow the one that its dash opens."""
    lines = tree.lines
    chosen = chosen & certain[lines.document]  # elsewhere a list may lack its first dash
    opening = chosen & lines.is_item
    number = np.cumsum(opening) - 1
    rows = np.flatnonzero(opening)
    record = lines.document[rows]
    pivot = _Pivot(lines, chosen, number, len(rows))
    certain[lines.document[pivot.twice]] = False
    fields = {name: pivot.spans(name) for name in IMAGE}
    return Listed(record, _positions(record), fields)


def _topics(tree: _Tree) -> Listed:
    lines = tree.lines
    rows = np.flatnonzero(tree.topic)
    record = lines.document[rows]
    spans = Spans(lines.start[rows], lines.end[rows], lines.unclean[rows])
    return Listed(record, _positions(record), {"topic": spans})


def _positions(record: Ints) -> Ints:
    """Places from 1 on within each run of equal records."""
    number = np.arange(len(record))
    opens = np.ones(len(record), np.bool_)
    opens[1:] = record[1:] != record[:-1]
    return number - np.maximum.accumulate(np.where(opens, number, 0)) + 1
