"""What a run changes, told before the former build is replaced, and whether it may be.

Not all is compared, so that a run takes hardly longer: the files and articles, and the marts of
providers and topics. `newsloom diff` compares the rest of two builds that are kept.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.core.catalog import Relation, relations
from pipeline.core.difference import Difference
from pipeline.core.errors import BuildMissing, NewsloomError, codes
from pipeline.core.paths import Layout
from pipeline.core.results import FileCounts
from pipeline.core.text import counted
from pipeline.diff.builds import Side, compare_builds
from pipeline.publish.manifest import load_manifest
from pipeline.publish.output import FolderOutput

_COMPARED = ("files", "articles", "provider_summary", "topic_summary")


def difference_from_published(published: Layout, staged: Layout) -> Difference | None:
    """How a staged build differs from the published one; None where there is none to be read."""
    # Whatever is wrong with the former build, the new one is published.
    with suppress(NewsloomError, duckdb.Error, pa.ArrowException, OSError):
        return compare_builds(_side(published), _side(staged), of=is_compared)
    return None


def refuse_to_empty(
    published: FolderOutput, counts: FileCounts, skipped: dict[str, int], problems: dict[str, int]
) -> None:
    """Keep a published build that has articles from one that has none, made of these files.

    `skipped` counts files by reason, `problems` by code. Errors: `NewsloomError` that says what was
    found, and how to go on.
    """
    try:
        files = load_manifest(published.layout)["files"]
    except BuildMissing:
        return
    articles = sum(files[name]["rows"] for name in relations()["articles"].files_in(files))
    if not articles:
        return
    errors = {code: count for code, count in problems.items() if _is_error(code)}
    raise NewsloomError(
        f"the archive holds no article: {counted(counts.discovered, 'file')} found, "
        f"{counts.loaded:,} loaded, {counts.skipped:,} skipped{_mostly(skipped)}, "
        f"{counts.rejected:,} rejected{_mostly(errors)}; nothing was published, and the build in "
        f"{published.name}, of {counted(articles, 'article')}, stays; --force replaces it"
    )


def _is_error(code: str) -> bool:
    return codes()[code].severity == "error"


def _mostly(counts: dict[str, int]) -> str:
    """The most frequent reason, in brackets; nothing of none."""
    return f" (mostly {max(counts, key=lambda each: counts[each])})" if counts else ""


def is_compared(relation: Relation) -> bool:
    """Whether a run tells how it changes this relation."""
    return relation.name in _COMPARED


def _side(layout: Layout) -> Side:
    manifest = load_manifest(layout)
    digests = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    return Side(manifest["run_id"], digests, partial(Path, layout.root))
