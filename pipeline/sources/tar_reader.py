"""Reads a tar from start to end: ustar, GNU and pax, without a step back and in bounded memory.

Not by `tarfile`, which takes three times as long and as much memory as a header asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

BLOCK = 512
MAX_HEADER_BYTES = 1024 * 1024
"""The longest name, and all that an extended header holds."""

MAX_MEMBER_BYTES = 1 << 50
"""No member has more: a listing keeps sizes in 64 bits, and sums of them must fit, too."""

TRUNCATED = "it is truncated"
_PIECE = 1024 * 1024
_END = bytes(BLOCK)
_FILES = (b"0", b"\0", b"7")
_EXTENDED = (b"x", b"g", b"L", b"K")
_WITHOUT_DATA = (b"1", b"2", b"3", b"4", b"5", b"6")
_SPARSE = b"S"
_OCTAL = b"01234567"


class BrokenArchive(Exception):
    """An archive file is not whole; the message says in which way."""


@dataclass(frozen=True, slots=True)
class TarMember:
    """One entry of a tar: `size` in bytes, `kind` is `file`, `folder`, `link`, `special`, or
    `unsupported` for a file that is stored in another way."""

    name: bytes
    size: int
    kind: str


class TarReader:
    """The members of a tar, which `read` gives, so many bytes at a time and fewer only at its end.

    What a tar holds beyond `most` bytes is not read. Errors: `BrokenArchive` where it is truncated,
    a header is damaged, or it holds more.
    """

    def __init__(self, read: Callable[[int], bytes], most: int) -> None:
        self._read = read
        self._left = most
        self._size = 0  # of the data of the present member, if these were not read
        self._defaults: dict[bytes, bytes] = {}

    def members(self) -> Iterator[TarMember]:
        """Each member in its turn; what `data` has not read of it is passed over."""
        extended: dict[bytes, bytes] = {}
        while (header := self._header()) is not None:
            kind, size = header[156:157], _number(header[124:136])
            if kind in _EXTENDED:
                self._note(kind, self._extended(size), extended)
                continue
            member = self._member(header, kind, size, {**self._defaults, **extended})
            extended = {}
            yield member
            self._pass_over()
        self._drain()

    def data(self) -> bytes:
        """The bytes of the present member, once."""
        size, self._size = self._size, 0
        data = self._take(_padded(size))
        return data[:size]

    def _member(
        self, header: bytes, kind: bytes, size: int, extended: dict[bytes, bytes]
    ) -> TarMember:
        is_sparse = kind == _SPARSE or any(key.startswith(b"GNU.sparse") for key in extended)
        if b"size" in extended:
            size = _decimal(extended[b"size"])
        if size > MAX_MEMBER_BYTES:
            raise BrokenArchive(f"a member of {size:,} bytes; the limit is {MAX_MEMBER_BYTES:,}")
        if kind == _SPARSE:
            self._pass_sparse_map(header)
        self._size = 0 if kind in _WITHOUT_DATA else size
        name = extended.get(b"GNU.sparse.name") or extended.get(b"path") or _name(header)
        return TarMember(name, size, "unsupported" if is_sparse else _kind(kind, name))

    def _header(self) -> bytes | None:
        """The next header; None at the end, which is a block of zeros."""
        header = self._take(BLOCK)
        if header == _END:
            return None
        stored = _number(header[148:156])
        signs = sum(header[:148]) + 8 * ord(" ") + sum(header[156:])
        if stored != signs:
            raise BrokenArchive("a header is damaged, or it is no tar")
        return header

    def _extended(self, size: int) -> bytes:
        if size > MAX_HEADER_BYTES:
            raise BrokenArchive(f"a header of {size:,} bytes; the limit is {MAX_HEADER_BYTES:,}")
        return self._take(_padded(size))[:size]

    def _note(self, kind: bytes, data: bytes, extended: dict[bytes, bytes]) -> None:
        """Remember what an extended header says of the next member, or of all."""
        if kind == b"L":
            extended[b"path"] = data.rstrip(b"\0")
        elif kind == b"x":
            extended.update(_records(data))
        elif kind == b"g":
            self._defaults.update(_records(data))

    def _pass_sparse_map(self, header: bytes) -> None:
        """Pass over the map of a sparse file, each block of which says whether one more comes."""
        is_more = header[482]
        while is_more:
            is_more = self._take(BLOCK)[504]

    def _pass_over(self) -> None:
        left, self._size = _padded(self._size), 0
        self._grant(left)
        while left:
            left -= len(self._whole(min(left, _PIECE)))

    def _drain(self) -> None:
        """Read to the end, where a stream keeps its checksum. Errors: `BrokenArchive` where more
        than zeros come."""
        while rest := self._read(_PIECE):
            self._grant(len(rest))
            if rest.strip(b"\0"):
                raise BrokenArchive("it goes on behind its end; perhaps two were joined")

    def _take(self, size: int) -> bytes:
        self._grant(size)
        return self._whole(size)

    def _whole(self, size: int) -> bytes:
        data = self._read(size)
        if len(data) < size:
            raise BrokenArchive(TRUNCATED)
        return data

    def _grant(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise BrokenArchive(
                "archive_bomb: it unpacks to more than the limits allow; if it is to be trusted, "
                "raise --max-archive-ratio or --max-archive-bytes"
            )


def _padded(size: int) -> int:
    return -(-size // BLOCK) * BLOCK


def _kind(kind: bytes, name: bytes) -> str:
    if kind in (b"5", b"D") or (kind == b"\0" and name.endswith(b"/")):
        return "folder"
    if kind in _FILES:
        return "file"
    if kind in (b"1", b"2"):
        return "link"
    return "special" if kind in (b"3", b"4", b"6", b"V") else "unsupported"


def _name(header: bytes) -> bytes:
    name = header[:100].split(b"\0", 1)[0]
    prefix = header[345:500].split(b"\0", 1)[0] if header[257:263] == b"ustar\0" else b""
    return prefix + b"/" + name if prefix else name


def _number(field: bytes) -> int:
    """A number in octal digits or, with the first bit set, in binary. Errors: `BrokenArchive`."""
    if field[0] == 0x80:
        return int.from_bytes(field[1:], "big")
    digits = field.split(b"\0", 1)[0].strip()
    if digits.strip(_OCTAL):  # `int` alone takes a sign, too
        raise BrokenArchive("a header is damaged, or it is no tar")
    return int(digits or b"0", 8)


def _decimal(text: bytes) -> int:
    if not text.isdigit():
        raise BrokenArchive("a header holds a number that is none")
    return int(text[:32])


def _records(data: bytes) -> dict[bytes, bytes]:
    """The records `length key=value` of a pax header. Errors: `BrokenArchive`."""
    found, start = {}, 0
    while start < len(data):
        digits, blank, _ = data[start : start + 20].partition(b" ")
        end = start + (int(digits) if digits.isdigit() else 0)
        key, equals, value = data[start + len(digits) + 1 : end - 1].partition(b"=")
        if not (blank and equals and end <= len(data) and data[end - 1 : end] == b"\n"):
            raise BrokenArchive("an extended header is damaged")
        found[key] = value
        start = end
    return found
