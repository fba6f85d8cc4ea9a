"""A git repository at a revision: its files as they were committed, and when; without a checkout.

Everything is read by `git` itself, which runs no hook, filter, pager or transport that the
repository names.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import Problem, SourceFailed, UsageError
from pipeline.core.limits import Limits
from pipeline.core.paths import archive_name
from pipeline.core.raw_content import RawContent
from pipeline.sources.folder import readable, too_large
from pipeline.sources.git_times import CommitTimes, commit_times
from pipeline.sources.listing import UNTRUSTED, Listing, stamps_of_member, tag_of_text
from pipeline.sources.members import Members

_SETTINGS = ("core.fsmonitor=false", "log.showRoot=true", "diff.renameLimit=1000")
_LOG = (
    *("log", "-z", "--format=%x01%ct", "--name-status", "--find-renames", "--no-diff-merges"),
    *("--no-color", "--no-show-signature", "--no-ext-diff", "--no-textconv", "--no-relative"),
)
_IS_SHALLOW = ("rev-parse", "--is-shallow-repository")
_LINK, _COMMIT = "120000", "160000"
_KEPT = "Nothing was published, and what was published before is untouched"


@dataclass(frozen=True, slots=True)
class GitFile:
    """One file of a commit: the id of its content, its size in bytes, and when it was committed."""

    source_path: str
    blob: str
    size: int
    problem: Problem | None
    times: CommitTimes


@dataclass(frozen=True, slots=True)
class GitFiles:
    """Some files of the repository at `path`: a `Reading`."""

    path: Path
    files: tuple[GitFile, ...]

    def contents(self, limits: Limits) -> list[RawContent]:
        """The bytes of each file, or the problem that there are none."""
        problems = [file.problem or too_large(file.size, limits) for file in self.files]
        wanted = [f.blob for f, problem in zip(self.files, problems, strict=True) if not problem]
        blobs = _blobs(self.path, wanted)
        return [
            RawContent(
                file.source_path,
                file.size,
                None if problem else next(blobs),
                problem,
                file.times.first,
                file.times.last,
            )
            for file, problem in zip(self.files, problems, strict=True)
        ]


class GitRevision:
    """The files of a repository, bare or not, at a revision: a `Source`.

    A commit is known by its id, a file by that of its content and by when it was committed, which
    a shallow clone does not tell: the oldest commit it has seems to have made all files.
    """

    was_read = False

    def __init__(self, path: Path, revision: str) -> None:
        self.raw = f"{path}@{revision}"
        self.name = re.sub(r"\.git$", "", archive_name(path)) or "archive"
        self.path = path
        self._revision = revision
        self._commit = ""
        self._is_shallow = False
        self._listing = Listing()
        self._blobs: list[str] | None = None
        self._times: dict[bytes, CommitTimes] = {}
        self._problems: dict[int, Problem] = {}

    def discover(self, former: Listing | None) -> Listing:
        """All files of the commit; not read at all where a `former` run knew it.

        Errors: `UsageError` where there is no such revision, `SourceFailed` where git fails.
        """
        started_ns = time.time_ns()
        self.was_read = False
        self._commit = self._resolved()
        self._is_shallow = _git(self.path, *_IS_SHALLOW).strip() == b"true"
        tag = self._tag()
        known = former.tagged(tag, UNTRUSTED, started_ns) if former else None
        self._blobs = None
        self._listing = known or self._listed(started_ns)
        return self._listing

    def _resolved(self) -> str:
        """The id of the commit."""
        wanted = f"{self._revision}^{{commit}}"
        try:
            found = _git(self.path, "rev-parse", "--verify", "--end-of-options", wanted)
        except SourceFailed as error:
            raise UsageError(
                f"{self.raw} is no commit: {error}. `git -C {self.path} log --oneline --all` lists "
                "those there are"
            ) from None
        return found.decode().strip()

    def _tag(self) -> bytes:
        """That of the commit, which is another once a shallow clone was completed."""
        return tag_of_text(f"{self._commit} {self._is_shallow}")

    def _listed(self, started_ns: int) -> Listing:
        """List the commit, which also says which content and times each file has."""
        self.was_read = True
        tree = _git(self.path, "ls-tree", "-r", "-l", "-z", "--full-tree", self._commit)
        entries = [entry.partition(b"\t") for entry in tree.split(b"\0")[:-1]]
        log = b"" if self._is_shallow else _git(self.path, *_LOG, self._commit, "--")
        self._times = commit_times(log, (name for _, _, name in entries))
        self._blobs = []
        members = Members(Listing(started_ns=started_ns))
        for about, _, name in entries:
            mode, _, blob, size = about.decode().split()
            if mode == _COMMIT:
                members.listing.leave_out("special_files")
                continue
            problem = Problem("linked_file", "the file is a link") if mode == _LINK else None
            times = self._times.get(name, CommitTimes())
            tag = tag_of_text(f"{blob} {times}")
            stamps = stamps_of_member(int(size), tag, is_its_own=True)
            if members.add(name, stamps, problem):
                self._blobs.append(blob)
        self._problems = members.problems
        return members.listing.close(UNTRUSTED, self._tag())

    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[GitFiles]:
        """Which contents to read for each share."""
        if self._blobs is None:
            self._listed(self._listing.started_ns)
        path = self.path.resolve()  # another process may work in another folder
        for share in shares:
            yield GitFiles(path, tuple(self._file(index) for index in share))

    def _file(self, index: int) -> GitFile:
        assert self._blobs is not None  # noqa: S101
        name, size = self._listing.names[index], self._listing.sizes[index]
        times = self._times.get(name, CommitTimes())
        problem = self._problems.get(index)
        return GitFile(readable(name), self._blobs[index], size, problem, times)


def is_bare(path: Path) -> bool:
    """Whether a folder is itself a repository, so that its files are not those of an archive."""
    return all((path / name).exists() for name in ("HEAD", "objects", "refs"))


def _blobs(path: Path, wanted: Sequence[str]) -> Iterator[bytes]:
    """The contents of these ids, in order."""
    if not wanted:
        return
    given = "".join(f"{blob}\n" for blob in wanted).encode()
    data, at = _git(path, "cat-file", "--batch", "--buffer", given=given), 0
    for blob in wanted:
        end = data.find(b"\n", at)
        about = data[at:end].split()
        if len(about) != 3 or about[1] != b"blob":
            raise SourceFailed(
                f"{path} lacks the content {blob}; fetch the repository anew. {_KEPT}"
            )
        at = end + 1 + int(about[2]) + 1
        yield data[end + 1 : at - 1]


def _git(path: Path, *arguments: str, given: bytes = b"") -> bytes:
    """What git prints. Errors: `SourceFailed` with its message."""
    settings = [word for setting in _SETTINGS for word in ("-c", setting)]
    try:
        done = subprocess.run(  # noqa: S603 - no word of it is taken for an option
            ["git", "--no-pager", *settings, *arguments],  # noqa: S607
            check=False,
            cwd=path,
            env=_environment(path),
            input=given,
            capture_output=True,
        )
    except OSError as error:
        raise SourceFailed(f"git cannot be run in {path}: {error.strerror}") from None
    if done.returncode:
        told = done.stderr.decode(errors="replace").strip() or f"exit code {done.returncode}"
        raise SourceFailed(f"git cannot read {path}: {told.splitlines()[0]}. {_KEPT}")
    return done.stdout


def _environment(path: Path) -> dict[str, str]:
    """That of this process, in which git looks at `path` alone, fetches and replaces nothing."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return kept | {
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_CEILING_DIRECTORIES": str(path.resolve().parent),
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
