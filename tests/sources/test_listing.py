"""The names of files and libraries: told in bulk as they are told one by one."""

from __future__ import annotations

import pickle
from importlib.metadata import version

import pytest

from pipeline.core import version as code_version
from pipeline.sources.listing import STAMP_TRUST_NS, Listing, Stamps
from pipeline.transform.articles import record_id


def listing(*names: bytes) -> Listing:
    found = Listing(b"/raw")
    for name in names:
        found.add(name, (1, 2, 3, 4, 5))
    return found


def test_a_listing_gives_its_names_back_and_survives_packing() -> None:
    given = [b"a.md", b"", b"folder/", b"not-\xff-utf8.md"]
    found = listing(*given)
    for each in (found, Listing.unpacked(found.packed())):
        assert list(each.names) == given
        assert [each.names[index] for index in range(len(each.names))] == given
        assert each.stamps(3) == (1, 2, 3, 4, 5)


def test_folded_names_are_what_they_were_and_take_less_memory() -> None:
    given = [f"_news/a-folder-of-many/{number}.md".encode() for number in range(1_000)]
    names = listing(*given).names
    for _ in range(2):
        names.fold()
        assert len(names) == len(given)
        assert len(pickle.dumps(names)) < sum(map(len, given)) / 2
        assert list(names) == given
    names.fold()
    names.fold()
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
def test_a_listing_stands_for_one_with_the_same_names_and_stamps(
    later: list[tuple[bytes, Stamps]], *, stands: bool
) -> None:
    before, now = listing(b"a.md", b"b.md"), Listing(b"/raw")
    before.started_ns = 3 + STAMP_TRUST_NS + 1
    for name, stamps in later:
        now.add(name, stamps)
    assert before.stands_for(now) is stands


def test_the_largest_numbers_of_a_file_system_fit_into_a_listing() -> None:
    stamps = (2**63 - 1, -(2**63), 2**63 - 1, 2**64 - 1, 2**64 - 1)
    found = Listing(b"/raw")
    found.add(b"a.md", stamps)
    assert Listing.unpacked(found.packed()).stamps(0) == stamps


def test_a_listing_with_a_stamp_too_young_to_be_trusted_stands_for_none() -> None:
    before = listing(b"a.md")
    before.started_ns = 3 + STAMP_TRUST_NS
    assert not before.stands_for(listing(b"a.md"))


def test_paths_of_which_64_bits_of_the_digest_are_equal_have_ids_of_their_own() -> None:
    ids = {record_id("a130082310aa65bc.md"), record_id("d857e4e44b582d37.md")}
    assert len(ids) == 2
    assert len({each[:25] for each in ids}) == 1


@pytest.mark.parametrize("library", code_version._LIBRARIES)
def test_the_version_of_a_library_is_the_one_it_says(library: str) -> None:
    assert code_version._installed(library) == version(library)


def test_a_library_without_a_folder_of_its_own_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_version, "_described_libraries", list)
    assert code_version._installed("duckdb") == version("duckdb")
