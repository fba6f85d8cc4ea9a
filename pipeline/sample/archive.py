"""The sample archive as files: good articles, and everything else in proportion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.core.errors import UsageError
from pipeline.sample.article import Article
from pipeline.sample.block import LONGEST_LIST, Block
from pipeline.sample.days import Calendar
from pipeline.sample.edges import EDGES
from pipeline.sample.page import UNRELATED_PAGE, page_text
from pipeline.sample.quirks import change_text
from pipeline.sample.render import render_article
from pipeline.sample.skips import README, event, logo, person, uncategorised_video
from pipeline.sample.story import Story, block_size

_FLAT_LIMIT = 20_000
"""Up to so many articles one folder holds the news; beyond, a folder per month."""

_ARTICLES_PER_EDGE_SET = 8_000
"""A set of edge files holds about 20 broken ones, so 0.25 % of a large archive is broken."""

_PAGE_EVERY, _EVENT_EVERY, _PERSON_EVERY, _VIDEO_EVERY, _LOGO_EVERY = 50, 40, 120, 60, 240


class _Folder:
    """Writes files under one folder, which must be new or empty, and counts them."""

    def __init__(self, root: Path) -> None:
        if root.is_file() or (root.is_dir() and any(root.iterdir())):
            raise UsageError(f"{root} is not empty; a sample archive needs a new folder")
        self._root = root
        self._made: set[str] = set()
        self.count = 0

    def write(self, path: str, content: bytes) -> None:
        """Write a file; where the name is taken (two of one day and title), number it."""
        folder, _, _ = path.rpartition("/")
        if folder not in self._made:
            (self._root / folder).mkdir(parents=True, exist_ok=True)
            self._made.add(folder)
        try:
            with open(f"{self._root}/{path}", "xb") as file:  # noqa: PTH123 - hot
                file.write(content)
        except FileExistsError:
            self.write(_numbered(path), content)
        else:
            self.count += 1


def _numbered(path: str) -> str:
    """`x.md` → `x~2.md` → `x~3.md`: a mark no slug holds."""
    stem, dot, ending = path.rpartition(".")
    base, mark, number = stem.rpartition("~")
    if not mark:
        base, number = stem, "1"
    return f"{base}~{int(number) + 1}{dot}{ending}"


def _article_path(article: Article, articles: int) -> str:
    kind = "_videos" if article.kind == "video" and article.index % 2 else "_news"
    month = f"{article.day[:7]}/" if articles > _FLAT_LIMIT else ""
    return f"{kind}/{month}{article.day}-{article.slug}.md"


def _blocks(seed: int, articles: int, longest_list: int) -> Iterator[tuple[range, Block]]:
    calendar = Calendar(seed)
    size = block_size(articles)
    for number, first in enumerate(range(0, articles, size)):
        indices = range(first, min(first + size, articles))
        yield indices, Block(seed, number, indices, articles, calendar, longest_list)


def _write_companions(
    folder: _Folder, seed: int, article: Article, story: Story, page_every: int
) -> None:
    """The pages and skips that come with some articles."""
    index = article.index
    if index % page_every == page_every // 2:
        name = f"pages/{article.day}-{article.slug[:60]}.txt"
        folder.write(name, page_text(seed, article, story).encode())
    for every, make in (
        (_EVENT_EVERY, event),
        (_PERSON_EVERY, person),
        (_VIDEO_EVERY, uncategorised_video),
    ):
        if index % every == every // 2:
            path, content = make(seed, article, story)
            folder.write(path, content.encode())
    if index % _LOGO_EVERY == 60:
        name = f"assets/images/{article.provider.domain}-{index}.png"
        folder.write(name, logo(index))


def _write_edges(folder: _Folder, articles: int) -> None:
    for number in range(max(1, articles // _ARTICLES_PER_EDGE_SET)):
        for edge in EDGES:
            folder.write(edge.path(number), edge.content(number))


def write_sample(
    folder: Path,
    articles: int,
    *,
    seed: int = 1,
    repeat_related: bool = True,
    longest_list: int = LONGEST_LIST,
) -> int:
    """Write an archive of `articles` good article records and return the number of files.

    Pages, skips and broken files come in addition, each kind at least once where there are 120
    articles or more. Equal arguments give equal names and bytes; memory does not grow with size.
    With `repeat_related` False no related item is the same bytes twice, and none resolves.
    `longest_list` is the most related items that an article lists.
    Errors: `UsageError` where `articles` is negative or the folder is not empty.
    """
    if articles < 0:
        raise UsageError(f"a sample of {articles} articles cannot be; give 0 or more")
    target = _Folder(folder)
    target.write("README.md", README.encode())
    target.write("pages/pumpkin.txt", UNRELATED_PAGE.encode())
    page_every = min(_PAGE_EVERY, max(1, articles // 3))
    for indices, block in _blocks(seed, articles, longest_list):
        for index in indices:
            article = block.article(index)
            related = block.related(index, repeat=repeat_related)
            content = change_text(index, render_article(article, related, seed))
            target.write(_article_path(article, articles), content.encode())
            _write_companions(target, seed, article, block.story(index), page_every)
    _write_edges(target, articles)
    return target.count
