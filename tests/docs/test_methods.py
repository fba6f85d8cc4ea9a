"""The page on methods: a section for each mart, and every number in it as computed."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import printed
from tests.independent.compare import published
from tests.independent.events import in_time, joined_pairs

PAGE = Path(__file__).parent.parent.parent / "docs" / "methods.md"
PARTS = ("Question", "Definition", "Example", "Traps")
MARTS = [relation.name for relation in relations().values() if relation.kind == "marts"]
COMPARING = "Comparing two periods"
"""The section on what is no mart: a verb."""
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
    return {float(word) for word in shown.split() if re.fullmatch(r"[-+]?\d+(\.\d+)?", word)}


def test_every_mart_has_its_section() -> None:
    assert set(WRITTEN) == {*MARTS, COMPARING}


@pytest.mark.parametrize("name", WRITTEN)
def test_a_section_has_all_its_parts_in_order(name: str) -> None:
    assert re.findall(r"^\*\*(\w+)\.\*\*", WRITTEN[name], re.MULTILINE) == list(PARTS)
    shown = WRITTEN[name].count("```sql") + WRITTEN[name].count("```sh")
    assert shown == WRITTEN[name].count("```text")
    assert name == COMPARING or re.search(rf"^from {name}$", WRITTEN[name], re.MULTILINE), (
        "the mart itself is shown"
    )


@pytest.mark.parametrize(("query", "result"), SHOWN)
def test_a_query_gives_what_is_shown(built: Builder, query: str, result: str) -> None:
    out = str(built(DATA_RAW)[0])
    assert printed("sql", "--out", out, "--", query).splitlines() == result.splitlines()


def test_a_command_prints_what_is_shown(built: Builder) -> None:
    pattern = r"```sh\nnewsloom (.*?)\n```\n\n```text\n(.*?)\n```"
    ((arguments, shown),) = re.findall(pattern, WRITTEN[COMPARING], re.DOTALL)
    out = str(built(DATA_RAW)[0])
    assert printed(*arguments.split(), "--out", out).splitlines() == shown.splitlines()


@pytest.mark.parametrize(("expression", "shown"), SUMS)
def test_a_sum_is_right(expression: str, shown: str) -> None:
    value = eval(expression, {"__builtins__": {}, "sqrt": math.sqrt, "ln": math.log})
    assert round(value, len(shown.partition(".")[2])) == float(shown)


@pytest.mark.parametrize("name", WRITTEN)
def test_the_sums_end_at_a_number_of_the_mart(name: str) -> None:
    (block,) = re.findall(r"```calc\n(.*?)\n```", WRITTEN[name], re.DOTALL)
    assert float(block.rsplit(" = ", 1)[1]) in cells(WRITTEN[name])


def test_the_merge_is_of_the_pairs_it_says(built: Builder) -> None:
    tables = published(built(DATA_RAW)[0])
    story = [r for r in tables["story_articles"] if r["story_id"].startswith("20201126-99ae7410")]
    place = {row["article_id"]: row["position"] for row in story}
    articles = sorted(tables["articles"], key=in_time)
    between = {
        ends: similarity
        for (a, b), (_, similarity) in joined_pairs(articles, tables).items()
        if (ends := (place.get(articles[a]["article_id"]), place.get(articles[b]["article_id"])))
        in {(1, 3), (1, 4), (2, 3), (2, 4)}
    }
    wanted = re.findall(r"(0\.\d{3}) \((\w+) and (\w+)\)", WRITTEN["story_articles"])
    ordinals = {"first": 1, "second": 2, "third": 3, "fourth": 4}
    assert {(ordinals[a], ordinals[b]): float(shown) for shown, a, b in wanted} == {
        ends: round(similarity / 1e6, 3) for ends, similarity in between.items()
    }
