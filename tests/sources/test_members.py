"""Paths of members: made plain, or refused; hidden ones left out, doubled ones rejected."""

from __future__ import annotations

import pytest

from pipeline.core.errors import Problem
from pipeline.sources.folder_handles import MAX_PATH_BYTES
from pipeline.sources.listing import Listing
from pipeline.sources.members import Members

STAMPS = (1, 0, 0, 4, 5)


def listed(*names: bytes) -> Members:
    members = Members(Listing())
    for name in names:
        members.add(name, STAMPS)
    return members


def codes(members: Members) -> dict[bytes, str]:
    names = list(members.listing.names)
    return {names[index]: problem.code for index, problem in members.problems.items()}


@pytest.mark.parametrize(
    ("name", "path"),
    [
        (b"a.md", b"a.md"),
        (b"./a/./b//c.md", b"a/b/c.md"),
        (b"a/...md", None),
        (b"a..b/c..md", b"a..b/c..md"),
        (b"back\\slash.md", b"back\\slash.md"),
        (b"\xff.md", b"\xff.md"),
        (b"new\nline.md", b"new\nline.md"),
    ],
)
def test_a_path_is_plain(name: bytes, path: bytes | None) -> None:
    members = listed(name)
    assert list(members.listing.names) == ([path] if path else [])
    assert not members.problems


@pytest.mark.parametrize(
    "name",
    [
        *(b"../a.md", b"a/../../b.md", b"..", b"/etc/passwd", b"//host/share", b"", b".", b"./"),
        *(b"..\\a.md", b"a\\..\\b.md", b"\\\\host\\share", b"C:\\a.md", b"c:/a.md", b"a\0b.md"),
        b"a/" * MAX_PATH_BYTES,
    ],
)
def test_a_path_that_could_lead_out_is_a_problem(name: bytes) -> None:
    members = listed(name)
    [path] = members.listing.names
    assert codes(members) == {path: "unsafe_path"}
    assert b"\0" not in path
    assert len(path) <= MAX_PATH_BYTES + 3


def test_what_is_hidden_is_left_out_and_counted_once() -> None:
    members = listed(b".a", b"b/.c/d.md", b"b/.c/e.md", b"b/.c/.f/g.md", b"./.git/h", b"b/i.md")
    assert list(members.listing.names) == [b"b/i.md"]
    assert members.listing.left_out["hidden"] == 3


def test_a_path_that_comes_again_is_one_problem() -> None:
    members = listed(b"a.md", b"b.md", b"./a.md", b"a.md", b"/c.md", b"/c.md")
    assert list(members.listing.names) == [b"a.md", b"b.md", b"/c.md"]
    assert codes(members) == {b"a.md": "duplicate_path", b"/c.md": "duplicate_path"}


def test_a_problem_that_is_given_stays() -> None:
    members = Members(Listing())
    assert members.add(b"a.md", STAMPS, Problem("linked_file", "a link"))
    assert codes(members) == {b"a.md": "linked_file"}
