"""A git repository at a revision gives the bytes of its checkout, and when each was committed."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pipeline.core.errors import SourceFailed, UsageError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.raw_content import RawContent
from pipeline.sources import git_revision
from pipeline.sources.git_revision import GitRevision
from pipeline.sources.listing import Listing
from pipeline.sources.raw_archive import open_archive
from tests.archives import contents_of
from tests.sources.repository import Repository, with_history
from tests.sources.test_archive_file import read


def times(path: Path | str) -> dict[str, tuple[int | None, int | None]]:
    found = read(path).values()
    return {each.source_path: (each.collected_at, each.revised_at) for each in found}


def data(found: dict[str, RawContent]) -> dict[str, bytes | None]:
    return {name: each.data for name, each in found.items()}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return with_history(tmp_path_factory.mktemp("git") / "news", 40)


def test_its_files_are_those_of_the_checkout(repository: Repository) -> None:
    wanted = contents_of(repository.path)
    found = data(read(f"{repository.path}@HEAD"))
    assert found == {name: each for name, each in wanted.items() if not name.startswith(".git/")}


@pytest.mark.parametrize("files", [40, pytest.param(260, marks=pytest.mark.slow)])
def test_times_are_those_of_git_log(tmp_path: Path, files: int) -> None:
    made = with_history(tmp_path / "news", files)
    found = times(f"{made.path}@HEAD")
    assert len(found) == files
    assert found == {name: made.times_by_log(name) for name in found}
    assert len({first for first, last in found.values() if first != last}) > files // 20


def test_a_copy_is_a_file_of_its_own_unlike_in_git_log(tmp_path: Path) -> None:
    """`git log --follow` takes a new record that is much like an old one for a copy of it."""
    made = Repository(tmp_path / "news")
    record = "".join(f"field{number}: kelp\n" for number in range(30))
    made.write("old.md", f"title: Kelp\n{record}".encode())
    first = made.commit()
    made.write("copy.md", f"title: Kelp\n{record}".encode())
    made.write("alike.md", f"title: Moss\n{record}".encode())
    later = made.commit()
    assert times(f"{made.path}@HEAD") == {
        "old.md": (first, first),
        "copy.md": (later, later),
        "alike.md": (later, later),
    }
    assert made.times_by_log("copy.md") == made.times_by_log("alike.md") == (first, later)


def test_a_bare_repository_and_an_older_revision_are_read(
    repository: Repository, tmp_path: Path
) -> None:
    bare = tmp_path / "news.git"
    repository.git("clone", "--quiet", "--bare", ".", str(bare))
    assert times(bare) == times(f"{bare}@HEAD") == times(f"{repository.path}@HEAD")
    old = open_archive(f"{bare}@HEAD~3")
    assert 0 < len(old.discover().names) < len(read(bare))
    assert old.name == open_archive(bare).name == "news"


def test_a_shallow_clone_tells_no_times_until_it_is_completed(
    repository: Repository, tmp_path: Path
) -> None:
    shallow = Repository(tmp_path / "shallow")
    shallow.git("fetch", "--quiet", "--depth", "1", f"file://{repository.path}")
    raw = f"{shallow.path}@FETCH_HEAD"
    former, _ = listed(raw)
    assert set(times(raw).values()) == {(None, None)}
    assert data(read(raw)) == data(read(f"{repository.path}@HEAD"))
    shallow.git("fetch", "--quiet", "--unshallow", f"file://{repository.path}")
    again, _ = listed(raw, former)
    assert not again.is_same(former)
    assert times(raw) == times(f"{repository.path}@HEAD")


def test_what_is_no_file_is_left_out_or_rejected(tmp_path: Path) -> None:
    made = Repository(tmp_path / "odd@home")
    made.write("a b\n.md", b"one")
    made.write(".github/b.md", b"two")
    (made.path / "link.md").symlink_to("/etc/passwd")
    made.write("large.md", b"x" * 100)
    made.commit()
    made.git("update-index", "--add", "--cacheinfo", "160000", "1" * 40, "module")
    made.git("commit", "--quiet", "-m", "a module")
    found = read(f"{made.path}@HEAD", Limits(max_file_bytes=50))
    codes = {name: each.problem and each.problem.code for name, each in found.items()}
    assert codes == {"a b\n.md": None, "large.md": "file_too_large", "link.md": "linked_file"}
    left_out = open_archive(f"{made.path}@HEAD").discover().left_out
    assert left_out == {"symbolic_links": 0, "hidden": 1, "special_files": 1}


def listed(raw: str, former: Listing | None = None) -> tuple[Listing, GitRevision]:
    archive = open_archive(raw)
    [source] = archive.sources
    assert isinstance(source, GitRevision)
    return archive.discover(former), source


def test_a_commit_is_known_by_its_id(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    former, first = listed(f"{repository.path}@HEAD")
    assert first.was_read
    packed = Listing.unpacked(former.packed())
    asked: list[str] = []
    ask = git_revision._git

    def note(path: Path, *words: str, **more: bytes) -> bytes:
        asked.append(words[0])
        return ask(path, *words, **more)

    monkeypatch.setattr(git_revision, "_git", note)
    again, source = listed(f"{repository.path}@master", packed)
    assert asked == ["rev-parse", "rev-parse"]
    assert not source.was_read
    assert again.is_same(former)
    [reading] = source.readings([[0]])
    [content] = reading.contents(DEFAULT_LIMITS)
    assert content.data
    assert content.collected_at


def test_what_a_commit_changes_is_known_without_reading(tmp_path: Path) -> None:
    made = with_history(tmp_path / "news", 12)
    former, _ = listed(f"{made.path}@HEAD")
    edited = min(contents_of(made.path / "_news"))
    made.write(f"_news/{edited}", b"another")
    made.commit()
    now, _ = listed(f"{made.path}@HEAD", former)
    differ = [
        name
        for index, name in enumerate(now.names)
        if now.is_known_by_content(index) and now.stamps(index) != former.stamps(index)
    ]
    assert differ == [f"_news/{edited}".encode()]


@pytest.mark.parametrize("revision", ["nowhere", "--help", "-x", "HEAD~9999", "HEAD:_news", ""])
def test_an_unknown_revision_is_named(repository: Repository, revision: str) -> None:
    with pytest.raises(UsageError, match=r"is no commit: .*log --oneline --all"):
        open_archive(f"{repository.path}@{revision}").discover()


def test_a_folder_within_a_repository_is_none(repository: Repository) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        open_archive(f"{repository.path}/_news@HEAD").discover()


def test_a_repository_that_lacks_something_fails(tmp_path: Path) -> None:
    made = with_history(tmp_path / "news", 6)
    raw = f"{made.path}@HEAD"
    archive = open_archive(raw)
    archive.discover()
    for path in (made.path / ".git" / "objects").rglob("*"):
        if path.is_file():
            path.chmod(0o600)
            path.write_bytes(b"damaged")
    with pytest.raises(SourceFailed, match=r"git cannot read .*news|lacks"):
        list(archive.digests([0]))


def test_nothing_of_the_repository_is_run(tmp_path: Path) -> None:
    made = with_history(tmp_path / "news", 3)
    made.write(".gitattributes", b"* diff=x filter=x\n")
    made.commit()
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path / 'RUN'}\n")
    trap.chmod(0o700)
    for key in ("core.pager", "core.fsmonitor", "diff.external", "core.sshCommand", "gpg.program"):
        made.git("config", key, str(trap))
    for key, value in {
        "log.showSignature": "true",
        "pager.log": str(trap),
        "alias.log": f"!{trap}",
        "diff.x.textconv": str(trap),
        "remote.origin.url": f"ext::{trap}",
        "remote.origin.promisor": "true",
        "protocol.ext.allow": "always",
    }.items():
        made.git("config", key, value)
    raw = f"{made.path}@HEAD"
    assert len(read(raw)) == 3
    assert not (tmp_path / "RUN").exists()
    blob = made.git("rev-parse", f"HEAD:{min(read(raw))}").strip()
    (made.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    (tmp_path / "RUN").unlink(missing_ok=True)  # of that very command
    with pytest.raises((SourceFailed, UsageError)):
        read(raw)
    assert not (tmp_path / "RUN").exists()


def test_the_environment_names_no_other_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Repository(tmp_path / "other")
    other.write("other.md", b"other")
    other.commit()
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    names = list(open_archive(f"{repository.path}@HEAD").discover().names)
    assert b"other.md" not in names
    assert os.environ["GIT_DIR"]


def test_without_git_it_is_said(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise FileNotFoundError(2, "No such file or directory", "git")

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(UsageError, match="git cannot be run"):
        open_archive(f"{repository.path}@HEAD").discover()
