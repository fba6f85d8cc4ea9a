"""A block of articles that may cite each other: its records, and their related lists.

Everything made once per block is kept only while the block is written, so memory stays flat.
"""

from __future__ import annotations

from pipeline.sample.article import Article, make_article
from pipeline.sample.chance import Roll, roll_for
from pipeline.sample.days import Calendar, timestamp
from pipeline.sample.quirks import change_record
from pipeline.sample.render import render_related
from pipeline.sample.story import Story, stories_of_block

_STREAM = 4
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


class Block:
    """The stories of `indices` and, on demand, each article and its related list."""

    def __init__(
        self,
        seed: int,
        number: int,
        indices: range,
        articles: int,
        calendar: Calendar,
        longest_list: int = LONGEST_LIST,
    ) -> None:
        self._seed = seed
        self._longest_list = longest_list
        self._records: dict[int, Article] = {}
        self._mentions: dict[tuple[int, int], str] = {}
        self._story_of: dict[int, Story] = {}
        self._first_day: dict[int, int] = {}
        for story in stories_of_block(seed, number, indices):
            day = calendar.day(story.members[len(story.members) // 2], articles)
            for index in {*story.members, *story.cited}:
                self._story_of[index] = story
                self._first_day[index] = day

    def story(self, index: int) -> Story:
        """The story an article belongs to."""
        return self._story_of[index]

    def article(self, index: int) -> Article:
        """The record of one article."""
        record = self._records.get(index)
        if record is None:
            story = self._story_of[index]
            lead = None if index == story.members[0] else self.article(story.members[0])
            record = make_article(self._seed, index, story, self._first_day[index], lead)
            change_record(record)
            self._records[index] = record
        return record

    def related(self, index: int, *, repeat: bool = True) -> str:
        """The items of one article's related list, rendered; "" if it has none.

        With `repeat` an item is the same bytes in most lists; without, no two items are equal.
        """
        roll = roll_for(self._seed, _STREAM, index)
        items = self._choose(index, roll)
        if repeat:
            return "".join(
                self._mention(item, _variant(roll, index, place))
                for place, item in enumerate(items)
            )
        return "".join(self._unique_mention(item, index, place) for place, item in enumerate(items))

    def _choose(self, index: int, roll: Roll) -> list[int]:
        """Neighbours in the ring of cited articles, the early ones more often."""
        cited = self._story_of[index].cited
        if roll() < _NO_LIST or not cited:
            return []
        count = min(len(cited), 1 + int(roll() * self._longest_list))
        first = int(roll() * roll() * len(cited))
        chosen = [cited[(first + step) % len(cited)] for step in range(count)]
        return [item for item in chosen if item != index]

    def _mention(self, index: int, variant: int) -> str:
        key = (index, variant)
        text = self._mentions.get(key)
        if text is None:
            article = self.article(index)
            title, published, quality = article.title, article.published, article.quality
            if variant == 1:
                title += f" | {article.provider_name}"
            elif variant == 2:
                published = timestamp(article.minute + 47)
            elif variant == 3:
                quality = (quality or 0) // 2
            text = self._mentions[key] = render_related(article, title, published, quality)
            if variant == 4:
                text = self._mentions[key] = text.replace(f'"{article.url}"', '""', 1)
        return text

    def _unique_mention(self, index: int, by: int, place: int) -> str:
        article = self.article(index)
        text = render_related(
            article, f"{article.title} ({by}.{place})", article.published, article.quality
        )
        return text.replace(article.url, f"{article.url}/{by}-{place}", 1)


def _variant(roll: Roll, index: int, place: int) -> int:
    """0 as the article itself; 1 other title, 2 other date, 3 other quality, 4 no URL."""
    if place == 0 and index % _FIRST_ITEM_EVERY in _FIRST_ITEM:
        return _FIRST_ITEM[index % _FIRST_ITEM_EVERY]
    chance = roll()
    if chance < _WITHOUT_URL:
        return 4
    return 1 + int(roll() * 3) if chance < _WITHOUT_URL + _OBSERVED_ELSE else 0
