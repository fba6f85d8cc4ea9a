"""Hostile archives: what becomes of each, within a bound of seconds and of memory."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.read.verify import verify
from tests.conftest import Figures
from tests.hostile import CASES

pytestmark = pytest.mark.slow

WATCHER = """
import json, os, sys
actions = [(os.POSIX_SPAWN_DUP2, 2, 1)]
pid = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=actions)
_, status, usage = os.wait4(pid, 0)
seconds = usage.ru_utime + usage.ru_stime
print(json.dumps([os.waitstatus_to_exitcode(status), seconds, usage.ru_maxrss * 1024]))
"""
"""Runs a command and tells what it used; small itself, as a child inherits its parent's peak."""

MOST_SECONDS = 10
MOST_BYTES = 1 << 30


@dataclass(frozen=True, slots=True)
class Ended:
    """A whole run: its exit code and output, processor and clock seconds, peak memory in bytes."""

    code: int
    told: str
    processor_seconds: float
    seconds: float
    peak_bytes: int


def measured(raw: Path, out: Path, *more: str) -> Ended:
    """Run newsloom in a process of its own, which is all that is measured."""
    told = out.with_name("told")
    command = [sys.executable, "-m", "pipeline", "run", "--raw", str(raw), "--out", str(out), *more]
    began = time.monotonic()
    with told.open("wb") as output:
        watched = [sys.executable, "-S", "-c", WATCHER, *command, "--workers", "1"]
        done = subprocess.run(watched, check=True, stdout=subprocess.PIPE, stderr=output)
    code, processor_seconds, peak_bytes = json.loads(done.stdout)
    seconds = time.monotonic() - began
    said = told.read_text(encoding="utf-8", errors="replace")
    return Ended(code, said, processor_seconds, seconds, peak_bytes)


def rows(out: Path, table: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(out / "tables" / f"{table}.parquet").to_pylist()
    return found


def _shown(became: str) -> str:
    """A status, or the code of a rejection; the reasons to skip a file are all one here."""
    return "skipped" if became.startswith(("no_", "other_")) else became


@pytest.mark.parametrize("name", CASES)
def test_hostile(name: str, tmp_path: Path, record_property: Figures) -> None:
    case, raw, out = CASES[name], tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    case.lay(raw)
    ended = measured(raw, out)
    assert ended.code == 0, ended.told
    found = {row["source_path"]: row["reason"] or row["status"] for row in rows(out, "files")}
    shown = {path: _shown(str(became)) for path, became in found.items()}
    codes = Counter(row["code"] for row in rows(out, "rejects") if row["severity"] == "warning")
    record_property(
        "figures",
        f"hostile: {name:<36} {', '.join(sorted(set(shown.values()) | set(codes))):<32}"
        f"{ended.processor_seconds:5.1f} s {ended.peak_bytes >> 20:5} MiB",
    )
    assert shown == case.files
    assert codes == case.warnings
    assert verify(out).faults == ()
    assert {path.name for path in tmp_path.iterdir()} <= {
        *("raw", "out", "told", "outside", ".out.newsloom"),
    }
    assert ended.processor_seconds < MOST_SECONDS
    assert ended.peak_bytes < MOST_BYTES
