"""The bundle for Superset: the same bytes each time, whole, and in the words of the catalog."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
import yaml

from pipeline.core.catalog import relations
from pipeline.core.errors import UsageError
from pipeline.core.results import Archive
from pipeline.superset.bundle import bundle

KITES = Archive("kites: \u201cred\u201d & 'blue'")
MARTS = [each for each in relations().values() if each.kind == "marts"]


def files(archive: Archive = KITES) -> dict[str, Any]:
    with zipfile.ZipFile(io.BytesIO(bundle(archive, "/a b/analytics.duckdb"))) as packed:
        return {
            name.removeprefix("newsloom/"): yaml.safe_load(packed.read(name))
            for name in packed.namelist()
        }


def of_kind(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [values for name, values in found.items() if name.startswith(f"{kind}/")]


def test_the_same_gives_the_same_bytes() -> None:
    assert bundle(KITES, "/a") == bundle(KITES, "/a")
    assert bundle(KITES, "/a") != bundle(KITES, "/b")


def test_two_archives_share_no_uuid() -> None:
    uuids = [
        {values["uuid"] for values in files(archive).values() if "uuid" in values}
        for archive in (KITES, Archive("boats"))
    ]
    assert len(uuids[0]) == len(uuids[1]) == 1 + len(MARTS) + 10 + 1
    assert not uuids[0] & uuids[1]


def test_a_dataset_is_the_mart_of_the_catalog() -> None:
    found = {values["table_name"]: values for values in of_kind(files(), "datasets")}
    assert list(found) == [mart.name for mart in MARTS]
    for mart in MARTS:
        columns = found[mart.name]["columns"]
        assert [(each["column_name"], each["type"], each["description"]) for each in columns] == [
            (each.name, each.type, each.comment) for each in mart.columns
        ]
        temporal = [each["column_name"] for each in columns if each["is_dttm"]]
        assert temporal == [
            each.name for each in mart.columns if each.type in ("DATE", "TIMESTAMP")
        ]
        assert found[mart.name]["main_dttm_col"] == (temporal or [None])[0]
        assert found[mart.name]["description"].startswith(mart.description.strip())


def test_whatever_is_referred_to_is_there() -> None:
    found = files()
    (database,) = of_kind(found, "databases")
    assert database["sqlalchemy_uri"] == "duckdb:////a b/analytics.duckdb?access_mode=read_only"
    datasets = of_kind(found, "datasets")
    assert {each["database_uuid"] for each in datasets} == {database["uuid"]}
    charts = of_kind(found, "charts")
    assert {each["dataset_uuid"] for each in charts} <= {each["uuid"] for each in datasets}
    (dashboard,) = of_kind(found, "dashboards")
    elements = [each for each in dashboard["position"].values() if isinstance(each, dict)]
    shown = [each["meta"]["uuid"] for each in elements if each["type"] == "CHART"]
    assert shown == [each["uuid"] for each in charts]


def test_a_path_that_no_uri_can_say_is_refused() -> None:
    with pytest.raises(UsageError, match="question mark"):
        bundle(KITES, "/what?/analytics.duckdb")
