"""Values are what a configuration says, and the same whether records are read at once or not."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pipeline import parse as parsing
from pipeline.configuration.location import configuration_of
from pipeline.core.configuration import Configuration, Lifted
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.raw_content import RawContent
from pipeline.extract.columnar.reader import read_files
from pipeline.transform.configured_values import with_values
from tests.hugo_blog import write_hugo_blog

BLOG = Configuration(
    marker=("kind",),
    marker_values=("post", "note"),
    fields={
        "publishedDateTime": (("date",),),
        "published": (("draft",),),
        "topics": (("tags",),),
        "images.url": (("images",),),
        "webUrl": (("url",),),
        "type": (),
    },
    defaults={
        "provider.domain": "{host}",
        "webUrl": "https://www.blog.example/{folder}/{slug}/",
        "category": "post",
        "publishedDateTime": "{date}",
        "quality": "7",
    },
    nulls={"any": ("N/A",), "heat": ("-1", "-2"), "quality": ("0",)},
    aliases={
        "published": {"true": "false", "false": "true"},
        "provider.domain": {"www.blog.example": "blog.example"},
        "topics": {"Ice": "ice"},
        "quality": {"7": "8"},
    },
    date_formats=("%d.%m.%Y",),
    date_zone="Europe/Berlin",
)


def parsed(text: str, configuration: Configuration, path: str = "a/2024-05-01-b.md") -> Any:
    """The only row of `articles`, and the rows of its topics, related items and problems."""
    tables = parsing.parse([RawContent(path, 0, text.encode())], DEFAULT_LIMITS, configuration)
    names = ("articles", "article_topics", "related_items", "rejects")
    return [tables[name].to_pylist() for name in names]


def test_nulls_aliases_dates_and_defaults() -> None:
    text = (
        "---\nkind: post\ntitle: Kelp\nexcerpt: N/A\ndate: 1.7.2024\n"
        "updatedDateTime: 2024-07-01 12:00\ndraft: true\nquality: 0\nheat: -02\n"
        "tags:\n- Ice\n- N/A\n- ice cream\ntype: t\n---\n"
    )
    ((article,), topics, _, rejects) = parsed(text, BLOG)
    wanted = {
        "title": "Kelp",
        "excerpt": None,
        "published_precision": "date",
        "is_published": False,
        "quality": 7,  # a default that is written out is no value that has an alias
        "heat": None,
        "type": None,
        "category": "post",
        "url": "https://www.blog.example/a/b/",
        "provider_domain": "blog.example",
        "topic_count": 2,
    }
    assert {name: article[name] for name in wanted} == wanted
    assert str(article["published_at"]) == "2024-07-01 00:00:00"
    assert str(article["updated_at"]) == "2024-07-01 10:00:00"
    assert [row["topic"] for row in topics] == ["ice", "ice cream"]
    assert rejects == []


def test_related_items_have_configured_values_too() -> None:
    text = (
        "---\nkind: post\ntitle: Kelp\nrelated:\n- title: N/A\n  webUrl: https://a.example\n"
        "  publishedDateTime: 2024-01-01 12:00\n  provider:\n    domain: www.blog.example\n---\n"
    )
    ((article,), _, (item,), _) = parsed(text, BLOG)
    assert str(article["published_at"]) == "2024-05-01 00:00:00"
    assert item["title"] is None
    assert str(item["published_at"]) == "2024-01-01 11:00:00"
    assert item["provider_domain"] == "blog.example"
    assert item["quality"] is None


@pytest.mark.parametrize(
    ("line", "code", "field", "raw_value"),
    [
        ("date: soon", "invalid_field", "date", "soon"),
        ("draft: perhaps", "invalid_boolean", "draft", "perhaps"),
        ("tags: Ice", "invalid_list", "tags", "Ice"),
    ],
)
def test_problems_name_the_field_and_line_of_the_file(
    line: str, code: str, field: str, raw_value: str
) -> None:
    _, _, _, (problem,) = parsed(f"---\nkind: post\ntitle: Kelp\n{line}\n---\n", BLOG)
    assert problem["code"] == code
    assert (problem["field"], problem["line"], problem["raw_value"]) == (field, 4, raw_value)


def test_what_a_default_cannot_fill_stays_missing() -> None:
    _, _, _, (problem,) = parsed("---\nkind: post\ntitle: Kelp\n---\n", BLOG, "b.md")
    assert (problem["code"], problem["field"]) == ("missing_field", "date")
    assert problem["message"] == (
        "date is required, and its default cannot be filled: this file has no {date}"
    )


@pytest.mark.parametrize("line", ["kind: page", "title: x", "kind: N/A"])
def test_what_is_not_marked_is_skipped(line: str) -> None:
    tables = parsing.parse(
        [RawContent("a.md", 0, f"---\n{line}\n---\n".encode())], DEFAULT_LIMITS, BLOG
    )
    (file,) = tables["files"].to_pylist()
    assert (file["kind"], file["status"], file["reason"]) == ("other", "skipped", "no_category")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("hello.md", "https://blog.example/hello/"),
        ("posts/2024-05-01-kelp.md", "https://blog.example/posts/2024-05-01-kelp/"),
        ("posts/bundle/index.md", "https://blog.example/posts/bundle/"),
        ("posts/_index.md", "https://blog.example/posts/"),
        ("index.md", "https://blog.example/"),
    ],
)
def test_the_example_for_hugo_gives_its_addresses(tmp_path: Path, path: str, url: str) -> None:
    configuration = configuration_of(write_hugo_blog(tmp_path, 1))
    ((article,), _, _, rejects) = parsed(
        "+++\ntitle = 'Kelp'\ndate = 2024-05-01\n+++\n", configuration, path
    )
    assert (article["url"], rejects) == (url, [])


LINES = (
    *("title: Kelp", "title: N/A", 'title: "A \\"b\\""', "title: [a]", "headline: x", "kind: post"),
    *("kind: page", "kind: [note]", "kind:\n- note", "date: 2024-05-01", "date: 1.5.2024"),
    *("date: soon", "date: 2024-05-01 10:00", "date:", "publishedDateTime: 2020-01-01"),
    *("draft: true", "draft: x", "published: true", "tags: [a, Ice]", "tags:\n- Ice\n- b"),
    *(
        "tags:\n- N/A",
        "topics:\n- a",
        "images:\n- a.jpg\n- b.jpg",
        "images:\n- url: a",
        "images: [a]",
    ),
    *("images:\n- title: x", "url: https://a.example/x", "url: /x", "webUrl: https://b.example"),
    *("type: t", "quality: 0", "quality: 9", "heat: -2", "heat: -1", "params:\n  kind: post"),
    *(
        "provider:\n  domain: www.blog.example\n  x: 1",
        "provider: x",
        "secured: s",
        "category: N/A",
    ),
    *("related:\n- title: N/A\n  webUrl: https://c.example\n- title: b", "category: news", "a: b"),
)


def records(seed: int, count: int) -> list[RawContent]:
    dice = random.Random(seed)
    found = []
    for number in range(count):
        lines = dice.sample(LINES, dice.randrange(12)) + ["kind: post"] * (dice.random() < 0.8)
        data = ("---\n" + "".join(f"{each}\n" for each in lines) + "---\n").encode()
        name = dice.choice((f"x/2024-05-01-{number}.md", f"{number}.md"))
        found.append(RawContent(name, len(data), data))
    return found


REQUIRED = {
    "category": "c",
    "title": "t",
    "publishedDateTime": "2024-01-01",
    "provider.domain": "{host}",
    "webUrl": "https://blog.example/{path}",
}
NAMED = Configuration(
    fields={"title": (("headline",),), "quality": (), "related": ()}, defaults=REQUIRED
)
MARKED = Configuration(
    marker=("params", "kind"),
    defaults=REQUIRED,
    lifted={"x": Lifted(("params", "kind")), "n": Lifted(("a",), "INTEGER")},
)


@pytest.mark.parametrize("configuration", [BLOG, NAMED, MARKED])
def test_at_once_and_one_by_one_are_the_same(configuration: Configuration) -> None:
    contents = records(3, 1_500)
    at_once = read_files([each.data for each in contents], DEFAULT_LIMITS, configuration)
    assert at_once is not None
    assert at_once.records.is_read.sum() > 200
    by_columns = parsing.parse(contents, DEFAULT_LIMITS, configuration)
    with mock.patch.object(parsing, "read_files", lambda *_: None):
        one_by_one = parsing.parse(contents, DEFAULT_LIMITS, configuration)
    for name, table in one_by_one.items():
        assert by_columns[name].to_pylist() == table.to_pylist(), name
    assert one_by_one["articles"].num_rows > 50


def test_the_contract_is_left_alone() -> None:
    files = read_files([b"---\ntitle: N/A\n---\n"], DEFAULT_LIMITS)
    assert files is not None
    assert with_values(files, ["a.md"], Configuration()) is files


def test_a_value_is_added_once() -> None:
    data = [f"---\nkind: post\ntitle: {number}\n---\n".encode() for number in range(50)]
    files = read_files(data, DEFAULT_LIMITS, BLOG)
    assert files is not None
    valued = with_values(files, [f"x/{number}.md" for number in range(50)], BLOG)
    added = valued.records.text[len(files.records.text) :]
    assert added.count(b"https://www.blog.example/x/") == 50
    assert added.count(b"post") == 1


def test_a_blog_is_read_at_once_but_for_lists_within_a_line(tmp_path: Path) -> None:
    content = write_hugo_blog(tmp_path, 200)
    contents = [
        RawContent(path.relative_to(content).as_posix(), 0, path.read_bytes())
        for path in sorted(content.rglob("*.md"))
    ]
    configuration = configuration_of(content)
    files = read_files([each.data for each in contents], DEFAULT_LIMITS, configuration)
    assert files is not None
    flow = sum(b"tags: [" in (each.data or b"") for each in contents)
    assert files.records.is_read.sum() == len(contents) - flow
    tables = parsing.parse(contents, DEFAULT_LIMITS, configuration)
    assert tables["articles"].num_rows == 200
    assert tables["article_topics"].num_rows == 600
    assert tables["rejects"].num_rows == 0
