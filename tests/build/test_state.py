"""A state file that is damaged, crafted or of another version reads as absent."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.build import state as states
from pipeline.build.run import build
from pipeline.build.state import State
from pipeline.core.paths import work_path
from pipeline.read.verify import verify
from pipeline.sample import write_sample

HUGE = 10**400
WRONG: list[Any] = [
    *(None, True, -1, HUGE, 1.5, float("nan"), "", "\ud800", "../../x", [], {}, [[]], [None]),
    *({"a": None}, {"a": HUGE}, {"bytes at": [0, 8]}, {"bytes at": [0, HUGE]}, {"bytes at": "a"}),
    *({"bytes at": [-9, 9]}, {"bytes at": [[], {}]}),
]
DEEP = b"[" * 100_000 + b"]" * 100_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("state")
    write_sample(home / "raw", 3)
    build(home / "raw", home / "out", workers=1)
    return home


def parsed(path: Path) -> tuple[Any, bytes]:
    """The JSON of a state file, and its bytes."""
    data = path.read_bytes()[32:]
    end = 8 + int.from_bytes(data[:8], "big")
    return json.loads(data[8:end]), data[end:]


def crafted(header: Any, pieces: bytes) -> bytes:
    """A file with a checksum that fits."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    data = len(text).to_bytes(8, "big") + text + pieces
    return hashlib.sha256(data).digest() + data


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value within a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from places(each, (*path, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from places(each, (*path, index))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = value.copy()
    copy[path[0]] = replaced(copy[path[0]], path[1:], new)
    return copy


def test_what_was_saved_is_read(home: Path, tmp_path: Path) -> None:
    state = states.load(work_path(home / "out") / "state")
    assert isinstance(state, State)
    states.save(tmp_path / "copy", state)
    copy = states.load(tmp_path / "copy")
    assert copy
    assert replace(copy, listing=None) == replace(state, listing=None)  # type: ignore[arg-type]
    assert copy.listing.packed() == state.listing.packed()


def test_a_value_of_a_wrong_type_anywhere_is_no_state(home: Path, tmp_path: Path) -> None:
    """Or one of the same type, and then nothing but a state."""
    header, pieces = parsed(work_path(home / "out") / "state")
    dice = random.Random(1)
    found = [states.load(tmp_path / "none")]
    for path in places(header):
        for new in dice.sample(WRONG, 2):
            (tmp_path / "state").write_bytes(crafted(replaced(header, path, new), pieces))
            found.append(states.load(tmp_path / "state"))
    assert len(found) > 500
    assert {type(each) for each in found} == {type(None), State}
    assert found.count(None) > len(found) // 2


@pytest.mark.parametrize("key", list(State.__slots__))
def test_each_key_must_be_there_and_right(home: Path, tmp_path: Path, key: str) -> None:
    header, pieces = parsed(work_path(home / "out") / "state")
    without = {name: value for name, value in header.items() if name != key}
    wrong = [without, *({**header, key: new} for new in (1.5, [[]], True, {"a": [1.5]}))]
    for each in (*wrong, {**header, "more": 1}):
        (tmp_path / "state").write_bytes(crafted(each, pieces))
        assert states.load(tmp_path / "state") is None


def test_other_contents_are_no_state(home: Path, tmp_path: Path) -> None:
    whole = (work_path(home / "out") / "state").read_bytes()
    header, pieces = parsed(work_path(home / "out") / "state")
    for data in (
        *(whole[:length] for length in range(0, len(whole), 97)),
        *(crafted(header, pieces[:length]) for length in range(0, len(pieces), 7)),
        *(crafted(text, pieces) for text in (DEEP, b"9" * 9_999, b"\xff", b"", b'{"a":1}' * 2)),
        *((2**63).to_bytes(8, "big") + whole, b"\0" * 40),
    ):
        (tmp_path / "state").write_bytes(data)
        assert states.load(tmp_path / "state") is None


def test_nothing_but_a_plain_file_is_read(home: Path, tmp_path: Path) -> None:
    (tmp_path / "state").symlink_to(work_path(home / "out") / "state")
    assert states.load(tmp_path / "state") is None
    assert states.load(tmp_path) is None


@pytest.mark.slow
def test_a_build_with_a_crafted_state_is_whole(home: Path, tmp_path: Path) -> None:
    """Also where all types are right, but what belongs together does not fit."""
    shutil.copytree(home, tmp_path / "home", copy_function=shutil.copy2)
    raw, out = tmp_path / "home" / "raw", tmp_path / "home" / "out"
    path = work_path(out) / "state"
    for number, (key, value) in enumerate(
        [
            ("rows", {}),
            ("files", {"../../x": "0"}),
            ("findings", {}),
            ("contents", {}),
            ("stamps", {"../\0": [1, 2, 3]}),
            ("summary", None),
        ]
    ):
        header, pieces = parsed(path)
        path.write_bytes(crafted({**header, key: value}, pieces))
        (raw / "new.txt").write_text(f"Page {number}\n\nwith a paragraph")
        assert build(raw, out, workers=1).rebuilt
        assert verify(out).faults == ()
