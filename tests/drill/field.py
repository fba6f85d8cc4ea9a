"""The field on which the drill takes place: two archives, one output folder, and a tally."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.build.run import build
from pipeline.core.paths import work_path
from pipeline.publish.work_dir import WorkDir
from pipeline.read.verify import verify
from pipeline.sample import write_sample
from tests.build_fixtures import parquet_bytes
from tests.conftest import Figures


class Archives:
    """Two archives, and what an undisturbed run makes of each.

    The second is the first with a tenth of its files edited, gone or new.
    """

    def __init__(self, home: Path) -> None:
        self.raws = (home / "one", home / "two")
        write_sample(self.raws[0], 120, seed=5)
        shutil.copytree(self.raws[0], self.raws[1])
        _edit(self.raws[1])
        self.expected = tuple(_undisturbed(raw, home / f"{raw.name}-fresh") for raw in self.raws)


class Field:
    """A build that goes to and fro between two archives, disturbed on every way."""

    def __init__(self, archives: Archives, home: Path, out: Path | None = None) -> None:
        self.archives = archives
        self.home = home
        self.out = out or home / "site" / "out"
        self.now = 0
        self.tally: Counter[str] = Counter()
        build(archives.raws[0], self.out, workers=1)

    @property
    def target(self) -> Path:
        """The archive that the next run is to build."""
        return self.archives.raws[1 - self.now]

    def disturbed(self, fault: str, end: Callable[[], int]) -> int:
        """Let a run of the target end as `end` has it, then hold what must hold.

        The build there is is whole, and the former one unless the run succeeded or was stopped
        from without; the next run gives what an undisturbed one would, and leaves nothing behind.
        """
        code = end()
        assert verify(self.out).faults == (), fault
        found, (former, wanted) = parquet_bytes(self.out), self._ways()
        assert found in (former, wanted), f"{fault}: neither the former build nor the next"
        assert found == wanted or code != 0, f"{fault}: success without a build"
        assert found == former or code in (0, -9, 130, 143), f"{fault}: failed, yet published"
        self.tally[fault] += 1
        self.tally["published before the end"] += found == wanted
        self.recovered(fault)
        return code

    def recovered(self, fault: str) -> None:
        """The next run of the target is as if nothing had happened."""
        build(self.target, self.out, workers=1)
        assert parquet_bytes(self.out) == self._ways()[1], f"{fault}: other bytes afterwards"
        assert verify(self.out).faults == (), fault
        assert self.leftovers() == [], fault
        self.now = 1 - self.now

    def _ways(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        return self.archives.expected[self.now], self.archives.expected[1 - self.now]

    def leftovers(self) -> list[str]:
        """What should not lie beside the build after a run."""
        return sorted({path.name for path in work_path(self.out).glob("*")} - WorkDir.FILES)

    def figures(self) -> str:
        """The tally in words."""
        published = self.tally.pop("published before the end", 0)
        told = ", ".join(f"{count} {fault}" for fault, count in sorted(self.tally.items()))
        total = self.tally.total()
        return (
            f"{total} kills and faults ({told}); {published} struck after the publication; "
            f"builds verified {2 * total}, next runs with equal bytes {total}, leftovers 0"
        )


def _undisturbed(raw: Path, out: Path) -> dict[str, bytes]:
    build(raw, out, workers=1)
    return parquet_bytes(out)


def _edit(raw: Path) -> None:
    paths = sorted(path for path in raw.rglob("*.md") if path.parent.name == "_news")
    for path in paths[:4]:
        path.unlink()
    for path in paths[4:10]:
        path.write_bytes(path.read_bytes().replace(b"title: ", b"title: Anew ", 1))
    for path in paths[10:14]:
        path.with_name(f"again-{path.name}").write_bytes(path.read_bytes())


@pytest.fixture(scope="session")
def archives(tmp_path_factory: pytest.TempPathFactory) -> Archives:
    """The two archives; who changes one of their files puts it back."""
    return Archives(tmp_path_factory.mktemp("drill"))


@pytest.fixture
def field(
    archives: Archives, tmp_path: Path, record_property: Figures, request: pytest.FixtureRequest
) -> Iterator[Field]:
    """Two archives and a build that goes to and fro between them; its tally is told at the end."""
    field = Field(archives, tmp_path)
    yield field
    record_property("figures", f"{request.node.name}: {field.figures()}")
