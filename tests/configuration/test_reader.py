"""A `newsloom.yml` is read as it is written; what is wrong is named with file, line and choices."""

from __future__ import annotations

import pickle
from pathlib import Path

import duckdb
import pytest

from pipeline.configuration.reader import read
from pipeline.configuration.template import examples, template
from pipeline.core.configuration import CONTRACT, Labels, Lifted, keys
from pipeline.core.errors import UsageError

PATH = Path("a/newsloom.yml")


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "fields:\narticle:\n  # field: x\n", template()]
)
def test_without_any_key_it_is_the_contract(text: str) -> None:
    assert read(text.encode(), PATH) == CONTRACT


@pytest.mark.parametrize("section", keys())
def test_the_template_shows_defaults_that_are_the_defaults(section: str) -> None:
    """Each comment that is a default is taken away, all at once, and nothing changes."""
    lines = template().splitlines()
    start = next(
        at for at, line in enumerate(lines) if line.removeprefix("# ").startswith(f"{section}:")
    )
    end = next((at for at in range(start, len(lines)) if not lines[at]), len(lines))
    shown = [line.replace("# ", "", 1) for line in lines[start:end]]
    keys_only = [
        line for line in shown if line.strip().partition(":")[0].replace(".", "").isalnum()
    ]
    text = "\n".join(keys_only).encode()
    if section == "labels":
        with pytest.raises(UsageError, match=r"outlets.csv cannot be read"):
            read(text, PATH)
    else:
        is_default = section not in ("defaults", "aliases", "columns")  # these are examples
        assert (read(text, PATH) == CONTRACT) is is_default


@pytest.mark.parametrize("name", examples())
def test_a_configuration_can_be_sent_to_another_machine(name: str) -> None:
    configuration = read(examples()[name].encode(), PATH)
    assert configuration != CONTRACT
    again = pickle.loads(pickle.dumps(configuration))
    assert again == configuration
    assert repr(again) == repr(configuration)


