"""Words of eight bytes and spans, on which the columnar reader stands."""

from __future__ import annotations

import numpy as np

from pipeline.core.columnar import PADDING, Spans, as_numbers, texts_at, words_of

TEXT = b"kelp & moss, 42"


def test_a_word_is_the_eight_bytes_from_each_place_on() -> None:
    words = words_of(as_numbers(TEXT))
    padded = TEXT + PADDING
    for place in range(len(TEXT)):
        assert int(words[place]) == int.from_bytes(padded[place : place + 8], "little")
    assert len(words_of(np.zeros(3, np.uint8))) == 0


def test_texts_are_those_between_start_and_end() -> None:
    texts = ["", "kelp", "exactly12-by", "longer than twelve bytes", "m\u00f6ss", ""]
    encoded = [text.encode() for text in texts]
    end = np.cumsum([len(text) for text in encoded])
    start = end - [len(text) for text in encoded]
    found = texts_at(as_numbers(b"".join(encoded)), start, end).to_pylist()
    assert found == [text or None for text in texts]


def test_a_span_has_the_size_of_its_value() -> None:
    spans = Spans(np.array([0, 5, 9]), np.array([4, 5, 12]), np.array([False, True, False]))
    assert spans.size.tolist() == [4, 0, 3]
