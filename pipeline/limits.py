"""Bounds on what a raw file may ask of the machine. A file over a bound is a reject."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds per raw file: size in bytes; of front matter its nesting in levels, its values and
    related items; of a page its size in bytes and its lines."""

    max_file_bytes: int = 16 * 1024 * 1024
    max_depth: int = 32
    max_nodes: int = 400_000
    max_related: int = 10_000
    max_page_bytes: int = 1024 * 1024
    max_lines: int = 50_000


DEFAULT_LIMITS = Limits()
