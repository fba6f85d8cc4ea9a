"""The ZIP of YAML files that `superset import-dashboards` and its pages take."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any
from uuid import NAMESPACE_DNS, uuid5

import yaml

from pipeline.core.catalog import Column, Relation, relations
from pipeline.core.errors import UsageError
from pipeline.core.results import Archive
from pipeline.superset.charts import Chart, charts, form_data, query_context
from pipeline.superset.dashboard import dashboard

_VERSION = {"version": "1.0.0"}
_TEMPORAL = ("DATE", "TIMESTAMP")
_ROOT = "newsloom"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


def bundle(archive: Archive, database: str) -> bytes:
    """A database, a dataset for each mart, ten charts and a dashboard.

    `database` is the absolute path of `analytics.duckdb` where Superset runs. Two archives of the
    same name are one to Superset. Errors: `UsageError` where no URI can say the path.
    """
    if "?" in database:
        raise UsageError(f"a path with a question mark is none to Superset: {database!r}")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, values in _files(archive, database):
            text = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
            packed.writestr(zipfile.ZipInfo(f"{_ROOT}/{name}.yaml", _LONG_AGO), text)
    return content.getvalue()


def _files(archive: Archive, database: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file of the bundle by its name."""

    def identifier(kind: str, name: str) -> str:
        return str(uuid5(NAMESPACE_DNS, f"newsloom/{archive.name}/{kind}/{name}"))

    of_database = identifier("database", archive.name)
    yield "metadata", _VERSION  # without a type, so that it can be imported as assets, too
    yield "databases/newsloom", _database(archive, database, of_database)
    for relation in relations().values():
        if relation.kind == "marts":
            uuid = identifier("dataset", relation.name)
            values = _dataset(relation) | {"uuid": uuid, "database_uuid": of_database}
            yield f"datasets/newsloom/{relation.name}", values
    for chart in charts():
        uuids = {
            "uuid": identifier("chart", chart.name),
            "dataset_uuid": identifier("dataset", chart.mart),
        }
        yield f"charts/{chart.name.replace(' ', '_')}", _chart(chart) | uuids
    yield "dashboards/newsloom", dashboard(archive, charts(), identifier)


def _database(archive: Archive, path: str, uuid: str) -> dict[str, Any]:
    return {
        "database_name": f"newsloom: {archive.name}",
        "sqlalchemy_uri": f"duckdb:///{path}?access_mode=read_only",
        "expose_in_sqllab": True,
        "allow_run_async": False,
        "allow_ctas": False,
        "allow_cvas": False,
        "allow_dml": False,
        "extra": {},
        "uuid": uuid,
        **_VERSION,
    }


def _dataset(relation: Relation) -> dict[str, Any]:
    temporal = [each.name for each in relation.columns if each.type in _TEMPORAL]
    return {
        "table_name": relation.name,
        "schema": "main",
        "main_dttm_col": temporal[0] if temporal else None,
        "description": f"{relation.description.strip()} One row is {relation.grain}.",
        "filter_select_enabled": True,
        "columns": [_column(each) for each in relation.columns],
        "metrics": [{"metric_name": "count", "expression": "COUNT(*)"}],
        **_VERSION,
    }


def _column(column: Column) -> dict[str, Any]:
    return {
        "column_name": column.name,
        "type": column.type,
        "is_dttm": column.type in _TEMPORAL,
        "groupby": True,
        "filterable": True,
        "description": column.comment,
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "slice_name": chart.name,
        "description": chart.description,
        "viz_type": chart.viz_type,
        "params": form_data(chart),
        "query_context": query_context(chart),
        **_VERSION,
    }
