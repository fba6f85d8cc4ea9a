"""One raw file → its record: the kind is decided by content, never by extension alone."""

from __future__ import annotations

from typing import TypeAlias

from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Page, Skipped
from pipeline.core.secured_field import line_of_secured
from pipeline.core.text import clean_text
from pipeline.extract.front_matter.reader import FrontMatterReader, decode, opens_front_matter
from pipeline.extract.page.parser import read_page

Extracted: TypeAlias = FrontMatter | Page | Skipped
NO_CATEGORY = Skipped("no_category")
_MARKDOWN = (".md", ".markdown")


class FileReader:
    """Turns names and bytes into records; holds nothing but a bounded cache of parsed blocks."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._front_matter = FrontMatterReader(limits)

    def read(self, source_path: str, data: bytes) -> Extracted:
        """The record in `data`. Errors: `FileRejected` where it is one and can't be used."""
        if opens_front_matter(data):
            record = self._front_matter.read(data)
            if not _has_category(record):
                return NO_CATEGORY
            self._refuse_many_related(record)
            _refuse_secured(record.body, data.count(b"\n") - record.body.count("\n") + 1)
            return record
        name = source_path.lower()
        if name.endswith(".txt"):
            self._refuse_large_page(data)
            text = decode(data)
            _refuse_secured(text, 1)
            return read_page(text)
        return Skipped("no_front_matter" if name.endswith(_MARKDOWN) else "other_file_type")

    def _refuse_large_page(self, data: bytes) -> None:
        limits, lines = self._limits, data.count(b"\n") + 1
        if len(data) > limits.max_page_bytes:
            raise FileRejected(
                "file_too_large",
                f"{len(data):,} bytes; the limit of a page is {limits.max_page_bytes:,}",
            )
        if lines > limits.max_lines:
            raise FileRejected(
                "too_many_lines", f"{lines:,} lines; the limit is {limits.max_lines:,}"
            )

    def _refuse_many_related(self, record: FrontMatter) -> None:
        related = record.fields.get("related")
        if isinstance(related, list) and len(related) > self._limits.max_related:
            raise FileRejected(
                "too_many_related",
                f"{len(related):,} related items; the limit is {self._limits.max_related:,}",
                field="related",
                line=record.locator.line(("related",)),
            )


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


def kind_of(data: bytes, extracted: Extracted | Problem) -> str:
    """`article`, `page` or `other`, as `files.kind` tells it."""
    if isinstance(extracted, Skipped):
        return "other"
    return "article" if opens_front_matter(data) else "page"
