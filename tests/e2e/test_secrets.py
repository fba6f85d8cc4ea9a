"""Nothing of what a record calls `secured` leaves the raw file, whatever is written or said."""

from __future__ import annotations

import base64
import gzip
import itertools
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import feather

from pipeline.core.errors import FileRejected
from pipeline.core.limits import DEFAULT_LIMITS
from pipeline.core.raw_content import RawContent
from pipeline.core.records import FrontMatter, Page
from pipeline.core.secured_field import line_of_secured
from pipeline.explain.explain import explain
from pipeline.extract.file_reader import read_file
from pipeline.parse import parse
from pipeline.sample import write_sample
from tests.build_fixtures import real_archive
from tests.conftest import Figures
from tests.secret_search import Hit, Secrets, secured_values, texts

SECRET = "Zq7Xw2Kd9Rb4"


def run(*arguments: str) -> bytes:
    """All that newsloom says when it is called."""
    command = [sys.executable, "-m", "pipeline", *arguments]
    done = subprocess.run(command, check=False, capture_output=True)
    assert done.returncode in (0, 3), done.stderr.decode()
    return done.stdout + done.stderr


def said(raw: Path, out: Path) -> dict[str, bytes]:
    """What newsloom says while it builds an archive, and of what it has built."""
    at = ("--out", str(out))
    queries = {
        "csv": "select * from articles",
        "json": "select * from related_items",
        "markdown": "select * from rejects",
    }
    return {
        "run": run("run", "--raw", str(raw), *at, "--log-json"),
        "again": run("run", "--raw", str(raw), *at, "--force", "--why"),
        "rejects": run("rejects", *at) + run("rejects", *at, "--json"),
        **{name: run("sql", query, "--format", name, *at) for name, query in queries.items()},
    }


def explained(raw: Path, out: Path) -> dict[str, bytes]:
    """What newsloom tells of single files: the rejected ones, and one in forty of the others."""
    files = pq.read_table(out / "tables" / "files.parquet").to_pylist()
    chosen = [
        raw / file["source_path"]
        for number, file in enumerate(files)
        if number % 40 == 0 or file["status"] == "rejected"
    ]
    found = ((path, explain(path, raw, DEFAULT_LIMITS)) for path in chosen)
    return {f"explain {path.name}": json.dumps(asdict(each)).encode() for path, each in found}


@pytest.mark.slow
@pytest.mark.parametrize("name", ["diablo4", "azure", "seeds"])
def test_no_secret_of_a_real_archive_gets_out(
    name: str, tmp_path: Path, record_property: Figures
) -> None:
    raw = real_archive(name)
    secrets = Secrets(secured_values(raw))
    out = tmp_path / "out"
    told = said(raw, out) | explained(raw, out)
    written = (
        (str(path.relative_to(tmp_path)), text)
        for path in sorted(tmp_path.rglob("*"))
        if path.is_file()
        for text in texts(path)
    )
    hits: list[Hit] = []
    searched = 0
    for place, text in itertools.chain(told.items(), written):
        searched += len(text)
        hits += secrets.hits(place, text)
    record_property(
        "figures",
        f"secrets: {name:<8} {len(secrets.values):6,} values, {searched / 1e6:6.1f} MB searched, "
        f"{len(hits)} hits",
    )
    assert secrets.values
    assert hits == []


def test_a_secret_is_found_wherever_it_lies(tmp_path: Path) -> None:
    write_sample(tmp_path / "raw", 20, seed=3)
    secrets = Secrets([*secured_values(tmp_path / "raw"), b"short secret", b"tiny"])
    long = max(secrets.values, key=len)
    column = pa.table(
        {"text": ["before", f"x{long[5:30].decode()}y", None, "a tiny bit", "short secret"] * 9}
    )
    pq.write_table(column, tmp_path / "a.parquet", compression="zstd")
    feather.write_feather(
        pa.table({"text": column["text"].dictionary_encode()}), tmp_path / "a.arrow"
    )
    with duckdb.connect(tmp_path / "a.duckdb") as connection:
        connection.register("given", column)
        connection.execute("create table kept as select * from given")
    (tmp_path / "a.log").write_bytes(
        b"\n".join(value.encode() for value in column["text"].to_pylist() if value)
    )
    packed = base64.b64encode(gzip.compress((tmp_path / "a.log").read_bytes()))
    (tmp_path / "a.html").write_bytes(b'<script type="text/plain" id="a">' + packed + b"</script>")
    for kind in ("parquet", "arrow", "duckdb", "log", "html"):
        pieces = {
            hit.piece for text in texts(tmp_path / f"a.{kind}") for hit in secrets.hits(kind, text)
        }
        assert {b"short secret", b"tiny"} < pieces, kind
        assert any(piece in long for piece in pieces), kind
    assert list(secrets.hits("", b"nothing but destiny, shortly secret")) == []
    assert list(secrets.hits("", b"")) == []


