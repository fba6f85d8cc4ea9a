"""The shape of the house: data flows one way, parts stay small, and nothing is said twice."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import pipeline

ROOT = Path(__file__).parent.parent
MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted((ROOT / "pipeline").rglob("*.py"))
}
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "storage": {"core"},
    "sources": {"core", "storage"},
    "extract": {"core"},
    "transform": {"core"},
    "parse": {"core", "extract", "transform"},
    "engines": {"core"},
    "publish": {"core", "storage"},
    "report": {"core"},
    "descriptors": {"core"},
    "sample": {"core"},
    "superset": {"core"},
    "iceberg": {"core"},
    "diff": {"core"},
    "read": {"core", "diff", "publish"},
    "configuration": {"core", "extract"},
    "explain": {"core", "sources", "extract", "parse"},
    "docs": {"core", "engines", "build", "configuration"},
    "build": {
        "core",
        "configuration",
        "sources",
        "parse",
        "transform",
        "engines",
        "diff",
        "publish",
        "report",
        "descriptors",
    },
    "cli": {
        "core",
        "configuration",
        "build",
        "diff",
        "read",
        "publish",
        "engines",
        "explain",
        "sample",
        "superset",
        "iceberg",
    },
}
"""Which rooms a room may import besides itself. Only `build` wires them; nothing imports `cli`."""

TESTED_TOGETHER = {
    "": "read/test_build.py",  # `pipeline.open`
    "cli.query_verbs": "cli/test_verbs.py",  # the verbs are one command line
    "engines.duckdb_views": "spark/test_spark.py",  # it serves Spark alone
    "extract.columnar": "extract/test_columnar.py",  # held equal to reading one by one
    "extract.front_matter": "extract/test_front_matter.py",  # the cases are data, for all readers
    "extract.page": "extract/test_page.py",  # the cases are whole pages
    "iceberg.registration": "cloud/test_registration.py",  # beside pyiceberg, by `make test-cloud`
    "read.database": "read/test_sql_only_reads.py",  # what a hostile query cannot do
    "sources.object_store": "cloud/test_object_store.py",  # beside a server, by `make test-cloud`
    "publish.bucket_output": "cloud/test_bucket_output.py",  # so is writing to a bucket
    "publish.output": "cloud/test_bucket_output.py",
    "publish.stored_build": "cloud/test_bucket_output.py",
    "read.stored_database": "cloud/test_stored_snapshot.py",
    "read.stored_snapshot": "cloud/test_stored_snapshot.py",  # and reading there
    "sources.stored_archive": "cloud/test_object_store.py",
    "sample": "sample/test_sample.py",  # so is an archive invented, the same for equal arguments
    "storage.object_folder": "cloud/test_bucket_output.py",
    "transform.batch": "test_parse.py",  # the rows of a batch are what `parse` gives
}
"""Modules, with all below them, that have no test module of their names; and what tests them."""

MODULE_LINES = 400
FUNCTION_LINES = 45
HEAVY = {
    "ada_url",
    "duckdb",
    "jinja2",
    "markdown_it",
    "numpy",
    "pandas",
    "pyarrow",
    "pyiceberg",
    "rich",
    "sqlglot",
    "yaml",
}


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(MODULES[module].read_text(encoding="utf-8"))


@cache
def imports(module: str) -> set[str]:
    """Dotted names of what a module imports, anywhere in it; `from a import b` is `a.b`."""
    found: set[str] = set()
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def ours(module: str) -> set[str]:
    return {name for name in imports(module) if name.startswith("pipeline.")}


def functions(module: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def room_of(module: str) -> str:
    """The room of a module: the name below `pipeline`; "" of the package itself."""
    return f"{module}.".split(".")[1]


@pytest.mark.parametrize("module", [each for each in MODULES if room_of(each) in MAY_IMPORT])
def test_a_room_imports_only_the_rooms_it_may(module: str) -> None:
    room = room_of(module)
    reached = {room_of(name) for name in ours(module)} - {room}
    assert reached <= MAY_IMPORT[room], f"{module} imports {sorted(reached - MAY_IMPORT[room])}"


def test_nothing_private_of_another_room_is_imported() -> None:
    imported = [(module, name) for module in MODULES for name in ours(module)]
    for module, name in imported:
        is_private = any(part.startswith("_") for part in name.split("."))
        assert room_of(name) == room_of(module) or not is_private, f"{module} imports {name}"


def test_every_room_is_there_and_says_what_it_is() -> None:
    assert {room_of(module) for module in MODULES} == {*MAY_IMPORT, "", "__main__"}
    for room in MAY_IMPORT:
        assert ast.get_docstring(tree(f"pipeline.{room}")), room


def test_parsing_needs_little() -> None:
    """Executors of a cluster call `parse`; they have neither pandas nor DuckDB."""
    allowed = sys.stdlib_module_names | {"pipeline", "yaml", "ada_url", "numpy", "pyarrow"}
    for module in MODULES:
        if room_of(module) in ("core", "extract", "transform", "parse"):
            others = {name.split(".")[0] for name in imports(module)} - allowed
            assert not others, f"{module} imports {sorted(others)}"


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_stay_small(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= MODULE_LINES, f"{module} has {lines} lines"
    for function in functions(module):
        length = (function.end_lineno or 0) - function.lineno + 1
        assert length <= FUNCTION_LINES, f"{module}.{function.name} has {length} lines"


@pytest.mark.parametrize("module", MODULES)
def test_whatever_is_public_says_what_it_is(module: str) -> None:
    assert ast.get_docstring(tree(module)) or not tree(module).body, f"{module} has no docstring"
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{module}.{node.name} has no docstring"


def has_logic(module: str) -> bool:
    """Whether a function of it does anything; those of a protocol do not."""
    return any(function.body[bool(ast.get_docstring(function)) :] for function in functions(module))


def test_every_module_with_logic_has_a_test_module() -> None:
    """One of its name, in the folder that mirrors its own; or it stands in the list above."""
    used = set()
    for module in filter(has_logic, MODULES):
        *folders, name = module.split(".")[1:] or [""]
        if Path(ROOT, "tests", *folders, f"test_{name}.py").exists():
            continue
        above = [".".join([*folders, name][:length]) for length in range(len(folders) + 1, 0, -1)]
        listed = [each for each in above if each in TESTED_TOGETHER]
        assert listed, f"{module} has no test module of its name"
        assert Path(ROOT, "tests", TESTED_TOGETHER[listed[0]]).exists(), listed[0]
        used.add(listed[0])
    assert used == TESTED_TOGETHER.keys(), "take out what is not needed"


def test_the_public_names() -> None:
    assert pipeline.__all__ == [
        "BuildMissing",
        "CheckFailed",
        "DefinitionError",
        "FileRejected",
        "NewsloomError",
        "UsageError",
        "__version__",
        "open",
    ]
    for name in pipeline.__all__:
        assert hasattr(pipeline, name)


@pytest.mark.parametrize(
    "code",
    [
        "import pipeline",
        "import pipeline.cli.verbs",
        "from pipeline.cli.verbs import main; main(['--help'], standalone_mode=False)",
        "from pipeline.cli.verbs import main; main(['version'], standalone_mode=False)",
    ],
)
def test_what_must_be_immediate_imports_nothing_heavy(code: str) -> None:
    script = f"{code}\nimport sys\nprint('modules:', *sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=ROOT
    )
    loaded = set(ended.stdout.rpartition("modules:")[2].split())
    assert "pipeline" in loaded
    assert not loaded & HEAVY


def test_a_run_without_changes_imports_nothing_heavy(tmp_path: Path) -> None:
    arguments = ["run", "--raw", str(tmp_path / "raw"), "--out", str(tmp_path / "out")]
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.md").write_text("---\ntitle: none\n---\n")
    script = (
        "import sys; from pipeline.cli.verbs import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print('modules:', *sys.modules, file=sys.stderr)"
    )
    for is_first in (True, False):
        ended = subprocess.run(
            [sys.executable, "-c", script, *arguments],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        loaded = set(ended.stderr.rpartition("modules:")[2].split())
        assert bool(loaded & (HEAVY - {"rich", "yaml"})) is is_first


@cache
def project() -> dict[str, object]:
    project: dict[str, object] = tomllib.loads(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    )["project"]
    return project


def test_the_version_is_the_one_of_the_project() -> None:
    assert project()["version"] == pipeline.__version__


def test_every_dependency_has_its_reason_and_its_lock() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    locked = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    for requirement in project()["dependencies"]:  # type: ignore[attr-defined]
        name = re.split(r"[<>=!~ ]", requirement)[0]
        assert f"- `{name}`: " in changelog
        assert re.search(rf"^{name}==", locked, re.MULTILINE)


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_locks_are_hashed_and_name_no_registry(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    for pinned in re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]:
        assert "--hash=sha256:" in pinned, pinned
