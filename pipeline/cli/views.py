"""What each verb shows on the terminal, from values already computed."""

from __future__ import annotations

import itertools
import shlex
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import console, grid, show
from pipeline.cli.rows import counted
from pipeline.core.catalog import Relation, relations
from pipeline.core.text import plain

if TYPE_CHECKING:
    from pipeline.core.results import Finding, Summary
    from pipeline.read.verify import Verified

DEFAULT_OUT = Path("data/processed")

PATHS_SHOWN = 3
"""Most paths shown per problem code."""


def command(verb: str, out: Path, *arguments: str) -> str:
    """Write a command to type next, with `--out` only where it is needed."""
    words = [*_program(), verb, *arguments]
    if out != DEFAULT_OUT:
        words += ["--out", str(out)]
    return " ".join(
        f'"{word}"' if " " in word and '"' not in word else shlex.quote(word) for word in words
    )


def _program() -> list[str]:
    """How to call newsloom from here: by name, by path as after `make`, or as a module."""
    if shutil.which("newsloom"):
        return ["newsloom"]
    called = Path(sys.argv[0])
    return [str(called)] if called.name == "newsloom" else ["python", "-m", "pipeline"]


def show_summary(summary: Summary, version: str) -> None:
    """Show the end of a run: files, rows, checks, where the output is, and what to do next."""
    megabytes = summary.bytes_read / 1_000_000
    effort = f"{megabytes:,.1f} MB read in {summary.seconds:,.1f} s"
    if not summary.rebuilt:
        effort = "up to date: nothing has changed since"
    show(
        Text.assemble(
            ("newsloom ", "bold"),
            (version, "bold"),
            (
                f"   run {summary.run_id}   {effort}",
                "dim",
            ),
        ),
        "",
        _file_counts(summary),
        "",
        _row_counts(summary.rows),
        "",
        _where_next(summary),
    )


def show_reasons(summary: Summary) -> None:
    """Show what is rebuilt and why, a line each."""
    reasons = summary.reasons or ("nothing: no file, code or definition has changed",)
    show(*(Text(f"Rebuild {plain(reason)}") for reason in reasons), "")


