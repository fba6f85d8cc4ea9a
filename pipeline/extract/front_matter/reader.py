"""The front-matter reader: the bytes of one file → its fields and body, or a reject.

Most files of a share are read at once by `columnar`; this is for those read one by one.
"""

from __future__ import annotations

import re

from pipeline.core.errors import FileRejected
from pipeline.core.limits import Limits
from pipeline.core.records import FrontMatter
from pipeline.extract.front_matter.yaml_reference import parse_document

BOM = b"\xef\xbb\xbf"
_OPENING = re.compile(rb"---[ \t]*(?:\r?\n|\Z)")
CLOSING = re.compile(rb"\n(?:---|\.\.\.)[ \t]*\r?(?=\n|\Z)")


def opens_front_matter(data: bytes) -> bool:
    """Whether the first line, after an optional byte order mark, is `---`."""
    return _OPENING.match(data, len(BOM) if data.startswith(BOM) else 0) is not None


class Fences:
    """Where the front matter of a file lies: `block` between the fences, `body` after them;
    `closing_line` is the 1-based line of the closing fence.

    Errors: `FileRejected` unclosed_front_matter.
    """

    def __init__(self, data: bytes) -> None:
        opening = data.find(b"\n")
        closing = CLOSING.search(data, opening) if opening >= 0 else None
        if closing is None:
            raise FileRejected("unclosed_front_matter", "no line closes the front matter", line=1)
        self.block = data[opening + 1 : closing.start() + 1]
        self.body = data[closing.end() :]
        self.closing_line = data.count(b"\n", 0, closing.start()) + 2


def decode(data: bytes) -> str:
    """Decode a file, without byte order mark. Errors: `FileRejected` not_utf8, with its line."""
    try:
        return data.removeprefix(BOM).decode()
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        bad = error.object[error.start : error.start + 1].hex()
        raise FileRejected("not_utf8", f"byte 0x{bad} is not UTF-8", line=line) from None


def read_front_matter(data: bytes, limits: Limits) -> FrontMatter:
    """Read the record in `data`, which opens with a fence.

    Errors: `FileRejected`: unclosed_front_matter, not_utf8, and those of `parse_document`.
    """
    fences = Fences(data)
    decode(data)
    document = parse_document(fences.block.decode(), first_line=2, limits=limits)
    body = fences.body.decode()
    return FrontMatter(document.fields, body, tuple(document.problems), document.lines)
