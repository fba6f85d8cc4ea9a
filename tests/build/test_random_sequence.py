"""After anything that may happen, a run gives byte for byte what a full run gives.

NEWSLOOM_STEPS and NEWSLOOM_SEED ask for a longer or another sequence.
"""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.build import run, worker_pool
from pipeline.build.run import build
from pipeline.core import arrow_schema, catalog, version
from pipeline.core.catalog import intermediates, relations
from pipeline.core.errors import CheckFailed, NewsloomError
from pipeline.core.paths import work_path
from pipeline.core.results import Summary
from pipeline.engines import checks
from pipeline.read.verify import verify
from pipeline.report import explorer, render
from pipeline.sources import listing, shares
from pipeline.sources.folder_handles import FolderHandles
from tests.build.random_steps import Site, draw
from tests.build_fixtures import parquet_bytes
from tests.conftest import Figures

COUNT = int(os.environ.get("NEWSLOOM_STEPS", "120"))
SEED = int(os.environ.get("NEWSLOOM_SEED", "1"))
TRUST_NS = 50_000_000
"""Stamps are trusted this much later, so that most of the files of a step need no hash."""

Made = tuple[dict[str, bytes], Summary] | None
"""What a run gave: the bytes of its files and its summary; None where a check stopped it."""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """An archive, with a copy of `sql/` in use instead of the real one."""
    sql = tmp_path / "sql"
    shutil.copytree(catalog.sql_folder(), sql)
    site = Site(tmp_path, sql, random.Random(SEED))
    for module in (catalog, checks, version, render, explorer):
        monkeypatch.setattr(module, "sql_folder", lambda: sql)
    code_version = version.code_version
    monkeypatch.setattr(run, "code_version", lambda limits: f"{site.code}{code_version(limits)}")
    monkeypatch.setattr(listing, "STAMP_TRUST_NS", TRUST_NS)
    monkeypatch.setattr(shares, "MAX_FILES", 8)
    monkeypatch.setattr(worker_pool, "WORTH_A_POOL", 1_000)
    _refuse(site, monkeypatch)
    yield site
    _forget_definitions()


def _refuse(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what is unreadable be so even for root."""
    opened, folder = FolderHandles.open, FolderHandles.folder

    def check(path: bytes) -> None:
        parts = path.rstrip(b"/").split(b"/")
        if any(b"/".join(parts[: end + 1]) in site.unreadable for end in range(len(parts))):
            raise PermissionError(errno.EACCES, "Permission denied")

    def open_checked(self: FolderHandles, name: bytes, flags: int) -> int:
        check(name)
        return opened(self, name, flags)

    def folder_checked(self: FolderHandles, path: bytes) -> int:
        check(path)
        return folder(self, path)

    monkeypatch.setattr(FolderHandles, "open", open_checked)
    monkeypatch.setattr(FolderHandles, "folder", folder_checked)


def _forget_definitions() -> None:
    for cached in (relations, intermediates, arrow_schema.schema):
        cached.cache_clear()


class Full:
    """Full runs into new folders, one for each thing that a build may be made of."""

    def __init__(self, site: Site, folder: Path) -> None:
        self._site = site
        self._folder = folder
        self._known: dict[str, Made] = {}

    def made(self) -> Made:
        key = self._key()
        if key not in self._known:
            out = self._folder / key
            self._known[key] = made(self._site, out, workers=1)
            shutil.rmtree(out, ignore_errors=True)
            shutil.rmtree(work_path(out), ignore_errors=True)
        return self._known[key]

    def _key(self) -> str:
        """A digest of the archive, the SQL and the limits."""
        site = self._site
        digest = hashlib.sha256(repr((site.limits, sorted(site.unreadable))).encode())
        for root in (site.raw, site.sql):
            for path in site.files(root):
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(root)}\0{content}\0".encode())
        return digest.hexdigest()

    @property
    def count(self) -> int:
        return len(self._known)


def made(site: Site, out: Path, *, workers: int, force: bool = False) -> Made:
    _forget_definitions()
    try:
        summary = build(site.raw, out, workers=workers, limits=site.limits, force=force)
    except CheckFailed:
        return None
    except NewsloomError as error:
        if force or "--force" not in str(error):
            raise
        return made(site, out, workers=workers, force=True)  # no article is left
    return parquet_bytes(out), summary


def differences(found: Made, wanted: Made) -> list[str]:
    """The names of the files and figures in which two runs differ."""
    if found is None or wanted is None:
        return [] if found is wanted else ["stopped"]
    (files, summary), (other_files, other) = found, wanted
    names = sorted(files.keys() | other_files.keys())
    different = [name for name in names if files.get(name) != other_files.get(name)]
    figures = ("discovered", "loaded", "skipped", "rejected", "warnings", "rows", "problems")
    return different + [
        name
        for name in (*figures, "findings", "left_out")
        if getattr(summary, name) != getattr(other, name)
    ]


@pytest.mark.slow
def test_a_run_gives_what_a_full_run_gives(
    site: Site, tmp_path: Path, record_property: Figures
) -> None:
    full, tally, taken = Full(site, tmp_path / "full"), Counter[str](), list[str]()
    for _ in range(COUNT):
        before = parquet_bytes(site.out)
        name, step = draw(site)
        step()
        taken.append(name)
        time.sleep(site.dice.choice((0, 2 * TRUST_NS / 1e9)))
        disturbed = parquet_bytes(site.out)
        found = made(site, site.out, workers=site.dice.choice((1, 2)), force=site.force)
        assert differences(found, full.made()) == [], f"seed {SEED}: {taken}"
        site.after_run()
        if found is None:
            assert parquet_bytes(site.out) == disturbed
            tally["stopped"] += 1
        else:
            assert verify(site.out).faults == (), f"seed {SEED}: {taken}"
            assert {path.name for path in work_path(site.out).iterdir()} == {"state"}
            tally["without anything to do"] += not found[1].rebuilt
            tally["with other bytes than before"] += found[0] != before
    assert tally["stopped"] <= COUNT // 4, "most of the runs must publish"
    told = ", ".join(f"{number} {what}" for what, number in sorted(tally.items()))
    record_property(
        "figures",
        f"random sequence, seed {SEED}: {COUNT} steps ({told}), "
        f"{full.count} full runs to compare with, differences 0",
    )
