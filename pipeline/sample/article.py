"""One article as a record, made from the seed, its index and its story alone."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from pipeline.sample.chance import Roll, pick, pick_early, roll_for
from pipeline.sample.days import MINUTES_PER_DAY, day_text, on_a_workday, timestamp
from pipeline.sample.providers import AGGREGATOR, REGIONAL, VIDEO, Provider
from pipeline.sample.story import Story
from pipeline.sample.words import DETAILS, EXCERPT_FORMS, PEOPLE, TITLE_FORMS, VERBS

_STREAM = 3
_FIRST_NUMBER = 30_000_000
_LONGEST_LAG = 30_000  # minutes: about three weeks
_IMAGE_SIZES = ((1920, 1080), (1280, 720), (1200, 630), (800, 600), (500, 281), (640, 640))
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(slots=True)
class Image:
    """One image; None leaves the field out."""

    url: str
    width: int | None
    height: int | None
    cached: bool
    title: str | None
    attribution: str | None = None


@dataclass(slots=True)
class Article:
    """The fields of one front-matter record, as text ready to be written; None is left out."""

    index: int
    minute: int
    slug: str
    title: str
    excerpt: str
    published: str
    kind: str
    provider: Provider
    provider_name: str
    web_url: str | None
    topics: tuple[str | None, ...]
    images: list[Image]
    updated: str | None = None
    original_url: str | None = None
    amp_url: str | None = None
    quality: int | None = None
    heat: int | None = None
    measured: bool = True
    is_published: bool = False
    removed: bool = False
    featured: str | None = None
    provider_image: bool = False
    domain: str = ""
    extra: list[str] = field(default_factory=list)
    body: str = ""

    @property
    def url(self) -> str:
        """Where it can be read: `webUrl`, else `originalUrl`."""
        return self.web_url or self.original_url or ""

    @property
    def day(self) -> str:
        """The date that starts its file name."""
        return day_text(self.minute)


def slug_of(title: str) -> str:
    """A title as lower-case ASCII words joined by `-`, at most 90 characters."""
    if not title.isascii():
        title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", title.lower()).strip("-")[:90].rstrip("-")


def _text(form: str, story: Story, roll: Roll) -> str:
    text = form.format(
        place=story.place,
        body=story.body,
        thing=story.thing,
        verb=pick(roll, VERBS),
        detail=pick(roll, DETAILS),
        person=pick(roll, PEOPLE),
        count=2 + int(roll() * 400),
    )
    return text[0].upper() + text[1:]


def _web_url(provider: Provider, slug: str, number: int, day: str) -> str:
    style = provider.number % 4
    if style == 0:
        return f"https://{provider.host}/{slug}/{number}/"
    if style == 1:
        return f"https://{provider.host}/{day[:4]}/{day[5:7]}/{slug}-{number}"
    if style == 2:
        return f"https://{provider.host}/articles/{slug}-{number}.html"
    return f"http://{provider.host}/news/story?id={number}&section=local"


def _minute(story: Story, first_day: int, roll: Roll) -> int:
    """Most follow within hours of the story's first day, the last after days."""
    lag = int(roll() * roll() * roll() * _LONGEST_LAG) if len(story.members) > 1 else 0
    minute = first_day * MINUTES_PER_DAY + int(roll() * MINUTES_PER_DAY) + lag
    return on_a_workday(minute) if roll() < 0.4 else minute


def _quality(roll: Roll) -> int:
    """0..189, skewed: half below 50."""
    return int(190 * roll() * (0.25 + 0.75 * roll()))


def _images(article: Article, number: int, roll: Roll) -> list[Image]:
    if roll() < 0.25:
        return []
    made = []
    for place in range(1 if roll() < 0.94 else 3):
        width, height = pick(roll, _IMAGE_SIZES)
        path = f"{article.day.replace('-', '/')}/{number}-{place}.jpg"
        title = article.title if roll() < 0.7 else None
        url = f"https://images.{article.provider.domain}/{path}"
        made.append(Image(url, width, height, roll() < 0.8, title))
    if roll() < 0.02:
        made[0].url = f"/assets/images/{number}.jpg"
    if roll() < 0.03:
        made[0].width = made[0].height = None
    if roll() < 0.05:
        made[0].attribution = pick(roll, PEOPLE)
    return made


def _as_video(article: Article, number: int) -> None:
    article.kind = "video"
    article.original_url = f"https://{VIDEO.domain}/watch?v={number:x}"
    article.web_url = article.amp_url = None
    article.featured = (
        f'<iframe width="800" height="500" src="https://{VIDEO.domain}/embed/{number:x}" '
        'allow="autoplay; picture-in-picture" allowfullscreen></iframe>'
    )


def _retell(article: Article, lead: Article, roll: Roll) -> None:
    """A reprint keeps the title of the lead; a second file of one page keeps its URL too."""
    article.title, article.excerpt, article.slug = lead.title, lead.excerpt, lead.slug
    if roll() < 0.3 and lead.web_url:
        article.provider, article.provider_name = lead.provider, lead.provider_name
        article.web_url, article.original_url = lead.web_url, None
    elif roll() < 0.4:
        article.title += f" {'|' if roll() < 0.5 else '-'} {article.provider_name}"


def _provider(roll: Roll, video: bool) -> Provider:
    if video:
        return VIDEO
    return AGGREGATOR if roll() < 0.04 else pick_early(roll, REGIONAL)


def _measure(article: Article, roll: Roll) -> None:
    """Quality, heat (mostly not measured: -1) and flags; a few have none of them."""
    article.measured = roll() >= 0.015
    article.quality = _quality(roll)
    article.heat = -1 if roll() < 0.65 else int(240 * roll() * roll())
    article.is_published = roll() < 0.15
    article.removed = roll() < 0.002


def _track(article: Article, roll: Roll) -> None:
    """The URL as a feed gives it; half of these records keep the page's own beside it."""
    page = article.web_url or ""
    if roll() < 0.5:
        article.original_url = page
    article.web_url = f"{page}{'&' if '?' in page else '?'}utm_source=newsloop&utm_medium=rss"


def make_article(
    seed: int, index: int, story: Story, first_day: int, lead: Article | None
) -> Article:
    """The article of `index`; `lead` is the story's first article, None for itself."""
    roll = roll_for(seed, _STREAM, index)
    number = _FIRST_NUMBER + index
    provider = _provider(roll, video=roll() < 0.09)
    title = _text(pick(roll, TITLE_FORMS), story, roll)
    minute = _minute(story, first_day, roll)
    slug = slug_of(title)
    article = Article(
        index=index,
        minute=minute,
        slug=slug,
        title=title,
        excerpt=_text(pick(roll, EXCERPT_FORMS), story, roll),
        published=timestamp(minute),
        kind="article",
        provider=provider,
        provider_name=pick_early(roll, provider.names),
        web_url=_web_url(provider, slug, number, day_text(minute)),
        topics=story.topics if roll() < 0.8 else story.topics[:1],
        images=[],
    )
    if provider is VIDEO:
        _as_video(article, number)
    elif lead is not None and roll() < 0.08:
        _retell(article, lead, roll)
    elif roll() < 0.3:
        article.amp_url = f"https://amp.{provider.domain}/{slug}/{number}"
    _measure(article, roll)
    article.images = _images(article, number, roll)
    article.provider_image = roll() < 0.2
    article.domain = article.provider.domain
    if roll() < 0.15:
        article.updated = timestamp(minute + int(roll() * MINUTES_PER_DAY))
    if roll() < 0.05 and article.web_url:
        _track(article, roll)
    return article
