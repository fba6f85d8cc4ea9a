"""One article as a record, made from the seed, its index and its story alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from pipeline.sample.front_matter import front_matter, secured
from pipeline.sample.providers import AGGREGATOR, REGIONAL, VIDEO, Provider
from pipeline.sample.stories import Story
from pipeline.sample.words import WORDS, Roll, pick, pick_early, roll_for, sentence, slug_of

_STREAM = 3
_FIRST_NUMBER = 30_000_000
_MINUTES_PER_DAY = 1440
_LONGEST_LAG = 30_000  # minutes: about three weeks
_KEYS = (
    "category", "title", "excerpt", "publishedDateTime", "updatedDateTime", "originalUrl",
    "webUrl", "ampWebUrl", "cdnAmpWebUrl", "type", "quality", "heat", "removed", "published",
    "\nfeaturedContent", "provider", "topics", "images",
)  # fmt: skip
_IMAGE_SIZES = ((1920, 1080), (1280, 720), (1200, 630), (800, 600), (500, 281), (640, 640))


@dataclass(slots=True)
class Article:
    """One article: `record` is its front matter in the order of the file; None is left out.

    `measures` are quality, heat and flags as others see them, even where the record has none.
    """

    seed: int
    index: int
    story: Story
    moment: datetime
    slug: str
    provider: Provider
    record: dict[str, Any]
    measures: dict[str, Any]
    body: str = ""

    @property
    def number(self) -> int:
        """Its number in URLs."""
        return _FIRST_NUMBER + self.index

    @property
    def url(self) -> str:
        """Where it can be read: `webUrl`, else `originalUrl`."""
        return str(self.record["webUrl"] or self.record["originalUrl"])

    @property
    def day(self) -> str:
        """The date that starts its file name."""
        return self.moment.isoformat()[:10]

    def text(self, related: str) -> str:
        """Write the whole file; `related` is the rendered list of items, "" for none."""
        items = f"\nrelated:\n{related}" if related else ""
        blob = secured(self.seed, self.index)
        return f'---\n{front_matter(self.record)}{items}\nsecured: "{blob}"\n---\n\n{self.body}'


def timestamp(moment: datetime, minutes: int = 0) -> str:
    """Write `2020-03-02T18:11:00Z`, some minutes later."""
    return f"{(moment + timedelta(minutes=minutes)).isoformat()}Z"


def _moment(story: Story, roll: Roll) -> datetime:
    """Most follow within hours of the story's first day, the last after days; few on weekends."""
    lag = int(roll() * roll() * roll() * _LONGEST_LAG) if len(story.members) > 1 else 0
    moment = story.day + timedelta(minutes=int(roll() * _MINUTES_PER_DAY) + lag)
    weekend = moment.weekday() >= 5
    return moment + timedelta(days=2) if roll() < 0.4 and weekend else moment


def _provider(roll: Roll) -> Provider:
    if roll() < 0.09:
        return VIDEO
    return AGGREGATOR if roll() < 0.04 else pick_early(roll, REGIONAL)


def _make_video(article: Article) -> None:
    player = f"https://{VIDEO.domain}/embed/{article.number:x}"
    article.record |= {
        "originalUrl": article.record["webUrl"],
        "webUrl": None,
        "type": "video",
        "\nfeaturedContent": f'<iframe width="800" height="500" src="{player}" '
        'allow="autoplay; picture-in-picture" allowfullscreen></iframe>',
    }


def _retell(article: Article, lead: Article, roll: Roll) -> None:
    """A reprint keeps the title of the lead; a second file of one page keeps its URL too."""
    record, first = article.record, lead.record
    article.slug = lead.slug
    record |= {"title": first["title"], "excerpt": first["excerpt"]}
    if roll() < 0.3 and first["webUrl"]:
        article.provider = lead.provider
        record["provider"] |= {"name": first["provider"]["name"], "domain": lead.provider.domain}
        record["webUrl"] = first["webUrl"]
    elif roll() < 0.4:
        record["title"] += f" {'|' if roll() < 0.5 else '-'} {record['provider']['name']}"


