"""What makes the report explorable: the rows, charts and scripts that the page carries within it.

A chart is two files under `sql/report/charts/`: `NAME.sql`, a SELECT of rows that each belong to an
article (`article_id`), and `NAME.vl.json`, a Vega-Lite specification of the data `rows`. Where the
first transform of the specification is an aggregate, the page does it itself, over the rows of the
articles that are shown, and can say it in SQL.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.catalog import sql_folder
from pipeline.core.errors import DefinitionError

Fetch: TypeAlias = Callable[[str], pa.Table]
"""Runs a SELECT on the tables and marts of the build."""

_HERE = Path(__file__).parent
_ID = "article_id"
_PARTS = ("elements", "rows", "filter", "figures", "drawing", "articles", "page")
"""The files of `scripts/` in the order in which they run, within one function: the state is the
fragment of the address, and what is shown follows from it and the rows, and from nothing else."""


@dataclass(frozen=True, slots=True)
class Explorer:
    """The parts of the page. `data` and `library` are gzip in base64, `app` is a script; `hashes`
    are those of the two scripts as a Content-Security-Policy names them: no other may run."""

    data: str
    library: str
    app: str
    hashes: str


def explorer(fetch: Fetch) -> Explorer:
    """Gather what the page needs to be explored. Errors: `DefinitionError` of a chart."""
    library = (_HERE / "library" / "library.js.gz").read_bytes()
    app = _app()
    scripts = (app.encode(), gzip.decompress(library))
    return Explorer(
        data=_base64(_compressed(_json(_document(fetch)))),
        library=_base64(library),
        app=app,
        hashes=" ".join(
            f"'sha256-{_base64(hashlib.sha256(script).digest())}'" for script in scripts
        ),
    )


def _app() -> str:
    parts = [(_HERE / "scripts" / f"{name}.js").read_text(encoding="utf-8") for name in _PARTS]
    return '"use strict";\n(async () => {\n' + "\n".join(parts) + "})();\n"


def charts() -> dict[str, tuple[str, dict[str, Any]]]:
    """The SELECT and the specification of each chart, by name.

    Errors: `DefinitionError` where one of the two files is missing or is no JSON.
    """
    folder = sql_folder() / "report" / "charts"
    names = {path.name.split(".")[0] for path in folder.iterdir()}
    found = {}
    for name in sorted(names):
        try:
            query = (folder / f"{name}.sql").read_text(encoding="utf-8")
            specification = json.loads((folder / f"{name}.vl.json").read_bytes())
        except (OSError, ValueError) as error:
            raise DefinitionError(f"the chart {name!r} of the report: {error}") from error
        found[name] = (query, specification)
    return found


def _document(fetch: Fetch) -> dict[str, Any]:
    """All that the scripts are given: columns, and tables and charts made of them by number.

    Columns that are equal are held once: those of a chart are often those of a table.
    """
    articles = fetch(_query("articles"))
    ids = articles[_ID].combine_chunks()
    whole = fetch("select count(*) as article_count from articles")["article_count"][0].as_py()
    last = _last_digest(ids) if len(ids) < whole else None
    columns: dict[str, int] = {}

    def table(rows: pa.Table) -> dict[str, int]:
        made = encoded(rows, ids)
        return {name: columns.setdefault(column, len(columns)) for name, column in made.items()}

    made = {
        name: {
            "columns": table(_rows(fetch, query, last)),
            "sql": query,
            "specification": specification,
        }
        for name, (query, specification) in charts().items()
    }
    return {
        "articleCount": whole,
        "articles": table(articles),
        "topics": table(_rows(fetch, _query("topics"), last)),
        "charts": made,
        "columns": list(columns),
    }


def _last_digest(ids: pa.Array) -> str:
    digests: list[str] = [article_id.partition("-")[2] for article_id in ids.to_pylist()]
    return max(digests)


def _rows(fetch: Fetch, query: str, last: str | None) -> pa.Table:
    """The rows of a SELECT; of articles those alone whose digest is not after `last`, if any: an
    archive may have millions of others."""
    figures = f"select * from ({query}) as figures"
    names = fetch(f"{figures} limit 0").column_names if last else []
    if _ID not in names:
        return fetch(query)
    return fetch(
        f"{figures} where split_part({_ID}, '-', 2) <= '{last}' order by {', '.join(names)}"
    )


def encoded(rows: pa.Table, ids: pa.Array) -> dict[str, str]:
    """The columns of the rows whose article is one of `ids`, each as the text of a JSON object;
    rows are put in the order of `ids`. No rows are no columns.

    `values` are what they are; where they repeat, `codes` are places in `values`. Articles are
    `steps` from each place in `ids` to the next. Dates are ISO texts, and the object says so.
    """
    steps: dict[str, Any] = {}
    if _ID in rows.column_names:
        places = pc.index_in(rows[_ID], value_set=ids).combine_chunks()
        order = pc.array_sort_indices(places)[: len(places) - places.null_count]
        rows, places = rows.take(order), places.take(order)
        steps = {"steps": np.diff(places.to_numpy(), prepend=0).tolist()}
    if not rows.num_rows:
        return {}
    return {
        name: _json(steps if name == _ID else _coded(rows[name].combine_chunks()))
        for name in rows.column_names
    }


def _coded(column: pa.Array) -> dict[str, Any]:
    """A column, with codes where fewer than half of its values differ."""
    kind: dict[str, Any] = {}
    if pa.types.is_date(column.type):
        column, kind = column.cast(pa.string()), {"isDate": True}
    coded = column.dictionary_encode(null_encoding="encode")
    if 2 * len(coded.dictionary) > len(column):
        return kind | {"values": column.to_pylist()}
    return kind | {"values": coded.dictionary.to_pylist(), "codes": coded.indices.to_pylist()}


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), default=str)


def _query(name: str) -> str:
    return (sql_folder() / "report" / "explorer" / f"{name}.sql").read_text(encoding="utf-8")


def _compressed(text: str) -> bytes:
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