def _file_counts(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    lines = (
        ("Files", summary.discovered, "found", ""),
        ("", summary.loaded, "loaded", "green"),
        ("", summary.skipped, "skipped, for a reason given in the table files", ""),
        ("", summary.rejected, "rejected", "bold red" if summary.rejected else ""),
        (
            "",
            summary.warnings,
            "warnings: a field or item lost, its file kept",
            "yellow" if summary.warnings else "",
        ),
    )
    for heading, count, meaning, style in (*lines, *_left_out(summary.left_out)):
        table.add_row(heading, Text(f"{count:,}", style=style), Text(meaning, style=style))
    return table


_KINDS_LEFT_OUT = {
    "symbolic_links": ("symbolic link", "symbolic links"),
    "hidden": ("hidden file or folder", "hidden files or folders"),
    "special_files": ("socket, pipe or device", "sockets, pipes or devices"),
}


def _left_out(counts: dict[str, int]) -> Iterator[tuple[str, int, str, str]]:
    """The line that says what was left out of the archive, if anything was."""
    found = {kind: count for kind, count in counts.items() if count}
    if found:
        kinds = (f"{count:,} {_KINDS_LEFT_OUT[kind][count > 1]}" for kind, count in found.items())
        yield "", sum(found.values()), f"left out: {', '.join(kinds)}", "yellow"


def _row_counts(counts: dict[str, int]) -> Table:
    """Tables on the left, marts on the right."""
    known = relations()
    marts = [name for name in counts if name in known and known[name].kind == "marts"]
    tables = [name for name in counts if name not in marts]
    layout = grid("Tables", "Rows", "", "Marts", "Rows ", right=frozenset({"Rows", "Rows "}))
    for table, mart in itertools.zip_longest(tables, marts):
        layout.add_row(*_name_and_count(table, counts), "  ", *_name_and_count(mart, counts))
    return layout


def _name_and_count(name: str | None, counts: dict[str, int]) -> tuple[str, str]:
    return (plain(name), f"{counts[name]:,}") if name else ("", "")


def _where_next(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    if summary.findings:
        found = ", ".join(f"{finding.check} {finding.rows:,}" for finding in summary.findings)
        table.add_row("Checks", Text(f"passed, with warnings: {found}", style="yellow"))
        table.add_row("", Text(plain(command("check", summary.out)), style="cyan"))
    else:
        table.add_row("Checks", Text("passed", style="green"))
    table.add_row("Output", plain(summary.out))
    table.add_row("Report", plain(summary.out / "report.html"))
    steps = [
        command("tables", summary.out),
        command("sql", summary.out, "from daily_coverage order by article_count desc limit 5"),
    ]
    if summary.rejected or summary.warnings:
        steps.insert(0, command("rejects", summary.out))
    for heading, step in itertools.zip_longest(("Next",), steps, fillvalue=""):
        table.add_row(heading, Text(plain(step), style="cyan"))
    return table


def show_findings(findings: Sequence[Finding], checks: int) -> None:
    """Each check that found rows, with the first of them, and how many checks there were."""
    for finding in findings:
        style = "bold red" if finding.severity == "stop" else "bold yellow"
        more = [f"and {finding.rows - len(finding.sample):,} more"]
        sources = [finding.told_sources] if finding.sources else []
        show(
            Text.assemble((finding.check, style), f"  {finding.severity}, {counted(finding.rows)}"),
            *map(_indented, finding.sample),
            *map(_indented, more if finding.rows > len(finding.sample) else []),
            *map(_indented, sources),
            "",
        )
    found = f"{checks - len(findings)} of {checks} checks found nothing to complain of."
    show(Text(found, style="" if findings else "green"))


def show_verified(verified: Verified, out: Path) -> None:
    """Each file that is not what the manifest says, and whether the build is whole."""
    table = Table.grid(padding=(0, 2))
    for fault in verified.faults:
        table.add_row(Text(fault.kind, style="bold red"), Text(plain(fault.message)))
    if verified.faults:
        show(table)
    else:
        size = f"{verified.files} files, {verified.bytes / 1_000_000:,.1f} MB"
        show(Text(f"whole: run {plain(verified.run_id)}, {size}, each as built", style="green"))
    if verified.others:
        show(Text(f"not part of the build: {plain(', '.join(verified.others))}", style="dim"))
    if verified.faults:
        show(f"Next  {plain(command('run', out, '--force'))}")


def _indented(text: object) -> Padding:
    return Padding(
        text if isinstance(text, Text) else Text(plain(text)), (0, 0, 0, 2), expand=False
    )


def show_tables(entries: Sequence[dict[str, Any]]) -> None:
    """Every table and mart with its rows and grain."""
    table = grid("Name", "Kind", "Rows", "Grain: one row per …", right=frozenset({"Rows"}))
    previous = None
    for entry in entries:
        if previous not in (None, entry["kind"]):
            table.add_section()
        previous = entry["kind"]
        table.add_row(
            Text(plain(entry["name"]), style="bold"),
            entry["kind"].removesuffix("s"),
            f"{entry['rows']:,}",
            Text(plain(entry["grain"] or "")),
        )
    show(table)


def show_relation(relation: Relation, row_count: int | None) -> None:
    """One table or mart: what it is, and each column with type, meaning, unit and source."""
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="bold")
    facts.add_column()
    facts.add_row("Grain", Text(relation.grain))
    facts.add_row("Key", ", ".join(relation.key))
    if row_count is not None:
        facts.add_row("Rows", f"{row_count:,}")
    source = "\nsource: {}" if console().is_terminal else "  (source: {})"
    columns = grid("Column", "Type", "Meaning")
    for column in relation.columns:
        meaning = Text(column.meaning)
        if column.unit:
            meaning.append(f" [{column.unit}]")
        if column.references:
            meaning.append(f" → {column.references}", style="cyan")
        meaning.append(source.format(column.source), style="dim")
        name = Text(column.name, style="bold" if column.name in relation.key else "")
        columns.add_row(name, column.type, meaning)
    show(
        Text(relation.name, style="bold"),
        Text(relation.description.strip()),
        "",
        facts,
        "",
        columns,
    )


def show_groups(groups: Sequence[dict[str, Any]], out: Path) -> None:
    """Problems by code: how many, in how many files, the first of them and where."""
    if not groups:
        show(Text("No problems: every file was read whole.", style="green"))
        return
    for group in groups:
        code = plain(group["code"])
        style = "bold red" if group["severity"] == "error" else "bold yellow"
        files = "1 file" if group["file_count"] == 1 else f"{group['file_count']:,} files"
        times = "once" if group["problem_count"] == 1 else f"{group['problem_count']:,} times"
        first = _place(group["first_path"], group["first_line"])
        others = group["paths"][1:PATHS_SHOWN]
        rest = len(group["paths"]) - PATHS_SHOWN
        more = f"and {rest:,} more: {command('rejects', out, '--code', code)}"
        show(
            Text.assemble((code, style), f"  {plain(group['severity'])}, {times} in {files}"),
            _indented(f"{first}  {group['first_message']}"),
            *map(_indented, others),
            *map(_indented, [Text(plain(more), style="dim")] if rest > 0 else []),
            "",
        )


def _place(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def show_problems(problems: Sequence[dict[str, Any]], code: str) -> None:
    """Every problem of one code, each with its place, raw value and message."""
    if not problems:
        show(Text(f"No problem of code {code}.", style="green"))
    for problem in problems:
        place = plain(_place(problem["source_path"], problem["line"]))
        field = f"  {plain(problem['field'])}" if problem["field"] else ""
        show(Text.assemble((place, "bold"), field), _indented(problem["message"]))
        if problem["raw_value"] is not None:
            show(_indented(Text(f"value: {plain(problem['raw_value'])}", style="dim")))
