"""Mutated real files: every run ends and reconciles, and the files beside them keep their rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Figures
from tests.mutate import Trial


@pytest.mark.slow
def test_mutants_of_real_files(corpus: Path, tmp_path: Path, record_property: Figures) -> None:
    trial = Trial(corpus, tmp_path, seed=7, witnesses=100)
    trial.run(1_500, workers=1)
    record_property("figures", f"mutants: {trial.tally}")
    assert trial.tally.is_clean
    assert trial.tally.status["rejected"] > 100, "the mutations must hurt"
    assert trial.tally.status["loaded"] > 100, "and not all of them"
