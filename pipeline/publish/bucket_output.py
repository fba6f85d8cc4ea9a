"""Publishing to a bucket: files under a new name, then the manifest on condition that no other run
has replaced it.

A copy of the published build, as far as a run needs it, is kept in a folder of this machine. All of
that may be deleted: what counts lies in the bucket.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from pipeline.core.catalog import Relation
from pipeline.core.digests import digest_of
from pipeline.core.errors import BuildMissing, NewsloomError, StorageFailed, UsageError
from pipeline.core.paths import Layout, cache_path, stored_location
from pipeline.publish.manifest import sealed, unsealed
from pipeline.publish.output import FolderOutput, Progress
from pipeline.publish.recovery import BEST_EFFORT
from pipeline.publish.stored_build import BUILDS, MANIFEST, STATE, StoredBuild
from pipeline.publish.work_dir import WorkDir
from pipeline.storage.store import normalized

LEFTOVER_AGE = timedelta(hours=24)
"""A build that was never published, or whose deletion failed, is deleted once nothing was added to
it for so long; a run that is still uploading adds files all the time."""

_LOCATION = re.compile(rf"{BUILDS}/\d{{8}}T\d{{6}}Z-[0-9a-f]{{8}}")


class BucketOutput(FolderOutput):
    """A bucket; one run at a time is published there, of however many machines."""

    has_stamps = False

    def __init__(self, address: str) -> None:
        address = normalized(address)
        name = hashlib.sha256(address.encode()).hexdigest()[:32]
        super().__init__(cache_path().absolute() / "outputs" / name / "build", address)
        self._former: StoredBuild | None = None
        self._location = ""

    def validate(self, paths: Iterable[Path], addresses: Sequence[str]) -> None:  # noqa: ARG002
        """Errors: `UsageError` where a source holds the output, or lies in it."""
        for each in addresses:
            one, other = f"{normalized(each)}/", f"{self.name}/"
            if one.startswith(other) or other.startswith(one):
                raise UsageError(
                    f"the raw archive {each} and the build {self.name} lie one in the other; "
                    "give another --out"
                )

    @contextmanager
    def known(self) -> Iterator[Path]:
        """The state in the bucket, copied."""
        with self.held(0.0, lambda _: None) as work:
            yield work.state

    @contextmanager
    def held(self, wait: float, on_wait: Callable[[str], None]) -> Iterator[WorkDir]:
        """As of a folder; the copy is that of what is published now. Errors: `UsageError` where the
        address is in use for something else; `StorageFailed`."""
        with super().held(wait, on_wait) as work:
            self._former = StoredBuild(self.name)
            self._refresh_copy(self._former, work)
            yield work

    def _refresh_copy(self, former: StoredBuild, work: WorkDir) -> None:
        """Begin the copy anew where it is none of the published build: with manifest and state."""
        copy = self.layout.manifest
        if former.content is None:
            self._refuse_foreign(former)
        elif copy.is_file() and copy.read_bytes() == former.content.data:
            return
        shutil.rmtree(self.layout.root, ignore_errors=True)
        work.remove(work.state.name)
        if former.content is None:
            return
        with suppress(BuildMissing):  # which is replaced
            former.download({STATE: work.state})
        self.layout.root.mkdir(exist_ok=True)
        copy.write_bytes(former.content.data)

    def _refuse_foreign(self, former: StoredBuild) -> None:
        """Errors: `UsageError` where there is no build, but something else."""
        names = (name for name, _ in former.folder.listed())
        if any(not name.startswith(f"{BUILDS}/") for name in names):
            raise UsageError(
                f"{self.name} is not empty and holds no build of newsloom; give another with --out"
            )

    @property
    def _published(self) -> StoredBuild:
        """What was published when this run began."""
        if self._former is None:
            raise LookupError("the output is not held")
        return self._former

    def holds(self, digests: dict[str, str]) -> bool:
        """By the sizes of the objects: they are never written again under their names."""
        files = self._published.manifest["files"]
        sizes = self._published.sizes()
        return all(sizes.get(name) == files[name]["bytes"] for name in digests)

    def fetch(self, relations: Iterable[Relation], progress: Progress) -> None:
        """Copy the published files of these, but for those whose copy is as it should be."""
        with suppress(BuildMissing):  # nothing to be had
            entries = self._published.manifest["files"]
            root = self.layout.root
            wanted = {
                name: root / name
                for name in chain.from_iterable(each.files_in(entries) for each in relations)
                if digest_of(root / name) != entries[name]["sha256"]
            }
            progress(0, len(wanted))
            self._published.download(wanted, progress)

    def publish(
        self, staged: Layout, work: WorkDir, files: Iterable[str], progress: Progress
    ) -> Sequence[str]:
        """Put the staged build into the bucket, its manifest last, and delete what is superseded.

        Errors: `NewsloomError` where another run has published meanwhile; `StorageFailed`.
        """
        names = list(files)
        manifest = unsealed(json.loads(staged.manifest.read_bytes()))
        self._location = stored_location(manifest["run_id"])
        text = sealed({**manifest, "location": self._location, "former": self._former_location})
        self._upload(staged, names, progress)
        if not self._replace_manifest(text.encode()):
            self._delete_uploaded()
            raise NewsloomError(
                f"another run has published in {self.name} meanwhile; nothing of this one was "
                "published, and that build stays; run again, which takes over what it holds"
            )
        with BEST_EFFORT, suppress(NewsloomError):  # the copy would be made anew
            staged.manifest.write_text(text, encoding="utf-8")
            super().publish(staged, work, names, lambda _done, _total: None)
        with suppress(StorageFailed):
            return self._clean_up()
        return ()

    @property
    def _former_location(self) -> str | None:
        with suppress(BuildMissing):
            return self._published.location or None
        return None

    def _upload(self, staged: Layout, names: Iterable[str], progress: Progress) -> None:
        """Put all files that were staged under the new location; none stays where that fails."""
        found = [path for path in sorted(staged.root.rglob("*")) if path.is_file()]
        paths = {path.relative_to(staged.root).as_posix(): path for path in found}
        absent = [name for name in (*names, MANIFEST) if name not in paths]
        if absent:
            raise NewsloomError(f"{absent[0]} was deleted while this run was at work; run it again")
        files = {f"{self._location}/{name}": path for name, path in paths.items()}
        progress(0, len(files))
        try:
            self._published.folder.upload(files, lambda done: progress(done, len(files)))
        except BaseException:
            self._delete_uploaded()
            raise

    def _replace_manifest(self, data: bytes) -> bool:
        """Publish: put the manifest, unless it was replaced since this run began; then False.

        An answer can get lost, and a request be tried again: what lies there tells what happened.
        Errors: `StorageFailed`; `NewsloomError` where nothing can be told.
        """
        folder = self._published.folder
        failed: StorageFailed | None = None
        try:
            if folder.replace(MANIFEST, data, self._published.content):
                return True
        except StorageFailed as error:
            failed = error
        try:
            found = folder.read(MANIFEST)
        except StorageFailed as error:
            raise NewsloomError(
                f"{error}. Whether the build was published is not known: readers find it or the "
                "former one, whole; run again"
            ) from error
        is_published = found is not None and found.data == data
        if failed and not is_published:
            raise failed
        return is_published

    def _delete_uploaded(self) -> None:
        """Delete what this run has put there; a later run would do it."""
        folder = self._published.folder
        with suppress(StorageFailed):
            folder.delete(name for name, _ in list(folder.listed(self._location)))

    def _clean_up(self) -> list[str]:
        """Delete the build that the former one had replaced, and what ended runs have left; gives
        their locations. The former one stays for readers that have opened it."""
        folder = self._published.folder
        found = dict(folder.listed(BUILDS))
        newest: dict[str, datetime] = {}
        for name, each in found.items():
            location = _location(name)
            newest[location] = max(each.modified, newest.get(location, each.modified))
        if self._location not in newest:  # a listing that is not up to date tells nothing
            return []
        kept = (self._location, self._former_location)
        old = newest[self._location] - LEFTOVER_AGE  # by the clock of the bucket
        superseded = self._superseded
        gone = {
            location
            for location, modified in newest.items()
            if _LOCATION.fullmatch(location) and location not in kept
            if location == superseded or modified < old
        }
        folder.delete(name for name in found if _location(name) in gone)
        return sorted(gone)

    @property
    def _superseded(self) -> str | None:
        """The build that the former one had replaced."""
        with suppress(BuildMissing):
            return self._published.manifest.get("former")
        return None

    def save_state(self, state: Path) -> None:
        """Put the state next to the files; without it the next run makes all of them anew."""
        with suppress(StorageFailed):
            self._published.folder.upload({f"{self._location}/{STATE}": state}, lambda _: None)


def _location(name: str) -> str:
    """The folder of a build that an object is in, by its name below the address."""
    return "/".join(name.split("/")[:2])
