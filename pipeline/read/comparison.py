"""Two periods of a build compared: how far a mean changed, and how far with its make-up constant.

The sums are the SELECTs of `sql/compare/`, over the articles that are chosen here.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.core.catalog import sql_folder, with_first
from pipeline.core.errors import UsageError, unknown

if TYPE_CHECKING:
    from pipeline.read.build import Build

MEASURES = {
    "quality": "articles.quality",
    "heat": "articles.heat",
    "image_rate": "case when articles.image_count > 0 then 1"
    " when articles.image_count = 0 then 0 end",
    "amp_rate": "case when articles.has_amp then 1 when not articles.has_amp then 0 end",
    "video_rate": "case when articles.type = 'video' then 1"
    " when (select count(typed.type) from articles as typed) > 0 then 0 end",
    "topic_count": "articles.topic_count",
    "related_count": "articles.related_count",
    "title_length": "length(articles.title)",
}
"""What is averaged, as SQL on an article; an article for which it is NULL does not count. Rates are
NULL where the archive lacks what they count; else an unknown type counts as another type."""

STRATA = {
    "provider": "articles.provider_domain",
    "topic": "coalesce(article_topics.topic, '(none)')",
    "type": "coalesce(articles.type, 'unknown')",
}
"""What makes up a period, as SQL on an article; a topic is the first that the article lists."""

_DAY = r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
_PERIOD = re.compile(rf"{_DAY}\.\.{_DAY}")
_FORM = (
    "write FIRST..LAST, both included: days, months or years, such as 2024-01..2024-06 or "
    "2024-01-15..2024-02-14"
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included, in UTC."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"

    @property
    def condition(self) -> str:
        """Whether an article is of the period, as SQL."""
        return f"articles.published_date between date '{self.first}' and date '{self.last}'"


@dataclass(frozen=True, slots=True)
class Stratum:
    """One part of the make-up. n are articles with the measure; a mean without any is None.

    `change` is that of its mean, with its 95 % interval. `constant_contribution` is what that adds
    to the change with the make-up held constant, `make_up_contribution` what its growing or
    shrinking adds to the rest of the crude change.
    """

    stratum: str
    n_before: int
    n_after: int
    share_before: float
    share_after: float
    mean_before: float | None
    mean_after: float | None
    change: float | None
    change_low: float | None
    change_high: float | None
    constant_contribution: float
    make_up_contribution: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The mean of `measure` in two periods; `change` = `constant_change` + `make_up_change`.

    Each change has a 95 % interval that allows for articles of one provider being alike, None where
    one provider has too much for it. `common_share` of the articles are in strata with articles in
    both periods: only these can be held constant. `breaks` are the months, from the first day of
    either period to the last, in which the archive's make-up changes abruptly, with the series.
    Strata that moved the mean most come first.
    """

    measure: str
    by: str
    before: str
    after: str
    n_before: int
    n_after: int
    providers_before: int
    providers_after: int
    mean_before: float
    mean_after: float
    change: float
    change_low: float | None
    change_high: float | None
    constant_change: float | None
    constant_low: float | None
    constant_high: float | None
    make_up_change: float | None
    common_share: float
    breaks: tuple[str, ...]
    strata: tuple[Stratum, ...]


def compare(build: Build, before: str, after: str, by: str, measure: str) -> Comparison:
    """Compare two periods of a build, each as `FIRST..LAST`.

    Errors: `UsageError` that names the valid forms where a period is none or the two overlap, where
    `by` or `measure` is unknown, and where a period has no article with the measure.
    """
    periods = parse_period(before), parse_period(after)
    if periods[0].first <= periods[1].last and periods[1].first <= periods[0].last:
        raise UsageError(f"the periods {periods[0]} and {periods[1]} overlap; compare two apart")
    articles = {"compared_articles": _select(*periods, by, measure)}
    (row,) = _rows(build, with_first(_query("change"), articles))
    for period, count in zip(periods, (row["n_before"], row["n_after"]), strict=True):
        if not count:
            raise UsageError(f"no article of {period} has a {measure}; {_span(build)}")
    strata = _rows(build, with_first(_query("strata"), articles))
    return Comparison(
        measure=measure,
        by=by,
        before=str(periods[0]),
        after=str(periods[1]),
        breaks=_breaks(build, *periods),
        strata=tuple(Stratum(**stratum) for stratum in strata),
        **row,
    )


def parse_period(text: str) -> Period:
    """Read `FIRST..LAST`; each is a day, or a month or year, of which all days count.

    Errors: `UsageError` with the valid form.
    """
    found = _PERIOD.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"{text!r} is no period; {_FORM}")
    try:
        first = _date(*found.groups()[:3], is_last=False)
        last = _date(*found.groups()[3:], is_last=True)
    except ValueError as error:
        raise UsageError(f"{text!r} is no period: {error}; {_FORM}") from None
    if last < first:
        raise UsageError(f"{text!r} is no period: it ends before it begins; {_FORM}")
    return Period(first, last)


def _date(year: str, month: str | None, day: str | None, *, is_last: bool) -> date:
    """A day; of a month or year the first, or the last."""
    number = int(month) if month else 12 if is_last else 1
    start = date(int(year), number, 1)
    if day:
        return date(start.year, start.month, int(day))
    return start.replace(day=calendar.monthrange(start.year, number)[1]) if is_last else start


def _select(before: Period, after: Period, by: str, measure: str) -> str:
    """The SELECT of the articles that are compared."""
    for name, given, known in (("by", by, STRATA), ("measure", measure, MEASURES)):
        if given not in known:
            raise unknown(f"no {name}", given, known)
    unit = "article_id" if by == "provider" else "provider_domain"
    topics = (
        "left join article_topics on articles.article_id = article_topics.article_id"
        " and article_topics.topic_position = 1"
    )
    lines = (
        f"select {after.condition} as is_after, {STRATA[by]} as stratum,",
        f"articles.provider_domain, articles.{unit} as unit,",
        f"cast({MEASURES[measure]} as double) as value",
        f"from articles {topics if by == 'topic' else ''}",
        f"where {MEASURES[measure]} is not null and ({before.condition} or {after.condition})",
    )
    return "\n".join(lines)


def _query(name: str) -> str:
    return (sql_folder() / "compare" / f"{name}.sql").read_text(encoding="utf-8")


def _rows(build: Build, query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = build.reader(query).read_all().to_pylist()
    return rows


def _span(build: Build) -> str:
    (row,) = _rows(build, "select min(date) as first, max(date) as last from daily_coverage")
    return f"the archive spans {row['first']}..{row['last']}"


def _breaks(build: Build, *periods: Period) -> tuple[str, ...]:
    """Months that break from the start of the earlier period to the end of the later."""
    first = min(period.first for period in periods).replace(day=1)
    last = max(period.last for period in periods)
    found = _rows(
        build,
        "select month, string_agg(series, ', ' order by series) as names from series_breaks"
        f" where is_break and month between date '{first}' and date '{last}'"
        " group by month order by month",
    )
    return tuple(f"{row['month']:%Y-%m}: {row['names']}" for row in found)
