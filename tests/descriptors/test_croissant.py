"""`croissant.json` says of every table what its definition says."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from pipeline.core.catalog import relations
from pipeline.core.results import Archive
from pipeline.descriptors.croissant import croissant

DIGESTS = {each.file: f"{number:064x}" for number, each in enumerate(relations().values())}
SIZES = {name: number for number, name in enumerate(DIGESTS)}


def described(archive: Archive) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(croissant(archive, DIGESTS, SIZES))
    return found


KELP = described(Archive("Kelp", date(2020, 1, 2), date(2021, 3, 4)))


def test_every_file_is_there_with_digest_and_size() -> None:
    found = {each["contentUrl"]: each for each in KELP["distribution"]}
    assert {name: each["sha256"] for name, each in found.items()} == DIGESTS
    assert {name: each["contentSize"] for name, each in found.items()} == {
        name: f"{size} B" for name, size in SIZES.items()
    }


def test_every_table_is_there_with_its_columns_and_key() -> None:
    for told, relation in zip(KELP["recordSet"], relations().values(), strict=True):
        assert [each["name"] for each in told["field"]] == list(relation.column_names)
        assert [each["@id"] for each in told["key"]] == [
            f"{relation.name}/{name}" for name in relation.key
        ]
        sources = [each["source"]["extract"]["column"] for each in told["field"]]
        assert sources == list(relation.column_names)


def test_a_reference_leads_to_the_column_it_refers_to() -> None:
    fields = {each["@id"]: each for told in KELP["recordSet"] for each in told["field"]}
    for relation in relations().values():
        for column in relation.columns:
            found = fields[f"{relation.name}/{column.name}"].get("references")
            if column.references:
                table, _, referred = column.references.partition(".")
                assert found["fileObject"]["@id"] == relations()[table].file
                assert found["extract"]["column"] == referred
            else:
                assert found is None


def test_parts_are_a_set_of_files() -> None:
    file = relations()["articles"].file
    digests = {name: digest for name, digest in DIGESTS.items() if name != file}
    found = json.loads(
        croissant(Archive("Kelp"), {**digests, f"{file}/part-0.parquet": "0"}, SIZES)
    )
    (told,) = [each for each in found["distribution"] if each["@id"] == file]
    assert (told["@type"], told["includes"]) == ("cr:FileSet", f"{file}/*.parquet")
    fields = {each["@id"]: each for record in found["recordSet"] for each in record["field"]}
    assert fields["articles/title"]["source"]["fileSet"] == {"@id": file}
    assert fields["images/article_id"]["references"]["fileSet"] == {"@id": file}


def test_it_says_name_and_period() -> None:
    assert (KELP["name"], KELP["temporalCoverage"]) == ("Kelp", "2020-01-02/2021-03-04")
    assert "temporalCoverage" not in described(Archive("Kelp"))
