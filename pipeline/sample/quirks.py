"""Good articles with something unusual: all load without a problem row.

A quirk falls on fixed places of every 250 articles, so that the smallest archive has each once
and a large one has them at the rates of real archives (0.4 % per place).
"""

from __future__ import annotations

import re
from unicodedata import normalize

from pipeline.sample.articles import Article, tracked

_EVERY = 250


def change_words(article: Article) -> None:
    """Give the article the unusual title, excerpt or body its index calls for, if any."""
    record = article.record
    match article.index % _EVERY:
        case 5 | 65:
            record["title"] += " &amp; what&#8217;s next"
        case 11 | 71:
            record["excerpt"] = f"&quot;Enough&quot; &#8211; {record['excerpt']} Read more &hellip;"
        case 17:
            title = f"Çà et là: {record['title']} – naïve à Ångvik"
            record["title"] = normalize("NFD", title)
        case 43:
            article.body = (
                f"## {record['title']}\n\nA *longer* note, with [a link]({article.url}).\n\n"
                "- first point\n- second point\n"
            )
        case 47:
            article.body = "Above the rule.\n\n---\n\nquality: below the rule, still the body\n"
        case 79:
            record["title"] += ' --- \\o/ #1: "yes" {no} [maybe] 100% 🎏'


def change_fields(article: Article) -> None:
    """Give the article the unusual fields its index calls for, if any."""
    record = article.record
    match article.index % _EVERY:
        case 23:
            record["topics"] = ["", *record["topics"]]
        case 29:
            record["webUrl"] = f"{article.url}#comments"
        case 31:
            record["webUrl"] = tracked(article.url)
        case 37:
            scheme, _, rest = article.url.partition("://")
            host, _, path = rest.partition("/")
            record["webUrl"] = f"{scheme.upper()}://{host.upper()}/{path}"
            record["provider"]["domain"] = article.provider.domain.title()
        case 53:
            record |= dict.fromkeys(article.measures)
        case 59:
            record |= article.measures | {"removed": "true"}
        case 61:
            url = f"/assets/images/{article.index}.jpg"
            record["images"] = [{"url": url, "width": 400, "height": 400, "isCached": "true"}]
        case 67:
            published = record["publishedDateTime"]
            record["updatedDateTime"] = published.replace("Z", "+02:00")
            record["publishedDateTime"] = published.replace("Z", ".750Z")
        case 73:
            record["publishedDateTime"] = article.day
        case 107:
            record |= {"ampWebUrl": None, "cdnAmpWebUrl": None}


def change_text(index: int, content: str) -> str:
    """Write the file's content the unusual way its index calls for, if any."""
    match index % _EVERY:
        case 2 | 13:
            return content.replace("\n", "\r\n")
        case 19:
            return "\ufeff" + content
        case 41:
            keys = "readingTime: 4\ndesk:\n  name: Evening\n  editors: [2, no, ~]\n"
            return content.replace("\n\n", f"\n{keys}\n", 1)
        case 83:
            return content.replace("\n---\n", "\n...\n", 1)
        case 89:
            return content.replace("---\n", "---  \n", 1).replace("\n---\n", "\n--- \t\n", 1)
        case 97:
            return re.sub(r"(?m)^(publishedDateTime): (.*)$", r"\1: '\2'", content, count=1)
        case 101:
            folded = 'excerpt: >-\n  Folded over two lines:\n  the "second" ends here.'
            return re.sub(r'(?m)^excerpt: ".*"$', folded, content, count=1)
        case 107:
            keys = 'ampWebUrl: ~\ncdnAmpWebUrl: ""  # none yet\n'
            return content.replace("\n\n", f"\n{keys}\n", 1)
    return content
