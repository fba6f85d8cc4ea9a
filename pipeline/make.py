"""Makes one build in the workshop and publishes it."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path

from pipeline.chunk_store import ChunkStore, digest_of
from pipeline.chunking import Chunked, Chunking, Progress
from pipeline.layout import Layout, Workshop
from pipeline.limits import Limits
from pipeline.listing import Listing
from pipeline.publish import FileCounts, publish, staging, write_manifest
from pipeline.rebuild import Rebuild
from pipeline.recipe import ChunkWorker
from pipeline.state import State
from pipeline.summary import Finding, Summary
from pipeline.warehouse import Warehouse, warehouse
from pipeline.workers import team

_MOST_PATCHES = 20
"""How often a database is patched before it is made whole again, so that it does not bloat."""

_CHUNKS_WORTH_A_POOL = 8


class Making:
    """One build, from its listing to its publication; `state` is what the next run will know."""

    def __init__(
        self, workshop: Workshop, code: str, limits: Limits, threads: int, progress: Progress
    ) -> None:
        self._workshop = workshop
        self._code = code
        self._limits = limits
        self._threads = threads
        self._progress = progress
        self._store = ChunkStore(workshop.chunks)
