"""Texts that are code to somebody: in every field they stay the texts they are."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from pathlib import Path

import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import loaded, printed

TEXTS = (
    *("=cmd()", "=cmd|' /C calc'!A0", "@SUM(1+1)", "+1+cmd", "-1+cmd", "=1,2", "\u202egnp.exe"),
    *("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "</style><script>x</script>"),
    *("&lt;script&gt;alert(2)&lt;/script&gt;", "{{ 7 * 7 }}", "{% include '/etc/passwd' %}"),
    *("'; drop table articles; --", '" or 1=1 --', "') ; attach 'x.duckdb'; --", "$$;select 1;$$"),
    *("read_csv('/etc/passwd')", "{articles}", "%s %(x)s %n", "\\'; delete from files; --"),
    *("$(touch RUN)", "`touch RUN`", "; touch RUN", "__import__('os').system('touch RUN')"),
)
DECODED = {"&lt;script&gt;alert(2)&lt;/script&gt;": "<script>alert(2)</script>"}


def record(number: int, text: str) -> bytes:
    """A record in whose every field of text is this one."""
    quoted, url = json.dumps(text), json.dumps(f"https://hostile.example/{number}?{text}")
    image = f"    - {{url: {url}, title: {quoted}, attribution: {quoted}}}"
    return f"""---
category: {quoted}
title: {quoted}
excerpt: {quoted}
type: {quoted}
publishedDateTime: 2021-03-04T05:06:07Z
webUrl: {url}
ampWebUrl: {url}
provider:
  name: {quoted}
  domain: {quoted}
topics: [{quoted}]
images:
{image}
related:
  - title: {quoted}
    excerpt: {quoted}
    type: {quoted}
    webUrl: {url}
    provider: {{name: {quoted}, domain: {quoted}}}
quality: {quoted}
{quoted}: {quoted}
---
{text}
""".encode()


RUNNING = {"script", "img", "iframe", "object", "embed", "a", "link", "form", "base"}
"""Elements that would run or fetch something."""


class Elements(HTMLParser):
    """The elements of a page, and the names of their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[tuple[str, str]] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update((tag, name) for name, _ in attrs or [("", None)])


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("texts")
    for number, text in enumerate(TEXTS):
        path = home / "raw" / "_news" / f"{number:02}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(record(number, text))
        (path.parent / f"{number:02}.txt").write_text(f"{text}\n\n{text}\n\n{text}\n")
    build(home / "raw", home / "out", workers=1)
    return home / "out"


@pytest.mark.slow
def test_they_come_out_as_they_went_in(out: Path) -> None:
    with pipeline.open(out) as opened:
        articles = opened.arrow("articles").to_pylist()
        topics = opened.arrow("article_topics").to_pylist()
        related = opened.arrow("related_items").to_pylist()
        assert set(opened.tables()) == relations().keys()
    for rows, column in ((articles, "title"), (topics, "topic"), (related, "title")):
        assert sorted(row[column] for row in rows) == sorted(DECODED.get(x, x) for x in TEXTS)
    for column in ("category", "excerpt", "type", "provider_name", "body_text"):
        assert len({row[column] for row in articles}) == len(TEXTS)


@pytest.mark.slow
def test_the_database_holds_what_the_files_hold(out: Path) -> None:
    query = "select provider_name, top_topic from provider_summary order by provider_domain"
    names = [row["provider_name"] for row in loaded("sql", query, "--json", "--out", str(out))]
    assert sorted(names) == sorted(DECODED.get(text, text) for text in TEXTS)
    for text in TEXTS:
        quoted = DECODED.get(text, text).replace("'", "''")
        query = f"select count(*) as n from articles where title = '{quoted}'"
        assert loaded("sql", query, "--json", "--out", str(out)) == [{"n": 1}]


@pytest.mark.slow
def test_csv_is_the_data_as_it_is(out: Path) -> None:
    """Spreadsheets run cells that begin with `=`; that is theirs to be told, as the README says."""
    told = printed("sql", "select title from articles", "--format", "csv", "--out", str(out))
    rows = [row[0] for row in csv.reader(io.StringIO(told))]
    assert sorted(rows[1:]) == sorted(DECODED.get(text, text) for text in TEXTS)
    assert "=cmd()" in rows


@pytest.mark.slow
def test_the_report_shows_them_and_runs_none(out: Path, built: Builder) -> None:
    page = (out / "report.html").read_text(encoding="utf-8")
    found = Elements(page).found
    harmless = (built(DATA_RAW)[0] / "report.html").read_text(encoding="utf-8")
    own = {tag for tag, _ in Elements(harmless).found} & RUNNING
    assert own == {"form", "script"}
    assert {tag for tag, _ in found} & RUNNING <= own
    assert all(page.count(f"<{tag}") == harmless.count(f"<{tag}") for tag in own)
    assert not {name for _, name in found if name.startswith("on")}
    assert "&lt;script&gt;" in page


@pytest.mark.slow
def test_nothing_was_run(out: Path) -> None:
    assert {path.name for path in out.parent.iterdir()} == {"raw", "out", ".out.newsloom"}
    assert not Path("RUN").exists()
