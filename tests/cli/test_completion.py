"""The shell completes names of tables, columns, checks, codes and questions."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pipeline.cli.verbs import main


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("newsloom describe provider_s", ["provider_summary"]),
        ("newsloom describe topics.art", ["topics.article_count"]),
        ("newsloom describe nothing.x", [""]),
        ("newsloom lineage topic_pairs.lif", ["topic_pairs.lift"]),
        ("newsloom check --code many_p", ["many_provider_names"]),
        ("newsloom rejects --code invalid_y", ["invalid_yaml"]),
        ("newsloom examples rising", ["rising_topics"]),
    ],
)
def test_what_is_offered(typed: str, offered: list[str]) -> None:
    words = typed.split()
    environment = {
        "_NEWSLOOM_COMPLETE": "bash_complete",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    result = CliRunner().invoke(main, prog_name="newsloom", env=environment)
    assert [line.partition(",")[2] for line in result.stdout.splitlines()] == offered
