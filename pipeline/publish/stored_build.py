"""A build in a bucket: the manifest at its address says where its files are.

    manifest.json               replaced in one step, by the run that read the one before it
    builds/<run id>/            the files of one run, as they lie in a folder; never changed
    builds/<run id>/state       what the next run may know of it

The manifest at the address differs from the one among the files in two fields: `location`, the
folder of the files, and `former`, that of the build which it replaced.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.core.errors import BuildMissing, NoBuild
from pipeline.publish.manifest import is_sealed, parse_manifest
from pipeline.storage.object_folder import ObjectFolder

MANIFEST = "manifest.json"
STATE = "state"
BUILDS = "builds"


def _silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


class StoredBuild:
    """What is published at `address`, as the manifest there says when this is made.

    Errors: `StorageFailed`; `UsageError` where the address is wrong, or a library is missing.
    """

    def __init__(self, address: str) -> None:
        self.folder = ObjectFolder(address)
        self.content = self.folder.read(MANIFEST)

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest. Errors: `BuildMissing` where there is none that can be used, or it was
        edited."""
        address = self.folder.address
        if self.content is None:
            next(self.folder.listed(), None)  # which says so where there is no such bucket
            raise NoBuild(f"{address} holds no build; make one with `newsloom run --out {address}`")
        return parse_manifest(self.content.data, address)

    @property
    def location(self) -> str:
        """The folder of the files below the address; empty where they lie next to the manifest."""
        return str(self.manifest.get("location") or "")

    def name(self, file: str) -> str:
        """What a file of the build is called below the address."""
        return f"{self.location}/{file}" if self.location else file

    def refuse_edited(self) -> None:
        """Errors: `BuildMissing` where the manifest is not what its own digest says."""
        if not is_sealed(self.manifest):
            raise BuildMissing(f"{self.folder.address}/{MANIFEST} was edited; make a new build")

    def sizes(self) -> dict[str, int]:
        """The size in bytes of each file that lies there, whether it is of the build or not."""
        start = len(self.name(""))
        found = self.folder.listed(self.location)
        return {name[start:]: each.size for name, each in found}

    def download(
        self, targets: dict[str, Path], progress: Callable[[int, int], None] = _silent
    ) -> None:
        """Copy files of the build, by their names in it; what is absent is left out, and nothing
        is checked."""
        named = {self.name(file): target for file, target in targets.items()}
        self.folder.download(named, lambda done: progress(done, len(named)))

    def copy(self, folder: Path) -> None:
        """Copy all that lies among the files of the build, with its manifest, into a folder."""
        manifest = self.manifest
        others = {MANIFEST, STATE} - manifest["files"].keys()
        self.download({file: folder / file for file in self.sizes() if file not in others})
        if self.content:
            (folder / MANIFEST).write_bytes(self.content.data)
