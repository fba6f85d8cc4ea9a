"""Errors and problem codes: everything that can be wrong, named once.

    NewsloomError                 base of all; its message is fit for a terminal
    ├── FileRejected              one raw file cannot be used: code, line, raw value
    ├── CheckFailed               a *stop* check found rows; nothing is published
    ├── BuildMissing              a folder holds no complete build
    ├── DefinitionError           a file under sql/ is wrong (columns, key, references)
    └── UsageError                the caller asked for something that is not there

Two things are not exceptions: a *warning* (a field or item lost, the file kept) is a `Problem`
row, and so is a rejected file once the build has noted it.
"""

from __future__ import annotations

from dataclasses import dataclass

RAW_VALUE_LIMIT = 200
"""Longest `raw_value` kept in a problem, in characters."""

EMPTY = '""'
"""How an empty text is shown in a problem."""


class NewsloomError(Exception):
    """Base of every error newsloom raises on purpose."""


class CheckFailed(NewsloomError):
    """A *stop* check found offending rows; the former build is untouched."""


class BuildMissing(NewsloomError):
    """The folder holds no complete build (no manifest, or files it names are absent)."""


class DefinitionError(NewsloomError):
    """A definition or query under `sql/` is malformed or contradicts its columns."""


class UsageError(NewsloomError):
    """The request names a table, format or folder that does not exist."""


