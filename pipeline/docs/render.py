"""The documents rendered from the definitions: `python -m pipeline.docs.render [FOLDER]`.

    data-dictionary.md      every table and mart, from the `.yml` files under `sql/`
    relations.md            which column refers to which table, drawn and listed, from the same
    reject-codes.md         every problem code, from `pipeline/core/problem_codes.yml`
    checks.md               every check, from the headers of `sql/checks/` and the generic ones
    configuration.md        every key of a newsloom.yml, from `pipeline/core/configuration_keys.yml`
    log-events.md           every event of `--log-json`, from `pipeline.build.events.EVENTS`

Each has its template in this folder. Nobody edits them by hand; a test fails when they are stale.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.build.events import EVENTS
from pipeline.configuration.template import examples
from pipeline.core.catalog import relations
from pipeline.core.configuration import FIELDS, keys
from pipeline.core.errors import codes
from pipeline.core.urls import TRACKING_PARAMETERS, TRACKING_PREFIXES
from pipeline.engines.checks import rules
from pipeline.engines.column_lineage import lineage, origins

KINDS = {"tables": "Tidy tables", "marts": "Marts"}


def data_dictionary() -> str:
    """Render `docs/data-dictionary.md`. Errors: `DefinitionError` where a definition is wrong."""
    return _render(
        "data-dictionary.md",
        relations=list(relations().values()),
        kinds=KINDS,
        lineage=lineage,
        origins=origins,
        tracking_parameters=TRACKING_PARAMETERS,
        tracking_prefixes=TRACKING_PREFIXES,
    )


def drawn_relations() -> str:
    """Render `docs/relations.md`: the tidy tables, and the marts by the table they refer to."""
    found = list(relations().values())
    marts = [each for each in found if each.kind == "marts"]
    referred = sorted({table for each in marts for _, table, _ in each.foreign_keys})
    return _render("relations.md", relations=found, referred=referred)


def configuration() -> str:
    """Render `docs/configuration.md`."""
    sections = [
        (f"{section}.{key}" if key else section, each)
        for section, definition in keys().items()
        for key, each in definition.get("keys", {"": definition}).items()
    ]
    return _render(
        "configuration.md",
        configuration_keys=sections,
        forms=keys()["forms"]["choices"],
        fields=FIELDS,
        examples=examples(),
    )


DOCUMENTS: dict[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
    "relations.md": drawn_relations,
    "reject-codes.md": lambda: _render("reject-codes.md", codes=codes()),
    "checks.md": lambda: _render("checks.md", rules=rules()),
    "configuration.md": configuration,
    "log-events.md": lambda: _render("log-events.md", events=EVENTS),
}
"""The name of each document and the function that renders it."""


def _render(name: str, **values: Any) -> str:
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=False,  # noqa: S701 - Markdown of our own definitions, not HTML
        undefined=StrictUndefined,
        finalize=_cell,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"codes": _codes}
    return templates.get_template(f"{name}.jinja").render(values)


def _codes(names: Iterable[str], ending: str = "") -> str:
    return ", ".join(f"`{name}{ending}`" for name in names if name)


def _cell(value: Any) -> Any:
    """A value as text that cannot break its table or line, unless the template calls it safe."""
    is_safe = hasattr(value, "__html__")
    return value if is_safe else " ".join(str(value).split()).replace("|", "\\|")


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
