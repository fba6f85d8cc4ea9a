"""The numbers of a build against an independent recount, and against figures known beforehand."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder, real_archive
from tests.independent import compare
from tests.independent.compare import KEYS
from tests.odd_archive import write_odd_archive

INDEPENDENT = sorted((Path(__file__).parent.parent / "independent").glob("*.py"))


def rows(out: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(out / "analytics.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def one(out: Path, query: str) -> object:
    return rows(out, query)[0][0]


@pytest.mark.parametrize("module", INDEPENDENT, ids=lambda path: path.name)
def test_the_recount_imports_nothing_of_the_pipeline(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and not node.level:
            names = [node.module or ""]
        assert not [name for name in names if name.split(".")[0] == "pipeline"]


def test_committed_archive_equals_its_recount(built: Builder) -> None:
    comparison = compare(DATA_RAW, built(DATA_RAW)[0])
    assert not comparison.differences, str(comparison)
    assert comparison.cells.total() > 50_000
    assert set(KEYS) <= set(relations())
    assert comparison.resolved > 500


@pytest.mark.slow
def test_generated_archive_equals_its_recount(built: Builder, generated: Path) -> None:
    comparison = compare(generated, built(generated)[0])
    print(comparison)
    assert not comparison.differences, str(comparison)


def test_seeds_equal_their_recount(built: Builder) -> None:
    raw = real_archive("seeds")
    comparison = compare(raw, built(raw)[0])
    print(comparison)
    assert not comparison.differences, str(comparison)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["diablo4", "azure"])
def test_real_archives_equal_their_recount(built: Builder, name: str) -> None:
    raw = real_archive(name)
    comparison = compare(raw, built(raw)[0])
    print(comparison)
    assert not comparison.differences, str(comparison)


def one_more(values: pa.ChunkedArray) -> pa.Array:
    """The same values but for the first filled one."""
    changed = values.to_pylist()
    place = next(i for i, value in enumerate(changed) if value is not None)
    first = changed[place]
    changed[place] = f"{first}x" if isinstance(first, str) else first + 1
    return pa.array(changed, values.type)


WRONG = [
    ("tables/articles", "quality"),
    ("tables/articles", "title"),
    ("tables/related_items", "lag_hours"),
    ("tables/related_items", "related_article_id"),
    ("tables/related_items", "canonical_url"),
    ("tables/images", "megapixels"),
    ("tables/rejects", "code"),
    ("tables/pages", "word_count"),
    ("marts/topic_pairs", "npmi"),
    ("marts/provider_summary", "p90_quality"),
    ("marts/data_completeness", "distinct_count"),
    ("marts/page_mentions", "first_paragraph"),
    ("marts/page_links", "matched_terms"),
    ("marts/provider_links", "reciprocity"),
    ("marts/provider_pairs", "expected_shared_story_count"),
    ("marts/topic_providers", "share_of_provider"),
    ("marts/provider_publishers", "domain_article_share"),
    ("marts/image_hosts", "top_aspect_class"),
    ("marts/quality_factors", "difference_low"),
    ("marts/stories", "syndicated_share"),
    ("marts/clusters", "link_density"),
    ("marts/cluster_articles", "cluster_id"),
    ("marts/story_articles", "lag_hours"),
    ("marts/provider_timeliness", "expected_first_count"),
    ("marts/provider_publishers", "expected_first_count"),
    ("marts/syndication", "span_hours"),
    ("marts/copy_pairs", "similarity"),
    ("marts/copy_articles", "position"),
    ("marts/duplicate_articles", "reason"),
]


@pytest.fixture(scope="module")
def found(built: Builder, tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What is found of a build in which one cell of each of these columns is wrong."""
    out = tmp_path_factory.mktemp("wrong") / "build"
    shutil.copytree(built(DATA_RAW)[0], out)
    for file, column in WRONG:
        path = out / f"{file}.parquet"
        table = pq.read_table(path)
        place = table.column_names.index(column)
        pq.write_table(table.set_column(place, column, one_more(table[column])), path)
    return compare(DATA_RAW, out).differences


@pytest.mark.parametrize(("file", "column"), WRONG)
def test_a_wrong_cell_is_found(found: list[str], file: str, column: str) -> None:
    table = file.partition("/")[2]
    is_key = table == "rejects" or column in KEYS[table]
    told = rf"{table}: " if is_key else rf"{table}\[.*\]\.{column}: published "
    assert any(re.match(told, each) for each in found)


