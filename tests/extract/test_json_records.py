"""JSON becomes what front matter has: text as written, lists and mappings; or a reject."""

from __future__ import annotations

import json

import pytest

from pipeline.core.configuration import JSON, JSON_LINES
from pipeline.core.errors import FileRejected
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.raw_content import RawContent
from pipeline.extract.json_records import read_json, split_records


def split(
    form: str, data: bytes, limits: Limits = DEFAULT_LIMITS
) -> list[tuple[str, int, bytes | None]]:
    records = split_records(RawContent("a.json", len(data), data), form, limits)
    return [(each.source_path, each.first_line, each.data) for each in records]


def test_records_were_collected_and_revised_with_their_file() -> None:
    content = RawContent("a.json", 17, b'{"a": 1}\n{"a": 2}', collected_at=5, revised_at=7)
    for most in (2, 1):
        found = list(split_records(content, JSON_LINES, Limits(max_lines=most)))
        assert [(each.collected_at, each.revised_at) for each in found] == [(5, 7)] * most


def test_values_are_text_as_written() -> None:
    text = '{"a": 1.50, "b": -007e1, "c": [true, false, null], "d": {"e": "x"}, "f": 1e400}'
    with pytest.raises(FileRejected):
        read_json(text.encode(), 1, DEFAULT_LIMITS)
    record = read_json(text.replace("-007e1", "-7e1").encode(), 1, DEFAULT_LIMITS)
    assert record.fields == {
        "a": "1.50",
        "b": "-7e1",
        "c": ["true", "false", None],
        "d": {"e": "x"},
        "f": "1e400",
    }
    assert record.body == ""


def test_fields_on_top_have_lines_where_a_record_has_several() -> None:
    text = '\ufeff\n{\n  "a": [\n    1\n  ],\n\n  "b": "x", "c":\n  2\n}\n'
    record = read_json(text.encode(), 5, DEFAULT_LIMITS)
    assert record.lines == {(): 5, ("a",): 7, ("b",): 11, ("c",): 11}
    assert read_json(b'{"a": 1}', 7, DEFAULT_LIMITS).lines == {(): 7}


def test_of_a_key_that_stands_twice_the_last_one_counts() -> None:
    text = '{"a": 1, "b": [{"c": 1, "c": 2}], "a": 3, "secured": {"x": 1, "x": 2}}'
    record = read_json(text.encode(), 4, DEFAULT_LIMITS)
    assert record.fields["a"] == "3"
    assert [(each.code, each.field, each.line) for each in record.problems] == [
        ("duplicate_key", "a", 4),
        ("duplicate_key", "b[1].c", 4),
        ("duplicate_key", None, 4),
    ]
    assert "x" not in record.problems[2].message.split()
    assert read_json(text.replace(", ", ",\n").encode(), 1, DEFAULT_LIMITS).lines["a",] == 4


@pytest.mark.slow
def test_many_fields_and_keys_that_stand_twice_take_linear_time(linear: None) -> None:
    fields = ",\n".join(f'"{number % 150_000}": 1' for number in range(300_000))
    record = read_json(f"{{{fields}}}".encode(), 1, DEFAULT_LIMITS)
    assert len(record.problems) == 150_000


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b'{"a": 1', "invalid_json", 4),
        (b'{"a":\n x}', "invalid_json", 5),
        (b'{"a": NaN}', "invalid_json", 4),
        (b'{"a": "\xff"}', "not_utf8", 1),
        (b'{"a": "\\ud800"}', "invalid_character", 4),
        (b'{"\\u0000": 1}', "invalid_character", 4),
        (b"[1]", "list_front_matter", 4),
        (b'"a"', "scalar_front_matter", 4),
        (b'{"a": [[[[1]]]]}', "too_deep", 4),
        (b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep", 4),
        (b'{"a": [1, 2, 3, 4, 5, 6, 7, 8]}', "too_many_nodes", 4),
    ],
)
def test_what_is_refused(data: bytes, code: str, line: int) -> None:
    with pytest.raises(FileRejected) as refused:
        read_json(data, 4, Limits(max_depth=4, max_nodes=9))
    assert (refused.value.problem.code, refused.value.problem.line) == (code, line)
    assert refused.value.problem.raw_value is None


def test_each_line_is_a_record() -> None:
    assert split(JSON_LINES, b'\xef\xbb\xbf{"a": 1}\n\n \r\n{"b":\n') == [
        ("a.json#1", 1, b'{"a": 1}'),
        ("a.json#4", 4, b'{"b":'),
    ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b'[{"a": 1}]', [(1, 1, b'{"a": 1}')]),
        (b'\xef\xbb\xbf\n[\n{"a":\n1} ,\n\n{}]\n', [(1, 3, b'{"a":\n1}'), (2, 6, b"{}")]),
    ],
)  # fmt: skip
def test_each_item_of_a_list_is_a_record(data: bytes, found: list[tuple[int, int, bytes]]) -> None:
    assert split(JSON, data) == [(f"a.json#{number}", *rest) for number, *rest in found]


@pytest.mark.parametrize(
    "data",
    [b"", b" \n", b"[]", b"[ ]", b"{}", b"[1", b"[1,", b"[1,]", b"[1 2]", b"[1] 2", b"[\xff]"]
    + [b"[" * 100_000],
)
def test_what_is_no_whole_list_stays_a_file(data: bytes) -> None:
    assert split(JSON, data) == [("a.json", 1, data)]
    if not data.strip():
        assert split(JSON_LINES, data) == [("a.json", 1, data)]


def test_a_list_is_cut_in_linear_time(linear: None) -> None:
    data = json.dumps([{"a": "x" * 50}] * 50_000, indent=1).encode()
    assert len(split(JSON, data)) == 50_000


@pytest.mark.parametrize(
    ("form", "data"), [(JSON_LINES, b"1\n" * 41), (JSON, b"[1" + b",1" * 40 + b"]")]
)
def test_more_records_than_the_limit_are_refused(form: str, data: bytes) -> None:
    assert len(split(form, data, Limits(max_lines=41))) == 41
    (record,) = split_records(RawContent("a", 9, data), form, Limits(max_lines=40))
    assert record.data is None
    assert record.problem is not None
    assert record.problem.code == "too_many_lines"
