"""Just enough of Thrift's compact protocol to read the page headers of a Parquet file."""

from __future__ import annotations

from typing import Any

_TRUE, _FALSE, _BYTE, _DOUBLE, _BINARY, _LIST, _SET, _STRUCT = 1, 2, 3, 7, 8, 9, 10, 12


def read_struct(data: bytes, place: int) -> tuple[dict[int, Any], int]:
    """The struct that starts at `place`: its values by field number, and where it ends."""
    fields: dict[int, Any] = {}
    number = 0
    while header := data[place]:
        place += 1
        if header >> 4:
            number += header >> 4
        else:
            number, place = _integer(data, place)
        fields[number], place = _value(data, place, header & 15)
    return fields, place + 1


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[place]
        place += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, place


def _integer(data: bytes, place: int) -> tuple[int, int]:
    value, place = _varint(data, place)
    return (value >> 1) ^ -(value & 1), place


def _value(data: bytes, place: int, kind: int) -> tuple[Any, int]:
    if kind in (_TRUE, _FALSE):
        return kind == _TRUE, place
    if kind == _BYTE:
        return data[place], place + 1
    if kind == _DOUBLE:
        return data[place : place + 8], place + 8
    if kind == _BINARY:
        size, place = _varint(data, place)
        return data[place : place + size], place + size
    if kind == _STRUCT:
        return read_struct(data, place)
    if kind in (_LIST, _SET):
        return _items(data, place)
    return _integer(data, place)


def _items(data: bytes, place: int) -> tuple[list[Any], int]:
    header = data[place]
    place += 1
    size = header >> 4
    if size == 15:
        size, place = _varint(data, place)
    items = []
    for _ in range(size):
        item, place = _value(data, place, _BYTE if header & 15 == _FALSE else header & 15)
        items.append(item)
    return items, place
