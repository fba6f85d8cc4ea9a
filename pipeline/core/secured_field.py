"""Notices the field `secured`, in whatever way its name is written.

Only the field of that name is known to be secret. Where it turns up within a page, a body or
a text of several lines, that text is not what its writer meant, and must not be shown.

A spelling of the name is written in letters of any case or width, with escapes and line folds of
YAML, HTML entities, invisible characters and combining marks in it, and signs around it. Letters of
another script that only look alike are no spelling. All functions take linear time.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.core.text import decode_entities

_NAME = "secured"
_ESCAPE = re.compile(
    r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(\r?\n[ \t]*)|[^\W_sS]|\\)"
)
_FOLD = re.compile(r"\\(?=\r?\n)")
_ENTITY = re.compile(r"&#?[0-9A-Za-z]+;?")
_KEY = re.compile(rf"[\W_]*+{_NAME}[\W_]*+")
_BREAKS = r"\n\r\x0b\x0c\x85\u2028\u2029"
_FIELD = re.compile(
    # A word right before the name makes a sentence of both, or another name: `is secured:`,
    # `non-secured:`.
    rf"(?:\A|[{_BREAKS}]|[^\w\s-]|(?<![^\W_])[_-])[^\S{_BREAKS}]*+"
    # YAML lets the colon stand in a later line.
    rf"({_NAME})(?:(?:_|[^\w{_BREAKS}:=|>])*+[:=|>]|[^\w:]*+:)"
)


def is_secured(key: str) -> bool:
    """Whether a key is a spelling of `secured`."""
    return key == _NAME or _KEY.fullmatch(_spelled_out(key)) is not None


def may_name_secured(text: str) -> bool:
    """Whether a spelling of `secured` stands anywhere in a text, be it as a key or not."""
    return _NAME in _spelled_out(text)


def line_naming_secured(text: str) -> int | None:
    """The 0-based line of the first spelling of `secured` in a text, or one shortly before it;
    None where there is none."""
    before, name, _ = _spelled_out(text).partition(_NAME)
    return before.count("\n") if name else None


def line_of_secured(text: str) -> int | None:
    """As `line_naming_secured`, but of the first that is a field: no word stands before it in its
    line, and `:`, `=`, `|` or `>` after it. Small letters only: `Secured: five seats` is news."""
    # A backslash at the end of a line may fold it into the next one, or be a letter as any other.
    forms = [_spelled_out(each, keep_case=True) for each in {text, _FOLD.sub(" ", text)}]
    found = [(form, _FIELD.search(form)) for form in forms if _NAME in form]
    lines = [form.count("\n", 0, field.start(1)) for form, field in found if field]
    return min(lines, default=None)


def _spelled_out(text: str, *, keep_case: bool = False) -> str:
    """The text in plain letters where it may hold a spelling, small ones unless their case is
    kept; no line feed is added."""
    if "\\" in text:
        text = _ESCAPE.sub(_escaped, text)
    if "&" in text:
        text = _ENTITY.sub(lambda found: decode_entities(found[0]).replace("\n", "\r"), text)
    if not keep_case:
        text = text.casefold()
    if text.isascii():
        return text.translate(_INVISIBLE)
    changed = {ord(each): plain for each in set(text) if (plain := _plain(each, keep_case)) != each}
    return text.translate(changed) if changed else text


def _escaped(found: re.Match[str]) -> str:
    if found[4]:
        return ""
    code = int(found[1] or found[2] or found[3] or "20", 16)
    return " " if code > 0x10FFFF else chr(code).replace("\n", "\r")


@lru_cache(maxsize=4_096)
def _plain(character: str, keep_case: bool = False) -> str:
    """One character in letters of common width; nothing where it is invisible or a mark."""
    if character.isspace():
        return character
    is_seen = unicodedata.category(character) not in ("Cc", "Cf", "Mn")
    plain = unicodedata.normalize("NFKC", character) if is_seen else ""
    return plain if keep_case else plain.casefold()


_INVISIBLE = {code: _plain(chr(code), keep_case=True) for code in range(128)}
