"""Read many documents of one shape at once: their lines → columns of values.

A shape is what records look like almost always: a mapping of one-line values, a provider with
values of its own, lists of images and of topics. Fields that the shape does not know are read, too,
as `extra` holds them. A document of any other shape, or with an odd line, is not read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.core.columnar import ColumnarRecords, Ints, ListItems, Mask, Spans, as_numbers
from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import Value
from pipeline.core.secured_field import is_secured
from pipeline.extract.columnar.lines import NO_KEY, UNKNOWN, Lines, read_lines
from pipeline.extract.front_matter.yaml_reference import parse_document


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
_KEYS = tuple(dict.fromkeys((*RECORD.values, *RECORD.provider, *IMAGE, *_NESTED)))
_PROVIDER, _IMAGES, _TOPICS = (_KEYS.index(name) for name in _NESTED)

VALUES_PER_LINE = 25
"""The most values that a line read here may hold on average, lists and mappings included."""

_KEEPS_BREAKS = re.compile(r"[|>][1-9]?\+")
"""Opens a text to which the blank lines after it belong; items are cut out without these."""

_LEVELS_ABOVE = 4
"""The levels of nesting above a field of a related item, and one to spare."""


class TopNames:
    """The keys that fields have on top of a record: `names` are the fields by their keys, `moved`
    the fields that are not where the contract has them."""

    def __init__(self, names: Mapping[str, str], moved: Iterable[str]) -> None:
        self.keys = tuple(dict.fromkeys((*_KEYS, *names)))
        others = len(self.keys) - len(_KEYS)
        self._below = np.array([*range(len(_KEYS)), *[UNKNOWN] * others, NO_KEY, UNKNOWN])
        self._top = self._below.copy()
        gone = {field.partition(".")[0] for field in moved}.intersection(_KEYS)
        self._top[[_KEYS.index(key) for key in gone]] = UNKNOWN
        for key, field in names.items():
            self._top[self.keys.index(key)] = _KEYS.index(field)

    def apply(self, lines: Lines, base: Ints) -> None:
        """Give the keys of lines, which are codes of `keys`, the codes of the contract's fields."""
        top = ~lines.is_item & (lines.indent == base[lines.document])
        lines.key = np.where(top, self._top[lines.key], self._below[lines.key])


def _named(names: Sequence[str]) -> Mask:
    """By code, which keys are among `names`; `UNKNOWN` and `NO_KEY` are not."""
    named = np.zeros(len(_KEYS) + 2, np.bool_)
    named[[_KEYS.index(name) for name in names]] = True
    return named


class _Tree:
    """The lines of documents by what they are part of; `wrong` are those that fit nowhere.

    `unknown` are the top lines of fields that the shape does not know. All lines up to the next top
    line belong to a field; where it has no lists or mappings of the shape, they may be odd: then
    they are `complex`, and PyYAML reads them.
    """

    def __init__(self, lines: Lines, base: Ints, shape: Shape) -> None:
        self.lines = lines
        self._shape = shape
        self._number = np.arange(len(lines.key))
        self._base = base[lines.document]
        self.top = ~lines.is_item & (lines.indent == self._base)
        self._owner = self._last(self.top)
        kind = np.where(self.top, NO_KEY, lines.key[self._owner])
        self._below = ~self.top
        known = _named((*shape.values, *(_NESTED if shape.has_topics else _NESTED[:2])))
        self.unknown = self.top & ~known[lines.key]
        self.topic = self._items((kind == _TOPICS) & shape.has_topics)
        self.image = self._rows(kind == _IMAGES, self._owner, self._base)
        in_provider = self._below & (kind == _PROVIDER)
        self.provider, self.provider_image = self._provider(in_provider)
        placed = self.top | self.topic | self.image | self.provider | self.provider_image
        other_document = lines.document[self._owner] != lines.document
        opens_nothing = self._below & (lines.has_value[self._owner] | ~self.top[self._owner])
        wrong = lines.odd_key | lines.odd_value | ~placed | self._misplaced_values() | opens_nothing
        may_be_odd = self.top & ~_named(_NESTED)[lines.key] | self.unknown
        self.wrong = wrong & ~may_be_odd[self._owner]
        self.complex = may_be_odd & (lines.odd_value | ~self._is_alone())
        self.wrong |= lines.forbidden | other_document
        self.wrong |= self.top & (lines.odd_key | (lines.key == NO_KEY))

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
        """Which of the lines belong to items that are mappings of one-line values."""
        lines, first = self.lines, self._first_below(owner)
        dash = lines.indent[first]
        level = lines.indent == np.where(lines.is_item, dash, dash + 2)
        in_list = lines.is_item[first] & (dash >= least)
        rows: Mask = chosen & self._below & level & in_list & (lines.key != NO_KEY)
        return rows

    def _provider(self, within: Mask) -> tuple[Mask, Mask]:
        """The lines of a provider's values, and those of its images."""
        lines, first = self.lines, self._first_below(self._owner)
        level = lines.indent[first]
        value = within & ~lines.is_item & (lines.indent == level) & (level > self._base)
        value &= ~lines.is_item[first] & (lines.key != NO_KEY)
        if not self._shape.has_topics:
            return value, np.zeros(len(value), np.bool_)
        value &= (lines.key != _IMAGES) | ~lines.has_value
        owner = self._last(self.top | value)
        opened = within & ~value & (lines.key[owner] == _IMAGES) & ~lines.has_value[owner]
        return value, self._rows(opened, owner, level)

    def _misplaced_values(self) -> Mask:
        """Lists and mappings of the shape that have a value of their own on the line."""
        lines = self.lines
        nested = (lines.key == _PROVIDER) | (lines.key == _IMAGES) | (lines.key == _TOPICS)
        misplaced: Mask = self.top & nested & lines.has_value
        return misplaced

    def _is_alone(self) -> Mask:
        """Which lines are followed by a top line, another document or nothing."""
        document, alone = self.lines.document, np.ones(len(self.top), np.bool_)
        alone[:-1] = self.top[1:] | (document[1:] != document[:-1])
        return alone


