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

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.catalog import sql_folder
from pipeline.core.errors import DefinitionError

Fetch: TypeAlias = Callable[[str], pa.Table]
"""Runs a SELECT on the tables and marts of the build."""

_HERE = Path(__file__).parent
_ID = "article_id"
_PARTS = ("elements", "rows", "filter", "figures", "drawing", "articles", "tables", "page")
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
    ids = articles.select([_ID])
    whole = fetch("select count(*) as article_count from articles")["article_count"][0].as_py()
    last = _last_digest(ids[_ID]) if len(ids) < whole else None
    columns: dict[str, int] = {}

    def table(rows: pa.Table) -> dict[str, int]:
        made = encoded(rows, ids if rows is articles else articles)
        return {name: columns.setdefault(column, len(columns)) for name, column in made.items()}

    made = {
        name: {
            "columns": table(_rows(fetch, query, last)),
            "sql": query,
            "specification": specification,
        }
        for name, (query, specification) in charts().items()
    }
    rows = {
        name: {"columns": table(_rows(fetch, query, last)), "sql": query}
        for name, query in _row_queries(fetch).items()
    }
    return {
        "articleCount": whole,
        "articles": table(articles),
        "topics": table(_rows(fetch, _query("topics"), last)),
        "charts": made,
        "rows": rows,
        "queries": queries(),
        "columns": list(columns),
    }


def queries() -> dict[str, str]:
    """Read the SELECT of each table of the report, by name."""
    files = sorted((sql_folder() / "report").glob("*.sql"))
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def _row_queries(fetch: Fetch) -> dict[str, str]:
    """For each file of `sql/report/rows/`, a SELECT of the articles of those rows that the table of
    the same name shows; the columns besides `article_id` are in both, and name a row. What the file
    selects may have rows twice and in any order: of a large archive few are kept."""
    found = {}
    for file in sorted((sql_folder() / "report" / "rows").glob("*.sql")):
        query, shown = file.read_text(encoding="utf-8"), queries()[file.stem]
        names = fetch(f"select * from ({query}) as every limit 0").column_names
        key = ", ".join(name for name in names if name != _ID)
        found[file.stem] = (
            f"select distinct {', '.join(names)} from (\n{query}) as every\n"
            f"semi join (\n{shown}) as shown_rows using ({key})\n"
            f"order by {', '.join(names)}"
        )
    return found


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


def encoded(rows: pa.Table, articles: pa.Table) -> dict[str, str]:
    """The columns of the rows whose article is one of `articles`, each as the text of a JSON
    object; rows are put in the order of the articles. No rows are no columns.

    `values` are what they are; where they repeat, `codes` are places in `values`. Articles are
    `steps` from each place in `articles` to the next. Dates are ISO texts, and the object says so.
    A column of some articles that holds what the one of its name in `articles` does is `of` that.
    """
    if _ID not in rows.column_names:
        places = None
    else:
        ids = articles[_ID].combine_chunks()
        places = pc.index_in(rows[_ID], value_set=ids).combine_chunks()
        order = pc.array_sort_indices(places)[: len(places) - places.null_count]
        rows, places = rows.take(order), places.take(order)
    if not rows.num_rows:
        return {}
    return {name: _json(_column(name, rows[name], articles, places)) for name in rows.column_names}


def _column(
    name: str, column: pa.ChunkedArray, articles: pa.Table, places: pa.Array | None
) -> dict[str, Any]:
    """A column of rows whose articles, if they have any, are at `places`."""
    if name == _ID and places is not None:
        return {"steps": np.diff(places.to_numpy(), prepend=0).tolist()}
    is_held = places is not None and name in articles.column_names
    if is_held and column.equals(articles[name].take(places)):
        return {"of": name}
    return _coded(column.combine_chunks())


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
    return msgspec.json.encode(value).decode()


def _query(name: str) -> str:
    return (sql_folder() / "report" / "explorer" / f"{name}.sql").read_text(encoding="utf-8")


def _compressed(text: str) -> bytes:
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
