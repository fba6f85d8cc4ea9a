"""Archive files meant to harm: each a named case, with what becomes of its files or of the run."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from tests.archives import compressed, member, tar_of_size, tar_with
from tests.hostile import MEGABYTE, record

GOOD = member("good.md", record())


@dataclass(frozen=True, slots=True)
class HostileArchive:
    """One case: the bytes of the archive file `name`; `files` says what each file becomes (a
    status, or the code of its rejection), `message` how a run ends that fails instead."""

    name: str
    data: Callable[[], bytes]
    files: Mapping[str, str] = field(default_factory=dict)
    message: str = ""


def tar(name: str, *members: tuple[tarfile.TarInfo, bytes], **files: str) -> HostileArchive:
    """A tar of these members after a good one; `files` by name without `.md`."""

    def data() -> bytes:
        return compressed(tar_with(GOOD, *members), Path(name))

    becomes = {f"{path}.md": status for path, status in files.items()}
    return HostileArchive(name, data, {"good.md": "loaded", **becomes})


def _link(name: str, kind: bytes, target: str) -> tuple[tarfile.TarInfo, bytes]:
    info, data = member(name, kind=kind)
    info.linkname = target
    return info, data


def _zeros(name: str, kind: bytes, size: int) -> Callable[[], bytes]:
    """A compressed tar of a good member and one of so many zeros."""

    def data() -> bytes:
        info, _ = member("bomb.md", kind=kind)
        info.size = size
        made = pa.BufferOutputStream()
        codec = "gzip" if name.endswith("gz") else "zstd"
        with pa.CompressedOutputStream(made, codec) as stream:
            stream.write(tar_with(GOOD)[:1024] + info.tobuf())
            for _ in range(size // MEGABYTE):
                stream.write(bytes(MEGABYTE))
        return bytes(made.getvalue())

    return data


def bomb(name: str, kind: bytes = tarfile.REGTYPE, size: int = 2_000 * MEGABYTE) -> HostileArchive:
    """A tar with a member of so many zeros."""
    message = "archive_bomb" if kind == tarfile.REGTYPE else "a header of 2,000,000,000 bytes"
    return HostileArchive(name, _zeros(name, kind, size), message=message)


def zipped(contents: Mapping[str, bytes], edit: Callable[[bytearray], object] = bool) -> bytes:
    """A zip, edited."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in contents.items():
            file.writestr(name, data)
    data = bytearray(made.getvalue())
    edit(data)
    return bytes(data)


def _encrypt(data: bytearray) -> None:
    at = data.index(b"PK\1\2", data.index(b"PK\1\2") + 1)
    data[at + 8] |= 1


def _shared_kernel(count: int, size: int) -> bytes:
    """A zip of many members that all have the same bytes, which unpack to `size` zeros each."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = packer.compress(bytes(size)) + packer.flush()
    crc = zlib.crc32(bytes(size))
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 0, crc, len(kernel), size, 4, 0)
    body, directory = local + b"0.md" + kernel, b""
    for number in range(count):
        name = b"%d.md" % number
        directory += struct.pack("<4s6H3L", b"PK\1\2", 20, 20, 0, 8, 0, 0, crc, len(kernel), size)
        directory += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
    return body + directory + end


def zip_case(data: Callable[[], bytes], **files: str) -> HostileArchive:
    """A zip; `files` by name without `.md`."""
    return HostileArchive("bad.zip", data, {f"{name}.md": each for name, each in files.items()})


UPWARDS = {"../up.md": record(), "/etc/passwd": record(), "a/../../b.md": record()}
ARCHIVES: dict[str, HostileArchive] = {
    "tar.zst, 2 GB of zeros": bomb("bad.tar.zst"),
    "tar.gz, 2 GB of zeros": bomb("bad.tar.gz"),
    "tar.zst, header of 2 GB": bomb("bad.tar.zst", tarfile.XHDTYPE),
    "tar.gz, long name of 2 GB": bomb("bad.tar.gz", tarfile.GNUTYPE_LONGNAME),
    "tar, file of 200 MB": tar(
        "bad.tar", member("large.md", bytes(200 * MEGABYTE)), large="file_too_large"
    ),
    "tar, a size below zero": HostileArchive(
        "bad.tar", lambda: tar_of_size(b"-0000001000\0"), message="a header is damaged"
    ),
    "tar, a size of 2^63": HostileArchive(
        "bad.tar",
        lambda: tar_of_size(b"\x80" + (2**63).to_bytes(11, "big")),
        message="a member of 9,223,372,036,854,775,808 bytes",
    ),
    "tar, names that lead out": HostileArchive(
        "bad.tar",
        lambda: tar_with(*(member(name, data) for name, data in UPWARDS.items())),
        dict.fromkeys(UPWARDS, "unsafe_path"),
    ),
    "tar, symbolic and hard links": tar(
        "bad.tar.gz",
        _link("soft.md", tarfile.SYMTYPE, "/etc/passwd"),
        _link("hard.md", tarfile.LNKTYPE, "../../etc/passwd"),
        member("soft.md/below.md", record(number=2)),
        **{"soft": "linked_file", "hard": "linked_file", "soft.md/below": "loaded"},
    ),
    "tar, the same path three times": tar(
        "bad.tar.zst", member("a.md"), member("./a.md"), member("a.md"), a="duplicate_path"
    ),
    "tar, devices and pipes": tar(
        "bad.tar", member("zero.md", kind=tarfile.CHRTYPE), member("pipe.md", kind=tarfile.FIFOTYPE)
    ),
    "zip, 200 MB of zeros": zip_case(
        lambda: zipped({"good.md": record(), "bomb.md": bytes(200 * MEGABYTE)}),
        good="loaded",
        bomb="archive_bomb",
    ),
    "zip, 1,000 members of the same 10 MB": zip_case(
        lambda: _shared_kernel(1_000, 10 * MEGABYTE),
        **{str(number): "archive_bomb" for number in range(1_000)},
    ),
    "zip, names that lead out": HostileArchive(
        "bad.zip", lambda: zipped(UPWARDS), dict.fromkeys(UPWARDS, "unsafe_path")
    ),
    "zip, encrypted": zip_case(
        lambda: zipped({"good.md": record(), "secret.md": record()}, _encrypt),
        good="loaded",
        secret="encrypted_file",
    ),
    "zip, cut off": HostileArchive(
        "bad.zip", lambda: zipped({"a.md": record()})[:-30], message="it has no directory"
    ),
    "zip, a member that is damaged": HostileArchive(
        "bad.zip",
        lambda: zipped({"a.md": record()}, lambda data: data.__setitem__(60, data[60] ^ 1)),
        message="a.md is damaged",
    ),
    "no archive at all": HostileArchive(
        "bad.tar.gz", lambda: b"<html>Not found</html>" * 100, message="it is no tar"
    ),
}
"""The cases by name."""
