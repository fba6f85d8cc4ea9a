"""Four archives of other families, in their layouts and with invented words, and what each holds.

What is expected is written by hand: of each table the rows by their key columns, without ids,
digests and what is NULL. The module is long because it is data: what an archive holds stands next
to its files, so that they can be compared by eye.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, NamedTuple

Rows = list[dict[str, Any]]


class Family(NamedTuple):
    """The files of an archive by their paths, and the rows of each table; all others are empty."""

    files: dict[str, str]
    tables: dict[str, Rows]


def _record(fence: str, head: str, body: str) -> str:
    return f"{fence}\n{head}{fence}\n{body}"


def _article(at: datetime, **columns: Any) -> dict[str, Any]:
    """A row of `articles`: what is the same in all of them unless it is given."""
    same: dict[str, Any] = {
        "published_at": at,
        "published_date": at.date(),
        "published_precision": "time",
        "topic_count": 0,
        "image_count": 0,
        "has_secured": False,
        "body_word_count": 0,
    }
    url = columns["url"]
    row = same | {"web_url": url, "canonical_url": url} | columns
    return {name: value for name, value in row.items() if value is not None}


def _file(path: str, kind: str, status: str, reason: str | None = None) -> dict[str, Any]:
    found = {"source_path": path, "kind": kind, "status": status}
    return found | ({"reason": reason} if reason else {})


def _reject(path: str, code: str, line: int, message: str, **columns: str) -> dict[str, Any]:
    """A row of `rejects`, the only one of its file."""
    same = {"source_path": path, "problem_number": 1, "severity": "error", "code": code}
    return same | {"line": line, "message": message} | columns


def _topic(path: str, topic: str, position: int) -> dict[str, Any]:
    return {"source_path": path, "topic": topic, "topic_position": position}


def _image(path: str, position: int, url: str, host: str | None = None) -> dict[str, Any]:
    """A row of `images`: of an article, relative where it has no host."""
    found = {"source_path": path, "owner": "article", "image_position": position, "url": url}
    return found | ({"host": host} if host else {}) | {"is_relative": host is None}


_BLOG = {"provider_domain": "blog.example", "provider_name": "The Blog"}

HUGO = Family(
    {
        "_index.md": _record("---", "title: The Blog\n", "Welcome.\n"),
        "about.md": _record("+++", 'title = "About"\n', "Who we are.\n"),
        "posts/kelp.md": _record(
            "---",
            'title: "Kelp under the ice"\ndate: 2024-02-02T04:14:54-08:00\nlastmod: 2024-02-03\n'
            "draft: false\ndescription: A forest grows in the dark.\ntags:\n  - kelp\n  - ice\n"
            "categories: [sea]\nweight: 10\nparams:\n  author: Ada Moss\n",
            "The forest grows.\n",
        ),
        "posts/moss/index.md": _record(
            "+++",
            "date = 2024-07-05 09:30:00\ndraft = true\ntitle = 'Moss'\ntags = ['kelp']\n"
            "images = ['moss.jpg', 'https://img.example/b.png']\n[params]\nauthor = 'Bo Fern'\n",
            "",
        ),
        "posts/fog.md": _record("---", "title: Fog\ndate: 2024-07-06\nslug: the-fog\n", "Fog.\n"),
        "posts/late.md": _record("---", "title: Late\ndate: soon\n", ""),
        "posts/broken.md": "+++\ntitle = Moss\n+++\n",
    },
    {
        "files": [
            _file("_index.md", "other", "skipped", "no_category"),
            _file("about.md", "other", "skipped", "no_category"),
            _file("posts/broken.md", "article", "rejected", "invalid_toml"),
            _file("posts/fog.md", "article", "loaded"),
            _file("posts/kelp.md", "article", "loaded"),
            _file("posts/late.md", "article", "rejected", "invalid_field"),
            _file("posts/moss/index.md", "article", "loaded"),
        ],
        "rejects": [
            _reject("posts/broken.md", "invalid_toml", 2, "Invalid value"),
            _reject(
                "posts/late.md",
                "invalid_field",
                3,
                "not an ISO 8601 date or time",
                field="date",
                raw_value="soon",
            ),
        ],
        "articles": [
            _article(
                datetime(2024, 7, 6),
                **_BLOG,
                source_path="posts/fog.md",
                collection="posts",
                slug="fog",
                category="post",
                title="Fog",
                published_precision="date",
                url="https://blog.example/posts/fog/",
                is_published=True,
                body_text="Fog.",
                body_word_count=1,
                extra='{"slug": "the-fog"}',
            ),
            _article(
                datetime(2024, 2, 2, 12, 14, 54),
                **_BLOG,
                source_path="posts/kelp.md",
                collection="posts",
                slug="kelp",
                category="post",
                title="Kelp under the ice",
                excerpt="A forest grows in the dark.",
                updated_at=datetime(2024, 2, 3),
                url="https://blog.example/posts/kelp/",
                is_published=True,
                topic_count=2,
                body_text="The forest grows.",
                body_word_count=3,
                extra='{"categories": ["sea"], "params": {"author": "Ada Moss"}, "weight": "10"}',
                author="Ada Moss",
                weight=10,
            ),
            _article(
                datetime(2024, 7, 5, 7, 30),
                **_BLOG,
                source_path="posts/moss/index.md",
                collection="moss",
                slug="index",
                category="post",
                title="Moss",
                url="https://blog.example/posts/moss/",
                is_published=False,
                topic_count=1,
                image_count=2,
                extra='{"params": {"author": "Bo Fern"}}',
                author="Bo Fern",
            ),
        ],
        "article_topics": [
            _topic("posts/kelp.md", "ice", 2),
            _topic("posts/kelp.md", "kelp", 1),
            _topic("posts/moss/index.md", "kelp", 1),
        ],
        "images": [
            _image("posts/moss/index.md", 1, "moss.jpg"),
            _image("posts/moss/index.md", 2, "https://img.example/b.png", "img.example"),
        ],
        "topics": [{"topic": "ice", "article_count": 1}, {"topic": "kelp", "article_count": 2}],
        "providers": [
            {
                **_BLOG,
                "name_count": 1,
                "article_count": 3,
                "mention_count": 0,
                "first_published_at": datetime(2024, 2, 2, 12, 14, 54),
                "last_published_at": datetime(2024, 7, 6),
            }
        ],
        "provider_names": [{**_BLOG, "article_count": 3, "mention_count": 0}],
    },
)

JEKYLL = Family(
    {
        "about.md": _record("---", "layout: page\ntitle: About\n", ""),
        "2023-11-05-first-snow.md": _record(
            "---",
            'layout: post\ntitle: "First snow"\ndate: 2023-11-05 20:00:00 -0500\n'
            "categories: weather north\ntags: snow ice\nauthor: Ada Moss\n"
            "image:\n  path: /img/snow.jpg\n",
            "It snowed.\n",
        ),
        "2023-12-24-thaw.markdown": _record(
            "---",
            "layout: post\ntitle: Thaw\ncategory: weather\ntags: [snow]\npublished: false\n"
            "last_modified_at: 2023-12-25 12:00\nexcerpt: The ice goes.\n",
            "",
        ),
    },
    {
        "files": [
            _file("2023-11-05-first-snow.md", "article", "loaded"),
            _file("2023-12-24-thaw.markdown", "article", "loaded"),
            _file("about.md", "other", "skipped", "no_category"),
        ],
        "articles": [
            _article(
                datetime(2023, 11, 6, 1),
                **_BLOG,
                source_path="2023-11-05-first-snow.md",
                slug="first-snow",
                category="weather north",
                title="First snow",
                url="https://blog.example/2023/11/05/first-snow.html",
                is_published=True,
                topic_count=2,
                image_count=1,
                body_text="It snowed.",
                body_word_count=2,
                extra='{"author": "Ada Moss", "layout": "post"}',
            ),
            _article(
                datetime(2023, 12, 24),
                **_BLOG,
                source_path="2023-12-24-thaw.markdown",
                slug="thaw",
                category="weather",
                title="Thaw",
                excerpt="The ice goes.",
                published_precision="date",
                updated_at=datetime(2023, 12, 25, 17),
                url="https://blog.example/2023/12/24/thaw.html",
                is_published=False,
                topic_count=1,
                extra='{"layout": "post"}',
            ),
        ],
        "article_topics": [
            _topic("2023-11-05-first-snow.md", "ice", 2),
            _topic("2023-11-05-first-snow.md", "snow", 1),
            _topic("2023-12-24-thaw.markdown", "snow", 1),
        ],
        "images": [
            _image("2023-11-05-first-snow.md", 1, "/img/snow.jpg"),
        ],
        "topics": [{"topic": "ice", "article_count": 1}, {"topic": "snow", "article_count": 2}],
        "providers": [
            {
                **_BLOG,
                "name_count": 1,
                "article_count": 2,
                "mention_count": 0,
                "first_published_at": datetime(2023, 11, 6, 1),
                "last_published_at": datetime(2023, 12, 24),
            }
        ],
        "provider_names": [{**_BLOG, "article_count": 2, "mention_count": 0}],
    },
)


def _crawled(**fields: Any) -> str:
    """A record as news-please saves it."""
    same: dict[str, Any] = {
        "authors": [],
        "date_download": "2020-05-02 08:00:00",
        "date_modify": None,
        "date_publish": None,
        "description": None,
        "filename": "kelp.json",
        "image_url": None,
        "language": "en",
        "localpath": None,
        "maintext": None,
        "source_domain": "www.tidepost.example",
        "title_page": None,
        "title_rss": None,
        "url": "https://www.tidepost.example/kelp",
    }
    return json.dumps(same | fields, indent=2, sort_keys=True)


_SEEN = {"date_download": "2020-05-02 08:00:00", "filename": "kelp.json", "language": "en"}
_NEVER = dict.fromkeys(("localpath", "title_page", "title_rss"))


def _extra(**fields: Any) -> str:
    return json.dumps(_SEEN | _NEVER | fields, sort_keys=True)


NEWS_PLEASE = Family(
    {
        "tidepost/kelp.json": _crawled(
            authors=["Ada Moss", "Bo Fern"],
            date_publish="2020-05-01 17:03:00",
            date_modify="None",
            description="A forest.",
            image_url="https://img.example/kelp.jpg",
            maintext="It grows.\nIt grows on.",
            title="Kelp \u2018forest\u2019",
        ),
        "tidepost/later.json": _crawled(
            date_publish="None", title="Later", url="https://www.tidepost.example/later"
        ),
        "tidepost/empty.json": _crawled(title=None),
        "tidepost/cut.json": '{\n  "title": "Moss",\n  "url": ',
        "notes.txt": "A list of what was crawled\n",
    },
    {
        "files": [
            _file("notes.txt", "other", "skipped", "other_file_type"),
            _file("tidepost/cut.json", "article", "rejected", "invalid_json"),
            _file("tidepost/empty.json", "other", "skipped", "no_category"),
            _file("tidepost/kelp.json", "article", "loaded"),
            _file("tidepost/later.json", "article", "rejected", "missing_field"),
        ],
        "rejects": [
            _reject("tidepost/cut.json", "invalid_json", 3, "Expecting value"),
            _reject(
                "tidepost/later.json",
                "missing_field",
                5,
                "date_publish is required",
                field="date_publish",
            ),
        ],
        "articles": [
            _article(
                datetime(2020, 5, 1, 17, 3),
                source_path="tidepost/kelp.json",
                collection="tidepost",
                slug="kelp",
                category="news",
                title="Kelp \u2018forest\u2019",
                excerpt="A forest.",
                url="https://www.tidepost.example/kelp",
                provider_domain="www.tidepost.example",
                topic_count=None,
                image_count=1,
                body_text="It grows.\nIt grows on.",
                body_word_count=5,
                extra=_extra(authors=["Ada Moss", "Bo Fern"]),
                authors="Ada Moss, Bo Fern",
                language="en",
                downloaded_at=datetime(2020, 5, 2, 8),
            )
        ],
        "images": [
            _image("tidepost/kelp.json", 1, "https://img.example/kelp.jpg", "img.example"),
        ],
        "providers": [
            {
                "provider_domain": "www.tidepost.example",
                "name_count": 0,
                "article_count": 1,
                "mention_count": 0,
                "first_published_at": datetime(2020, 5, 1, 17, 3),
                "last_published_at": datetime(2020, 5, 1, 17, 3),
            }
        ],
    },
)


def _serialized(title: str, published: str, **fields: Any) -> dict[str, Any]:
    """An article as fundus makes JSON of it, with its publisher and address."""
    return {
        "title": title,
        "authors": ["Ada Moss"],
        "publishing_date": published,
        "topics": [],
        "free_access": True,
        "publisher": "The Tide Post",
        "html": {"requested_url": f"https://tidepost.example/{title.lower()}"},
    } | fields


_TIDE = {"provider_domain": "tidepost.example", "provider_name": "The Tide Post"}
_BODY = {
    "summary": ["A forest grows."],
    "sections": [
        {"headline": [], "paragraphs": ["It grows.", "It grows on."]},
        {"headline": ["And then"], "paragraphs": ["It stops."]},
    ],
}
_AUTHORS = {"authors": ["Ada Moss"], "free_access": "true"}

FUNDUS = Family(
    {
        "crawl.json": json.dumps(
            [
                _serialized("Kelp", "2024-05-01 12:30:00+02:00", topics=["Sea"], body=_BODY),
                _serialized("Moss", "2024-05-02 09:00:00", plaintext="It is green."),
            ]
        ),
        "more.jsonl": json.dumps(_serialized("Fog", "2024-05-03 10:00:00+00:00"))
        + '\n\n{"title": "Cut",\n',
    },
    {
        "files": [
            _file("crawl.json#1", "article", "loaded"),
            _file("crawl.json#2", "article", "loaded"),
            _file("more.jsonl#1", "article", "loaded"),
            _file("more.jsonl#3", "article", "rejected", "invalid_json"),
        ],
        "rejects": [
            _reject(
                "more.jsonl#3",
                "invalid_json",
                3,
                "Expecting property name enclosed in double quotes",
            ),
        ],
        "articles": [
            _article(
                datetime(2024, 5, 1, 10, 30),
                **_TIDE,
                image_count=None,
                source_path="crawl.json#1",
                slug="crawl",
                category="news",
                title="Kelp",
                excerpt="A forest grows.",
                url="https://tidepost.example/kelp",
                topic_count=1,
                body_text="It grows.\n\nIt grows on.\n\nIt stops.",
                body_word_count=7,
                extra=json.dumps(
                    _AUTHORS | {"body": {"sections": _BODY["sections"]}}, sort_keys=True
                ),
            ),
            _article(
                datetime(2024, 5, 2, 9),
                **_TIDE,
                image_count=None,
                source_path="crawl.json#2",
                slug="crawl",
                category="news",
                title="Moss",
                url="https://tidepost.example/moss",
                body_text="It is green.",
                body_word_count=3,
                extra=json.dumps(_AUTHORS, sort_keys=True),
            ),
            _article(
                datetime(2024, 5, 3, 10),
                **_TIDE,
                image_count=None,
                source_path="more.jsonl#1",
                slug="more",
                category="news",
                title="Fog",
                url="https://tidepost.example/fog",
                extra=json.dumps(_AUTHORS, sort_keys=True),
            ),
        ],
        "article_topics": [_topic("crawl.json#1", "Sea", 1)],
        "topics": [{"topic": "Sea", "article_count": 1}],
        "providers": [
            {
                **_TIDE,
                "name_count": 1,
                "article_count": 3,
                "mention_count": 0,
                "first_published_at": datetime(2024, 5, 1, 10, 30),
                "last_published_at": datetime(2024, 5, 3, 10),
            }
        ],
        "provider_names": [{**_TIDE, "article_count": 3, "mention_count": 0}],
    },
)

FAMILIES = {"fundus": FUNDUS, "hugo": HUGO, "jekyll": JEKYLL, "news_please": NEWS_PLEASE}
