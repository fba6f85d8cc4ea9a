"""What has changed in a raw archive since the last run, told by content.

Stamps only shorten the way: a file whose size, mtime and ctime are those of the last run, and were
old enough then, is not read. All others that were there before are hashed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from pipeline.errors import FileRejected
from pipeline.extract.discover import raw_file, read_bytes
from pipeline.limits import Limits
from pipeline.listing import DIGEST_BYTES, UNREAD, Listing

_NAMES_KEPT = 3


@dataclass(slots=True)
class Noted:
    """How many files there are of a kind, and the names of the first few."""

    count: int = 0
    names: list[bytes] = field(default_factory=list)

    def add(self, name: bytes) -> None:
        """Note one file."""
        self.count += 1
        if self.count <= _NAMES_KEPT:
            self.names.append(name)


@dataclass(slots=True)
class Changes:
    """The SHA-256 of each file of the listing, one after the other, `UNREAD` where it must be
    read; which files are new, edited or gone; and how many had to be hashed."""

    digests: bytearray
    new: Noted = field(default_factory=Noted)
    edited: Noted = field(default_factory=Noted)
    gone: Noted = field(default_factory=Noted)
    hashed: int = 0


def compare(before: Listing, digests: bytes | bytearray, now: Listing, limits: Limits) -> Changes:
    """The changes from one listing to the next; `digests` are those of the files before."""
    if UNREAD not in digests and before.stands_for(now):
        return Changes(bytearray(digests))
    places = {name: place for place, name in enumerate(before.names)}
    changes = Changes(bytearray(len(now.names) * DIGEST_BYTES))
    for index, name in enumerate(now.names):
        place = places.pop(name, None)
        if place is None:
            changes.new.add(name)
            continue
        known = bytes(digests[place * DIGEST_BYTES : (place + 1) * DIGEST_BYTES])
        if known == UNREAD:
            digest = UNREAD
        elif before.trusted(place) and before.stamps(place) == now.stamps(index):
            digest = known
        else:
            digest = _digest(now, index, limits)
            changes.hashed += 1
        if digest != known or known == UNREAD:
            changes.edited.add(name)
        changes.digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = digest
    for name in places:
        changes.gone.add(name)
    return changes


def _digest(listing: Listing, index: int, limits: Limits) -> bytes:
    try:
        return hashlib.sha256(read_bytes(raw_file(listing, index), limits)).digest()
    except FileRejected:
        return UNREAD
