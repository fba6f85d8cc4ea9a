"""An invented Hugo blog of any size, in the ways in which its posts are written."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.configuration.template import examples

_SYLLABLES = ("ka", "lo", "mi", "ren", "tu", "vas", "per", "ni", "sol", "da", "ger", "hu")
_FIRST = datetime(2015, 1, 1, 6, tzinfo=UTC)


class _Words:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.words = ["".join(self.dice.choices(_SYLLABLES, k=3)) for _ in range(400)]

    def text(self, count: int) -> str:
        return " ".join(self.dice.choices(self.words, k=count))


def write_hugo_blog(folder: Path, posts: int, seed: int = 1) -> Path:
    """Write `content/` with these posts and a section page, and its `newsloom.yml` next to it."""
    words = _Words(seed)
    content = folder / "content"
    for number in range(posts):
        day = _FIRST + timedelta(minutes=397 * number)
        post = content / f"posts/{day:%Y}/{number}-{words.text(1)}.md"
        post.parent.mkdir(parents=True, exist_ok=True)
        post.write_text(_post(words, day))
    (content / "_index.md").write_text("---\ntitle: A blog\n---\n")
    (folder / "newsloom.yml").write_text(examples()["hugo"])
    return content


def _post(words: _Words, day: datetime) -> str:
    tags = words.dice.sample(words.words[:30], 3)
    listed = (
        f" [{', '.join(tags)}]"
        if words.dice.random() < 0.3
        else "".join(f"\n  - {tag}" for tag in tags)
    )
    paragraphs = "\n\n".join(words.text(60) for _ in range(words.dice.randrange(2, 8)))
    return (
        f'---\ntitle: "{words.text(6).capitalize()}"\n'
        f"date: {day.isoformat()}\nlastmod: {(day + timedelta(days=1)).isoformat()}\n"
        f"draft: {'true' if words.dice.random() < 0.02 else 'false'}\n"
        f"description: {words.text(20)}\ntags:{listed}\ncategories:\n  - {words.text(1)}\n"
        f"author: {words.text(2)}\nweight: {words.dice.randrange(50)}\n---\n\n{paragraphs}\n"
    )
