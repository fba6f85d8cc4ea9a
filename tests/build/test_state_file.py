"""A small file of plain values: what is saved is loaded, anything else reads as absent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.build.state_file import load, save, typed


@dataclass
class Inner:
    path: Path
    pair: tuple[int, str] | None


@dataclass
class Outer:
    name: str
    data: bytes
    inners: list[Inner]
    more: dict[str, bytes | int]


VALUE = Outer(
    "kelp", b"\0\xff", [Inner(Path("a/b"), (1, "x")), Inner(Path(), None)], {"a": b"", "b": 3}
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    for _ in range(2):
        save(tmp_path / "state", VALUE)
        assert load(tmp_path / "state", Outer) == VALUE
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


def test_any_changed_or_missing_byte_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "state"
    save(path, VALUE)
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert load(path, Outer) is None
        path.write_bytes(whole[:place])
        assert load(path, Outer) is None


@pytest.mark.parametrize("wanted", [Inner, list[int], dict[str, int], str, Path])
def test_a_value_of_another_type_is_none(tmp_path: Path, wanted: type[Any]) -> None:
    save(tmp_path / "state", VALUE)
    assert load(tmp_path / "state", wanted) is None


def test_what_lies_in_the_way_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "state").symlink_to(tmp_path / "mine")
    assert load(tmp_path / "state", Outer) is None
    save(tmp_path / "state", VALUE)
    assert (tmp_path / "mine").read_text() == "mine"
    assert load(tmp_path / "state", Outer) == VALUE


def test_a_dataclass_is_made_as_its_types_say() -> None:
    assert typed([1, "a"], tuple[int, str]) == (1, "a")
    for value, wanted in [
        (True, int),
        (1, float),
        ([1], tuple[int, int]),
        ({"a": "b"}, dict[str, int]),
        ("a", int | None),
    ]:
        with pytest.raises((TypeError, ValueError)):
            typed(value, wanted)
