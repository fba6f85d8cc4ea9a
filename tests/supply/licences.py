"""`python -m tests.supply.licences` writes docs/licences.md: the licences of all that is locked.

They are read from the metadata of the installed packages, so all of the development lock must be
installed.
"""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

from tests.supply.locks import DEVELOPMENT, ROOT, RUN, pinned

DOCUMENT = ROOT / "docs" / "licences.md"
LIBRARY = ROOT / "pipeline" / "report" / "library"

_INTRODUCTION = """\
# Licences

What newsloom is built on, as locked, and under which licences: as each package says of itself.
Written by `make docs`. newsloom itself is under the MIT licence.
"""

_CLASSIFIED = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
"""What the classifiers of packages without a licence expression mean."""

_NAMED = {"Apache License 2.0": "Apache-2.0"}
_IN_ITS_FILES = {"atheris": "Apache-2.0"}
"""What the files of packages say whose metadata are silent."""

_LONGEST_NAME = 40  # what is longer is the text of a licence, not its name


def licence_of(package: PackageMetadata) -> str:
    """The licence a package says it has.

    Errors: `ValueError` where it says none, or in words that are not known here.
    """
    if "License-Expression" in package:
        return package["License-Expression"]
    named = str(package["License"]).strip() if "License" in package else ""
    if named and len(named) <= _LONGEST_NAME and "\n" not in named:
        return _NAMED.get(named, named)
    classifiers = package.get_all("Classifier") or []
    found = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    if len(found) == 1 and found[0] in _CLASSIFIED:
        return _CLASSIFIED[found[0]]
    if not found and package["Name"] in _IN_ITS_FILES:
        return _IN_ITS_FILES[package["Name"]]
    raise ValueError(f"{package['Name']} says of its licence only {found}; see its files")


def rendered() -> str:
    """The document. Errors: `LookupError` where a locked package is not installed."""
    run = pinned(RUN)
    development = {
        name: versions for name, versions in pinned(DEVELOPMENT).items() if name not in run
    }
    parts = [_INTRODUCTION]
    sections = (("To run", run), ("To develop and test", development))
    for heading, packages in sections:
        lines = ["| Package | Version | Licence |", "| --- | --- | --- |"]
        for name, versions in sorted(packages.items()):
            lines.append(f"| {name} | {', '.join(versions)} | {_licence(name)} |")
        parts.append(f"## {heading}\n\n" + "\n".join(lines) + "\n")
    parts.append(_of_the_report())
    return "\n".join(parts)


def _of_the_report() -> str:
    """What the chart library of the report is bundled from, as its lock says."""
    packages = json.loads((LIBRARY / "package-lock.json").read_bytes())["packages"]
    bundled = re.findall(r"^== (.+)$", (LIBRARY / "LICENCES.txt").read_text("utf-8"), re.MULTILINE)
    lines = ["| Package | Version | Licence |", "| --- | --- | --- |"]
    for name in sorted(bundled):
        package = packages[f"node_modules/{name}"]
        lines.append(f"| {name} | {package['version']} | {package['license']} |")
    where = f"Their texts are in `{(LIBRARY / 'LICENCES.txt').relative_to(ROOT)}`.\n\n"
    return "## Within the report\n\n" + where + "\n".join(lines) + "\n"


def _licence(name: str) -> str:
    try:
        return licence_of(metadata(name))
    except PackageNotFoundError:
        raise LookupError(f"{name} is not installed; run `make .venv/ready-dev`") from None


def main() -> None:
    """Write the document if it differs, and name it."""
    text = rendered()
    if not DOCUMENT.exists() or DOCUMENT.read_text(encoding="utf-8") != text:
        DOCUMENT.write_text(text, encoding="utf-8")
        print(f"wrote {DOCUMENT.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
