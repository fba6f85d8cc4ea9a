"""How one file is read, step by step, by the very code that builds.

Nothing of a value named `secured` is ever part of an explanation.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.errors import FileRejected, UsageError, codes
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.core.records import FrontMatter, Page, Value, evidence
from pipeline.core.secured_field import is_secured
from pipeline.explain.source_lines import SourceLines
from pipeline.extract.columnar.records import RECORD
from pipeline.extract.file_reader import read_file
from pipeline.extract.front_matter.columns import known_fields
from pipeline.extract.front_matter.reader import BOM, Fences, opens_front_matter
from pipeline.parse import parse
from pipeline.sources.folder import RawFile, read_bytes, readable
from pipeline.sources.folder_handles import FolderHandles

_PREVIEW = 70
_PARAGRAPHS = 30
_OTHER_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of reading: what was looked at, and what was found, as pairs of name and text."""

    name: str
    found: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One problem with its line of the file and the 1-based column of the caret under it; `source`
    is None where there is no line, or one that must not be shown."""

    severity: str
    code: str
    field: str | None
    line: int | None
    column: int | None
    source: str | None
    raw_value: str | None
    message: str
    cure: str


@dataclass(slots=True)
class Explanation:
    """How one file is read: `status` and `reason` as in the table `files`, or `left out`."""

    source_path: str
    status: str = "left out"
    reason: str | None = None
    steps: list[Step] = field(default_factory=list)
    problems: list[Shown] = field(default_factory=list)


def explain(path: Path, raw: Path, limits: Limits) -> Explanation:
    """Read the file at `path`, or at `path` within `raw`, as a run would, and say how.

    Errors: `UsageError` where there is no such file; whatever is in it is explained.
    """
    file = path if os.path.lexists(path) else raw / path
    try:
        status = file.lstat()
    except OSError as error:
        raise UsageError(f"{path} cannot be explained: {error.strerror}") from None
    explained = Explanation(readable(os.fsencode(_source_path(file, raw))))
    kind = _OTHER_KINDS.get(stat.S_IFMT(status.st_mode))
    if kind:
        explained.steps.append(Step("file", [("kind", f"{kind}: not part of an archive")]))
        return explained
    listed = RawFile(explained.source_path, os.fsencode(file.name), status.st_size)
    try:
        with FolderHandles(os.fsencode(file.parent.resolve())) as folders:
            data = read_bytes(listed, folders, limits)
    except FileRejected as rejection:
        content = RawContent(listed.source_path, listed.size, None, rejection.problem)
        _add_rows(explained, content, None, limits)
    else:
        _read(explained, data, limits)
    return explained


def _source_path(file: Path, raw: Path) -> str:
    """The path as `files` has it; that of a file outside of the archive is its name."""
    whole = file.parent.resolve() / file.name
    root = raw.resolve()
    return whole.relative_to(root).as_posix() if root in whole.parents else file.name


def _read(explained: Explanation, data: bytes, limits: Limits) -> None:
    digest = hashlib.sha256(data).hexdigest()
    explained.steps.append(Step("file", [("bytes", f"{len(data):,}"), ("sha256", digest)]))
    explained.steps.append(Step("kind", _kind_found(explained.source_path, data)))
    column = None
    try:
        if opens_front_matter(data):
            explained.steps.append(Step("fences", _fences_found(data)))
        record = read_file(explained.source_path, data, limits)
    except FileRejected as rejection:
        column = rejection.problem.column
    else:
        if isinstance(record, FrontMatter):
            explained.steps.append(Step("fields", _fields_found(record)))
        elif isinstance(record, Page):
            explained.steps.append(Step("paragraphs", _paragraphs_found(record)))
    _add_rows(explained, RawContent(explained.source_path, len(data), data), column, limits)


def _kind_found(source_path: str, data: bytes) -> list[tuple[str, str]]:
    marks = [("byte order mark", "yes, and ignored")] if data.startswith(BOM) else []
    if b"\r" in data:
        marks.append(("line ends", "CRLF" if b"\r\n" in data else "with lone CR"))
    if opens_front_matter(data):
        kind = "---, so this is front matter, whatever its name"
    elif source_path.lower().endswith(".txt"):
        kind = "not ---, and .txt: the text of a page"
    else:
        kind = "not ---, and no .txt: no record"
    return [("first line", kind), *marks]


def _fences_found(data: bytes) -> list[tuple[str, str]]:
    fences = Fences(data)
    body = len(fences.body.split())
    return [
        ("front matter", f"lines 2 to {fences.closing_line - 1:,}"),
        ("closing fence", f"line {fences.closing_line:,}"),
        ("body", f"{body:,} words" if body else "empty"),
    ]


def _fields_found(record: FrontMatter) -> list[tuple[str, str]]:
    found = []
    for name, value in record.fields.items():
        line = record.line((name,))
        unknown = (
            "" if name in known_fields(RECORD) or is_secured(name) else "  (unknown: kept in extra)"
        )
        found.append((name, f"line {line}: {_preview(name, value)}{unknown}"))
    return found


def _paragraphs_found(page: Page) -> list[tuple[str, str]]:
    found = [(each.role, _cut(each.text)) for each in page.paragraphs[:_PARAGRAPHS]]
    more = len(page.paragraphs) - len(found)
    return [*found, ("…", f"{more:,} more")] if more > 0 else found


def _preview(name: str, value: Value) -> str:
    if is_secured(name):
        return "present, and never shown" if value else "empty"
    if value is None:
        return "null"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    return _cut(evidence(value))


def _cut(text: str) -> str:
    return text if len(text) <= _PREVIEW else text[: _PREVIEW - 1] + "…"


def _add_rows(
    explained: Explanation, content: RawContent, column: int | None, limits: Limits
) -> None:
    """Add the rows of the file as a build makes them; `column` is where in a line it breaks off."""
    tables = parse([content], limits)
    source = SourceLines(content.data or b"", limits)
    (file,) = tables["files"].to_pylist()
    explained.status, explained.reason = file["status"], file["reason"]
    for name in ("articles", "pages"):
        for row in tables[name].to_pylist():
            explained.steps.append(Step("casts", _row_found(row)))
    counted = ("article_topics", "images", "related_items", "page_paragraphs")
    rows = [(name, f"{tables[name].num_rows:,}") for name in counted if tables[name].num_rows]
    if rows:
        explained.steps.append(Step("rows", rows))
    explained.problems += [_shown(row, column, source) for row in tables["rejects"].to_pylist()]


def _row_found(row: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(name, _cut(str(value))) for name, value in row.items() if value is not None]
    absent = [name for name, value in row.items() if value is None]
    return [*found, ("NULL", ", ".join(absent))] if absent else found


def _shown(row: dict[str, Any], column: int | None, source: SourceLines) -> Shown:
    text = source.text(row["line"], row["field"])
    names = ("severity", "code", "field", "line", "raw_value", "message")
    return Shown(
        **{name: row[name] for name in names},
        column=None if text is None else column or source.column(text, row),
        source=text,
        cure=codes()[row["code"]].cure,
    )
