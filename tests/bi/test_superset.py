"""A real Superset imports the bundle, and its charts have the numbers of the marts.

`make test-superset` installs Superset, and names its program by NEWSLOOM_SUPERSET.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.core.catalog import relations
from tests.build_fixtures import DATA_RAW, Builder, real_archive
from tests.calling import printed
from tests.conftest import Figures

pytestmark = pytest.mark.slow
MARTS = [each for each in relations().values() if each.kind == "marts"]
USER = {"username": "reader", "password": "only of this test"}
SECONDS = 300
SETTINGS = """
SECRET_KEY = "a secret of nothing but this test"
SQLALCHEMY_DATABASE_URI = "sqlite:///{home}/superset.db"
WTF_CSRF_ENABLED = TALISMAN_ENABLED = RATELIMIT_ENABLED = False
"""
FIRSTS = "Firsts against chance"
BREAKS = "Breaks of collection or tagging"
WANTED = {
    "Articles by month": """
        select epoch_ms(date_trunc('month', date)::timestamp) as date,
            sum(article_count)::bigint as article_count
        from daily_coverage group by 1""",
    BREAKS: """
        select epoch_ms(month::timestamp) as month, series, before, after, score
        from series_breaks where is_break order by month, series limit 200""",
    "Largest outlets": """
        select provider_domain, article_count, article_share, avg_quality, rated_article_count,
            mention_count, duplicate_article_count
        from provider_summary order by article_rank, provider_domain limit 25""",
    FIRSTS: """
        select provider_domain, story_count, first_count, expected_first_count, first_ratio,
            first_ratio_low, first_ratio_high
        from provider_timeliness where is_supported order by first_ratio desc, provider_domain""",
    "Quality by month": """
        select epoch_ms(month::timestamp) as month, avg_quality, median_quality, p10_quality,
            p90_quality
        from quality_monthly""",
    "Quality of articles": """
        select quality_bucket, type, item_count from quality_distribution
        where role = 'article'""",
    "Largest stories": """
        select title, provider_count, article_count,
            epoch_ms(first_published_at) as first_published_at, span_hours, lead_provider, top_topic
        from stories order by provider_count desc, article_count desc, story_id limit 50""",
}
"""What a chart shows, by its name, as asked of the marts without Superset."""


class Superset:
    """A Superset with one user, whose settings and metadata are in `home`."""

    def __init__(self, program: str, home: Path) -> None:
        self._program = program
        self._environment = {
            **os.environ,
            "SUPERSET_HOME": str(home),
            "SUPERSET_CONFIG_PATH": str(home / "superset_config.py"),
            "FLASK_APP": "superset.app:create_app()",
        }
        self._address = self._token = ""
        self._log = home / "log.txt"
        (home / "superset_config.py").write_text(SETTINGS.format(home=home))

    def run(self, *arguments: str) -> None:
        ended = subprocess.run(
            [self._program, *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stderr[-3000:]

    @contextmanager
    def serving(self) -> Iterator[None]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self._address = f"http://127.0.0.1:{port}"
        with self._log.open("wb") as log:
            server = subprocess.Popen(
                [self._program, "run", "--port", port],
                env=self._environment,
                stdout=log,
                stderr=log,
            )
        try:
            self._wait()
            login = json.dumps({**USER, "provider": "db"}).encode()
            answer = self.ask("api/v1/security/login", login, "application/json")
            self._token = answer["access_token"]
            yield
        finally:
            server.terminate()
            server.wait()

    def ask(self, path: str, content: bytes | None = None, kind: str = "") -> Any:
        """What it answers to a GET, or to a POST of content of some kind, as JSON."""
        request = urllib.request.Request(f"{self._address}/{path}", content)
        request.add_header("Authorization", f"Bearer {self._token}")
        if content is not None:
            request.add_header("Content-Type", kind)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def _wait(self) -> None:
        for _ in range(SECONDS * 4):
            try:
                urllib.request.urlopen(f"{self._address}/health", timeout=5).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.25)
            else:
                return
        pytest.fail(f"Superset does not answer: {self._log.read_text()[-3000:]}")


@pytest.fixture(scope="module")
def program() -> str:
    named = os.environ.get("NEWSLOOM_SUPERSET")
    if not named:
        pytest.skip("NEWSLOOM_SUPERSET names no Superset; `make test-superset` does")
    return named


@pytest.fixture(scope="module")
def prepared(program: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Metadata of a Superset with a user and nothing else."""
    home = tmp_path_factory.mktemp("prepared")
    fresh = Superset(program, home)
    fresh.run("db", "upgrade")
    names = [f"--{name}={value}" for name, value in USER.items()]
    names += ["--firstname=A", "--lastname=Reader", "--email=reader@news.example"]
    fresh.run("fab", "create-admin", *names)
    fresh.run("init")
    return home


@dataclass(frozen=True, slots=True)
class Imported:
    """Where the bundle of a build was imported, and the ids of its charts by name."""

    superset: Superset
    archive: str
    out: Path
    charts: dict[str, int]

    def rows(self, chart: str) -> list[dict[str, Any]]:
        path = f"api/v1/chart/{self.charts[chart]}/data/?force=true"
        (answer,) = self.superset.ask(path)["result"]
        assert answer["status"] == "success"
        return list(answer["data"])


