"""What one line of a scraped page looks like by itself: page furniture, a label, or prose.

Every function is pure, takes a cleaned line, and looks at a bounded part of a long one.
"""

from __future__ import annotations

import re
from enum import Enum

from pipeline.extract.page.vocabulary import (
    ACTIONS,
    CLOCK,
    DAYS,
    FURNITURE,
    JOINERS,
    LISTS,
    SECTIONS,
    STAMPS,
    any_of,
)

SHORT_LINE = 160
"""Longest line, in characters, that can be page furniture (words in prose say nothing of it)."""

_LOOK_AT = 2000
_LABEL_WORDS = 3
_LABEL_CHARACTERS = 40


class Chrome(Enum):
    """Kinds of page furniture. A STAMP (date, byline, reading time) stands between head and
    body; a LIST heading (credits, related stories) makes the labels under it furniture too."""

    STAMP = "stamp"
    LIST = "list"
    OTHER = "other"


_WORD = re.compile(r"[^\W_]+(?:[.:'’/-][^\W_]+)*")
_LETTER_OR_DIGIT = re.compile(r"[^\W_]")
_WIDE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]")  # scripts without blanks
_NUMBER = re.compile(r"\d[\d:./-]*(?:st|nd|rd|th|am|pm|a\.m|p\.m|h\d*|t\d[\d:.]*z?)?")
_FULL_DATE = re.compile(r"\d{4}[-./]\d{1,2}[-./]\d{1,2}.*|\d{1,2}[-./]\d{1,2}[-./]\d{2,4}")
_READING_TIME = re.compile(r"(?:about )?\d+[ -]?min(?:ute)?s?[ -]read|read(?:ing)? time \d+.*")
_FOREIGN_STAMP, _PROMPT, _CREDIT = map(any_of, ("foreign_stamps", "prompts", "credits"))
_BYLINE = re.compile(
    r"(?:(?:written|reported|story|text) )?(?:by|von|por|par):? +(\S.*)", re.IGNORECASE
)
_SENTENCE_END = re.compile(r"[.!?…。！？｡؟।]+[\"'”’»)\]」』]*\Z")
_FULL_STOP = re.compile(r"[.…。｡।]+[\"'”’»)\]」』]*\Z")
_ABBREVIATED = re.compile(r"(?:\A|[\s.(])(?:[^\W\d_]|Inc|Ltd|Co|Corp|Jr|Sr|St|vs)\.\Z")
_TRAIL = re.compile(r"\s+[>»›/|]\s+")


def chrome_kind(text: str, *, after_content: bool) -> Chrome | None:
    """Return the kind of page furniture the line is, or None.

    Bylines and credits count only `after_content`, because a headline may begin the same way.
    A line without any letter or digit is furniture.
    """
    if not _LETTER_OR_DIGIT.search(text):
        return Chrome.OTHER
    if len(text) > SHORT_LINE:
        return None
    folded = text.casefold()
    words = _WORD.findall(folded)
    phrase = " ".join(words)
    if _is_stamp(words, phrase, text) or (after_content and _is_byline(text)):
        return Chrome.STAMP
    if phrase in LISTS:
        return Chrome.LIST
    known = phrase in FURNITURE or _is_actions(words) or _PROMPT.match(folded)
    return Chrome.OTHER if known or (after_content and _CREDIT.match(folded)) else None


def is_label(text: str) -> bool:
    """Whether the line is a few words without a sentence's end; each part, if it is a trail
    such as `News > Local`."""
    if len(text) > SHORT_LINE:
        return False
    return all(
        size_in_words(part) <= _LABEL_WORDS
        and len(part) <= _LABEL_CHARACTERS
        and not ends_sentence(part)
        for part in _TRAIL.split(text)
    )


def is_section_name(text: str) -> bool:
    """Whether the line, or the first part of a trail such as `News > Local`, names a section."""
    return len(text) <= SHORT_LINE and _TRAIL.split(text)[0].casefold().strip(" .:") in SECTIONS


def ends_sentence(text: str) -> bool:
    """Whether the line ends as a sentence does (any mark, quotes and brackets may follow)."""
    return ends_with_stop(text) or (
        bool(_SENTENCE_END.search(text[-12:])) and not _FULL_STOP.search(text[-12:])
    )


def ends_with_stop(text: str) -> bool:
    """Whether the line ends in a full stop that is not an abbreviation's (`U.S.`, `Inc.`)."""
    return bool(_FULL_STOP.search(text[-12:])) and not _ABBREVIATED.search(text[-12:])


def size_in_words(text: str) -> int:
    """Length in words, at most that of 2,000 characters; in scripts without blanks, two
    characters count as one word."""
    seen = text[:_LOOK_AT]
    return max(len(seen.split()), len(_WIDE.findall(seen)) // 2)


def is_date_word(word: str) -> bool:
    """Whether the word is a month's or weekday's English name, or holds a digit."""
    return word.casefold().strip(".,") in DAYS or any(character.isdigit() for character in word)


def _is_stamp(words: list[str], phrase: str, text: str) -> bool:
    if _READING_TIME.fullmatch(phrase):
        return True
    if _FOREIGN_STAMP.match(phrase):
        return len(words) == 1 or (any(map(str.isdigit, phrase)) and not ends_with_stop(text))
    dated = all(w in DAYS or w in CLOCK or w in STAMPS or _NUMBER.fullmatch(w) for w in words)
    if words[0] in STAMPS or words[:1] + words[1:2] in (
        ["last", "updated"],
        ["first", "posted"],
    ):
        return dated or all(w in STAMPS or w in ACTIONS for w in words)
    has_number = any(_NUMBER.fullmatch(word) for word in words)
    is_date = _FULL_DATE.fullmatch(words[0]) or any(word in DAYS for word in words)
    return dated and has_number and bool(is_date)


def _is_actions(words: list[str]) -> bool:
    named = [word for word in words if not word.isdigit()]
    return bool(named) and all(word in ACTIONS for word in named)


def _is_byline(text: str) -> bool:
    byline = _BYLINE.fullmatch(text)
    if not byline or ends_sentence(text):
        return False
    words = byline[1].split()
    names = [word for word in words if word.casefold() not in JOINERS]
    return (
        2 <= len(names) <= 10
        and all(name[0].isupper() or "@" in name for name in names)
        and not is_date_word(words[0])
    )
