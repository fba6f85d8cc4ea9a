"""Keeps the parts of chunks from run to run, by content: same files, same code, same parts.

What is found damaged or incomplete counts as absent; deleting the folder only costs time.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from pipeline import sealed
from pipeline.parquet import Part

_ABOUT = "chunk"


@dataclass(frozen=True, slots=True)
class ChunkParts:
    """The parts of one chunk: their rows, and the SHA-256 of files and of columns' contents.

    `first` and `last` are the ids between which all its rows lie.
    """

    key: str
    first: str
    last: str
    rows: dict[str, int]
    files: dict[str, str]
    columns: dict[str, dict[str, str]]


class ChunkStore:
    """The chunks kept in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, key: str, name: str) -> Path:
        """Where a file of a chunk lies."""
        return self.folder / key / name

    def find(self, key: str) -> ChunkParts | None:
        """The chunk, or None where it is not kept whole."""
        parts = self.about(key)
        return parts if parts and self._intact(parts) else None

    def about(self, key: str) -> ChunkParts | None:
        """What is known of a chunk, its files unchecked."""
        values = sealed.load(self.path(key, _ABOUT))
        return None if values is None else ChunkParts(**values)

    def _intact(self, parts: ChunkParts) -> bool:
        return all(
            digest_of(self.path(parts.key, name)) == digest for name, digest in parts.files.items()
        )

    @contextmanager
    def making(self, key: str) -> Iterator[Path]:
        """A folder in which to make a chunk; it is kept once `keep` was called inside."""
        aside = self.folder / f"{key}.{os.getpid()}"
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        try:
            yield aside
            shutil.rmtree(self.folder / key, ignore_errors=True)
            aside.rename(self.folder / key)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def part(self, key: str, name: str) -> Part | None:
        """What is known of a part, the part itself unchecked."""
        values = sealed.load(self.path(key, f"{name}.part"))
        return None if values is None else Part(**values)

    def whole_part(self, key: str, name: str) -> Part | None:
        """What is known of a part, or None where it is not kept whole."""
        part = self.part(key, name)
        whole = part and part.sha256 == digest_of(self.path(key, f"{name}.parquet"))
        return part if whole else None

    def forget_others(self, kept: Mapping[str, str]) -> None:
        """Delete every chunk but those of `kept`, and every `related_items` part of a chunk
        but the one whose name `kept` gives."""
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            if folder.name not in kept:
                shutil.rmtree(folder, ignore_errors=True)
                continue
            for path in folder.glob("related_items-*"):
                if path.stem != kept[folder.name]:
                    path.unlink(missing_ok=True)


def save_part(folder: Path, name: str, part: Part) -> None:
    """Write what is known of a part beside it."""
    sealed.save(folder / f"{name}.part", asdict(part))


def save_about(folder: Path, parts: ChunkParts) -> None:
    """Write what is known of a chunk; the last file of its folder."""
    sealed.save(folder / _ABOUT, asdict(parts))


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file, or None where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