HEAD = (
    "category: news\ntitle: A title\n",
    "publishedDateTime: 2020-02-11T18:11:00Z\nwebUrl: https://a.example/x\n",
    "provider:\n  name: A\n  domain: a.example\n",
    'excerpt: "some text"\n',
    "quality: 50\n",
)
SHAPES = tuple(
    shape.replace("S", SECRET)
    for shape in (
        *("secured: S\n", 'secured: "S"\n', "secured: 'S'\n", "secured : S\n", "secured:   S  \n"),
        *(
            "secured: |\n  S\n",
            "secured: >-\n  S\n  S\n",
            "secured:\n  S\n",
            "secured:\n- S\n- S\n",
        ),
        *("secured: [S, S]\n", "secured: {S: S}\n", "secured:\n  S: S\n  S: S\n"),
        *('"secured": S\n', "'secured': S\n", '"sec\\x75red": S\n', "? secured\n: S\n"),
        *("secured: S: S\n", 'secured: "S\n', "secured: 'S' S\n", "secured: [S\n"),
        *("secured: !S S\n", "secured: &S S\n", "secured: *S\n", "secured: %S\n", "secured: @S\n"),
        *('secured: "\\S"\n', "secured:\tS\n", "secured: `S`\n", "secured: S #S\n"),
        *("secured: |\n  S\n S\n", "secured: S\n  S\n", "secured: 'S\n\n  S'\n"),
        *("secured: S\n\tS\n", "secured: {S: S\n", "secured: S\nsecured: S\n"),
        *("secured: !!binary S\n", "secured:\n  secured: S\n", 'secured: "a\nsecured: S"\n'),
        *("topics:\n- {secured: S, a: b}\n", "images:\n- url: u\n  secured: S\n"),
        "related:\n- title: t\n  secured: S\n  quality: high\n",
        "related:\n- title: t\n  provider:\n    domain: d\n    secured: {a: [S]}\n",
        "related: [{secured: 'S\n  S', quality: high}]\n",
        "related:\n- secured: S\n- secured: S\n",
        *("quality: {secured: S}\n", "title: {secured: S}\n", "category: {secured: S}\n"),
        *("mood: {deep: [{secured: S}]}\n", "mood:\n  secured: S\n  other: 1\n"),
    )
)
"""Ways to write the secret, sound and broken; wherever it stands, it belongs to `secured`."""

DAMAGE = (
    *(b'"', b"'", b"\n", b" ", b"\t", b"#", b": ", b"- ", b"{", b"}", b"[", b"]", b"|", b">", b","),
    *(
        b"\n---\n",
        b"\n...\n",
        b"\n--- |\n",
        b"\0",
        b"\xff",
        b"\r",
        b"&",
        b"*",
        b"!",
        b"%",
        b"\\",
        b"",
    ),
    *(b"\xc2\x85", b"\xe2\x80\xa8", b"\n\n", b"title: |\n", b"x: '", b'x: "', b"? "),
)


def everything_told(folder: Path, name: str, data: bytes) -> str:
    """Every row that a file gives, and all that is said when it is explained."""
    tables = parse([RawContent(name, len(data), data)], DEFAULT_LIMITS)
    rows = {name: table.to_pylist() for name, table in tables.items()}
    (folder / name).write_bytes(data)
    return json.dumps([rows, asdict(explain(folder / name, folder, DEFAULT_LIMITS))], default=str)


