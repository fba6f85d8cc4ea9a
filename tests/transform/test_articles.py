"""Front-matter files as cases: `x.md` is read and cast, `x.expected.json` says what comes of it.

`status`, `reason` and `problems` are compared whole, and so are the lists `topics`, `related` and
`images` where they are given; of an article, a related item or an image only the fields given.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.arrow_schema import schema
from pipeline.core.errors import codes
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.raw_content import RawContent
from pipeline.parse import parse

CASES = Path(__file__).parent.parent / "cases" / "articles"
PATH = "_kelp/2020-02-11-a-case.md"


def rows_of(source_path: str, data: bytes) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that one file feeds."""
    tables = parse([RawContent(source_path, len(data), data)], DEFAULT_LIMITS)
    return {name: table.to_pylist() for name, table in tables.items()}


def plain(value: object) -> object:
    """Times as ISO text, all else as it is."""
    return value.isoformat() if isinstance(value, datetime.date) else value


def only(rows: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of each row the fields that its counterpart names."""
    assert len(rows) == len(wanted)
    return [
        {name: plain(row[name]) for name in fields}
        for row, fields in zip(rows, wanted, strict=True)
    ]


def found(rows: dict[str, list[dict[str, Any]]], expected: dict[str, Any]) -> dict[str, Any]:
    """What the rows say of all that is expected."""
    (file,) = rows["files"]
    answer: dict[str, Any] = {"status": file["status"], "reason": file["reason"]}
    answer["problems"] = [
        {name: row[name] for name in ("code", "field", "line", "raw_value")}
        for row in rows["rejects"]
    ]
    if "article" in expected:
        (answer["article"],) = only(rows["articles"], [expected["article"]])
    else:
        assert rows["articles"] == []
    if "topics" in expected:
        answer["topics"] = [[row["topic_position"], row["topic"]] for row in rows["article_topics"]]
    for name, table in (("related", "related_items"), ("images", "images")):
        if name in expected:
            answer[name] = only(rows[table], expected[name])
    return answer


def test_every_case_is_a_pair() -> None:
    records = {path.stem for path in CASES.glob("*.md")}
    assert records == {path.name.removesuffix(".expected.json") for path in CASES.glob("*.json")}
    assert len(records) >= 45


@pytest.mark.parametrize("case", sorted(CASES.glob("*.md")), ids=lambda path: path.stem)
def test_case(case: Path) -> None:
    expected = json.loads(case.with_suffix(".expected.json").read_text(encoding="utf-8"))
    rows = rows_of(PATH, case.read_bytes())
    assert found(rows, expected) == expected
    assert "BLOB" not in json.dumps(rows, default=str), "secured leaves no file"
    assert [row["problem_number"] for row in rows["rejects"]] == [
        number for number, _ in enumerate(rows["rejects"], start=1)
    ]
    for name, table in rows.items():
        fields = schema(name).names
        assert all(set(row) <= set(fields) for row in table)


def test_every_code_of_a_record_has_a_case() -> None:
    seen = {
        problem["code"]
        for case in CASES.glob("*.json")
        for problem in json.loads(case.read_text(encoding="utf-8"))["problems"]
    }
    elsewhere = {"unreadable_file", "changing_file", "file_too_large", "empty_page"}
    elsewhere |= {"too_many_nodes", "too_many_related", "too_many_lines"}
    elsewhere |= {"too_many_topics", "text_too_long", "too_many_problems"}  # test_bombs
    elsewhere |= {"unsafe_path", "linked_file", "duplicate_path", "encrypted_file"}
    elsewhere |= {"archive_bomb", "unsupported_file"}  # test_hostile_archives, of archive files
    elsewhere |= {"invalid_json", "invalid_toml", "invalid_number"}  # by configuration
    assert seen == codes().keys() - elsewhere


def test_image_ids_sort_as_text_whatever_the_number_of_images() -> None:
    images = "".join(f"- url: https://kelp.example/{number}.png\n" for number in range(1_200))
    record = (
        "---\ncategory: article\ntitle: Many\npublishedDateTime: 2020-02-11T10:00:00Z\n"
        "webUrl: https://kelp.example/many\nprovider:\n  domain: kelp.example\n"
        f"images:\n{images}---\n"
    )
    ids = [row["image_id"] for row in rows_of(PATH, record.encode())["images"]]
    assert len(ids) == 1_200
    assert ids == sorted(ids)
