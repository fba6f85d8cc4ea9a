"""The fast YAML reader: block mappings and lists whose scalars each fit on one line.

It accepts only what is provably read the same by the reference reader (`yaml_events`) and answers
None to everything else: flow collections, comments, anchors, tags, folded text, tabs, duplicate
keys, odd indentation. What it answers is exactly what the reference answers; a differential
test holds the two equal on real and generated records.
"""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from pipeline.core.records import Value

NULLS = frozenset(("null", "Null", "NULL"))
MAX_INDENT = 20

# Possessive quantifiers never give back what they took: a line is judged in one pass.
QUOTED = (
    r'"[^"\\\n]*+(?:\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4})[^"\\\n]*+)*+"'
    r"|'[^'\n]*+'"
)
_PLAIN = (
    r"(?:[A-Za-z0-9_./\u00c0-\ud7ff]|-(?=[0-9]))"
    r"[^\n:#]*+(?:(?::(?=[^ \n])|(?<=[^ ])#)[^\n:#]*+)*+"
)
KEY = r"[A-Za-z_][A-Za-z0-9_-]{0,99}+"  # YAML finds no key in more than 1,024 characters
_LINE = re.compile(
    rf"( *+)(?:(- )?({KEY}):(?: ++({QUOTED}|{_PLAIN})?)? *+"
    rf"|- ++({QUOTED}|{_PLAIN}) *+)\n"
    r"|(\n)|([^\n]++\n?)"
)
_ODD_CHARACTER = re.compile(
    r"[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)


_Line: TypeAlias = "tuple[int, bool, str, str]"
"""Indent, whether a dash opens it, key, raw value. A plain tuple: millions are made."""


class _NotPlain(Exception):
    """The text is more than one-line scalars in block style; let the reference judge."""


def _scalar(raw: str) -> str | None:
    first = raw[0]
    if first == '"':
        return json.loads(raw) if "\\" in raw else raw[1:-1]
    if first == "'":
        return raw[1:-1]
    text = raw.rstrip(" ")
    return None if text in NULLS else text


def _lines(text: str) -> list[_Line]:
    lines = []
    for indent, dash, key, value, item, blank, odd in _LINE.findall(text):
        if odd or len(indent) > MAX_INDENT:
            raise _NotPlain
        if not blank:
            lines.append((len(indent), bool(dash or item), key, value or item))
    return lines


def _nested(lines: list[_Line], at: int, parent_indent: int) -> tuple[Value, int]:
    """The value of a key that has none on its own line: a list, a mapping or null."""
    if at < len(lines):
        indent, dash, _, _ = lines[at]
        if dash and indent >= parent_indent:
            return _list(lines, at, indent)
        if indent > parent_indent:
            return _mapping(lines, at, indent)
    return None, at


def _mapping(lines: list[_Line], at: int, indent: int) -> tuple[dict[str, Value], int]:
    """The mapping whose keys stand at `indent`; its first key may follow a dash."""
    result: dict[str, Value] = {}
    first = at
    while at < len(lines):
        line_indent, dash, key, value = lines[at]
        if at > first:
            if line_indent < indent or (dash and line_indent == indent):
                break
            if line_indent != indent:
                raise _NotPlain
        if not key or key in result:
            raise _NotPlain
        at += 1
        if value:
            result[key] = _scalar(value)
        else:
            result[key], at = _nested(lines, at, indent)
    return result, at


def _list(lines: list[_Line], at: int, indent: int) -> tuple[list[Value], int]:
    """The list whose dashes stand at `indent`."""
    result: list[Value] = []
    while at < len(lines):
        line_indent, dash, key, value = lines[at]
        if line_indent < indent or not dash:
            break
        if line_indent != indent:
            raise _NotPlain
        if key:
            item, at = _mapping(lines, at, indent + 2)
            result.append(item)
        else:
            result.append(_scalar(value))
            at += 1
    return result, at


def _is_odd(text: str) -> bool:
    """Whether a character stands in the text that the reference may refuse or change."""
    if text.isascii():
        return not text.replace("\n", "").isprintable()
    return _ODD_CHARACTER.search(text) is not None


def parse_mapping(text: str, indent: int = 0) -> dict[str, Value] | None:
    """The mapping whose keys stand at `indent` in `text`, or None where that is not certain.

    `text` ends with a line break and uses line feeds only.
    """
    if _is_odd(text):
        return None
    try:
        lines = _lines(text)
        if not lines or lines[0][:2] != (indent, False):
            return None
        result, end = _mapping(lines, 0, indent)
    except _NotPlain:
        return None
    return result if end == len(lines) else None
