"""Reads and writes the footer of Parquet files, so that row groups can be moved undecoded.

A footer is one Thrift struct in the compact protocol (both specified by the Parquet format). It
is held as a tree of `(field id, wire type, value)`; what is not understood is carried along as it
is. pyarrow and DuckDB can only decode and encode row groups again, which costs as much as making
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Struct: TypeAlias = "list[tuple[int, int, Any]]"

Pieces: TypeAlias = "list[bytes | int]"
"""An encoded struct in which each integer is an offset still to be shifted and encoded."""

Opened: TypeAlias = "Mapping[int, Opened | None]"
"""Which integers of a struct are offsets: None at their field numbers, and the same of nested
structs, also in lists, at theirs."""

_CLOSED: Opened = {}

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


def encode(struct: Struct) -> bytes:
    """A struct in the compact protocol; a nested struct may already be encoded."""
    out = bytearray()
    _write(struct, out, _CLOSED, [])
    return bytes(out)


def filled(pieces: Pieces, shift: int) -> bytes:
    """The encoded struct with its open offsets shifted."""
    out = bytearray()
    for piece in pieces:
        if isinstance(piece, bytes):
            out += piece
        else:
            _write_integer(piece + shift, out)
    return bytes(out)


def pieces_of(struct: Struct, opened: Opened) -> Pieces:
    """A struct in the compact protocol, cut at the integers that are `opened`."""
    pieces: Pieces = []
    out = bytearray()
    _write(struct, out, opened, pieces)
    return [*pieces, bytes(out)]


# These write into one array, and know no generator: a build encodes thousands of footers.


def _write(struct: Struct, out: bytearray, opened: Opened, pieces: Pieces) -> None:
    before = 0
    for number, wire, value in struct:
        shown = (TRUE if value else FALSE) if wire <= FALSE else wire
        if 0 < number - before < 16:
            out.append((number - before) << 4 | shown)
        else:
            out.append(shown)
            _write_integer(number, out)
        before = number
        inner = opened.get(number, _CLOSED)
        if inner is None:
            pieces += [bytes(out), value]
            out.clear()
        elif wire > FALSE:
            _write_value(wire, value, out, inner, pieces)
    out.append(0)


def _write_value(wire: int, value: Any, out: bytearray, opened: Opened, pieces: Pieces) -> None:
    if wire in _INTEGERS:
        _write_integer(value, out)
    elif isinstance(value, bytes):
        if wire == BINARY:
            _write_varint(len(value), out)
        out += value
    elif wire == STRUCT:
        _write(value, out, opened, pieces)
    else:
        inner, items = value
        size = len(items)
        if size < 15:
            out.append(size << 4 | inner)
        else:
            out.append(0xF0 | inner)
            _write_varint(size, out)
        for item in items:
            _write_value(inner, item, out, opened, pieces)


def _write_varint(number: int, out: bytearray) -> None:
    while number > 0x7F:
        out.append((number & 0x7F) | 0x80)
        number >>= 7
    out.append(number)


def _write_integer(number: int, out: bytearray) -> None:
    """As zigzag, which keeps small negative numbers short."""
    _write_varint(number << 1 if number >= 0 else (-number << 1) - 1, out)
