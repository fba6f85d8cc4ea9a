"""Watches an archive: looks at names and stamps of its files again and again.

A look reads no file, unless an archive file has changed, and takes a fraction of a second for
100,000 of them. It sees every file system alike, also those of networks and containers, whose
changes the system does not announce.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from pipeline.core.errors import SourceFailed
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.sources.listing import Listing
from pipeline.sources.raw_archive import Raw, open_archive

PAUSE_SECONDS = 1.0
"""The least time between two looks."""

_EFFORT = 20
"""A pause is so many times as long as the look before it, so that watching costs little."""


def changes(
    raw: Raw, limits: Limits = DEFAULT_LIMITS, pause: float = PAUSE_SECONDS
) -> Iterator[None]:
    """Yield at once, then each time that the archive has changed and is at rest: no file is still
    being written, as far as stamps tell. Errors: `UsageError` where a source is not there any more.
    """
    seen = _listing(raw, limits, None)
    while True:
        yield
        now = _look(raw, limits, seen, pause)
        while seen.is_same(now):
            now = _look(raw, limits, now, pause)
        while not now.is_unchanged(later := _look(raw, limits, now, pause)):
            now = later
        seen = later


def _look(raw: Raw, limits: Limits, former: Listing, pause: float) -> Listing:
    """A listing, and a pause before the next."""
    started = time.monotonic()
    listing = _listing(raw, limits, former)
    time.sleep(max(pause, _EFFORT * (time.monotonic() - started)))
    return listing


def _listing(raw: Raw, limits: Limits, former: Listing | None) -> Listing:
    """A listing; one without files, never at rest, where an archive file is not whole as yet."""
    try:
        return open_archive(raw, limits).discover(former)
    except SourceFailed:
        return Listing()