class _Pivot:
    """Lines as columns: for each key the line of each record, or -1; `twice` are further lines of
    the same key."""

    def __init__(self, lines: Lines, chosen: Mask, record: Ints, count: int) -> None:
        self._lines = lines
        at = np.flatnonzero(chosen & (lines.key >= 0))
        self._line = np.full((len(_KEYS), count), -1)
        self._line[lines.key[at], record[at]] = at
        self.twice = at[self._line[lines.key[at], record[at]] != at]

    def spans(self, name: str) -> Spans:
        """Locate the values of a key."""
        line = self._line[_KEYS.index(name)]
        there = line >= 0
        lines = self._lines
        start = np.where(there, lines.start[line], 0)
        return Spans(start, np.where(there, lines.end[line], 0), there & lines.unclean[line])


class _UnknownFields:
    """The fields of each document that its shape does not know, nested as in `extra`; fields named
    `secured` are left out. A document in which one stands twice is no longer read."""

    def __init__(self, lines: Lines, is_read: Mask) -> None:
        self._lines = lines
        self._is_read = is_read
        self._met: set[tuple[int, tuple[str, ...]]] = set()
        self.of: dict[int, dict[str, Value]] = {}

    def add_values(self, chosen: Mask, *way: str, positions: Ints | None = None) -> None:
        """Add the chosen lines, of one value each, below `way`, and there below the position of
        their list item, where `positions` has one for each line."""
        rows = self._rows(chosen)
        document = self._lines.document[rows].tolist()
        for row, number in zip(rows.tolist(), document, strict=True):
            within = way if positions is None else (*way, str(positions[row]))
            self._add(number, (*within, self._name(row)), self._lines.value(row))

    def add_parsed(self, tree: _Tree, document_end: Ints, limits: Limits) -> None:
        """Add the complex fields, as PyYAML reads them; those that have a column get their value
        in the text of the lines."""
        lines, rows = self._lines, self._rows(tree.complex)
        top = np.flatnonzero(tree.top)
        start = lines.key_start - lines.indent
        following = np.append(start[top], len(lines.text))[np.searchsorted(top, rows, "right")]
        end = np.minimum(following, document_end[lines.document[rows]])
        parts: dict[int, dict[int, bytes]] = {}
        for row, last in zip(rows.tolist(), end.tolist(), strict=True):
            parts.setdefault(int(lines.document[row]), {})[row] = lines.text[start[row] : last]
        texts: dict[int, bytes] = {}
        for document, of_rows in parts.items():
            names = [self._name(row) for row in of_rows]
            fields = _parsed(names, b"".join(of_rows.values()).decode(), limits)
            if fields is None:
                self._is_read[document] = False
                continue
            for row, name in zip(of_rows, names, strict=True):
                value = fields[name]
                if tree.unknown[row]:
                    self._add(document, (name,), value)
                elif isinstance(value, list | dict):
                    self._is_read[document] = False
                else:
                    texts[row] = (value or "").encode()
        lines.replace(texts)

    def _rows(self, chosen: Mask) -> Ints:
        return np.flatnonzero(chosen & self._is_read[self._lines.document])

    def _name(self, row: int) -> str:
        return self._lines.text[self._lines.key_start[row] : self._lines.key_end[row]].decode()

    def _add(self, document: int, path: tuple[str, ...], value: Value) -> None:
        if (document, path) in self._met:
            self._is_read[document] = False
        self._met.add((document, path))
        if is_secured(path[-1]):
            return
        fields: Value = self.of.setdefault(document, {})
        for key in path[:-1]:
            fields = fields.setdefault(key, {}) if isinstance(fields, dict) else None
        if isinstance(fields, dict):
            fields[path[-1]] = value


