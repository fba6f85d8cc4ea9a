"""How the origin of a column is shown: as a tree on the terminal, as a table in the dictionary."""

from __future__ import annotations

from rich.text import Text
from rich.tree import Tree

from pipeline.cli.console import show, show_json
from pipeline.core.text import plain
from pipeline.engines.column_lineage import MOST_SOURCES, Source, lineage, summarized

_LEGEND = (
    "← the raw field; by: chooses the rows (joins, filters, groups, or the key of what is counted)"
)


def show_lineage(name: str, *, as_json: bool) -> None:
    """Show where `MART` or `MART.COLUMN` comes from: the tree of each column, or JSON.

    What a tree has unfolded above it does not unfold again. Errors: `UsageError` where there is no
    such mart or column.
    """
    columns = lineage(name)
    if as_json:
        show_json([column.as_json() for column in columns])
        return
    for column in columns:
        tree = Tree(_label(column), guide_style="dim")
        _unfold(tree, column, {column.name})
        show(tree)
    show("", Text(_LEGEND, style="dim"))


def _label(source: Source) -> Text:
    label = Text() if source.is_value else Text("by ", style="dim")
    label.append(plain(source.name), style="bold" if source.sources else "")
    if source.raw is not None:
        label.append(f" ← {plain(source.raw)}", style="dim")
    return label


def _unfold(tree: Tree, column: Source, shown: set[str]) -> None:
    if len(column.sources) > MOST_SOURCES:
        for line in summarized(column.sources):
            tree.add(Text(line))
        return
    for source in column.sources:
        branch = tree.add(_label(source))
        if source.sources and source.name in shown:
            branch.label = Text.assemble(_label(source), (" (see above)", "dim"))
        else:
            shown.add(source.name)
            _unfold(branch, source, shown)
