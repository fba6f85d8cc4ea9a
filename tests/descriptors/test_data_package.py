"""`datapackage.json` says of every table what its definition says."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from pipeline.core.catalog import relations
from pipeline.core.results import Archive
from pipeline.descriptors.data_package import data_package

KELP = Archive("Kelp & Tides", date(2020, 1, 2), date(2021, 3, 4))
DIGESTS = {each.file: f"{number:064x}" for number, each in enumerate(relations().values())}
ROWS = {name: number for number, name in enumerate(relations())}


def package(archive: Archive = KELP) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(data_package(archive, DIGESTS, ROWS))
    return found


def resource(name: str) -> dict[str, Any]:
    (found,) = [each for each in package()["resources"] if each["name"] == name]
    return dict(found)


def field(table: str, name: str) -> dict[str, Any]:
    (found,) = [each for each in resource(table)["schema"]["fields"] if each["name"] == name]
    return dict(found)


def test_every_table_is_there_with_its_columns_key_and_digest() -> None:
    found = package()["resources"]
    assert [each["path"] for each in found] == [each.file for each in relations().values()]
    for told, relation in zip(found, relations().values(), strict=True):
        names = [each["name"] for each in told["schema"]["fields"]]
        assert names == list(relation.column_names)
        assert told["schema"]["primaryKey"] == list(relation.key)
        assert told["hash"] == f"sha256:{DIGESTS[relation.file]}"
        assert told["rows"] == ROWS[relation.name]


def test_a_relation_of_parts_lists_them_in_their_order() -> None:
    file = relations()["articles"].file
    parts = {f"{file}/part-0000{number}.parquet": "0" * 64 for number in (1, 0)}
    digests = {name: digest for name, digest in DIGESTS.items() if name != file} | parts
    found = json.loads(data_package(Archive("Kelp"), digests, ROWS))["resources"]
    (told,) = [each for each in found if each["name"] == "articles"]
    assert told["path"] == sorted(parts)
    assert "hash" not in told


def test_a_reference_is_a_foreign_key() -> None:
    assert {
        "fields": ["related_article_id"],
        "reference": {"resource": "articles", "fields": ["article_id"]},
    } in resource("related_items")["schema"]["foreignKeys"]


def test_what_a_column_may_hold_is_a_constraint() -> None:
    assert field("files", "status")["constraints"] == {
        "required": True,
        "enum": ["loaded", "skipped", "rejected"],
    }
    assert field("files", "bytes")["constraints"] == {"required": False, "minimum": 0}
    share = field("provider_summary", "article_share")
    assert (share["constraints"]["minimum"], share["constraints"]["maximum"]) == (0, 1)


@pytest.mark.parametrize(
    ("column", "missing"),
    [("quality", ["", "nan"]), ("updated_at", ["", "NaT"]), ("excerpt", None), ("title", None)],
)
def test_a_null_is_missing_but_a_text_that_reads_so_is_a_text(
    column: str, missing: list[str] | None
) -> None:
    assert field("articles", column).get("missingValues") == missing


@pytest.mark.parametrize(
    ("name", "identifier"),
    [("Kelp & Tides", "kelp-tides"), ("ocean_1", "ocean-1"), ("海", "archive")],
)
def test_its_identifier_is_one_and_its_title_the_name(name: str, identifier: str) -> None:
    found = package(Archive(name))
    assert (found["name"], found["title"]) == (identifier, name)
    assert re.fullmatch(r"[-a-z0-9._/]+", found["name"])


def test_it_says_the_period_where_there_is_one() -> None:
    assert "Kelp & Tides, published 2020-01-02 to 2021-03-04." in package()["description"]
    assert "published" not in package(Archive("Kelp"))["description"]
