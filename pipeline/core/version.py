"""What results depend on besides the raw files: our code, the definitions, the libraries."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from pipeline.core.catalog import methods_file, sql_folder
from pipeline.core.limits import Limits

_LIBRARIES = ("ada-url", "duckdb", "jinja2", "markdown-it-py", "numpy", "pyarrow", "pyyaml")


@cache
def _described_libraries() -> list[str]:
    """Name and version of each library, as the folders in which Python looks for them tell."""
    ending = ".dist-info"
    found = []
    for folder in sys.path:
        with suppress(OSError), os.scandir(folder or ".") as entries:
            found += [each.name[: -len(ending)] for each in entries if each.name.endswith(ending)]
    return found


def _installed(library: str) -> str:
    """The version of an installed library."""
    beginning = f"{library.replace('-', '_')}-"
    for name in _described_libraries():
        if name.lower().startswith(beginning):
            return name[len(beginning) :]
    from importlib.metadata import version  # knows every other way, but is slow to import

    return version(library)


def library_versions() -> dict[str, str]:
    """The version of Python and of each library that results depend on, by name."""
    return {"Python": platform.python_version()} | {name: _installed(name) for name in _LIBRARIES}


def _digest(paths: list[Path], *others: str) -> str:
    """One digest of texts, and of the names and contents of files in the order of their paths."""
    digest = hashlib.sha256("\0".join(others).encode())
    for path in sorted(paths):
        digest.update(f"{path.parent.name}/{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def code_version(limits: Limits) -> str:
    """A digest of all that turns raw files into parts, and parts into results, but for SQL."""
    package = Path(__file__).parent.parent
    kinds = (".py", ".css", ".jinja", ".js", ".json", ".gz", ".toml", ".yml")
    sources = [
        path
        for path in package.rglob("*")
        if path.suffix in kinds and "sample" not in path.relative_to(package).parts
    ]
    libraries = [f"{name} {installed}" for name, installed in library_versions().items()]
    definitions = list((sql_folder() / "tables").glob("*.yml"))
    return _digest(sources + definitions, *libraries, repr(limits))


def sql_version() -> str:
    """A digest of every query, check, definition and method; nothing depends on the examples."""
    queries = [
        path
        for path in sql_folder().rglob("*")
        if path.suffix in (".sql", ".yml", ".json") and path.parent.name != "examples"
    ]
    return _digest([*queries, methods_file()])


def combined(*parts: str) -> str:
    """One digest of several texts."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
