"""What `newsloom lineage` shows on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.text import Text
from rich.tree import Tree

from pipeline.cli.console import show
from pipeline.core.text import plain

if TYPE_CHECKING:
    from pipeline.engines.column_lineage import Source


def show_lineage(columns: Sequence[Source]) -> None:
    """Show where columns come from, a tree each; what one has unfolded it does not unfold again."""
    for column in columns:
        tree = Tree(_label(column), guide_style="dim")
        _add_sources(tree, column, {column.name})
        show(tree)
    by = "by: chooses the rows (joins, filters, groups, or the key of what is counted)"
    show("", Text(f"← the raw field; {by}", style="dim"))


def _label(source: Source) -> Text:
    label = Text() if source.is_value else Text("by ", style="dim")
    label.append(plain(source.name), style="bold" if source.sources else "")
    if source.raw is not None:
        label.append(f" ← {plain(source.raw)}", style="dim")
    return label


def _add_sources(tree: Tree, column: Source, shown: set[str]) -> None:
    from pipeline.engines.column_lineage import MOST_SOURCES, summarized

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
            _add_sources(branch, source, shown)
