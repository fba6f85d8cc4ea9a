"""A block of articles that may list each other: its records, and their related lists.

Everything made once per block is kept only while the block is written, so memory stays flat.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.sample.articles import Article, make_article, timestamp
from pipeline.sample.front_matter import list_item
from pipeline.sample.quirks import change_fields, change_words
from pipeline.sample.stories import Calendar, Story, stories_of_block
from pipeline.sample.words import Roll, roll_for

_STREAM = 4
_LARGEST_BLOCK = 600
_ITEM_KEYS = (
    "title", "excerpt", "publishedDateTime", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "type",
    "provider", "quality", "images",
)  # fmt: skip
_NO_LIST = 0.12
LONGEST_LIST = 30
"""Most related items of an article, unless more are asked for."""
_OBSERVED_ELSE = 0.002
"""Share of mentions whose title, date or quality is not what the article's own file says."""
_WITHOUT_URL = 0.0015
"""Share of mentions whose webUrl is empty."""
_FIRST_ITEM_EVERY = 250
_FIRST_ITEM = {3: 4, 9: 1, 15: 2, 21: 3, 33: 4, 39: 1, 45: 2, 51: 3}
"""Of so many articles, those whose first item is a given variant: small archives hold each."""


def blocks_of(seed: int, articles: int, longest_list: int) -> Iterator[Block]:
    """Make the blocks of an archive: each a few months of a small one, hours of a large one."""
    calendar = Calendar(seed, articles)
    size = min(_LARGEST_BLOCK, max(20, articles // 3))
    for number, first in enumerate(range(0, articles, size)):
        indices = range(first, min(first + size, articles))
        stories = stories_of_block(seed, number, indices, calendar)
        yield Block(seed, indices, stories, longest_list)


class Block:
    """The stories of a block and, on demand, each article and its related list."""

    def __init__(self, seed: int, indices: range, stories: list[Story], longest_list: int) -> None:
        self.indices = indices
        self._seed = seed
        self._longest_list = longest_list
        self._records: dict[int, Article] = {}
        self._mentions: dict[tuple[int, int | str], str] = {}
        self._story_of = {
            index: story for story in stories for index in (*story.members, *story.listed)
        }

    def article(self, index: int) -> Article:
        """Make the record of one article."""
        if index not in self._records:
            story = self._story_of[index]
            lead = None if index == story.members[0] else self.article(story.members[0])
            article = make_article(self._seed, index, story, lead)
            change_words(article)
            change_fields(article)
            self._records[index] = article
        return self._records[index]

    def related(self, index: int, *, repeat: bool) -> str:
        """Render the items of one article's related list; "" if it has none.

        With `repeat` an item is the same bytes in most lists; without, no two items are equal.
        """
        roll = roll_for(self._seed, _STREAM, index)
        mentions = [
            self._mention(item, _variant(roll, index, rank) if repeat else f"{index}.{rank}")
            for rank, item in enumerate(self._choose(index, roll))
        ]
        return "".join(mentions)

    def _choose(self, index: int, roll: Roll) -> list[int]:
        """Neighbours in the ring of listed articles, the early ones more often."""
        listed = self._story_of[index].listed
        if roll() < _NO_LIST or not listed:
            return []
        count = min(len(listed), 1 + int(roll() * self._longest_list))
        first = int(roll() * roll() * len(listed))
        chosen = [listed[(first + step) % len(listed)] for step in range(count)]
        return [item for item in chosen if item != index]

    def _mention(self, index: int, variant: int | str) -> str:
        key = (index, variant)
        if key not in self._mentions:
            article = self.article(index)
            self._mentions[key] = _render_mention(article, _observed(article, variant))
        return self._mentions[key]


def _variant(roll: Roll, index: int, rank: int) -> int:
    """0 as the article itself; 1 other title, 2 other date, 3 other quality, 4 no URL."""
    if rank == 0 and index % _FIRST_ITEM_EVERY in _FIRST_ITEM:
        return _FIRST_ITEM[index % _FIRST_ITEM_EVERY]
    chance = roll()
    if chance < _WITHOUT_URL:
        return 4
    return 1 + int(roll() * 3) if chance < _WITHOUT_URL + _OBSERVED_ELSE else 0


def _observed(article: Article, variant: int | str) -> dict[str, Any]:
    """What a mention of the variant says otherwise than the article's own file."""
    record = article.record
    match variant:
        case 1:
            return {"title": f"{record['title']} | {record['provider']['name']}"}
        case 2:
            return {"publishedDateTime": timestamp(article.moment, minutes=47)}
        case 3:
            return {"quality": article.measures["quality"] // 2}
        case 4:
            return {"webUrl": ""}
        case str():
            url = f"{article.url}/{variant.replace('.', '-')}"
            return {"title": f"{record['title']} ({variant})", "webUrl": url}
    return {}


def _render_mention(article: Article, observed: dict[str, Any]) -> str:
    """The article as an item of another's related list; what it was seen with may differ."""
    record = article.record
    item = {key: record[key] for key in _ITEM_KEYS} | {
        "webUrl": article.url,
        "provider": record["provider"] | {"images": None},
        "quality": article.measures["quality"],
    }
    if record["images"]:
        item["images"] = [record["images"][0] | {"title": None, "attribution": None}]
    return list_item(item | observed, "  ")