def test_values_are_what_is_written() -> None:
    text = """
forms: [toml, json]
article: {field: params.kind, values: [post, no]}
fields:
  title: headline
  excerpt: [lead, meta.lead]
  images: null
nulls: {any: [N/A], quality: ["0"]}
aliases: {topics: {a: b}}
dates: {formats: ["%d.%m.%Y"], zone: Europe/Berlin}
separators: {topics: ","}
days: {zone: Asia/Tokyo}
columns: {author: {field: params.author}, weight: {field: w, type: DOUBLE, meaning: How heavy.}}
"""
    found = read(text.encode(), PATH)
    assert found.forms == ("toml", "json")
    assert (found.marker, found.marker_values) == (("params", "kind"), ("post", "no"))
    assert found.fields == {
        "title": (("headline",),),
        "excerpt": (("lead",), ("meta", "lead")),
        "images": (),
    }
    assert found.nulls == {"heat": ("-1",), "any": ("N/A",), "quality": ("0",)}
    assert found.aliases == {"topics": {"a": "b"}}
    assert (found.date_formats, found.date_zone) == (("%d.%m.%Y",), "Europe/Berlin")
    assert (found.topic_separator, found.day_zone) == (",", "Asia/Tokyo")
    assert found.lifted == {
        "author": Lifted(("params", "author")),
        "weight": Lifted(("w",), "DOUBLE", "How heavy."),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "forms: [yaml]\nfeilds: {}\n",
            "line 2: feilds: there is no key 'feilds'; did you mean fields?",
        ),
        (
            "fields:\n  title: a\n  titel: b\n",
            "line 3: fields.titel: there is no key 'titel'; did you",
        ),
        ("forms:\n- yaml\n- yam\n", "line 1: forms: there is no 'yam'; did you mean yaml?"),
        ("fields: title\n", "line 1: fields: it has keys below"),
        ("fields:\n  title: {a: b}\n", "line 2: fields.title: a text or a list of texts"),
        ("fields:\n  title: a..b\n", "line 2: fields.title: keys joined by dots"),
        ("fields:\n  body: x.Secured\n", "line 2: fields.body: what is named secured is never"),
        ("article:\n  field: [a]\n", "line 2: article.field: one text is expected"),
        ("nulls:\n  any: [~]\n", "line 2: nulls.any: a text or a list of texts is expected; put"),
        (
            "dates:\n  zone: Europe/Berlni\n",
            "line 2: dates.zone: there is no zone 'Europe/Berlni'; did",
        ),
        ("dates:\n  zone: Berlin\n", "did you mean Europe/Berlin"),
        ("dates:\n  formats: ['%Y %']\n", "line 2: dates.formats: '%Y %' is no format of a date"),
        ("dates:\n  formats: ['%H:%M']\n", "line 2: dates.formats: '%H:%M' has not the year"),
        ("defaults:\n  title: a {slog}\n", "line 2: defaults.title: there is no '{slog}'; did you"),
        ("defaults:\n  title: '{host}'\n", "line 2: defaults.title: there is no '{host}'"),
        ("aliases:\n  type: [a]\n", "line 2: aliases.type: a value and its alias are expected"),
        (
            "columns:\n  Author: {field: a}\n",
            "line 2: columns.Author: 'Author' is no name of a col",
        ),
        ("columns:\n  order: {field: a}\n", "line 2: columns.order: 'order' is a word of SQL"),
        ("columns:\n  title: {field: a}\n", "columns.title: articles has a column title already"),
        ("columns:\n  a: {type: DATE}\n", "line 2: columns.a: `field: …` is expected"),
        ("columns:\n  a: {field: b, kind: c}\n", "columns.a.kind: there is no key 'kind'"),
        (
            "columns:\n  a:\n    field: b\n    type: INT\n",
            "line 4: columns.a.type: there is no type",
        ),
        ("labels: none.csv\n", "line 1: labels: a/none.csv cannot be read: No such file"),
        ("- a\n", "line 1: keys with their values are expected"),
        ("a: b: c\n", "line 1: mapping values are not allowed"),
        ("forms: [yaml]\nforms: [page]\n", "line 2: forms stands on line 1 and again on line 2"),
        ("a: \xff", "line 1: byte 0xff is not UTF-8"),
    ],
)
def test_what_is_wrong_is_named(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(text.encode("latin-1"), PATH)
    assert str(refused.value).startswith("a/newsloom.yml, line ")
    assert message in str(refused.value)


def test_every_word_that_sql_reserves_is_refused() -> None:
    words = duckdb.sql("select keyword_name from duckdb_keywords()").fetchall()
    for (word,) in words:
        try:
            duckdb.sql(f"select count({word}) as {word} from (values (1)) as given ({word})")
        except duckdb.ParserException:
            with pytest.raises(UsageError, match="is a word of SQL"):
                read(f"columns: {{{word!r}: {{field: a}}}}".encode(), PATH)


def test_labels_are_read_from_a_file_next_to_it(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text('\ufeffowner,domain\n"A, B",X.example\n\n,y.example\n')
    found = read(b"labels: l.csv\n", tmp_path / "newsloom.yml").labels
    assert found == Labels("l.csv", ("owner",), {"x.example": ("A, B",), "y.example": ("",)})


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ("", "l.csv, line 1: one column `domain` is expected"),
        ("owner\n", "l.csv, line 1: one column `domain` is expected"),
        ("domain,a,a\n", "l.csv, line 1: one column `domain` is expected, no name twice"),
        ("domain,Owner\n", "'Owner' is no name of a column"),
        ("domain,group\n", "'group' is a word of SQL"),
        ("domain,article_count\n", "providers has a column article_count already"),
        ("domain,a\nx\n", "l.csv, row 2: 1 values for 2 columns"),
        ("domain\nx\nX\n", "l.csv, row 3: x is there twice"),
        ('domain\n"x\n', "l.csv cannot be read: unexpected end of data"),
    ],
)
def test_labels_that_are_wrong_are_named(tmp_path: Path, rows: str, message: str) -> None:
    (tmp_path / "l.csv").write_text(rows)
    with pytest.raises(UsageError) as refused:
        read(b"labels: l.csv\n", tmp_path / "newsloom.yml")
    assert "newsloom.yml, line 1: labels: " in str(refused.value)
    assert message in str(refused.value)
