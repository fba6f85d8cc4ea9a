"""Errors and problem codes: everything that can be wrong, named once.

    NewsloomError                 base of all; its message is fit for a terminal
    ├── FileRejected              one raw file cannot be used: code, line, raw value
    ├── SourceFailed              a source cannot be read to its end; nothing is published
    ├── StorageFailed             a bucket does not answer, or denies what was asked of it
    ├── CheckFailed               a *stop* check found rows; nothing is published
    ├── BuildMissing              a folder holds no complete build
    │   └── NoBuild               it holds none at all, or is not there: a UsageError, too
    ├── DefinitionError           a file under sql/ is wrong (columns, key, references)
    └── UsageError                the caller asked for something that is not there

Two things are not exceptions: a *warning* (a field or item lost, the file kept) is a `Problem`
row, and so is a rejected file once the build has noted it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path

from pipeline.core.definition_file import read_definitions

RAW_VALUE_LIMIT = 200
"""Longest `raw_value` kept in a problem, in characters."""

EMPTY = '""'
"""How an empty text is shown in a problem."""


class NewsloomError(Exception):
    """Base of every error newsloom raises on purpose."""


class SourceFailed(NewsloomError):
    """A source of raw files cannot be read to its end; the former build is untouched."""


class StorageFailed(NewsloomError):
    """A bucket does not answer, or denies; or an object is not to be had there."""


class CheckFailed(NewsloomError):
    """A *stop* check found offending rows; the former build is untouched."""


class BuildMissing(NewsloomError):
    """The folder holds no complete build (no manifest, or files it names are absent)."""


class DefinitionError(NewsloomError):
    """A definition or query under `sql/` is malformed or contradicts its columns."""


class UsageError(NewsloomError):
    """The request names a table, format or folder that does not exist."""


class NoBuild(BuildMissing, UsageError):
    """The folder is not there, or holds no build: whoever named it meant another."""


def unknown(what: str, name: str, known: Iterable[str]) -> UsageError:
    """The error that there is no such name, with those alike and all there are: `what` is the
    begin of the sentence, such as `no table`."""
    known = tuple(known)
    alike = get_close_matches(name, known, n=3, cutoff=0.6)
    hint = f"did you mean {' or '.join(alike)}? " if alike else ""
    return UsageError(f"{what} {name!r}; {hint}there are {', '.join(known)}")


class FileRejected(NewsloomError):
    """One raw file cannot be used. `code` is one of `codes()` with severity `error`."""

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
        if self.code not in codes():
            raise KeyError(f"{self.code!r} is no problem code; there are {', '.join(codes())}")
        for name in ("message", "field", "raw_value"):
            if getattr(self, name) == "":
                object.__setattr__(self, name, EMPTY)
        if self.raw_value is not None and len(self.raw_value) > RAW_VALUE_LIMIT:
            object.__setattr__(self, "raw_value", self.raw_value[: RAW_VALUE_LIMIT - 1] + "…")

    @property
    def severity(self) -> str:
        """`error` or `warning`."""
        return codes()[self.code].severity


@cache
def codes() -> dict[str, ProblemCode]:
    """Every kind of problem by its code, in the order of the documentation."""
    found = read_definitions(Path(__file__).with_name("problem_codes.yml"))
    return {code: ProblemCode(**fields) for code, fields in found.items()}
