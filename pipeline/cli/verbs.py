"""The command line: verbs only. Each calls one function and shows what it gives.

Whatever is heavy is imported by the verb that needs it, so that `--help` is immediate. The exit
codes are those of `pipeline.cli.exit_codes`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

import pipeline
from pipeline.cli.exit_codes import FAILED, REJECTED, Verbs
from pipeline.cli.options import FOREVER, json_option, limit_options, out_option, raw_option
from pipeline.core.errors import BuildMissing, UsageError

if TYPE_CHECKING:
    from pipeline.core.limits import Limits


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Turn an archive of news records into analytics tables people trust.

    Exit codes: 0 done; 1 failed, nothing published, or a build that is not whole; 2 a wrong
    request; 3 published, but files were rejected and --strict was given; 130 interrupted;
    143 terminated.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that is no text is shown, not fatal
            stream.reconfigure(errors="backslashreplace")


@main.command()
@raw_option(exists=True)
@out_option
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes to parse with.  [default: all cores]"
)
@click.option("--strict", is_flag=True, help="Exit with 3 if any file was rejected.")
@click.option("--why", is_flag=True, help="Say what was rebuilt, and for which reason.")
@click.option("--dry-run", is_flag=True, help="Only say what would be rebuilt, and why.")
@click.option("--force", is_flag=True, help="Rebuild everything.")
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    is_flag=False,
    flag_value=FOREVER,
    default=0.0,
    metavar="[SECONDS]",
    help="Wait while another run writes this build.",
)
@limit_options
@click.option("--log-json", is_flag=True, help="Log what happens as lines of JSON on stderr.")
@json_option
def run(
    *,
    raw: Path,
    out: Path,
    strict: bool,
    why: bool,
    dry_run: bool,
    log_json: bool,
    as_json: bool,
    **options: Any,
) -> None:
    """Build tables and marts from a raw archive, check and publish them.

    Only what has changed since the last run is rebuilt. If a check says stop, or anything fails,
    the former build stays as it was.
    """
    # numpy, which pyarrow imports, has a library that would start threads, and use none of them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from pipeline.build import events as log
    from pipeline.build import run as runs
    from pipeline.cli import console

    log.log_to_stderr(as_json=log_json)
    with console.progress(silent=log_json) as progress:
        summary = runs.build(raw, out, progress=progress, dry_run=dry_run, **options)
    if as_json:
        console.show_json(summary)
    else:
        from pipeline.cli import views

        if why or dry_run:
            views.show_reasons(summary)
        if not dry_run:
            views.show_summary(summary, pipeline.__version__)
    if strict and summary.rejected:
        sys.exit(REJECTED)


@main.command()
@click.option("--sql", "rule", metavar="RULE", help="Print the SELECT of a check, and run nothing.")
@out_option
@json_option
def check(*, rule: str | None, out: Path, as_json: bool) -> None:
    """Run the checks on a published build.

    Exits with 1 if a check marked stop finds offending rows.
    """
    from pipeline.cli import views
    from pipeline.engines.checks import check_database, check_query, checks

    if rule:
        click.echo(check_query(rule), nl=False)
        return
    with pipeline.open(out) as build:
        findings = check_database(build.connection)
    views.output(findings, as_json, views.show_findings, len(checks()))
    if any(finding.severity == "stop" for finding in findings):
        sys.exit(FAILED)


@main.command()
@out_option
@json_option
def verify(*, out: Path, as_json: bool) -> None:
    """Check every byte of a published build against its manifest.

    Names each file that is missing, truncated, mixed (of another build), edited or superfluous,
    and exits with 1 if there is one.
    """
    from pipeline.cli import views
    from pipeline.read.verify import verify as verify_build

    found = verify_build(out)
    views.output(found, as_json, views.show_verified, out)
    if found.faults:
        sys.exit(FAILED)


@main.command()
@out_option
@json_option
def tables(*, out: Path, as_json: bool) -> None:
    """List the tables and marts of a build, with rows and grain."""
    from pipeline.cli import views

    with pipeline.open(out) as build:
        views.output(build.contents(), as_json, views.show_tables)


@main.command()
@click.argument("table")
@out_option
@json_option
def describe(*, table: str, out: Path, as_json: bool) -> None:
    """Explain a table or mart: grain, key, and every column.

    Needs no build; where there is one, the number of rows is shown too.
    """
    from dataclasses import asdict

    from pipeline.cli import views
    from pipeline.core.catalog import relation

    described = relation(table)
    try:
        with pipeline.open(out) as build:
            rows = build.rows.get(table)
    except BuildMissing:
        rows = None
    as_dict = {**asdict(described), "rows": rows}
    views.output(as_dict, as_json, lambda _: views.show_relation(described, rows))


@main.command()
@click.argument("name", metavar="MART[.COLUMN]")
@json_option
def lineage(*, name: str, as_json: bool) -> None:
    """Show which tidy columns and raw fields a number comes from.

    Read from the SQL itself; needs no build.
    """
    from pipeline.cli import views
    from pipeline.engines.column_lineage import lineage as lineage_of

    columns = lineage_of(name)
    as_dicts = [column.as_json() for column in columns]
    views.output(as_dicts, as_json, lambda _: views.show_lineage(columns))


@main.command()
@click.argument("query", required=False)
@click.option(
    "--file", type=click.File(encoding="utf-8"), help="Read the query from a file; - is stdin."
)
@out_option
@click.option(
    "--format",
    "form",
    type=click.Choice(("table", "csv", "json", "markdown", "parquet")),
    help="Form of the rows.  [default: table, or as the name given to --output ends]",
)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead."
)
@click.option("--allow-files", is_flag=True, help="Let the query read and write files.")
def sql(
    *,
    query: str | None,
    file: TextIO | None,
    out: Path,
    form: str | None,
    output: Path | None,
    allow_files: bool,
) -> None:
    """Run a SELECT over the build, read-only and in UTC.

    The query sees the build and nothing else on this machine, unless --allow-files is given.
    A table shows the first 100 rows and rounds to four decimals; the other
    formats give everything.
    """
    from pipeline.cli.query_output import format_of, write_rows

    if (query is None) == (file is None):
        raise UsageError("give either a query or --file FILE")
    text = file.read() if file else query or ""
    form = form or format_of(output)
    with pipeline.open(out, allow_files=allow_files) as build:
        write_rows(build.reader(text), form, output)


@main.command()
@click.option("--from", "before", required=True, metavar="A..B", help="The period before.")
@click.option("--to", "after", required=True, metavar="C..D", help="The period after.")
@click.option(
    "--by", default="provider", show_default=True, help="Make-up: provider, topic or type."
)
@click.option(
    "--measure", default="quality", show_default=True, help="What is averaged over articles."
)
@out_option
@json_option
def compare(*, before: str, after: str, by: str, measure: str, out: Path, as_json: bool) -> None:
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


@main.command()
@out_option
@click.option("--code", help="List every problem of this code.")
@json_option
def rejects(*, out: Path, code: str | None, as_json: bool) -> None:
    """Show what was rejected or lost, by code, with the files.

    Errors lost their file; warnings lost a field or item of it.
    """
    from pipeline.cli import views
    from pipeline.read.problems import problem_groups, problems_of

    with pipeline.open(out) as build:
        if code:
            views.output(problems_of(build, code), as_json, views.show_problems, code)
        else:
            views.output(problem_groups(build), as_json, views.show_groups, out)


@main.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@raw_option(exists=False)
@limit_options
@json_option
def explain(*, path: Path, raw: Path, limits: Limits, as_json: bool) -> None:
    """Show step by step how one raw file is read, and what is wrong with it.

    PATH is any file, or one of the archive as `newsloom rejects` names it. Exits with 0 whatever
    is in the file.
    """
    from pipeline.cli import views
    from pipeline.explain.explain import explain as explain_file

    views.output(explain_file(path, raw, limits), as_json, views.show_explanation)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--articles", type=click.IntRange(min=0), required=True, help="How many articles.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed, another archive."
)
@json_option
def sample(*, folder: Path, articles: int, seed: int, as_json: bool) -> None:
    """Write an invented raw archive of any size to DIR.

    The same number and seed always give the same files. DIR must be new or empty.
    """
    from pipeline.cli.console import show_json
    from pipeline.core.text import plain
    from pipeline.sample import write_sample

    files = write_sample(folder, articles, seed=seed)
    if as_json:
        show_json({"folder": str(folder), "files": files, "articles": articles, "seed": seed})
    else:
        path = plain(folder)
        click.echo(f"{files:,} files written to {path}\nNext: newsloom run --raw {path}")


@main.command()
@json_option
def version(*, as_json: bool) -> None:
    """Print the version."""
    if as_json:
        from importlib.metadata import version as installed

        from pipeline.cli.console import show_json

        engines = {name: installed(name) for name in ("duckdb", "pyarrow", "pandas")}
        show_json({"newsloom": pipeline.__version__, **engines})
    else:
        click.echo(f"newsloom {pipeline.__version__}")
