"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest_plugins = ["tests.build_fixtures"]


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder that holds the real archives, named by NEWSLOOM_CORPUS."""
    named = os.environ.get("NEWSLOOM_CORPUS")
    if not named:
        pytest.skip("NEWSLOOM_CORPUS names no folder of real archives")
    folder = Path(named)
    if not folder.is_dir():
        pytest.skip(f"NEWSLOOM_CORPUS names {folder}, which is no folder")
    return folder
