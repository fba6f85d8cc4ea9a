"""Read many front-matter files at once, each distinct related item among them once.

Files are cut at their fences and at the dashes of their `related` lists; the pieces are then read
as columns. A cut in the wrong position leaves a piece that is no whole document, and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain

import numpy as np

from pipeline.core.columnar import ColumnarFiles, ListItems
from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.secured_field import may_name_secured
from pipeline.extract.columnar.lines import TooManyMarks
from pipeline.extract.columnar.records import (
    ITEM,
    RECORD,
    VALUES_PER_LINE,
    TopNames,
    positions,
    read_documents,
)
from pipeline.extract.front_matter.reader import CLOSING, Fences, opens_front_matter

_RELATED = re.compile(rb"\nrelated: *\n( *)- ")
_NEXT_FIELD = re.compile(rb"\n(?=[^ \n-])")
_NEAR_END = 1024
_LEAST_DEPTH = 8
"""Where fewer levels of nesting are allowed, only PyYAML can say whether a file keeps to them."""


class _Cut:
    """Files being cut into heads and items."""

    def __init__(self, limits: Limits, has_related: bool) -> None:
        self._limits = limits
        self._has_related = has_related
        self._most_lines = limits.max_nodes // VALUES_PER_LINE
        self.files: list[int] = []
        self.heads: list[bytes] = []
        self.bodies: list[str] = []
        self.listed: list[list[int]] = []
        self.items: list[bytes] = []
        self.indents: list[int] = []
        self._numbers: dict[int, dict[bytes, int]] = {}

    def add(self, file: int, data: bytes) -> None:
        """Cut one file; nothing is kept of one that must be read by itself."""
        parts = _block_and_body(data)
        if parts is None:
            return
        block, body = parts
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        if len(block) > self._most_lines and block.count(b"\n") > self._most_lines:
            return
        try:
            text = body.decode() if body.strip() else ""
        except UnicodeDecodeError:
            return
        if may_name_secured(text):
            return
        related = _RELATED.match(block, max(block.find(b"\nrelated:"), 0))
        numbers: list[int] = []
        if related is not None and self._has_related:
            end = self._end_of_list(block, related)
            numbers = self._numbered(block, related, end)
            block = block[: related.start() + 1] + block[end:]
        if block.strip() and len(numbers) <= self._limits.max_related:
            self.files.append(file)
            self.heads.append(block)
            self.bodies.append(text)
            self.listed.append(numbers)

    @staticmethod
    def _end_of_list(block: bytes, related: re.Match[bytes]) -> int:
        """Where the list ends: at the field that follows its last item.

        The last dash of the block is that of the last item, unless another list follows; the items
        of that begin with another key.
        """
        first = related.end()
        separator = b"\n" + related[1] + b"- "
        key = block[first : block.find(b":", first) + 1]
        last = block.rfind(separator)
        if not block.startswith(key, last + len(separator)):
            last = first
        following = _NEXT_FIELD.search(block, max(last, first))
        return len(block) if following is None else following.start() + 1

    def _numbered(self, block: bytes, related: re.Match[bytes], end: int) -> list[int]:
        """The number of each item of the list; an item has a new one where its bytes, or the indent
        at which its keys stand, are new."""
        indent = len(related[1]) + 2
        numbers = self._numbers.setdefault(indent, {})
        items = block[related.end() : end].rstrip(b"\n").split(b"\n" + related[1] + b"- ")
        for item in items:
            if item not in numbers:
                numbers[item] = len(self.items)
                self.items.append(b" " * indent + item + b"\n")
                self.indents.append(indent)
        return [numbers[item] for item in items]


def _block_and_body(data: bytes) -> tuple[bytes, bytes] | None:
    """The front matter and what follows it; None where it is not closed.

    The first fence near the end is taken for the one that closes it. Were there one before, it
    would be a line of the front matter that is no line of a record, and the file is not read.
    """
    fence = data.find(b"\n---", max(len(data) - _NEAR_END, 0))
    closing = CLOSING.match(data, fence) if fence > 0 else None
    if closing is not None:
        return data[data.find(b"\n") + 1 : fence + 1], data[closing.end() :]
    try:
        fences = Fences(data)
    except FileRejected:
        return None
    return fences.block, fences.body


def read_files(
    contents: Iterable[bytes | None], limits: Limits, configuration: Configuration = CONTRACT
) -> ColumnarFiles | None:
    """Read the front-matter files of a share as columns; None where none can be read so."""
    names, has_related = configuration.columns, not configuration.lacks("related")
    cut = _Cut(limits, has_related)
    if limits.max_depth >= _LEAST_DEPTH and names is not None and "yaml" in configuration.forms:
        for number, data in enumerate(contents):
            if data is not None and opens_front_matter(data):
                cut.add(number, data)
    if not cut.files:
        return None
    counts = np.fromiter(map(len, cut.listed), np.int64, len(cut.listed))
    try:
        top = TopNames(names or {}, configuration.fields) if configuration.fields else None
        records = read_documents(cut.heads, [0] * len(cut.heads), RECORD, limits, top)
        items = read_documents(cut.items, cut.indents, ITEM, limits)
    except TooManyMarks:
        return None
    for number, extra in records.extra.items() if has_related else ():
        # A second list is read by PyYAML, and so is what should be a list and is none.
        if "related" in extra and (extra.pop("related") or counts[number]):
            records.is_read[number] = False
    topics = records.lists["topics"]
    records.is_read[topics.record[topics.position > limits.max_topics]] = False
    listed = np.fromiter(chain.from_iterable(cut.listed), np.int64, int(counts.sum()))
    record = np.repeat(np.arange(len(counts)), counts)
    mentions = ListItems(record, positions(record), {})
    return ColumnarFiles(np.array(cut.files), records, cut.bodies, items, mentions, listed)
