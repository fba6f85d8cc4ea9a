"""`make audit`: asks the services that pip-audit knows for weaknesses of the locked packages.

Exits with 0 where every package was looked up and none is weak, with 1 where one is, and with 3,
and a message that says so, where the services cannot be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.supply.locks import AUDIT, DEVELOPMENT, ROOT, RUN

WEAK, NOT_AUDITED = 1, 3
SERVICES = ("pypi", "osv")
_SECONDS = 20


@dataclass(slots=True)
class Audit:
    """What a service said: how many packages it knows, those it does not, and what is weak."""

    known: int = 0
    unknown: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)


def read_report(report: dict[str, Any]) -> Audit:
    """The report that pip-audit gives as JSON."""
    audit = Audit()
    for package in report["dependencies"]:
        if "skip_reason" in package:
            audit.unknown.append(package["name"])
            continue
        audit.known += 1
        for weakness in package["vulns"]:
            fixed = ", ".join(weakness["fix_versions"]) or "no version yet"
            audit.weak.append(
                f"{package['name']} {package['version']}: {weakness['id']}, fixed in {fixed}"
            )
    return audit


def ask(program: Path, service: str) -> Audit | str:
    """What a service says of all locks, or why it could not be asked."""
    locks = [
        argument for lock in (RUN, DEVELOPMENT, AUDIT) for argument in ("-r", str(ROOT / lock))
    ]
    options = ["--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json"]
    command = [str(program), "--vulnerability-service", service, "--timeout", str(_SECONDS)]
    command += options + locks
    ended = subprocess.run(command, check=False, capture_output=True, text=True)
    try:
        return read_report(json.loads(ended.stdout))
    except ValueError:
        lines = ended.stderr.strip().splitlines()
        return lines[-1] if lines else f"exit code {ended.returncode}"


def main(program: str) -> int:
    """Ask one service after the other until one knows the packages; gives the exit code."""
    for service in SERVICES:
        answer = ask(Path(program), service)
        if isinstance(answer, str):
            print(f"{service} could not be asked: {answer}", file=sys.stderr)
        elif not answer.known:
            print(f"{service} knows none of {len(answer.unknown)} packages", file=sys.stderr)
        else:
            return _told(answer)
    print("not audited: no service that knows weaknesses can be reached here", file=sys.stderr)
    return NOT_AUDITED


def _told(audit: Audit) -> int:
    for line in audit.weak:
        print(line)
    if audit.unknown:
        print(f"not audited: {', '.join(audit.unknown)}", file=sys.stderr)
    print(f"{audit.known} packages looked up, {len(audit.weak)} weaknesses")
    if audit.weak:
        return WEAK
    return NOT_AUDITED if audit.unknown else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
