"""The front-matter reader: the bytes of one file → its fields and body, or a reject.

Two ways lead to the same answer. The fast way takes the `related:` list apart at its item lines
and parses each distinct block of bytes once, because archives repeat the same items hundreds of
times. Whatever is not provably safe to split goes the reference way, PyYAML's events.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NoReturn

from pipeline.errors import FileRejected
from pipeline.extract.yaml_events import parse_document
from pipeline.extract.yaml_lines import parse_mapping
from pipeline.limits import Limits
from pipeline.records import FrontMatter, Path, Value

BOM = b"\xef\xbb\xbf"
_OPENING = re.compile(rb"---[ \t]*(?:\r?\n|\Z)")
_CLOSING = re.compile(rb"^(?:---|\.\.\.)[ \t]*\r?$", re.MULTILINE)
_RELATED = re.compile(rb"^related: *\n( *)- ", re.MULTILINE)
_NEXT_FIELD = re.compile(rb"\n(?=[^ \n-])")
_CACHED_BLOCKS = 50_000
_CACHED_BLOCK_BYTES = 16_384
_FAST_DEPTH = 24  # nesting that the fast way never exceeds
_VALUES_PER_LINE = 3  # `- key: value` is a mapping, a key and a scalar


def opens_front_matter(data: bytes) -> bool:
    """Whether the first line, after an optional byte order mark, is `---`."""
    return _OPENING.match(data, len(BOM) if data.startswith(BOM) else 0) is not None


class Fences:
    """Where the front matter of a file lies: `block` between the fences, `body` after them.

    `closing_line` is the 1-based line of the closing fence. Errors: `FileRejected`
    unclosed_front_matter.
    """

    def __init__(self, data: bytes) -> None:
        start = data.index(b"\n") + 1 if b"\n" in data else len(data)
        closing = _CLOSING.search(data, start)
        if closing is None:
            raise FileRejected("unclosed_front_matter", "no line closes the front matter", line=1)
        self.block = data[start : closing.start()]
        self.body = data[closing.end() :]
        self.closing_line = data.count(b"\n", 0, closing.start()) + 1


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
        self._fast = limits.max_depth >= _FAST_DEPTH
        self._blocks: dict[tuple[int, bytes], dict[str, Value]] = {}

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
        if block.count(b"\n") * _VALUES_PER_LINE > self._limits.max_nodes:
            return None
        related = _RELATED.search(block)
        if related is None:
            return parse_mapping(block.decode())
        start = related.end()
        end_of_list = _NEXT_FIELD.search(block, start)
        end = len(block) if end_of_list is None else end_of_list.start() + 1
        head = parse_mapping((block[: related.start()] + block[end:]).decode())
        if head is None or "related" in head:
            return None
        indent = len(related[1])
        separator = b"\n" + b" " * indent + b"- "
        items: list[Value] = []
        for piece in block[start:end].rstrip(b"\n").split(separator):
            item = self._blocks.get((indent, piece))
            if item is None:
                item = self._parse_block(piece, indent)
                if item is None:
                    return None
            items.append(item)
        head["related"] = items
        return head

    def _parse_block(self, piece: bytes, indent: int) -> dict[str, Value] | None:
        item = parse_mapping(" " * (indent + 2) + piece.decode() + "\n", indent + 2)
        if item is not None and len(piece) <= _CACHED_BLOCK_BYTES:
            if len(self._blocks) >= _CACHED_BLOCKS:
                self._blocks.clear()
            self._blocks[indent, piece] = item
        return item


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
