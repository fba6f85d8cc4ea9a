"""`python -m tests.bench`: measure, print one table, write it to docs/performance.md.

Sizes come from the command line: `--articles` of the generated archives, `--large` of the one
with long related lists, `--growth` for the sizes at which time per article and memory are compared.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from pipeline.sample import write_sample
from tests.bench.measure import Measured, in_turn

ROOT = Path(__file__).parent.parent.parent
REPORT = ROOT / "docs" / "performance.md"
LIBRARIES = ("duckdb", "pandas", "pyarrow", "pyyaml", "python-frontmatter")


def newsloom(raw: Path, out: Path, *options: str) -> list[str]:
    """The command that builds an archive."""
    run = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--out", str(out)]
    return [*run, *options]


def contest(raw: Path, home: Path, repeats: int) -> dict[str, Measured]:
    """The floor, newsloom with one and two workers, and the baseline on one archive."""
    commands: dict[str, Sequence[str]] = {
        "floor": [sys.executable, "-m", "tests.bench.floor", str(raw)],
        "newsloom, 1 worker": newsloom(raw, home / "one", "--workers", "1", "--force"),
        "newsloom, 2 workers": newsloom(raw, home / "two", "--workers", "2", "--force"),
        "baseline": [sys.executable, "-m", "tests.bench.baseline", str(raw), str(home / "base")],
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


def rows_of(title: str, size: int, measured: dict[str, Measured], unit: str) -> list[str]:
    """Lines of the table; ratios are to the row named `unit`."""
    base = measured[unit].median
    return [
        f"| {title} | {name} | {each.median:.2f} | {each.spread} | {each.median / base:.2f} |"
        f" {size / each.median / 1e6:.1f} | {each.peak_bytes / 2**20:.0f} |"
        for name, each in measured.items()
    ]


def bytes_in(raw: Path) -> int:
    """Bytes of all files of an archive."""
    return sum(path.stat().st_size for path in raw.rglob("*") if path.is_file())


def archives(home: Path, articles: int) -> dict[str, Path]:
    """The archives to measure: the real ones where they are, and two generated ones."""
    found = {}
    corpus = os.environ.get("NEWSLOOM_CORPUS")
    for name in ("azure", "diablo4") if corpus else ():
        found[name] = Path(corpus or "") / name
    for name, repeat in (("generated", True), ("no repeated blocks", False)):
        found[f"{name}, {articles:,}"] = home / name.replace(" ", "-")
        write_sample(home / name.replace(" ", "-"), articles, repeat_related=repeat)
    return found


def report(lines: list[str], repeats: int) -> str:
    """The page: the machine, the versions, the table."""
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        [
            "# Performance",
            "",
            "Written by `make bench`. Whole processes, run in turn; median of "
            f"{repeats} repeats. The ratio is to the first row of each archive.",
            "",
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {libraries}.",
            "",
            "| archive | what | seconds | least–most | ratio | MB/s | peak MiB |",
            "|---|---|---:|---:|---:|---:|---:|",
            *lines,
            "",
        ]
    )


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--growth", type=int, nargs="*", default=[10_000, 40_000])
    parser.add_argument("--repeats", type=int, default=3)
    wanted = parser.parse_args()
    lines: list[str] = []
    home = Path(tempfile.mkdtemp(prefix="newsloom-bench-"))
    try:
        for title, raw in archives(home, wanted.articles).items():
            measured = contest(raw, home / "out", wanted.repeats)
            lines += rows_of(title, bytes_in(raw), measured, "floor")
        raw = home / "generated"
        lines += rows_of(
            f"generated, {wanted.articles:,}",
            bytes_in(raw),
            reruns(raw, home, wanted.repeats),
            "full run",
        )
        for articles in wanted.growth:
            raw = home / f"growth-{articles}"
            write_sample(raw, articles)
            commands = {"full run": newsloom(raw, home / "growth", "--force")}
            measured = in_turn(commands, 1)
            lines += rows_of(f"growth, {articles:,}", bytes_in(raw), measured, "full run")
            shutil.rmtree(raw)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    page = report(lines, wanted.repeats)
    REPORT.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
