"""The report of a generated archive, open in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import pipeline
from pipeline.read.build import Build
from tests.build_fixtures import Builder
from tests.report.chromium import Chromium
from tests.report.exploring import asked


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    with Chromium(tmp_path_factory.mktemp("profile")) as browser:
        metrics = {"width": 1280, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.call("Emulation.setDeviceMetricsOverride", **metrics)
        yield browser


@pytest.fixture(scope="module")
def out(built: Builder, generated: Path) -> Path:
    return built(generated)[0]


@pytest.fixture(scope="module")
def results(out: Path) -> Iterator[Build]:
    with pipeline.open(out) as results:
        yield results


@pytest.fixture
def page(browser: Chromium, out: Path) -> Iterator[Chromium]:
    """The report just opened; nothing that is done with it asks for anything or complains."""
    browser.complaints.clear()
    browser.requests.clear()
    browser.open((out / "report.html").as_uri())
    yield browser
    browser.run("0")
    assert browser.complaints == []
    assert asked(browser) == {(out / "report.html").as_uri()}
