"""The documents rendered from the definitions: `python -m pipeline.docs.render [FOLDER]`.

    data-dictionary.md      every table and mart, from the `.yml` files under `sql/`
    reject-codes.md         every problem code, from `pipeline.core.errors.CODES`
    log-events.md           every event of `--log-json`, from `pipeline.build.events.EVENTS`

Nobody edits them by hand; a test fails when they lag behind.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from pipeline.build.events import EVENTS
from pipeline.core.catalog import Column, Relation, relations
from pipeline.core.errors import CODES
from pipeline.core.urls import TRACKING_PARAMETERS, TRACKING_PREFIXES
from pipeline.engines.column_lineage import lineage, origins

KINDS = {"tables": "Tidy tables", "marts": "Marts"}

_INTRODUCTION = """\
# Data dictionary

Every table and mart of a build, and every column. Rendered from the definitions under `sql/` by
`make docs`; the same words are in the Parquet files (file and field metadata), in
`analytics.duckdb` (comments) and in `newsloom describe TABLE`.

- A **mention** is a row of `related_items`. Mentions repeat the same item up to hundreds of times,
  so no number mixes articles and mentions.
- Every timestamp is UTC, without zone, in whole seconds. A `month` is its first day.
- Shares and rates are between 0 and 1. Averages and quantiles skip NULL; quantiles interpolate.
- An empty text does not occur: absent is always NULL.
- **Key** columns are unique together and never NULL; rows are sorted by them.
"""

_URLS = """\
## Canonical URLs

`canonical_url` makes URLs comparable; the URL as observed is always kept beside it. URLs that are
equal as observed are equal canonically. The rules:

1. The URL is parsed and written again by the WHATWG standard, as browsers do: scheme and host in
   lower case, international host names in ASCII, default ports, tabs and line breaks dropped, `.`
   and `..` in the path resolved, characters that need it percent-encoded.
2. The fragment (`#…`) is dropped.
3. Tracking parameters are dropped, whatever the case of their names; the other parameters keep
   their order and spelling.
4. Text that is no absolute URL stays as it is.

Nothing else changes: `http` and `https`, `www.` and a closing `/` still tell URLs apart, because
only the site knows whether they lead to the same page.
"""

_REJECT_CODES = """\
# Reject codes

Every problem a raw file can have is a row of the table `rejects` with one of these codes, which
are stable. `newsloom rejects` shows those of a build. Rendered from `pipeline/errors.py` by
`make docs`.
"""

_LOG_EVENTS = """\
# Log events

`newsloom run --log-json` writes one JSON object per line to stderr, each with `time` (UTC), `level`
(info, warning, error), `event` and `run_id`, and the fields named here. Codes are those of
[reject-codes.md](reject-codes.md). No text of a raw file is ever in it. Rendered from
`pipeline/log.py` by `make docs`.
"""


def data_dictionary() -> str:
    """Render `docs/data-dictionary.md`. Errors: `DefinitionError` where a definition is wrong."""
    parts = [_INTRODUCTION, _contents()]
    for kind, heading in KINDS.items():
        parts.append(f"## {heading}\n")
        parts += [_relation(relation) for relation in relations().values() if relation.kind == kind]
    parts += [_URLS, _tracking()]
    return "\n".join(parts)


def reject_codes() -> str:
    """Render `docs/reject-codes.md`: each code with its cause and cure, errors first."""
    sections = {
        "error": "## Errors: the whole file is lost\n\nIts status in `files` is `rejected`.\n",
        "warning": "## Warnings: a field or item is lost, the file is kept\n",
    }
    parts = [_REJECT_CODES]
    for severity, heading in sections.items():
        known = {name: code for name, code in CODES.items() if code.severity == severity}
        rows = [(f"`{name}`", code.cause, code.cure) for name, code in known.items()]
        parts += [heading, _table(("Code", "Cause", "Cure"), rows)]
    return "\n".join(parts)


def log_events() -> str:
    """Render `docs/log-events.md`: each event with its meaning and fields."""
    rows = [(f"`{name}`", meaning) for name, meaning in EVENTS.items()]
    return "\n".join((_LOG_EVENTS, _table(("Event", "Meaning, and fields"), rows)))


DOCUMENTS = {
    "data-dictionary.md": data_dictionary,
    "reject-codes.md": reject_codes,
    "log-events.md": log_events,
}
"""The name of each document and the function that renders it."""


def _contents() -> str:
    rows = [
        (f"[`{relation.name}`](#{relation.name})", relation.kind.removesuffix("s"), relation.grain)
        for relation in relations().values()
    ]
    return _table(("Name", "Kind", "One row is"), rows)


def _relation(relation: Relation) -> str:
    key = ", ".join(f"`{name}`" for name in relation.key)
    headings = ("Column", "Type", "Meaning", "Unit", "Source")
    columns = _table(headings, map(_column, relation.columns))
    where = f"`{relation.kind}/{relation.name}.parquet`"
    made = f", made by [`{relation.name}.sql`](../sql/{relation.kind}/{relation.name}.sql)"
    return (
        f"### {relation.name}\n\n{relation.description.strip()}\n\n"
        f"- **One row is** {relation.grain}\n- **Key**: {key}\n"
        f"- **File**: {where}{made if relation.query else ''}\n\n{columns}"
        f"{_lineage(relation) if relation.query else ''}"
    )


def _lineage(relation: Relation) -> str:
    """Name the tidy columns that each column comes from, folded away."""
    rows = [
        (f"`{source.column}`", *(_code(names) for names in origins(source)))
        for source in lineage(relation.name)
    ]
    table = _table(("Column", "Values of", "Rows chosen by"), rows)
    return f"\n<details><summary>Lineage, from the SQL</summary>\n\n{table}\n</details>\n"


def _code(names: str) -> str:
    return ", ".join(f"`{name}`" for name in names.split(", ") if name)


def _column(column: Column) -> tuple[str, ...]:
    meaning = column.meaning
    if column.references:
        meaning += f" Refers to `{column.references}`."
    required = "" if column.nullable else ", never NULL"
    return f"`{column.name}`", f"{column.type}{required}", meaning, column.unit or "", column.source


def _tracking() -> str:
    names = ", ".join(f"`{name}`" for name in sorted(TRACKING_PARAMETERS))
    prefixes = ", ".join(f"`{prefix}…`" for prefix in sorted(TRACKING_PREFIXES))
    return f"Tracking parameters are {names}, and those that begin with {prefixes}.\n"


def _table(headings: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    headings = tuple(headings)
    lines = [headings, ("---",) * len(headings), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def main(folder: str = "docs") -> None:
    """Write the documents that differ into `folder`, and name them."""
    for name, render in DOCUMENTS.items():
        path = Path(folder) / name
        text = render()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"wrote {path}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