@given(
    st.permutations(HEAD),
    st.sampled_from(SHAPES),
    st.integers(0, len(HEAD)),
    st.none() | st.tuples(st.floats(0, 1), st.integers(0, 3), st.sampled_from(DAMAGE)),
    st.sampled_from(["---\n", "\ufeff---\r\n", "--\n", ""]),
    st.sampled_from(["a.md", "a.txt"]),
)
def test_no_secret_of_a_broken_record_is_told(
    tmp_path_factory: pytest.TempPathFactory,
    head: list[str],
    shape: str,
    place: int,
    damage: tuple[float, int, bytes] | None,
    opening: str,
    name: str,
) -> None:
    before, after = "".join(head[:place]), "".join(head[place:])
    parts = [opening + before, shape, f"{after}---\n\nA body.\n"]
    if damage:
        # The damage lies before or after the lines of the secret: within them, it would make
        # another field of it.
        spoilt = 0 if damage[0] < 0.5 else 2
        data = parts[spoilt].encode()
        at = int(damage[0] * 2 % 1 * len(data))
        damaged = data[:at] + damage[2] + data[at + damage[1] :]
        if damaged and spoilt == 0 and not damaged.endswith(b"\n"):
            damaged += b"\n"
    else:
        spoilt, damaged = 0, parts[0].encode()
    whole = b"".join(damaged if i == spoilt else part.encode() for i, part in enumerate(parts))
    told = everything_told(tmp_path_factory.getbasetemp(), name, whole)
    assert SECRET not in told, whole


def _letter(letter: str, capital: str) -> st.SearchStrategy[str]:
    """Ways to write one letter, most often as it is."""
    code = ord(letter)
    escaped = (f"\\x{code:02x}", f"\\u{code:04X}", f"\\U{code:08x}", f"&#{code};", f"&#x{code:x};")
    return st.sampled_from([letter] * 6 + [capital, chr(code + 0xFEE0), *escaped])


JOINTS = st.sampled_from([""] * 9 + ["\\\n  ", "\\\r\n\t", "\u200b", "\u00ad", "\ufe0f", "\u0301"])


def _spellings(change_case: bool) -> st.SearchStrategy[str]:
    """Ways to write the name; of a key in any case."""
    letters = [_letter(each, each.upper() if change_case else each) for each in "secured"]
    return st.tuples(*letters).flatmap(
        lambda written: st.lists(JOINTS, min_size=6, max_size=6).map(
            lambda joints: "".join(map("".join, zip(written, [*joints, ""], strict=True)))
        )
    )


KEYED = tuple(
    shape.replace("S", SECRET)
    for shape in (
        *('"K": S\n', '"K" : S\n', '" K\\t": [S]\n', '? "K"\n: S\n', '"K": S: x\n', '"K": "S\n'),
        *('"K": {S: S\n', '? "K"\n: S: x\n', '"K": S\n"K": S\n', '"K":\n  S\n  S: x\n'),
        *('mood: {"K": S, a: 1}\n', 'quality: {"K": [S]}\n', 'images: {"K": S}\n'),
        *('mood: {"K": S\n', 'mood: [a, {"K": S: x}]\n', 'topics:\n- "K": S\n- {"K": S}\n'),
        *('related:\n- "K": S\n  quality: high\n', 'images:\n- url: u\n  "K": S\n  width: x\n'),
        *('excerpt: |\n  a\n  "K": S\n', "title: \"x\n\n  'K': S\"\n", "mood: >\n  * K = S\n"),
    )
)
BEFORE = st.lists(
    st.sampled_from(
        [
            *(
                " ",
                "\t",
                "\xa0",
                "\u3000",
                "\ufeff",
                "> ",
                "* ",
                "- ",
                "+ ",
                "# ",
                "? ",
                "1. ",
                "(a) ",
            ),
            *(
                "| ",
                "{",
                "[",
                '"',
                "'",
                "`",
                "**",
                "__",
                "<",
                "\u2022",
                "\u2013 ",
                "//",
                "a, ",
                "x: ",
            ),
        ]
    ),
    max_size=3,
).map("".join)
AFTER = st.sampled_from(
    [
        *(":", " :", "\t:", "\xa0:", "\uff1a", '":', "' :", "`:", "**:", "__ :", "]:", ")\u3000:"),
        *("=", " = ", '"=', "=>", ":=", " | ", ">", " ->", "\\:", "&colon;", "&nbsp;&#58;", "\n: "),
    ]
)


