"""Makes one build in the work folder: rows, then all that is made of them, then the manifest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from pipeline.build.events import log_event
from pipeline.build.former import difference_from_published, is_compared, refuse_to_empty
from pipeline.build.incremental import Plan, tidy_rows
from pipeline.build.materialize import Materializer
from pipeline.build.state import State
from pipeline.core.catalog import extended, relations
from pipeline.core.configured_relations import configured_relations
from pipeline.core.digests import digest_of
from pipeline.core.errors import NewsloomError
from pipeline.core.paths import Layout
from pipeline.core.results import Archive, FileCounts, Finding, Summary
from pipeline.descriptors.croissant import croissant
from pipeline.descriptors.data_package import data_package
from pipeline.descriptors.dictionary import dictionary
from pipeline.descriptors.methods import methods
from pipeline.engines.checks import checks, rules
from pipeline.engines.duckdb_engine import duckdb_engine
from pipeline.engines.engine import Engine
from pipeline.publish.publish import staging, write_manifest
from pipeline.report.render import Definitions, render

if TYPE_CHECKING:
    from pipeline.engines.spark_session import SparkCluster

_FILLED = "SELECT table_name, column_name, fill_rate FROM data_completeness"
_PERIOD = "SELECT min(published_date) AS first_day, max(published_date) AS last_day FROM articles"
_PROBLEMS = "SELECT code, count(*) AS problems FROM rejects GROUP BY code ORDER BY code"
_SKIPPED = (
    "SELECT reason, count(*) AS files FROM files WHERE status = 'skipped' GROUP BY reason"
    " ORDER BY reason"
)
_STATUS = "SELECT status, count(*) AS files FROM files GROUP BY status"
_WARNINGS = "SELECT count(*) AS warnings FROM rejects WHERE severity = 'warning'"


def make(plan: Plan) -> Summary:
    """Make, check and publish a build. Errors: `CheckFailed`, and `NewsloomError` with DuckDB's
    message, or where it would empty the published one; nothing is published then."""
    new, work, output, progress = plan.new, plan.work, plan.output, plan.progress
    with ExitStack() as stack:
        stack.enter_context(_errors_of_duckdb())
        stack.enter_context(extended(configured_relations(plan.configuration)))
        staged = stack.enter_context(staging(work, output.layout))
        cluster = stack.enter_context(_cluster(plan))
        _fetch_former(plan)
        rows = tidy_rows(plan, cluster)
        # What parsing leaves would add up with what DuckDB needs from here on.
        pa.default_memory_pool().release_unused()
        new.listing.names.compress()
        with _engine(plan, staged, cluster) as engine:
            materializer = Materializer(engine, staged, new, rows.old, output.layout)
            materializer.make_relations(rows.tables, progress)
            findings = materializer.check(progress)
            counts, archive = _file_counts(engine), Archive(new.name, **engine.rows(_PERIOD)[0])
            _describe(staged, archive, new, engine, findings)
            problems = {row["code"]: row["problems"] for row in engine.rows(_PROBLEMS)}
            skipped = {row["reason"]: row["files"] for row in engine.rows(_SKIPPED)}
            engine.finish(plan.run_id)
        if not (plan.force or new.rows["articles"]):
            refuse_to_empty(output, counts, skipped, problems)
        for path in (*staged.pages, staged.database):
            new.files[path.name] = digest_of(path) or ""
        write_manifest(staged, plan.run_id, archive, counts, new.rows, new.files, plan.engine)
        difference = difference_from_published(output.layout, staged)
        deleted = output.publish(staged, work, new.files, partial(progress, "publish"))
        if deleted:
            log_event("cleaned_up", builds=deleted)
    return Summary(
        run_id=plan.run_id,
        out=output.name,
        seconds=0.0,
        bytes_read=rows.bytes_read,
        **asdict(counts),
        rows=dict(sorted(new.rows.items())),
        problems=problems,
        skipped_reasons=skipped,
        findings=tuple(findings),
        reasons=(*rows.reasons, *materializer.reasons),
        difference=difference,
    )


def _fetch_former(plan: Plan) -> None:
    """Have what is read of the published build on this machine."""
    read = [each for each in relations().values() if plan.old or is_compared(each)]
    plan.output.fetch(read, partial(plan.progress, "fetch"))


def _describe(
    staged: Layout, archive: Archive, new: State, engine: Engine, findings: list[Finding]
) -> None:
    """Write the report, the dictionary and the descriptors of a staged build."""
    sizes = {name: (staged.root / name).stat().st_size for name in new.files}
    filled = {
        (row["table_name"], row["column_name"]): row["fill_rate"] for row in engine.rows(_FILLED)
    }
    definitions = Definitions(rules(), methods()[1])
    pages = {
        staged.report: render(engine.rows, engine.table, archive, findings, new.rows, definitions),
        staged.dictionary: dictionary(archive, new.rows, filled, checks(), findings),
        staged.data_package: data_package(archive, new.files, new.rows),
        staged.croissant: croissant(archive, new.files, sizes),
    }
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8", newline="\n")


@contextmanager
def _cluster(plan: Plan) -> Iterator[SparkCluster | None]:
    """Spark, where the plan names one."""
    if plan.spark is None:
        yield None
        return
    from pipeline.engines.spark_session import spark_cluster

    with spark_cluster(plan.spark, sum(plan.new.listing.sizes)) as cluster:
        yield cluster


@contextmanager
def _engine(plan: Plan, staged: Layout, cluster: SparkCluster | None) -> Iterator[Engine]:
    """The engine that makes the build."""
    database, scratch = staged.database, plan.work.staging
    if cluster is None:
        with duckdb_engine(database, scratch, plan.workers) as engine:
            yield engine
        return
    from pipeline.engines.spark_engine import spark_engine

    with spark_engine(cluster, database, scratch, plan.workers) as spark:
        yield spark


@contextmanager
def _errors_of_duckdb() -> Iterator[None]:
    """Turn an error of DuckDB into one of newsloom."""
    try:
        yield
    except duckdb.Error as error:
        raise NewsloomError(
            f"DuckDB could not make the build: {error}; what was published before is untouched"
        ) from error


def _file_counts(engine: Engine) -> FileCounts:
    """Raw files by status. The `files_accounted` check has compared them with one another."""
    status = {row["status"]: int(row["files"]) for row in engine.rows(_STATUS)}
    return FileCounts(
        discovered=sum(status.values()),
        loaded=status.get("loaded", 0),
        skipped=status.get("skipped", 0),
        rejected=status.get("rejected", 0),
        warnings=int(engine.rows(_WARNINGS)[0]["warnings"]),
    )
