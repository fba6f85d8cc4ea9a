"""`newsloom init` writes a configuration that changes nothing, and never over another."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.configuration.reader import read
from pipeline.configuration.template import template
from pipeline.core.configuration import CONTRACT, FIELDS, keys
from tests.calling import call, loaded


def test_init_writes_it_next_to_the_archive(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    ended = call("init", "--raw", str(raw))
    assert ended.exit_code == 0
    written = (tmp_path / "newsloom.yml").read_text()
    assert written == template()
    assert read(written.encode(), tmp_path) == CONTRACT
    (tmp_path / "newsloom.yml").write_text("forms: [json]\n")
    again = call("init", "--raw", str(raw))
    assert (again.exit_code, (tmp_path / "newsloom.yml").read_text()) == (2, "forms: [json]\n")
    assert "is there already" in again.stderr
    (tmp_path / "newsloom.yml").unlink()
    told = loaded("init", "--raw", str(raw), "--json")
    assert told == {"file": str(tmp_path / "newsloom.yml")}


@pytest.mark.parametrize("raw", ["none", "none/raw", "none@main"])
def test_a_folder_that_is_not_there_fails(tmp_path: Path, raw: str) -> None:
    ended = call("init", "--raw", str(tmp_path / raw))
    assert (ended.exit_code, [*tmp_path.iterdir()]) == (2, [])
    assert f"{tmp_path / raw} is not there; give the archive with --raw" in ended.stderr


def test_every_key_and_field_is_in_it() -> None:
    text = template()
    for section, definition in keys().items():
        for name in definition.get("keys", {section: None}):
            assert f"{name}:" in text
    for field in FIELDS:
        has_default = field not in ("images.url", "body")
        assert (f"\n  # {field}: {field}\n" in text) is has_default
