"""A manifest tells whether it was edited, and whether a folder holds just what it names."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.errors import BuildMissing
from pipeline.core.paths import Layout
from pipeline.publish.manifest import (
    CONTRACT,
    is_sealed,
    load_manifest,
    quick_check,
    refuse_unless_whole,
    sealed,
    write_ahead_log,
)
from tests.small_build import write_build


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(write_build(tmp_path / "out", {}))


def test_a_manifest_is_sealed_with_all_it_says() -> None:
    manifest = json.loads(sealed({"run_id": "1", "files": {"é": {"rows": 1}}}))
    assert is_sealed(manifest)
    assert not is_sealed({**manifest, "run_id": "2"})
    assert not is_sealed({**manifest, "more": 1})
    assert is_sealed({"run_id": "1"}), "an early one has no seal"


def test_a_whole_build_is_not_refused(layout: Layout) -> None:
    refuse_unless_whole(layout, load_manifest(layout))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def grow(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def change(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-30] + bytes([data[-30] ^ 1]) + data[-29:])


def put_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (Path.unlink, "missing"),
        (put_a_folder, "missing"),
        (cut, "truncated"),
        (grow, "edited"),
        (change, "mixed"),
    ],
)
def test_a_file_that_is_not_of_the_build_is_named(
    layout: Layout, damage: Callable[[Path], None], kind: str
) -> None:
    manifest, name = load_manifest(layout), "tables/topics.parquet"
    damage(layout.root / name)
    fault = quick_check(layout.root, name, manifest["files"][name])
    assert fault
    assert (fault.path, fault.kind) == (name, kind)
    with pytest.raises(BuildMissing, match=f"{name}.*newsloom verify"):
        refuse_unless_whole(layout, manifest)


def test_a_log_of_changes_is_refused(layout: Layout) -> None:
    write_ahead_log(layout).touch()
    with pytest.raises(BuildMissing, match=r"analytics.duckdb.wal would change"):
        refuse_unless_whole(layout, load_manifest(layout))


def test_an_edited_manifest_is_refused(layout: Layout) -> None:
    manifest = load_manifest(layout) | {"run_id": "mine"}
    with pytest.raises(BuildMissing, match="was edited"):
        refuse_unless_whole(layout, manifest)


ENTRY = {"bytes": 1, "sha256": "0", "rows": 2}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "holds no build"),
        ("[" * 100_000, "is not a manifest"),
        ("{}", "is not a manifest"),
        ({"files": {"../x": ENTRY}}, "is not a manifest"),
        ({"files": {"/x": ENTRY}}, "is not a manifest"),
        ({"files": {"x": {**ENTRY, "rows": "1"}}}, "is not a manifest"),
        ({"files": {"x": {**ENTRY, "sha256": 0}}}, "is not a manifest"),
        ({"files": {}, "contract": 99}, "was built to contract 99"),
    ],
)
def test_what_is_no_manifest_of_ours_is_refused(tmp_path: Path, content: Any, message: str) -> None:
    path = Layout(tmp_path).manifest
    if isinstance(content, dict):
        content = json.dumps({"contract": CONTRACT, "run_id": "1", **content})
    if content is not None:
        path.write_text(content)
    with pytest.raises(BuildMissing, match=message):
        load_manifest(Layout(tmp_path))
