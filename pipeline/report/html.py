"""HTML that cannot be broken by what is put into it."""

from __future__ import annotations

from collections.abc import Iterable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;"})


class Html(str):
    """Text that is HTML already."""

    __slots__ = ()


def html(form: str, *values: object) -> Html:
    """HTML with each `{}` of `form` filled; values that are no `Html` themselves are escaped.

    `form` is of our own making, never text of the data.
    """
    return Html(form.format(*map(_safe, values)))


def joined(parts: Iterable[object], between: str = "\n") -> Html:
    """Pieces of HTML one after the other; those that are no `Html` are escaped, empty ones left
    out."""
    return Html(between.join(filter(None, map(_safe, parts))))


def _safe(value: object) -> str:
    return value if isinstance(value, Html) else str(value).translate(_ESCAPES)
