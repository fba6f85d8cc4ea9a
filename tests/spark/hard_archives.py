"""Archives on which engines would differ, if they did: damaged ones, and lists that form chains."""

from __future__ import annotations

import random
from pathlib import Path

from tests.hostile import record


def write_damaged(source: Path, folder: Path) -> None:
    """A copy of an archive in which files are lost, doubled, cut off, or lack some lines."""
    rng = random.Random(9)
    for number, path in enumerate(sorted(each for each in source.rglob("*") if each.is_file())):
        data = path.read_bytes()
        match rng.choice(("whole", "whole", "lost", "doubled", "cut", "lines", "lines")):
            case "lost":
                continue
            case "doubled":
                _write(folder / f"again/{number}{path.suffix}", data)
            case "cut":
                data = data[: rng.randrange(len(data) + 1)]
            case "lines":
                lines = data.splitlines(keepends=True)
                data = b"".join(line for line in lines if line == b"---\n" or rng.random() > 0.05)
        _write(folder / path.relative_to(source), data)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def write_chains(folder: Path) -> None:
    """Articles that list one another in chains of up to 60, and some that share a URL."""
    folder.mkdir()
    for number in range(200):
        listed = number + 1 if number % 60 else number // 2
        more = (
            "related:\n- title: Another\n  publishedDateTime: 2021-03-04T05:06:07Z\n"
            f"  webUrl: https://hostile.example/{listed}\n"
            "  provider:\n    name: Hostile\n    domain: hostile.example\n"
        )
        published = f"2021-{1 + number % 12:02}-04T05:{number % 60:02}:07Z"
        text = record(more, f"Moss and fern {number % 7}", published, number - number % 50 // 49)
        (folder / f"{number}.md").write_bytes(text)
