"""The hidden folder beside a build, held by an open handle from which all in it is reached.

A name can be made to lead elsewhere between a look at it and its use; a handle cannot. So no
symbolic link is followed to the folder or in it, nothing of another user is touched, and who
deletes or replaces the folder during a run takes nothing from that run but its publication.
"""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipeline.core.errors import NewsloomError
from pipeline.core.paths import Layout, work_path

_PRIVATE = 0o700
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE_FLAGS = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a named pipe must not stop us


class WorkDir:
    """The folder beside the build in `out`, made where it is absent; all of it may be deleted.

    Errors: `NewsloomError` where it is a link, no folder, or belongs to another user; `OSError`.
    """

    FILES = frozenset(("lock", "state"))
    """What may stay there between two runs; `lock` names the run that holds the folder."""

    def __init__(self, out: Path) -> None:
        self.path = work_path(out)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            self.path.mkdir(_PRIVATE)
        self.handle = self._open_folder()
        self.root = self._through_handle()
        self.staging = self.root / f"staging.{secrets.token_hex(8)}"

    def _open_folder(self) -> int:
        """A handle of the folder, which no other user may enter from now on."""
        try:
            handle = os.open(self.path, _FOLDER_FLAGS)
        except NotADirectoryError:  # which a link is, too, opened in this way
            raise NewsloomError(
                f"{self.path} is a link or a file, where newsloom keeps a folder; delete it"
            ) from None
        try:
            status = os.fstat(handle)
            self._refuse_foreign(self.path, status)
            if stat.S_IMODE(status.st_mode) & ~_PRIVATE:
                os.fchmod(handle, _PRIVATE)
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _through_handle(self) -> Path:
        """A path to the open folder, also for libraries and workers, whatever becomes of its name.

        Only the name where the system has no such paths.
        """
        path = Path(f"/proc/{os.getpid()}/fd/{self.handle}")
        try:
            is_same = os.path.samestat(path.stat(), os.fstat(self.handle))
        except OSError:
            return self.path
        return path if is_same else self.path

    def close(self) -> None:
        """Release the folder, and a lock on it."""
        os.close(self.handle)

    @property
    def staged(self) -> Layout:
        """The build that is being made; no other run knows its path."""
        return Layout(self.staging / "build")

    @property
    def state(self) -> Path:
        """What the last run knew: the files, and what each result was made from."""
        return self.root / "state"

    @property
    def is_in_place(self) -> bool:
        """Whether the open folder is still the one at its name."""
        try:
            status = self.path.stat(follow_symlinks=False)
        except OSError:
            return False
        return os.path.samestat(status, os.fstat(self.handle))

    def holds(self, name: str, file: int) -> bool:
        """Whether an open file is still the one at its name."""
        try:
            status = os.stat(name, dir_fd=self.handle, follow_symlinks=False)
        except OSError:
            return False
        return os.path.samestat(status, os.fstat(file))

    def names(self) -> list[str]:
        """The names of all entries."""
        return sorted(os.listdir(self.handle))  # noqa: PTH208 - a handle is no path

    def make_folder(self, name: str) -> None:
        """Make a folder that other users cannot enter, unless it is there."""
        with suppress(FileExistsError):
            os.mkdir(name, _PRIVATE, dir_fd=self.handle)

    def remove(self, name: str) -> None:
        """Delete an entry with all below it; of a link, the link. Absent is well. Errors:
        `NewsloomError` where it belongs to another user; `OSError` where the system cannot delete
        a folder without the danger of following a link."""
        try:
            status = os.stat(name, dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return
        self._refuse_foreign(self.path / name, status)
        if not stat.S_ISDIR(status.st_mode):
            os.unlink(name, dir_fd=self.handle)
            return
        if not shutil.rmtree.avoids_symlink_attacks:
            raise OSError(f"{self.path / name} is in the way; delete it")
        shutil.rmtree(name, ignore_errors=True, dir_fd=self.handle)

    def remove_if_empty(self) -> None:
        """Delete the folder itself if nothing is in it. Errors: `OSError`."""
        if self.is_in_place and not self.names():
            self.path.rmdir()

    def open_file(self, name: str, flags: int) -> int:
        """Open a file of ours as `flags` say; what has its name and is none is deleted first.

        Errors: `OSError` where there is no such file and `flags` create none.
        """
        handle = self._open_file(name, flags)
        if handle is None:
            self.remove(name)
            handle = self._open_file(name, flags | os.O_EXCL)
        if handle is None:
            raise OSError(f"{self.path / name} is no plain file; delete it")
        return handle

    def _open_file(self, name: str, flags: int) -> int | None:
        """As `open_file`, but None where what has the name is no plain file of ours."""
        try:
            handle = os.open(name, flags | _FILE_FLAGS, 0o600, dir_fd=self.handle)
        except OSError:
            if name in self.names():  # a link, a folder, a socket …
                return None
            raise
        if _is_own_file(os.fstat(handle)):
            return handle
        os.close(handle)
        return None

    def is_safe(self, name: str) -> bool:
        """Whether an entry is of the kind that its name says, and no link.

        Errors: `NewsloomError` where it belongs to another user.
        """
        status = os.stat(name, dir_fd=self.handle, follow_symlinks=False)
        self._refuse_foreign(self.path / name, status)
        return _is_own_file(status) if name in self.FILES else stat.S_ISDIR(status.st_mode)

    def _refuse_foreign(self, path: Path, status: os.stat_result) -> None:
        if status.st_uid != os.geteuid():
            raise NewsloomError(
                f"{path} belongs to another user (uid {status.st_uid}), so it is left alone; "
                "delete it, or run as that user"
            )

    @contextmanager
    def errors_named(self) -> Iterator[None]:
        """Have errors name the folder, not the handle from which it was reached."""
        try:
            yield
        except (OSError, NewsloomError) as error:
            error.args = tuple(map(self._named, error.args))
            for name in ("filename", "filename2"):
                if (path := getattr(error, name, None)) is not None:
                    setattr(error, name, self._named(os.fsdecode(path)))
            raise

    def _named(self, value: object) -> object:
        if not isinstance(value, str):
            return value
        return value.replace(str(self.root), str(self.path))


def _is_own_file(status: os.stat_result) -> bool:
    """Whether a file is ours and has no other name; through that, others' data could be hit."""
    return stat.S_ISREG(status.st_mode) and status.st_nlink == 1 and status.st_uid == os.geteuid()
