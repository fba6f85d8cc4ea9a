"""What newsloom is built on: locked by hash, its licences listed, its audit honest."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from email.message import Message
from pathlib import Path

import pytest

from tests.supply import audit, licences
from tests.supply.locks import (
    AUDIT,
    CLOUD,
    DEVELOPMENT,
    LOWEST,
    READERS,
    ROOT,
    RUN,
    SPARK,
    SUPERSET,
    pinned,
)

WEAK = {"id": "X-1", "fix_versions": ["2.1"]}


def test_the_list_of_licences_is_as_rendered() -> None:
    written = licences.DOCUMENT.read_text(encoding="utf-8")
    assert written == licences.rendered(), "run `make docs`"


def test_every_locked_package_is_listed_with_a_licence_that_binds_nobody() -> None:
    rows = dict[str, str]()
    for line in licences.DOCUMENT.read_text(encoding="utf-8").splitlines():
        if line.startswith("| ") and "---" not in line:
            name, _, licence = line.strip("| ").split(" | ")
            rows[name] = licence
    assert pinned(RUN).keys() | pinned(DEVELOPMENT).keys() <= rows.keys()
    assert not [name for name, licence in rows.items() if "GPL" in licence]


def test_run_and_development_locks_agree() -> None:
    development = pinned(DEVELOPMENT)
    assert {name: development[name] for name in pinned(RUN)} == pinned(RUN)
    readers = pinned(READERS)
    assert {name: readers[name] for name in pinned(RUN) if name in readers}.items() <= (
        pinned(RUN).items()
    )
    assert "pip-audit" in pinned(AUDIT)
    assert "pip-audit" not in development


def test_the_lowest_versions_are_locked_as_they_are_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    bounds = [re.match(r"([\w-]+)>=([\d.]+)", each) for each in project["dependencies"]]
    locked = pinned(LOWEST)
    for bound in bounds:
        assert bound, "a dependency without a lowest version"
        [version] = locked[bound[1]]
        assert f"{version}.".startswith(f"{bound[2]}.")


@pytest.mark.parametrize("lock", [RUN, DEVELOPMENT, AUDIT, LOWEST, READERS, SUPERSET, CLOUD, SPARK])
def test_a_lock_names_hashes_and_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert text.count("--hash=sha256:") >= len(pinned(lock))
    assert "://" not in text
    assert "index" not in text


@pytest.mark.parametrize(
    "folder",
    ["pipeline/report/library", "tests/bi/node", "tests/cloud/azurite", "tests/report/axe"],
)
def test_a_lock_of_npm_names_digests_and_no_registry(folder: str) -> None:
    packages = json.loads((ROOT / folder / "package-lock.json").read_bytes())["packages"]
    wanted = packages.pop("")
    asked = json.loads((ROOT / folder / "package.json").read_bytes())
    kinds = ("dependencies", "devDependencies")
    assert any(kind in asked for kind in kinds)
    assert [asked.get(kind) for kind in kinds] == [wanted.get(kind) for kind in kinds]
    for name, package in packages.items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package


@pytest.mark.parametrize(
    ("fields", "licence"),
    [
        ({"License-Expression": "MIT OR Apache-2.0", "License": "x"}, "MIT OR Apache-2.0"),
        ({"License": "Apache License 2.0"}, "Apache-2.0"),
        ({"License": "A long text\nof many lines", "Classifier": "License :: MIT License"}, "MIT"),
        ({"Classifier": "License :: OSI Approved :: BSD License"}, "BSD"),
    ],
)
def test_a_licence_is_found_where_the_package_names_it(
    fields: dict[str, str], licence: str
) -> None:
    assert licences.licence_of(package(**fields)) == licence


def test_a_package_without_licence_is_named() -> None:
    with pytest.raises(ValueError, match="newcomer says"):
        licences.licence_of(package(Name="newcomer", License="", Classifier="Topic :: Text"))


def package(**fields: str) -> Message:
    message = Message()
    for name, value in fields.items():
        message[name.replace("_", "-")] = value
    return message


def service(folder: Path, answer: str) -> str:
    """A program that answers as pip-audit would."""
    program = folder / "pip-audit"
    program.write_text(f"#!{sys.executable}\n{answer}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("packages", "code", "told"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 packages looked up, 0 weaknesses"),
        ([{"name": "a", "version": "2", "vulns": [WEAK]}], 1, "a 2: X-1, fixed in 2.1"),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "unknown"}],
            3,
            "not audited: b",
        ),
        ([{"name": "b", "skip_reason": "unknown"}], 3, "pypi knows none of 1 packages"),
    ],
)
def test_the_audit_says_what_it_found(
    tmp_path: Path, packages: object, code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    report = {"dependencies": packages}
    program = service(tmp_path, f"import json; print(json.dumps({report!r}))")
    assert audit.main(program) == code
    assert told in "".join(capsys.readouterr())


def test_an_audit_that_reaches_nobody_does_not_pass(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert audit.main(service(tmp_path, "raise SystemExit('no network')")) == 3
    assert capsys.readouterr().err.splitlines() == [
        "pypi could not be asked: no network",
        "osv could not be asked: no network",
        "not audited: no service that knows weaknesses can be reached here",
    ]


def test_make_knows_the_audit() -> None:
    ended = subprocess.run(
        ["make", "--dry-run", "--always-make", "audit"],
        cwd=licences.ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--require-hashes -r requirements-audit.txt" in ended.stdout
    assert "tests.supply.audit" in ended.stdout
