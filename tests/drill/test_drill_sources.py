"""The failure drill, continued: sources that are cut off, change or end the run in mid-stream."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.archives import contents_of, pack
from tests.drill.faults import arguments, ended, kill_at, rewrite_at, start, undisturbed
from tests.drill.field import Archives, Field

pytestmark = pytest.mark.slow

KILLED = -9


@pytest.fixture(params=["tar.zst", "tar.gz", "zip"])
def packed(archives: Archives, request: pytest.FixtureRequest, tmp_path: Path) -> list[Path]:
    """The two archives of the drill as archive files, called as the folders are."""
    return [
        pack(contents_of(raw), tmp_path / f"{raw.name}.{request.param}") for raw in archives.raws
    ]


def ends(field: Field, packed: list[Path], prepare: Callable[..., None], *given: object) -> int:
    """Run the target as an archive file, so prepared, and hold what must hold after it."""
    target = packed[1 - field.now]

    def end() -> int:
        command = arguments(target, field.out, "--force")
        return ended(start(command, prepare, given, field.home / "told"))

    return field.disturbed(prepare.__name__, end)


def told(field: Field) -> str:
    return (field.home / "told").read_text(encoding="utf-8")


def test_killed_in_mid_stream(field: Field, packed: list[Path]) -> None:
    for number in (0, 1, 60, 110):
        assert ends(field, packed, kill_at, number) == KILLED


def test_written_while_it_is_read(field: Field, packed: list[Path]) -> None:
    for number in (0, 60):
        path = packed[1 - field.now]
        whole = path.read_bytes()
        assert ends(field, packed, rewrite_at, number, path, whole + b"\0") == 1
        assert f"{path.name} cannot be read to its end" in told(field)
        path.write_bytes(whole)


def test_cut_off_anywhere(field: Field, packed: list[Path]) -> None:
    dice = random.Random(6)
    for _ in range(6):
        path = packed[1 - field.now]
        whole = path.read_bytes()
        path.write_bytes(whole[: dice.randrange(len(whole) - 1_000)])
        assert ends(field, packed, undisturbed) == 1
        assert f"{path.name} cannot be read to its end" in told(field)
        path.write_bytes(whole)


def test_undisturbed_it_gives_the_build_of_its_folder(field: Field, packed: list[Path]) -> None:
    for _ in range(2):
        assert ends(field, packed, undisturbed) == 0
