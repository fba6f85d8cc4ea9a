"""The sample generator: its bytes, its proportions, and the graph of its related items."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from statistics import mean

import pytest

from pipeline.core.errors import UsageError, codes
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.raw_content import RawContent
from pipeline.extract.file_reader import read_file
from pipeline.parse import parse
from pipeline.sample import write_sample

COMMITTED = Path(__file__).parent.parent.parent / "data" / "raw"
EDGES: dict[str, str | None] = json.loads(
    Path(__file__).with_name("edges.expected.json").read_text(encoding="utf-8")
)
"""The one problem code that each edge file gives; None where it loads or is skipped without."""
RELATED_ITEM = re.compile(r"^  - title: .*\n(?:    .*\n)+", re.MULTILINE)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def related_items(text: str) -> list[str]:
    _, found, after = text.replace("\r\n", "\n").partition("\nrelated:\n")
    return RELATED_ITEM.findall(after) if found else []


def url_of(record: str) -> str:
    """webUrl, else originalUrl, of an article's text or of one item of its related list."""
    own = record.replace("\r\n", "\n").partition("\nrelated:\n")[0]
    urls = dict(re.findall(r'\n *(webUrl|originalUrl): "(.+)"', own))
    return urls.get("webUrl") or urls.get("originalUrl", "")


