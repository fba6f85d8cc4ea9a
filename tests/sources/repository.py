"""A git repository with a history made by chance: files come, change, move, go and come back."""

from __future__ import annotations

import os
import random
import subprocess
from pathlib import Path

FIRST_COMMIT = 1_600_000_000
HOUR = 3_600
IDENTITY = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Kelp"), ("EMAIL", "kelp@moss.example"))
}


class Repository:
    """A repository in a folder, whose commits are an hour apart."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.commits = 0
        path.mkdir(parents=True)
        self.git("init", "--quiet")

    def git(self, *arguments: str, **environment: str) -> str:
        """What git prints."""
        done = subprocess.run(
            ["git", *arguments],
            cwd=self.path,
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, **IDENTITY, "GIT_CONFIG_GLOBAL": os.devnull, **environment},
        )
        return done.stdout

    def write(self, name: str, data: bytes) -> None:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def commit(self) -> int:
        """Commit all there is; gives when that was."""
        time = FIRST_COMMIT + self.commits * HOUR
        self.commits += 1
        self.git("add", "--all")
        date = f"{time} +0200"
        self.git("commit", "--quiet", "--allow-empty", "-m", "x", GIT_COMMITTER_DATE=date)
        return time

    def times_by_log(self, name: str) -> tuple[int, int]:
        """When a file was first and last committed, as `git log --follow` has it."""
        log = self.git("log", "--follow", "--format=%ct", "--", name).split()
        return int(log[-1]), int(log[0])


def with_history(path: Path, files: int, seed: int = 1) -> Repository:
    """A repository of about so many files, most of them with a history."""
    dice, repository = random.Random(seed), Repository(path)
    there: list[str] = []

    def text() -> bytes:
        return "\n".join(f"{dice.getrandbits(160):040x}" for _ in range(12)).encode()

    for number in range(files):
        there.append(f"_news/{number:04}.txt")
        repository.write(there[-1], text())
        if number % 5 == 0:
            repository.commit()
        if number % 3 == 0:
            name = dice.choice(there)
            with (path / name).open("ab") as file:
                file.write(b"\none more line")
        if number % 7 == 0:
            name = dice.choice(there)
            there.remove(name)
            there.append(f"moved/{number} {name.rpartition('/')[2]}")
            (path / "moved").mkdir(exist_ok=True)
            (path / name).rename(path / there[-1])
        if number % 11 == 0 and number:
            name = dice.choice(there)
            again = (path / name).read_bytes()
            (path / name).unlink()
            repository.commit()
            repository.write(name, again)
    repository.commit()
    return repository
