"""Which raw files there are. Only this module and the file reader touch the raw folder."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import FileRejected, Problem, UsageError
from pipeline.core.limits import Limits
from pipeline.core.paths import archive_name
from pipeline.core.raw_content import RawContent
from pipeline.sources.folder_handles import FolderHandles
from pipeline.sources.listing import NO_CTIME, UNTRUSTED, Listing, stamps_of_status

_LIKE_AN_ESCAPE = re.compile(r"\\x[0-9a-f]{2}")
# Should a pipe have taken the place of the file since it was discovered, opening must not wait.
_READ_TRIES = 3
_READ_ONLY = os.O_RDONLY | os.O_NONBLOCK
_MOUNTS = Path("/proc/self/mountinfo")


@dataclass(frozen=True, slots=True)
class RawFile:
    """One discovered file: `source_path` is relative with `/`, `name` the same as the system has
    it."""

    source_path: str
    name: bytes
    size: int


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """Some files below the folder `root`: a `Reading`."""

    root: bytes
    files: tuple[RawFile, ...]

    def contents(self, limits: Limits) -> list[RawContent]:
        """The bytes of each file, or the problem that there are none."""
        with FolderHandles(self.root) as folders:
            return [_content(file, folders, limits) for file in self.files]


class Folder:
    """The files below a folder: a `Source`."""

    was_read = False

    def __init__(self, path: Path) -> None:
        self.raw, self.name = str(path), archive_name(path)
        self.path = path
        self._listing = Listing()

    def discover(self, _former: Listing | None) -> Listing:
        """Every file, with its own stamps. Errors: `UsageError` where there is no such folder."""
        self._listing = discover(self.path)
        return self._listing

    def readings(self, shares: Iterable[Sequence[int]]) -> Iterator[FolderFiles]:
        """How to read each share of the last listing."""
        root = os.fsencode(self.path.resolve())
        for share in shares:
            yield FolderFiles(root, tuple(raw_file(self._listing, index) for index in share))


def readable(name: bytes) -> str:
    """A path as text; bytes that are not UTF-8 become `\\xNN`.

    Backslashes are doubled where such a path has them, and where a name looks as if it held an
    escape, so that no two paths become equal.
    """
    text = name.decode("utf-8", "replace")
    if text.encode() == name and not _LIKE_AN_ESCAPE.search(text):
        return text
    return name.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")


def _entries(folder: int) -> list[tuple[bytes, os.DirEntry[str]]]:
    """What lies in a folder, by name."""
    with os.scandir(folder) as entries:
        return sorted((os.fsencode(entry.name), entry) for entry in entries)


def _list(folders: FolderHandles, listing: Listing) -> None:
    """List all files below, without recursion: folders may be nested deeper than calls."""
    waiting = [b""]
    while waiting:
        prefix = waiting.pop()
        try:
            folder = folders.folder(prefix.rstrip(b"/"))
            entries, is_image = _entries(folder), _is_image(folder)
        except FileNotFoundError:
            continue
        except OSError:
            # A folder that cannot be opened stands in the list itself: reading it is refused,
            # and the refusal shows that something is missing.
            listing.add(prefix, UNTRUSTED)
            continue
        for own_name, entry in entries:
            name = prefix + own_name
            if own_name.startswith(b"."):
                listing.leave_out("hidden")
            elif entry.is_dir(follow_symlinks=False):
                waiting.append(name + b"/")
            elif entry.is_file(follow_symlinks=False):
                _add(entry, name, listing, is_image=is_image)
            else:
                listing.leave_out("symbolic_links" if entry.is_symlink() else "special_files")


def _add(entry: os.DirEntry[str], name: bytes, listing: Listing, *, is_image: bool) -> None:
    """List a file; not where it has vanished, without stamps where these cannot be read."""
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return
    except OSError:
        listing.add(name, UNTRUSTED)
        return
    size, mtime, ctime, device, inode = stamps_of_status(status)
    listing.add(name, (size, mtime, NO_CTIME if is_image else ctime, device, inode))


def _is_image(folder: int) -> bool:
    """Whether a folder is of a file system that nobody can write, such as an image.

    Its times were made with it, and another with the same times, inodes and even the same device
    can be mounted in its place. One that is only mounted read-only here keeps its times.
    """
    if not os.fstatvfs(folder).f_flag & os.ST_RDONLY:
        return False
    device = os.fstat(folder).st_dev
    number = f"{os.major(device)}:{os.minor(device)}"
    try:
        mounts = [line.split() for line in _MOUNTS.read_text(errors="replace").splitlines()]
    except OSError:
        return True
    # The third field is the device, the last one the options of the file system as a whole.
    return not any(each[2] == number and "rw" in each[-1].split(",") for each in mounts)


def discover(root: Path) -> Listing:
    """Every regular file under `root`, in an order that depends on names only.

    Hidden files and folders are left out; symbolic links are not followed, and sockets, pipes
    and devices are not files: all these are counted in `left_out`. A folder that cannot be opened
    is listed with a final `/`, to be rejected as unreadable. Errors: `UsageError` where `root` is
    no folder or cannot be opened.
    """
    if not root.is_dir():
        raise UsageError(f"{root} is not a folder; give the archive with --raw")
    listing = Listing(started_ns=time.time_ns())
    with FolderHandles(os.fsencode(root.resolve())) as folders:
        try:
            _entries(folders.folder(b""))
        except OSError as error:
            raise UsageError(f"{root} cannot be opened: {error.strerror}") from None
        _list(folders, listing)
    return listing.close()


def raw_file(listing: Listing, index: int) -> RawFile:
    """One file of a listing."""
    name = listing.names[index]
    return RawFile(readable(name), name, listing.sizes[index])


def _content(file: RawFile, folders: FolderHandles, limits: Limits) -> RawContent:
    """The bytes of a file, or the problem that there are none."""
    try:
        return RawContent(file.source_path, file.size, read_bytes(file, folders, limits))
    except FileRejected as rejection:
        return RawContent(file.source_path, file.size, None, rejection.problem)


def too_large(size: int, limits: Limits) -> Problem | None:
    """The problem that a file has more bytes than its limit; None where it has not."""
    if size <= limits.max_file_bytes:
        return None
    return Problem("file_too_large", f"{size:,} bytes; the limit is {limits.max_file_bytes:,}")


def read_bytes(file: RawFile, folders: FolderHandles, limits: Limits) -> bytes:
    """The bytes of one file of the archive in `folders`, as they were at one moment.

    Errors: `FileRejected` unreadable_file, changing_file or file_too_large.
    """
    if problem := too_large(file.size, limits):
        raise FileRejected(problem.code, problem.message)
    try:
        for _ in range(_READ_TRIES):
            data = _read_at_rest(folders, file.name, limits.max_file_bytes + 1)
            if data is not None:
                break
        else:
            raise FileRejected("changing_file", "written while it was being read")
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise FileRejected("unreadable_file", reason) from None
    if len(data) > limits.max_file_bytes:
        raise FileRejected("file_too_large", f"more than {limits.max_file_bytes:,} bytes")
    return data


def _read_at_rest(folders: FolderHandles, name: bytes, most: int) -> bytes | None:
    """Up to `most` bytes of a file; None where it was written meanwhile."""
    descriptor = folders.open(name, _READ_ONLY)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise FileRejected("unreadable_file", "no regular file any more")
        data = _read_up_to(descriptor, min(most, before.st_size + 1))
        after = os.fstat(descriptor)
    finally:
        os.close(descriptor)
    is_unchanged = stamps_of_status(before) == stamps_of_status(after)
    return data if is_unchanged and len(data) == min(most, before.st_size) else None


def _read_up_to(descriptor: int, most: int) -> bytes:
    """What a file holds, up to `most` bytes."""
    data = os.read(descriptor, most)
    while 0 < len(data) < most - 1 and (more := os.read(descriptor, most - len(data))):
        data += more
    return data
