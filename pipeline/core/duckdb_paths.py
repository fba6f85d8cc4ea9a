"""Paths for DuckDB, which reads more into a path than the place of a file.

It takes `*`, `?` and `[` for a pattern, `column=value` for a partition, `~`, `s3:` and `md:` for
other places, what follows `?` for arguments, and a backslash for a slash. It is therefore given
absolute paths of harmless characters only: a folder of another name is reached by a symbolic link.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from pipeline.core.errors import NewsloomError

_HARMLESS = re.compile(r"/[\w ./-]*")


def quoted(text: str | Path) -> str:
    """Text as an SQL string literal."""
    return "'" + str(text).replace("'", "''") + "'"


def is_harmless(path: Path) -> bool:
    """Whether DuckDB takes a path for the place of a file and nothing else."""
    return bool(_HARMLESS.fullmatch(str(path)))


@contextmanager
def harmless_folder(folder: Path) -> Iterator[Path]:
    """A path to `folder` that DuckDB takes for nothing else, valid within the block.

    Errors: `NewsloomError` where a link is needed and the folder for temporary files is not
    harmless either.
    """
    path = folder.absolute()
    if is_harmless(path):
        yield path
        return
    with _temporary_folder() as temporary:
        link = temporary / "folder"
        link.symlink_to(path, target_is_directory=True)
        yield link


@contextmanager
def writable_database(path: Path) -> Iterator[Path]:
    """A path at which DuckDB can write the database that lies at `path` once the block has ended.

    DuckDB follows links before it names its log of changes, and cuts that name at a question mark:
    below such a folder the database is made elsewhere and copied. Errors: see `harmless_folder`.
    """
    if "?" not in str(path.parent.resolve()):
        with harmless_folder(path.parent) as folder:
            yield folder / path.name
        return
    with _temporary_folder() as folder:
        made = folder / path.name
        if path.exists():
            shutil.copyfile(path, made)
        yield made
        shutil.copyfile(made, path)


@contextmanager
def parquet_scan(files: Iterable[Path]) -> Iterator[str]:
    """What to select from to read Parquet files, in their order, within the block; no column comes
    from a path. The files' own names must be harmless; their folders may have any name."""
    with ExitStack() as links:
        files = list(files)
        folders = {
            folder: links.enter_context(harmless_folder(folder))
            for folder in dict.fromkeys(file.parent for file in files)
        }
        paths = ", ".join(quoted(folders[file.parent] / file.name) for file in files)
        yield f"read_parquet([{paths}], hive_partitioning = false)"


@contextmanager
def _temporary_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="newsloom-") as name:
        folder = Path(name).resolve()
        if not _HARMLESS.fullmatch(str(folder)):
            raise NewsloomError(
                f"{tempfile.gettempdir()!r} cannot hold the temporary files of DuckDB, which reads "
                "some of its characters as a pattern; set TMPDIR to a folder of letters and digits"
            )
        yield folder
