"""When files were committed, from a log: renames are followed, all of a commit at once."""

from __future__ import annotations

from pipeline.sources.git_times import CommitTimes, commit_times


def log(*commits: tuple[int, str]) -> bytes:
    """A log as git prints it; the words of each commit are apart by blanks."""
    words = []
    for time, changes in commits:
        words += [f"\1{time}", *(f"\n{changes}".split(" ") if changes else [])]
    return "".join(f"{word}\0" for word in words).encode()


def times(*commits: tuple[int, str]) -> dict[str, tuple[int | None, int | None]]:
    found = commit_times(log(*commits), [b"a", b"b", b"c"])
    return {name.decode(): tuple(each) for name, each in found.items()}


def test_the_newest_and_the_oldest_commit_of_a_file_count() -> None:
    assert times((4, "M a"), (3, "M a M b"), (2, ""), (1, "A a A b A x")) == {
        "a": (1, 4),
        "b": (1, 3),
    }


def test_a_renamed_file_is_followed() -> None:
    assert times((4, "R090 x a"), (3, "M x"), (2, "R100 y x M b"), (1, "A y A b")) == {
        "a": (1, 4),
        "b": (1, 2),
    }


def test_names_that_change_places_in_one_commit_are_not_mixed() -> None:
    assert times((5, "R100 a b R100 b a"), (4, "M a"), (3, "M b"), (2, "A a"), (1, "A b")) == {
        "a": (1, 5),
        "b": (2, 5),
    }
    assert times((5, "R100 b c R100 a b A a"), (2, "A a"), (1, "A b")) == {
        "a": (2, 5),
        "b": (2, 5),
        "c": (1, 5),
    }


def test_a_file_that_was_removed_and_came_back_was_there_before() -> None:
    assert times((4, "A a"), (3, "D a"), (1, "A a")) == {"a": (1, 4)}


def test_a_time_that_no_calendar_has_is_unknown() -> None:
    assert commit_times(log((2**62, "A a")), [b"a"]) == {b"a": CommitTimes()}
