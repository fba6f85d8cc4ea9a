"""The names of files and libraries: told in bulk as they are told one by one."""

from __future__ import annotations

from importlib.metadata import version

import pytest

from pipeline import code_version
from pipeline.extract.discover import readable
from pipeline.listing import Listing
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


def test_an_id_that_is_known_is_not_made_again() -> None:
    assert ids_of(["a.md", "b.md"], {"b.md": "known"}) == [record_id("a.md"), "known"]


@pytest.mark.parametrize("library", code_version._LIBRARIES)
def test_the_version_of_a_library_is_the_one_it_says(library: str) -> None:
    assert code_version._installed(library) == version(library)


def test_a_library_without_a_folder_of_its_own_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(code_version, "_described_libraries", list)
    assert code_version._installed("duckdb") == version("duckdb")
