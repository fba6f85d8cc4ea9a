"""What a run changes, told before the former build is replaced.

Not all is compared, so that a run takes hardly longer: the files and articles, and the marts of
providers and topics. `newsloom diff` compares the rest of two builds that are kept.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.core.catalog import Relation
from pipeline.core.difference import Difference
from pipeline.core.errors import NewsloomError
from pipeline.core.paths import Layout
from pipeline.diff.builds import Side, compare_builds
from pipeline.publish.manifest import load_manifest

_COMPARED = ("files", "articles", "provider_summary", "topic_summary")


def difference_from_published(published: Layout, staged: Layout) -> Difference | None:
    """How a staged build differs from the published one; None where there is none to be read."""
    # Whatever is wrong with the former build, the new one is published.
    with suppress(NewsloomError, duckdb.Error, pa.ArrowException, OSError):
        return compare_builds(_side(published), _side(staged), of=_is_compared)
    return None


def _is_compared(relation: Relation) -> bool:
    return relation.name in _COMPARED


def _side(layout: Layout) -> Side:
    manifest = load_manifest(layout)
    digests = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    return Side(manifest["run_id"], digests, partial(Path, layout.root))
