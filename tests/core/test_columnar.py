"""Words of eight bytes and spans, on which the columnar reader stands."""

from __future__ import annotations

import numpy as np

from pipeline.core.columnar import BELOW, PADDING, Spans, as_numbers, words_of

TEXT = b"kelp & moss, 42"


def test_a_word_is_the_eight_bytes_from_each_place_on() -> None:
    words = words_of(as_numbers(TEXT))
    padded = TEXT + PADDING
    for place in range(len(TEXT)):
        assert int(words[place]) == int.from_bytes(padded[place : place + 8], "little")
    assert len(words_of(np.zeros(3, np.uint8))) == 0


def test_a_mask_keeps_the_first_bytes() -> None:
    (word,) = words_of(np.frombuffer(b"abcdefgh", np.uint8))
    kept = [int(word & mask).to_bytes(8, "little").rstrip(b"\0") for mask in BELOW]
    assert kept == [b"abcdefgh"[:size] for size in range(9)]


def test_a_span_has_the_size_of_its_value() -> None:
    spans = Spans(np.array([0, 5, 9]), np.array([4, 5, 12]), np.array([False, True, False]))
    assert spans.size.tolist() == [4, 0, 3]
