"""Notices a field `secured` that has slipped into another text, for lack of a fence or a quote.

Only the field of that name is known to be secret. Where it turns up within a page, a body or
a text of several lines, that text is not what its writer meant, and must not be shown.
"""

from __future__ import annotations

import re

_FIELD = re.compile(
    r"(?:(?:\A|[\n\r\x85\u2028\u2029])[ \t]*+(?:[-?,{\[][ \t]*+)*+[\"']?"  # opens a line
    r"|\{(?:[^\n{s]|s(?!ecured))*+)"  # or stands in a mapping on one line
    r"secured[\"']?\s*+:"
)


def secured_at(text: str) -> int | None:
    """Where a field `secured` in a text has its colon; None where there is none."""
    found = _FIELD.search(text) if "secured" in text else None
    return None if found is None else found.end()
