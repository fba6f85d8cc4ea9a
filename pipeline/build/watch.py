"""Watches an archive: looks at names and stamps of its files again and again.

A look reads no file and takes a fraction of a second for 100,000 of them. It sees every file system
alike, also those of networks and containers, whose changes the system does not announce.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from pipeline.sources.folder import discover
from pipeline.sources.listing import Listing

PAUSE_SECONDS = 1.0
"""The least time between two looks."""

_EFFORT = 20
"""A pause is so many times as long as the look before it, so that watching costs little."""


def changes(raw: Path, pause: float = PAUSE_SECONDS) -> Iterator[None]:
    """Yield at once, then each time that the archive has changed and is at rest: no file is still
    being written, as far as stamps tell. Errors: `UsageError` where `raw` is no folder any more."""
    while True:
        seen = discover(raw)
        yield
        now = _look(raw, pause)
        while seen.is_same(now):
            now = _look(raw, pause)
        while not now.is_unchanged(later := _look(raw, pause)):
            now = later


def _look(raw: Path, pause: float) -> Listing:
    """A listing, and a pause before the next."""
    started = time.monotonic()
    listing = discover(raw)
    time.sleep(max(pause, _EFFORT * (time.monotonic() - started)))
    return listing
