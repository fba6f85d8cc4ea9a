"""Makes the relations of a build and checks them.

Each result is remembered with a digest of what it was made from: its SELECT, its definition and the
contents of the relations it reads. Equal digest, equal bytes: it is taken over from the published
build, once its file is found whole.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from pathlib import Path

from pipeline.build.events import log_finding
from pipeline.build.state import State
from pipeline.core.catalog import Relation, relations
from pipeline.core.digests import digest_of
from pipeline.core.errors import CheckFailed
from pipeline.core.paths import Layout
from pipeline.core.results import Finding, Progress
from pipeline.core.version import combined
from pipeline.engines.checks import checks
from pipeline.engines.dependencies import graph, named
from pipeline.engines.engine import Engine, ParsedRows, Written

_READS_NOTHING = "select 1"


class Materializer:
    """One build in the making, staged in `staged`: `new` is what the next run will know.

    Where there is an `old`, results of the build published in `published` may be taken over.
    """

    def __init__(
        self, engine: Engine, staged: Layout, new: State, old: State | None, published: Layout
    ) -> None:
        self._engine = engine
        self._staged = staged
        self._new = new
        self._old = old
        self._published = published
        self._queries = {name: each.query or _READS_NOTHING for name, each in relations().items()}
        self.reasons: list[str] = []

    def make_relations(self, parsed: dict[str, ParsedRows], progress: Progress) -> None:
        """Make every table and mart; `parsed` are the rows of the tidy tables. Errors:
        `DefinitionError`."""
        reads = graph(self._queries)
        for done, name in enumerate(reads):
            progress("marts", done, len(reads))
            self._make(relations()[name], reads[name], parsed.get(name))
        progress("marts", len(reads), len(reads))
        self.reasons.sort()

    def _make(self, relation: Relation, reads: frozenset[str], parsed: ParsedRows | None) -> None:
        """Make a relation, or take it over if it would be the same."""
        target = self._staged.root / relation.file
        made_from = self._made_from(relation.query or "", repr(relation), reads)
        self._new.made_from[relation.name] = made_from
        written = None if parsed else self._take_over(relation, made_from)
        if written is None:
            written = self._engine.make(relation, parsed, target)
        else:
            self._engine.load(relation, list(written.files))
        for path, digest in written.files.items():
            self._new.files[path.relative_to(self._staged.root).as_posix()] = digest
        self._new.rows[relation.name] = written.rows

    def _made_from(self, query: str, definition: str, reads: frozenset[str]) -> str:
        """The digest of what a SELECT and its definition make of the relations it reads."""
        files = self._new.files
        read = (file for name in sorted(reads) for file in relations()[name].files_in(files))
        return combined(query, definition, *(files[file] for file in read))

    def _take_over(self, relation: Relation, made_from: str) -> Written | None:
        """Put the published files of a relation into the staged build, if they were made from the
        same."""
        old, name = self._old, relation.name
        if old is None:
            return None
        if old.made_from.get(name) != made_from or name not in old.rows:
            self.reasons.append(f"{name}: its SQL or a table it reads changed")
            return None
        digests = {file: old.files[file] for file in relation.files_in(old.files)}
        published, staged = self._published.root, self._staged.root
        taken = [take_over(published / file, staged / file, digests[file]) for file in digests]
        if not digests or not all(taken):
            self.reasons.append(f"{name}: its published file is damaged")
            shutil.rmtree(staged / relation.file, ignore_errors=True)  # what was whole of a folder
            return None
        return Written(old.rows[name], {staged / file: digests[file] for file in digests})

    def check(self, progress: Progress) -> list[Finding]:
        """Run the checks whose inputs changed; gives all that found rows.

        Errors: `CheckFailed` where one of them says *stop*.
        """
        rules = checks()
        for done, name in enumerate(rules):
            progress("checks", done, len(rules))
            made_from = self._made_from(rules[name], "", named(name, rules[name], relations()))
            self._new.made_from[name] = made_from
            old = self._old
            if old and old.made_from.get(name) == made_from and name in old.findings:
                self._new.findings[name] = old.findings[name]
            else:
                self._new.findings[name] = self._engine.check(name, rules[name])
        progress("checks", len(rules), len(rules))
        findings = [finding for finding in self._new.findings.values() if finding]
        _refuse_stopped(findings)
        return findings


def take_over(source: Path, target: Path, digest: str) -> bool:
    """Put a file of the published build at `target` without copying it, where that is possible.

    False, and nothing at `target`, where it is absent or not what `digest` says.
    """
    with suppress(FileNotFoundError):
        target.parent.mkdir(exist_ok=True)
        try:
            os.link(source, target, follow_symlinks=False)
        except OSError:  # absent, or on a file system without hard links
            shutil.copy2(source, target, follow_symlinks=False)
        if digest_of(target) == digest:
            return True
        target.unlink()
    return False


def _refuse_stopped(findings: list[Finding]) -> None:
    """Errors: `CheckFailed` where a finding says *stop*."""
    stopped = [finding for finding in findings if finding.severity == "stop"]
    if stopped:
        for each in stopped:
            log_finding(each)
        found = "; ".join(each.message for each in stopped)
        raise CheckFailed(f"nothing was published, because checks found rows: {found}")
