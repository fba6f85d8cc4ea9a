"""Foreign readers find a build by what it says of itself: `make test-readers`."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder, real_archive

frictionless = pytest.importorskip("frictionless", reason="`make test-readers` has it")
mlcroissant = pytest.importorskip("mlcroissant", reason="`make test-readers` has it")

ARCHIVES = [
    "data/raw",
    "empty",
    pytest.param("diablo4", marks=pytest.mark.slow),
]


@pytest.fixture
def out(request: pytest.FixtureRequest, built: Builder, empty_archive: Path) -> Path:
    """The build of an archive."""
    known = {"data/raw": DATA_RAW, "empty": empty_archive}
    return built(known.get(request.param) or real_archive(request.param))[0]


def faults(package: Any) -> list[str]:
    """What `frictionless validate` finds wrong with a package."""
    report = package.validate()
    found = [error.message for error in report.errors]
    return found + [error.message for task in report.tasks for error in task.errors]


@pytest.mark.parametrize("out", ARCHIVES, indirect=True)
def test_frictionless_finds_nothing_wrong(out: Path) -> None:
    assert faults(frictionless.Package(str(out / "datapackage.json"))) == []


WRONG_REFERENCE = {
    "fields": ["provider_domain"],
    "reference": {"resource": "topics", "fields": ["topic"]},
}


@pytest.mark.parametrize(
    ("place", "wrong", "fault"),
    [
        ("rows", 1, 'expected is "1" and actual is'),
        ("primaryKey", ["provider_domain"], "primary key"),
        ("foreignKeys", [WRONG_REFERENCE], "foreign key"),
    ],
)
def test_frictionless_finds_what_is_wrong(
    built: Builder, place: str, wrong: object, fault: str
) -> None:
    """Rows, keys and references are compared with the tables, not only read."""
    source = built(DATA_RAW)[0] / "datapackage.json"
    package = json.loads(source.read_text(encoding="utf-8"))
    package["resources"] = [
        each for each in package["resources"] if each["name"] in ("provider_names", "topics")
    ]
    (resource,) = [each for each in package["resources"] if each["name"] == "provider_names"]
    resource["schema"]["foreignKeys"] = []
    (resource if place == "rows" else resource["schema"])[place] = wrong
    found = faults(frictionless.Package(package, basepath=str(source.parent)))
    assert found
    assert all(fault in each.lower() for each in found)


@pytest.mark.parametrize("out", ARCHIVES, indirect=True)
def test_mlcroissant_loads_every_table(out: Path) -> None:
    """All from one data set, with the values of the Parquet files."""
    dataset = mlcroissant.Dataset(out / "croissant.json")
    assert dataset.metadata.ctx.issues.errors == set()
    for relation in relations().values():
        wanted = pq.read_table(out / relation.file).to_pylist()
        loaded = list(dataset.records(relation.name))
        assert len(loaded) == len(wanted), relation.name
        for row, record in zip(wanted, loaded, strict=True):
            found = {name.partition("/")[2]: plain(value) for name, value in record.items()}
            assert found == {name: plain(value) for name, value in row.items()}, relation.name


def plain(value: Any) -> Any:
    """A value whichever library gave it: texts as `str`, dates and times as pandas has them."""
    if isinstance(value, bytes):
        return value.decode()
    return pd.Timestamp(value) if isinstance(value, date) else value
