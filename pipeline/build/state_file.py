"""Small files of plain values that cannot be misread: a damaged or crafted one reads as absent.

A file is the SHA-256 of the rest, the length of the JSON that follows (8 bytes, big endian), the
JSON, and all byte strings, of which the JSON tells where each lies. What is read is checked against
the types that are wanted; nothing in a file can name code.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from pipeline.core.digests import open_plain

T = TypeVar("T")

_DIGEST_BYTES = 32
_LENGTH_BYTES = 8
_BYTES = "bytes at"


def save(path: Path, value: Any) -> None:
    """Write plain values (numbers, text, bytes, lists, dicts, None, dataclasses) at once."""
    data = _packed(value)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    with temporary.open("xb") as file:
        file.write(hashlib.sha256(data).digest() + data)
    temporary.replace(path)


def load(path: Path, wanted: type[T]) -> T | None:
    """The value, or None where the file is absent, damaged, or holds another type of value.

    Tuples and dataclasses are made as `wanted` says, to any depth; a class with methods `packed`
    and `unpacked` is kept as the bytes and numbers that these give and take.
    """
    data = _read(path)
    digest, data = data[:_DIGEST_BYTES], data[_DIGEST_BYTES:]
    if hashlib.sha256(data).digest() != digest:
        return None
    try:
        return typed(_unpacked(data), wanted)  # type: ignore[no-any-return]
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, MemoryError):
        return None


def _read(path: Path) -> bytes:
    """The content of a plain file, nothing where there is none."""
    try:
        with open_plain(path) as file:
            return file.read()
    except OSError:
        return b""


def _packed(value: Any) -> bytes:
    pieces: list[bytes] = []
    length = 0

    def plain(value: Any) -> Any:
        nonlocal length
        if hasattr(value, "packed"):
            return value.packed()
        if is_dataclass(value):
            return {field.name: getattr(value, field.name) for field in fields(value)}
        if isinstance(value, Path):
            return str(value)
        pieces.append(bytes(value))
        length += len(value)
        return {_BYTES: [length - len(value), len(value)]}

    header = json.dumps(value, default=plain).encode()
    return b"".join((len(header).to_bytes(_LENGTH_BYTES, "big"), header, *pieces))


def _unpacked(data: bytes) -> Any:
    start = _LENGTH_BYTES + int.from_bytes(data[:_LENGTH_BYTES], "big")
    pieces = memoryview(data)[start:]

    def whole(values: dict[str, Any]) -> Any:
        if values.keys() != {_BYTES}:
            return values
        at, length = typed(values[_BYTES], tuple[int, int])
        if not 0 <= at <= at + length <= len(pieces):
            raise ValueError("bytes beyond the end of the file")
        return bytes(pieces[at : at + length])

    return json.loads(data[_LENGTH_BYTES:start], object_hook=whole)


_hints = cache(get_type_hints)


def typed(value: Any, wanted: Any) -> Any:
    """A value as JSON gives it, as the type that is wanted.

    Errors: `TypeError` where it is of another, `ValueError` where a text cannot be written out.
    """
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin is UnionType:
        for each in inner:
            with suppress(TypeError):
                return typed(value, each)
    if hasattr(wanted, "unpacked"):
        return wanted.unpacked(typed(value, dict[str, bytes | int | list[bytes]]))
    if wanted is Path:
        return Path(typed(value, str))
    kind = {tuple: list}.get(origin, origin) or (dict if is_dataclass(wanted) else wanted)
    if type(value) is not kind:
        raise TypeError(f"{type(value)} instead of {wanted}")
    if kind is dict and origin is None:
        return _dataclass(value, wanted)
    if origin is dict:
        return {typed(name, inner[0]): typed(each, inner[1]) for name, each in value.items()}
    if origin is list:
        return [typed(each, inner[0]) for each in value]
    if origin is tuple:
        kinds = [inner[0]] * len(value) if inner[-1] is ... else inner
        return tuple(typed(each, kind) for each, kind in zip(value, kinds, strict=True))
    if isinstance(value, str):
        value.encode()
    return value


def _dataclass(values: dict[str, Any], wanted: Any) -> Any:
    hints = _hints(wanted)
    if values.keys() != hints.keys():
        raise TypeError(f"other fields than {wanted} has")
    return wanted(**{name: typed(each, hints[name]) for name, each in values.items()})
