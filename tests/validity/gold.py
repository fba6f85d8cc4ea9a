"""Hand-labelled weeks of the real archives, and stories of those archives to hold against them."""

from __future__ import annotations

import csv
import os
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest

from pipeline.build.run import build
from pipeline.core.catalog import relations
from tests.validity.scores import Groups, Scores, mean_scores, scores

THRESHOLD = "250000"
"""The least cosine of two stories that merge, in millionths, as story_articles.sql has it."""


@cache
def _build_of(archive: str) -> Path:
    """A build of a real archive, made once per process."""
    out = Path(mkdtemp(prefix="validity-"))
    build(Path(os.environ["NEWSLOOM_CORPUS"], archive), out)
    return out


@cache
def connection(archive: str) -> duckdb.DuckDBPyConnection:
    """The tables and marts of a real archive; a skip where there are no real archives."""
    if "NEWSLOOM_CORPUS" not in os.environ:
        pytest.skip("NEWSLOOM_CORPUS names no folder of real archives")
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    for name, relation in relations().items():
        path = _build_of(archive) / relation.kind / f"{name}.parquet"
        con.execute(f"create view {name} as select * from '{path}'")
    return con


@cache
def weeks() -> dict[str, dict[str, tuple[str, str]]]:
    """By sheet (`azure-a`, …): the labels of both labellers by source_path."""
    folder = Path(os.environ.get("NEWSLOOM_CORPUS", ""), "..", "gold", "events")
    if not folder.is_dir():
        pytest.skip("there are no hand-labelled weeks beside NEWSLOOM_CORPUS")
    found = {}
    for sheet in sorted(folder.glob("*.csv")):
        with sheet.open(newline="", encoding="utf-8") as file:
            found[sheet.stem] = {
                row["source_path"]: (row["event_a"], row["event_b"]) for row in csv.DictReader(file)
            }
    return found


@cache
def stories_of(archive: str, threshold: str = THRESHOLD) -> Groups:
    """The story of each raw file, by the SELECT of story_articles with another threshold."""
    query = relations()["story_articles"].query
    assert query is not None
    assert THRESHOLD in query
    rows = connection(archive).execute(
        "select articles.source_path, stories.story_id"
        f" from ({query.replace(THRESHOLD, threshold)}) as stories"
        " inner join articles on stories.article_id = articles.article_id"
    )
    return dict(rows.fetchall())


def clusters_of(archive: str) -> Groups:
    """The cluster of each raw file."""
    rows = connection(archive).execute(
        "select articles.source_path, cluster_articles.cluster_id from cluster_articles"
        " inner join articles on cluster_articles.article_id = articles.article_id"
    )
    return dict(rows.fetchall())


def week_scores(week: str, found: Groups) -> Scores:
    """The scores of one week, the mean over both labellers."""
    labels = weeks()[week]
    return mean_scores(
        [scores(found, {path: both[which] for path, both in labels.items()}) for which in (0, 1)]
    )
