"""Hostile archive files: what becomes of each, within a bound of seconds and of memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.read.verify import verify
from tests.conftest import Figures
from tests.e2e.test_hostile import MOST_BYTES, MOST_SECONDS, measured, rows
from tests.hostile_archives import ARCHIVES

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("name", ARCHIVES)
def test_hostile_archive(name: str, tmp_path: Path, record_property: Figures) -> None:
    case, out = ARCHIVES[name], tmp_path / "out"
    (tmp_path / case.name).write_bytes(case.data())
    ended = measured(tmp_path / case.name, out)
    became: set[object] = {case.message}
    if case.message:
        assert ended.code == 1
        assert case.message in ended.told
        assert f"{case.name} cannot be read to its end" in ended.told
        assert not out.exists()
    else:
        assert ended.code == 0, ended.told
        found = {row["source_path"]: row["reason"] or row["status"] for row in rows(out, "files")}
        became = set(found.values())
        assert found == case.files
        assert verify(out).faults == ()
    record_property(
        "figures",
        f"hostile: {name:<38} {', '.join(sorted(map(str, became))):<32}"
        f"{ended.processor_seconds:5.1f} s {ended.peak_bytes >> 20:5} MiB",
    )
    assert {path.name for path in tmp_path.iterdir()} <= {case.name, "out", "told", ".out.newsloom"}
    assert ended.processor_seconds < MOST_SECONDS
    assert ended.peak_bytes < MOST_BYTES
