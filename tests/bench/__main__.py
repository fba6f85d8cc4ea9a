"""`python -m tests.bench`: measure, print one table, write it to docs/performance.md.

Sizes come from the command line: `--articles` of the generated archives, `--large` of the one
with long related lists, `--keyed` of the one whose records have unknown keys, `--growth` for the
sizes at which time per article and memory are compared. `--former` is another checkout with its
`.venv`, such as a worktree of an older commit, to run in turn with this one. What is measured side
by side is also given as ratios, after the table.

`--sources` names archives instead: each is built from every form of it, and the figures go into
docs/sources.md. It needs git, and the environment of `make test-cloud`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from pipeline.sample import write_sample
from tests.bench.measure import Measured, in_turn
from tests.bench.peers import peers
from tests.bench.sources import measure_sources
from tests.hugo_blog import write_hugo_blog

ROOT = Path(__file__).parent.parent.parent
PAGE = ROOT / "docs" / "performance.md"
SOURCES_PAGE = ROOT / "docs" / "sources.md"
SOURCES_MARK = "\nPython "
"""What comes after is measured."""
LONG_LISTS = 120
"""Most related items of an article of *large*: on average about as many as in real archives."""

UNKNOWN_KEYS = b"author: A. Writer\nsection: Front\nedition: 7\n"

LARGE_BYTES = 100_000_000
"""Beyond, three repeats must do."""

LIBRARIES = ("duckdb", "pandas", "pyarrow", "pyyaml", "python-frontmatter")


def newsloom(raw: Path | str, out: Path, *options: str, checkout: Path = ROOT) -> list[str]:
    """The command that builds an archive, with the code and libraries of a checkout."""
    # Not `-m pipeline`, which would import that of the working folder.
    command = str(checkout.absolute() / ".venv" / "bin" / "newsloom")
    return [command, "run", "--raw", str(raw), "--out", str(out), *options]


ONE, TWO = "newsloom, 1 worker", "newsloom, 2 workers"
FORMER = "former code, 1 worker"


def full_runs(raw: Path, home: Path, former: Path | None) -> dict[str, Sequence[str]]:
    """Full runs with one worker, of the former code, too, if there is one, and with two."""
    commands = {ONE: newsloom(raw, home / "one", "--workers", "1", "--force")}
    if former:
        out = home / "former"
        commands[FORMER] = newsloom(raw, out, "--workers", "1", "--force", checkout=former)
    return {**commands, TWO: newsloom(raw, home / "two", "--workers", "2", "--force")}


def contest(
    raw: Path, home: Path, repeats: int, former: Path | None, rivals: dict[str, Sequence[str]]
) -> dict[str, Measured]:
    """The floor, newsloom, the baseline and its rivals on one archive."""
    commands: dict[str, Sequence[str]] = {
        "floor": [sys.executable, "-m", "tests.bench.floor", str(raw)],
        **full_runs(raw, home, former),
        "baseline": [sys.executable, "-m", "tests.bench.baseline", str(raw), str(home / "base")],
        **rivals,
    }
    return in_turn(commands, repeats)


def edit(raw: Path, share: float) -> Callable[[], None]:
    """Change the title and quality of one file, or of a share of all."""
    paths = sorted((raw / "_news").rglob("*.md"))
    count = max(1, round(len(paths) * share))
    turn = iter(range(1_000_000))

    def change() -> None:
        number = next(turn)
        for path in paths[number :: max(1, len(paths) // count)][:count]:
            data = path.read_bytes().replace(b'title: "', b'title: "+', 1)
            path.write_bytes(data.replace(b"\nquality: ", b"\nquality: 1", 1))

    return change


def reruns(raw: Path, home: Path, repeats: int) -> dict[str, Measured]:
    """A full run, and reruns after nothing, one file and 1 % of the files have changed."""
    out = home / "rerun"
    rerun = newsloom(raw, out)
    commands = {
        "full run": newsloom(raw, out, "--force"),
        "rerun, no change": rerun,
        "rerun, one file changed": rerun,
        "rerun, 1 % changed": rerun,
    }
    before = {
        "rerun, one file changed": edit(raw, 0),
        "rerun, 1 % changed": edit(raw, 0.01),
    }
    return in_turn(commands, repeats, before)


class Report:
    """The lines of the table, and the ratios, as they come."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.ratios: list[str] = []

    def add(self, title: str, raw: Path, measured: dict[str, Measured]) -> None:
        """Note what was measured on one archive; ratios are to one worker, or to the first row."""
        base = measured.get(ONE, next(iter(measured.values()))).median
        size = bytes_in(raw)
        lines = [
            f"| {title} | {name} | {each.median:.2f} | {each.spread} | {each.processor:.2f} |"
            f" {each.median / base:.2f} | {size / each.median / 1e6:.1f} |"
            f" {each.peak_bytes / 2**20:.0f} |"
            for name, each in measured.items()
        ]
        print("\n".join(lines), flush=True)
        self.lines += lines

    def compare(self, title: str, slow: str, fast: str, measured: dict[str, Measured]) -> None:
        """Note how many times as long one takes as the other, by the clock and the processor."""
        if slow in measured and fast in measured:
            clock = measured[slow].median / measured[fast].median
            processor = measured[slow].processor / measured[fast].processor
            ratios = f"{clock:.2f} by the clock, {processor:.2f} of the processor"
            self.say(f"{title}: {slow} ÷ {fast} = {ratios}")

    def say(self, ratio: str) -> None:
        """Note a ratio."""
        print(ratio, flush=True)
        self.ratios.append(f"- {ratio}")


