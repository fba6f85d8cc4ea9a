"""What has changed in a raw archive since the last run, told by content.

Stamps only shorten the way: a file whose size, mtime and ctime are those of the last run, and were
old enough then, is not read. All others that were there before are hashed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from pipeline.errors import FileRejected
from pipeline.extract.discover import raw_file, read_bytes
from pipeline.limits import Limits
from pipeline.listing import DIGEST_BYTES, UNREAD, Listing


@dataclass(slots=True)
class Changes:
    """For each file of the listing its SHA-256, or None where it must be read; the names of files
    that are new, edited or gone; and how many had to be hashed."""

    digests: list[bytes | None]
    new: list[bytes]
    edited: list[bytes]
    gone: list[bytes]
    hashed: int

    @property
    def nothing(self) -> bool:
        """Whether every file is what it was."""
        return not (self.new or self.edited or self.gone)


def compare(before: Listing, digests: bytes, now: Listing, limits: Limits) -> Changes:
    """The changes from one listing to the next; `digests` are those of the files before."""
    places = {name: place for place, name in enumerate(before.names)}
    changes = Changes([], [], [], [], 0)
    for index, name in enumerate(now.names):
        place = places.pop(name, None)
        if place is None:
            changes.new.append(name)
            changes.digests.append(None)
            continue
        known = digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES]
        if known == UNREAD:
            digest = None
        elif before.trusted(place) and before.stamps(place) == now.stamps(index):
            digest = known
        else:
            digest = _digest(now, index, limits)
            changes.hashed += 1
        if digest != known:
            changes.edited.append(name)
        changes.digests.append(digest)
    changes.gone.extend(places)
    return changes


def _digest(listing: Listing, index: int, limits: Limits) -> bytes | None:
    try:
        return hashlib.sha256(read_bytes(raw_file(listing, index), limits)).digest()
    except FileRejected:
        return None
