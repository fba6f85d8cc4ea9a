"""Records as front-matter text: the key order, quoting and blank lines of real archives."""

from __future__ import annotations

from base64 import b64encode

from pipeline.sample.article import Article, Image
from pipeline.sample.chance import noise

_CDN = ".cdn.ampmirror.example/c/s/"


def quoted(text: str) -> str:
    """A double-quoted YAML scalar."""
    if '"' in text or "\\" in text or "\n" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def secured(seed: int, number: int) -> str:
    """An opaque blob: two base64 texts joined by `;`, of 400 to 700 characters."""
    blob = noise(seed, number, 320 + number % 200 + 16)
    return f"{b64encode(blob[16:]).decode()};{b64encode(blob[:16]).decode()}"


def amp_lines(amp_url: str | None, indent: str) -> str:
    """The AMP address and its copy at the (invented) AMP cache, or nothing."""
    if amp_url is None:
        return ""
    address = amp_url.removeprefix("https://")
    host = address.partition("/")[0].replace(".", "-")
    return (
        f'{indent}ampWebUrl: "{amp_url}"\n{indent}cdnAmpWebUrl: "https://{host}{_CDN}{address}"\n'
    )


def image_lines(image: Image, indent: str) -> str:
    """One item of a list of images."""
    lines = [f'{indent}- url: "{image.url}"\n']
    if image.width is not None:
        lines.append(f"{indent}  width: {image.width}\n{indent}  height: {image.height}\n")
    if image.cached:
        lines.append(f"{indent}  isCached: true\n")
    if image.title is not None:
        lines.append(f"{indent}  title: {quoted(image.title)}\n")
    if image.attribution is not None:
        lines.append(f"{indent}  attribution: {quoted(image.attribution)}\n")
    return "".join(lines)


def provider_lines(name: str, domain: str, *, image: bool = False) -> str:
    """The top-level provider, with its logo if `image`."""
    lines = f"provider:\n  name: {name}\n  domain: {domain}\n"
    if image:
        logo = f"/assets/images/organizations/{domain.lower()}-50x50.jpg"
        lines += f'  images:\n    - url: "{logo}"\n      width: 50\n      height: 50\n'
    return lines


def topic_lines(topics: tuple[str | None, ...]) -> str:
    """The list of topics; None is an empty item."""
    return "topics:\n" + "".join(f"  - {topic or ''}\n" for topic in topics)


def _measures(article: Article) -> str:
    if not article.measured:
        return ""
    removed = "removed: true\n" if article.removed else ""
    published = "true" if article.is_published else "false"
    return f"quality: {article.quality}\nheat: {article.heat}\n{removed}published: {published}\n"


def _optional(key: str, value: str | None, *, plain: bool = False) -> str:
    if value is None:
        return ""
    return f"{key}: {value if plain else quoted(value)}\n"


def render_article(article: Article, related: str, seed: int) -> str:
    """The whole file; `related` is the rendered list of items, "" for none."""
    parts = [
        f"---\ncategory: news\ntitle: {quoted(article.title)}\nexcerpt: {quoted(article.excerpt)}\n"
        f"publishedDateTime: {article.published}\n",
        _optional("updatedDateTime", article.updated, plain=True),
        _optional("originalUrl", article.original_url),
        _optional("webUrl", article.web_url),
        amp_lines(article.amp_url, ""),
        f"type: {article.kind}\n",
        _measures(article),
        *article.extra,
        f"\nfeaturedContent: {quoted(article.featured)}\n" if article.featured else "",
        "\n" + provider_lines(article.provider_name, article.domain, image=article.provider_image),
        "\n" + topic_lines(article.topics),
    ]
    if article.images:
        parts.append("\nimages:\n" + "".join(image_lines(image, "  ") for image in article.images))
    if related:
        parts.append("\nrelated:\n" + related)
    parts.append(f'\nsecured: "{secured(seed, article.index)}"\n---\n\n{article.body}')
    return "".join(parts)


def render_related(article: Article, title: str, published: str, quality: int | None) -> str:
    """The article as an item of another's related list; what it was seen with may differ."""
    image = ""
    if article.images:
        first = article.images[0]
        image = "    images:\n" + image_lines(
            Image(first.url, first.width, first.height, first.cached, None), "      "
        )
    return (
        f"  - title: {quoted(title)}\n    excerpt: {quoted(article.excerpt)}\n"
        f'    publishedDateTime: {published}\n    webUrl: "{article.url}"\n'
        f"{amp_lines(article.amp_url, '    ')}    type: {article.kind}\n    provider:\n"
        f"      name: {article.provider_name}\n      domain: {article.domain}\n"
        f"    quality: {quality}\n{image}"
    )
