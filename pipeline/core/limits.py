"""Bounds on what a raw file may ask of the machine, and on what it may do to other files.

A file over one of the first six is a reject; over the others it loses the value or the items beyond
the bound, with a warning.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds per raw file: size in bytes; of front matter its nesting in levels, its values and
    related items; of a page its size in bytes and its lines. Then topics per article, characters of
    a topic, provider name or domain, characters of a title, and problems noted per file. Of an
    archive file the bytes it may unpack to, all together, and so many times its own size.

    Real archives stay far below: at most 5 topics, 42 characters of a name, 161 of a title.
    """

    max_file_bytes: int = 16 * 1024 * 1024
    max_depth: int = 32
    max_nodes: int = 400_000
    max_related: int = 10_000
    max_page_bytes: int = 1024 * 1024
    max_lines: int = 50_000
    max_topics: int = 100
    max_name_length: int = 256
    max_title_length: int = 1_000
    max_problems: int = 1_000
    max_archive_bytes: int = 100 * 1024 * 1024 * 1024
    max_archive_ratio: int = 200


DEFAULT_LIMITS = Limits()
