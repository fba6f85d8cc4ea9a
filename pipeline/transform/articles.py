"""Articles: the records of many files, as columns → their rows, topics, images, related items."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.arrow_schema import encoded, schema
from pipeline.core.columnar import ColumnarFiles, Ints, Mask
from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import Problem
from pipeline.core.limits import Limits
from pipeline.core.records import Finding, FrontMatter, dotted, to_json
from pipeline.core.text import clean_text, count_words
from pipeline.transform.article_tables import ArticleTables
from pipeline.transform.columns import Columns, as_mask, of_lists
from pipeline.transform.configured_dates import day_in
from pipeline.transform.file_names import folder_and_slug, record_id
from pipeline.transform.images import cast_images
from pipeline.transform.lifted_columns import lifted_columns
from pipeline.transform.placeholders import empty_placeholders, placeholders
from pipeline.transform.related_items import RelatedItems, common_columns

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,9}")
_REQUIRED = {
    "category": "category",
    "title": "title",
    "published_at": "publishedDateTime",
    "provider_domain": "provider.domain",
    "url": "webUrl",
}
"""The columns that no article lacks, in the order in which they are asked for, and their fields."""


@dataclass(frozen=True, slots=True)
class Articles:
    """What became of files: the tables of the articles among them, the numbers in the share of
    those that have no category, and by number the problems of articles and of rejected files.

    Of records that were read all at once, those with a bad value are neither among the articles nor
    rejected: they are still to be read one by one.
    """

    tables: ArticleTables
    skipped: Ints
    problems: Mapping[int, Sequence[Problem]]
    rejected: Mapping[int, Problem]


def cast_files(
    files: ColumnarFiles,
    source_paths: Sequence[str],
    limits: Limits,
    configuration: Configuration = CONTRACT,
) -> Articles:
    """Cast the articles among these files; `source_paths` are those of all files of the share."""
    records, related = _Records(files, limits, configuration), RelatedItems(files, limits)
    is_read = files.records.is_read & related.every(files.items.is_read)
    is_valid = is_read & records.is_complete
    problems: dict[int, list[Problem]] = {}
    rejected: dict[int, Problem] = {}
    if files.sources:
        of_items = of_lists(related.findings, files.mentions, "related")
        problems, rejected = _problems_of(
            files, records, [*files.findings, *records.findings, *of_items], source_paths
        )
    else:
        is_valid &= related.every(related.is_valid)
        is_valid[[each.record for each in records.findings]] = False
    chosen = np.flatnonzero(is_valid)
    paths = [source_paths[file] for file in files.files[chosen].tolist()]
    related_items, related_images = related.tables(is_valid)
    tables = ArticleTables(
        files.files[chosen],
        _articles(files, records, related, chosen, paths),
        records.topics_of(is_valid),
        related_items,
        [*records.images_of(is_valid), related_images],
    )
    has_category = as_mask(records.values["category"].is_valid())
    return Articles(tables, files.files[is_read & ~has_category], problems, rejected)


def _problems_of(
    files: ColumnarFiles,
    records: _Records,
    findings: Iterable[Finding],
    source_paths: Sequence[str],
) -> tuple[dict[int, list[Problem]], dict[int, Problem]]:
    """By the number of the file, the problems of articles, and why the others are none."""
    by_record: dict[int, list[Finding]] = {}
    for each in findings:
        by_record.setdefault(each.record, []).append(each)
    problems, rejected = {}, {}
    for number, source in enumerate(files.sources):
        file, own = int(files.files[number]), by_record.get(number, [])
        missing = [name for name in _REQUIRED if not records.values[name][number].is_valid]
        if missing:
            empty = records.empty_in_default(_REQUIRED[missing[0]], source_paths[file])
            rejected[file] = _refusal(source, missing[0], own, empty)
        else:
            problems[file] = _problems(source, own)
    return problems, rejected


class _Records:
    """The records: their columns, and which of them have all that an article must have."""

    def __init__(self, files: ColumnarFiles, limits: Limits, configuration: Configuration) -> None:
        self._files = files
        self._count = len(files.files)
        self._configuration = configuration
        self._images = cast_images(files.records, "images")
        self._provider_images = cast_images(files.records, "provider.images")
        self.findings: list[Finding] = [*self._images.findings, *self._provider_images.findings]
        self._topics = self._cast_topics(limits)
        columns = Columns(files.records, files.records.fields)
        self.values = self._cast(columns, limits)
        lifted, wrong = lifted_columns(files.records.extra, self._count, configuration)
        self.values |= lifted | self._lacking(self.values)
        self.findings += [*columns.findings, *wrong]
        self.is_complete = np.logical_and.reduce(
            [as_mask(self.values[required].is_valid()) for required in _REQUIRED]
        )

    def _cast(self, columns: Columns, limits: Limits) -> dict[str, pa.Array]:
        web_url, original_url = columns.urls("webUrl"), columns.urls("originalUrl")
        heat, precision = columns.integers("heat"), columns.precisions("publishedDateTime")
        common = common_columns(columns, pc.coalesce(web_url, original_url), limits)
        return common | {
            "category": columns.texts("category"),
            "published_precision": precision,
            "published_date": self._days(common["published_at"], precision),
            "updated_at": columns.timestamps("updatedDateTime"),
            "web_url": web_url,
            "original_url": original_url,
            "heat": pc.if_else(self._is_not_measured(heat), None, heat),
            "is_published": columns.booleans("published"),
            "is_removed": columns.booleans("removed"),
            "has_amp": pc.or_(common["amp_url"].is_valid(), common["cdn_amp_url"].is_valid()),
            "has_featured_content": columns.present("featuredContent"),
            "has_secured": columns.present("secured"),
            "topic_count": self._counts(self._topics["record"].to_numpy()),
            "image_count": self._counts(self._images.record),
            "related_count": self._counts(self._files.mentions.record),
        }

    def schema(self) -> pa.Schema:
        """The columns of `articles`, and which of them may be NULL, by the configuration."""
        lacking, defined = self._configuration.lacking_columns, schema("articles")
        fields = [each.with_nullable(each.nullable or each.name in lacking) for each in defined]
        lifted = [pa.field(name, self.values[name].type) for name in self._configuration.lifted]
        return pa.schema([*fields, *lifted], defined.metadata)

    def _lacking(self, values: dict[str, pa.Array]) -> dict[str, pa.Array]:
        """What tells of fields that the archive lacks: nothing, rather than that there are none."""
        return {
            name: pa.nulls(self._count, values[name].type)
            for name in self._configuration.lacking_columns
        }

    def empty_in_default(self, field: str, source_path: str) -> list[str]:
        """The placeholders that kept a field without a value from getting its default."""
        default = self._configuration.defaults.get(field, "")
        return empty_placeholders(default, placeholders(source_path))

    def _is_not_measured(self, heat: pa.Array) -> pa.Array:
        """Mark the numbers that mean that there is none, however these are written."""
        nulls = self._configuration.nulls.get("heat", ())
        numbers = [int(each) for each in nulls if _WHOLE_NUMBER.fullmatch(each)]
        return pc.is_in(heat, pa.array(numbers, pa.int32()))

    def _days(self, times: pa.Array, precision: pa.Array) -> pa.Array:
        """The day of each time in the zone of days; of a day without a time that day."""
        days, zone = times.cast(pa.date32()), self._configuration.day_zone
        if zone == "UTC":
            return days
        local = pa.array([day_in(zone, each) for each in times.to_pylist()], pa.date32())
        return pc.if_else(pc.equal(precision, "date"), days, local)

    def _counts(self, record: Ints) -> pa.Array:
        """How many of the rows are of each record."""
        return pa.array(np.bincount(record, minlength=self._count).astype(np.int32))

    def _cast_topics(self, limits: Limits) -> pa.Table:
        """Record, topic and position, ordered so; of a topic that is named twice the first."""
        listed = self._files.records.lists["topics"]
        columns = Columns(self._files.records, listed.fields)
        topic = columns.short_texts("topic", limits.max_name_length)
        table = pa.table({"record": listed.record, "topic": topic, "position": listed.position})
        order = pc.sort_indices(table, [(name, "ascending") for name in table.column_names])
        table = table.take(order)
        repeats = _repeats(table)
        first = np.maximum.accumulate(np.where(repeats, 0, np.arange(len(order))))
        for row in np.flatnonzero(repeats).tolist():
            place = table["position"][first[row]]
            columns.note("topic", order[row].as_py(), "duplicate_topic", f"also at place {place}")
        of_records = of_lists(columns.findings, listed, "topics")
        self.findings += [replace(each, path=each.path[:-1]) for each in of_records]
        return table.filter(pc.and_(pc.is_valid(table["topic"]), pa.array(~repeats)))

    def topics_of(self, chosen: Mask) -> pa.Table:
        """Select the rows of `article_topics`, an article by the number of its file."""
        record = self._topics["record"].to_numpy()
        kept = np.flatnonzero(chosen[record])
        table = self._topics.take(kept)
        return pa.table(
            {
                "article": self._files.files[record[kept]],
                "topic": encoded(table["topic"].combine_chunks()),
                "topic_position": table["position"].cast(pa.int32()),
            }
        )

    def images_of(self, chosen: Mask) -> list[pa.Table]:
        """Select the rows of `images` of articles and of their providers, a table each."""
        tables = []
        for owner, images in (("article", self._images), ("provider", self._provider_images)):
            rows = np.flatnonzero(chosen[images.record])
            tables.append(images.table(owner, rows, self._files.files[images.record[rows]], None))
        return tables


def _repeats(table: pa.Table) -> Mask:
    """Which rows of a sorted table have the record and topic of the one before."""
    repeats = np.zeros(len(table), np.bool_)
    if len(table) > 1:
        record, topic = table["record"].to_numpy(), table["topic"].combine_chunks()
        repeats[1:] = (record[1:] == record[:-1]) & as_mask(pc.equal(topic[1:], topic[:-1]))
    return repeats


def _articles(
    files: ColumnarFiles, records: _Records, related: RelatedItems, chosen: Ints, paths: list[str]
) -> pa.Table:
    """The rows of `articles` of the chosen records, whose files have these paths."""
    columns = {name: values.take(pa.array(chosen)) for name, values in records.values.items()}
    places = [folder_and_slug(path) for path in paths]
    bodies = [clean_text(files.bodies[record]) for record in chosen.tolist()]
    word_counts = [count_words(body) if body else 0 for body in bodies]
    extras = [_extra(files, related, record) for record in chosen.tolist()]
    columns |= {
        "article_id": pa.array(map(record_id, paths), pa.string()),
        "source_path": pa.array(paths, pa.string()),
        "collection": pa.array([folder for folder, _ in places], pa.string()),
        "slug": pa.array([slug for _, slug in places], pa.string()),
        "body_text": pa.array(bodies, pa.string()),
        "body_word_count": pa.array(word_counts, pa.int32()),
        "extra": pa.array(extras, pa.string()),
    }
    wanted = records.schema()
    return pa.Table.from_arrays([columns[name] for name in wanted.names], schema=wanted)


def _extra(files: ColumnarFiles, related: RelatedItems, record: int) -> str | None:
    extra, of_items = files.records.extra.get(record, {}), related.unknown_fields(record)
    if of_items:
        extra = extra | {"related": of_items}
    return to_json(extra) if extra else None


def _problems(source: FrontMatter, findings: Sequence[Finding]) -> list[Problem]:
    """The problems of one record, by line."""
    problems = [
        Problem(
            each.code,
            each.message,
            dotted(source.as_written(each.path)),
            source.line(each.path),
            each.raw_value,
        )
        for each in findings
    ]
    return sorted([*source.problems, *problems], key=lambda problem: problem.line or 0)


def _refusal(
    source: FrontMatter, required: str, findings: Iterable[Finding], empty: Sequence[str]
) -> Problem:
    """Why a record without that required column is no article: its field is absent or unusable;
    `empty` are the placeholders that its default lacks."""
    field = _REQUIRED[required]
    if required == "url" and _holds(source, "originalUrl") and not _holds(source, "webUrl"):
        field = "originalUrl"
    path = tuple(field.split("."))
    written, line = dotted(source.as_written(path)), source.line(path)
    for each in findings:
        if each.path == path:
            return Problem("invalid_field", each.message, written, line, each.raw_value)
    message = f"{written} is required"
    if empty:
        empty_names = ", ".join(f"{{{each}}}" for each in empty)
        message += f", and its default cannot be filled: this file has no {empty_names}"
    return Problem("missing_field", message, written, line)


def _holds(source: FrontMatter, field: str) -> bool:
    """Whether a field has more than blanks, or any items."""
    value = source.fields.get(field)
    return bool(value.strip()) if isinstance(value, str) else bool(value)
