"""How each mart is counted: the sections of `docs/methods.md`, as HTML."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt

from pipeline.core.catalog import methods_file

_LINK = re.compile(r"\[([^]]+)\]\((?![a-z]+:)[^)]*\)")
_SECTION = re.compile(r"^## (.+)\n", re.MULTILINE)
_TITLE = re.compile(r"\A# .+\n")


@cache
def methods() -> tuple[str, dict[str, str]]:
    """What holds for all, and the sections by heading, most of them named as a mart.

    What looks like HTML is escaped. The address of another document is dropped: a build has
    no such file.
    """
    text = _LINK.sub(r"\1", _TITLE.sub("", methods_file().read_text(encoding="utf-8")))
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    start, *rest = _SECTION.split(text)
    sections = dict(zip(rest[::2], rest[1::2], strict=True))
    html = {name: markdown.render(body) for name, body in sections.items()}
    return markdown.render(start), html
