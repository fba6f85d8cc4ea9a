"""`python -m tests.mutate 20000`: build archives of mutated real files, and tell what came of it.

Many mutated files lie in each archive, among real ones that are not mutated. Every build must end,
account for every file, and give the rows of the unmutated files as it would without the mutants.
Needs NEWSLOOM_CORPUS, the folder of the real archives.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.build.run import build

BATCH = 2_500
"""Mutated files per archive."""

WITNESSES = 200
"""Unmutated files per archive."""

PIECES = (
    *(b"\n---\n", b"---\n", b"\n...\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\t"),
    *(b"&a ", b"*a", b"!!python/object:x ", b"<<: ", b"[", b"]", b"{", b"}", b"'", b'"', b"\\"),
    *(b"- ", b"? ", b": ", b":", b" #", b"|\n", b">\n", b"%", b"@", b"`", b"null", b"~", b"''"),
    *(b"9" * 40, b"-1", b"1e999", b"0x7f", b"\xc2\x85", b"\xe2\x80\xa8", b"\xf0\x9f\x98\x80"),
    *(
        b"\t\n",
        b"\f\n",
        b"\v\n",
        b"\xc2\xa0\n",
        b"\xc2\x85\n",
        b"\r\r\n",
        b"\nk: [a]\n",
        b"\f",
        b"\v",
    ),
    *(b"title:\n", b"related:\n", b"category:\n", b"quality: high\n", b"\x1b[2J", b"\xed\xa0\x80"),
)

Mutation = Callable[[random.Random, bytes], bytes]


def _insert(roll: random.Random, data: bytes) -> bytes:
    at = roll.randrange(len(data) + 1)
    return data[:at] + roll.choice(PIECES) + data[at:]


def _replace(roll: random.Random, data: bytes) -> bytes:
    at = roll.randrange(len(data) + 1)
    return data[:at] + roll.choice(PIECES) + data[at + roll.randrange(40) :]


def _flip(roll: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(roll.choice((1, 1, 3, 30))):
        changed[roll.randrange(len(changed))] = roll.randrange(256)
    return bytes(changed)


def _cut(roll: random.Random, data: bytes) -> bytes:
    first, last = sorted(roll.randrange(len(data) + 1) for _ in range(2))
    return data[:first] + data[last:]


def _truncate(roll: random.Random, data: bytes) -> bytes:
    return data[: roll.randrange(len(data))]


def _repeat(roll: random.Random, data: bytes) -> bytes:
    first, last = sorted(roll.randrange(len(data) + 1) for _ in range(2))
    return (
        data[:first]
        + data[first : min(last, first + 4_000)] * roll.choice((2, 3, 20))
        + data[last:]
    )


def _shuffle(roll: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    for _ in range(roll.choice((1, 2, 10))):
        one, other = roll.randrange(len(lines)), roll.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _indent(roll: random.Random, data: bytes) -> bytes:
    lines = data.split(b"\n")
    at = roll.randrange(len(lines))
    for number in range(at, min(len(lines), at + roll.choice((1, 2, 20)))):
        lines[number] = b" " * roll.choice((1, 2, 4)) + lines[number]
    return b"\n".join(lines)


MUTATIONS: tuple[Mutation, ...] = (
    *(_insert, _insert, _replace, _replace, _flip, _cut, _truncate, _repeat, _shuffle, _indent),
)


def mutated(roll: random.Random, data: bytes) -> bytes:
    """The same file with one to three things wrong; never the same bytes."""
    changed = data
    while changed == data:
        for _ in range(roll.choice((1, 1, 2, 3))):
            changed = roll.choice(MUTATIONS)(roll, changed or b"---\n")
    return changed


@dataclass(slots=True)
class Tally:
    """What came of all mutants: files by status, rejects by code, and builds."""

    mutants: int = 0
    builds: int = 0
    crashes: int = 0
    witnesses: int = 0
    changed_witnesses: int = 0
    discovered: int = 0
    status: Counter[str] = field(default_factory=Counter)
    codes: Counter[str] = field(default_factory=Counter)

    @property
    def is_clean(self) -> bool:
        """Whether every build ended, every file has its status, and nothing else changed."""
        is_whole = self.discovered == self.status.total()
        return is_whole and not self.crashes and not self.changed_witnesses

    def __str__(self) -> str:
        status = ", ".join(f"{count:,} {name}" for name, count in sorted(self.status.items()))
        codes = ", ".join(f"{name} {count:,}" for name, count in self.codes.most_common())
        return (
            f"{self.mutants:,} mutants in {self.builds} builds, {self.crashes} crashes; "
            f"{self.discovered:,} files discovered = {status}; rows of "
            f"{self.witnesses:,} unmutated files held, {self.changed_witnesses} changed\n"
            f"problems: {codes}"
        )


def _real_files(corpus: Path) -> list[Path]:
    return sorted(path for path in corpus.rglob("*") if path.suffix in (".md", ".txt"))


OWNERS = {"articles": "article_id", "pages": "page_id"}
OWNED = {
    "article_topics": "articles",
    "images": "articles",
    "related_items": "articles",
    "page_paragraphs": "pages",
}
OF_THE_ARCHIVE = ("related_article_id",)
"""Columns that depend on the other files of the archive, and so on the mutants."""


def rows_below(out: Path, folder: str) -> dict[str, pa.Table]:
    """The rows that the files of one folder of the archive give, by table."""
    found: dict[str, pa.Table] = {}
    for name in ("files", "rejects", *OWNERS):
        table = _read(out, name)
        found[name] = table.filter(pc.starts_with(table["source_path"], f"{folder}/"))
    for name, owner in OWNED.items():
        table, key = _read(out, name), OWNERS[owner]
        ids = found[owner][key].combine_chunks()
        found[name] = table.filter(pc.is_in(table[key], value_set=ids))
    return found


def _read(out: Path, name: str) -> pa.Table:
    table = pq.read_table(out / "tables" / f"{name}.parquet")
    return table.drop_columns([each for each in OF_THE_ARCHIVE if each in table.column_names])


class Trial:
    """Builds of mutants beside the same unmutated files."""

    def __init__(self, corpus: Path, home: Path, seed: int, witnesses: int = WITNESSES) -> None:
        self._roll = random.Random(seed)
        self._files = _real_files(corpus)
        self._home = home
        self.tally = Tally()
        kept = self._roll.sample(self._files, min(witnesses, len(self._files)))
        for number, path in enumerate(kept):
            _write(home / "raw" / "kept" / f"{number:05}{path.suffix}", path.read_bytes())
        build(home / "raw", home / "alone", workers=1)
        self._expected = rows_below(home / "alone", "kept")
        self._witnesses = len(kept)

    def run(self, mutants: int, workers: int) -> None:
        """Build one archive with so many mutants, and add to the tally what came of it."""
        folder, out, tally = self._home / "raw" / "mutants", self._home / "out", self.tally
        shutil.rmtree(folder, ignore_errors=True)
        for number in range(mutants):
            path = self._roll.choice(self._files)
            data = mutated(self._roll, path.read_bytes())
            _write(folder / f"{number:05}{path.suffix}", data)
        tally.mutants += mutants
        tally.builds += 1
        try:
            summary = build(self._home / "raw", out, workers=workers)
        except Exception as error:
            tally.crashes += 1
            print(f"crash: {error!r}", file=sys.stderr)
            return
        tally.discovered += mutants + self._witnesses
        tally.status.update(pq.read_table(out / "tables/files.parquet")["status"].to_pylist())
        tally.codes.update(summary.problems)
        self._hold(rows_below(out, "kept"))

    def _hold(self, found: dict[str, pa.Table]) -> None:
        self.tally.witnesses += self._witnesses
        for name, table in self._expected.items():
            if not table.equals(found[name]):
                self.tally.changed_witnesses += 1
                print(f"rows of unmutated files changed in {name}", file=sys.stderr)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def main() -> int:
    """Run as many mutants as asked for; 1 where anything crashed, was lost or changed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mutants", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1)
    given = parser.parse_args()
    corpus = os.environ.get("NEWSLOOM_CORPUS")
    if not corpus:
        parser.error("NEWSLOOM_CORPUS must name the folder of the real archives")
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        trial = Trial(Path(corpus), Path(home), given.seed)
        for start in range(0, given.mutants, BATCH):
            trial.run(min(BATCH, given.mutants - start), given.workers)
    print(f"{trial.tally}\n{time.monotonic() - began:.0f} s")
    return 0 if trial.tally.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
