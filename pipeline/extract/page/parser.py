"""Read the text of a scraped web page: every non-blank line becomes a paragraph with a role.

A page is read as *labels, headline, dek, furniture, body, copyright*, each of which may be
missing. Lines that are furniture or a notice by themselves are set apart first; the head is
then found among the rest by the shape of its lines and what stands between them; all that
remains is body. In doubt a line is body, so that no sentence of the article is lost.
"""

from __future__ import annotations

import re
from collections import defaultdict

from pipeline.core.errors import FileRejected
from pipeline.core.records import Page, Paragraph
from pipeline.core.text import clean_text, count_words
from pipeline.extract.page.line_kinds import (
    Chrome,
    chrome_kind,
    ends_sentence,
    ends_with_stop,
    is_label,
    is_section_name,
    size_in_words,
)
from pipeline.extract.page.notices import (
    Notice,
    count_quotes,
    find_dateline,
    is_notice,
    read_notice,
)

_LINE_END = re.compile(r"[\r\n]")
_HEADLINE_WORDS = 40
_HEADLINE_SENTENCE_WORDS = 20
_DEK_WORDS = 60
_DEK_LEAST_WORDS = 4
_DATELINE_WITHIN = 8


def read_page(text: str) -> Page:
    """Read a page: one paragraph per non-blank line, cleaned, in order, with its role.

    `section` is the first label, `dek` the first summary line; `copyright_year` and
    `copyright_holder` come from the first notice that has both, else from the first that has
    either; `quote_count` is over body paragraphs. What is not there is None.
    Raises FileRejected `empty_page` when no line holds text. Time is linear in the length.
    """
    lines = [
        line for raw in _LINE_END.split(text.removeprefix("\ufeff")) if (line := clean_text(raw))
    ]
    if not lines:
        raise FileRejected("empty_page", "the page holds no text")
    roles = _Roles(lines).assign()
    texts: dict[str, list[str]] = defaultdict(list)
    for line, role in zip(lines, roles, strict=True):
        texts[role].append(line)
    body, notice = texts["body"], _page_notice(texts["copyright"])
    return Page(
        paragraphs=tuple(map(Paragraph, roles, lines, map(count_words, lines))),
        section=next(iter(texts["section"]), None),
        headline=next(iter(texts["headline"]), None),
        dek=next(iter(texts["dek"]), None),
        dateline=find_dateline(body[0]) if body else None,
        copyright_year=notice.year,
        copyright_holder=notice.holder,
        quote_count=sum(map(count_quotes, body)),
    )


def _page_notice(lines: list[str]) -> Notice:
    notices = [read_notice(line) for line in lines]
    whole = [notice for notice in notices if notice.year and notice.holder]
    partial = [notice for notice in notices if notice.year or notice.holder]
    return next(iter(whole + partial), Notice(None, None))


