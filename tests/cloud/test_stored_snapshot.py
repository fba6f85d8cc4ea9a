"""Reading a build in a bucket, on a local S3 server: what is asked for is copied, and checked."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.errors import BuildMissing, UsageError
from pipeline.publish.manifest import sealed, unsealed
from tests.build_fixtures import DATA_RAW, Builder
from tests.calling import call, loaded, printed
from tests.cloud.bucket_server import BucketServer

pytest.importorskip("obstore", reason="`make test-cloud` has it")

OUT = "s3://news/out"
VERBS = [
    ("tables",),
    ("describe", "articles"),
    ("check", "--json"),
    ("rejects", "--json"),
    ("verify", "--json"),
    ("examples", "best_outlets", "--json"),
    ("sql", "select count(*) as n, min(title) as first from articles", "--json"),
    ("sql", "describe topics", "--json"),
    ("sql", "pivot articles on type using count(*) group by category order by category", "--json"),
    ("sql", "show tables", "--json"),
    ("compare", "--from", "2020-03..2020-12", "--to", "2021-01..2022-12", "--json"),
]


@pytest.fixture
def published(bucket: Any, small_home: Path, server: BucketServer) -> str:
    build(small_home / "raw", OUT, workers=1)
    server.reset()
    return OUT


def figures(text: str) -> Any:
    """What is said as JSON; sums of floats depend on the order in which threads add them."""
    if not text.startswith(("[", "{")):
        return text
    return json.loads(text, parse_float=lambda figure: round(float(figure), 9))


def key(bucket: Any, name: str) -> Any:
    """The object that holds a file of the published build."""
    manifest = json.loads(bucket.Object("out/manifest.json").get()["Body"].read())
    return bucket.Object(f"out/{manifest['location']}/{name}")


def test_every_verb_says_what_it_says_of_a_folder(
    bucket: Any, built: Builder, tmp_path: Path
) -> None:
    folder = built(DATA_RAW)[0]
    build(DATA_RAW, OUT, workers=1)
    for verb in VERBS:
        of_bucket = call(*verb, "--out", OUT)
        of_folder = call(*verb, "--out", str(folder))
        assert of_bucket.exit_code == of_folder.exit_code == 0, (verb, of_bucket.stderr)
        if verb[0] != "verify":  # which names the run
            said = of_bucket.stdout.replace(OUT, str(folder))
            assert figures(said) == figures(of_folder.stdout), verb
    assert loaded("verify", "--out", OUT, "--json")["faults"] == []
    assert loaded("diff", str(folder), OUT, "--json")["relations"] == []
    ended = call("export", "superset", "--out", OUT, "--output", str(tmp_path / "a.zip"))
    assert (ended.exit_code, "give its path by --database" in ended.stderr) == (2, True)
    exported = ("--database", "/data/analytics.duckdb", "--output", str(tmp_path / "a.zip"))
    assert "written" in printed("export", "superset", "--out", OUT, *exported)


def test_a_query_copies_the_files_it_reads_and_only_once(
    published: str, server: BucketServer
) -> None:
    with pipeline.open(published) as opened:
        size = opened.manifest["files"]["marts/daily_coverage.parquet"]["bytes"]
        opened.sql("with d as (from daily_coverage) select max(date) from d")
        opened.sql("from DAILY_COVERAGE limit 1")
    [_, copied] = [each for each in server.requests if each.method == "GET"]
    assert (copied.path.rpartition("/")[2], copied.received) == ("daily_coverage.parquet", size)
    server.reset()
    with pipeline.open(published) as opened:
        opened.sql("from daily_coverage")
    assert [each.path for each in server.requests] == ["/news/out/manifest.json"]


def test_queries_see_the_build_and_nothing_else(published: str, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n", encoding="utf-8")
    with pipeline.open(published) as opened:
        for query in (f"from '{other}'", "create table a as select 1", "copy articles to 'a.csv'"):
            with pytest.raises(UsageError):
                opened.sql(query)
        with pytest.raises(UsageError, match="The tables and marts are"):
            opened.sql("from nonsuch")
        found = opened.sql("select * from query('from ' || 'articles')")
        assert len(found) == opened.rows["articles"]
    with pipeline.open(published, allow_files=True) as opened:
        assert len(opened.sql(f"from '{other}'")) == 1


def test_a_cache_whose_name_duckdb_would_misread_is_named(
    published: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSLOOM_CACHE", str(tmp_path / "a*b"))
    with pipeline.open(published) as opened:
        assert len(opened.table("topics")) == opened.rows["topics"]
        with pytest.raises(UsageError, match="set NEWSLOOM_CACHE to a folder of letters"):
            opened.sql("from topics")


def test_an_open_build_stays_that_build(published: str, home: Path) -> None:
    with pipeline.open(published) as opened:
        before = opened.arrow("files").num_rows
        (home / "raw" / "more.txt").write_text("A page", encoding="utf-8")
        build(home / "raw", published, workers=1)
        assert opened.arrow("pages").num_rows == opened.rows["pages"]
        assert opened.arrow("files").num_rows == before


@pytest.mark.parametrize(
    ("fault", "kind", "message"),
    [
        ("deleted", "missing", "topics.parquet is gone: newer builds have been published"),
        ("cut", "truncated", r"topics.parquet is not what the manifest says"),
        ("edited", "edited", r"topics.parquet is not what the manifest says"),
    ],
)
def test_a_damaged_object_is_named(
    published: str, bucket: Any, fault: str, kind: str, message: str
) -> None:
    found = key(bucket, "tables/topics.parquet")
    data = found.get()["Body"].read()
    if fault == "deleted":
        found.delete()
    else:
        found.put(Body=data[:-9] if fault == "cut" else data[:99] + b"x" + data[100:])
    with pipeline.open(published) as opened, pytest.raises(BuildMissing, match=message):
        opened.table("topics")
    faults = loaded_faults(published)
    assert [(each["path"], each["kind"]) for each in faults] == [("tables/topics.parquet", kind)]


def loaded_faults(address: str) -> list[dict[str, str]]:
    ended = call("verify", "--out", address, "--json")
    assert ended.exit_code == 1
    return list(json.loads(ended.stdout)["faults"])


def test_a_manifest_that_leads_elsewhere_is_refused(published: str, bucket: Any) -> None:
    manifest = bucket.Object("out/manifest.json")
    whole = unsealed(json.loads(manifest.get()["Body"].read()))
    manifest.put(Body=json.dumps({**whole, "location": "../secret"}).encode())
    with pytest.raises(BuildMissing, match="is not a manifest"):
        pipeline.open(published)
    manifest.put(Body=json.dumps({**whole, "run_id": "x", "manifest_sha256": ""}).encode())
    with pytest.raises(BuildMissing, match="was edited"):
        pipeline.open(published)
    whole["files"]["tables/topics.parquet"]["sha256"] = "../x"
    manifest.put(Body=sealed(whole).encode())
    with pipeline.open(published) as opened, pytest.raises(BuildMissing, match="no SHA-256"):
        opened.table("topics")


def test_where_there_is_no_build_the_message_says_so(bucket: Any) -> None:
    with pytest.raises(BuildMissing, match=r"s3://news/none holds no build; make one with"):
        pipeline.open("s3://news/none")
    assert call("tables", "--out", "s3://news/none").exit_code == 2


def test_copies_that_nobody_used_are_deleted(published: str, tmp_path: Path) -> None:
    copies = tmp_path / "cache" / "files"
    with pipeline.open(published) as opened:
        opened.table("topics")
        [old] = copies.iterdir()
        long_ago = time.time() - 8 * 24 * 3600
        os.utime(old, (long_ago, long_ago))
        opened.table("articles")
        assert old not in copies.iterdir()
        assert len(opened.table("topics")) == opened.rows["topics"]  # it is open
    assert len(list(copies.iterdir())) == 1
