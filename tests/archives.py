"""Archive files made of a folder, in every form that newsloom reads; and members by hand."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa

FORMS = ("tar", "tar.gz", "tar.zst", "zip")


def contents_of(folder: Path) -> dict[str, bytes]:
    """The bytes of each file below a folder, by its path."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def pack(contents: Mapping[str, bytes], target: Path) -> Path:
    """Write an archive file, of the form that its name ends with."""
    if target.suffix == ".zip":
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
            for name, data in contents.items():
                made.writestr(name, data)
    else:
        made_bytes = compressed(tar_of(contents), target)
        target.write_bytes(made_bytes)
    return target


def compressed(data: bytes, target: Path) -> bytes:
    """A tar as the name of its file says."""
    codec = {".gz": "gzip", ".zst": "zstd"}.get(target.suffix)
    return pa.compress(data, codec, asbytes=True) if codec else data


def tar_of(contents: Mapping[str, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar with these members."""
    return tar_with(*(member(name, data) for name, data in contents.items()), form=form)


def member(
    name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE
) -> tuple[tarfile.TarInfo, bytes]:
    """A member of a tar."""
    info = tarfile.TarInfo(name)
    info.size, info.type = len(data), kind
    return info, data


def tar_of_size(field: bytes) -> bytes:
    """A tar of a member of 600 bytes, in whose header another field of a size stands."""
    made = bytearray(tar_of({"a.md": b"x" * 600}))
    made[124:136] = field
    made[148:156] = b" " * 8
    made[148:156] = b"%06o\0 " % sum(made[:512])
    return bytes(made)


def tar_with(*members: tuple[tarfile.TarInfo, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    """A tar of members that are given one by one."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=form) as tar:
        for info, data in members:
            tar.addfile(info, io.BytesIO(data))
    return made.getvalue()
