"""A batch: some files' records → Arrow tables, one for each tidy table they feed.

Pure: names, sizes, digests and records in, tables out. Files are added in the order of their
`record_id`; the tables come out ordered by their keys (`files` and `rejects` excepted, whose key
is the source path).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from pipeline.core.arrow_schema import schema, table_of
from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Page, Skipped, dotted
from pipeline.transform.article_tables import ArticleTables, joined, numbered_table
from pipeline.transform.articles import cast_article, record_id
from pipeline.transform.pages import page_row, paragraph_rows


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a raw file whatever it holds; `sha256` is empty where it was not read."""

    source_path: str
    kind: str
    size: int
    sha256: str | None


class Batch:
    """Rows of the tidy tables, growing file by file; an article goes by the number of its file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files: list[tuple[object, ...]] = []
        self._rejects: list[tuple[object, ...]] = []
        self._articles: list[list[object]] = []
        self._numbers: list[int] = []
        self._topics: list[dict[str, object]] = []
        self._related: list[dict[str, object]] = []
        self._images: list[dict[str, object]] = []
        self._pages: list[tuple[object, ...]] = []
        self._paragraphs: list[tuple[object, ...]] = []

    def add(self, facts: FileFacts, record: FrontMatter | Page | Skipped | Problem) -> None:
        """Add one file; every file becomes exactly one row of `files`."""
        status, reason = "loaded", None
        if isinstance(record, FrontMatter):
            try:
                self._add_article(facts.source_path, record)
            except FileRejected as rejection:
                record = _with_line(rejection.problem, record)
        elif isinstance(record, Page):
            page_id = record_id(facts.source_path)
            self._pages.append(page_row(page_id, facts.source_path, record))
            self._paragraphs.extend(paragraph_rows(page_id, record))
        elif isinstance(record, Skipped):
            status, reason = "skipped", record.reason
        if isinstance(record, Problem):
            status, reason = "rejected", record.code
            self._add_problems(facts.source_path, [record])
        self._add_file(facts, status, reason)

    def add_columnar(self, facts: FileFacts) -> None:
        """Add a file whose article is among those that `tables` is given."""
        self._add_file(facts, "loaded", None)

    def _add_file(self, facts: FileFacts, status: str, reason: str | None) -> None:
        self._files.append(
            (facts.source_path, facts.kind, status, reason, facts.size, facts.sha256)
        )

    def _add_article(self, source_path: str, record: FrontMatter) -> None:
        article = cast_article(source_path, record, self._limits)
        number = len(self._files)
        self._articles.append([article.row[name] for name in schema("articles").names])
        self._numbers.append(number)
        for rows, added in (
            (self._topics, article.topics),
            (self._related, article.related),
            (self._images, article.images),
        ):
            rows += [row | {"article": number} for row in added]
        problems = list(record.problems)
        for found in article.findings:
            line = record.line(found.path)
            problems.append(
                Problem(found.code, found.message, dotted(found.path), line, found.raw_value)
            )
        problems.sort(key=lambda problem: problem.line or 0)
        self._add_problems(source_path, problems)

    def _add_problems(self, source_path: str, problems: list[Problem]) -> None:
        most = self._limits.max_problems
        if len(problems) > most:
            message = f"{len(problems) - most:,} more problems are not listed"
            problems = [*problems[:most], Problem("too_many_problems", message)]
        for number, problem in enumerate(problems, start=1):
            self._rejects.append(
                (source_path, number, problem.severity, problem.code, problem.field)
                + (problem.line, problem.raw_value, problem.message)
            )

    def tables(self, columnar: ArticleTables | None = None) -> dict[str, pa.Table]:
        """The tables by name; `related_items` still lacks `related_article_id`.

        `columnar` are the articles of the files that `add_columnar` added.
        """
        own = ArticleTables(
            np.array(self._numbers, np.int64),
            table_of("articles", self._articles),
            numbered_table("article_topics", self._topics),
            numbered_table("related_items", self._related),
            [numbered_table("images", self._images)],
        )
        return joined([own, columnar] if columnar else [own]) | {
            "files": table_of("files", self._files),
            "rejects": table_of("rejects", self._rejects),
            "pages": table_of("pages", self._pages),
            "page_paragraphs": table_of("page_paragraphs", self._paragraphs),
        }


def _with_line(problem: Problem, record: FrontMatter) -> Problem:
    path = tuple(problem.field.split(".")) if problem.field else ()
    return replace(problem, line=record.line(path))
