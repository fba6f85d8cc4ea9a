"""Bounds on what a raw file may ask of the machine. A file over a bound is a reject."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds per raw file: size in bytes, nesting in levels, values in the front matter, related
    items."""

    max_file_bytes: int = 16 * 1024 * 1024
    max_depth: int = 32
    max_nodes: int = 1_000_000
    max_related: int = 10_000


DEFAULT_LIMITS = Limits()
