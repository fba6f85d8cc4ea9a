"""A file of definitions is plain values, or none at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipeline.core.definition_file import read_definitions


def test_a_file_is_its_values(tmp_path: Path) -> None:
    path = tmp_path / "kelp.yml"
    path.write_text("name: Tang – é\nrows: [1, 2.5, true]\n", encoding="utf-8")
    assert read_definitions(path) == {"name": "Tang – é", "rows": [1, 2.5, True]}


def test_what_would_run_code_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kelp.yml"
    path.write_text("!!python/object/apply:os.getcwd []\n", encoding="utf-8")
    with pytest.raises(yaml.YAMLError, match="could not determine a constructor"):
        read_definitions(path)
