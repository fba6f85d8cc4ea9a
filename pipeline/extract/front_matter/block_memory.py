"""Remembers parsed blocks: archives list the same related items in many files."""

from __future__ import annotations

from pipeline.core.records import Value
from pipeline.extract.front_matter.yaml_lines import parse_mapping

_MOST_BYTES = 4 * 1024 * 1024
_LONGEST = 16_384


class BlockMemory:
    """Parses each distinct block of bytes once; bounded. Equal blocks give the very same object.

    A block is a mapping whose keys stand at `indent`, without the blanks before its first key and
    without its last line break.
    """

    def __init__(self, indent: int) -> None:
        self.indent = indent
        self._known: dict[bytes, dict[str, Value]] = {}
        self._bytes = 0

    def mappings(self, blocks: list[bytes]) -> list[Value] | None:
        """The mapping of each block; None where one is not certain."""
        known = self._known
        found: list[Value] = []
        for block in blocks:
            mapping = known.get(block) or self._parsed(block)
            if mapping is None:
                return None
            found.append(mapping)
        return found

    def _parsed(self, block: bytes) -> dict[str, Value] | None:
        mapping = parse_mapping(" " * self.indent + block.decode() + "\n", self.indent)
        if mapping is not None and len(block) <= _LONGEST:
            if self._bytes >= _MOST_BYTES:
                self._known.clear()
                self._bytes = 0
            self._known[block] = mapping
            self._bytes += len(block)
        return mapping
