"""Facts a line of a page carries: its dateline, its copyright notice, its quotations.

Every function is pure and takes a cleaned line. Datelines and notices are read from the first
few hundred characters; counting quotations is linear in the length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extract.page.line_kinds import is_date_word
from pipeline.extract.page.vocabulary import COMPANIES, NO_PLACES, TITLES

_DATELINE_REACH = 100
_NOTICE_REACH = 500
_MIDLINE_REACH = 200

# An em dash needs no blanks; an en dash needs one after it; hyphens need one on both sides.
_DASH = re.compile(r"\s*—\s*|\s*–\s+|\s+--?\s+|--\s*|(?<=\))\.-\s+")
_PARENTHESIS = re.compile(r"\(([^()]{0,40})\)")
_PLACE = re.compile(r"[^\W\d_][^\W\d_ .'’/-]*(?:[ .'’/-]+[^\W\d_]+){0,6}\.?")
_REGION = re.compile(r"[^\W\d_][^\d,;:!?\"“”]{1,29}")
_STATE = re.compile(r"[A-Z]{2}|(?:[A-Z]\.){2,3}|[A-Z][a-z]{2,4}\.")
_AGENCY = re.compile(r"[A-Z][A-Z./ ]{1,20}|Reuters|Bloomberg|Xinhua|dpa|epd|Lusa|Belga|Ansa")

_OPENS_NOTICE = re.compile(
    r"(?:©|℗|\(c\)\s*(?=(?:copyright\b|1[89]\d\d|20\d\d|by\b))"
    r"|copyright\s*(?:©|\(c\)|,|:|-|–|by\b|(?=(?:1[89]|20)\d\d))"
    r"|copyright(?=\s.{1,120}(?:rights reserved|\b(?:1[89]|20)\d\d\.?\Z))"
    r"|all rights reserved\b|alle rechte vorbehalten\b|tous droits réservés\b"
    r"|todos los derechos reservados\b|tutti i diritti riservati\b"
    r"|this material may not be (?:published|reproduced))",
    re.IGNORECASE,
)
_INSIDE_NOTICE = re.compile(
    r"©\s*(?:copyright\s*)?(?:1[89]|20)\d\d"
    r"|\bcopyright\s+(?:©|\(c\))?\s*(?:1[89]|20)\d\d(?=.{0,150}rights reserved)",
    re.IGNORECASE,
)
_PICTURE = re.compile(
    r"(?:photos?|images?|pictures?|foto|bild|credit|graphic|video)\b", re.IGNORECASE
)
_MARKER = re.compile(r"[\s,:.|–—-]*(?:©|℗|\(c\)|copyright\b|by\b)[\s,:.|–—-]*", re.IGNORECASE)
_YEARS = re.compile(
    r"[\s,]*((?:1[89]|20)\d\d)"
    r"((?:\s*(?:[-–—/,&]|to|and)\s*(?:(?:1[89]|20)\d\d|present|now|heute|today)\b)*)(?!\d)[\s,.:|–—-]*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_RIGHTS = re.compile(
    r"[\s.,;:|–—(-]*\b(?:all rights|all right reserved|some rights|rights reserved|alle rechte"
    r"|tous droits|todos los derechos|tutti i diritti|this material|used with permission)\b",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s+[|·•–—]\s+|\s+-\s+|;")

_FAMILIES = dict.fromkeys('"＂“”„‟', '"') | dict.fromkeys("«»", "«") | dict.fromkeys("「」", "「")
_FAMILIES |= dict.fromkeys("『』", "『")
"""Which quotation marks may close one another."""
_QUOTE = re.compile(f"[{''.join(_FAMILIES)}]")


@dataclass(frozen=True, slots=True)
class Notice:
    """A copyright notice: the latest year it names, and its holder; either may be None."""

    year: int | None
    holder: str | None


def find_dateline(text: str) -> str | None:
    """Find the place that opens a paragraph, as in `RALEIGH, N.C. — It rained`, or None.

    The place is in capitals, or is followed by an agency or a state; agency and date are left
    out of the result. What follows the dash must not begin in lower case.
    """
    dash = _DASH.search(text, 0, _DATELINE_REACH)
    if dash is None or text[dash.end() : dash.end() + 1].islower() or dash.end() == len(text):
        return None
    opening = text[: dash.start()]
    agencies = [agency.strip() for agency in _PARENTHESIS.findall(opening)]
    parts = [part.strip() for part in _PARENTHESIS.sub("", opening).split(",")]
    return _place(parts, has_agency=any(_AGENCY.fullmatch(agency) for agency in agencies))


def _place(parts: list[str], *, has_agency: bool) -> str | None:
    words = parts[0].split()
    while len(words) > 1 and is_date_word(words[-1]):
        words.pop()
    city = " ".join(words)
    if not _PLACE.fullmatch(city) or len(words) > 5 or city.casefold() in NO_PLACES:
        return None
    regions = []
    for part in parts[1:]:
        if not part or any(map(is_date_word, part.split())):
            break
        if not _REGION.fullmatch(part) or not part[0].isupper() or len(part.split()) > 3:
            return None
        regions.append(part)
    in_state = bool(regions) and bool(_STATE.fullmatch(regions[0]))
    if not (_in_capitals(city) or (city[0].isupper() and (has_agency or in_state))):
        return None
    return ", ".join([city, *regions])


def _in_capitals(city: str) -> bool:
    upper = sum(map(str.isupper, city))
    return upper >= 2 and sum(map(str.islower, city)) * 2 < upper


def is_notice(text: str) -> bool:
    """Whether the line is a copyright notice, or the legal sentence of one."""
    if _OPENS_NOTICE.match(text[:_NOTICE_REACH]):
        return True
    short = len(text) <= _MIDLINE_REACH and not _PICTURE.match(text)
    return short and bool(_INSIDE_NOTICE.search(text))


def read_notice(text: str) -> Notice:
    """Read year and holder of a line for which `is_notice` holds.

    `© 2019–2021 Foo Inc. All rights reserved.` gives 2021 and `Foo Inc.`; the year may also
    follow the holder.
    """
    text = text[:_NOTICE_REACH]
    if not _OPENS_NOTICE.match(text) and (inside := _INSIDE_NOTICE.search(text)):
        before, text = text[: inside.start()], text[inside.start() :]
    else:
        before = ""
    year, rest = _strip_marks(text)
    holder = _holder(rest)
    if holder and year is None:
        year, holder = _trailing_year(holder)
    return Notice(year, holder or _holder(before.rsplit(". ", 1)[-1]))


def _strip_marks(text: str) -> tuple[int | None, str]:
    year: int | None = None
    while True:
        if marker := _MARKER.match(text):
            text = text[marker.end() :]
        elif year is None and (years := _YEARS.match(text)):
            year = max(map(int, _YEAR.findall(years[0])))
            text = text[years.end() :]
        else:
            return year, text


def _trailing_year(holder: str) -> tuple[int | None, str | None]:
    for found in _YEAR.finditer(holder):
        years = _YEARS.match(holder, found.start())
        if years and years.end() == len(holder):
            return max(map(int, _YEAR.findall(years[0]))), holder[: found.start()].rstrip(
                " ,-–—©("
            ) or None
    return None, holder


def _holder(text: str) -> str | None:
    for end in (_RIGHTS, _SEPARATOR):
        if found := end.search(text):
            # The stop before "All rights reserved" may belong to "Inc."; it is checked below.
            stop = "." if text[found.start() : found.start() + 1] == "." else ""
            text = text[: found.start()] + stop
    return _first_sentence(text.strip(" ,:|–—-©")) or None


def _first_sentence(text: str) -> str:
    words = text.split()
    for index, word in enumerate(words):
        if not word.endswith("."):
            continue
        bare = word[:-1].casefold().lstrip("(")
        following = words[index + 1] if index + 1 < len(words) else None
        is_company = bare in COMPANIES
        if following is None:
            keeps = is_company or "." in bare or bare in TITLES
            return text if keeps else text.rstrip(".")
        if (
            is_company
            and not following.islower()
            and following.casefold().strip(".,") not in COMPANIES
        ):
            if following == "&":
                continue
            return " ".join(words[: index + 1])
        if not (is_company or len(bare) == 1 or "." in bare or bare in TITLES):
            return " ".join(words[: index + 1]).rstrip(".")
    return text


def count_quotes(text: str) -> int:
    """Count quoted spans of one paragraph: double quotes, straight or curly in any mixture,
    guillemets and corner brackets. A quotation left open, apostrophes and inches (`6"`) count
    nothing."""
    count = 0
    opened: dict[str, str] = {}
    for found in _QUOTE.finditer(text):
        mark, family = found[0], _FAMILIES[found[0]]
        current = opened.get(family)
        if current is not None and not _opens_again(mark, current):
            del opened[family]
            count += 1
        elif current is not None or not _only_closes(
            mark, text[max(found.start() - 1, 0) : found.start()]
        ):
            opened[family] = mark
    return count


def _opens_again(mark: str, current: str) -> bool:
    """Whether a mark opens a quotation though one of its family is open: that one is given up."""
    if mark in "«»":
        return mark == current
    return mark in "“„‟「『" and not (mark == "“" and current == "„")


def _only_closes(mark: str, before: str) -> bool:
    """Whether a mark opens nothing: a closing corner, or the sign for inches after a digit."""
    return mark in "」』" or (mark == '"' and before.isdigit())
