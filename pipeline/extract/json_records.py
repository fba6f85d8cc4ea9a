"""JSON: the records of a file, and the fields of each, or a reject.

Values become what front matter has: numbers are text as written, true and false are these words.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import Any, TypeAlias

from pipeline.core.configuration import JSON_LINES
from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.core.records import FrontMatter, Path, Value, dotted, is_in_secured
from pipeline.extract.front_matter.reader import BOM, decode
from pipeline.extract.front_matter.yaml_reference import FORBIDDEN

_BLANKS = re.compile(r"[ \t\n\r]*")
_LIST = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\[")
_Part: TypeAlias = tuple[int, int, bytes]
_WORDS = {True: "true", False: "false", None: None}


def split_records(content: RawContent, form: str, limits: Limits) -> Iterator[RawContent]:
    """Cut a file into its records, each called `path#number`: the line of one in JSON Lines, the
    place in a list. A file that is one record, that holds none or cannot be cut stays whole; one of
    more records than `max_lines` has a problem in place of its content."""
    data = content.data or b""
    if form == JSON_LINES:
        parts = _lines_of(data)
    else:
        parts = _items_of(data) if _LIST.match(data) else iter(())
    try:
        found = list(islice(parts, limits.max_lines + 1))
    except (FileRejected, ValueError, IndexError, RecursionError):
        found = []
    if len(found) > limits.max_lines:
        message = f"more than {limits.max_lines:,} records"
        problem = Problem("too_many_lines", message)
        yield replace(content, data=None, problem=problem)
        return
    if not found:
        yield content
    for number, line, part in found:
        path = f"{content.source_path}#{number}"
        yield replace(content, source_path=path, size=len(part), data=part, first_line=line)


def _lines_of(data: bytes) -> Iterator[_Part]:
    """Number, line and text of each line that is not blank."""
    at, number = len(BOM) if data.startswith(BOM) else 0, 1
    while at < len(data):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        if line := data[at:end].strip():
            yield number, number, line
        at, number = end + 1, number + 1


def _items_of(data: bytes) -> Iterator[_Part]:
    """Number, line and text of each item of a list. Errors: `ValueError`, `IndexError`,
    `FileRejected` or `RecursionError` where it is no list to its end."""
    text, decoder = decode(data), json.JSONDecoder()
    at = _skip_blanks(text, text.index("[") + 1)
    line, seen, number = 1, 0, 0
    while number or text[at] != "]":
        _, end = decoder.raw_decode(text, at)
        line, seen, number = line + text.count("\n", seen, at), at, number + 1
        yield number, line, text[at:end].encode()
        at = _skip_blanks(text, end)
        if text[at] == "]":
            break
        if text[at] != ",":
            raise ValueError(f"no comma after item {number}")
        at = _skip_blanks(text, at + 1)
    if text[at + 1 :].strip():
        raise ValueError("more text after the list")


def _skip_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at


def read_json(data: bytes, first_line: int, limits: Limits) -> FrontMatter:
    """Read the record in `data`, whose first line is line `first_line` of its file.

    Errors: `FileRejected`: not_utf8, invalid_json, invalid_character, too_deep, too_many_nodes,
    list_front_matter or scalar_front_matter, each with a line.
    """
    text = decode(data)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_mapping,
            parse_int=str,
            parse_float=str,
            parse_constant=_refuse_constant,
        )
    except json.JSONDecodeError as error:
        line = first_line + error.lineno - 1
        raise FileRejected("invalid_json", error.msg, line=line, column=error.colno) from None
    except ValueError as error:
        raise FileRejected("invalid_json", str(error), line=first_line) from None
    except RecursionError:
        raise FileRejected("too_deep", "nested too deep to be read", line=first_line) from None
    if not isinstance(value, dict):
        shape = "list" if isinstance(value, list) else "scalar"
        raise FileRejected(
            f"{shape}_front_matter", f"the record is a {shape}, no object", line=first_line
        )
    lines = _field_lines(text, first_line)
    plain = PlainValues(first_line, limits)
    return FrontMatter(plain.fields(value), "", tuple(plain.problems), lines)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class _Repeating(dict[str, Any]):
    """A mapping some of whose keys stand twice in the text: `repeated`."""

    repeated: tuple[str, ...] = ()


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = _Repeating(found)
    repeating.repeated = tuple(k for k, n in Counter(k for k, _ in pairs).items() if n > 1)
    return repeating


def _field_lines(text: str, first_line: int) -> dict[Path, int]:
    """The line of the record and, where it has several, of each field on top."""
    lines: dict[Path, int] = {(): first_line}
    if "\n" not in text.strip():
        return lines
    decoder = json.JSONDecoder()
    at = _skip_blanks(text, text.index("{") + 1)
    line, seen = first_line, 0
    while text[at] == '"':
        line, seen = line + text.count("\n", seen, at), at
        key, end = decoder.raw_decode(text, at)
        lines[key,] = line
        _, end = decoder.raw_decode(text, _skip_blanks(text, _skip_blanks(text, end) + 1))
        comma = _skip_blanks(text, end)
        at = _skip_blanks(text, comma + 1) if text[comma] == "," else comma
    return lines


class PlainValues:
    """Values of a record, whose line is `line`, as text, lists and mappings; `problems` are keys
    that stand twice."""

    def __init__(self, line: int, limits: Limits) -> None:
        self._line = line
        self._limits = limits
        self._nodes = 0
        self.problems: list[Problem] = []

    def fields(self, values: Mapping[str, Any], path: Path = ()) -> dict[str, Value]:
        """The values of a mapping at `path`. Errors: `FileRejected` too_deep, too_many_nodes, or
        invalid_character as in YAML."""
        for key in getattr(values, "repeated", ()):
            self._note(key, path)
        self._count(len(values))
        return {self._text(key): self._plain(each, (*path, key)) for key, each in values.items()}

    def _note(self, key: str, path: Path) -> None:
        """Note a key that stands twice; not what it is called within `secured`."""
        name = dotted((*path, key)) if not is_in_secured(path) else None
        message = f"{name or 'a key'} stands twice in one object; the last one counts"
        self.problems.append(Problem("duplicate_key", message, name, self._line))

    def _plain(self, value: Any, path: Path) -> Value:
        self._count(1)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict | list) and len(path) >= self._limits.max_depth:
            message = f"nested more than {self._limits.max_depth} levels deep"
            raise FileRejected("too_deep", message, line=self._line)
        if isinstance(value, dict):
            return self.fields(value, path)
        if isinstance(value, list):
            return [self._plain(each, (*path, index)) for index, each in enumerate(value)]
        return _WORDS[value] if value is None or isinstance(value, bool) else str(value)

    def _text(self, text: str) -> str:
        if FORBIDDEN.search(text):
            message = "a character that YAML forbids"
            raise FileRejected("invalid_character", message, line=self._line)
        return text

    def _count(self, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > self._limits.max_nodes:
            message = f"more than {self._limits.max_nodes:,} values"
            raise FileRejected("too_many_nodes", message, line=self._line)
