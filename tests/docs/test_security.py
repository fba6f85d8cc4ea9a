"""The table of docs/security.md has a row of each archive file that is meant to harm."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.hostile_archives import ARCHIVES
from tests.hostile_table import row

DOCUMENT = Path(__file__).parent.parent.parent / "docs" / "security.md"


@pytest.mark.parametrize("name", ARCHIVES)
def test_what_becomes_of_a_hostile_archive_file_is_told(name: str) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert re.search(rf"^{re.escape(row(name))} \d+\.\d \| \d+ \|$", text, re.MULTILINE)
