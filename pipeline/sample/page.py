"""Page text: what a scraper keeps of the web page that tells of an article."""

from __future__ import annotations

from pipeline.sample.article import Article
from pipeline.sample.chance import Roll, pick, roll_for
from pipeline.sample.days import DATES, MINUTES_PER_DAY
from pipeline.sample.story import Story
from pipeline.sample.words import DETAILS, PEOPLE, REGIONS, SECTIONS, SENTENCES, VERBS

_STREAM = 5
_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June",
           "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")  # fmt: skip

_CREDITS = " Credits "

UNRELATED_PAGE = f"""Weekend

Twelve ways with a single pumpkin

A cook's week in one vegetable, from soup to the last seed.

Posted Updated

LITTLE HAMM, V.V. — The pumpkin weighed nine kilos, and nobody wanted to carry it home twice.
"You start with the soup, because soup forgives," the cook says.

By midweek there is bread, and by the end a jam that sets on the third try.

{_CREDITS}

Copyright 2019 by Fireside Table. All rights reserved."""
"""A page that tells of no article of any archive: no provider, topic or date of one."""


def _spoken_date(article: Article) -> str:
    day = DATES[article.minute // MINUTES_PER_DAY]
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def _sentence(story: Story, roll: Roll) -> str:
    return pick(roll, SENTENCES).format(
        body=story.body,
        place=story.place,
        thing=story.thing,
        verb=pick(roll, VERBS),
        detail=pick(roll, DETAILS),
        person=pick(roll, PEOPLE),
        count=2 + int(roll() * 400),
    )


def page_text(seed: int, article: Article, story: Story) -> str:
    """A page that names the article's provider, date, topic and subject; no final newline."""
    roll = roll_for(seed, _STREAM, article.index)
    date = _spoken_date(article)
    opening = (
        f"{story.place.upper()}, {pick(roll, REGIONS)} — The {story.body} was still weighing its"
        f" {story.thing} on {date}, when {article.provider_name} reported on it under the headline"
        f" “{article.title}”."
    )
    topic = story.topics[0]
    context = (
        f"{article.provider_name} has followed {topic} in {story.place} since before {date}."
        f" The question comes up wherever {topic} is discussed."
    )
    body = "\n\n".join(_sentence(story, roll) for _ in range(3 + int(roll() * 6)))
    return (
        f"{pick(roll, SECTIONS)}\n\n"
        f"{story.place} looks back at the {story.thing} the {story.body} {pick(roll, VERBS)}\n\n"
        f"A closer look at what the {story.body} knew about the {story.thing}, and when.\n\n"
        f"Posted Updated\n\n{opening}\n{_sentence(story, roll)}\n\n"
        f"{context}\n\n{body}\n\n{_CREDITS}\n\n"
        f"Copyright {DATES[article.minute // MINUTES_PER_DAY].year + 1} by {article.provider_name}"
        " Company. All rights reserved. This material may not be republished."
    )
