"""The reference YAML reader: PyYAML's event stream, built into text, lists and mappings.

Events come one at a time and are put together without recursion, so that no nesting can
exhaust the stack, and the bounds hold while the text is being read. No scalar is guessed at: plain
null is None, everything else the text it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, NoReturn

import yaml

from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.records import Path, Value, dotted, is_in_secured
from pipeline.core.secured_field import line_of_secured, may_name_secured

_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What YAML allows nowhere."""

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_ODD_BREAK = re.compile("\r(?!\n)|[\x85\u2028\u2029]")
_HOPELESS_RUN = re.compile(
    r"^[ \t]*+(?:[\w-]++:[ \t]++)?(?:[\[{][ \t]*+|[-?][ \t]++){1000}", re.MULTILINE
)


@dataclass(slots=True)
class Document:
    """A parsed mapping, the duplicate keys met, the 1-based line of every value, which is that of
    its key or else where it begins, and how many values, lists, mappings and keys there are."""

    fields: dict[str, Value]
    problems: list[Problem]
    lines: dict[Path, int]
    nodes: int


@dataclass(slots=True)
class _Open:
    """A list or mapping still being read."""

    value: list[Value] | dict[str, Value]
    path: Path
    key: str | None = None
    key_lines: dict[str, int] = field(default_factory=dict)


def _without_secrets(path: Path) -> Path:
    """The path as far as it may be shown: the keys within `secured` are part of its value."""
    while is_in_secured(path[:-1]):
        path = path[:-1]
    return path


def _file_lines(text: str, first_line: int) -> Callable[[Any], int]:
    """What gives the 1-based line in the file of a parser's mark.

    YAML knows more line breaks than the line feed, which alone ends a line of a file.
    """
    if not _ODD_BREAK.search(text):
        return lambda mark: int(mark.line) + first_line
    ends_line = ("\n" in found[0] for found in _BREAK.finditer(text))
    lines = list(accumulate(ends_line, initial=first_line))
    return lambda mark: lines[min(mark.line, len(lines) - 1)]


