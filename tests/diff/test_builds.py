"""Two builds of an archive compared: one outlet is gone, and some qualities are others."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.catalog import relations
from pipeline.core.difference import Difference
from pipeline.core.duckdb_paths import quoted
from pipeline.core.errors import BuildMissing
from tests.build_fixtures import DATA_RAW, Builder

OUTLET = "brindlefordbulletin.test"
EACH = 20
"""Of so many qualities one is changed."""


@pytest.fixture(scope="module")
def builds(built: Builder, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The build of the sample archive, and that of a changed copy."""
    raw = tmp_path_factory.mktemp("changed")
    shutil.copytree(DATA_RAW, raw, dirs_exist_ok=True)
    rated = 0
    for path in sorted(raw.rglob("*.md")):
        text = path.read_bytes()
        if re.search(rb"^provider:\n(  .*\n)*?  domain: " + OUTLET.encode(), text, re.MULTILINE):
            path.unlink()
        elif re.search(rb"^quality: \d+$", text, re.MULTILINE):
            rated += 1
            if rated % EACH == 0:
                path.write_bytes(re.sub(rb"(?m)^quality: \d+$", b"quality: 177", text))
    build(raw, raw.with_name("out"), workers=1)
    return built(DATA_RAW)[0], raw.with_name("out")


@pytest.fixture(scope="module")
def difference(builds: tuple[Path, Path]) -> Difference:
    old, new = builds
    with pipeline.open(new) as opened:
        return opened.diff(old)


def test_the_outlet_and_the_qualities_are_named(difference: Difference) -> None:
    found = {each.name: each for each in difference.relations}
    assert [*found["articles"].columns] == ["quality"]
    assert found["articles"].changed == found["articles"].columns["quality"] > 0
    (article_count,) = (
        each for each in found["provider_summary"].movements if each.column == "article_count"
    )
    assert article_count.segments[0].segment == OUTLET
    assert article_count.segments[0].before == found["articles"].removed
    assert {"avg_quality"} <= {each.column for each in found["quality_monthly"].movements}


def test_every_table_is_compared_as_by_a_full_outer_join(
    builds: tuple[Path, Path], difference: Difference
) -> None:
    found = {each.name: (each.added, each.removed, each.changed) for each in difference.relations}
    joined = {}
    for each in relations().values():
        on = " and ".join(f"o.{key} = n.{key}" for key in each.key)
        differ = " or ".join(f"o.{name} is distinct from n.{name}" for name in each.column_names)
        old, new = (quoted(folder / each.file) for folder in builds)
        key = each.key[0]
        [joined[each.name]] = duckdb.execute(
            f"select count(*) filter (o.{key} is null), count(*) filter (n.{key} is null),"
            f" count(*) filter (o.{key} is not null and n.{key} is not null and ({differ}))"
            f" from {old} as o full join {new} as n on {on}"
        ).fetchall()
    assert len(found) > 20
    assert found == {name: counts for name, counts in joined.items() if counts != (0, 0, 0)}
    assert {*difference.unchanged} == joined.keys() - found.keys()


def test_a_build_does_not_differ_from_itself(builds: tuple[Path, Path]) -> None:
    with pipeline.open(builds[0]) as opened:
        same = opened.diff(opened)
    assert not same.relations
    assert {*same.unchanged} == relations().keys()


def test_a_table_of_one_build_alone_is_named(builds: tuple[Path, Path]) -> None:
    with pipeline.open(builds[0]) as old, pipeline.open(builds[1]) as new:
        del old.manifest["files"]["marts/stories.parquet"]
        found = new.diff(old)
        assert (found.added, found.removed) == (("stories",), ())


def test_both_must_be_builds(builds: tuple[Path, Path], tmp_path: Path) -> None:
    with pipeline.open(builds[0]) as opened, pytest.raises(BuildMissing, match="holds no build"):
        opened.diff(tmp_path)
