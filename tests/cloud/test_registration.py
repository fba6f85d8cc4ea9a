"""A build in an Iceberg catalog: what it gives back is what the Parquet files hold."""

from __future__ import annotations

import importlib
import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.catalog import relations
from pipeline.core.errors import UsageError
from pipeline.core.paths import Place
from pipeline.iceberg.registration import open_catalog, register_relations
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import call, loaded, printed
from tests.cloud.bucket_server import BucketServer
from tests.cloud.conftest import SECRET

sys.path += filter(None, [os.environ.get("NEWSLOOM_CLOUD")])
pytest.importorskip("pyiceberg", reason="`make test-cloud` has it")

COUNT = len(relations())


@pytest.fixture
def catalog(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """An empty catalog of the name `shelf`."""
    given = {"URI": f"sqlite:///{tmp_path}/shelf.db", "WAREHOUSE": f"file://{tmp_path}/warehouse"}
    for name, value in given.items():
        monkeypatch.setenv(f"PYICEBERG_CATALOG__SHELF__{name}", value)
    configuration = importlib.import_module("pyiceberg.utils.config").Config()  # as now set
    monkeypatch.setattr("pyiceberg.catalog._ENV_CONFIG", configuration)
    return open_catalog("shelf")


@pytest.fixture
def out(built: Builder, tmp_path: Path) -> Path:
    """A build of the shipped archive that may be changed."""
    return Path(shutil.copytree(built(DATA_RAW)[0], tmp_path / "a build"))


def register(out: Place, *more: str) -> list[dict[str, Any]]:
    command = ["register", "--iceberg", "shelf", *more, "--out", str(out), "--json"]
    return list(loaded(*command))


def rows(catalog: Any, name: str, out: Place) -> tuple[pa.Table, pa.Table]:
    """What the catalog gives, and what is stored."""
    with pipeline.open(out) as opened:
        stored = opened.arrow(name)
    given = catalog.load_table(f"newsloom.{name}").scan().to_arrow()
    return given.cast(stored.schema), stored


def paths(catalog: Any) -> set[str]:
    """The addresses of the files of the articles."""
    scan = catalog.load_table("newsloom.articles").scan()
    return {task.file.file_path for task in scan.plan_files()}


@pytest.mark.parametrize("archive", [DATA_RAW, None], ids=["shipped", "empty"])
def test_every_table_gives_the_rows_of_its_file(
    catalog: Any, built: Builder, tmp_path: Path, archive: Path | None
) -> None:
    if archive is None:
        archive = tmp_path / "raw"
        archive.mkdir()
        (archive / "notes.txt").write_text("nothing")
    out = built(archive)[0]
    assert [each["action"] for each in register(out)] == ["made"] * COUNT
    for name in relations():
        given, stored = rows(catalog, name, out)
        assert given.equals(stored), name


def test_columns_keep_their_meanings_and_the_key_is_known(catalog: Any, out: Path) -> None:
    register(out)
    for relation in relations().values():
        schema = catalog.load_table(f"newsloom.{relation.name}").schema()
        assert {field.name: field.doc for field in schema.fields} == {
            column.name: column.meaning for column in relation.columns
        }
        assert schema.identifier_field_names() == set(relation.key)
        assert [field.required for field in schema.fields] == [
            not column.nullable for column in relation.columns
        ]


def test_files_stay_where_they_are(catalog: Any, out: Path, tmp_path: Path) -> None:
    register(out)
    assert paths(catalog) == {f"file://{out}/tables/articles.parquet"}
    assert not [*(tmp_path / "warehouse").rglob("*.parquet")]


def test_a_build_is_registered_once(catalog: Any, out: Path) -> None:
    register(out)
    assert {each["action"] for each in register(out)} == {"unchanged"}
    moved = out.rename(out.with_name("moved"))
    assert {each["action"] for each in register(moved)} == {"replaced"}
    given, stored = rows(catalog, "articles", moved)
    assert given.equals(stored)


def test_a_later_build_takes_the_place_of_the_former(
    catalog: Any, built: Builder, tmp_path: Path
) -> None:
    raw, out = registered(built, tmp_path)
    next(raw.iterdir()).unlink()
    build(raw, out, workers=1)
    assert printed("register", "--iceberg", "shelf", "--out", str(out)) == (
        f"{COUNT} tables replaced in newsloom\n"
    )
    given, stored = rows(catalog, "articles", out)
    assert given.num_rows == 2
    assert given.equals(stored)
    snapshot = catalog.load_table("newsloom.articles").current_snapshot()
    assert snapshot.summary["newsloom.build"].endswith(f" in file://{out}")


def test_a_table_of_other_columns_is_made_anew(
    catalog: Any, built: Builder, tmp_path: Path
) -> None:
    raw, out = registered(built, tmp_path)
    configuration = tmp_path / "newsloom.yml"
    configuration.write_text("columns:\n  locale:\n    field: locale\n")
    build(raw, out, workers=1, configuration=configuration)
    actions = {each["table"]: each["action"] for each in register(out)}
    assert actions.pop("newsloom.articles") == "made"
    assert set(actions.values()) == {"replaced"}
    given, stored = rows(catalog, "articles", out)
    assert "locale" in given.column_names
    assert given.equals(stored)


def registered(built: Builder, tmp_path: Path) -> tuple[Path, Path]:
    """An archive of three articles, and a build of it that is in the catalog."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    with pipeline.open(built(DATA_RAW)[0]) as opened:
        paths = opened.sql("select source_path from articles order by all limit 3").source_path
    for path in paths:
        shutil.copy(DATA_RAW / path, raw)
    build(raw, out, workers=1)
    register(out)
    return raw, out


def test_a_relation_of_parts_is_one_table(catalog: Any, out: Path) -> None:
    with pipeline.open(out) as opened:
        (articles,) = (each for each in opened.stored() if each.name == "articles")
        stored = opened.arrow("articles")
    (out / "parts").mkdir()
    pq.write_table(stored.slice(0, 50), out / "parts" / "0")
    pq.write_table(stored.slice(50), out / "parts" / "1")
    parts = replace(articles, files=("parts/0", "parts/1"))
    list(register_relations(catalog, "newsloom", "a run", f"file://{out}", [parts]))
    given = catalog.load_table("newsloom.articles").scan().to_arrow().cast(stored.schema)
    assert given.sort_by("article_id").equals(stored.sort_by("article_id"))


@pytest.fixture
def of_the_server(environment: None, server: BucketServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the catalog needs to read the bucket."""
    given = {"ENDPOINT": server.address, "ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": SECRET}
    for name, value in {**given, "REGION": "us-east-1"}.items():
        monkeypatch.setenv(f"PYICEBERG_CATALOG__SHELF__S3__{name.replace('_', '-')}", value)


def test_a_build_in_a_bucket_is_registered_there(
    bucket: Any, of_the_server: None, catalog: Any, home: Path
) -> None:
    out = "s3://news/site"
    build(home / "raw", out, workers=1)
    register(out)
    for name in ("articles", "provider_summary"):
        given, stored = rows(catalog, name, out)
        assert given.equals(stored)
    before = paths(catalog)
    (home / "raw" / "more.txt").write_text("A page")
    build(home / "raw", out, workers=1)
    assert rows(catalog, "articles", out)[0].num_rows  # the files of the former build are there
    assert {each["action"] for each in register(out)} == {"replaced"}
    assert before.isdisjoint(paths(catalog))


def test_tables_of_others_stay(catalog: Any, out: Path) -> None:
    catalog.create_namespace("newsloom")
    catalog.create_table("newsloom.topics", pa.schema([pa.field("a", pa.int64())]))
    result = call("register", "--iceberg", "shelf", "--out", str(out))
    assert result.exit_code == 2
    assert "newsloom.topics is none of newsloom's; choose another --namespace" in result.stderr
    assert len(catalog.list_tables("newsloom")) == 1
    assert len(register(out, "--namespace", "news")) == COUNT


def test_an_unknown_catalog_is_named(catalog: Any, out: Path) -> None:
    result = call("register", "--iceberg", "nowhere", "--out", str(out))
    assert result.exit_code == 2
    assert result.stderr.startswith("error: the catalog nowhere cannot be opened: ")


def test_an_address_must_say_the_folder(out: Path) -> None:
    strange = out.rename(out.with_name("a?b"))
    with pipeline.open(strange) as opened, pytest.raises(UsageError, match="no address of files"):
        opened.address  # noqa: B018 # it is the property that fails
