"""How one file is read, step by step, by the very code that builds.

Nothing of a value named `secured` is ever part of an explanation.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import FileRejected, UsageError, codes
from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.core.records import FrontMatter, Page, Value, dotted, evidence
from pipeline.core.secured_field import is_secured
from pipeline.explain.source_lines import SourceLines
from pipeline.extract.columnar.records import RECORD
from pipeline.extract.file_reader import form_of, read_file
from pipeline.extract.front_matter.columns import known_fields
from pipeline.extract.front_matter.reader import BOM, Fences
from pipeline.extract.json_records import split_records
from pipeline.parse import parse, without_name_of_record
from pipeline.sources.folder import FolderFiles, RawFile, readable
from pipeline.sources.raw_archive import Raw, named_sources, open_archive

_PREVIEW = 70
_PARAGRAPHS = 30
_READ_ALONE = "its id and collection differ inside an archive"
_OTHER_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_FORMS = {
    "yaml": "---, so this is front matter, whatever its name",
    "toml": "+++, so this is front matter, whatever its name",
    "json": "of a record in JSON, by its name",
    "page": "not ---, and .txt: the text of a page",
    None: "not ---, and no .txt: no record",
}


@dataclass(frozen=True, slots=True)
class Step:
    """One step of reading: what was looked at, and what was found, as pairs of name and text."""

    name: str
    found: list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One problem with its line of the file and the 1-based column of the caret under it; `source`
    is None where there is no line, or one that must not be shown, `column` also where the field is
    absent."""

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


def explain(
    path: Path, raw: Raw, limits: Limits, configuration: Configuration = CONTRACT
) -> Explanation:
    """Read the file at `path`, or at `path` within the archive `raw`, as a run would, and say how.

    Of one of several records of a file the path ends with `#` and its number. Errors: `UsageError`
    where there is no such file or record; whatever is in it is explained.
    """
    name, _, number = str(path).rpartition("#")
    found = _explain_at(path, "", raw, limits, configuration)
    if found is None and name and configuration.is_json(str(path)):
        found = _explain_at(Path(name), number, raw, limits, configuration)
    if found is None:
        raise UsageError(f"{path} cannot be explained: {os.strerror(errno.ENOENT)}")
    return found


def _explain_at(
    path: Path, number: str, raw: Raw, limits: Limits, configuration: Configuration
) -> Explanation | None:
    """What is there explained; None where nothing is.

    A file on disk comes first where the archive is one folder; else one of the archive does.
    """
    named = named_sources(raw)
    roots = [root for root in map(Path, named) if root.is_dir()]
    file = _file_at(path, roots)
    if file is not None and (path.is_absolute() or len(named) == len(roots) == 1):
        return _explain_file(file, number, roots, limits, configuration)
    try:
        content = open_archive(raw, limits).content(path.as_posix())
    except UsageError:
        if file is None:
            raise
        content = None
    if content is not None:
        return _explain_content(content, number, limits, configuration)
    return _explain_file(file, number, roots, limits, configuration) if file else None


def _file_at(path: Path, roots: Sequence[Path]) -> Path | None:
    """The file on disk, by itself or within one of the folders."""
    candidates = (path, *(root / path for root in roots))
    return next((each for each in candidates if os.path.lexists(each)), None)


def _explain_file(
    file: Path, number: str, roots: Sequence[Path], limits: Limits, configuration: Configuration
) -> Explanation:
    status = file.lstat()
    within = _path_within(file, roots)
    source_path = readable(os.fsencode(within or file.name))
    kind = _OTHER_KINDS.get(stat.S_IFMT(status.st_mode))
    if kind:
        explained = Explanation(source_path)
        explained.steps.append(Step("file", [("kind", f"{kind}: not part of an archive")]))
        return explained
    listed = RawFile(source_path, os.fsencode(file.name), status.st_size)
    [content] = FolderFiles(os.fsencode(file.parent.resolve()), (listed,)).contents(limits)
    explained = _explain_content(content, number, limits, configuration)
    if within is None:
        explained.steps.append(Step("note", [("read alone", _READ_ALONE)]))
    return explained


def _explain_content(
    content: RawContent, number: str, limits: Limits, configuration: Configuration
) -> Explanation:
    content = without_name_of_record(content, configuration)
    explained = Explanation(content.source_path)
    how = _How(content.data or b"", limits, configuration)
    if content.data is None:
        _add_rows(explained, content, None, how)
    else:
        _read(explained, content, number, how)
    return explained


def _path_within(file: Path, roots: Sequence[Path]) -> str | None:
    """The path as `files` has it; None of a file outside of the archive, which goes by its name."""
    whole = file.parent.resolve() / file.name
    for root in (each.resolve() for each in roots):
        if root in whole.parents:
            return whole.relative_to(root).as_posix()
    return None


