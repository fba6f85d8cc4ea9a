"""One published build in a bucket: its files are copied when they are first read.

A copy is called by the SHA-256 of its content, so that builds share it, and no file of one build is
ever taken for that of another. Copies that nobody used for a week are deleted.
"""

from __future__ import annotations

import os
import re
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import Any

from pipeline.core.digests import digest_of
from pipeline.core.errors import BuildMissing
from pipeline.core.paths import cache_path
from pipeline.publish.manifest import quick_check
from pipeline.publish.stored_build import StoredBuild

_UNUSED_SECONDS = 7 * 24 * 3600
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_SHA256 = re.compile(r"[0-9a-f]{64}")


class StoredSnapshot:
    """The build that was published at `address` when this was made. A file that was not read before
    the next but one is published can be gone then. `copies` is the folder of what was read.

    Errors: `BuildMissing` where there is none that can be used; `StorageFailed`.
    """

    def __init__(self, address: str) -> None:
        self._build = StoredBuild(address)
        self._build.refuse_edited()
        self.manifest: dict[str, Any] = self._build.manifest
        self.copies = cache_path().absolute() / "files"
        self._files: dict[str, int] = {}

    def path(self, name: str) -> Path:
        """A path to a file of the build, by its name in the manifest; as long as this object is.

        Errors: `BuildMissing` where it is gone, or not what the manifest says; `StorageFailed`.
        """
        if name not in self._files:
            self._files[name] = self._opened(name)
            weakref.finalize(self, os.close, self._files[name])
        return Path(f"/dev/fd/{self._files[name]}")

    def copy_path(self, name: str) -> Path:
        """Where the copy of a file lies once `path` was called; it can be deleted meanwhile."""
        sha256 = self.manifest["files"][name]["sha256"]
        if not _SHA256.fullmatch(sha256):
            raise BuildMissing(f"the manifest says no SHA-256 of {name}")
        return self.copies / f"{sha256}{Path(name).suffix}"

    def _opened(self, name: str) -> int:
        entry, copy = self.manifest["files"][name], self.copy_path(name)
        self.copies.mkdir(mode=0o700, parents=True, exist_ok=True)
        if quick_check(self.copies, copy.name, entry):
            self._fetch(name, copy, entry["sha256"])
        os.utime(copy)
        _delete_unused(self.copies)
        return os.open(copy, _FILE)

    def _fetch(self, name: str, copy: Path, sha256: str) -> None:
        copy.unlink(missing_ok=True)
        self._build.download({name: copy})
        if digest_of(copy) == sha256:
            return
        place = f"{self._build.folder.address}/{self._build.name(name)}"
        if not copy.exists():
            raise BuildMissing(
                f"{place} is gone: newer builds have been published, or it was deleted; open the "
                "build again"
            )
        copy.unlink()
        raise BuildMissing(f"{place} is not what the manifest says; `newsloom verify` tells more")


def _delete_unused(copies: Path) -> None:
    before = time.time() - _UNUSED_SECONDS
    for each in copies.iterdir():
        with suppress(OSError):
            if each.stat().st_mtime < before:
                each.unlink()
