"""What the search by `make fuzz` has found stays found."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fuzz import CASES, FOUND, TARGETS

KEPT = sorted(FOUND.iterdir()) if FOUND.is_dir() else []
STARTS = sorted([*(CASES / "articles").glob("*.md"), *(CASES / "pages").glob("*.txt")])


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_what_was_found(path: Path) -> None:
    TARGETS[path.name.partition("-")[0]][0](path.read_bytes())


# A hundred records one by one, each by all readers; test_columnar reads them together.
SLOW = {"record": [pytest.mark.slow]}


@pytest.mark.parametrize(
    "target", [pytest.param(each, marks=SLOW.get(each, [])) for each in TARGETS]
)
def test_from_where_the_search_starts(target: str) -> None:
    assert len(STARTS) > 20
    for path in STARTS:
        TARGETS[target][0](path.read_bytes())