def export(out: Path, folder: Path, *options: str) -> Path:
    bundle = folder / "superset.zip"
    printed("export", "superset", "--out", str(out), "--output", str(bundle), *options)
    return bundle


@pytest.fixture(scope="module", params=["data/raw", "azure"])
def imported(
    request: pytest.FixtureRequest,
    program: str,
    prepared: Path,
    built: Builder,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Imported]:
    raw = DATA_RAW if request.param == "data/raw" else real_archive(request.param)
    out, _ = built(raw)
    home = tmp_path_factory.mktemp("superset")
    shutil.copy(prepared / "superset.db", home)
    superset = Superset(program, home)
    bundle = export(out, home)
    superset.run("import-dashboards", "--path", str(bundle), "--username", USER["username"])
    with superset.serving():
        (found,) = superset.ask("api/v1/dashboard/")["result"]
        assert found["dashboard_title"] == f"newsloom: {raw.name}"
        charts = superset.ask(f"api/v1/dashboard/{found['id']}/charts")["result"]
        numbers = {each["slice_name"]: each["id"] for each in charts}
        yield Imported(superset, request.param, out, numbers)


def wanted(out: Path, query: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        for mart in MARTS:
            connection.execute(f"create view {mart.name} as from '{out / mart.file}'")
        return connection.sql(query).to_arrow_table().to_pylist()


def alike(found: list[dict[str, Any]]) -> list[str]:
    """Rows as texts, numbers all as floats: JSON has but one kind of them."""
    return [
        str({name: float(v) if isinstance(v, int) else v for name, v in row.items()})
        for row in found
    ]


@pytest.mark.parametrize("name", WANTED)
def test_a_chart_has_the_numbers_of_its_mart(
    imported: Imported, name: str, record_property: Figures
) -> None:
    expected = wanted(imported.out, WANTED[name])
    found = imported.rows(name)
    order: Callable[[list[str]], list[str]] = list if "order by" in WANTED[name] else sorted
    assert order(alike(found)) == order(alike(expected))
    record_property("figures", f"{imported.archive}, {name}: {len(found):,} rows, equal")


def test_every_chart_answers(imported: Imported) -> None:
    assert len(imported.charts) == 10
    for name in imported.charts:
        assert imported.rows(name) or name in (BREAKS, FIRSTS), name


def test_a_series_is_one_of_the_largest(imported: Imported) -> None:
    domains = {row["provider_domain"] for row in imported.rows("Share of voice")}
    sums = {
        row["provider_domain"]: row["n"]
        for row in wanted(
            imported.out,
            "select provider_domain, sum(article_count) as n from provider_monthly group by 1",
        )
    }
    assert len(domains) == 10
    assert min(sums.pop(name) for name in domains) >= max(sums.values())


def test_every_mart_is_a_dataset_whose_columns_are_explained(imported: Imported) -> None:
    superset = imported.superset
    listed = superset.ask("api/v1/dataset/?q=(page_size:1000)")["result"]
    assert sorted(each["table_name"] for each in listed) == [mart.name for mart in MARTS]
    for each in listed:
        columns = superset.ask(f"api/v1/dataset/{each['id']}")["result"]["columns"]
        known = relations()[each["table_name"]].columns
        assert {
            column["column_name"]: (column["description"], column["is_dttm"]) for column in columns
        } == {
            column.name: (column.comment, column.type in ("DATE", "TIMESTAMP")) for column in known
        }


def test_to_import_again_adds_nothing_and_as_assets_replaces_all(
    imported: Imported, tmp_path: Path
) -> None:
    superset, out = imported.superset, imported.out
    kinds = ("dashboard", "chart", "dataset", "database")
    before = [superset.ask(f"api/v1/{kind}/")["count"] for kind in kinds]
    shutil.copy(out / "analytics.duckdb", tmp_path / "moved.duckdb")
    bundle = export(out, tmp_path, "--database", str(tmp_path / "moved.duckdb"))
    upload(superset, "api/v1/dashboard/import/", bundle, "formData")
    assert "moved.duckdb" not in uri(superset)
    upload(superset, "api/v1/assets/import/", bundle, "bundle")
    assert "moved.duckdb" in uri(superset)
    assert [superset.ask(f"api/v1/{kind}/")["count"] for kind in kinds] == before
    shutil.copy(out / "analytics.duckdb", tmp_path / "next.duckdb")
    with duckdb.connect(tmp_path / "next.duckdb") as connection:
        connection.execute("delete from daily_coverage")
    assert imported.rows("Articles by month")
    (tmp_path / "next.duckdb").replace(tmp_path / "moved.duckdb")
    assert imported.rows("Articles by month") == [], "the next build is seen at once"


def upload(superset: Superset, path: str, bundle: Path, name: str) -> None:
    """Import a bundle as the pages of Superset do: a form of one file, told to overwrite."""
    start = "--X\r\nContent-Disposition: form-data; name="
    content = (
        f'{start}"overwrite"\r\n\r\ntrue\r\n{start}"{name}"; filename="b.zip"\r\n\r\n'.encode()
    )
    content += bundle.read_bytes() + b"\r\n--X--\r\n"
    superset.ask(path, content, "multipart/form-data; boundary=X")


def uri(superset: Superset) -> str:
    (database,) = superset.ask("api/v1/database/")["result"]
    found = superset.ask(f"api/v1/database/{database['id']}/connection")["result"]
    return str(found["sqlalchemy_uri"])
