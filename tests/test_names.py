"""The names of files and libraries: told in bulk as they are told one by one."""

from __future__ import annotations

import pickle
from importlib.metadata import version

import pytest

from pipeline import code_version
from pipeline.extract.discover import readable
from pipeline.listing import STAMP_TRUST_NS, Listing
from pipeline.recipe import ids_of, source_paths
from pipeline.transform.articles import record_id


def listing(*names: bytes) -> Listing:
    found = Listing(b"/raw")
    for name in names:
        found.add(name, 1, 2, 3)
    return found


@pytest.mark.parametrize(
    "names",
    [
        (),
        (b"a/b.md",),
        (b"a.md", "Zürich/ß.md".encode()),
        (b"a.md", b"back\\slash.md", b"\\x41.md"),
        (b"a.md", b"not-\xff-utf8.md"),
        (b"new\nline.md", b"folder/"),
    ],
)
def test_source_paths_are_the_readable_names(names: tuple[bytes, ...]) -> None:
    assert source_paths(listing(*names)) == [readable(name) for name in names]


def test_a_listing_gives_its_names_back_and_survives_packing() -> None:
    given = [b"a.md", b"", b"folder/", b"not-\xff-utf8.md"]
    found = listing(*given)
    for each in (found, Listing.unpacked(found.packed())):
        assert list(each.names) == given
        assert [each.names[index] for index in range(len(each.names))] == given
        assert each.stamps(3) == (1, 2, 3)


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
        ([(b"a.md", 1, 2, 3), (b"b.md", 1, 2, 3)], True),
        ([(b"a.md", 1, 2, 3), (b"c.md", 1, 2, 3)], False),
        ([(b"a.md", 1, 2, 3)], False),
        ([(b"a.md", 9, 2, 3), (b"b.md", 1, 2, 3)], False),
        ([(b"a.md", 1, 2, 3), (b"b.md", 1, 9, 3)], False),
        ([(b"a.md", 1, 2, 3), (b"b.md", 1, 2, 9)], False),
    ],
)
def test_a_listing_stands_for_one_with_the_same_names_and_stamps(
    later: list[tuple[bytes, int, int, int]], *, stands: bool
) -> None:
    before, now = listing(b"a.md", b"b.md"), Listing(b"/raw")
    before.started_ns = 3 + STAMP_TRUST_NS + 1
    for stamps in later:
        now.add(*stamps)
    assert before.stands_for(now) is stands


def test_a_listing_with_a_stamp_too_young_to_be_trusted_stands_for_none() -> None:
    before = listing(b"a.md")
    before.started_ns = 3 + STAMP_TRUST_NS
    assert not before.stands_for(listing(b"a.md"))


@pytest.mark.parametrize(
    "path", ["", "a.md", "b/2024-05-06-c.md", "b/٢٠٢٤-٠٥-٠٦-c.md", "é/\U0001f600"]
)
def test_an_id_is_as_long_as_an_array_of_ids_keeps(path: str) -> None:
    assert ids_of([path], {}).tolist() == [record_id(path).encode()]


def test_an_id_that_is_known_is_not_made_again() -> None:
    ids = ids_of(["a.md", "b.md"], {"b.md": b"known"})
    assert ids.tolist() == [record_id("a.md").encode(), b"known"]


@pytest.mark.parametrize("library", code_version._LIBRARIES)
def test_the_version_of_a_library_is_the_one_it_says(library: str) -> None:
    assert code_version._installed(library) == version(library)


def test_a_library_without_a_folder_of_its_own_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_version, "_described_libraries", list)
    assert code_version._installed("duckdb") == version("duckdb")
