"""`python -m tests.fuzz SECONDS`: search, guided by coverage, for files no reader can bear.

Half of the time goes to records, half to pages. What is found lies in tests/cases/fuzz from then
on, where `tests/test_fuzz_cases.py` holds it against the readers for ever. Needs atheris, which
there is for some systems only; elsewhere this says so, and the tests by hypothesis remain.
"""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

CASES = Path(__file__).parent / "cases"
FOUND = CASES / "fuzz"
LONGEST = 4_096
"""The most bytes of a file that is tried."""

WHOLE_EVERY = 16
"""One file of so many is followed into the tables."""


def try_record(data: bytes) -> None:
    """Read bytes as a record: by all readers alike, and to rows or exactly one error."""
    from pipeline.extract.front_matter.reader import opens_front_matter
    from tests.extract.test_columnar import assert_same_tables
    from tests.extract.test_yaml_differential import assert_same

    if not opens_front_matter(data):
        data = b"---\n" + data
    assert_same(data)
    _hold("a.md", data)
    if zlib.crc32(data) % WHOLE_EVERY == 1:
        assert_same_tables([("a.md", data)])


def try_page(data: bytes) -> None:
    """Read bytes as the text of a page: to rows or exactly one error."""
    _hold("a.txt", data)


def _hold(name: str, data: bytes) -> None:
    """Let one file come to its end; to the last table now and then, which takes its time."""
    from pipeline.core.errors import FileRejected
    from pipeline.core.limits import DEFAULT_LIMITS
    from pipeline.core.records import FrontMatter
    from pipeline.extract.file_reader import read_file
    from pipeline.extract.front_matter.columns import as_columns
    from tests.extract.test_front_matter import assert_one_outcome

    if zlib.crc32(data) % WHOLE_EVERY == 0:
        assert_one_outcome(data)
        return
    with suppress(FileRejected):
        record = read_file(name, data, DEFAULT_LIMITS)
        if isinstance(record, FrontMatter):
            as_columns({0: record}, DEFAULT_LIMITS)


TARGETS: dict[str, tuple[Callable[[bytes], None], Path]] = {
    "record": (try_record, CASES / "articles"),
    "page": (try_page, CASES / "pages"),
}
"""What tries the bytes, and the folder of files from which the search starts."""


def search(target: str, options: list[str]) -> None:
    """Search in this process, which ends with it; `options` are those of libFuzzer."""
    import atheris

    with atheris.instrument_imports(include=["pipeline"]):
        import pipeline.extract.file_reader
        import pipeline.parse  # noqa: F401 - to be instrumented
    attempt = TARGETS[target][0]
    atheris.Setup([sys.argv[0], *options], attempt)
    atheris.Fuzz()


def searched(target: str, seconds: int) -> bool:
    """Search in a process of its own; whether nothing was found."""
    FOUND.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as kept:
        options = [
            *(f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-timeout=10"),
            *(f"-artifact_prefix={FOUND}/{target}-", "-rss_limit_mb=1024", "-verbosity=0"),
            *("-print_final_stats=1", kept, str(FOUND), str(TARGETS[target][1])),
        ]
        command = [sys.executable, "-m", "tests.fuzz", "--target", target, "--", *options]
        return subprocess.run(command, check=False).returncode == 0


def main() -> int:
    """Search, or say why not; 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", choices=TARGETS)
    parser.add_argument("given", nargs="*", default=["60"])
    given = parser.parse_args()
    if importlib.util.find_spec("atheris") is None:
        print("there is no atheris here; nothing was searched", file=sys.stderr)
        return 0
    if given.target:
        search(given.target, given.given)
        return 0
    seconds = int(given.given[0]) // len(TARGETS)
    outcomes = {target: searched(target, seconds) for target in TARGETS}
    return 0 if all(outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
