"""Raw bytes → records: the kind of a file, and its front matter as texts, lists and dicts."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

NULLS = ("", "~", "null", "Null", "NULL")
MAX_DEPTH = 32
BLANKS = " \t\r"
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class Rejected(Exception):
    """A raw file that cannot be used; the message is the code."""


@dataclass
class RawRecord:
    """One raw file: `fields` of its front matter, or the `text` of a page."""

    source_path: str
    data: bytes
    status: str = "loaded"
    kind: str = "other"
    reason: str | None = None
    fields: dict[str, Any] = field(default_factory=dict)
    duplicates: list[str] = field(default_factory=list)
    text: str = ""


def raw_files(root: Path) -> Iterator[tuple[str, bytes]]:
    """Path below the root and content of every file that is not hidden and no link."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(folder, name)
            if not name.startswith(".") and path.is_file() and not path.is_symlink():
                yield path.relative_to(root).as_posix(), path.read_bytes()


def read(source_path: str, data: bytes) -> RawRecord:
    """What the contract says of the file, apart from the fields an article must have."""
    record = RawRecord(source_path, data)
    plain = data.removeprefix(b"\xef\xbb\xbf")
    first = plain.split(b"\n", 1)[0]
    try:
        if first.startswith(b"---") and not first[3:].strip(b" \t\r"):
            record.kind = "article"
            _read_front_matter(record, _decoded(plain))
        elif source_path.lower().endswith(".txt"):
            record.kind = "page"
            record.text = _decoded(plain)
            record.status = "loaded" if record.text.strip() else "rejected"
            record.reason = None if record.text.strip() else "empty_page"
        else:
            is_markdown = source_path.lower().endswith((".md", ".markdown"))
            record.status = "skipped"
            record.reason = "no_front_matter" if is_markdown else "other_file_type"
    except Rejected as rejected:
        record.status, record.reason = "rejected", str(rejected)
    return record


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise Rejected("not_utf8") from None


def _read_front_matter(record: RawRecord, text: str) -> None:
    lines = text.split("\n")
    for end in range(1, len(lines)):
        if lines[end].rstrip(BLANKS) in ("---", "..."):
            break
    else:
        raise Rejected("unclosed_front_matter")
    block = "\n".join(lines[1:end]) + "\n"
    record.text = "\n".join(lines[end + 1 :])
    if FORBIDDEN.search(block):
        raise Rejected("invalid_character")
    value = Builder(block, record.duplicates).value()
    if not isinstance(value, dict):
        raise Rejected("list_front_matter" if isinstance(value, list) else "scalar_front_matter")
    record.fields = value
    category = value.get("category")
    if not isinstance(category, str) or not category.strip():
        record.status, record.kind, record.reason = "skipped", "other", "no_category"


class Builder:
    """Values from YAML events: scalars stay text, only a plain null is None."""

    def __init__(self, block: str, duplicates: list[str]) -> None:
        self.events = yaml.parse(block, Loader=yaml.CBaseLoader)
        self.duplicates = duplicates

    def next(self) -> yaml.Event:
        try:
            event = next(self.events)
        except yaml.YAMLError:
            raise Rejected("invalid_yaml") from None
        tag = getattr(event, "tag", None)
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None) or tag:
            raise Rejected("unsafe_yaml")
        return event

    def value(self) -> Any:
        self.next()  # stream start
        if isinstance(self.next(), yaml.StreamEndEvent):
            raise Rejected("empty_front_matter")
        value = self.build(self.next(), "", 1)
        if not isinstance(self.next(), yaml.DocumentEndEvent):
            raise Rejected("invalid_yaml")
        if not isinstance(self.next(), yaml.StreamEndEvent):
            raise Rejected("invalid_yaml")
        return value

    def build(self, event: yaml.Event, path: str, depth: int) -> Any:
        if isinstance(event, yaml.ScalarEvent):
            is_plain = event.implicit[0]
            return None if is_plain and event.value in NULLS else event.value
        if depth > MAX_DEPTH:
            raise Rejected("too_deep")
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(path, depth)
        return self.mapping(path, depth)

    def sequence(self, path: str, depth: int) -> list[Any]:
        items: list[Any] = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.build(event, f"{path}[{len(items) + 1}]", depth + 1))
        return items

    def mapping(self, path: str, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise Rejected("complex_key")
            if event.value == "<<" and event.implicit[0]:
                raise Rejected("unsafe_yaml")
            here = f"{path}.{event.value}" if path else event.value
            if event.value in values:
                self.duplicates.append(here)
            values[event.value] = self.build(self.next(), here, depth + 1)
        return values
