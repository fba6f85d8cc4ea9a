"""Good articles with something unusual: all load without a problem row.

A quirk falls on fixed places of every 250 articles, so that the smallest archive has each once
and a large one has them at the rates of real archives (0.4 % per place).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from pipeline.sample.article import Article, Image

_EVERY = 250


def _title_entities(article: Article) -> None:
    article.title = f"{article.title} &amp; what&#8217;s next"


def _excerpt_entities(article: Article) -> None:
    article.excerpt = f"&quot;Enough&quot; &#8211; {article.excerpt} Read more &hellip;"


def _decomposed(article: Article) -> None:
    article.title = unicodedata.normalize("NFD", f"Çà et là: {article.title} – naïve à Ångvik")


def _null_topic(article: Article) -> None:
    article.topics = (None, *article.topics)


def _fragment(article: Article) -> None:
    article.web_url = f"{article.url}#comments"


def _tracking(article: Article) -> None:
    article.web_url = f"{article.url}{'&' if '?' in article.url else '?'}utm_source=newsloop"


def _upper_case_host(article: Article) -> None:
    article.domain = article.domain.title()
    scheme, _, rest = article.url.partition("://")
    host, _, path = rest.partition("/")
    article.web_url = f"{scheme.upper()}://{host.upper()}/{path}"


def _unknown_keys(article: Article) -> None:
    article.extra = ["readingTime: 4\n", "desk:\n  name: Evening\n  editors: [2, no, ~]\n"]


def _body(article: Article) -> None:
    article.body = (
        f"## {article.title}\n\nA *longer* note, with [a link]({article.url}).\n\n"
        "- first point\n- second point\n"
    )


def _body_with_rule(article: Article) -> None:
    article.body = "Above the rule.\n\n---\n\nquality: below the rule, still the body\n"


def _unmeasured(article: Article) -> None:
    article.measured = False


def _removed(article: Article) -> None:
    article.measured, article.removed = True, True


def _relative_image(article: Article) -> None:
    article.images = [Image(f"/assets/images/{article.index}.jpg", 400, 400, True, None)]


def _offset_dates(article: Article) -> None:
    article.updated = article.published.replace("Z", "+02:00")
    article.published = article.published.replace("Z", ".750Z")


def _date_only(article: Article) -> None:
    article.published = article.day


def _sharp_characters(article: Article) -> None:
    article.title = f'{article.title} --- \\o/ #1: "yes" {{no}} [maybe] 100% 🎏'


def _nulls_and_comments(article: Article) -> None:
    article.amp_url = None
    article.extra = ["ampWebUrl: ~\n", 'cdnAmpWebUrl: ""  # none yet\n']


_RECORD_QUIRKS: dict[int, Callable[[Article], None]] = {
    5: _title_entities, 65: _title_entities, 11: _excerpt_entities, 71: _excerpt_entities,
    17: _decomposed, 23: _null_topic, 29: _fragment, 31: _tracking, 37: _upper_case_host,
    41: _unknown_keys, 43: _body, 47: _body_with_rule, 53: _unmeasured, 59: _removed,
    61: _relative_image, 67: _offset_dates, 73: _date_only, 79: _sharp_characters,
    107: _nulls_and_comments,
}  # fmt: skip


def _crlf(content: str) -> str:
    return content.replace("\n", "\r\n")


def _byte_order_mark(content: str) -> str:
    return "\ufeff" + content


def _dots_close(content: str) -> str:
    return content.replace("\n---\n", "\n...\n", 1)


def _blanks_after_fences(content: str) -> str:
    return content.replace("---\n", "---  \n", 1).replace("\n---\n", "\n--- \t\n", 1)


_PUBLISHED = re.compile(r"^publishedDateTime: (.*)$", re.MULTILINE)
_EXCERPT = re.compile(r'^excerpt: ".*"$', re.MULTILINE)


def _single_quotes(content: str) -> str:
    return _PUBLISHED.sub(r"publishedDateTime: '\1'", content, count=1)


def _folded_excerpt(content: str) -> str:
    folded = 'excerpt: >-\n  Folded over two lines:\n  the "second" ends here.'
    return _EXCERPT.sub(folded, content, count=1)


_TEXT_QUIRKS: dict[int, Callable[[str], str]] = {
    2: _crlf, 13: _crlf, 19: _byte_order_mark, 83: _dots_close, 89: _blanks_after_fences,
    97: _single_quotes, 101: _folded_excerpt,
}  # fmt: skip


def change_record(article: Article) -> None:
    """Give the article the quirk its index calls for, if any."""
    quirk = _RECORD_QUIRKS.get(article.index % _EVERY)
    if quirk:
        quirk(article)


def change_text(index: int, content: str) -> str:
    """The file's content with the quirk its index calls for, if any."""
    quirk = _TEXT_QUIRKS.get(index % _EVERY)
    return quirk(content) if quirk else content
