"""Makes the relations of a build and checks them: tables → marts → checks → report.

Each result is remembered with a digest of what it was made from: its SELECT, its definition and the
contents of the relations it reads. Equal digest, equal bytes: it is taken over from the published
build, once its file is found whole.
"""

from __future__ import annotations

import os
import shutil
from itertools import count
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
from pipeline.engines.dependencies import Graph, graph
from pipeline.engines.engine import Cached, Check, Engine, Load, Materialize, Result, Task, Written
from pipeline.report.render import queries, render

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
        self._reads: Graph = graph(
            {name: each.query or _READS_NOTHING for name, each in relations().items()}
        )
        self.reasons: list[str] = []

    def make_relations(self, progress: Progress) -> None:
        """Make every table and mart. Errors: `DefinitionError`."""
        done = count()
        progress("marts", next(done), len(self._reads))

        def end(name: str, result: Result) -> None:
            if isinstance(result, Written):
                self._remember(relations()[name], result)
            progress("marts", next(done), len(self._reads))

        self._engine.run(self._reads, self._begin, end)
        self.reasons.sort()

    def _begin(self, name: str) -> Task | Cached:
        relation = relations()[name]
        target = self._staged.parquet(relation.kind, name)
        inputs = (self._new.contents[each] for each in sorted(self._reads[name]))
        self._new.made_from[name] = combined(relation.query or "", repr(relation), *inputs)
        if relation.is_parsed:
            return Materialize(relation, target)
        if self._take_over(name, target):
            return Load(relation, target)
        return Materialize(relation, target)

    def _take_over(self, name: str, target: Path) -> bool:
        """Put the published file of a relation into the staged build, if it would be the same."""
        old, relation = self._old, relations()[name]
        if old is None:
            return False
        if old.made_from.get(name) != self._new.made_from[name] or name not in old.rows:
            self.reasons.append(f"{name}: its SQL or a table it reads changed")
            return False
        file = f"{relation.kind}/{target.name}"
        source = self._published.parquet(relation.kind, name)
        if not take_over(source, target, old.files.get(file)):
            self.reasons.append(f"{name}: its published file is damaged")
            return False
        self._remember(relation, Written(old.rows[name], old.files[file]))
        return True

    def _remember(self, relation: Relation, written: Written) -> None:
        self._new.files[f"{relation.kind}/{relation.name}.parquet"] = written.sha256
        self._new.contents[relation.name] = written.sha256
        self._new.rows[relation.name] = written.rows

    def check(self, progress: Progress) -> list[Finding]:
        """Run the checks whose inputs changed; gives all that found rows.

        Errors: `CheckFailed` where one of them says *stop*.
        """
        rules = checks()
        names = {name: each.query or _READS_NOTHING for name, each in relations().items()}
        reads = graph({**names, **rules})
        found: dict[str, Finding | None] = {}
        progress("checks", 0, len(rules))

        def begin(name: str) -> Task | Cached:
            inputs = (self._new.contents[each] for each in sorted(reads[name]))
            made_from = self._new.made_from[name] = combined(rules[name], *inputs)
            old = self._old
            if old and old.made_from.get(name) == made_from and name in old.findings:
                return Cached(old.findings[name])
            return Check(name, rules[name])

        def end(name: str, result: Result) -> None:
            found[name] = result if isinstance(result, Finding) else None
            progress("checks", len(found), len(rules))

        self._engine.run({name: frozenset() for name in rules}, begin, end)
        self._new.findings = found
        findings = [finding for name in rules if (finding := found[name])]
        _refuse_stopped(findings)
        return findings

    def make_report(self, findings: list[Finding]) -> None:
        """Draw the report, unless all it may show is what the published one shows."""
        target = self._staged.report
        shown = [f"{name}\0{digest}" for name, digest in sorted(self._new.files.items())]
        made_from = combined(*queries().values(), *shown, *map(repr, findings))
        self._new.made_from[target.name] = made_from
        old = self._old
        if (
            old is None
            or old.made_from.get(target.name) != made_from
            or not take_over(self._published.report, target, old.files.get(target.name))
        ):
            page = render(self._engine.rows, findings, len(checks()))
            target.write_text(page, encoding="utf-8")
        self._new.files[target.name] = digest_of(target) or ""


def take_over(source: Path, target: Path, digest: str | None) -> bool:
    """Put a file of the published build at `target` without copying it, where that is possible.

    False, and nothing at `target`, where it is absent or not what `digest` says.
    """
    try:
        _link(source, target)
        if digest is not None and digest_of(target) == digest:
            return True
    except FileNotFoundError:
        return False
    target.unlink()
    return False


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copy2(source, target, follow_symlinks=False)


def _refuse_stopped(findings: list[Finding]) -> None:
    stopped = [finding for finding in findings if finding.severity == "stop"]
    if stopped:
        for each in stopped:
            log_finding(each)
        found = "; ".join(each.message for each in stopped)
        raise CheckFailed(f"nothing was published, because checks found rows: {found}")
