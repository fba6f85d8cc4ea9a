"""A batch: some files' records → Arrow tables, one for each tidy table they feed.

Pure: names, sizes, digests and records in, tables out. Files are added in the order of their
`record_id`; the tables come out ordered by their keys (`files` and `rejects` excepted, whose key
is the source path).
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from pipeline.arrow import table_of
from pipeline.errors import FileRejected, Problem
from pipeline.records import FrontMatter, Locator, Page, Skipped, Value, dotted
from pipeline.transform.articles import Article, cast_article, record_id
from pipeline.transform.fields import Finding
from pipeline.transform.image_rows import ImageRows
from pipeline.transform.mentions import ItemMemory, Mentions
from pipeline.transform.pages import page_row, paragraph_rows
from pipeline.transform.scalars import to_json


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What is known of a raw file whatever it holds; `sha256` is empty where it was not read."""

    source_path: str
    kind: str
    size: int
    sha256: str | None


class Batch:
    """Rows of the tidy tables, growing file by file."""

    def __init__(self, memory: ItemMemory) -> None:
        self._files: list[tuple[object, ...]] = []
        self._rejects: list[tuple[object, ...]] = []
        self._articles: list[tuple[object, ...]] = []
        self._topics: list[tuple[object, ...]] = []
        self._pages: list[tuple[object, ...]] = []
        self._paragraphs: list[tuple[object, ...]] = []
        self._images = ImageRows()
        self._mentions = Mentions(memory)

    def add(self, facts: FileFacts, record: FrontMatter | Page | Skipped | FileRejected) -> None:
        """Add one file; every file becomes exactly one row of `files`."""
        status, reason = "loaded", None
        if isinstance(record, FrontMatter):
            try:
                self._add_article(facts.source_path, record)
            except FileRejected as rejection:
                record = _with_line(rejection, record.locator)
        elif isinstance(record, Page):
            page_id = record_id(facts.source_path)
            self._pages.append(page_row(page_id, facts.source_path, record))
            self._paragraphs.extend(paragraph_rows(page_id, record))
        elif isinstance(record, Skipped):
            status, reason = "skipped", record.reason
        if isinstance(record, FileRejected):
            status, reason = "rejected", record.problem.code
            self._add_problems(facts.source_path, [record.problem])
        self._files.append(
            (facts.source_path, facts.kind, status, reason, facts.size, facts.sha256)
        )

    def _add_article(self, source_path: str, record: FrontMatter) -> None:
        article = cast_article(source_path, record)
        number = len(self._articles)
        findings, extra = list(article.findings), article.extra
        related_extra = self._add_mentions(number, article, findings)
        if related_extra:
            extra["related"] = related_extra
        self._images.add(number, "article", article.images)
        self._images.add(number, "provider", article.provider_images)
        self._articles.append((*article.row, to_json(extra) if extra else None))
        article_id = article.row.article_id
        self._topics.extend((article_id, topic, place) for topic, place in sorted(article.topics))
        problems = [*record.problems, *(_problem(finding, record.locator) for finding in findings)]
        if problems:
            problems.sort(key=lambda problem: problem.line or 0)
            self._add_problems(source_path, problems)

    def _add_mentions(
        self, number: int, article: Article, findings: list[Finding]
    ) -> dict[str, Value]:
        extra: dict[str, Value] = {}
        for position, item in self._mentions.add(number, *article.related):
            place = ("related", position - 1)
            findings.extend(finding.below(place) for finding in item.findings)
            if item.extra:
                extra[str(position)] = item.extra
        return extra

    def _add_problems(self, source_path: str, problems: list[Problem]) -> None:
        for number, problem in enumerate(problems, start=1):
            self._rejects.append(
                (source_path, number, problem.severity, problem.code, problem.field)
                + (problem.line, problem.raw_value, problem.message)
            )

    def tables(self) -> dict[str, pa.Table]:
        """The tables by name; `related_items` still lacks `related_article_id`."""
        articles = table_of("articles", self._articles)
        article_ids = articles["article_id"].combine_chunks()
        published_at = articles["published_at"].combine_chunks()
        return {
            "files": table_of("files", self._files),
            "rejects": table_of("rejects", self._rejects),
            "articles": articles,
            "article_topics": table_of("article_topics", self._topics),
            "related_items": self._mentions.table(article_ids, published_at),
            "images": self._images.table(article_ids, self._mentions),
            "pages": table_of("pages", self._pages),
            "page_paragraphs": table_of("page_paragraphs", self._paragraphs),
        }


def _problem(finding: Finding, locator: Locator) -> Problem:
    return Problem(
        finding.code,
        finding.message,
        field=dotted(finding.path),
        line=locator.line(finding.path),
        raw_value=finding.raw_value,
    )


def _with_line(rejection: FileRejected, locator: Locator) -> FileRejected:
    problem = rejection.problem
    path = tuple(problem.field.split(".")) if problem.field else ()
    return FileRejected(
        problem.code,
        problem.message,
        field=problem.field,
        line=locator.line(path),
        raw_value=problem.raw_value,
    )
