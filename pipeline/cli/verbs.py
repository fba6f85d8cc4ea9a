"""The command line: verbs only. Each calls one function and shows what it gives.

Whatever is heavy is imported by the verb that needs it, so that `--help` is immediate. The exit
codes are those of `pipeline.cli.exit_codes`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

import pipeline
from pipeline.cli.diagnosis_verbs import explain, verify
from pipeline.cli.exit_codes import FAILED, REJECTED, Verbs
from pipeline.cli.options import FOREVER, json_option, limit_options, out_option, raw_option
from pipeline.core.errors import UsageError

if TYPE_CHECKING:
    from pipeline.core.limits import Limits
    from pipeline.core.results import Summary

FORMATS = ("table", "csv", "json", "markdown", "parquet")


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
@click.option("--log-json", is_flag=True, help="Tell what happens as lines of JSON on stderr.")
@json_option
def run(
    *,
    raw: Path,
    out: Path,
    workers: int | None,
    strict: bool,
    why: bool,
    dry_run: bool,
    force: bool,
    wait: float,
    limits: Limits,
    log_json: bool,
    as_json: bool,
) -> None:
    """Build tables and marts from a raw archive, check and publish them.

    Only what has changed since the last run is rebuilt. If a check says stop, or anything fails,
    the former build stays as it was.
    """
    # numpy, which pyarrow imports, has a library that would start threads, and use none of them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from pipeline.build import events as log
    from pipeline.build import run as runs
    from pipeline.cli import console as terminal

    log.tell_to_stderr(as_json=log_json)
    with terminal.progress(silent=log_json) as progress:
        summary = runs.build(
            raw,
            out,
            workers=workers,
            progress=progress,
            limits=limits,
            force=force,
            dry_run=dry_run,
            wait=wait,
        )
    if as_json:
        from dataclasses import asdict

        terminal.show_json(asdict(summary))
    else:
        _show_run(summary, reasons=why or dry_run, results=not dry_run)
    if strict and summary.rejected:
        sys.exit(REJECTED)


def _show_run(summary: Summary, *, reasons: bool, results: bool) -> None:
    from pipeline.cli.views import show_reasons, show_summary

    if reasons:
        show_reasons(summary)
    if results:
        show_summary(summary, pipeline.__version__)


@main.command()
@click.option("--sql", "rule", metavar="RULE", help="Print the SELECT of a check, and run nothing.")
@out_option
@json_option
def check(*, rule: str | None, out: Path, as_json: bool) -> None:
    """Run the checks on a published build.

    Exits with 1 if a check marked stop finds offending rows.
    """
    from pipeline.engines.checks import check_database, check_query, checks

    if rule:
        click.echo(check_query(rule), nl=False)
        return
    with pipeline.open(out) as build:
        findings = check_database(build.connection)
    if as_json:
        from dataclasses import asdict

        from pipeline.cli.console import show_json

        show_json([asdict(finding) for finding in findings])
    else:
        from pipeline.cli.views import show_findings

        show_findings(findings, len(checks()))
    if any(finding.severity == "stop" for finding in findings):
        sys.exit(FAILED)


main.add_command(verify)


@main.command()
@out_option
@json_option
def tables(*, out: Path, as_json: bool) -> None:
    """List the tables and marts of a build, with rows and grain."""
    with pipeline.open(out) as build:
        entries = build.contents()
    if as_json:
        from pipeline.cli.console import show_json

        show_json(entries)
    else:
        from pipeline.cli.views import show_tables

        show_tables(entries)


@main.command()
@click.argument("table")
@out_option
@json_option
def describe(*, table: str, out: Path, as_json: bool) -> None:
    """Explain a table or mart: grain, key, and every column.

    Needs no build; where there is one, the number of rows is shown too.
    """
    from pipeline.core.catalog import relation
    from pipeline.core.errors import BuildMissing

    described = relation(table)
    try:
        with pipeline.open(out) as build:
            row_count = build.rows.get(table)
    except BuildMissing:
        row_count = None
    if as_json:
        from dataclasses import asdict

        from pipeline.cli.console import show_json

        show_json({**asdict(described), "rows": row_count})
    else:
        from pipeline.cli.views import show_relation

        show_relation(described, row_count)


@main.command()
@click.argument("name", metavar="MART[.COLUMN]")
@json_option
def lineage(*, name: str, as_json: bool) -> None:
    """Show which tidy columns and raw fields a number comes from.

    Read from the SQL itself; needs no build.
    """
    from pipeline.cli.lineage_view import show_lineage

    show_lineage(name, as_json=as_json)


@main.command()
@click.argument("query", required=False)
@click.option(
    "--file", type=click.File(encoding="utf-8"), help="Read the query from a file; - is stdin."
)
@out_option
@click.option(
    "--format",
    "format_",
    type=click.Choice(FORMATS),
    help="Form of the rows.  [default: table, or as the name given to --output ends]",
)
@click.option("--json", "format_", flag_value="json", help="The same as --format json.")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file instead."
)
@click.option("--allow-files", is_flag=True, help="Let the query read and write files.")
def sql(
    *,
    query: str | None,
    file: TextIO | None,
    out: Path,
    format_: str | None,
    output: Path | None,
    allow_files: bool,
) -> None:
    """Run a SELECT over the build, read-only and in UTC.

    The query sees the build and nothing else on this machine, unless --allow-files is given.
    A table shows the first 100 rows and rounds to four decimals; the other
    formats give everything.
    """
    from pipeline.cli import query_output as answers

    if (query is None) == (file is None):
        raise UsageError("give either a query or --file FILE")
    text = file.read() if file else query or ""
    form = format_ or answers.format_of(output)
    with pipeline.open(out, allow_files=allow_files) as build:
        answers.write_rows(build.reader(text), form, output)


@main.command()
@out_option
@click.option("--code", help="List every problem of this code.")
@json_option
def rejects(*, out: Path, code: str | None, as_json: bool) -> None:
    """Show what was rejected or lost, by code, with the files.

    Errors lost their file; warnings lost a field or item of it.
    """
    from pipeline.read.problems import problem_groups, problems_of

    with pipeline.open(out) as build:
        found = problems_of(build, code) if code else problem_groups(build)
    if as_json:
        from pipeline.cli.console import show_json

        show_json(found)
        return
    from pipeline.cli import views

    if code:
        views.show_problems(found, code)
    else:
        views.show_groups(found, out)


main.add_command(explain)


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
        place = plain(folder)
        click.echo(f"{files:,} files written to {place}\nNext: newsloom run --raw {place}")


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
