"""`python -m tests.hostile_table` prints the table of docs/security.md: what becomes of each
archive file that is meant to harm, its processor seconds and peak memory."""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.e2e.test_hostile import measured
from tests.hostile_archives import ARCHIVES, HostileArchive


def outcome(case: HostileArchive) -> str:
    """What becomes of the files but the good ones, else how the run ends."""
    if case.message:
        return f"the run fails: {case.message}"
    return (
        ", ".join(f"`{code}`" for code in sorted({*case.files.values()} - {"loaded"})) or "left out"
    )


def row(name: str) -> str:
    """The start of the row of a case: its name, and what becomes of it."""
    return f"| {name} | {outcome(ARCHIVES[name])} |"


def main() -> None:
    """Run newsloom on each case."""
    print("| archive file | becomes | processor s | peak MiB |\n|---|---|---:|---:|")
    for name, case in ARCHIVES.items():
        with tempfile.TemporaryDirectory() as home:
            (Path(home) / case.name).write_bytes(case.data())
            ended = measured(Path(home) / case.name, Path(home) / "out")
        print(f"{row(name)} {ended.processor_seconds:.1f} | {ended.peak_bytes >> 20} |", flush=True)


if __name__ == "__main__":
    main()
