"""One raw file → its record: the kind is decided by content, never by extension alone."""

from __future__ import annotations

from typing import TypeAlias

from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Page, Skipped
from pipeline.core.secured_field import line_of_secured
from pipeline.core.text import clean_text
from pipeline.extract.front_matter.reader import decode, opens_front_matter, read_front_matter
from pipeline.extract.page.parser import read_page

Extracted: TypeAlias = FrontMatter | Page | Skipped
NO_CATEGORY = Skipped("no_category")
_MARKDOWN = (".md", ".markdown")


def read_file(source_path: str, data: bytes, limits: Limits) -> Extracted:
    """Read the record in `data`. Errors: `FileRejected` where it is one and can't be used."""
    if opens_front_matter(data):
        record = read_front_matter(data, limits)
        if not _has_category(record):
            return NO_CATEGORY
        _refuse_many_related(record, limits)
        _refuse_secured(record.body, data.count(b"\n") - record.body.count("\n") + 1)
        return record
    name = source_path.lower()
    if name.endswith(".txt"):
        _refuse_large_page(data, limits)
        text = decode(data)
        _refuse_secured(text, 1)
        return read_page(text)
    return Skipped("no_front_matter" if name.endswith(_MARKDOWN) else "other_file_type")


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
        line = record.line(("related",))
        raise FileRejected("too_many_related", message, field="related", line=line)


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


def _has_category(record: FrontMatter) -> bool:
    category = record.fields.get("category")
    if isinstance(category, str):
        return clean_text(category) is not None
    return category is not None


def kind_of(data: bytes, extracted: Extracted | Problem | None) -> str:
    """Name the kind: `article`, `page` or `other`, as in `files.kind`."""
    if isinstance(extracted, Skipped):
        return "other"
    return "article" if opens_front_matter(data) else "page"