class FileRejected(NewsloomError):
    """One raw file cannot be used. `code` is one of `CODES` with severity `error`."""

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        line: int | None = None,
        column: int | None = None,
        raw_value: str | None = None,
    ) -> None:
        super().__init__(message)
        self.problem = Problem(code, message, field, line, raw_value, column)


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """One kind of problem: its severity (`error` rejects the file, `warning` does not)."""

    severity: str
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One row of `rejects` without its file: what, where (1-based line) and the raw text.

    No text of a problem is empty, as no text of a table is: an empty one is shown as `""`.
    `column`, the 1-based character of the line, is for those who show the line, and no column of
    the table.
    """

    code: str
    message: str
    field: str | None = None
    line: int | None = None
    raw_value: str | None = None
    column: int | None = None

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise KeyError(f"{self.code!r} is no problem code; there are {', '.join(CODES)}")
        for name in ("message", "field", "raw_value"):
            if getattr(self, name) == "":
                object.__setattr__(self, name, EMPTY)
        if self.raw_value is not None and len(self.raw_value) > RAW_VALUE_LIMIT:
            object.__setattr__(self, "raw_value", self.raw_value[: RAW_VALUE_LIMIT - 1] + "…")

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return CODES[self.code].severity


def _error(cause: str, cure: str) -> ProblemCode:
    return ProblemCode("error", cause, cure)


def _warning(cause: str, cure: str) -> ProblemCode:
    return ProblemCode("warning", cause, cure)


CODES: dict[str, ProblemCode] = {
    "unreadable_file": _error(
        "The operating system refused to read the file, or it vanished while being read.",
        "Check permissions and the disk, then run again.",
    ),
    "changing_file": _error(
        "The file was being written each time it was read.",
        "Run again when it is at rest.",
    ),
    "file_too_large": _error(
        "The file is larger than the limit on bytes per file, or of a page.",
        "Split the file, or raise the limit with --max-file-bytes or --max-page-bytes.",
    ),
    "not_utf8": _error(
        "The bytes are not UTF-8.",
        "Convert the file to UTF-8; the line of the first bad byte is given.",
    ),
    "invalid_character": _error(
        "The front matter holds a character YAML forbids, such as NUL or another control code.",
        "Remove the character.",
    ),
    "unclosed_front_matter": _error(
        "The first line opens front matter with `---`, and no later line closes it; or a field "
        "`secured`, which must not be shown, stands outside of any front matter.",
        "Add the `---` line that is missing; reword a line of text that begins with `secured:`.",
    ),
    "empty_front_matter": _error(
        "There is nothing but blanks and comments between the fences.",
        "Fill in the fields, or remove the fences.",
    ),
    "list_front_matter": _error(
        "The front matter is a list, not a mapping of fields.",
        "Write `field: value` lines at the top level.",
    ),
    "scalar_front_matter": _error(
        "The front matter is a single value, not a mapping of fields.",
        "Write `field: value` lines at the top level.",
    ),
    "invalid_yaml": _error(
        "The front matter is not valid YAML; often an unquoted text that holds a colon.",
        "Quote the value on the line given.",
    ),
    "unsafe_yaml": _error(
        "The front matter uses anchors, aliases, tags or merge keys.",
        "Write the values out; an archive of records needs none of these.",
    ),
    "complex_key": _error(
        "A key is a list or a mapping.",
        "Use plain text as the key.",
    ),
    "too_deep": _error(
        "The front matter is nested deeper than the limit.",
        "Flatten the record, or raise the limit with --max-depth.",
    ),
    "too_many_nodes": _error(
        "The front matter holds more values than the limit.",
        "Split the record, or raise the limit with --max-nodes.",
    ),
    "too_many_related": _error(
        "An article lists more related items than the limit.",
        "Shorten the list, or raise the limit with --max-related.",
    ),
    "too_many_lines": _error(
        "The text of a page has more lines than the limit.",
        "Remove what is no text of the page, or raise the limit with --max-lines.",
    ),
    "missing_field": _error(
        "An article lacks a required field: title, publishedDateTime, provider.domain, or one "
        "of webUrl and originalUrl.",
        "Add the field.",
    ),
    "invalid_field": _error(
        "A required field of an article holds a value that cannot be used.",
        "Correct the value, for example a date that exists.",
    ),
    "empty_page": _error(
        "A page file holds no text.",
        "Fetch the page again, or remove the file.",
    ),
    "duplicate_key": _warning(
        "A mapping has the same key twice; the last one counts.",
        "Remove one of the two lines named.",
    ),
    "invalid_text": _warning(
        "A list or mapping stands where text is expected; the value is NULL.",
        "Write one text.",
    ),
    "invalid_integer": _warning(
        "The value is not a whole number; it is NULL.",
        "Write digits only.",
    ),
    "integer_out_of_range": _warning(
        "The whole number does not fit its column; it is NULL.",
        "Correct the number.",
    ),
    "invalid_boolean": _warning(
        "The value is neither true nor false; it is NULL.",
        "Write true or false.",
    ),
    "invalid_timestamp": _warning(
        "The value is no date or time that exists; it is NULL.",
        "Write it as 2020-02-11T18:11:00Z.",
    ),
    "timestamp_out_of_range": _warning(
        "The date lies outside 1678 to 2261, the years every reader can hold; it is NULL.",
        "Correct the year.",
    ),
    "invalid_list": _warning(
        "A single value or mapping stands where a list is expected; the field is dropped.",
        "Write a list, one `- ` per item.",
    ),
    "invalid_mapping": _warning(
        "A text or list stands where a mapping is expected; the value is dropped.",
        "Write `field: value` lines under it.",
    ),
    "invalid_item": _warning(
        "A list item has the wrong shape (a related item or image that is no mapping, a topic "
        "that is no text); that item alone is dropped.",
        "Correct the item.",
    ),
    "image_without_url": _warning(
        "An image has no url; that image alone is dropped.",
        "Add the url, or remove the image.",
    ),
    "duplicate_topic": _warning(
        "An article names the same topic twice; the first counts.",
        "Remove one of the two.",
    ),
    "too_many_topics": _warning(
        "An article lists more topics than the limit; those beyond it are dropped.",
        "Shorten the list, or raise the limit with --max-topics.",
    ),
    "text_too_long": _warning(
        "A title, a topic, or the name or domain of a provider has more characters than the "
        "limit; the value is dropped.",
        "Shorten it, or raise the limit with --max-title-length or --max-name-length.",
    ),
    "too_many_problems": _warning(
        "A file has more problems than the limit; those beyond it are counted, not listed.",
        "Correct those that are listed, or raise the limit with --max-problems.",
    ),
}
"""Every problem code, in the order of the documentation."""
