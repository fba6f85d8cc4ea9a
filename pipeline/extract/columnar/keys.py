"""Knows keys by their bytes: many keys at once → the code of each."""

from __future__ import annotations

import numpy as np

from pipeline.core.columnar import BELOW, Ints, Words

UNKNOWN, NO_KEY = -1, -2
"""Codes of a key that is none of the known ones, and of a line without a key."""

_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))


class Keys:
    """The keys that have a code: their index in `names`. A key is at most 24 bytes long."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        encoded = [name.encode() for name in names]
        self._sizes = np.array([len(name) for name in encoded])
        self._words = [
            np.array([int.from_bytes(name[at : at + 8], "little") for name in encoded], np.uint64)
            for at in (0, 8, 16)
        ]
        mixed = self._mixed(self._words)
        self._order = np.argsort(mixed)
        self._mixed_keys = mixed[self._order]

    @staticmethod
    def _mixed(words: list[Words]) -> Words:
        """One number of three words; equal keys have the same, others seldom."""
        mixed = words[0]
        for word, factor in zip(words[1:], _FACTORS, strict=True):
            mixed = mixed ^ (word * factor)
        return mixed

    def code(self, name: str) -> int:
        """The code of a key."""
        return self.names.index(name)

    def codes(self, words: Words, start: Ints, size: Ints) -> Ints:
        """The code of each key, `UNKNOWN` where it has none."""
        parts = [words[start + at] & BELOW[np.clip(size - at, 0, 8)] for at in (0, 8, 16)]
        rank = np.searchsorted(self._mixed_keys, self._mixed(parts))
        code = self._order[np.minimum(rank, len(self.names) - 1)]
        same = size == self._sizes[code]
        for part, known in zip(parts, self._words, strict=True):
            same &= part == known[code]
        return np.where(same, code, UNKNOWN)
