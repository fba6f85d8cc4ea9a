"""Reads and writes the footer of Parquet files, so that row groups can be moved undecoded.

A footer is one Thrift struct in the compact protocol (both specified by the Parquet format). It
is held as a tree of `(field id, wire type, value)`; what is not understood is carried along as it
is. pyarrow and DuckDB can only decode and encode row groups again, which costs as much as making
them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Struct: TypeAlias = "list[tuple[int, int, Any]]"

Pieces: TypeAlias = "list[bytes | int]"
"""An encoded struct in which each integer is an offset still to be shifted and encoded."""

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)
_INTEGERS = (I16, I32, I64)


class CompactReader:
    """Decodes one struct from bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _varint(self) -> int:
        result = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            result |= (byte & 0x7F) << shift
            if byte < 0x80:
                return result
            shift += 7

    def _integer(self) -> int:
        number = self._varint()
        return (number >> 1) ^ -(number & 1)

    def _bytes(self, length: int) -> bytes:
        self._at += length
        return self._data[self._at - length : self._at]

    def struct(self) -> Struct:
        """The struct that starts here."""
        fields: Struct = []
        number = 0
        while header := self._bytes(1)[0]:
            wire, delta = header & 0x0F, header >> 4
            number = number + delta if delta else self._integer()
            fields.append((number, wire, self._value(wire)))
        return fields

    def _value(self, wire: int) -> Any:
        if wire in _INTEGERS:
            return self._integer()
        if wire == BINARY:
            return self._bytes(self._varint())
        if wire == STRUCT:
            return self.struct()
        if wire == LIST:
            return self._list()
        if wire in (TRUE, FALSE):
            return wire == TRUE
        if wire == BYTE:
            return self._bytes(1)
        if wire == DOUBLE:
            return self._bytes(8)
        raise ValueError(f"wire type {wire} does not occur in Parquet footers")

    def _list(self) -> tuple[int, list[Any]]:
        header = self._bytes(1)[0]
        wire, size = header & 0x0F, header >> 4
        size = self._varint() if size == 15 else size
        if wire in (TRUE, FALSE):
            return wire, [self._bytes(1) for _ in range(size)]
        return wire, [self._value(wire) for _ in range(size)]


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append((number & 0x7F) | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def _zigzag(number: int) -> bytes:
    return _varint(number << 1 if number >= 0 else (-number << 1) - 1)


def encode(struct: Struct) -> bytes:
    """A struct in the compact protocol; a nested struct may already be encoded."""
    return filled(pieces_of(struct, lambda _: False), 0)


def filled(pieces: Pieces, shift: int) -> bytes:
    """The encoded struct with its open offsets shifted."""
    return b"".join(
        piece if isinstance(piece, bytes) else _zigzag(piece + shift) for piece in pieces
    )


def pieces_of(struct: Struct, is_open: Callable[[tuple[int, ...]], bool]) -> Pieces:
    """A struct in the compact protocol, cut at the integers that `is_open`, told by the field
    numbers that lead to them."""
    pieces: Pieces = []
    closed = bytearray()
    for chunk in _encoded(struct, (), is_open):
        if isinstance(chunk, bytes):
            closed += chunk
        else:
            pieces += [bytes(closed), chunk]
            closed.clear()
    return [*pieces, bytes(closed)]


def _encoded(
    struct: Struct, path: tuple[int, ...], is_open: Callable[[tuple[int, ...]], bool]
) -> Iterator[bytes | int]:
    before = 0
    for number, wire, value in struct:
        shown = (TRUE if value else FALSE) if wire in (TRUE, FALSE) else wire
        delta = number - before
        yield bytes([delta << 4 | shown]) if 0 < delta < 16 else bytes([shown]) + _zigzag(number)
        if wire in _INTEGERS and is_open((*path, number)):
            yield value
        elif wire not in (TRUE, FALSE):
            yield from _encoded_value(wire, value, (*path, number), is_open)
        before = number
    yield b"\0"


def _encoded_value(
    wire: int, value: Any, path: tuple[int, ...], is_open: Callable[[tuple[int, ...]], bool]
) -> Iterator[bytes | int]:
    if isinstance(value, bytes) and wire == BINARY:
        yield _varint(len(value)) + value
    elif isinstance(value, bytes):
        yield value
    elif wire in _INTEGERS:
        yield _zigzag(value)
    elif wire == STRUCT:
        yield from _encoded(value, path, is_open)
    else:
        inner, items = value
        size = len(items)
        yield bytes([size << 4 | inner]) if size < 15 else bytes([0xF0 | inner]) + _varint(size)
        for item in items:
            yield from _encoded_value(inner, item, path, is_open)