@pytest.fixture(scope="module")
def medium(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "raw"
    write_sample(folder, 1_000, seed=5)
    return folder


@pytest.fixture(scope="module")
def articles(medium: Path) -> list[str]:
    files = [*medium.glob("_news/*.md"), *medium.glob("_videos/*.md")]
    texts = [path.read_bytes().decode() for path in sorted(files)]
    return [text for text in texts if "category: news" in text[:40]]


def test_the_committed_sample_is_what_the_generator_writes(tmp_path: Path) -> None:
    count = write_sample(tmp_path / "raw", 120, seed=1)
    made = contents(tmp_path / "raw")
    committed = contents(COMMITTED)
    assert len(made) == count
    assert sorted(made) == sorted(committed)
    assert [name for name in made if made[name] != committed[name]] == []


def test_equal_arguments_give_equal_bytes_and_another_seed_does_not(tmp_path: Path) -> None:
    write_sample(tmp_path / "one", 60, seed=9)
    write_sample(tmp_path / "two", 60, seed=9)
    write_sample(tmp_path / "other", 60, seed=10)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert contents(tmp_path / "one") != contents(tmp_path / "other")


@pytest.mark.parametrize("size", [0, 1, 3, 50, 700])
def test_size_counts_the_good_articles(tmp_path: Path, size: int) -> None:
    count = write_sample(tmp_path / "raw", size)
    files = contents(tmp_path / "raw")
    good = [
        name
        for name, content in files.items()
        if b"category: news" in content[:40] and not name.startswith("_edges/")
    ]
    assert len(files) == count
    assert len(good) == size


def test_large_archives_have_a_folder_per_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sample.archive._FLAT_LIMIT", 100)
    write_sample(tmp_path / "raw", 120)
    assert not list((tmp_path / "raw/_news").glob("*.md"))
    assert list((tmp_path / "raw/_news").glob("202?-??/202?-??-*.md"))


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_sample(tmp_path, 5)
    with pytest.raises(UsageError, match="not empty"):
        write_sample(tmp_path / "mine.txt", 5)
    with pytest.raises(UsageError, match="-1 articles"):
        write_sample(tmp_path / "new", -1)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_every_problem_code_of_a_file_has_its_edge() -> None:
    beyond_reach = {"unreadable_file", "changing_file", "file_too_large"}
    beyond_reach |= {"too_many_nodes", "too_many_related", "too_many_lines"}
    beyond_reach |= {"too_many_topics", "text_too_long", "too_many_problems"}
    beyond_reach |= {"invalid_json", "invalid_toml", "invalid_number"}  # by configuration
    beyond_reach |= {"unsafe_path", "linked_file", "duplicate_path", "encrypted_file"}
    beyond_reach |= {"archive_bomb", "unsupported_file"}  # of archive files
    assert {*EDGES.values()} - {None} == set(codes()) - beyond_reach


def test_edges_give_the_problems_they_stand_for(medium: Path) -> None:
    edges = contents(medium / "_edges")
    assert edges.keys() == EDGES.keys()
    raw = [RawContent(name, len(content), content) for name, content in edges.items()]
    rejects = parse(raw, DEFAULT_LIMITS)["rejects"].select(["source_path", "code"])
    found = [(row["source_path"], row["code"]) for row in rejects.to_pylist()]
    assert sorted(found) == sorted((name, code) for name, code in EDGES.items() if code)


def test_copies_of_an_edge_differ_in_their_url_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.sample.archive._ARTICLES_PER_EDGE_SET", 10)
    write_sample(tmp_path / "raw", 20)
    edges = contents(tmp_path / "raw/_edges")
    assert len(edges) == 2 * len(EDGES)
    copy = edges["flow-style-2.md"]
    assert copy.replace(b"/flow-style/2", b"/flow-style/1") == edges["flow-style.md"] != copy


def test_good_articles_are_read_without_a_problem(medium: Path) -> None:
    for path in [*medium.glob("_news/*.md"), *medium.glob("_videos/*.md")]:
        extracted = read_file(path.name, path.read_bytes(), DEFAULT_LIMITS)
        assert list(getattr(extracted, "problems", ())) == [], path.name


@pytest.mark.parametrize(
    "mark",
    [
        b"\r\n", b"\xef\xbb\xbf---", b"&amp;", b"&hellip;",
        "c\N{COMBINING CEDILLA}".encode()[1:], b"\n  - \n", b"#comments", b"utm_source=",
        b"desk:", b"\n---\n\nquality: ", b"removed: true", b'url: "/assets/', b"+02:00",
        b".750Z", b"\n...\n", b"--- \t\n", b"publishedDateTime: '", b"excerpt: >-",
        b"ampWebUrl: ~", b'    webUrl: ""', b"type: video", b"attribution: ", b"heat: -1",
        b"updatedDateTime: ", b"cdnAmpWebUrl: ", b"HTTPS://", b"featuredContent: ",
    ],
)  # fmt: skip
def test_the_committed_sample_holds_every_kind_of_oddity(mark: bytes) -> None:
    assert any(mark in content for content in contents(COMMITTED).values())


def test_pages_name_what_they_tell_of() -> None:
    pages = sorted((COMMITTED / "pages").glob("2*.txt"))
    assert len(pages) >= 3
    for page in pages:
        (article,) = COMMITTED.glob(f"_*/{page.stem}*.md")
        text, record = page.read_text(encoding="utf-8"), article.read_text(encoding="utf-8")
        provider = re.search(r"^  name: (.*)$", record, re.MULTILINE)
        topic = re.search(r"^  - (.*)$", record, re.MULTILINE)
        assert provider and provider[1] in text
        assert topic and topic[1] in text
        assert re.search(r"\. \d+, 202\d|[a-z] \d+, 202\d", text)


def test_every_domain_is_reserved_for_examples() -> None:
    text = b"\n".join(contents(COMMITTED).values()).decode("utf-8", "replace")
    hosts = {host.lower() for host in re.findall(r"https?://([^/\s\"#?)]+)", text, re.IGNORECASE)}
    domains = hosts | {name.lower() for name in re.findall(r"domain: (\S+)", text)}
    assert [name for name in domains if not name.endswith((".example", ".test"))] == []


def test_related_items_repeat_and_most_are_articles_of_the_archive(articles: list[str]) -> None:
    lists = [related_items(text) for text in articles]
    items = [item for items in lists for item in items]
    distinct = Counter(items)
    urls = {url_of(text) for text in articles}
    known = sum(url_of(item) in urls for item in items)
    assert 8 < mean(len(items) for items in lists) < 12
    assert len(items) / len({url_of(item) for item in distinct}) > 15
    assert 0.85 < known / len(items) < 1


def test_a_second_file_of_the_same_day_and_title_is_numbered(medium: Path) -> None:
    seconds = list(medium.glob("_news/*~2.md"))
    assert seconds
    assert all(path.with_stem(path.stem.removesuffix("~2")).exists() for path in seconds)


def test_without_repeats_no_related_item_is_the_same_twice(tmp_path: Path) -> None:
    write_sample(tmp_path / "raw", 300, repeat_related=False)
    texts = [c.decode("utf-8", "replace") for c in contents(tmp_path / "raw").values()]
    sample = [text for text in texts if "edgecases" not in text]
    items = [item for text in sample for item in related_items(text)]
    assert len(items) > 1_000
    assert len(set(items)) == len(items)


def test_stories_stay_small_however_large_the_archive(articles: list[str]) -> None:
    urls = {url_of(text): number for number, text in enumerate(articles)}
    group = list(range(len(articles)))

    def root(number: int) -> int:
        while group[number] != number:
            number = group[number]
        return number

    for number, text in enumerate(articles):
        for item in related_items(text):
            if url_of(item) in urls:
                group[root(number)] = root(urls[url_of(item)])
    sizes = Counter(root(number) for number in range(len(articles)))
    assert max(sizes.values()) <= 150
    assert len(sizes) > 100


def test_what_is_odd_occurs_at_the_rates_of_real_archives(articles: list[str]) -> None:
    def share(pattern: str) -> float:
        return sum(bool(re.search(pattern, text, re.MULTILINE)) for text in articles) / len(
            articles
        )

    assert 0.5 < share(r"^heat: -1\r?$") < 0.75
    assert 0.005 < share("\r\n") < 0.02
    assert 0.05 < share(r"^type: video") < 0.15
    assert 0.002 < share(r"^title: .*&(amp|#8217);") < 0.03
    assert 0 < share(r"^  - \r?$") < 0.02
    assert 0.02 < share(r"utm_source=") < 0.9
    assert share("^\ufeff---") > 0
    assert share(r"^removed: true") > 0
