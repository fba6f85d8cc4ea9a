"""Files that are no articles and no pages: each becomes a counted skip."""

from __future__ import annotations

import struct
import zlib

from pipeline.sample.article import Article, slug_of
from pipeline.sample.chance import pick, roll_for
from pipeline.sample.providers import VIDEO
from pipeline.sample.render import provider_lines, quoted, secured, topic_lines
from pipeline.sample.story import Story
from pipeline.sample.words import BODIES, PEOPLE

_STREAM = 6
_BLOBS = 1 << 38  # keeps their blobs apart from those of articles

README = """# A sample archive

Invented news records from `newsloom sample`: no outlet, place or person here exists.
"""


def event(seed: int, article: Article, story: Story) -> tuple[str, str]:
    """Path and content of an event on the day of the article: front matter without category."""
    roll = roll_for(seed, _STREAM, article.index)
    name = f"Open evening: the {story.thing} of {story.place}"
    url = f"https://events.example/{article.index}-{slug_of(name)}?lcid=en"
    content = (
        f"---\nname: {quoted(name)}\nexcerpt: {quoted(article.excerpt)}\noriginalUrl: {url}\n"
        f"type: {pick(roll, ('webinar', 'conference', 'meetup'))}\n"
        f"startDateTime: {article.day}T17:00:00Z\nendDateTime: {article.day}T21:00:00Z\n\n"
        f"{provider_lines(pick(roll, BODIES), 'events.example', image=True)}\n"
        f"{topic_lines(story.topics)}\n"
        f'secured: "{secured(seed, _BLOBS + article.index)}"\n---\n\n'
    )
    return f"_events/{article.day}-{slug_of(name)}.md", content


def person(seed: int, article: Article, story: Story) -> tuple[str, str]:
    """Path and content of a profile: front matter without category."""
    name = PEOPLE[article.index // 7 % len(PEOPLE)]
    provider = article.provider
    content = (
        f'---\nname: {quoted(name)}\nbio: "Writes about {story.topics[0]}. Views are my own."\n'
        f'location: {story.place}\ntype: "profile"\nheat: {article.index % 90}\n\n'
        f"affiliation:\n  name: {provider.names[0]}\n  domain: {provider.domain}\n\n"
        f"{topic_lines(story.topics[:1])}\n"
        f'secured: "{secured(seed, _BLOBS + article.index)}"\n---\n\n'
    )
    return f"_people/{slug_of(name)}-{article.index}.md", content


def uncategorised_video(seed: int, article: Article, story: Story) -> tuple[str, str]:
    """Path and content of a video listed without a category."""
    number = f"{_BLOBS + article.index:x}"
    channel = VIDEO.names[article.index % len(VIDEO.names)]
    title = f"{story.thing.capitalize()} of {story.place} in {article.index % 50 + 2} minutes"
    content = (
        f"---\ntitle: {quoted(title)}\nexcerpt: {quoted(article.excerpt)}\n"
        f"originalUrl: https://{VIDEO.domain}/watch?v={number}\ntype: video\n"
        f"length: PT{article.index % 50 + 2}M16S\npublishedDateTime: {article.published}\n"
        f"heat: 52\n\n{provider_lines(channel, VIDEO.domain)}\n{topic_lines(story.topics)}\n"
        f'secured: "{secured(seed, _BLOBS + article.index)}"\n---\n\n'
    )
    return f"_videos/{slug_of(channel)}-{slug_of(title)}.md", content


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def logo(number: int) -> bytes:
    """A PNG of one grey pixel. Stored, not deflated: zlib versions compress differently."""
    scanline = bytes((0, number % 256))
    stored = struct.pack("<BHH", 1, len(scanline), len(scanline) ^ 0xFFFF) + scanline
    pixels = b"\x78\x01" + stored + struct.pack(">I", zlib.adler32(scanline))
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", pixels)
        + _chunk(b"IEND", b"")
    )
