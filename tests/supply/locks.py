"""What the hash-locked requirements pin."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
RUN, DEVELOPMENT, AUDIT = "requirements.txt", "requirements-dev.txt", "requirements-audit.txt"
LOWEST, READERS = "requirements-lowest.txt", "requirements-readers.txt"
SUPERSET, CLOUD = "requirements-superset.txt", "requirements-cloud.txt"
SPARK = "requirements-spark.txt"
"""The locks: what newsloom needs, what its tests need besides, what the audit needs, the lowest
versions that newsloom works with, what foreign readers of a build need, Superset, what buckets
need, and Spark."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)


def pinned(lock: str) -> dict[str, list[str]]:
    """The packages of a lock by name, each with its versions: several where it has markers."""
    found: dict[str, list[str]] = {}
    for name, version in _PINNED.findall((ROOT / lock).read_text(encoding="utf-8")):
        found.setdefault(name.lower(), []).append(version)
    return found
