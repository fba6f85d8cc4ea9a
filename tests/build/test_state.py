"""A state file that is damaged, crafted or of another version reads as absent."""

from __future__ import annotations

import hashlib
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pipeline.build import state as states
from pipeline.build.run import build
from pipeline.build.state import State
from pipeline.core.paths import work_path
from pipeline.read.verify import verify
from pipeline.sample import write_sample

HUGE = 2**64 - 1
WRONG: list[Any] = [
    *(None, True, -1, HUGE, 1.5, float("nan"), "", b"", "../../x", [], {}, [[]], [None]),
    *({"a": None}, {"a": HUGE}, {1: "a"}, msgspec.msgpack.Ext(1, b"a")),
]
DEEP = b"\x91" * 100_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("state")
    write_sample(home / "raw", 3)
    build(home / "raw", home / "out", workers=1)
    return home


def parsed(path: Path) -> Any:
    """A state as plain values."""
    return msgspec.msgpack.decode(path.read_bytes()[32:])


def crafted(state: Any) -> bytes:
    """A file with a checksum that fits."""
    data = state if isinstance(state, bytes) else msgspec.msgpack.encode(state)
    return hashlib.sha256(data).digest() + data


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path to each value within a plain value."""
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
    for _ in range(2):
        states.save(tmp_path / "copy", state)
        copy = states.load(tmp_path / "copy")
        assert copy
        assert parsed(tmp_path / "copy") == parsed(work_path(home / "out") / "state")
    assert (copy.summary, copy.findings) == (state.summary, state.findings)
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_a_value_of_a_wrong_type_anywhere_is_no_state(home: Path, tmp_path: Path) -> None:
    """Or one of the same type, and then nothing but a state."""
    whole = parsed(work_path(home / "out") / "state")
    dice = random.Random(1)
    found = [states.load(tmp_path / "none")]
    for path in places(whole):
        for new in dice.sample(WRONG, 2):
            (tmp_path / "state").write_bytes(crafted(replaced(whole, path, new)))
            found.append(states.load(tmp_path / "state"))
    assert len(found) > 500
    assert {type(each) for each in found} == {type(None), State}
    assert found.count(None) > len(found) // 2


@pytest.mark.parametrize("key", State.__struct_fields__)
def test_each_key_must_be_right(home: Path, tmp_path: Path, key: str) -> None:
    whole = parsed(work_path(home / "out") / "state")
    for new in (1.5, [[]], True, {"a": [1.5]}):
        (tmp_path / "state").write_bytes(crafted({**whole, key: new}))
        assert states.load(tmp_path / "state") is None


@pytest.mark.parametrize("key", ["code", "sql", "listing", "digests"])
def test_what_tells_of_the_files_must_be_there(home: Path, tmp_path: Path, key: str) -> None:
    whole = parsed(work_path(home / "out") / "state")
    del whole[key]
    (tmp_path / "state").write_bytes(crafted(whole))
    assert states.load(tmp_path / "state") is None


def test_other_contents_are_no_state(home: Path, tmp_path: Path) -> None:
    data = (work_path(home / "out") / "state").read_bytes()
    whole = parsed(work_path(home / "out") / "state")
    listing = whole["listing"]
    for wrong in (
        *(data[:length] for length in range(0, len(data), 97)),
        *(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(0, len(data), 97)),
        *(crafted(data[32:length]) for length in range(32, len(data), 97)),
        *(crafted(text) for text in (DEEP, b"\xff", b"", b"\xa1\xff", data[32:] * 2)),
        *(crafted({**whole, "digests": whole["digests"][:length]}) for length in (0, 1, 31, 33)),
        *(
            crafted({**whole, "listing": {**listing, key: listing[key][:-8]}})
            for key in ("names", "ends")
        ),
        crafted({**whole, "listing": {**listing, "stamps": listing["stamps"][:4]}}),
        crafted({**whole, "more": 1}),
    ):
        (tmp_path / "state").write_bytes(wrong)
        assert states.load(tmp_path / "state") is None


def test_what_lies_in_the_way_is_not_written_through(home: Path, tmp_path: Path) -> None:
    state = states.load(work_path(home / "out") / "state")
    assert state
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "state").symlink_to(tmp_path / "mine")
    states.save(tmp_path / "state", state)
    assert (tmp_path / "mine").read_text() == "mine"
    assert states.load(tmp_path / "state")


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
            ("stamps", {"../\0": [1, 2, 3]}),
            ("summary", None),
        ]
    ):
        path.write_bytes(crafted({**parsed(path), key: value}))
        (raw / "new.txt").write_text(f"Page {number}\n\nwith a paragraph")
        assert build(raw, out, workers=1).rebuilt
        assert verify(out).faults == ()