def bytes_in(raw: Path) -> int:
    """Bytes of all files of an archive."""
    return sum(path.stat().st_size for path in raw.rglob("*") if path.is_file())


def archives(home: Path, wanted: argparse.Namespace) -> Iterator[tuple[str, Path]]:
    """The archives to compete on: the one of the project, the real ones where they are, and
    generated ones in turn."""
    yield "data/raw", ROOT / "data" / "raw"
    corpus = os.environ.get("NEWSLOOM_CORPUS")
    for name in ("diablo4", "azure") if corpus else ():
        yield name, Path(corpus or "") / name
    for name, articles, options in (
        ("no repeated blocks", wanted.articles, {"repeat_related": False}),
        ("large", wanted.large, {"longest_list": LONG_LISTS}),
    ):
        raw = home / "archive"
        write_sample(raw, articles, **options)
        yield f"{name}, {articles:,} articles, {bytes_in(raw) / 1e6:.0f} MB", raw
        shutil.rmtree(raw)


def compete(home: Path, wanted: argparse.Namespace, report: Report) -> None:
    """Everybody on every archive; the rivals from npm on the real one of many small files."""
    for title, raw in archives(home, wanted):
        rivals = peers(home / "npm", raw) if title == "diablo4" else {}
        repeats = wanted.repeats if bytes_in(raw) < LARGE_BYTES else min(wanted.repeats, 3)
        measured = contest(raw, home / "out", repeats, wanted.former, rivals)
        report.add(title, raw, measured)
        for slow in ("baseline", *rivals):
            report.compare(title, slow, ONE, measured)
        report.compare(title, ONE, FORMER, measured)
        report.compare(title, ONE, "floor", measured)
        parquet = sum(path.stat().st_size for path in (home / "out" / "one").rglob("*.parquet"))
        report.say(f"{title}: Parquet ÷ raw bytes = {parquet / bytes_in(raw):.3f}")


def add_keys(raw: Path, copy: Path) -> None:
    """Copy an archive; each record of the copy has three keys that the contract does not know."""
    shutil.copytree(raw, copy)
    for path in copy.rglob("*.md"):
        data = path.read_bytes()
        if data.startswith(b"---\n"):
            path.write_bytes(b"---\n" + UNKNOWN_KEYS + data.removeprefix(b"---\n"))


def compare_keys(home: Path, wanted: argparse.Namespace, report: Report) -> None:
    """The same archive with and without unknown keys in every record."""
    raw, keyed = home / "unkeyed", home / "keyed"
    write_sample(raw, wanted.keyed)
    add_keys(raw, keyed)
    title = f"{wanted.keyed:,} articles"
    plain, more = "1 worker, known keys", "1 worker, three unknown keys in every record"
    commands = {
        name: newsloom(each, home / f"{each.name}-out", "--workers", "1", "--force")
        for name, each in ((plain, raw), (more, keyed))
    }
    measured = in_turn(commands, wanted.repeats)
    report.add(title, raw, measured)
    report.compare(title, more, plain, measured)
    shutil.rmtree(raw)
    shutil.rmtree(keyed)


