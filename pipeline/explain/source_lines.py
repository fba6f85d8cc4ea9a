"""The lines of one raw file, to be shown, except those that hold a value named `secured`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import Path, is_in_secured
from pipeline.core.secured_field import line_naming_secured, may_name_secured
from pipeline.extract.front_matter.reader import Fences, decode
from pipeline.extract.front_matter.yaml_reference import parse_document

_LAST_KEY = re.compile(r"([^.\[\]]+)(?:\[\d+\])*$")


class SourceLines:
    """The lines of a file by their 1-based number; bytes that are not UTF-8 are shown as such."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        self._lines = data.decode("utf-8", "backslashreplace").split("\n")

    def text(self, line: int | None, field: str | None) -> str | None:
        """Return one line, or None where there is none or it may hold something of `secured`."""
        if line is None or not 1 <= line <= len(self._lines) or line in self._hidden:
            return None
        if is_in_secured(re.split(r"[.\[\]]", field or "")):
            return None
        text = self._lines[line - 1].rstrip("\r")
        return None if may_name_secured(text) else text

    def is_absent(self, text: str, row: dict[str, Any]) -> bool:
        """Whether a problem is that of a field which the line does not even begin: the line is then
        that of what the field is missing in."""
        key = _LAST_KEY.search(row["field"] or "")
        if row["code"] != "missing_field" or key is None:
            return False
        return not re.search(rf"(?<![\w-]){re.escape(key[1])}[\"']?\s*[:=]", text)

    def column(self, text: str, row: dict[str, Any]) -> int:
        """Find a problem in its line: its value, else its key, else the first letter."""
        field = _LAST_KEY.search(row["field"] or "")
        bad = re.search(r"\\x[0-9a-f]{2}", text) if row["code"] == "not_utf8" else None
        if bad:
            return bad.start() + 1
        for wanted in (row["raw_value"], field[1] if field else None):
            index = text.find(wanted) if wanted else -1
            if index >= 0:
                return index + 1
        return len(text) - len(text.lstrip()) + 1

    @cached_property
    def _hidden(self) -> set[int]:
        """The lines that hold something of a value named `secured`, or may do so."""
        first = line_naming_secured("\n".join(self._lines))
        if first is None:
            return set()
        try:
            block = decode(Fences(self._data).block)
            first_lines = parse_document(block, first_line=2, limits=self._limits).lines
        except FileRejected:  # nobody knows where the value ends
            return set(range(first + 1, len(self._lines) + 1))
        return self._within(first_lines)

    def _within(self, first_lines: dict[Path, int]) -> set[int]:
        """From the line of each such value to the next one that is none of it."""
        hidden: set[int] = set()
        start: int | None = None
        for path, line in first_lines.items():
            if is_in_secured(path):
                start = line if start is None else start
            elif start is not None:
                begins = self._lines[line - 1].lstrip(" -'\"").startswith(str(path[-1]))
                hidden.update(range(start, line if begins and line > start else line + 1))
                start = None
        if start is not None:
            hidden.update(range(start, Fences(self._data).closing_line))
        return hidden
