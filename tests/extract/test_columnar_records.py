"""Documents of one shape, read at once: values, lists, unknown fields, and what is not read."""

from __future__ import annotations

import pytest

from pipeline.core.columnar import ColumnarRecords, Spans
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.extract.columnar.records import ITEM, RECORD, read_documents


def records_of(*texts: str) -> ColumnarRecords:
    encoded = [text.encode() for text in texts]
    return read_documents(encoded, [0] * len(texts), RECORD, DEFAULT_LIMITS)


def values(records: ColumnarRecords, spans: Spans) -> list[str]:
    return [
        records.text[start:end].decode() for start, end in zip(spans.start, spans.end, strict=True)
    ]


def test_values_lists_and_the_record_of_each() -> None:
    records = records_of(
        "title: One\nprovider:\n  name: Kelp\n  images:\n  - url: /p\ntopics:\n- a\n- b\n",
        "images:\n  - url: /1\n    width: 3\n  - url: /2\ntitle: Two\n",
    )
    assert records.is_read.tolist() == [True, True]
    assert values(records, records.fields["title"]) == ["One", "Two"]
    assert values(records, records.fields["provider.name"]) == ["Kelp", ""]
    images, topics = records.lists["images"], records.lists["topics"]
    assert (images.record.tolist(), images.position.tolist()) == ([1, 1], [1, 2])
    assert values(records, images.fields["url"]) == ["/1", "/2"]
    assert values(records, images.fields["width"]) == ["3", ""]
    assert values(records, topics.fields["topic"]) == ["a", "b"]
    assert records.lists["provider.images"].record.tolist() == [0]
    assert records.extra == {}


def test_unknown_fields_are_nested_as_in_extra() -> None:
    records = records_of(
        "title: One\n",
        "author: Tern\nSECURED: x\nprovider:\n  logo: /l\n  images:\n  - url: /p\n    dpi: 72\n"
        "images:\n- url: /1\n- url: /2\n  alt: ''\ntags: [a, b]\nnote: >-\n  c\n  d\n",
    )
    assert records.extra == {
        1: {
            "author": "Tern",
            "provider": {"logo": "/l", "images": {"1": {"dpi": "72"}}},
            "images": {"2": {"alt": ""}},
            "tags": ["a", "b"],
            "note": "c d",
        }
    }


def test_an_item_keeps_what_only_a_record_has() -> None:
    text = b"    heat: 3\n    topics:\n    - a\n"
    items = read_documents([text], [4], ITEM, DEFAULT_LIMITS)
    assert items.extra == {0: {"heat": "3", "topics": ["a"]}}


@pytest.mark.parametrize(
    "text",
    [
        *("title: a: b\n", "title: One\ntitle: Two\n", "author: a\nauthor: b\n", "  title: One\n"),
        *("title:\n  - a\n", "topics: [a]\n", "provider: Kelp\n", "topics:\n- a: b\n"),
        *("provider:\n  logo:\n    a: b\n", "images:\n- url: /1\n   width: 3\n", "author: 'a\n"),
        *("author: 'a\ntitle: One\nmood: b'\n", "author: *a\n", "é: a\n", "# note\n"),
        *("tags: [a, a\n", "tags: {a: 1, a: 2}\n", "note: |+\n  a\n", "author: \udcff\n"),
        "provider:\n  a: 1\n  a: 2\n",
    ],
)
def test_other_documents_are_not_read_and_spoil_no_other(text: str) -> None:
    texts = [b"title: One\n", text.encode(errors="surrogateescape"), b"author: b'\n"]
    records = read_documents(texts, [0] * 3, RECORD, DEFAULT_LIMITS)
    assert records.is_read.tolist() == [True, False, True]
    assert records.extra[2] == {"author": "b'"}


def test_a_flow_of_very_many_values_is_left_to_the_bounded_reader() -> None:
    assert records_of(f"tags: [{'a, ' * 10}]\n").is_read.tolist() == [True]
    assert records_of(f"tags: [{'a, ' * 40}]\n").is_read.tolist() == [False]
