"""The page on methods: a section for each mart, and every number in it as computed."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import printed

PAGE = Path(__file__).parent.parent.parent / "docs" / "methods.md"
PARTS = ("Question", "Definition", "Example", "Traps")
MARTS = [relation.name for relation in relations().values() if relation.kind == "marts"]
WRITTEN = {
    part.partition("\n")[0].strip(" `"): part
    for part in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
}
SHOWN = [
    pytest.param(query, result, id=f"{name}-{number}")
    for name, text in WRITTEN.items()
    for number, (query, result) in enumerate(
        re.findall(r"```sql\n(.*?)\n```\n\n```text\n(.*?)\n```", text, re.DOTALL), 1
    )
]
SUMS = [
    pytest.param(*line.rsplit(" = ", 1), id=f"{name}: {line}")
    for name, text in WRITTEN.items()
    for block in re.findall(r"```calc\n(.*?)\n```", text, re.DOTALL)
    for line in block.splitlines()
]


def cells(text: str) -> set[float]:
    """The numbers of the results shown in a section."""
    shown = "\n".join(re.findall(r"```text\n(.*?)\n```", text, re.DOTALL))
    return {float(word) for word in shown.split() if re.fullmatch(r"-?\d+(\.\d+)?", word)}


def test_every_mart_has_its_section() -> None:
    assert set(WRITTEN) == set(MARTS)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_section_has_all_its_parts_in_order(name: str) -> None:
    assert re.findall(r"^\*\*(\w+)\.\*\*", WRITTEN[name], re.MULTILINE) == list(PARTS)
    assert WRITTEN[name].count("```sql") == WRITTEN[name].count("```text")
    assert re.search(rf"^from {name}$", WRITTEN[name], re.MULTILINE), "the mart itself is shown"


@pytest.mark.parametrize(("query", "result"), SHOWN)
def test_a_query_gives_what_is_shown(built: Builder, query: str, result: str) -> None:
    out = str(built(DATA_RAW)[0])
    assert printed("sql", "--out", out, "--", query).splitlines() == result.splitlines()


@pytest.mark.parametrize(("expression", "shown"), SUMS)
def test_a_sum_is_right(expression: str, shown: str) -> None:
    value = eval(expression, {"__builtins__": {}, "sqrt": math.sqrt, "ln": math.log})
    assert round(value, len(shown.partition(".")[2])) == float(shown)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_sums_end_at_a_number_of_the_mart(name: str) -> None:
    (block,) = re.findall(r"```calc\n(.*?)\n```", WRITTEN[name], re.DOTALL)
    assert float(block.rsplit(" = ", 1)[1]) in cells(WRITTEN[name])
