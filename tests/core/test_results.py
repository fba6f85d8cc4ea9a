"""A finding as one line."""

from __future__ import annotations

import pytest

from pipeline.core.results import Finding


@pytest.mark.parametrize(
    ("finding", "message"),
    [
        (Finding("keys", "stop", 1, ("a, b",)), "keys: 1 row (a, b)"),
        (Finding("keys", "warn", 1_200, ("a", "b")), "keys: 1,200 rows (a)"),
        (
            Finding("keys", "stop", 2, ("a",), 1, ("x.md",)),
            "keys: 2 rows (a) from 1 raw file: x.md",
        ),
        (
            Finding("keys", "stop", 2, ("a",), 2_000, ("x.md", "y.md")),
            "keys: 2 rows (a) from 2,000 raw files: x.md, y.md, …",
        ),
    ],
)
def test_a_finding_in_words(finding: Finding, message: str) -> None:
    assert finding.message == message
