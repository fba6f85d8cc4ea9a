"""The words and patterns by which lines of pages are known: those of `words.toml`."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

_LISTED: dict[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("words.toml").read_text(encoding="utf-8")
)


def _words(name: str) -> frozenset[str]:
    return frozenset(_LISTED[name])


SECTIONS = _words("sections")
LISTS = _words("lists")
FURNITURE = _words("furniture")
ACTIONS = _words("actions")
STAMPS = _words("stamps")
DAYS = _words("days")
CLOCK = _words("clock")
JOINERS = _words("joiners")
NO_PLACES = _words("no_places")
COMPANIES = _words("companies")
TITLES = _words("titles")


def any_of(name: str) -> re.Pattern[str]:
    """Compile what matches any pattern of a list."""
    return re.compile("|".join(_LISTED[name]))