def test_a_missing_row_is_found(built: Builder, tmp_path: Path) -> None:
    out = tmp_path / "build"
    shutil.copytree(built(DATA_RAW)[0], out)
    path = out / "tables" / "images.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    assert compare(DATA_RAW, out).differences


def image_counts(out: Path) -> dict[str, int]:
    owners = pq.read_table(out / "tables" / "images.parquet", columns=["owner"])["owner"]
    return {
        str(each["values"]): int(each["counts"]) for each in pc.value_counts(owners).to_pylist()
    }


def test_every_file_of_the_committed_archive_is_accounted_for(built: Builder) -> None:
    out, summary = built(DATA_RAW)
    files = [path for path in DATA_RAW.rglob("*") if path.is_file()]
    assert summary.discovered == len(files) == summary.rows["files"]
    assert summary.discovered == summary.loaded + summary.skipped + summary.rejected
    statuses = Counter(status for (status,) in rows(out, "select status from files"))
    assert statuses == {
        "loaded": summary.loaded,
        "skipped": summary.skipped,
        "rejected": summary.rejected,
    }


def test_figures_of_the_seeds(built: Builder) -> None:
    out, summary = built(real_archive("seeds"))
    wanted = {"articles": 1, "article_topics": 2, "related_items": 6, "images": 4, "providers": 7}
    wanted |= {"pages": 1, "rejects": 0, "files": 2}
    assert {name: summary.rows[name] for name in wanted} == wanted
    page = rows(
        out,
        "select section, dateline, paragraph_count, copyright_year, copyright_holder from pages",
    )
    assert page == [("Local News", "RALEIGH, N.C.", 13, 2024, "Capitol Broadcasting Company")]


def largest_clusters(out: Path) -> list[tuple[object, ...]]:
    return rows(out, "select count(*), max(article_count) from clusters")


def resolved(out: Path) -> object:
    return one(out, "select count(related_article_id) from related_items")


BY_EQUAL_URL = """
    select count(*) from related_items where url in (select url from articles)
"""


def test_figures_of_diablo4(built: Builder) -> None:
    out, summary = built(real_archive("diablo4"))
    wanted = {"articles": 1_611, "related_items": 5_315, "article_topics": 1_653, "providers": 119}
    assert {name: summary.rows[name] for name in wanted} == wanted
    assert image_counts(out) == {"article": 1_477, "related": 5_031, "provider": 301}
    assert one(out, BY_EQUAL_URL) == 5_035
    assert resolved(out) == 5_035
    assert largest_clusters(out) == [(706, 81)]
    assert (summary.discovered, summary.rejected) == (1_995, 4)
    assert summary.loaded + summary.skipped == 1_991


def test_broken_yaml_of_diablo4_is_named_with_its_line(built: Builder) -> None:
    raw = real_archive("diablo4")
    found = rows(
        built(raw)[0], "select source_path, line, code from rejects where severity = 'error'"
    )
    assert len(found) == 4
    for source_path, line, code in found:
        text = (raw / str(source_path)).read_text(encoding="utf-8").split("\n")
        assert code == "invalid_yaml"
        assert isinstance(line, int)
        assert "name: DM: Diablo" in text[line - 1]


def test_figures_of_azure(built: Builder) -> None:
    out, summary = built(real_archive("azure"))
    wanted = {"articles": 1_384, "related_items": 50_317, "article_topics": 1_502}
    wanted |= {"providers": 314, "rejects": 0}
    assert {name: summary.rows[name] for name in wanted} == wanted
    assert image_counts(out) == {"article": 987, "related": 41_160, "provider": 759}
    assert one(out, BY_EQUAL_URL) == 41_928
    assert resolved(out) == 41_928


def test_clusters_of_azure(built: Builder) -> None:
    """By URLs as observed there are 483, the largest of 187 articles; two articles whose URLs
    differ in tracking parameters alone join two of these clusters to one of 216."""
    out = built(real_archive("azure"))[0]
    assert largest_clusters(out) == [(482, 216)]
    assert rows(
        out,
        """
        select count(*), count(distinct url), count(distinct split_part(url, '?', 1))
        from articles group by canonical_url having count(distinct url) > 1
        """,
    ) == [(2, 2, 1)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_odd_records_equal_their_recount(built: Builder, tmp_path: Path, seed: int) -> None:
    write_odd_archive(tmp_path, 300, seed)
    out, summary = built(tmp_path)
    assert summary.loaded > 150
    assert summary.warnings > 300
    comparison = compare(tmp_path, out)
    assert not comparison.differences, str(comparison)
