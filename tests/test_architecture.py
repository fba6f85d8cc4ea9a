"""The shape of the house: data flows one way, parts stay small, and nothing is said twice."""

from __future__ import annotations

import ast
import re
import resource
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
STAGES = ("pipeline.extract", "pipeline.transform")
LEAVES = {
    "errors",
    "records",
    "sheets",
    "text",
    "limits",
    "definitions",
    "arrow",
    "urls",
    "listing",
}
"""What a stage may import of ours besides itself: nouns that know no stage."""

RECIPES = {"pipeline.build", "pipeline.recipe", "pipeline.explain", "pipeline.source_lines"}
"""The modules that import the stages: the recipe of a whole build, that of one chunk, and that of a
single file with its lines, which shows what it does."""

MODULE_LINES = 320
FUNCTION_LINES = 45
HEAVY = {"ada_url", "duckdb", "numpy", "pandas", "pyarrow", "rich", "sqlglot", "yaml"}


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


def of_stage(module: str) -> str | None:
    return next((stage for stage in STAGES if f"{module}.".startswith(f"{stage}.")), None)


def test_a_stage_imports_only_itself_and_leaves() -> None:
    for module in MODULES:
        stage = of_stage(module)
        if stage is None:
            continue
        for name in ours(module):
            leaf = name.split(".")[1] in LEAVES
            assert leaf or name.startswith(f"{stage}."), f"{module} imports {name}"


def test_leaves_import_only_leaves() -> None:
    for leaf in LEAVES:
        for name in ours(f"pipeline.{leaf}"):
            assert name.split(".")[1] in LEAVES, f"pipeline.{leaf} imports {name}"


def test_extract_needs_little() -> None:
    allowed = sys.stdlib_module_names | {"pipeline", "yaml", "ada_url", "numpy"}
    for module in MODULES:
        if of_stage(module) == "pipeline.extract":
            others = {name.split(".")[0] for name in imports(module)} - allowed
            assert not others, f"{module} imports {sorted(others)}"


def test_only_the_recipes_import_the_stages() -> None:
    for module in MODULES:
        if of_stage(module) is None and module not in RECIPES:
            reached = {name for name in ours(module) if of_stage(name)}
            assert not reached, f"{module} imports {sorted(reached)}"


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
        "import pipeline.cli",
        "from pipeline.cli import main; main(['--help'], standalone_mode=False)",
        "from pipeline.cli import main; main(['version'], standalone_mode=False)",
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
        "import sys; from pipeline.cli import main\n"
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


@pytest.mark.parametrize("arguments", [["--help"], ["version"], ["run", "--help"]])
def test_what_must_be_immediate_takes_little(arguments: list[str]) -> None:
    def seconds() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        command = [sys.executable, "-m", "pipeline", *arguments]
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(seconds() for _ in range(5)) < 0.15


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
