"""`newsloom explain`: a single file is read as a build reads it, and shown without its secrets."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.explain.explain import Explanation, explain
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import call, loaded, printed

HEAD = "category: news\ntitle: t\npublishedDateTime: 2020-02-11\nwebUrl: https://a.example/1\n"
ARTICLE = HEAD + "provider: {domain: a.example}\n"


def explained(folder: Path, data: str | bytes, name: str = "a.md") -> Explanation:
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return explain(path, folder, DEFAULT_LIMITS)


@pytest.mark.parametrize(
    "step",
    [3, pytest.param(1, marks=pytest.mark.slow)],  # all two hundred files take seconds
)
def test_it_says_of_every_file_what_a_build_says(built: Builder, step: int) -> None:
    out, _ = built(DATA_RAW)
    rejects: dict[str, list[tuple[object, ...]]] = {}
    names = ("severity", "code", "field", "line", "raw_value", "message")
    for row in pq.read_table(out / "tables/rejects.parquet").to_pylist():
        rejects.setdefault(row["source_path"], []).append(tuple(row[name] for name in names))
    for file in pq.read_table(out / "tables/files.parquet").to_pylist()[::step]:
        found = explain(Path(file["source_path"]), DATA_RAW, DEFAULT_LIMITS)
        assert (found.source_path, found.status, found.reason) == (
            file["source_path"],
            file["status"],
            file["reason"],
        )
        shown = [tuple(getattr(each, name) for name in names) for each in found.problems]
        assert shown == rejects.get(file["source_path"], [])


@pytest.mark.parametrize(
    ("block", "code", "marked"),
    [
        ("title: DM: x\n", "invalid_yaml", ": x"),
        (ARTICLE + "quality: high\n", "invalid_integer", "high"),
        (ARTICLE + "quality: 'high'\n", "invalid_integer", "high'"),
        (ARTICLE + "topics: [a, {b: c}]\n", "invalid_item", "topics: "),
        (ARTICLE + "related:\n  - title: x\n    quality: 1.5\n", "invalid_integer", "1.5"),
        (ARTICLE + "heat: 1\nheat: 2\n", "duplicate_key", "heat: 2"),
        ("  title: &a t\n", "unsafe_yaml", "title"),
    ],
)
def test_the_caret_stands_under_what_is_wrong(
    tmp_path: Path, block: str, code: str, marked: str
) -> None:
    (problem,) = explained(tmp_path, f"---\n{block}---\n").problems
    assert problem.code == code
    assert problem.source is not None
    assert problem.column is not None
    assert problem.source[problem.column - 1 :].startswith(marked)
    lines = printed("explain", str(tmp_path / "a.md")).splitlines()
    caret = next(line for line in lines if line.strip() == "^")
    above = lines[lines.index(caret) - 1]
    assert above[caret.index("^") :].startswith(marked)


@pytest.mark.parametrize("first", ["title: a webUrl", "webUrls: webUrl", "xwebUrl: a"])
def test_no_caret_stands_under_what_is_absent(tmp_path: Path, first: str) -> None:
    block = f"{first}\n" + ARTICLE.replace("webUrl: https://a.example/1\n", "")
    block = block.replace("title: t\n", "") if first.startswith("title") else block
    (problem,) = explained(tmp_path, f"---\n{block}---\n").problems
    assert (problem.code, problem.field, problem.column) == ("missing_field", "webUrl", None)
    text = printed("explain", str(tmp_path / "a.md"))
    assert "webUrl is required" in text
    assert "^" not in text
    assert f"\n  {first}" not in text


def test_a_caret_stands_under_what_is_there_and_empty(tmp_path: Path) -> None:
    (problem,) = explained(tmp_path, f"---\n{ARTICLE.replace('title: t', 'title:')}---\n").problems
    assert (problem.code, problem.source, problem.column) == ("missing_field", "title:", 1)


def test_a_long_line_is_shown_around_the_caret(tmp_path: Path) -> None:
    text = f"---\n{ARTICLE}x: {{a: {'é' * 5_000}, \x01: 1}}\n---\n"
    explained(tmp_path, text)
    lines = printed("explain", str(tmp_path / "a.md")).splitlines()
    assert max(map(len, lines)) < 200
    explained(tmp_path, f"---\nt: {'a ' * 3_000}b: c\n---\n")
    lines = printed("explain", str(tmp_path / "a.md")).splitlines()
    caret = next(line for line in lines if line.strip() == "^")
    above = lines[lines.index(caret) - 1]
    assert above.startswith("  … a a")
    assert above[caret.index("^") :] == ": c"


def test_a_page_is_explained(tmp_path: Path) -> None:
    found = explained(tmp_path, "World\nA headline\n\nA body that is a sentence.\n", "a.txt")
    steps = {step.name: step.found for step in found.steps}
    assert found.status == "loaded"
    assert steps["kind"] == [("first line", "not ---, and .txt: the text of a page")]
    assert ("body", "A body that is a sentence.") in steps["paragraphs"]


def test_what_is_no_file_is_left_out(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/etc/passwd")
    for name, kind in (("pipe", "a pipe"), ("link", "a symbolic link"), (".", "a folder")):
        told = loaded("explain", str(tmp_path / name), "--json")
        assert told["status"] == "left out"
        assert told["steps"][0]["found"] == [["kind", f"{kind}: not part of an archive"]]


def test_a_path_may_be_of_the_archive_or_any(tmp_path: Path) -> None:
    (tmp_path / "raw" / "_news").mkdir(parents=True)
    explained(tmp_path / "raw" / "_news", f"---\n{ARTICLE}---\n")
    for path in ("_news/a.md", str(tmp_path / "raw" / "_news" / "a.md")):
        told = loaded("explain", path, "--raw", str(tmp_path / "raw"), "--json")
        assert (told["source_path"], told["status"]) == ("_news/a.md", "loaded")
        assert "note" not in [step["name"] for step in told["steps"]]
    told = loaded("explain", str(tmp_path / "raw" / "_news" / "a.md"), "--json")
    assert told["source_path"] == "a.md"
    note = ["read alone", "its id and collection differ inside an archive"]
    assert told["steps"][-1] == {"name": "note", "found": [note]}
    assert note[1] in printed("explain", str(tmp_path / "raw" / "_news" / "a.md"))


def test_only_a_wrong_request_fails(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"\xff\n.md")).write_bytes(b"---\n\x00")
    assert call("explain", str(tmp_path / os.fsdecode(b"\xff\n.md"))).exit_code == 0
    missing = call("explain", str(tmp_path / "nothing.md"))
    assert missing.exit_code == 2
    assert "nothing.md cannot be explained: No such file or directory" in missing.stderr


def test_limits_hold_here_too(tmp_path: Path) -> None:
    explained(tmp_path, f"---\n{ARTICLE}a: [[[b]]]\n---\n")
    told = loaded("explain", str(tmp_path / "a.md"), "--max-depth", "3", "--json")
    assert (told["status"], told["reason"]) == ("rejected", "too_deep")
    told = loaded("explain", str(tmp_path / "a.md"), "--max-file-bytes", "9", "--json")
    assert (told["status"], told["reason"]) == ("rejected", "file_too_large")


SECRET = "xyzzy"
SECURED = (
    "secured: xyzzy\n",
    'secured: "xyzzy\n\n  xyzzy: xyzzy"\n',
    'secured: "xyzzy\nxyzzy: xyzzy"\n',
    "secured: |\n  xyzzy\n  xyzzy: [\n",
    "secured:\n  xyzzy: 1\n  xyzzy: 2\n",
    "secured:\n- xyzzy\n- {xyzzy: xyzzy}\n",
    "'secured' : xyzzy: xyzzy\n",
    "? secured\n: xyzzy\n",
    "provider: {domain: a.example, secured: xyzzy,\n images: 5}\n",
    "related: [{secured: 'xyzzy\n  xyzzy', quality: high}]\n",
    "topics:\n- {secured: xyzzy, a: b}\n",
    "quality: {secured: xyzzy}\n",
)
ODD = ("quality: high\n", "heat: [1\n", "a: b: c\n", "topics: 5\n", "x: &a 1\n", "\tz\n", "")


@given(
    st.lists(st.sampled_from(SECURED), min_size=1, max_size=2),
    st.sampled_from(ODD),
    st.integers(0, 3),
    st.one_of(
        st.none(), st.tuples(st.integers(0, 400), st.sampled_from(list(b"\"'{}[]:\n\x00\xff -#")))
    ),
)
def test_no_secret_is_shown(
    tmp_path_factory: pytest.TempPathFactory,
    secured: list[str],
    odd: str,
    place: int,
    damage: tuple[int, int] | None,
) -> None:
    blocks = [HEAD, *secured]
    blocks.insert(place, odd)
    whole = f"---\n{''.join(blocks)}---\n".encode()
    text = bytearray(whole)
    if damage and damage[0] < len(text) and SECRET.encode() not in _word(text, damage[0]):
        text[damage[0]] = damage[1]
    folder = tmp_path_factory.getbasetemp()
    found = explained(folder, bytes(text))
    if text.count(b"secured") < whole.count(b"secured"):  # the damage has made it another field
        return
    told = json.dumps([(p.source, p.raw_value, p.message, p.field) for p in found.problems])
    assert SECRET not in told
    if damage is None:
        assert SECRET not in json.dumps(asdict(found))


def _word(text: bytearray, place: int) -> bytes:
    """The text around a place."""
    return bytes(text[max(0, place - 12) : place + 12])
