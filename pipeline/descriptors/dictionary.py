"""`dictionary.html`: data dictionary and methods of one build, as one page that works offline.

All text is escaped. The page forbids itself the network and any script but its own, which searches;
without scripts it shows the same. The same build always gives the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pipeline
from pipeline.core.catalog import Relation, relations
from pipeline.core.errors import codes
from pipeline.core.results import Archive, Finding
from pipeline.core.text import plain, prose, shown_lines
from pipeline.descriptors.methods import methods

if TYPE_CHECKING:
    from jinja2 import Environment

_KINDS = {"tables": "Tidy tables", "marts": "Marts"}
_COMMENT = re.compile(r"-- (.*)")


def dictionary(
    archive: Archive,
    rows: Mapping[str, int],
    filled: Mapping[tuple[str, str], float | None],
    checks: Mapping[str, str],
    findings: list[Finding],
) -> str:
    """Render the page.

    `rows` is the number of rows of each relation; `filled` the share of rows that have a value in a
    column of a table, None where it has no rows; `checks` the SELECT of each check by its name;
    `findings` those that found rows.
    """
    general, sections = methods()
    script = _file("dictionary.js")
    values = {
        "archive": archive,
        "relations": list(relations().values()),
        "kinds": _KINDS,
        "referring": _referring(),
        "rows": rows,
        "filled": filled,
        "methods": sections,
        "general": general,
        "others": {name: text for name, text in sections.items() if name not in relations()},
        "checks": [(*name.split("_", 1), _title(query)) for name, query in checks.items()],
        "found": {finding.check: finding.rows for finding in findings},
        "codes": codes(),
        "version": pipeline.__version__,
        "style": _file("dictionary.css"),
        "script": script,
        "script_hash": base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    }
    return environment().get_template("dictionary.html.jinja").render(values)


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def _referring() -> dict[str, list[str]]:
    """For each relation the columns of others that refer to it."""
    found: dict[str, list[str]] = {name: [] for name in relations()}
    for each in relations().values():
        for column, table, _ in each.foreign_keys:
            found[table].append(f"{each.name}.{column}")
    return found


def _title(query: str) -> str:
    """What a check asks: the first comment of its SELECT."""
    found = _COMMENT.search(query)
    return found[1] if found else ""


@cache
def environment() -> Environment:
    """Load the template, which shows every value as text, plain and escaped.

    Errors: a template that names what it was not given raises `jinja2.UndefinedError`.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: value if hasattr(value, "__html__") else plain(value),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {
        "number": lambda value: f"{value:,}",
        "percent": lambda value: "–" if value is None else f"{100 * value:.1f} %",
        "prose": prose,
        "lines": lambda text: html.escape(shown_lines(text)),
        "statement": _statement,
    }
    return templates


def _statement(relation: Relation) -> str:
    """The SELECT of a relation; "" where its rows come from raw files alone."""
    return (relation.query or "").strip()
