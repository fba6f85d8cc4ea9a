"""What a source of raw files does: it lists its files, and reads those of a share.

Nothing else of a source is known outside of this room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from pipeline.core.limits import Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources.listing import Listing


class Reading(Protocol):
    """The files of a share, to be read in whatever process it is called: it can be pickled."""

    def contents(self, limits: Limits) -> list[RawContent]:
        """The bytes of each file, or the problem that there are none.

        Errors: `SourceFailed` where the source cannot be read on.
        """


class Source(Protocol):
    """A place that holds raw files: `raw` is how it was named, `name` what an archive of it is
    called, `path` where it lies, None where it lies on another machine."""

    raw: str
    name: str
    was_read: bool
    """Whether the source had to be read for its listing, which the next run may be spared."""

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine."""

    def discover(self, former: Listing | None) -> Listing:
        """All its files, as one part of a listing; that of a `former` run may save work.

        Errors: `UsageError` where there is no such source; `SourceFailed` where it cannot be read
        to its end.
        """

    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[Reading]:
        """How to read each share of its last listing, which are numbers of files; both rise.

        Errors: `SourceFailed` where the source cannot be read on.
        """
