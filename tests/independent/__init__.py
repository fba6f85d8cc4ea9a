"""A second way to every number: plain Python over the raw files, written from the contract.

Nothing here imports the pipeline, so that the two can only agree by both being right. Slow and
simple on purpose: PyYAML events, loops, dictionaries.
"""

from __future__ import annotations

from .compare import Comparison, compare

__all__ = ["Comparison", "compare"]
