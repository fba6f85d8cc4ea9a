"""The sample archive as files: good articles, and everything else in proportion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.core.errors import UsageError
from pipeline.sample.articles import Article
from pipeline.sample.blocks import LONGEST_LIST, blocks_of
from pipeline.sample.companions import LOGO, SKIPS, companion
from pipeline.sample.quirks import change_text

_FLAT_LIMIT = 20_000
"""Up to so many articles one folder holds the news; beyond, a folder per month."""

_ARTICLES_PER_EDGE_SET = 8_000
"""A set of edge files holds about 20 broken ones, so 0.25 % of a large archive is broken."""

_PAGE_EVERY, _LOGO_EVERY = 50, 240

FIXED = Path(__file__).parent / "fixed"
"""Files that are the same in every archive; those of `_edges` are each wrong or odd in one way."""


def _article_path(article: Article, articles: int) -> str:
    kind = "_videos" if article.record["type"] == "video" and article.index % 2 else "_news"
    month = f"{article.day[:7]}/" if articles > _FLAT_LIMIT else ""
    return f"{kind}/{month}{article.day}-{article.slug}.md"


def _files_of(article: Article, related: str, articles: int) -> Iterator[tuple[str, bytes]]:
    """The article's own file, and the page and skips that come with some articles."""
    text = change_text(article.index, article.text(related))
    yield _article_path(article, articles), text.encode()
    page_every = min(_PAGE_EVERY, max(1, articles // 3))
    for template, every in {"page.txt": page_every, **SKIPS}.items():
        if article.index % every == every // 2:
            yield companion(template, article)
    if article.index % _LOGO_EVERY == 60:
        yield f"assets/images/{article.provider.domain}-{article.index}.png", LOGO


def _fixed_files(articles: int) -> Iterator[tuple[str, bytes]]:
    """The fixed files; a large archive has more copies of the edges, which differ in webUrl."""
    for path in FIXED.rglob("*.*"):
        name, content = path.relative_to(FIXED).as_posix(), path.read_bytes()
        yield name, content
        if path.parent.name == "_edges":
            for copy in range(2, articles // _ARTICLES_PER_EDGE_SET + 1):
                first, other = f"/{path.stem}/1".encode(), f"/{path.stem}/{copy}".encode()
                yield name.replace(".", f"-{copy}."), content.replace(first, other)


def _write(path: str, content: bytes, copy: int = 1) -> None:
    """Write a new file; where `x.md` is taken, as `x~2.md`: a mark no slug holds."""
    stem, _, ending = path.rpartition(".")
    target = f"{stem}~{copy}.{ending}" if copy > 1 else path
    try:
        with open(target, "xb") as file:  # noqa: PTH123 - hot
            file.write(content)
    except FileNotFoundError:
        Path(target).parent.mkdir(parents=True)
        _write(path, content, copy)
    except FileExistsError:
        _write(path, content, copy + 1)


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
    if folder.is_file() or (folder.is_dir() and any(folder.iterdir())):
        raise UsageError(f"{folder} is not empty; a sample archive needs a new folder")
    files = 0
    for block in blocks_of(seed, articles, longest_list):
        for index in block.indices:
            related = block.related(index, repeat=repeat_related)
            for path, content in _files_of(block.article(index), related, articles):
                _write(f"{folder}/{path}", content)
                files += 1
    for path, content in _fixed_files(articles):
        _write(f"{folder}/{path}", content)
        files += 1
    return files