class _Roles:
    """The roles of a page's lines, found step by step; `content` holds those not yet given one."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.roles = ["body"] * len(lines)
        self.chrome: dict[int, Chrome] = {}
        self.content: list[int] = []

    def assign(self) -> list[str]:
        """Give each line its role; every line has exactly one."""
        self._set_furniture_apart()
        self._set_footer_apart()
        first = self._read_labels()
        if first < len(self.content) and self._may_be_headline(first):
            self.roles[self.content[first]] = "headline"
            first = self._read_dek(first + 1)
        self._read_lists(first)
        return self.roles

    def _set_furniture_apart(self) -> None:
        seen = False
        for index, line in enumerate(self.lines):
            if is_notice(line):
                self.roles[index] = "copyright"
            elif kind := chrome_kind(line, after_content=seen):
                self.roles[index] = "chrome"
                self.chrome[index] = kind
            else:
                self.content.append(index)
                seen = seen or not is_section_name(line)

    def _set_footer_apart(self) -> None:
        """Lines under the closing notices are furniture when most sentences stand above them."""
        notices = [index for index, role in enumerate(self.roles) if role == "copyright"]
        if not notices:
            return
        sentences = [index for index in self.content if ends_sentence(self.lines[index])]
        above = [index for index in sentences if index < notices[-1]]
        if len(above) * 2 <= len(sentences):
            return
        closing = next(index for index in notices if index > above[-1])
        for index in self.content:
            if index > closing:
                self.roles[index] = "chrome"
        self.content = [index for index in self.content if index < closing]

    def _read_labels(self) -> int:
        """Marks the labels that open the page; the content position of what follows them."""
        position = 0
        while position + 1 < len(self.content) and self._is_section(position):
            position += 1
        if position + 1 == len(self.content) > 2 and is_label(self._line(position)):
            # Nothing but labels: a bare list, of which only the first can be told apart.
            position = int(is_section_name(self._line(0)))
        for index in self.content[:position]:
            self.roles[index] = "section"
        return position

    def _is_section(self, position: int) -> bool:
        line, following = self._line(position), self._line(position + 1)
        known = is_section_name(line)
        if not (known or is_label(line)):
            return False
        if find_dateline(following) or _is_long(following):
            return known
        if ends_with_stop(following):
            return known and position + 2 < len(self.content)
        return known or not self._stamp_before(position + 1)

    def _may_be_headline(self, position: int) -> bool:
        line = self._line(position)
        return not _is_long(line) and not find_dateline(line)

    def _read_dek(self, start: int) -> int:
        """Gives the lines between headline and body their roles; where the body begins.

        A dateline opens the first paragraph, so lines above it are no body even when furniture
        stands over them; those too short for a summary are names and labels.
        """
        end = self._head_end(start)
        for position in range(start, end):
            line = self._line(position)
            is_dek = size_in_words(line) >= _DEK_LEAST_WORDS or ends_with_stop(line)
            self.roles[self.content[position]] = "dek" if is_dek else "chrome"
        return end

    def _head_end(self, start: int) -> int:
        dated = self._dateline_position(start)
        gap = next((p for p in range(start, len(self.content)) if self._gap_before(p)), None)
        if gap is not None and (dated is None or gap <= dated) and self._is_head(start, gap):
            return gap
        if dated is not None and self._all_short(start, dated) and dated - start <= 3:
            return dated
        return start + 1 if self._summarises(start) else start

    def _is_head(self, start: int, gap: int) -> bool:
        most = 2 if self._stamp_before(gap) else 1
        return 1 <= gap - start <= most and self._all_short(start, gap)

    def _all_short(self, start: int, end: int) -> bool:
        return all(size_in_words(self._line(p)) <= _DEK_WORDS for p in range(start, end))

    def _summarises(self, position: int) -> bool:
        """Whether a line with no furniture under it is a dek: the next one begins with it, or
        it is no sentence and the next one is."""
        if position + 1 >= len(self.content) or self._gap_before(position):
            return False
        line, following = self._line(position), self._line(position + 1)
        if size_in_words(line) > _DEK_WORDS or size_in_words(line) < _DEK_LEAST_WORDS:
            return False
        return following.startswith(line.rstrip(".")) or (
            not ends_sentence(line) and ends_sentence(following)
        )

    def _dateline_position(self, start: int) -> int | None:
        within = range(start, min(start + _DATELINE_WITHIN, len(self.content)))
        return next((p for p in within if find_dateline(self._line(p))), None)

    def _read_lists(self, first: int) -> None:
        """Labels under a heading such as `Credits` are furniture, once the body has begun."""
        begun = in_list = False
        start = self.content[first] if first < len(self.content) else len(self.lines)
        for index in range(start, len(self.lines)):
            is_prose = ends_sentence(self.lines[index]) or _is_long(self.lines[index])
            if self.roles[index] == "body":
                begun, in_list = begun or is_prose, in_list and not is_prose
                if in_list:
                    self.roles[index] = "chrome"
            elif self.chrome.get(index) is Chrome.LIST:
                in_list = begun

    def _line(self, position: int) -> str:
        return self.lines[self.content[position]]

    def _gap_before(self, position: int) -> bool:
        return position > 0 and self.content[position] - self.content[position - 1] > 1

    def _stamp_before(self, position: int) -> bool:
        between = range(self.content[position - 1] + 1, self.content[position])
        return any(self.chrome.get(index) is Chrome.STAMP for index in between)


def _is_long(line: str) -> bool:
    size = size_in_words(line)
    return size > _HEADLINE_WORDS or (size > _HEADLINE_SENTENCE_WORDS and ends_with_stop(line))
