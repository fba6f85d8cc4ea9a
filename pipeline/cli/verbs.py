"""The command line: verbs only. Each calls one function and shows what it gives.

Whatever is heavy is imported by the verb that needs it, so that `--help` is immediate. The exit
codes are those of `pipeline.cli.exit_codes`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

import pipeline
from pipeline.cli.completion import problem_codes, rule_names
from pipeline.cli.exit_codes import FAILED, REJECTED, Verbs
from pipeline.cli.options import (
    FOREVER,
    config_option,
    engine_options,
    json_option,
    limit_options,
    out_option,
    raw_option,
)
from pipeline.cli.query_verbs import (
    compare,
    describe,
    diff,
    examples,
    export,
    lineage,
    register,
    sql,
    tables,
)
from pipeline.core.errors import NewsloomError, UsageError
from pipeline.core.paths import Place

if TYPE_CHECKING:
    from pipeline.core.limits import Limits


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Turn an archive of news records into analytics tables people trust.

    Exit codes: 0 done; 1 failed, nothing published, or a build that is not whole; 2 a wrong
    request; 3 published, but files were rejected and --strict was given; 129 the terminal went
    away; 130 interrupted; 141 the reader of the output went away; 143 terminated.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name that is no text is shown, not fatal
            stream.reconfigure(errors="backslashreplace")


@main.command()
@raw_option
@out_option
@config_option
@click.option(
    "--workers", type=click.IntRange(min=1), help="Processes to parse with.  [default: all cores]"
)
@click.option(
    "--name",
    envvar="NEWSLOOM_NAME",
    show_envvar=True,
    help="What to call the archive.  [default: as its folder or file]",
)
@click.option("--strict", is_flag=True, help="Exit with 3 if any file was rejected.")
@click.option("--why", is_flag=True, help="Say what was rebuilt, and for which reason.")
@click.option("--dry-run", is_flag=True, help="Only say what would be rebuilt, and why.")
@click.option(
    "--force",
    is_flag=True,
    help="Rebuild everything, and publish it even if no article is left.",
)
@click.option(
    "--wait",
    type=click.FloatRange(min=0),
    is_flag=False,
    flag_value=FOREVER,
    default=0.0,
    metavar="[SECONDS]",
    help="Wait while another run writes this build.",
)
@engine_options
@limit_options
@click.option(
    "--watch",
    is_flag=True,
    help="Go on: run again whenever the archive or newsloom.yml changes.",
)
@click.option("--log-json", is_flag=True, help="Log what happens as lines of JSON on stderr.")
@json_option
def run(*, raw: Sequence[str], strict: bool, watch: bool, log_json: bool, **options: Any) -> None:
    """Build tables and marts from a raw archive, check and publish them.

    Only what has changed since the last run is rebuilt. If a check says stop, or anything fails,
    the former build stays as it was. In a bucket a run that another has overtaken fails, too; see
    docs/storage.md. With --watch a failure ends nothing: Ctrl-C does.
    """
    # numpy, which pyarrow imports, has a library that would start threads, and use none of them.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from pipeline.build import events as log

    log.log_to_stderr(as_json=log_json)
    if watch:
        _run_on_change(raw, log_json=log_json, **options)
    rejected = _run_once(raw, log_json=log_json, **options)
    if strict and rejected:
        sys.exit(REJECTED)


def _run_on_change(raw: Sequence[str], **options: Any) -> NoReturn:
    """Run now and on each change of what is read, until the process is ended."""
    from pipeline.build.watch import changes
    from pipeline.cli.console import show_error

    for _ in changes(raw, options["limits"], options["configuration"]):
        try:
            _run_once(raw, **options)
        except NewsloomError as error:
            show_error(error)
        sys.stdout.flush()
    raise AssertionError("an archive has no last change")


def _run_once(
    raw: Sequence[str],
    *,
    out: Place,
    why: bool,
    dry_run: bool,
    log_json: bool,
    as_json: bool,
    **options: Any,
) -> int:
    """Run, and show the summary; gives how many files were rejected."""
    from pipeline.build import run as runs
    from pipeline.cli import console

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
    return summary.rejected


@main.command()
@click.option(
    "--code",
    metavar="RULE",
    shell_complete=rule_names,
    help="Run one check: what it means, what follows, what to do, and every row it finds.",
)
@click.option(
    "--sql",
    "shown",
    metavar="RULE",
    shell_complete=rule_names,
    help="Print the SELECT of a check, and run nothing.",
)
@out_option
@json_option
def check(*, code: str | None, shown: str | None, out: Place, as_json: bool) -> None:
    """Run the checks on a published build.

    Of each check the first rows are shown; --json and --code RULE give all of them. Exits with 1 if
    a check marked stop finds offending rows.
    """
    from pipeline.cli import views
    from pipeline.core.catalog import extended
    from pipeline.engines.checks import SAMPLE_ROWS, check_database, rule, rules

    if shown:
        click.echo(rule(shown).query, nl=False)
        return
    with pipeline.open(out) as build, extended(build.configured()):
        only = rule(code) if code else None
        limit = None if only or as_json else SAMPLE_ROWS
        findings = check_database(build.connection, only, limit)
    if only:
        as_dict = {**asdict(only), "findings": findings}
        views.output(as_dict, as_json, lambda _: views.show_rule(only, findings))
    else:
        views.output(findings, as_json, views.show_findings, rules(), out)
    if any(finding.severity == "stop" for finding in findings):
        sys.exit(FAILED)


@main.command()
@out_option
@json_option
def verify(*, out: Place, as_json: bool) -> None:
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


for verb in (tables, describe, lineage, examples, sql, compare, diff, export, register):
    main.add_command(verb)


@main.command()
@out_option
@click.option("--code", shell_complete=problem_codes, help="List every problem of this code.")
@json_option
def rejects(*, out: Place, code: str | None, as_json: bool) -> None:
    """Show what was rejected or lost, by code, with the files.

    Errors lost their file; warnings lost a field or item of it.
    """
    from pipeline.cli import views
    from pipeline.read.problems import problem_groups, problems_of

    with pipeline.open(out) as build:
        if code:
            views.output(problems_of(build, code), as_json, views.show_problems, code)
        else:
            counts = build.manifest["counts"]
            views.output(problem_groups(build), as_json, views.show_groups, out, counts)


@main.command()
@click.argument("path", metavar="PATH", type=click.Path(path_type=Path))
@raw_option
@config_option
@limit_options
@json_option
def explain(
    *,
    path: Path,
    raw: Sequence[str],
    configuration: Path | None,
    limits: Limits,
    as_json: bool,
) -> None:
    """Show step by step how one raw file is read, and what is wrong with it.

    PATH is any file, or one of the archive as `newsloom rejects` names it. Exits with 0 whatever
    is in the file.
    """
    from pipeline.cli import views
    from pipeline.configuration.location import configuration_of
    from pipeline.explain.explain import explain as explain_file

    how = configuration_of(raw, configuration)
    views.output(explain_file(path, raw, limits, how), as_json, views.show_explanation)


@main.command()
@raw_option
@json_option
def init(*, raw: Sequence[str], as_json: bool) -> None:
    """Write a newsloom.yml next to the archive, with every key, its default and what it means.

    Of an archive in a bucket it is written here, to be given with --config. As it is written it
    changes nothing. A file that is there already is left alone.
    """
    from pipeline.cli.console import show_json
    from pipeline.configuration.location import FILE_NAME, beside
    from pipeline.configuration.template import write_template
    from pipeline.core.paths import split_revision
    from pipeline.core.text import plain

    next_to = beside(raw[0])
    path = next_to or Path(FILE_NAME)
    if next_to and not (Path(raw[0]).exists() or split_revision(raw[0])):
        raise UsageError(f"{raw[0]} is not there; give the archive with --raw")
    write_template(path)
    if as_json:
        show_json({"file": str(path)})
    else:
        then = f"newsloom run --raw {plain(raw[0])}{'' if next_to else f' --config {FILE_NAME}'}"
        click.echo(f"{plain(path)} written\nNext: edit it, then {then}")


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--articles", type=click.IntRange(min=0), required=True, help="How many articles.")
@click.option(
    "--seed", type=int, default=1, show_default=True, help="Another seed, another archive."
)
@json_option
def sample(*, folder: Path, articles: int, seed: int, as_json: bool) -> None:
    """Write an invented raw archive of any size to DIR.

    The same number and seed always give the same files. Pages, and records that are odd or broken,
    come on top of the articles: some forty files, and more in large archives. DIR must be new or
    empty.
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
