"""Looks for pieces of secret values in everything that a run has written or said."""

from __future__ import annotations

import base64
import gzip
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import feather

_SECURED = re.compile(
    rb"^[ \t]*(?:- +)*[\"']?secured[\"']?[ \t]*:[ \t]*(.*?)[ \t\r]*$", re.MULTILINE
)
_BLOCK = 8
_PIECE = 16
_WHOLE = _PIECE + _BLOCK - 1
_MIXED = np.uint64(0x9E3779B97F4A7C15)
_BITS = np.uint64(40)


def secured_values(raw: Path) -> set[bytes]:
    """What stands after `secured:` in the files of an archive, found without any YAML parser."""
    return {
        value.strip(b"\"'")
        for path in raw.rglob("*")
        if path.is_file()
        for value in _SECURED.findall(path.read_bytes())
        if value.strip(b"\"'")
    }


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece of a secret, and where it was found."""

    place: str
    piece: bytes


class Secrets:
    """Secret values, and a search for them.

    Of a value of 23 bytes or more every piece of 23 bytes is found, of a shorter one only the
    whole. Values of under 8 bytes may be anywhere by chance: they count where they stand between
    two bytes that are no letters or digits.
    """

    def __init__(self, values: Iterable[bytes]) -> None:
        self.values = sorted(set(values))
        long = [value for value in self.values if len(value) >= _WHOLE]
        self._long = b"\n".join(long)
        self._short = [value for value in self.values if len(value) < _WHOLE]
        blocks = [value[: len(value) // _BLOCK * _BLOCK] for value in long]
        self._blocks = np.unique(np.frombuffer(b"".join(blocks), "<u8"))
        self._known = np.zeros(1 << 24, bool)
        self._known[self._place(self._blocks)] = True

    @staticmethod
    def _place(words: np.ndarray) -> np.ndarray:
        return (words * _MIXED) >> _BITS

    def _is_block(self, words: np.ndarray) -> np.ndarray:
        """Which of the words are blocks of a secret."""
        if not len(self._blocks):
            return np.zeros(len(words), bool)
        found = np.searchsorted(self._blocks, words).clip(max=len(self._blocks) - 1)
        return self._blocks[found] == words

    def hits(self, place: str, data: bytes) -> Iterator[Hit]:
        """Each piece of a secret in `data`, which comes from `place`."""
        for shift in range(min(_BLOCK, len(data))):
            words = np.frombuffer(data, "<u8", (len(data) - shift) // _BLOCK, shift)
            (likely,) = np.nonzero(self._known[self._place(words)])
            for index in likely[self._is_block(words[likely])]:
                start = int(index) * _BLOCK + shift
                piece = data[start : start + _PIECE]
                if len(piece) == _PIECE and piece in self._long:
                    yield Hit(place, piece)
        for value in self._short:
            yield from (Hit(place, value) for _ in _standing(value, data))


def _standing(value: bytes, data: bytes) -> Iterator[int]:
    edge = rb"(?<![0-9A-Za-z])%s(?![0-9A-Za-z])" if len(value) < _BLOCK else rb"%s"
    for found in re.finditer(edge % re.escape(value), data):
        yield found.start()


def texts(path: Path) -> Iterator[bytes]:
    """All that a file holds: its bytes, and the text of its columns where it has any."""
    yield path.read_bytes()
    if path.suffix == ".html":
        for packed in re.findall(rb'<script type="text/plain"[^>]*>([^<]*)<', path.read_bytes()):
            yield gzip.decompress(base64.b64decode(packed))
    elif path.suffix == ".parquet":
        yield from _texts_of_table(pq.read_table(path))
    elif path.suffix == ".arrow":
        yield from _texts_of_table(feather.read_table(path))
    elif path.suffix == ".duckdb":
        with duckdb.connect(path, read_only=True) as connection:
            for (name,) in connection.sql("select table_name from duckdb_tables()").fetchall():
                yield from _texts_of_table(connection.table(f'"{name}"').to_arrow_table())


def _texts_of_table(table: pa.Table) -> Iterator[bytes]:
    for column in table.columns:
        for chunk in column.chunks:
            array = chunk.dictionary if pa.types.is_dictionary(chunk.type) else chunk
            if pa.types.is_string(array.type):
                yield b"\n".join(value.encode() for value in array.to_pylist() if value)
