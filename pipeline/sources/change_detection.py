"""What has changed in a raw archive since the last run, by content.

Stamps only shorten the way: a file whose stamps are those of the last run, and were old enough
then, is not read. All others that were there before are hashed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pipeline.sources.listing import DIGEST_BYTES, UNREAD, Listing, digest_at


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

    def note(self, index: int, digest: bytes) -> None:
        """Note the digest of a file."""
        self.digests[index * DIGEST_BYTES : (index + 1) * DIGEST_BYTES] = digest

    @classmethod
    def of_all(cls, listing: Listing) -> Changes:
        """Every file is to be parsed."""
        count = len(listing.names)
        return cls(bytearray(count * DIGEST_BYTES), range(count))


def compare(
    before: Listing,
    digests: bytes | bytearray,
    now: Listing,
    read: Callable[[Sequence[int]], Iterable[bytes]],
) -> Changes:
    """The changes from one listing to the next; `digests` are those of the files before, `read`
    gives those of files of the next one."""
    if before.is_unchanged(now) and _all_known(before, digests):
        return Changes(bytearray(digests), ())
    former = {name: rank for rank, name in enumerate(before.names)}
    changes = Changes(bytearray(len(now.names) * DIGEST_BYTES), ())
    doubtful = array("q")
    for index, name in enumerate(now.names):
        rank = former.pop(name, None)
        if rank is None:
            changes.new.append(index)
            continue
        known = digest_at(digests, rank)
        is_same = before.trusted(rank) and before.stamps(rank) == now.stamps(index)
        if is_same and (known != UNREAD or now.is_member(index)):
            changes.note(index, known)
        elif known == UNREAD or now.is_known_by_content(index):
            changes.edited.append(index)
        else:
            changes.note(index, known)
            doubtful.append(index)
    for index, digest in zip(doubtful, read(doubtful), strict=True):
        if digest != digest_at(changes.digests, index):
            changes.edited.append(index)
            changes.note(index, digest)
    changes.hashed = len(doubtful)
    changes.edited = array("q", sorted(changes.edited))
    changes.to_parse = array("q", sorted([*changes.new, *changes.edited]))
    changes.gone.extend(former)
    return changes


def _all_known(before: Listing, digests: bytes | bytearray) -> bool:
    """Whether every file was read, or need not be read again."""
    if UNREAD not in digests:
        return True
    starts = range(0, len(digests), DIGEST_BYTES)
    unread = (at for at in starts if digests[at : at + DIGEST_BYTES] == UNREAD)
    return all(before.is_member(at // DIGEST_BYTES) for at in unread)
