"""A query can read the build, and neither change it nor reach anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

import pipeline
from pipeline.core.catalog import relations, sql_folder
from pipeline.read.build import Build
from tests.calling import call
from tests.small_build import write_build

COPIED = "(format csv, use_tmp_file false)"
WRITES = [
    "use memory; detach analytics; attach '{db}' as analytics; drop table analytics.articles",
    f"copy (select 'gone') to '{{db}}' {COPIED}",
    f"copy (select 'x') to '{{db}}.wal' {COPIED}",
    f"select 1; copy (select 'gone') to '{{db}}' {COPIED}",
    f"with a as (copy (select 'gone') to '{{db}}' {COPIED}) select 1",
    f"with a as materialized (copy (select 'gone') to '{{db}}' {COPIED}) from a",
    f"with a as (select 1), b as (copy (from a) to '{{db}}.wal' {COPIED}) from a; select 2",
    f"select * from (with a as (copy (select 'gone') to '{{db}}' {COPIED}) from a)",
    f"from query('with a as (copy (select 1) to ''{{db}}'' {COPIED}) select 1')",
    f"explain analyze copy (select 'gone') to '{{db}}' {COPIED}",
    f"explain (analyze) copy (select 'gone') to '{{db}}' {COPIED}",
    f"explain /* */ analyze with a as (copy (select 1) to '{{db}}' {COPIED}) select 1",
    f"copy (pivot topics on topic) to '{{db}}' {COPIED}",
    f"with a as (copy (select 1) to '{{db}}' {COPIED}) pivot topics on topic",
    f"pivot (with a as (copy (select 1) to '{{db}}' {COPIED}) from topics) on topic",
    f"pivot (from query('with a as (copy (select 1) to ''{{db}}'' {COPIED}) from a')) on count",
    f"/**/with a as (/**/COPY/**/(select 1) to '{{db}}' {COPIED}) pivot topics on topic",
    f"select 1; explain with a as (copy (from a) to '{{db}}' {COPIED}) pivot topics on topic",
    "create table t as pivot topics on topic",
    "with a as (insert into topics values ('x', 1) returning *) from a",
    "with a as (delete from topics returning *) from a",
    "insert into topics values ('x', 1)",
    "update topics set topic = 'x'",
    "delete from topics",
    "truncate topics",
    "merge into topics using topics as t using (topic) when matched then delete",
    "create temp table t as select 1",
    "create view v as select 1",
    "create macro m() as 1",
    "create secret (type s3)",
    "alter table topics rename to t",
    "comment on table topics is 'x'",
    "drop table topics",
    "set threads = 1",
    "set variable x = 1",
    "reset threads",
    "pragma enable_profiling",
    "pragma import_database('x')",
    "call enable_logging()",
    "call range(3)",
    "prepare p as select 1",
    "execute p",
    "export database '{db}.d'",
    "import database '{db}.d'",
    "copy from database analytics to memory",
    "attach ':memory:' as m",
    "detach analytics",
    "install httpfs",
    "load httpfs",
    "load '{db}'",
    "update extensions",
    "checkpoint",
    "force checkpoint",
    "vacuum",
    "analyze",
    "begin",
    "from enable_logging(storage = 'file', storage_config = {{'path': '{db}.log'}})",
    "from enable_profiling(save_location = '{db}.json')",
    "from read_text('{secret}')",
    "from read_csv('{secret}')",
    "from '{secret}'",
    "from glob('{secret}')",
    "from sniff_csv('{secret}')",
    "from parquet_metadata('{secret}')",
    "from query('from read_text(''{secret}'')')",
    "select getenv('HOME')",
    "from 'https://a.example/x.csv'",
    "from sqlite_scan('{secret}', 't')",
]
READS = [
    "select 1",
    "from topics",
    "table topics",
    "values (1)",
    "(select 1) union all (select 2)",
    "with a as (select 1 as x) from a",
    "with recursive r as (select 1 as x union all select x + 1 from r where x < 3) from r",
    "select 1; -- the end",
    "/* a */ select ';' as \"é;\" -- x;\n; /* b */ ;",
    "describe topics",
    "describe select 1",
    "show tables",
    "summarize topics",
    "pivot topics on article_count using count(*)",
    "pivot (select 1 as x) on x; -- the end",
    "unpivot (select 1 as x, 2 as y) on x, y",
    "explain select 1",
    "-- a\nexplain analyze select 1;",
    "explain (analyze, format json) select 1",
    "explain pivot (select 1 as x) on x",
    "from query('select 1')",
    "from query_table('topics')",
    "select 1 as x, 2 as x order by 1 limit 1",
    "from pragma_table_info('topics')",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One build for all: whatever is asked of it, it stays as it is."""
    topics = [{"topic": "tides", "article_count": 1}]
    return write_build(tmp_path_factory.mktemp("only") / "out", {"topics": topics})


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("query", WRITES)
def test_what_writes_or_reaches_out_is_a_wrong_request(query: str, folder: Path) -> None:
    secret = folder.parent / "secret.csv"
    secret.write_text("the,secret\n")
    before = contents(folder.parent)
    query = query.format(db=folder / "analytics.duckdb", secret=secret)
    result = call("sql", query, "--out", str(folder))
    assert (result.exit_code, result.stdout) == (2, "")
    assert contents(folder.parent) == before


@pytest.mark.parametrize("query", READS)
def test_what_reads_is_run(query: str, folder: Path) -> None:
    with pipeline.open(folder) as build, pipeline.open(folder, allow_files=True) as open_to_files:
        if "analyze" in query:  # tells the time
            assert len(build.sql(query)) == 1
        else:
            assert build.sql(query).equals(open_to_files.sql(query))


@pytest.mark.slow
def test_every_select_of_ours_is_run(folder: Path) -> None:
    examples = [path.read_text() for path in sorted((sql_folder() / "examples").glob("*.sql"))]
    with Build(folder) as build:
        made = [each.query for each in relations().values() if each.query and not each.is_parsed]
        for query in [*examples, *made]:
            build.reader(query)


def test_with_files_allowed_the_build_is_attached_read_only(folder: Path, tmp_path: Path) -> None:
    before = contents(folder)
    with pipeline.open(folder, allow_files=True) as build:
        with pytest.raises(pipeline.UsageError, match="read-only"):
            build.sql("drop table topics")
        build.sql(f"copy topics to '{tmp_path}/topics.csv'")
    assert contents(folder) == before
    assert (tmp_path / "topics.csv").exists()
