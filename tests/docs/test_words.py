"""A list of related items is no reference: no text says that outlets cite, link to or follow."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
TEXTS = [
    path
    for pattern in ("sql/*/*.*", "docs/*.md", "*.md", "pipeline/**/*.py", "pipeline/**/*.jinja")
    for path in sorted(ROOT.glob(pattern))
    if path.name != "CHANGELOG.md"
]
OUTLETS = "outlets?|domains?|articles?|providers?|publishers?|others|they"
UNPROVED = re.compile(
    r"\bcit(e|es|ed|ing|ations?)\b"
    r"|\blink(s|ed|ing)? to\b|\bwho links\b"
    rf"|\b({OUTLETS}) follow(s|ing)?\b|\bfollowers?\b",
    re.IGNORECASE,
)
"""What only `provider_links.has_direction` could say."""


def unproved(text: str) -> list[str]:
    """Lines that say so; that a page of text is linked to an article is our own finding."""
    return [
        line
        for line in text.splitlines()
        if (found := UNPROVED.search(line)) and not ("link" in found[0] and "page" in line)
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Which outlets are cited?",
        "Whose articles link to whose?",
        "Who links to whom?",
        "how fast others follow",
        "the followers of the first outlet",
    ],
)
def test_such_a_line_is_found(line: str) -> None:
    assert unproved(line) == [line]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_claims_a_direction(path: Path) -> None:
    assert unproved(path.read_text(encoding="utf-8")) == []
