"""What each verb shows on the terminal, from values already computed."""

from __future__ import annotations

import itertools
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.cli.console import console, grid, pairs, show, show_json
from pipeline.cli.diff_view import change_lines
from pipeline.core.catalog import Column, Relation, relations
from pipeline.core.paths import Place, is_address, stored_location
from pipeline.core.text import counted, plain

if TYPE_CHECKING:
    from pipeline.core.results import Finding, Summary
    from pipeline.engines.checks import Rule
    from pipeline.explain.explain import Explanation, Shown
    from pipeline.read.examples import Example
    from pipeline.read.verify import Verified

DEFAULT_OUT = "data/processed"

PATHS_SHOWN = 3
"""Most paths shown per problem code."""

AROUND = 60
"""How much of a long line is shown before and after the caret, in characters."""

STYLES = {
    **dict.fromkeys(("error", "stop", "rejected"), "bold red"),
    **dict.fromkeys(("warning", "warn"), "bold yellow"),
    "loaded": "bold green",
}
"""The style of a severity or status."""


def output(value: object, as_json: bool, view: Callable[..., None], *others: object) -> None:
    """Print a value as JSON, or as a view of this module shows it."""
    if as_json:
        show_json(value)
    else:
        view(value, *others)


_IS_PROSE = re.compile(r"[\w./,=*-]+( [\w./,=*-]+)+").fullmatch
"""Several words in which a shell finds nothing to expand between double quotes."""


def command(verb: str, out: Place, *arguments: str) -> str:
    """Write a command to type next, with `--out` only where it is needed."""
    words = [*_program(), verb, *arguments]
    if str(out) != DEFAULT_OUT:
        words += ["--out", str(out)]
    return " ".join(f'"{word}"' if _IS_PROSE(word) else shlex.quote(word) for word in words)


def _program() -> list[str]:
    """How to call newsloom from here: by name, by path as after `make`, or as a module."""
    if shutil.which("newsloom"):
        return ["newsloom"]
    called = Path(sys.argv[0])
    return [str(called)] if called.name == "newsloom" else ["python", "-m", "pipeline"]


def show_summary(summary: Summary, version: str) -> None:
    """Show the end of a run: files, rows, checks, where the output is, and what to do next."""
    effort = f"{_size(summary.bytes_read)} read in {summary.seconds:,.1f} s"
    if not summary.rebuilt:
        effort = "up to date: nothing has changed since"
    title = (f"newsloom {version}", "bold"), (f"   run {summary.run_id}   {effort}", "dim")
    show(Text.assemble(*title), "", _file_counts(summary), "", _row_counts(summary.rows), "")
    show(pairs(itertools.chain(change_lines(summary.difference), _next_steps(summary))))


def _size(count: int) -> str:
    """So many bytes in the unit that shows them."""
    if count < 100_000:
        return f"{count / 1_000:,.1f} kB"
    return f"{count / 1_000_000:,.1f} MB"


def show_reasons(summary: Summary) -> None:
    """Show what is rebuilt and why, a line each."""
    reasons = summary.reasons or ("nothing: no file, code or definition has changed",)
    show(*(Text(f"Rebuild {plain(reason)}") for reason in reasons), "")


def _file_counts(summary: Summary) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column()
    lost = "warnings: a field or item lost, its file kept"
    lines = (
        (summary.discovered, "found", ""),
        (summary.loaded, "loaded", "green"),
        (summary.skipped, _reasons(summary.skipped_reasons), ""),
        (summary.rejected, "rejected", "bold red" if summary.rejected else ""),
        (summary.warnings, lost, "yellow" if summary.warnings else ""),
        *_left_out(summary.left_out),
    )
    for heading, (count, meaning, style) in zip(("Files", *[""] * 5), lines, strict=False):
        table.add_row(heading, Text(f"{count:,}", style=style), Text(meaning, style=style))
    return table


