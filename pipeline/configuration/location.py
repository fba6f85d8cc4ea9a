"""Where the configuration of an archive is: given by name, or next to the archive."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from pipeline.core.configuration import CONTRACT, Configuration
from pipeline.core.errors import UsageError
from pipeline.core.paths import split_revision

FILE_NAME = "newsloom.yml"


def beside(source: str | Path) -> Path | None:
    """The file next to a source: in the folder that holds it, or the repository. None where the
    source is an address, which has nothing next to it."""
    named = os.fspath(source)
    if "://" in named:
        return None
    if not Path(named).exists():
        named, _ = split_revision(named) or (named, "")
    return Path(os.path.abspath(named)).parent / FILE_NAME  # noqa: PTH100 - it takes `..` away


def configuration_of(
    raw: str | Path | Sequence[str | Path], given: Path | None = None
) -> Configuration:
    """The configuration of an archive: of the file given, else of the one next to its first source,
    else the contract. Errors: `UsageError` where it is wrong or cannot be read."""
    path = given or beside(raw if isinstance(raw, str | Path) else raw[0])
    if path is None or (given is None and not path.is_file()):
        return CONTRACT
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    from pipeline.configuration.reader import read  # imports PyYAML

    return read(data, path)
