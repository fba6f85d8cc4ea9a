"""Records as front-matter text: the quoting and blank lines of real archives."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import shake_256
from typing import Any

_QUOTED = {
    "title", "excerpt", "originalUrl", "webUrl", "ampWebUrl", "cdnAmpWebUrl", "url",
    "attribution", "\nfeaturedContent",
}  # fmt: skip


def quoted(text: str) -> str:
    """Write a double-quoted YAML scalar."""
    if '"' in text or "\\" in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def front_matter(record: Mapping[str, Any], indent: str = "") -> str:
    """Write a mapping of scalars, mappings and lists; a key whose value is None is left out.

    At the top, groups stand after a blank line, and so does a key that starts with a line end.
    """
    lines = []
    blank_line = "" if indent else "\n"
    for key, value in record.items():
        if value is None:
            continue
        if key in _QUOTED:
            lines.append(f"{indent}{key}: {quoted(value)}\n")
        elif isinstance(value, dict):
            lines.append(f"{blank_line}{indent}{key}:\n{front_matter(value, indent + '  ')}")
        elif isinstance(value, list):
            items = "".join(list_item(item, indent + "  ") for item in value)
            lines.append(f"{blank_line}{indent}{key}:\n{items}")
        else:
            lines.append(f"{indent}{key}: {value}\n")
    return "".join(lines)


def list_item(item: Mapping[str, Any] | str, indent: str) -> str:
    """Write one item of a list: a mapping or a plain scalar."""
    if isinstance(item, str):
        return f"{indent}- {item}\n"
    lines = front_matter(item, indent + "  ")
    return f"{indent}- {lines[len(indent) + 2 :]}"


def secured(seed: int, number: int) -> str:
    """Make an opaque blob: two base64 texts joined by `;`, of 400 to 700 characters."""
    blob = shake_256(b"%d:%d" % (seed, number)).digest(336 + number % 200)
    return f"{b64encode(blob[16:]).decode()};{b64encode(blob[:16]).decode()}"
