"""A batch: the records of some files → Arrow tables, one for each tidy table they feed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from pipeline.core.arrow_schema import table_of
from pipeline.core.errors import Problem
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Page, Skipped
from pipeline.transform.article_tables import ArticleTables, joined
from pipeline.transform.articles import Articles
from pipeline.transform.file_names import record_id
from pipeline.transform.pages import page_row, paragraph_rows


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a raw file whatever it holds; `sha256` is None where it was not read.

    When it was collected and revised are seconds since 1970, None where the source does not know.
    """

    source_path: str
    kind: str
    size: int
    sha256: str | None
    collected_at: int | None = None
    revised_at: int | None = None


class Batch:
    """Rows of the tidy tables, growing file by file; an article goes by the number of its file."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._files: list[tuple[FileFacts, str, str | None]] = []
        self._problems: dict[int, Sequence[Problem]] = {}
        self._articles: list[ArticleTables] = []
        self._pages: list[tuple[object, ...]] = []
        self._paragraphs: list[tuple[object, ...]] = []

    def add(self, facts: FileFacts, record: FrontMatter | Page | Skipped | Problem | None) -> None:
        """Add one file; every file becomes exactly one row of `files`.

        What becomes of front matter, or of None, which stands for it, `add_articles` says.
        """
        status, reason = "loaded", None
        if isinstance(record, Page):
            page_id = record_id(facts.source_path)
            self._pages.append(page_row(page_id, facts.source_path, record))
            self._paragraphs.extend(paragraph_rows(page_id, record))
        elif isinstance(record, Skipped):
            status, reason = "skipped", record.reason
        elif isinstance(record, Problem):
            status, reason = "rejected", record.code
            self._problems[len(self._files)] = [record]
        self._files.append((facts, status, reason))

    def add_articles(self, articles: Articles) -> None:
        """Add what became of files that `add` was given before."""
        self._articles.append(articles.tables)
        self._problems.update(articles.problems)
        for number, problem in articles.rejected.items():
            self._problems[number] = [problem]
            self._files[number] = (self._files[number][0], "rejected", problem.code)

    def tables(self) -> dict[str, pa.Table]:
        """Make the tables by name; `related_items` still lacks `related_article_id`.

        They are ordered by file and then by the rest of their keys.
        """
        files = [
            (facts.source_path, facts.kind, status, reason, facts.size, facts.sha256)
            + (facts.collected_at, facts.revised_at)
            for facts, status, reason in self._files
        ]
        return joined(self._articles) | {
            "files": table_of("files", files),
            "rejects": table_of("rejects", self._rejects()),
            "pages": table_of("pages", self._pages),
            "page_paragraphs": table_of("page_paragraphs", self._paragraphs),
        }

    def _rejects(self) -> list[tuple[object, ...]]:
        """The rows of `rejects`; of one file at most as many as the limit, and one for the rest."""
        rows: list[tuple[object, ...]] = []
        most = self._limits.max_problems
        for file, problems in sorted(self._problems.items()):
            source_path, more = self._files[file][0].source_path, len(problems) - most
            listed = problems
            if more > 0:
                message = f"{more:,} more problems are not listed"
                listed = [*problems[:most], Problem("too_many_problems", message)]
            rows += [
                (source_path, number, each.severity, each.code, each.field)
                + (each.line, each.raw_value, each.message)
                for number, each in enumerate(listed, start=1)
            ]
        return rows