_SKIPPED = {
    "no_category": "no category",
    "no_front_matter": "Markdown without front matter",
    "other_file_type": "another type of file",
}


def _reasons(counts: Mapping[str, int]) -> str:
    """Why files were skipped, the most frequent reason first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{count:,} {_SKIPPED.get(reason, reason)}" for reason, count in ordered)
    return f"skipped: {told}" if told else "skipped"


_KINDS_LEFT_OUT = {
    "symbolic_links": ("symbolic link", "symbolic links"),
    "hidden": ("hidden file or folder", "hidden files or folders"),
    "special_files": ("socket, pipe or device", "sockets, pipes or devices"),
}


def _left_out(counts: dict[str, int]) -> Iterator[tuple[int, str, str]]:
    """The line that says what was left out of the archive, if anything was."""
    found = {kind: count for kind, count in counts.items() if count}
    if found:
        kinds = (f"{count:,} {_KINDS_LEFT_OUT[kind][count > 1]}" for kind, count in found.items())
        yield sum(found.values()), f"left out: {', '.join(kinds)}", "yellow"


def _row_counts(counts: dict[str, int]) -> Table:
    """Tables on the left, marts on the right."""
    marts = {relation.name for relation in relations().values() if relation.kind == "marts"}
    left = [(plain(name), f"{count:,}") for name, count in counts.items() if name not in marts]
    right = [(plain(name), f"{count:,}") for name, count in counts.items() if name in marts]
    table = grid("Tables", "Rows", "", "Marts", "Rows ", right=frozenset({"Rows", "Rows "}))
    for one, other in itertools.zip_longest(left, right, fillvalue=("", "")):
        table.add_row(*one, "  ", *other)
    return table


def _next_steps(summary: Summary) -> Iterator[tuple[str, str | Text]]:
    """What the checks found, where the output is, and commands to type next."""
    out = summary.out
    if summary.findings:
        found = ", ".join(f"{finding.check} {finding.rows:,}" for finding in summary.findings)
        yield "Checks", Text(f"passed, with warnings (rows found): {found}", style="yellow")
        yield "", Text(plain(command("check", out)), style="cyan")
    else:
        yield "Checks", Text("passed", style="green")
    yield "Output", str(out)
    build = f"{out}/{stored_location(summary.run_id)}" if is_address(out) else out
    yield "Report", f"{build}/report.html"
    query = "from daily_coverage order by article_count desc limit 5"
    steps = [command("tables", out), command("sql", out, query)]
    if summary.rejected or summary.warnings:
        steps.insert(0, command("rejects", out))
    for heading, step in itertools.zip_longest(["Next"], steps, fillvalue=""):
        yield heading, Text(plain(step), style="cyan")


def show_findings(findings: Sequence[Finding], rules: Mapping[str, Rule], out: Place) -> None:
    """Show each check that found rows, with what it means, the first of the rows and what to do,
    and how many checks there were."""
    for finding in findings:
        more = finding.rows - len(finding.sample)
        listed = command("check", out, "--code", finding.check)
        rest = f"and {more:,} more: {listed}" if more > 0 else ""
        rule = rules[f"{finding.severity}_{finding.check}"]
        lines = (rule.meaning, *finding.sample, rest, finding.sources_text)
        title = f"  {finding.severity}, {counted(finding.rows, 'row')}"
        show(Text.assemble((finding.check, STYLES[finding.severity]), title))
        show(*map(_indented, filter(None, lines)))
        show(_indented(Text(rule.cure, style="dim")), "")
    found = f"{len(rules) - len(findings)} of {len(rules)} checks found nothing to complain of."
    show(Text(found, style="" if findings else "green"))


def show_rule(rule: Rule, findings: Sequence[Finding]) -> None:
    """Show what one check means, what follows and what to do, and every row that it found."""
    show(Text.assemble((rule.name, STYLES[rule.severity]), f"  {rule.severity}"), rule.meaning)
    show(pairs((("Consequence", rule.consequence), ("Cure", rule.cure))), "")
    for finding in findings:
        show(*map(_indented, finding.sample))
    count = sum(finding.rows for finding in findings)
    show(Text(f"({counted(count, 'row')})", style="dim"))


def show_verified(verified: Verified, out: Place) -> None:
    """Show each file that is not what the manifest says, and whether the build is whole."""
    if verified.faults:
        show(pairs(((fault.kind, fault.message) for fault in verified.faults), "bold red"))
    else:
        size = f"{verified.files} files, {_size(verified.bytes)}"
        show(Text(f"whole: run {plain(verified.run_id)}, {size}, each as built", style="green"))
    if verified.others:
        show(Text(f"not part of the build: {plain(', '.join(verified.others))}", style="dim"))
    if verified.faults:
        show(f"Next  {plain(command('run', out, '--force'))}")


def _indented(text: str | Text) -> Padding:
    return Padding(
        text if isinstance(text, Text) else Text(plain(text)), (0, 0, 0, 2), expand=False
    )


def show_tables(entries: Sequence[dict[str, Any]]) -> None:
    """Show every table and mart with its rows and grain."""
    table = grid("Name", "Kind", "Rows", "Grain: one row per …", right=frozenset({"Rows"}))
    for kind, group in itertools.groupby(entries, key=lambda entry: entry["kind"]):
        for entry in group:
            name, grain = (
                Text(plain(entry["name"]), style="bold"),
                Text(plain(entry["grain"] or "")),
            )
            table.add_row(name, kind.removesuffix("s"), f"{entry['rows']:,}", grain)
        table.add_section()
    show(table)


def show_relation(relation: Relation, row_count: int | None) -> None:
    """Show one table or mart: what it is; each column with type, meaning, unit and source."""
    facts = [("Grain", relation.grain), ("Key", ", ".join(relation.key))]
    if row_count is not None:
        facts.append(("Rows", f"{row_count:,}"))
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
    show(Text(relation.name, style="bold"), Text(relation.description.strip()), "")
    show(pairs(facts), "", columns)


def show_column(column: Column, table: str) -> None:
    """Show one column of a table: type, meaning, unit, source, and which values it may have."""
    facts = (
        ("Type", column.type + (", or NULL" if column.nullable else "")),
        ("Unit", column.unit),
        ("Range", column.range),
        ("Values", ", ".join(column.values)),
        ("Refers to", column.references),
        ("Source", column.source),
    )
    show(Text(f"{table}.{column.name}", style="bold"), Text(column.meaning), "")
    show(pairs((name, value) for name, value in facts if value))


def show_examples(examples: Sequence[Example]) -> None:
    """Show the name of each question, the question, and the parameters it takes."""
    table = grid("Name", "Question")
    for each in examples:
        taken = "".join(f" --param {name}=…" for name in each.parameters)
        table.add_row(Text(each.name, style="bold"), Text.assemble(each.question, (taken, "dim")))
    show(table)


def show_question(asked: Example) -> None:
    """Show a question before its answer, and what a row of that is."""
    show(Text(asked.question, style="bold"), Text(f"One row: {asked.grain}", style="dim"), "")


def show_groups(groups: Sequence[dict[str, Any]], out: Place, counts: Mapping[str, int]) -> None:
    """Show problems by code: how many, in how many files, the first of them and where.

    `counts` are those of the manifest, for a build without problems."""
    skipped = counts.get("skipped", 0)
    if skipped and not groups:
        read = f"{skipped:,} of {counted(counts['discovered'], 'file')} skipped"
        show(Text(f"No problems in what was read: {read}, every other read whole.", style="yellow"))
    elif not groups:
        show(Text("No problems: every file was read whole.", style="green"))
    else:
        show(Text(_problem_counts(groups), style="bold"), "")
    for group in groups:
        code, severity, count = group["code"], group["severity"], group["problem_count"]
        times = "once" if count == 1 else f"{count:,} times"
        files = f"  {plain(severity)}, {times} in {counted(group['file_count'], 'file')}"
        show(Text.assemble((plain(code), STYLES.get(severity, "bold yellow")), files))
        first = _location(group["first_path"], group["first_line"])
        show(_indented(f"{first}  {group['first_message']}"))
        show(*map(_indented, group["paths"][1:PATHS_SHOWN]))
        more = len(group["paths"]) - PATHS_SHOWN
        if more > 0:
            rest = f"and {more:,} more: {command('rejects', out, '--code', code)}"
            show(_indented(Text(plain(rest), style="dim")))
        show("")


def _problem_counts(groups: Sequence[dict[str, Any]]) -> str:
    """How many problems there are, and what those of each severity cost."""
    total = sum(group["problem_count"] for group in groups)
    costs = {
        "error": "for which a file is rejected",
        "warning": "for which a field or item is lost",
    }
    told = []
    for severity, cost in costs.items():
        count = sum(each["problem_count"] for each in groups if each["severity"] == severity)
        if count:
            told.append(f"{counted(count, severity)}, {cost}")
    return f"{counted(total, 'problem')}: {'; '.join(told)}"


def _location(path: str, line: int | None) -> str:
    return path if line is None else f"{path}:{line}"


def show_problems(problems: Sequence[dict[str, Any]], code: str) -> None:
    """Show every problem of one code, each with its location, raw value and message."""
    if not problems:
        show(Text(f"No problem of code {code}.", style="green"))
    for problem in problems:
        location = plain(_location(problem["source_path"], problem["line"]))
        field = f"  {plain(problem['field'])}" if problem["field"] else ""
        show(Text.assemble((location, "bold"), field), _indented(problem["message"]))
        if problem["raw_value"] is not None:
            show(_indented(Text(f"value: {plain(problem['raw_value'])}", style="dim")))


def show_explanation(explained: Explanation) -> None:
    """Show the steps of reading a file, its problems, and what becomes of it."""
    show(Text(plain(explained.source_path), style="bold"), "")
    for step in explained.steps:
        facts = Padding(pairs(step.found, "dim"), (0, 0, 0, 2), expand=False)
        show(Text(step.name, style="bold"), facts, "")
    for problem in explained.problems:
        _show_problem(problem)
    reason = f" ({explained.reason})" if explained.reason else ""
    style = STYLES.get(explained.status, "bold")
    show(Text.assemble((explained.status, style), plain(reason)))


def _show_problem(problem: Shown) -> None:
    """Show a problem with its line and a caret; of an absent field neither."""
    style = STYLES[problem.severity]
    is_absent = problem.source is not None and problem.column is None
    line = "" if problem.line is None or is_absent else f" on line {problem.line:,}"
    field = f" at {plain(problem.field)}" if problem.field else ""
    show(Text.assemble((problem.code, style), f"  {problem.severity}{line}{field}"))
    if problem.source is not None and problem.column is not None:
        text, index = _excerpt(problem.source, problem.column)
        show(_indented(Text(text)), Text(f"  {' ' * index}^", style=style))
    elif problem.line is not None and not is_absent:
        hidden = "(a line that may hold something of secured is not shown)"
        show(_indented(Text(hidden, style="dim")))
    show(_indented(problem.message))
    if problem.raw_value is not None:
        show(_indented(Text(f"value: {plain(problem.raw_value)}", style="dim")))
    show(_indented(Text(problem.cure, style="dim")), "")


def _excerpt(source: str, column: int) -> tuple[str, int]:
    """The part of a line around a 1-based column, made plain, and the 0-based index in it."""
    start, end = max(0, column - 1 - AROUND), column - 1 + AROUND
    before = ("…" if start else "") + plain(source[start : column - 1])
    after = plain(source[column - 1 : end]) + ("…" if len(source) > end else "")
    return before + after, len(before)