class _How:
    """How a file is read: by which limits and configuration, and its lines to be shown."""

    def __init__(self, data: bytes, limits: Limits, configuration: Configuration) -> None:
        self.limits = limits
        self.configuration = configuration
        self.source = SourceLines(data, limits)


def _read(explained: Explanation, content: RawContent, number: str, how: _How) -> None:
    """Read a file, or the record of that number in it."""
    form = how.configuration.form_of(content.source_path)
    records = list(split_records(content, form, how.limits)) if form else [content]
    if number:
        explained.source_path += f"#{number}"
        records = [each for each in records if each.source_path == explained.source_path]
        if not records:
            raise UsageError(f"{content.source_path} has no record {number}")
    if len(records) == 1:
        explained.source_path = records[0].source_path
        _read_record(explained, records[0], how)
    else:
        _add_records(explained, content, how)


def _add_records(explained: Explanation, content: RawContent, how: _How) -> None:
    """Say what becomes of each record of a file."""
    tables = parse([content], how.limits, how.configuration)
    rows = tables["files"].to_pylist()
    found = [(each["source_path"], each["reason"] or each["status"]) for each in rows]
    explained.steps.append(Step("records", [(name, str(becomes)) for name, becomes in found]))
    statuses = {each["status"] for each in rows}
    explained.status = "loaded" if "loaded" in statuses else max(statuses)
    for row in tables["rejects"].to_pylist():
        explained.problems.append(_shown(row, None, how.source))


def _read_record(explained: Explanation, content: RawContent, how: _How) -> None:
    data = content.data or b""
    digest = hashlib.sha256(data).hexdigest()
    explained.steps.append(Step("file", [("bytes", f"{len(data):,}"), ("sha256", digest)]))
    form = form_of(content.source_path, data, how.configuration)
    explained.steps.append(Step("kind", _kind_found(form, data)))
    column = None
    try:
        if form == "yaml":
            explained.steps.append(Step("fences", _fences_found(data)))
        record = read_file(
            content.source_path, data, how.limits, how.configuration, content.first_line
        )
    except FileRejected as rejection:
        column = rejection.problem.column
    else:
        if isinstance(record, FrontMatter):
            explained.steps.append(Step("fields", _fields_found(record)))
        elif isinstance(record, Page):
            explained.steps.append(Step("paragraphs", _paragraphs_found(record)))
    _add_rows(explained, content, column, how)


def _kind_found(form: str | None, data: bytes) -> list[tuple[str, str]]:
    marks = [("byte order mark", "yes, and ignored")] if data.startswith(BOM) else []
    if b"\r" in data:
        marks.append(("line ends", "CRLF" if b"\r\n" in data else "with lone CR"))
    return [("first line", _FORMS[form]), *marks]


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
    known = known_fields(RECORD)
    for name, value in record.fields.items():
        written = dotted(record.as_written((name,)))
        note = f"  (as {written})" if written != name else ""
        if name not in known and not is_secured(name):
            note = "  (unknown: kept in extra)"
        found.append((name, f"line {record.line((name,))}: {_preview(name, value)}{note}"))
    for name, value in record.unmapped.items():
        line = record.lines.get((name,), record.lines.get(()))
        found.append((name, f"line {line}: {_preview(name, value)}  (unknown: kept in extra)"))
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


def _add_rows(explained: Explanation, content: RawContent, column: int | None, how: _How) -> None:
    """Add the rows of the file as a build makes them; `column` is where in a line it breaks off."""
    tables = parse([content], how.limits, how.configuration)
    (file,) = tables["files"].to_pylist()
    explained.status, explained.reason = file["status"], file["reason"]
    for name in ("articles", "pages"):
        for row in tables[name].to_pylist():
            explained.steps.append(Step("casts", _row_found(row)))
    counted = ("article_topics", "images", "related_items", "page_paragraphs")
    rows = [(name, f"{tables[name].num_rows:,}") for name in counted if tables[name].num_rows]
    if rows:
        explained.steps.append(Step("rows", rows))
    rejects = tables["rejects"].to_pylist()
    explained.problems += [_shown(row, column, how.source) for row in rejects]


def _row_found(row: dict[str, Any]) -> list[tuple[str, str]]:
    found = [(name, _cut(str(value))) for name, value in row.items() if value is not None]
    absent = [name for name, value in row.items() if value is None]
    return [*found, ("NULL", ", ".join(absent))] if absent else found


def _shown(row: dict[str, Any], column: int | None, source: SourceLines) -> Shown:
    text = source.text(row["line"], row["field"])
    is_absent = text is not None and source.is_absent(text, row)
    names = ("severity", "code", "field", "line", "raw_value", "message")
    return Shown(
        **{name: row[name] for name in names},
        column=None if text is None or is_absent else column or source.column(text, row),
        source=text,
        cure=codes()[row["code"]].cure,
    )