class _Builder:
    """Puts events together; what it refuses raises `FileRejected` with the line."""

    def __init__(self, text: str, first_line: int, limits: Limits) -> None:
        self.text = text
        self.file_line = _file_lines(text, first_line)
        self.limits = limits
        self.stack: list[_Open] = []
        self.root: Value = None
        self.documents = 0
        self.nodes = 0
        self.problems: list[Problem] = []
        self.lines: dict[Path, int] = {}

    def line(self, event: yaml.Event) -> int:
        """Return the line of the file in which an event starts."""
        return self.file_line(event.start_mark)

    def _refuse(self, code: str, message: str, event: yaml.Event) -> NoReturn:
        raise FileRejected(code, message, line=self.line(event))

    def take(self, event: yaml.Event) -> None:
        """Add one event. Errors: `FileRejected` where the contract or a bound forbids it."""
        if isinstance(event, yaml.DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._refuse("invalid_yaml", "a second document starts here", event)
        elif isinstance(event, yaml.CollectionEndEvent):
            self.stack.pop()
        elif isinstance(event, yaml.NodeEvent):
            self._refuse_unsafe(event)
            self.nodes += 1
            if self.nodes > self.limits.max_nodes:
                message = f"more than {self.limits.max_nodes:,} values"
                self._refuse("too_many_nodes", message, event)
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_swallowed(event)
                self._scalar(event)
            else:
                self._open(event)

    def _refuse_unsafe(self, event: Any) -> None:
        what = None
        if isinstance(event, yaml.AliasEvent):
            what = "an alias (*)"
        elif event.anchor is not None:
            what = "an anchor (&)"
        elif event.tag is not None:
            what = "a tag (!)"
        elif self._expects_key() and getattr(event, "value", None) == "<<" and event.implicit[0]:
            what = "a merge key (<<)"
        if what:
            self._refuse("unsafe_yaml", f"{what} is not allowed", event)

    def _refuse_swallowed(self, event: Any) -> None:
        """Refuse a text of several lines, one of which is the field `secured`."""
        start, end = event.start_mark, event.end_mark
        if start.line == end.line or self._in_secured():
            return
        if line_of_secured(self.text[start.index : end.index]) is not None:
            message = (
                "a text runs on over a line `secured:`; its closing quote is missing or misplaced"
            )
            self._refuse("invalid_yaml", message, event)

    def _in_secured(self) -> bool:
        """Whether the next value belongs to a field named `secured`."""
        return bool(self.stack) and is_in_secured((*self.stack[-1].path, self.stack[-1].key))

    def _expects_key(self) -> bool:
        top = self.stack[-1] if self.stack else None
        return top is not None and isinstance(top.value, dict) and top.key is None

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        if self._expects_key():
            self._key(event)
            return
        plain_null = event.implicit[0] and event.value in _NULLS
        self._add(None if plain_null else event.value, event)

    def _key(self, event: yaml.ScalarEvent) -> None:
        top = self.stack[-1]
        top.key = event.value
        line = self.line(event)
        if top.key in top.key_lines:
            first = top.key_lines[top.key]
            name = dotted(_without_secrets((*top.path, top.key)))
            message = f"{name} stands on line {first} and again on line {line}; the last one counts"
            self.problems.append(Problem("duplicate_key", message, field=name, line=line))
        top.key_lines[top.key] = line

    def _add(self, value: Value, event: yaml.Event) -> Path:
        path: Path = ()
        line = self.line(event)
        if not self.stack:
            self.root = value
        else:
            top = self.stack[-1]
            if isinstance(top.value, list):
                path = (*top.path, len(top.value))
                top.value.append(value)
            elif top.key is not None:
                path = (*top.path, top.key)
                top.value[top.key] = value
                line = top.key_lines[top.key]
                top.key = None
        self.lines[path] = line
        return path

    def _open(self, event: yaml.NodeEvent) -> None:
        if self._expects_key():
            self._refuse("complex_key", "a key is a list or mapping", event)
        if len(self.stack) >= self.limits.max_depth:
            raise _too_deep(self.limits, self.line(event))
        value: list[Value] | dict[str, Value]
        value = {} if isinstance(event, yaml.MappingStartEvent) else []
        path = self._add(value, event)
        self.stack.append(_Open(value, path))


def _too_deep(limits: Limits, line: int | None) -> FileRejected:
    return FileRejected("too_deep", f"nested more than {limits.max_depth} levels deep", line=line)


def _refuse_hopeless(text: str, first_line: int, limits: Limits) -> None:
    """Refuse a line that opens a thousand levels before any parser sees it.

    What is merely too deep is counted while it is read: a row of 40 dashes may be text.
    """
    found = _HOPELESS_RUN.search(text)
    if found:
        raise _too_deep(limits, text.count("\n", 0, found.start()) + first_line)


def _line_at(text: str, number: int) -> str | None:
    """The text of a 0-based line as evidence, or None where it may belong to `secured`.

    In a text that cannot be parsed nobody knows where a value ends: once `secured` was named, in
    whatever spelling, no line is shown any more.
    """
    lines = text.split("\n")[: number + 1]
    if len(lines) <= number or may_name_secured("\n".join(lines)):
        return None
    return lines[number].strip() or None


def _broken(error: yaml.YAMLError, text: str, first_line: int) -> FileRejected:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        line = _file_lines(text, first_line)(error.problem_mark)
        return FileRejected(
            "invalid_yaml",
            error.problem or "not valid YAML",
            line=line,
            column=int(error.problem_mark.column) + 1,
            raw_value=_line_at(text, line - first_line),
        )
    found = FORBIDDEN.search(text)
    line = first_line + (text.count("\n", 0, found.start()) if found else 0)
    return FileRejected("invalid_character", "a character that YAML forbids", line=line)


def parse_document(text: str, *, first_line: int, limits: Limits) -> Document:
    """Parse the mapping written in `text`, whose first line is line `first_line` of its file.

    Errors: `FileRejected` with one of invalid_yaml, invalid_character, unsafe_yaml, complex_key,
    too_deep, too_many_nodes, empty_, list_ or scalar_front_matter, each with the line.
    """
    _refuse_hopeless(text, first_line, limits)
    builder = _Builder(text, first_line, limits)
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            builder.take(event)
    except yaml.YAMLError as error:
        raise _broken(error, text, first_line) from None
    root = builder.root
    if root is None:
        raise FileRejected("empty_front_matter", "the front matter is empty", line=first_line)
    if not isinstance(root, dict):
        shape = "list" if isinstance(root, list) else "scalar"
        message = f"the front matter is a {shape}"
        raise FileRejected(f"{shape}_front_matter", message, line=builder.lines[()])
    return Document(root, builder.problems, builder.lines, builder.nodes)
