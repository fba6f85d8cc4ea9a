"""One raw file → its record: the kind is decided by content, never by extension alone."""

from __future__ import annotations

from typing import TypeAlias

from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Page, Skipped, dotted, texts_of, value_at
from pipeline.core.secured_field import line_of_secured
from pipeline.core.text import clean_text
from pipeline.extract.field_names import renamed
from pipeline.extract.front_matter.reader import decode, opens_front_matter, read_front_matter
from pipeline.extract.json_records import read_json
from pipeline.extract.page.parser import read_page
from pipeline.extract.toml_front_matter import opens_toml, read_toml

Extracted: TypeAlias = FrontMatter | Page | Skipped
NO_CATEGORY = Skipped("no_category")
_MARKDOWN = (".md", ".markdown")


def read_file(
    source_path: str,
    data: bytes,
    limits: Limits,
    configuration: Configuration = CONTRACT,
    first_line: int = 1,
) -> Extracted:
    """Read the record in `data`, the first line of which is `first_line` of its file. Errors:
    `FileRejected` where it is one and can't be used."""
    name = source_path.lower()
    form = form_of(source_path, data, configuration)
    if form is None:
        return Skipped("no_front_matter" if name.endswith(_MARKDOWN) else "other_file_type")
    if form == "page":
        _refuse_large_page(data, limits)
        text = decode(data)
        _refuse_secured(text, 1)
        return read_page(text)
    if form == "json" and data.strip() in (b"", b"[]"):
        return Skipped("other_file_type")  # it holds no record
    if form == "json":
        record = read_json(data, first_line, limits)
    else:
        read = read_toml if form == "toml" else read_front_matter
        record = read(data, limits)
        _refuse_secured(record.body, data.count(b"\n") - record.body.count("\n") + 1)
    if not configuration.is_marked(texts_of(value_at(record.fields, configuration.marker))):
        return NO_CATEGORY
    record = renamed(record, configuration)
    if not _has_category(record, configuration):
        return NO_CATEGORY
    _refuse_many_related(record, limits)
    if form == "json":
        _refuse_secured(record.body, record.line(("body",)) or first_line)
    return record


def form_of(source_path: str, data: bytes, configuration: Configuration = CONTRACT) -> str | None:
    """Which of the configured forms a file is of; None for none of them."""
    forms = configuration.forms
    if "yaml" in forms and opens_front_matter(data):
        return "yaml"
    if "toml" in forms and opens_toml(data):
        return "toml"
    if configuration.is_json(source_path):
        return "json"
    is_page = source_path.lower().endswith(".txt") and not opens_front_matter(data)
    return "page" if is_page and "page" in forms else None


def _refuse_large_page(data: bytes, limits: Limits) -> None:
    lines = data.count(b"\n") + 1
    if len(data) > limits.max_page_bytes:
        message = f"{len(data):,} bytes; the limit of a page is {limits.max_page_bytes:,}"
        raise FileRejected("file_too_large", message)
    if lines > limits.max_lines:
        message = f"{lines:,} lines; the limit is {limits.max_lines:,}"
        raise FileRejected("too_many_lines", message)


def _refuse_many_related(record: FrontMatter, limits: Limits) -> None:
    related, most = record.fields.get("related"), limits.max_related
    if isinstance(related, list) and len(related) > most:
        message = f"{len(related):,} related items; the limit is {most:,}"
        field, line = dotted(record.as_written(("related",))), record.line(("related",))
        raise FileRejected("too_many_related", message, field=field, line=line)


def _refuse_secured(text: str, first_line: int) -> None:
    """Refuse a text outside of any front matter that holds what belongs into one."""
    line = line_of_secured(text)
    if line is not None:
        raise FileRejected(
            "unclosed_front_matter",
            "a line `secured:` stands outside of any front matter; a fence is missing or misplaced",
            field="secured",
            line=first_line + line,
        )


def _has_category(record: FrontMatter, configuration: Configuration) -> bool:
    category = record.fields.get("category")
    if isinstance(category, str):
        category = None if configuration.is_null("category", category) else clean_text(category)
    return category is not None or "category" in configuration.defaults


def kind_of(
    source_path: str,
    data: bytes,
    extracted: Extracted | Problem | None,
    configuration: Configuration = CONTRACT,
) -> str:
    """Name the kind: `article`, `page` or `other`, as in `files.kind`."""
    if isinstance(extracted, Skipped):
        return "other"
    return "page" if form_of(source_path, data, configuration) == "page" else "article"
