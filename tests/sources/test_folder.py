"""Discovery: which files of a raw archive there are, whatever lies in it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from pipeline.core.errors import FileRejected, UsageError
from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.sources import folder as discovery
from pipeline.sources.folder import RawFile, discover, raw_file, read_bytes
from pipeline.sources.folder_handles import MAX_HANDLES, MAX_PATH_BYTES, FolderHandles
from pipeline.sources.listing import STAMP_TRUST_NS


def found(root: Path) -> list[RawFile]:
    """The files of an archive by source path."""
    listing = discover(root)
    files = (raw_file(listing, index) for index in range(len(listing.names)))
    return sorted(files, key=lambda file: file.source_path)


def names(root: Path) -> list[str]:
    return [file.source_path for file in found(root)]


def write(root: Path, *paths: str) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(path.encode())


def read(root: Path, file: RawFile, limits: Limits = DEFAULT_LIMITS) -> bytes:
    with FolderHandles(os.fsencode(root)) as folders:
        return read_bytes(file, folders, limits)


def code_of(root: Path, file: RawFile, limits: Limits = DEFAULT_LIMITS) -> str:
    with pytest.raises(FileRejected) as rejected:
        read(root, file, limits)
    return rejected.value.problem.code


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_order_is_that_of_the_paths_whatever_was_written_first(tmp_path: Path) -> None:
    write(tmp_path, "b.md", "a/z.md", "a.md", "a-b.md", "é.md", "Z.md", "a/b/c.txt")
    assert names(tmp_path) == sorted(
        ["Z.md", "a-b.md", "a.md", "a/b/c.txt", "a/z.md", "b.md", "é.md"]
    )
    (file,) = (file for file in found(tmp_path) if file.source_path == "a/z.md")
    assert (file.size, read(tmp_path, file)) == (6, b"a/z.md")


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    root = tmp_path / ".raw"
    write(root, ".hidden.md", ".git/config", "a/.b/c.md", "a/d.md")
    assert names(root) == ["a/d.md"]


def test_symbolic_links_are_not_followed(tmp_path: Path) -> None:
    root, outside = tmp_path / "raw", tmp_path / "outside"
    write(outside, "secret.md")
    write(root, "a/b.md")
    (root / "folder").symlink_to(outside)
    (root / "file.md").symlink_to(outside / "secret.md")
    (root / "inside.md").symlink_to(root / "a" / "b.md")
    (root / "a" / "loop").symlink_to(root)
    (root / "nowhere").symlink_to(root / "nothing")
    assert names(root) == ["a/b.md"]


@pytest.mark.parametrize("depth", [1, 3])
def test_a_folder_that_has_become_a_link_lets_no_file_in(tmp_path: Path, depth: int) -> None:
    root, outside = tmp_path / "raw", tmp_path / "outside"
    folder = "a/" * depth
    write(root, f"{folder}secret.md")
    write(outside, f"{'a/' * (depth - 1)}secret.md")
    (file,) = found(root)
    (root / "a").rename(tmp_path / "aside")
    (root / "a").symlink_to(outside)
    assert code_of(root, file) == "unreadable_file"


def test_a_folder_that_becomes_a_link_while_listed_is_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, outside, opened = tmp_path / "raw", tmp_path / "outside", os.open
    write(root, "a/b.md")
    write(outside, "secret.md")

    def replace(path: bytes, flags: int, *, dir_fd: int | None = None) -> int:
        if path == b"a" and not (root / "a").is_symlink():
            (root / "a").rename(tmp_path / "aside")
            (root / "a").symlink_to(outside)
        return opened(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", replace)
    assert names(root) == ["a/"]
    assert code_of(root, RawFile("a/", b"a/", 0)) == "unreadable_file"


def test_handles_are_bounded_and_closed(tmp_path: Path) -> None:
    folders = [f"{number % 7}/{number}" for number in range(MAX_HANDLES * 2)]
    write(tmp_path, *(f"{folder}/a.md" for folder in folders))
    files, before = found(tmp_path), open_files()
    with FolderHandles(os.fsencode(tmp_path)) as handles:
        for file in [*files, *files]:
            assert read_bytes(file, handles, DEFAULT_LIMITS) == file.name
            assert open_files() <= before + MAX_HANDLES
    assert open_files() == before


def test_what_is_no_file_is_counted_by_kind(tmp_path: Path) -> None:
    write(tmp_path, "a/b.md", ".hidden.md", "a/.git/config", "a/.git/HEAD")
    (tmp_path / "a" / "link.md").symlink_to("b.md")
    (tmp_path / "folder").symlink_to("a")
    os.mkfifo(tmp_path / "pipe.md")
    assert discover(tmp_path).left_out == {"hidden": 2, "symbolic_links": 2, "special_files": 1}
    assert names(tmp_path) == ["a/b.md"]


@pytest.mark.parametrize(
    ("mount_options", "trusted"),
    [("ro,relatime shared:1 - squashfs /dev/loop0 ro", False), ("ro - ext4 /dev/sda rw,x", True)],
)
def test_times_of_an_image_are_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mount_options: str, *, trusted: bool
) -> None:
    write(tmp_path, "raw/a.md")
    device = (tmp_path / "raw").stat().st_dev
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"9 1 {os.major(device)}:{os.minor(device)} / /raw {mount_options}\n")
    monkeypatch.setattr(discovery, "_MOUNTS", mounts)
    monkeypatch.setattr(os, "fstatvfs", lambda _: SimpleNamespace(f_flag=os.ST_RDONLY))
    listing = discover(tmp_path / "raw")
    listing.started_ns += 10 * STAMP_TRUST_NS
    assert listing.trusted(0) is trusted


def test_times_of_a_mounted_image_are_not_trusted(
    tmp_path: Path, mounted: Callable[..., None]
) -> None:
    raw, bound = tmp_path / "raw", tmp_path / "bound"
    raw.mkdir()
    bound.mkdir()
    mounted("-t", "tmpfs", "none", str(raw))
    write(raw, "a.md")
    mounted("--bind", str(raw), str(bound))
    subprocess.run(["mount", "-o", "remount,bind,ro", str(bound)], check=True)
    for root, read_only, trusted in ((raw, "rw", True), (bound, "rw", True), (raw, "ro", False)):
        subprocess.run(["mount", "-o", f"remount,{read_only}", str(raw)], check=True)
        listing = discover(root)
        listing.started_ns += 10 * STAMP_TRUST_NS
        assert listing.trusted(0) is trusted


def test_a_root_that_is_a_link_is_followed(tmp_path: Path) -> None:
    write(tmp_path / "real", "a.md")
    (tmp_path / "raw").symlink_to(tmp_path / "real")
    assert names(tmp_path / "raw") == ["a.md"]


def test_pipes_and_sockets_are_no_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        write(tmp_path, "a.md")
        assert names(tmp_path) == ["a.md"]


def test_odd_names_stay_apart(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path)
    odd = [b"new\nline.md", b"quo\"te's.md", b"back\\slash.md", b"\xff.md", b"\\xff.md"]
    odd += [b"\\xff\xfe.md", b"\xff\\xfe.md", "\ufffd.md".encode(), b"\\\\xff.md"]
    for name in odd:
        Path(os.fsdecode(folder + b"/" + name)).write_bytes(name)
    files = found(tmp_path)
    assert len({file.source_path for file in files}) == len(odd)
    assert {read(tmp_path, file) for file in files} == set(odd)
    by_content = {read(tmp_path, file): file.source_path for file in files}
    assert by_content[b"back\\slash.md"] == "back\\slash.md"
    assert by_content[b"new\nline.md"] == "new\nline.md"
    assert by_content[b"\xff.md"] == "\\xff.md"
    for path in by_content.values():
        path.encode()


def test_an_unreadable_folder_is_a_row_not_a_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", "locked/b.md")
    opened = os.open

    def refuse(path: bytes, flags: int, *, dir_fd: int | None = None) -> int:
        if path == b"locked":
            raise PermissionError(13, "Permission denied")
        return opened(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", refuse)
    assert names(tmp_path) == ["a.md", "locked/"]
    assert code_of(tmp_path, found(tmp_path)[1]) == "unreadable_file"


def test_what_vanishes_meanwhile_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md", "b/c.md")
    opened = os.open

    def vanish(path: bytes, flags: int, *, dir_fd: int | None = None) -> int:
        if path == b"b":
            raise FileNotFoundError(2, "No such file or directory")
        return opened(path, flags, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", vanish)
    assert names(tmp_path) == ["a.md"]


def test_what_changes_between_discovery_and_reading_is_unreadable(tmp_path: Path) -> None:
    write(tmp_path, "gone.md", "link.md", "folder.md")
    by_name = {file.source_path: file for file in found(tmp_path)}
    for path in tmp_path.iterdir():
        path.unlink()
    (tmp_path / "link.md").symlink_to("/etc/passwd")
    (tmp_path / "folder.md").mkdir()
    assert {name: code_of(tmp_path, file) for name, file in by_name.items()} == dict.fromkeys(
        by_name, "unreadable_file"
    )


def test_a_pipe_in_the_place_of_a_file_does_not_wait(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (file,) = found(tmp_path)
    (tmp_path / "a.md").unlink()
    os.mkfifo(tmp_path / "a.md")
    assert code_of(tmp_path, file) == "unreadable_file"


def test_a_file_that_is_written_while_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md")
    (file,) = found(tmp_path)
    path, writes, fstat = tmp_path / "a.md", iter((b"half of", b"the whole")), os.fstat

    def write_meanwhile(descriptor: int) -> os.stat_result:
        status = fstat(descriptor)
        written = next(writes, None)
        if written is not None:
            path.write_bytes(written)
        return status

    monkeypatch.setattr(os, "fstat", write_meanwhile)
    assert read(tmp_path, file) == b"the whole"


def test_a_file_that_never_rests_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "a.md")
    (file,) = found(tmp_path)
    fstat = os.fstat

    def grow_meanwhile(descriptor: int) -> os.stat_result:
        with (tmp_path / "a.md").open("ab") as grown:
            grown.write(b"more")
        return fstat(descriptor)

    monkeypatch.setattr(os, "fstat", grow_meanwhile)
    assert code_of(tmp_path, file) == "changing_file"


def test_a_read_error_is_a_reject(tmp_path: Path, mounted: Callable[..., None]) -> None:
    write(tmp_path, "a.md", "b.md")
    mounted("--bind", "/proc/self/mem", str(tmp_path / "a.md"))
    bad, good = found(tmp_path)
    with pytest.raises(FileRejected) as rejected:
        read(tmp_path, bad)
    assert rejected.value.problem.code in ("unreadable_file", "changing_file")
    assert read(tmp_path, good) == b"b.md"


def test_size_is_bounded_even_when_the_file_grows(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    (file,) = found(tmp_path)
    limits = Limits(max_file_bytes=10)
    assert read(tmp_path, file, limits) == b"a.md"
    (tmp_path / "a.md").write_bytes(b"x" * 11)
    assert code_of(tmp_path, file, limits) == "file_too_large"
    assert code_of(tmp_path, found(tmp_path)[0], limits) == "file_too_large"


def test_folders_nested_deeper_than_calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    depth = 1_500
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("deep.md").write_bytes(b"")
    try:
        assert names(tmp_path) == ["d/" * depth + "deep.md"]
    finally:  # pytest's own cleaning recurses
        Path("deep.md").unlink()
        for _ in range(depth):
            os.chdir("..")
            Path("d").rmdir()


def test_a_path_too_long_for_the_system_is_a_row(tmp_path: Path) -> None:
    folder, depth = "d" * 250, 20
    with FolderHandles(os.fsencode(tmp_path)) as handles:
        for level in range(depth):
            path = os.fsencode("/".join([folder] * level))
            if len(path) > MAX_PATH_BYTES:
                break
            os.mkdir(folder, dir_fd=handles.folder(path))
    (name,) = names(tmp_path)
    assert name.endswith("/")
    with pytest.raises(FileRejected, match="File name too long"):
        read(tmp_path, found(tmp_path)[0])
    shutil.rmtree(tmp_path / folder)


def test_empty_folders_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    assert names(tmp_path) == []


def test_a_root_that_is_no_folder_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    for root in (tmp_path / "a.md", tmp_path / "nothing"):
        with pytest.raises(UsageError, match=root.name):
            discover(root)
