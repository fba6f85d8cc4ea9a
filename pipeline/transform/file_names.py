"""What the path of a file says of the article or page in it: its id, its collection, its slug."""

from __future__ import annotations

import hashlib
import re

_DIGEST_CHARACTERS = 24
DATED_NAME = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?!\d)", re.ASCII)


def record_id(source_path: str) -> str:
    """Make the id of the article or page in a file: `YYYYMMDD-` and 24 hex digits.

    The date is the one that opens the file name, zeros where none does; the digits begin the
    SHA-256 of `source_path`. The same on every machine, and its order is roughly that of time.
    """
    name = source_path.rpartition("/")[2]
    dated = DATED_NAME.match(name)
    date = "".join(dated.groups()) if dated else "00000000"
    digest = hashlib.sha256(source_path.encode()).hexdigest()[:_DIGEST_CHARACTERS]
    return f"{date}-{digest}"


def folder_and_slug(source_path: str) -> tuple[str | None, str]:
    """Return collection and slug: the parent folder without leading `_`, the stem without date."""
    folder, _, name = source_path.rpartition("/")
    collection = folder.rpartition("/")[2].lstrip("_")
    stem = name.rpartition(".")[0] or name
    dated = DATED_NAME.match(stem)
    return collection or None, (stem[dated.end() :].lstrip("-_ ") if dated else stem) or stem