@given(
    st.permutations(HEAD),
    st.sampled_from(KEYED),
    st.integers(0, len(HEAD)),
    _spellings(change_case=True),
)
def test_no_secret_is_told_however_its_key_is_spelt(
    tmp_path_factory: pytest.TempPathFactory,
    head: list[str],
    shape: str,
    place: int,
    spelling: str,
) -> None:
    lines = [*head[:place], shape.replace("K", spelling), *head[place:]]
    data = f"---\n{''.join(lines)}---\n".encode()
    assert SECRET not in everything_told(tmp_path_factory.getbasetemp(), "a.md", data), data


@given(BEFORE, _spellings(change_case=False), AFTER)
def test_no_text_keeps_a_field_however_it_is_spelt(before: str, spelling: str, after: str) -> None:
    text = f"Some words\n{before}{spelling}{after}{SECRET}\nsome words\n"
    block = "".join(f"  {line}\n" for line in text.splitlines())
    head = f"---\n{''.join(HEAD)}"
    for name, whole in {
        "a.txt": text,
        "a.md": f"{head}---\n{text}",
        "b.md": f"{head}mood: |\n{block}---\n",
    }.items():
        with pytest.raises(FileRejected) as refused:
            read_file(name, whole.encode(), DEFAULT_LIMITS)
        problem = refused.value.problem
        assert SECRET not in f"{problem.raw_value}{problem.message}", whole


SWALLOWED = {
    'category: news\ntitle: "A title\nsecured: S\n"\n': "invalid_yaml",
    "category: news\nexcerpt: 'A title\n  \"secured\" : S\n'\n": "invalid_yaml",
    'category: news\ntitle: "A title\n\n  - {secured: S}\n"\n': "invalid_yaml",
    "category: news\nprovider: |\n  name: a\n  secured: S\n": "invalid_yaml",
    "category: news\nprovider: >\n  name: a\n\n  secured: S\n": "invalid_yaml",
    "category: news\n? |\n  name\n  secured: S\n: b\n": "invalid_yaml",
    "category: news\n---\nsecured: S\n": "unclosed_front_matter",
    "category: news\n---\n\nbody\nprovider: {domain: d, 'secured': S}\n": "unclosed_front_matter",
}


@pytest.mark.parametrize(("block", "code"), SWALLOWED.items())
def test_a_text_that_runs_over_a_secret_is_refused(block: str, code: str, tmp_path: Path) -> None:
    whole = f"---\n{block.replace('S', SECRET)}---\n"
    with pytest.raises(FileRejected) as refused:
        read_file("a.md", whole.encode(), DEFAULT_LIMITS)
    assert refused.value.problem.code == code
    assert SECRET not in everything_told(tmp_path, "a.md", whole.encode())


def test_a_page_with_a_secret_is_refused_at_its_line() -> None:
    with pytest.raises(FileRejected) as refused:
        read_file("a.txt", b"--\n\ntitle: x\n  secured: y\n", DEFAULT_LIMITS)
    problem = refused.value.problem
    assert (problem.code, problem.line) == ("unclosed_front_matter", 4)


@pytest.mark.parametrize(
    "text",
    [
        "The area is secured: nobody gets in.",
        "unsecured: a loan",
        "It was secured\nby all: everyone",
        "a {b} secured",
        "loans (secured) cost: more",
        "a non-secured: one",
        "is_secured: yes",
        "sec ured: two words",
    ],
)
def test_prose_is_no_secret(text: str) -> None:
    block = text.replace("\n", "\n  ")
    fields = "category: news\nsecured: |\n  secured: x\n  secured: y\n"
    data = f"---\n{fields}title: |\n  {block}\n---\n{text}\n".encode()
    assert line_of_secured(text) is None
    assert isinstance(read_file("a.md", data, DEFAULT_LIMITS), FrontMatter)
    assert isinstance(read_file("a.txt", text.encode(), DEFAULT_LIMITS), Page)


@pytest.mark.parametrize("line", ["Secured: five seats", "SECURED | a harbour"])
def test_a_headline_is_no_field(line: str) -> None:
    assert line_of_secured(f"{line}\n") is None
    assert line_of_secured(f"{line.lower()}\n") == 0
