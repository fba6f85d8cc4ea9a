"""The names and stamps of files: told in bulk as they are told one by one."""

from __future__ import annotations

import pickle

import pytest

from pipeline.sources.listing import STAMP_TRUST_NS, Listing, Stamps
from pipeline.transform.file_names import record_id


def listing(*names: bytes) -> Listing:
    found = Listing()
    for name in names:
        found.add(name, (1, 2, 3, 4, 5))
    return found.close()


def test_a_listing_gives_its_names_back_and_survives_packing() -> None:
    given = [b"a.md", b"", b"folder/", b"not-\xff-utf8.md"]
    found = listing(*given)
    for each in (found, Listing.unpacked(found.packed())):
        assert list(each.names) == given
        assert [each.names[index] for index in range(len(each.names))] == given
        assert each.stamps(3) == (1, 2, 3, 4, 5)


def test_compressed_names_are_what_they_were_and_take_less_memory() -> None:
    given = [f"_news/a-folder-of-many/{number}.md".encode() for number in range(1_000)]
    names = listing(*given).names
    for _ in range(2):
        names.compress()
        assert len(names) == len(given)
        assert len(pickle.dumps(names)) < sum(map(len, given)) / 2
        assert list(names) == given
    names.compress()
    names.compress()
    names.append(b"one more.md")
    assert [names[index] for index in range(len(names))] == [*given, b"one more.md"]


@pytest.mark.parametrize(
    ("later", "stands"),
    [
        ([(b"a.md", (1, 2, 3, 4, 5)), (b"b.md", (1, 2, 3, 4, 5))], True),
        ([(b"a.md", (1, 2, 3, 4, 5)), (b"c.md", (1, 2, 3, 4, 5))], False),
        ([(b"a.md", (1, 2, 3, 4, 5))], False),
        ([(b"a.md", (9, 2, 3, 4, 5)), (b"b.md", (1, 2, 3, 4, 5))], False),
        ([(b"a.md", (1, 2, 3, 4, 5)), (b"b.md", (1, 9, 3, 4, 5))], False),
        ([(b"a.md", (1, 2, 3, 4, 5)), (b"b.md", (1, 2, 9, 4, 5))], False),
        ([(b"a.md", (1, 2, 3, 9, 5)), (b"b.md", (1, 2, 3, 4, 5))], False),
        ([(b"a.md", (1, 2, 3, 4, 9)), (b"b.md", (1, 2, 3, 4, 5))], False),
    ],
)
def test_a_listing_is_unchanged_with_the_same_names_and_stamps(
    later: list[tuple[bytes, Stamps]], *, stands: bool
) -> None:
    before, now = listing(b"a.md", b"b.md"), Listing()
    before.started_ns = 3 + STAMP_TRUST_NS + 1
    for name, stamps in later:
        now.add(name, stamps)
    assert before.is_unchanged(now) is stands


def test_the_largest_numbers_of_a_file_system_fit_into_a_listing() -> None:
    stamps = (2**63 - 1, -(2**63), 2**63 - 1, 2**64 - 1, 2**64 - 1)
    found = Listing()
    found.add(b"a.md", stamps)
    found.close()
    assert Listing.unpacked(found.packed()).stamps(0) == stamps


def test_a_listing_with_a_stamp_too_young_to_be_trusted_is_never_unchanged() -> None:
    before = listing(b"a.md")
    before.started_ns = 3 + STAMP_TRUST_NS
    assert not before.is_unchanged(listing(b"a.md"))


def test_paths_of_which_64_bits_of_the_digest_are_equal_have_ids_of_their_own() -> None:
    ids = {record_id("a130082310aa65bc.md"), record_id("d857e4e44b582d37.md")}
    assert len(ids) == 2
    assert len({each[:25] for each in ids}) == 1
