"""What has changed in a raw archive since the last run, by content.

Stamps only shorten the way: a file whose stamps are those of the last run, and were old enough
then, is not read. All others that were there before are hashed.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.sources.folder import RawFile, raw_file, read_bytes
from pipeline.sources.folder_handles import FolderHandles
from pipeline.sources.listing import DIGEST_BYTES, UNREAD, Listing


@dataclass(slots=True)
class Changes:
    """The SHA-256 of each file of the listing, one after the other; the numbers of those that must
    be parsed, which are new or edited; the names of those that are gone; and how many had to be
    hashed."""

    digests: bytearray
    to_parse: Sequence[int]
    new: array[int] = field(default_factory=lambda: array("q"))
    edited: array[int] = field(default_factory=lambda: array("q"))
    gone: list[bytes] = field(default_factory=list)
    hashed: int = 0

    @classmethod
    def of_all(cls, listing: Listing) -> Changes:
        """Every file is to be parsed."""
        count = len(listing.names)
        return cls(bytearray(count * DIGEST_BYTES), range(count))


def compare(before: Listing, digests: bytes | bytearray, now: Listing, limits: Limits) -> Changes:
    """The changes from one listing to the next; `digests` are those of the files before."""
    if UNREAD not in digests and before.is_unchanged(now):
        return Changes(bytearray(digests), ())
    former = {name: rank for rank, name in enumerate(before.names)}
    to_parse = array("q")
    changes = Changes(bytearray(len(now.names) * DIGEST_BYTES), to_parse)
    with FolderHandles(now.root) as folders:
        for index, name in enumerate(now.names):
            rank = former.pop(name, None)
            if rank is None:
                changes.new.append(index)
                to_parse.append(index)
                continue
            known = bytes(digests[rank * DIGEST_BYTES : (rank + 1) * DIGEST_BYTES])
            if known == UNREAD:
                digest = UNREAD
            elif before.trusted(rank) and before.stamps(rank) == now.stamps(index):
                digest = known
            else:
                digest = _digest(raw_file(now, index), folders, limits)
                changes.hashed += 1
            if digest != known or known == UNREAD:
                changes.edited.append(index)
                to_parse.append(index)
            changes.digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = digest
    changes.gone.extend(former)
    return changes


def _digest(file: RawFile, folders: FolderHandles, limits: Limits) -> bytes:
    try:
        return hashlib.sha256(read_bytes(file, folders, limits)).digest()
    except FileRejected:
        return UNREAD
