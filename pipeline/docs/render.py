"""The documents rendered from the definitions: `python -m pipeline.docs.render [FOLDER]`.

    data-dictionary.md      every table and mart, from the `.yml` files under `sql/`
    reject-codes.md         every problem code, from `pipeline/core/problem_codes.yml`
    checks.md               every check, from the headers of `sql/checks/` and the generic ones
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
from pipeline.core.catalog import relations
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


DOCUMENTS: dict[str, Callable[[], str]] = {
    "data-dictionary.md": data_dictionary,
    "reject-codes.md": lambda: _render("reject-codes.md", codes=codes()),
    "checks.md": lambda: _render("checks.md", rules=rules()),
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
