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
from pipeline.core.columnar import Ints
from pipeline.core.errors import FileRejected, Problem
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter, Locator, Page, Skipped, Value, dotted
from pipeline.transform.articles import Article, cast_article, record_id
from pipeline.transform.casts import to_json
from pipeline.transform.columnar.articles import Cast
from pipeline.transform.columnar.images import ImageRows, images
from pipeline.transform.columnar.related_items import Mentions, related_items
from pipeline.transform.fields import Finding
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
        self._articles: list[tuple[object, ...]] = []
        self._numbers: list[int] = []
        self._topics: list[tuple[int, str, int]] = []
        self._pages: list[tuple[object, ...]] = []
        self._paragraphs: list[tuple[object, ...]] = []
        self._images = {owner: ImageRows(owner) for owner in ("article", "provider")}
        self._mentions = Mentions(limits)

    def add(self, facts: FileFacts, record: FrontMatter | Page | Skipped | Problem) -> None:
        """Add one file; every file becomes exactly one row of `files`."""
        status, reason = "loaded", None
        if isinstance(record, FrontMatter):
            try:
                self._add_article(facts.source_path, record)
            except FileRejected as rejection:
                record = _with_line(rejection.problem, record.locator)
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

    def add_cast(self, facts: FileFacts) -> None:
        """Add a file whose article comes with the columns that `tables` is given."""
        self._add_file(facts, "loaded", None)

    def _add_file(self, facts: FileFacts, status: str, reason: str | None) -> None:
        self._files.append(
            (facts.source_path, facts.kind, status, reason, facts.size, facts.sha256)
        )

    def _add_article(self, source_path: str, record: FrontMatter) -> None:
        article = cast_article(source_path, record, self._limits)
        number = len(self._files)
        findings, extra = list(article.findings), article.extra
        related_extra = self._add_mentions(number, article, findings)
        if related_extra:
            extra["related"] = related_extra
        self._images["article"].add(number, article.images)
        self._images["provider"].add(number, article.provider_images)
        self._articles.append((*article.row, to_json(extra) if extra else None))
        self._numbers.append(number)
        self._topics.extend((number, topic, place) for topic, place in sorted(article.topics))
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
        most = self._limits.max_problems
        if len(problems) > most:
            message = f"{len(problems) - most:,} more problems are not listed"
            problems = [*problems[:most], Problem("too_many_problems", message)]
        for number, problem in enumerate(problems, start=1):
            self._rejects.append(
                (source_path, number, problem.severity, problem.code, problem.field)
                + (problem.line, problem.raw_value, problem.message)
            )

    def tables(self, cast: Cast | None = None) -> dict[str, pa.Table]:
        """The tables by name; `related_items` still lacks `related_article_id`.

        `cast` are the articles of the files that `add_cast` added.
        """
        own = self._mentions.columns()
        articles = [table_of("articles", self._articles)]
        topics = [self._topic_table()]
        mentions, pictures = [own], [each.columns() for each in self._images.values()]
        pictures.append(self._mentions.images(own))
        files = np.array(self._numbers, np.int64)
        if cast is not None:
            articles.append(cast.articles)
            topics.append(cast.topics)
            mentions.append(cast.mentions)
            pictures += cast.images
            files = np.concatenate((files, cast.loaded))
        order = np.argsort(files)
        whole = pa.concat_tables(articles).take(order).combine_chunks()
        files, article_ids = files[order], whole["article_id"].combine_chunks()
        return {
            "files": table_of("files", self._files),
            "rejects": table_of("rejects", self._rejects),
            "articles": whole,
            "article_topics": _article_topics(topics, article_ids, files),
            "related_items": related_items(mentions, whole, files),
            "images": images(pictures, article_ids, files),
            "pages": table_of("pages", self._pages),
            "page_paragraphs": table_of("page_paragraphs", self._paragraphs),
        }

    def _topic_table(self) -> pa.Table:
        columns = zip(*self._topics, strict=True) if self._topics else ((), (), ())
        types = (pa.int64(), pa.string(), pa.int32())
        arrays = [pa.array(values, kind) for values, kind in zip(columns, types, strict=True)]
        return pa.table(arrays, names=["article", "topic", "topic_position"])


def _article_topics(tables: list[pa.Table], article_ids: pa.Array, files: Ints) -> pa.Table:
    """`article_topics`, ordered by its key."""
    both = pa.concat_tables(tables)
    both = both.sort_by([("article", "ascending"), ("topic", "ascending")])
    article = np.searchsorted(files, both["article"].to_numpy())
    columns = [article_ids.take(article), both["topic"], both["topic_position"]]
    return pa.table(columns, schema=schema("article_topics"))


def _problem(finding: Finding, locator: Locator) -> Problem:
    return Problem(
        finding.code,
        finding.message,
        field=dotted(finding.path),
        line=locator.line(finding.path),
        raw_value=finding.raw_value,
    )


def _with_line(problem: Problem, locator: Locator) -> Problem:
    path = tuple(problem.field.split(".")) if problem.field else ()
    return replace(problem, line=locator.line(path))
