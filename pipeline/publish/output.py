"""Where a run publishes: a folder of this machine, or a bucket."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.core.catalog import Relation
from pipeline.core.digests import digest_of
from pipeline.core.errors import UsageError
from pipeline.core.paths import SCHEMES, Layout, Place, is_address, state_path
from pipeline.publish.lock import only_writer
from pipeline.publish.preflight import validate_output
from pipeline.publish.recovery import recover
from pipeline.publish.work_dir import WorkDir

Progress = Callable[[int, int], None]
"""Called with how much is done, of how much."""


def output_at(out: Place) -> FolderOutput:
    """The output that is named. Errors: `UsageError` where an address is wrong, or the library for
    buckets is missing."""
    if is_address(out):
        from pipeline.publish.bucket_output import BucketOutput

        return BucketOutput(str(out))
    if "://" in str(out):
        raise UsageError(f"{out} is no address of a bucket; these begin with {', '.join(SCHEMES)}")
    return FolderOutput(Path(out))


class FolderOutput:
    """A folder: `name` is how it was named, `layout` where the published build lies."""

    has_stamps = True
    """Whether the stamps of the files in `layout` tell that the published build is as it was."""

    def __init__(self, folder: Path, name: str | None = None) -> None:
        self.name = name or str(folder)
        self.layout = Layout(folder)

    def validate(self, paths: Iterable[Path], addresses: Sequence[str]) -> None:  # noqa: ARG002
        """Refuse an output in which no build can take the place of another; the sources of the run
        lie at `paths` and `addresses`. Errors: `UsageError`."""
        validate_output(paths, self.layout.root)

    @contextmanager
    def known(self) -> Iterator[Path]:
        """Where the last run left its state, for reading only."""
        yield state_path(self.layout.root)

    @contextmanager
    def held(self, wait: float, on_wait: Callable[[str], None]) -> Iterator[WorkDir]:
        """Hold the output as its only writer on this machine; gives the work folder. Errors: those
        of `only_writer`."""
        with only_writer(self.layout.root, wait, on_wait) as work:
            recover(work, self.layout)
            yield work

    def holds(self, digests: dict[str, str]) -> bool:
        """Whether the published files are those of these digests, by their names."""
        root = self.layout.root
        return all(digest_of(root / name) == digest for name, digest in digests.items())

    def fetch(self, relations: Iterable[Relation], progress: Progress) -> None:
        """Have the published files of these in `layout`, as far as there are such; they may be
        damaged."""

    def publish(
        self, staged: Layout, work: WorkDir, files: Iterable[str], progress: Progress
    ) -> Sequence[str]:
        """Publish a staged build; gives which builds were deleted that no reader needs any more.

        Errors: `NewsloomError`; then the former build is still the published one.
        """
        from pipeline.publish.publish import publish  # DuckDB is slow to import

        progress(0, 1)
        publish(staged, self.layout, work, files)
        progress(1, 1)
        return ()

    def save_state(self, state: Path) -> None:
        """Keep the state of the run that has just published, where the next run finds it."""