def _parsed(names: list[str], text: str, limits: Limits) -> dict[str, Value] | None:
    """The fields of a text that joins fields of these names; None where PyYAML finds others on top:
    one of them leaves something open at its end, and so is not what it seemed to be."""
    if _KEEPS_BREAKS.search(text):
        return None
    try:
        document = parse_document(text, first_line=1, limits=limits)
    except FileRejected:
        return None
    is_small = document.nodes <= VALUES_PER_LINE * text.count("\n")
    is_whole = list(document.fields) == names and not document.problems
    return document.fields if is_small and is_whole else None


def read_documents(
    texts: Sequence[bytes],
    base: Sequence[int],
    shape: Shape,
    limits: Limits,
    top_names: TopNames | None = None,
) -> ColumnarRecords:
    """Read documents of one shape; the keys of each stand at its `base` indent, as its text opens.

    Each text ends with a line break, uses line feeds only, and holds more than blanks.
    Errors: `TooManyMarks`.
    """
    joined = b"".join(texts)
    sizes = np.fromiter(map(len, texts), np.int64, len(texts))
    ends = np.cumsum(sizes)
    lines = read_lines(joined, ends - sizes, top_names.keys if top_names else _KEYS)
    if top_names:
        top_names.apply(lines, np.array(base, np.int64))
    tree = _Tree(lines, np.array(base, np.int64), shape)
    document = lines.document
    is_read = np.zeros(len(texts), np.bool_)
    is_read[document] = True  # a document without any line is not read
    is_read[[number for number, text in enumerate(texts) if not _is_utf8(text)]] = False
    is_read[document[tree.wrong]] = False
    unknown = _UnknownFields(lines, is_read)
    inner = replace(limits, max_depth=limits.max_depth - _LEVELS_ABOVE)
    unknown.add_parsed(tree, ends, inner)
    # What is not read may be no text at all, so nothing of it is handed on.
    lost = ~is_read[document]
    lines.start[lost] = lines.end[lost] = 0
    top = _Pivot(lines, tree.top, document, len(texts))
    provider = _Pivot(lines, tree.provider, document, len(texts))
    for pivot in (top, provider):
        is_read[document[pivot.twice]] = False
    fields = {name: top.spans(name) for name in shape.values}
    fields |= {f"provider.{name}": provider.spans(name) for name in shape.provider}
    lists = {"images": _images(tree, tree.image, is_read, unknown, "images")}
    if shape.has_topics:
        way = ("provider", "images")
        lists["provider.images"] = _images(tree, tree.provider_image, is_read, unknown, *way)
        lists["topics"] = _topics(tree)
    known = _named((*shape.provider, "images") if shape.has_topics else shape.provider)
    unknown.add_values(tree.provider & ~known[lines.key], "provider")
    unknown.add_values(tree.unknown & ~tree.complex)
    return ColumnarRecords(lines.text, as_numbers(lines.text), is_read, fields, lists, unknown.of)


def _is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def _images(
    tree: _Tree, chosen: Mask, is_read: Mask, unknown: _UnknownFields, *way: str
) -> ListItems:
    """One row an image; the lines of an image follow the one that its dash opens."""
    lines = tree.lines
    chosen = chosen & is_read[lines.document]  # elsewhere a list may lack its first dash
    opening = chosen & lines.is_item
    number = np.cumsum(opening) - 1
    rows = np.flatnonzero(opening)
    record = lines.document[rows]
    position = positions(record)
    pivot = _Pivot(lines, chosen, number, len(rows))
    is_read[lines.document[pivot.twice]] = False
    is_unknown = chosen & ~_named(IMAGE)[lines.key]
    if is_unknown.any():
        unknown.add_values(is_unknown, *way, positions=position[number])
    return ListItems(record, position, {name: pivot.spans(name) for name in IMAGE})


def _topics(tree: _Tree) -> ListItems:
    lines = tree.lines
    rows = np.flatnonzero(tree.topic)
    record = lines.document[rows]
    spans = Spans(lines.start[rows], lines.end[rows], lines.unclean[rows])
    return ListItems(record, positions(record), {"topic": spans})


def positions(record: Ints) -> Ints:
    """Number from 1 within each run of equal records."""
    number = np.arange(len(record))
    opens = np.ones(len(record), np.bool_)
    opens[1:] = record[1:] != record[:-1]
    return number - np.maximum.accumulate(np.where(opens, number, 0)) + 1
