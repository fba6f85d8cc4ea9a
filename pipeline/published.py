"""The folder of one published build, told apart from the build that may take its place."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import BuildMissing
from pipeline.layout import Layout, Workshop
from pipeline.manifest import load_manifest, refuse_unless_whole

T = TypeVar("T")

_TRIES = 5
"""How often to begin anew where a build is published in the very moment of reading."""


class PublishedFolder:
    """A folder as it was when opened; publishing moves it aside, and it is still found there.

    Errors: `BuildMissing` where there is no folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        try:
            self._descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError):
            raise BuildMissing(f"{root} holds no build; make one with `newsloom run`") from None
        except OSError as error:
            raise BuildMissing(f"{root} cannot be opened: {error.strerror}") from None
        weakref.finalize(self, os.close, self._descriptor)

    def is_at(self, place: Path) -> bool:
        """Whether the folder is what a path leads to now."""
        try:
            return os.path.samestat(place.stat(), os.fstat(self._descriptor))
        except OSError:
            return False

    @property
    def is_published(self) -> bool:
        """Whether no other build has taken its place."""
        return self.is_at(self._root)

    def read(self, reading: Callable[[Layout], T]) -> T:
        """What `reading` gives of the build, wherever it lies now.

        Errors: `BuildMissing` where later builds have displaced it.
        """
        for place in (self._root, Workshop.beside(self._root).former) * _TRIES:
            if not self.is_at(place):
                continue
            result = reading(Layout(place))
            if self.is_at(place):
                return result
        raise BuildMissing(f"the build opened in {self._root} was replaced; open the new one")


def open_published(root: Path) -> tuple[PublishedFolder, dict[str, Any]]:
    """The folder of a whole build, and its manifest.

    Errors: `BuildMissing` where the folder holds no build, or files that are not of it.
    """
    layout = Layout(root)
    for tries_left in reversed(range(_TRIES)):
        folder = PublishedFolder(root)
        try:
            manifest = load_manifest(layout)
            refuse_unless_whole(layout, manifest)
        except BuildMissing:
            if folder.is_published or not tries_left:
                raise
        else:
            if folder.is_published:
                return folder, manifest
    raise BuildMissing(f"{root} is being replaced again and again; try once more")
