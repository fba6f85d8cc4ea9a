"""Keys are known by their bytes, whatever stands around them."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.core.columnar import as_numbers, words_of
from pipeline.extract.columnar.keys import UNKNOWN, Keys

KEYS = Keys(("url", "title", "publishedDateTime", "exactly-24-bytes-in-size"))


def code_in(text: str, key: str) -> int:
    """The code of the key that stands in a text."""
    words = words_of(as_numbers(text.encode()))
    start = np.array([text.index(key)])
    return int(KEYS.codes(words, start, np.array([len(key)]))[0])


@pytest.mark.parametrize("name", KEYS.names)
def test_a_known_key_has_its_code(name: str) -> None:
    assert code_in(name, name) == KEYS.code(name)
    assert code_in(f"x {name}: title", name) == KEYS.code(name)


@pytest.mark.parametrize("name", ["ur", "urls", "Title", "titel", "x", "exactly-24-bytes-in-sizes"])
def test_any_other_key_is_unknown(name: str) -> None:
    assert code_in(name, name) == UNKNOWN


def test_no_bit_of_a_key_is_overlooked() -> None:
    for name in KEYS.names:
        for index in range(len(name)):
            other = name[:index] + chr(ord(name[index]) ^ 1) + name[index + 1 :]
            assert code_in(other, other) == UNKNOWN
