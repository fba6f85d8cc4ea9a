"""The verbs that read a build: its tables, definitions and rows; see `pipeline.cli.verbs`."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

import pipeline
from pipeline.cli.completion import example_names, table_names
from pipeline.cli.options import PlaceType, json_option, out_option, row_options
from pipeline.core.errors import BuildMissing, UsageError
from pipeline.core.paths import Layout, Place, is_address

if TYPE_CHECKING:
    from pipeline.core.catalog import Relation


@click.command()
@out_option
@json_option
def tables(*, out: Place, as_json: bool) -> None:
    """List the tables and marts of a build, with rows and grain."""
    from pipeline.cli import views

    with pipeline.open(out) as build:
        views.output(build.contents(), as_json, views.show_tables)


@contextmanager
def _as_built(out: Place) -> Iterator[Mapping[str, int]]:
    """The relations as the build in `out` has them, and the rows of each; as they are defined, and
    no rows, where there is no build."""
    from pipeline.core.catalog import extended

    others: Mapping[str, Relation] = {}
    rows: Mapping[str, int] = {}
    with suppress(BuildMissing), pipeline.open(out) as build:
        rows = build.rows
        others = build.configured()
    with extended(others):
        yield rows


@click.command()
@click.argument("name", metavar="TABLE[.COLUMN]", shell_complete=table_names)
@out_option
@json_option
def describe(*, name: str, out: Place, as_json: bool) -> None:
    """Explain a table or mart: grain, key, and every column; or one column.

    Needs no build; where there is one, the number of rows is shown too, and so are the columns
    that its configuration has added.
    """
    from pipeline.cli import views
    from pipeline.core.catalog import column, relation

    table, dot, _ = name.partition(".")
    with _as_built(out) as all_rows:
        described = relation(table)
        one = column(name) if dot else None
    if one:
        views.output(one, as_json, views.show_column, table)
        return
    rows = all_rows.get(table)
    as_dict = {**asdict(described), "rows": rows}
    views.output(as_dict, as_json, lambda _: views.show_relation(described, rows))


@click.command()
@click.argument("name", metavar="MART[.COLUMN]", shell_complete=table_names)
@out_option
@json_option
def lineage(*, name: str, out: Place, as_json: bool) -> None:
    """Show which tidy columns and raw fields a number comes from.

    Read from the SQL itself; needs no build. Where there is one, the columns that its
    configuration has added are known, too.
    """
    from pipeline.cli import views
    from pipeline.cli.lineage_view import show_lineage
    from pipeline.engines.column_lineage import lineage as lineage_of

    with _as_built(out):
        columns = lineage_of(name)
    as_dicts = [column.as_json() for column in columns]
    views.output(as_dicts, as_json, lambda _: show_lineage(columns))


@click.command()
@click.argument("name", required=False, shell_complete=example_names)
@click.option("--sql", "shown", is_flag=True, help="Print the SELECT, and run nothing.")
@out_option
@row_options
def examples(
    *,
    name: str | None,
    shown: bool,
    out: Place,
    parameters: dict[str, object],
    form: str | None,
    output: Path | None,
) -> None:
    """List the questions that come with newsloom, or answer one.

    Some have parameters, which --param sets.
    """
    from pipeline.cli import views
    from pipeline.read import examples as known

    if name is None:
        listed = list(known.examples().values())
        views.output(listed, form == "json", views.show_examples)
        return
    asked = known.example(name)
    query = asked.asking(parameters)
    if shown:
        click.echo(query, nl=False)
        return
    from pipeline.cli.query_output import format_of, write_rows

    form = form or format_of(output)
    with pipeline.open(out) as build:
        asked.refuse_mistyped(build, parameters)
        rows = build.reader(query, parameters)
        if form == "table":
            views.show_question(asked)
        write_rows(rows, form, output)


@click.command()
@click.argument("query", required=False)
@click.option("--file", type=click.File(encoding="utf-8"), help="Read the query from a file.")
@out_option
@row_options
@click.option("--allow-files", is_flag=True, help="Let the query read and write files.")
def sql(
    *,
    query: str | None,
    file: TextIO | None,
    out: Place,
    parameters: dict[str, object],
    form: str | None,
    output: Path | None,
    allow_files: bool,
) -> None:
    """Run a SELECT over the build, read-only and in UTC.

    One statement, given here, by --file or on standard input; without any, a terminal asks for
    one after the other. $NAME in it stands for the value that
    --param NAME=VALUE gives. The query sees the build and nothing else on this machine, unless
    --allow-files is given. A table shows the first 100 rows and rounds to four decimals; the other
    formats give everything.
    """
    from pipeline.cli.query_output import format_of, write_rows

    if query is not None and file is not None:
        raise UsageError("give either a query or --file FILE")
    if query is None and file is None and sys.stdin.isatty():
        from pipeline.cli.shell import run_shell

        with pipeline.open(out, allow_files=allow_files) as build:
            run_shell(build)
        return
    text = query if query not in (None, "-") else (file or sys.stdin).read()
    form = form or format_of(output)
    with pipeline.open(out, allow_files=allow_files) as build:
        write_rows(build.reader(text, parameters), form, output)


@click.command()
@click.option("--from", "before", required=True, metavar="A..B", help="The period before.")
@click.option("--to", "after", required=True, metavar="C..D", help="The period after.")
@click.option(
    "--by", default="provider", show_default=True, help="Make-up: provider, topic or type."
)
@click.option(
    "--measure",
    default="quality",
    show_default=True,
    help="What is averaged over articles: quality, heat, image_rate, amp_rate, video_rate, "
    "topic_count, related_count or title_length.",
)
@out_option
@json_option
def compare(*, before: str, after: str, by: str, measure: str, out: Place, as_json: bool) -> None:
    """Compare a mean in two periods, also with the make-up held constant.

    A period is FIRST..LAST, both included: days, months or years, such as 2024-01..2024-06. The
    crude change is split into what changed within providers (or topics, or types) and what their
    growing and shrinking adds, with 95 % intervals and the strata that moved the mean most.
    """
    from pipeline.cli import views
    from pipeline.cli.comparison_view import show_comparison

    with pipeline.open(out) as build:
        compared = build.compare(before, after, by=by, measure=measure)
    views.output(compared, as_json, show_comparison)


@click.command()
@click.argument("old", metavar="OLD", type=PlaceType())
@click.argument("new", metavar="NEW", type=PlaceType())
@json_option
def diff(*, old: Place, new: Place, as_json: bool) -> None:
    """Compare two builds, in the folders or at the addresses OLD and NEW, table by table.

    Names the rows added, removed and changed, by key, in each table and mart, the columns that
    changed, and the segments of the marts that moved most.
    """
    from pipeline.cli import views
    from pipeline.cli.diff_view import show_difference

    with pipeline.open(old) as former, pipeline.open(new) as build:
        views.output(build.diff(former), as_json, show_difference)


@click.command()
@click.argument("tool", metavar="superset", type=click.Choice(("superset",)))
@out_option
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default="superset.zip",
    show_default=True,
    help="The file to write.",
)
@click.option(
    "--database",
    metavar="PATH",
    help="Where Superset finds analytics.duckdb.  [default: in the build]",
)
@json_option
def export(*, tool: str, out: Place, output: Path, database: str | None, as_json: bool) -> None:
    """Write a dashboard for a BI tool, ready to import: superset.

    A ZIP that Apache Superset imports: the database, a dataset for each mart with what its columns
    mean, ten charts and a dashboard. Superset opens the database where it is; where it runs
    elsewhere, as in a container, --database says the path there.
    """
    from pipeline.cli.console import show_json
    from pipeline.cli.query_output import replacing
    from pipeline.core.text import plain
    from pipeline.superset.bundle import bundle

    if database is None and is_address(out):
        raise UsageError("Superset opens the database as a file; give its path by --database")
    with pipeline.open(out) as build:
        archive = build.archive
    path = database or str(Layout(Path(out).resolve()).database)
    content = bundle(archive, path)
    with replacing(output) as file:
        file.write(content)
    if as_json:
        show_json({"tool": tool, "output": str(output), "archive": archive.name, "database": path})
    else:
        name = plain(output)
        click.echo(
            f"{name} written\nNext: superset import-dashboards --path {name} --username NAME"
        )


@click.command()
@click.option(
    "--iceberg", "catalog", metavar="CATALOG", required=True, help="Its name in .pyiceberg.yaml."
)
@click.option("--namespace", default="newsloom", show_default=True, help="Where the tables go.")
@out_option
@json_option
def register(*, catalog: str, namespace: str, out: Place, as_json: bool) -> None:
    """Make the tables and marts tables of an Apache Iceberg catalog, where they are.

    Their Parquet files are named, not copied. A run replaces them: register again after each.
    """
    from pipeline.cli.console import show_json
    from pipeline.core.text import counted, plain
    from pipeline.iceberg.registration import open_catalog, register_relations

    with pipeline.open(out) as build:
        run_id, address = build.manifest["run_id"], build.address
        done = list(
            register_relations(open_catalog(catalog), namespace, run_id, address, build.stored())
        )
    if as_json:
        show_json([asdict(each) for each in done])
    else:
        for action, count in Counter(each.action for each in done).items():
            click.echo(f"{counted(count, 'table')} {action} in {plain(namespace)}")
