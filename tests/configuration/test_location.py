"""A configuration is the file given, else the one next to the archive, else the contract."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.configuration.location import configuration_of
from pipeline.core.configuration import CONTRACT
from pipeline.core.errors import UsageError
from tests.calling import call


def test_where_it_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    assert configuration_of(raw) == CONTRACT
    (tmp_path / "newsloom.yml").write_text("forms: [json]\n")
    assert configuration_of(raw).forms == ("json",)
    (tmp_path / "other.yml").write_text("forms: [page]\n")
    assert configuration_of(raw, tmp_path / "other.yml").forms == ("page",)
    monkeypatch.chdir(tmp_path)
    assert configuration_of(Path("raw")).forms == ("json",)


def test_it_lies_next_to_what_a_source_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "me@host"
    (folder / "news" / "posts").mkdir(parents=True)
    (folder / "newsloom.yml").write_text("forms: [json]\n")
    named = [f"{folder}/news", f"{folder}/news@main", f"{folder}/news@feature/x"]
    monkeypatch.chdir(folder / "news" / "posts")
    for source in (*named, ".."):
        assert configuration_of([source, "other.zip"]).forms == ("json",)
    assert configuration_of("s3://bucket/news") == CONTRACT


def test_of_an_address_it_is_written_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    ended = call("init", "--raw", "s3://bucket/news")
    assert ended.exit_code == 0
    assert "newsloom run --raw s3://bucket/news --config newsloom.yml" in ended.stdout
    assert configuration_of("s3://bucket/news", tmp_path / "newsloom.yml") == CONTRACT


def test_what_cannot_be_read_is_a_wrong_request(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: "):
        configuration_of(tmp_path, tmp_path)


@pytest.mark.parametrize("verb", [["run"], ["explain", "a.md"]])
def test_verbs_take_it_from_option_and_environment(
    tmp_path: Path, verb: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.md").write_text("---\ntitle: Kelp\n---\n")
    file = tmp_path / "other.yml"
    file.write_text("feilds: {}\n")
    arguments = [*verb, "--raw", str(tmp_path / "raw")]
    for option, named in ((["--config", str(file)], ""), ([], str(file))):
        monkeypatch.setenv("NEWSLOOM_CONFIG", named)
        ended = call(*arguments, *option)
        assert ended.exit_code == 2
        assert f"{file}, line 1: feilds: there is no key 'feilds'; did you mean fields?" in (
            ended.stderr.replace("\n", " ")
        )
