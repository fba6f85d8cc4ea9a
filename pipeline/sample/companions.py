"""The files beside the articles: pages about them, and files that become counted skips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.sample.articles import Article
from pipeline.sample.front_matter import quoted, secured
from pipeline.sample.providers import VIDEO
from pipeline.sample.words import WORDS, pick, roll_for, sentence, slug_of

_PAGE_STREAM, _EVENT_STREAM = 5, 6
_BLOBS = 1 << 38  # keeps their blobs apart from those of articles
_TEMPLATES = Path(__file__).parent / "templates"

SKIPS = {"event.md": 40, "person.md": 120, "video.md": 60}
"""Templates of front matter without category, and of how many articles one has such a file."""
LOGO = (_TEMPLATES / "logo.png").read_bytes()
"""A picture of one grey pixel."""


def _page_words(article: Article) -> dict[str, Any]:
    """Words of a page that names the article's provider, date, topic and subject."""
    subject, moment = article.story.subject, article.moment
    roll = roll_for(article.seed, _PAGE_STREAM, article.index)
    region = pick(roll, WORDS["regions"])
    sentences = [sentence(roll, "sentences", subject) for _ in range(3 + int(roll() * 6))]
    return {
        "dateline": f"{subject['place'].upper()}, {region}",
        "sentences": "\n\n".join(sentences),
        "section": pick(roll, WORDS["sections"]),
        "verb": pick(roll, WORDS["verbs"]),
        "sentence": sentence(roll, "sentences", subject),
        "date": f"{WORDS['months'][moment.month - 1]} {moment.day}, {moment.year}",
        "year": moment.year + 1,
    }


def _skip_words(article: Article) -> dict[str, Any]:
    """Words of an event on the day of the article, of a profile, and of a video."""
    index, subject = article.index, article.story.subject
    roll = roll_for(article.seed, _EVENT_STREAM, index)
    minutes = index % 50 + 2
    names = {
        "event": f"Open evening: the {subject['thing']} of {subject['place']}",
        "person": WORDS["people"][index // 7 % len(WORDS["people"])],
        "channel": VIDEO.names[index % len(VIDEO.names)],
        "video": f"{subject['thing'].capitalize()} of {subject['place']} in {minutes} minutes",
    }
    return {
        **names,
        **{f"{key}_slug": slug_of(name) for key, name in names.items()},
        "event_kind": pick(roll, WORDS["events"]),
        "host": pick(roll, WORDS["bodies"]),
        "heat": index % 90,
        "site": VIDEO.domain,
        "number": _BLOBS + index,
        "minutes": minutes,
        "excerpt": quoted(article.record["excerpt"]),
        "secured": secured(article.seed, _BLOBS + index),
    }


def companion(template: str, article: Article) -> tuple[str, bytes]:
    """Write the article's page or skip: path and content; a template starts with the path."""
    form = (_TEMPLATES / template).read_text(encoding="utf-8")
    text = form.format(
        **article.story.subject,
        **_page_words(article),
        **_skip_words(article),
        article=article,
        record=article.record,
        topics="\n".join(f"  - {topic}" for topic in article.story.topics),
    )
    path, _, content = text.partition("\n")
    return path, content.encode()