def compare_blog(home: Path, wanted: argparse.Namespace, report: Report) -> None:
    """As many posts of a Hugo blog, read by its configuration, as articles of our own family."""
    own, blog = "articles of the contract, 1 worker", "posts of a Hugo blog, 1 worker"
    raws = {own: home / "family", blog: write_hugo_blog(home / "hugo", wanted.keyed)}
    write_sample(raws[own], wanted.keyed)
    commands = {
        name: newsloom(raw, home / f"{raw.name}-out", "--workers", "1", "--force")
        for name, raw in raws.items()
    }
    measured = in_turn(commands, wanted.repeats)
    title = f"{wanted.keyed:,} records"
    for name, raw in raws.items():
        report.add(title, raw, {name: measured[name]})
    report.compare(title, blog, own, measured)
    for name in ("family", "hugo"):
        shutil.rmtree(home / name)


def grow(home: Path, wanted: argparse.Namespace, report: Report) -> None:
    """Full runs, and reruns of one of the sizes, on archives that grow tenfold."""
    smaller: tuple[int, Measured] | None = None
    for articles in wanted.growth:
        raw = home / "growth"
        write_sample(raw, articles)
        title = f"{articles:,} articles"
        is_small = articles <= wanted.reruns
        commands = full_runs(raw, home / "grown", wanted.former)
        if not is_small:
            commands = {TWO: commands[TWO]}
        measured = in_turn(commands, 3 if is_small else 1)
        report.add(title, raw, measured)
        report.compare(title, ONE, TWO, measured)
        report.compare(title, ONE, FORMER, measured)
        largest = measured[TWO]
        if smaller:
            _tell_growth(report, *smaller, articles, largest)
        smaller = articles, largest
        if articles == wanted.reruns:
            again = reruns(raw, home, wanted.repeats)
            report.add(title, raw, again)
            for name in list(again)[1:]:
                report.compare(title, name, "full run", again)
        shutil.rmtree(raw)


def _tell_growth(report: Report, few: int, before: Measured, many: int, after: Measured) -> None:
    each = (after.median / many) / (before.median / few)
    memory = after.peak_bytes / before.peak_bytes
    title = f"{many:,} against {few:,} articles, 2 workers"
    report.say(f"{title}: time per article × {each:.2f}, peak memory × {memory:.2f}")


def page(report: Report, repeats: int) -> str:
    """The page: the machine, the versions, the table, the ratios."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench`. Whole processes, run in turn; medians of up to "
            f"{repeats} repeats. The ratio is to newsloom with one worker, else to the first row; "
            "processor is the processor time of the process and of all it has started.",
            "",
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {libraries}.",
            "",
            "| archive | what | seconds | least–most | processor | ratio | MB/s | peak MiB |",
            "|---|---|---:|---:|---:|---:|---:|---:|",
            *report.lines,
            "",
            "## Ratios",
            "",
            *report.ratios,
            "",
        ]
    )


def compare_sources(home: Path, wanted: argparse.Namespace) -> None:
    """Every form of the archives that are named, large ones once; written as they come."""
    libraries = ", ".join(f"{name} {version(name)}" for name in ("duckdb", "pyarrow"))
    lines = [
        f"{SOURCES_MARK}{platform.python_version()}, {os.cpu_count()} cores, {libraries}.",
        "",
        "| archive | source | MB | processor | ÷ folder | seconds | peak MiB | tables, marts |",
        "|---|---|---:|---:|---:|---:|---:|---|",
    ]
    for raw in wanted.sources:
        repeats = wanted.repeats if bytes_in(raw) < LARGE_BYTES else 1
        (home / raw.name).mkdir()
        lines += measure_sources(raw, home / raw.name, repeats, _forced)
        shutil.rmtree(home / raw.name)
        text = SOURCES_PAGE.read_text(encoding="utf-8").partition(SOURCES_MARK)[0]
        SOURCES_PAGE.write_text(text + "\n".join([*lines, ""]), encoding="utf-8")


def _forced(raw: str, out: Path) -> Sequence[str]:
    return newsloom(raw, out, "--workers", "2", "--force")


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=5_000)
    parser.add_argument("--large", type=int, default=21_500)
    parser.add_argument("--keyed", type=int, default=10_000)
    parser.add_argument("--former", type=Path)
    parser.add_argument("--growth", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--reruns", type=int, default=100_000)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--sources", type=Path, nargs="*")
    wanted = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="newsloom-bench-"))
    report = Report()
    try:
        if wanted.sources:
            compare_sources(home, wanted)
            return
        compete(home, wanted, report)
        compare_keys(home, wanted, report)
        compare_blog(home, wanted, report)
        grow(home, wanted, report)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    PAGE.write_text(page(report, wanted.repeats), encoding="utf-8")


if __name__ == "__main__":
    main()
