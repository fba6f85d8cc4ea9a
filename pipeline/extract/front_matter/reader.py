"""The front-matter reader: the bytes of one file → its fields and body, or a reject.

Most files of a chunk are read at once by `bulk`; here comes what is read by itself. Again two
ways lead to the same answer. The fast way takes the `related:` list apart at its item lines
and parses each distinct block of bytes once, because archives repeat the same items hundreds of
times. Whatever is not provably safe to split goes the reference way, PyYAML's events.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NoReturn

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Path, Value
from pipeline.extract.front_matter.block_memory import BlockMemory
from pipeline.extract.front_matter.yaml_lines import parse_mapping
from pipeline.extract.front_matter.yaml_reference import parse_document

BOM = b"\xef\xbb\xbf"
_OPENING = re.compile(rb"---[ \t]*(?:\r?\n|\Z)")
CLOSING = re.compile(rb"\n(?:---|\.\.\.)[ \t]*\r?(?=\n|\Z)")
RELATED = re.compile(rb"\nrelated: *\n( *)- ")
NEXT_FIELD = re.compile(rb"\n(?=[^ \n-])")
_AT_MARGIN = re.compile(rb"(?: *(?:#[^\n]*)?\n)*+[A-Za-z_]")
_TIED_TO_OTHERS = re.compile(rb"^(?:---|\.\.\.|%|\xef\xbb\xbf)|\r", re.MULTILINE)
"""What makes a part of a block something else than it is within the whole: the marks of a document,
and a carriage return, which may have been followed by another before line feeds were made of both.
"""

FAST_DEPTH = 24
"""Nesting that the fast ways never exceed."""

VALUES_PER_LINE = 3
"""`- key: value` is a mapping, a key and a scalar."""


def opens_front_matter(data: bytes) -> bool:
    """Whether the first line, after an optional byte order mark, is `---`."""
    return _OPENING.match(data, len(BOM) if data.startswith(BOM) else 0) is not None


class Fences:
    """Where the front matter of a file lies: `block` between the fences, `body` after them.

    Errors: `FileRejected` unclosed_front_matter.
    """

    def __init__(self, data: bytes) -> None:
        opening = data.find(b"\n")
        closing = _closing(data, opening) if opening >= 0 else None
        if closing is None:
            raise FileRejected("unclosed_front_matter", "no line closes the front matter", line=1)
        self.block = data[opening + 1 : closing.start() + 1]
        self.body = data[closing.end() :]
        self._before_closing = data, closing.start()

    @property
    def closing_line(self) -> int:
        """The 1-based line of the closing fence."""
        data, end = self._before_closing
        return data.count(b"\n", 0, end) + 1


def _closing(data: bytes, start: int) -> re.Match[bytes] | None:
    """The line break and fence that close the front matter; `find` is faster than a pattern."""
    at = start
    while at >= 0:
        dashes = data.find(b"\n---", at)
        dots = data.find(b"\n...", at, dashes if dashes >= 0 else len(data))
        at = dots if dots >= 0 else dashes
        if at >= 0:
            closing = CLOSING.match(data, at)
            if closing:
                return closing
            at += 1
    return None


def _refuse_encoding(error: UnicodeDecodeError) -> NoReturn:
    line = error.object.count(b"\n", 0, error.start) + 1
    bad = error.object[error.start : error.start + 1].hex()
    raise FileRejected("not_utf8", f"byte 0x{bad} is not UTF-8", line=line) from None


def decode(data: bytes) -> str:
    """The text of a file, without byte order mark. Errors: `FileRejected` not_utf8, its line."""
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        _refuse_encoding(error)


class FrontMatterReader:
    """Reads front-matter files; keeps the blocks it has parsed, bounded, for the next file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._fast = limits.max_depth >= FAST_DEPTH
        self._items = BlockMemory(2)

    def read(self, data: bytes) -> FrontMatter:
        """The record in `data`, which opens with a fence.

        Errors: `FileRejected`: unclosed_front_matter, not_utf8, and those of `parse_document`.
        """
        fences = Fences(data)
        try:
            fields = self._read_fast(fences.block)
            body = fences.body.decode()
        except UnicodeDecodeError:
            fields = None
            body = ""
        if fields is not None:
            return FrontMatter(fields, body, (), LineIndex(fences.block, self._limits))
        decode(data)
        block = fences.block.decode()
        document = parse_document(block, first_line=2, limits=self._limits)
        index = LineIndex(fences.block, self._limits)
        return FrontMatter(document.fields, fences.body.decode(), tuple(document.problems), index)

    def _read_fast(self, block: bytes) -> dict[str, Value] | None:
        if not self._fast:
            return None
        if b"\r" in block:
            block = block.replace(b"\r\n", b"\n")
        if self._may_hold_too_much(block):
            return None
        related = RELATED.match(block, max(block.find(b"\nrelated:"), 0))
        if related is None:
            return parse_mapping(block.decode())
        separator = b"\n" + related[1] + b"- "
        if self._items.indent != len(separator) - 1:
            self._items = BlockMemory(len(separator) - 1)
        # The list mostly ends the front matter but for a field or two, and so ends in the last
        # piece; where a piece is no item, the next field is looked for from the start of the list.
        for tail in (block.rfind(separator), related.end()):
            next_field = NEXT_FIELD.search(block, max(tail, related.end()))
            end = len(block) if next_field is None else next_field.start() + 1
            listed = block[related.end() : end].rstrip(b"\n")
            items = self._items.mappings(listed.split(separator))
            if items is not None:
                before, after = block[: related.start() + 1], block[end:]
                fields = parse_mapping((before + after).decode())
                if fields is None:
                    fields = self._read_parts(before, after, listed.count(b"\n") + 1)
                if fields is None or "related" in fields:
                    return None
                fields["related"] = items
                return fields
        return None

    def _read_parts(
        self, before: bytes, after: bytes, listed_lines: int
    ) -> dict[str, Value] | None:
        """What stands before and after the list, by the reference reader; None where it must see
        the whole, be it that only it can tell whether the values of all are not too many.

        Each part is by itself a mapping at the margin, so nothing in it is still open at its end.
        """
        fields: dict[str, Value] = {}
        nodes = VALUES_PER_LINE * (listed_lines + 1)
        for part in (before, after):
            if not part.strip(b" \n"):
                continue
            if not _AT_MARGIN.match(part) or _TIED_TO_OTHERS.search(part):
                return None
            try:
                document = parse_document(part.decode(), first_line=2, limits=self._limits)
            except FileRejected:
                return None
            nodes += document.nodes
            if nodes > self._limits.max_nodes or document.problems:
                return None
            if not fields.keys().isdisjoint(document.fields):
                return None
            fields |= document.fields
        return fields

    def _may_hold_too_much(self, block: bytes) -> bool:
        """Whether only the reference can tell that the values are not too many."""
        most = self._limits.max_nodes // VALUES_PER_LINE
        return len(block) > most and block.count(b"\n") > most


class LineIndex:
    """Finds the line of a value, by the reference reader, only when somebody asks."""

    def __init__(self, block: bytes, limits: Limits) -> None:
        self._block = block
        self._limits = limits

    @cached_property
    def _lines(self) -> dict[Path, int]:
        try:
            return parse_document(self._block.decode(), first_line=2, limits=self._limits).lines
        except FileRejected:  # the fast way accepts no text that the reference rejects
            return {}

    def line(self, path: Path) -> int | None:
        """The 1-based line in the file of the value at `path`, or of what holds it."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path)