def _add_amp(article: Article) -> None:
    """The AMP address and its copy at the (invented) AMP cache."""
    host = f"amp.{article.provider.domain}"
    address = f"{host}/{article.slug}/{article.number}"
    cache = f"{host.replace('.', '-')}.cdn.ampmirror.example"
    article.record["ampWebUrl"] = f"https://{address}"
    article.record["cdnAmpWebUrl"] = f"https://{cache}/c/s/{address}"


def _measure(article: Article, roll: Roll) -> None:
    """Quality, heat (mostly not measured: -1) and flags; a few have none of them."""
    measured = roll() >= 0.015
    article.measures = {
        "quality": int(190 * roll() * (0.25 + 0.75 * roll())),  # half below 50
        "heat": -1 if roll() < 0.65 else int(240 * roll() * roll()),
        "published": "true" if roll() < 0.15 else "false",
        "removed": "true" if roll() < 0.002 else None,
    }
    if measured:
        article.record |= article.measures


def _images(article: Article, roll: Roll) -> list[dict[str, Any]] | None:
    if roll() < 0.25:
        return None
    images = []
    folder = f"https://images.{article.provider.domain}/{article.day.replace('-', '/')}"
    for place in range(1 if roll() < 0.94 else 3):
        width, height = pick(roll, _IMAGE_SIZES)
        title = article.record["title"] if roll() < 0.7 else None
        url = f"{folder}/{article.number}-{place}.jpg"
        cached = "true" if roll() < 0.8 else None
        images.append(
            {"url": url, "width": width, "height": height, "isCached": cached, "title": title}
        )
    if roll() < 0.02:
        images[0]["url"] = f"/assets/images/{article.number}.jpg"
    if roll() < 0.03:
        images[0] |= {"width": None, "height": None}
    if roll() < 0.05:
        images[0]["attribution"] = pick(roll, WORDS["people"])
    return images


def tracked(url: str) -> str:
    """Add to a URL the mark of a feed."""
    return f"{url}{'&' if '?' in url else '?'}utm_source=newsloop"


def _add_details(article: Article, roll: Roll) -> None:
    """What some records have: a logo, an update, the URL as a feed gives it."""
    record = article.record
    if roll() < 0.2:
        logo = f"/assets/images/organizations/{article.provider.domain}-50x50.jpg"
        record["provider"]["images"] = [{"url": logo, "width": 50, "height": 50}]
    if roll() < 0.15:
        record["updatedDateTime"] = timestamp(article.moment, int(roll() * _MINUTES_PER_DAY))
    if roll() < 0.05 and record["webUrl"]:
        if roll() < 0.5:
            record["originalUrl"] = record["webUrl"]
        record["webUrl"] = f"{tracked(record['webUrl'])}&utm_medium=rss"


def make_article(seed: int, index: int, story: Story, lead: Article | None) -> Article:
    """Make the article of `index`; `lead` is the story's first article, None for itself."""
    roll = roll_for(seed, _STREAM, index)
    provider = _provider(roll)
    title = sentence(roll, "titles", story.subject)
    moment, slug = _moment(story, roll), slug_of(title)
    record = dict.fromkeys(_KEYS) | {
        "category": "news",
        "title": title,
        "excerpt": sentence(roll, "excerpts", story.subject),
        "publishedDateTime": timestamp(moment),
        "webUrl": provider.url_form.format(slug=slug, number=_FIRST_NUMBER + index, day=moment),
        "type": "article",
        "provider": {"name": pick_early(roll, provider.names), "domain": provider.domain},
        "topics": story.topics if roll() < 0.8 else story.topics[:1],
    }
    article = Article(seed, index, story, moment, slug, provider, record, {})
    if provider is VIDEO:
        _make_video(article)
    elif lead is not None and roll() < 0.08:
        _retell(article, lead, roll)
    elif roll() < 0.3:
        _add_amp(article)
    _measure(article, roll)
    record["images"] = _images(article, roll)
    _add_details(article, roll)
    return article
