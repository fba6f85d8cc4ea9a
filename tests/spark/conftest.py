"""Servers for all tests of Spark, each started once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.sample import write_sample
from tests.odd_archive import write_odd_archive
from tests.odd_records import write_odd_records
from tests.spark.hard_archives import write_chains, write_damaged
from tests.spark.running import CHEAP, sail_server


@pytest.fixture(scope="session", autouse=True)
def events(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of the event logs of Spark, which reads its settings once, as it starts."""
    folder = tmp_path_factory.mktemp("events")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYSPARK_SUBMIT_ARGS", CHEAP.format(events=folder))
        yield folder


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of archives: odd records, a generated one, the same damaged, and one whose lists
    form long chains."""
    folder = tmp_path_factory.mktemp("archives")
    write_odd_archive(folder / "odd", 300, seed=3)
    write_odd_records(folder / "odd", 300, seed=4)
    write_sample(folder / "generated", 400, seed=5)
    write_damaged(folder / "generated", folder / "damaged")
    write_chains(folder / "chains")
    return folder


@pytest.fixture(scope="session")
def sail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of Sail."""
    with sail_server(tmp_path_factory.mktemp("sail") / "log") as address:
        yield address
