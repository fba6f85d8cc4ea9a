"""The steps of `docs/bi.md`: the code there runs, and what it says was tried is tried."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bi.readers import READERS, java_home
from tests.build_fixtures import DATA_RAW, Builder

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "bi.md").read_text(encoding="utf-8")
SECTIONS = {part.partition("\n")[0]: part for part in PAGE.split("\n## ")[1:]}
CODE = [
    pytest.param(code, id=name)
    for name, text in SECTIONS.items()
    for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL)
]


def test_every_tool_has_its_steps() -> None:
    tools = (
        "Power BI",
        "Tableau",
        "Superset",
        "Metabase",
        "Excel",
        "pandas",
        "R",
        "DuckDB",
        "Spark",
    )
    assert [name for name in SECTIONS if name in tools] == list(tools)


def test_every_reader_that_is_tried_is_named() -> None:
    for name in READERS:
        assert name.removesuffix(" on Arrow") in SECTIONS["What was tried"], name


def test_what_is_said_to_try_it_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", PAGE)
    assert named
    for path in named:
        assert (ROOT / path).exists(), path


@pytest.mark.slow
@pytest.mark.parametrize("code", CODE)
def test_the_code_runs(built: Builder, code: str, tmp_path: Path) -> None:
    environment = dict(os.environ)
    for package in set(re.findall(r"^(?:import|from) (\w+)", code, re.MULTILINE)):
        pytest.importorskip(package, reason="`make test-readers` has it")
    if "pyspark" in code:
        environment["JAVA_HOME"] = java_home()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "processed").symlink_to(built(DATA_RAW)[0])
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
