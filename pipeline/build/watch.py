"""Watches an archive: looks at names and stamps of its files, and at its configuration, again and
again.

A look reads no file, unless an archive file has changed, and takes a fraction of a second for
100,000 of them. It sees every file system alike, also those of networks and containers, whose
changes the system does not announce.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.configuration.location import configuration_of
from pipeline.core.configuration import Configuration
from pipeline.core.errors import SourceFailed, UsageError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.sources.listing import Listing
from pipeline.sources.raw_archive import Raw, open_archive

PAUSE_SECONDS = 1.0
"""The least time between two looks."""

_EFFORT = 20
"""A pause is so many times as long as the look before it, so that watching costs little."""


@dataclass(frozen=True, slots=True)
class _Look:
    """What one look has found: the files, and how they are read, or what is wrong with that."""

    listing: Listing
    configuration: Configuration | str

    def is_same(self, later: _Look) -> bool:
        """Whether a later look has found the same."""
        is_read_alike = self.configuration == later.configuration
        return is_read_alike and self.listing.is_same(later.listing)

    def is_unchanged(self, later: _Look) -> bool:
        """Whether a later look has found the same, and no file that is still being written."""
        return self.is_same(later) and self.listing.is_unchanged(later.listing)


def changes(
    raw: Raw,
    limits: Limits = DEFAULT_LIMITS,
    configuration: Path | None = None,
    pause: float = PAUSE_SECONDS,
) -> Iterator[None]:
    """Yield at once, then each time that the archive has changed and is at rest: no file is still
    being written, as far as stamps tell; or its configuration, with the labels that this names.

    `configuration` is the file given; else that next to the archive counts, as in a run. Errors:
    `UsageError` where a source is not there any more.
    """

    def look(former: _Look | None) -> _Look:
        listing = _listing(raw, limits, former.listing if former else None)
        return _Look(listing, _configuration(raw, configuration))

    def next_look(former: _Look) -> _Look:
        started = time.monotonic()
        found = look(former)
        time.sleep(max(pause, _EFFORT * (time.monotonic() - started)))
        return found

    seen = look(None)
    while True:
        yield
        now = next_look(seen)
        while seen.is_same(now):
            now = next_look(now)
        while not now.is_unchanged(later := next_look(now)):
            now = later
        seen = later


def _configuration(raw: Raw, given: Path | None) -> Configuration | str:
    """How the archive is read; the message where that is wrong, which the run will show."""
    try:
        return configuration_of(raw, given)
    except UsageError as error:
        return str(error)


def _listing(raw: Raw, limits: Limits, former: Listing | None) -> Listing:
    """A listing; one without files, never at rest, where an archive file is not whole as yet."""
    try:
        return open_archive(raw, limits).discover(former)
    except SourceFailed:
        return Listing()
