"""One archive as a folder, archive files, a commit and objects: time and memory of a full run of
each, and whether every table and mart is that of the folder."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tarfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import Request, urlopen

import duckdb
import pyarrow as pa

from tests.bench.measure import Measured, in_turn

PACKED = ("tar", "tar.gz", "tar.zst", "zip")
TABLES = ("tables", "marts")
UPLOAD_SECONDS = 450
"""The local server is Python: what cannot be put there in this time is not read from it, either."""

_WITHOUT_TIMES = {
    "tables/files.parquet": "select * exclude (collected_at, revised_at) from '{}'",
    "marts/data_completeness.parquet": (
        "select * from '{}' where column_name not in ('collected_at', 'revised_at')"
    ),
}
"""What a commit must have as a folder does in the relations that tell its two times."""


def measure_sources(
    raw: Path, home: Path, repeats: int, newsloom: Callable[[str, Path], Sequence[str]]
) -> list[str]:
    """The lines of a table, one for each form of an archive; `newsloom` gives the command that
    builds what is named into a folder."""
    named = {"folder": str(raw), **_packed(raw, home), "git": _committed(raw, home)}
    with _server(home):
        named |= _stored(raw, home, named)
        commands = {name: newsloom(each, home / "out" / name) for name, each in named.items()}
        measured = in_turn(commands, repeats)
    return [_line(raw, name, each, measured, home / "out") for name, each in named.items()]


def _line(raw: Path, name: str, source: str, measured: dict[str, Measured], built: Path) -> str:
    this, folder = measured[name], measured["folder"]
    size = f"{Path(source).stat().st_size / 1e6:.1f}" if Path(source).is_file() else ""
    line = (
        f"| {raw.name} | {name} | {size} | {this.processor:.1f} |"
        f" {this.processor / folder.processor:.2f} | {this.median:.1f} |"
        f" {this.peak_bytes / 2**20:.0f} | {compared(built / 'folder', built / name)} |"
    )
    print(line, flush=True)
    return line


def compared(folder: Path, other: Path) -> str:
    """How many tables and marts of two builds are the same bytes, and which are not."""
    names = sorted({name for each in (folder, other) for name in _relations(each)})
    unlike = [name for name in names if not _is_same(folder / name, other / name)]
    told = [name for name in unlike if name in _WITHOUT_TIMES and _is_same_but(name, folder, other)]
    others = [name for name in unlike if name not in told]
    but = f", {len(told)} but for the two times" if told else ""
    differ = f"; NOT {', '.join(others)}" if others else ""
    return f"{len(names) - len(unlike)} of {len(names)} equal{but}{differ}"


def _relations(out: Path) -> Iterator[str]:
    for kind in TABLES:
        yield from (f"{kind}/{path.name}" for path in (out / kind).glob("*.parquet"))


def _is_same(one: Path, other: Path) -> bool:
    return one.is_file() and other.is_file() and one.read_bytes() == other.read_bytes()


def _is_same_but(name: str, folder: Path, other: Path) -> bool:
    one, two = (_WITHOUT_TIMES[name].format(each / name) for each in (folder, other))
    different = f"({one} except all {two}) union all ({two} except all {one})"
    return duckdb.sql(f"select count(*) from ({different})").fetchall() == [(0,)]


def _files(raw: Path) -> Iterator[tuple[Path, str]]:
    """Each file of an archive, with its path there."""
    for path in sorted(raw.rglob("*")):
        if path.is_file():
            yield path, path.relative_to(raw).as_posix()


def _packed(raw: Path, home: Path) -> dict[str, str]:
    """The archive as a file of each form."""
    made = {form: home / f"{raw.name}.{form}" for form in PACKED}
    with tarfile.open(made["tar"], "w") as tar:
        for path, name in _files(raw):
            tar.add(path, name)
    for form, codec in (("tar.gz", "gzip"), ("tar.zst", "zstd")):
        with made["tar"].open("rb") as tar_file, pa.output_stream(made[form], codec) as packed:
            while data := tar_file.read(1 << 20):
                packed.write(data)
    with zipfile.ZipFile(made["zip"], "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as zipped:
        for path, name in _files(raw):
            zipped.write(path, name)
    return {form: str(path) for form, path in made.items()}


def _committed(raw: Path, home: Path) -> str:
    """The archive as the only commit of a repository."""
    repository = home / f"{raw.name}.git"
    git = ["git", "--git-dir", str(repository), "--work-tree", str(raw.absolute())]
    git += ["-c", "user.name=x", "-c", "user.email=x", "-c", "core.autocrlf=false"]
    for step in (["init", "-q"], ["add", "-Af"], ["commit", "-qm", "all"]):
        subprocess.run([*git, *step], check=True, env={**os.environ, "GIT_CONFIG_GLOBAL": ""})
    return f"{repository}@HEAD"


@contextmanager
def _server(home: Path) -> Iterator[None]:
    """A local S3 server with a bucket, which newsloom reaches by the environment."""
    cloud = Path(sys.prefix, "cloud")
    [library] = cloud.glob("lib/python3*/site-packages/obstore")
    (home / "cloud").mkdir(exist_ok=True)  # with this alone: other libraries there are older
    if not (home / "cloud/obstore").exists():
        (home / "cloud/obstore").symlink_to(library)
    sys.path.append(str(home / "cloud"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    given = {"ACCESS_KEY_ID": "x", "SECRET_ACCESS_KEY": "y", "REGION": "us-east-1"}
    for name, value in {**given, "ENDPOINT": address, "ALLOW_HTTP": "true"}.items():
        os.environ[f"AWS_{name}"] = value
    os.environ["PYTHONPATH"] = str(home / "cloud")
    command = [str(cloud / "bin/moto_server"), "-H", "127.0.0.1", "-p", str(port)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    ) as server:
        try:
            _make_bucket(address)
            yield
        finally:
            server.kill()


def _make_bucket(address: str) -> None:
    for attempt in range(600):  # until the server has started
        try:
            urlopen(Request(f"{address}/news", method="PUT")).close()
        except URLError:
            if attempt == 599:
                raise
            time.sleep(0.1)
        else:
            return


def _stored(raw: Path, home: Path, named: dict[str, str]) -> dict[str, str]:
    """The archive in the bucket: as two archive files and, if time allows, as objects."""
    import obstore

    store = obstore.store.from_url("s3://news", client_options={"allow_http": True})
    stored = {}
    for form in ("tar.zst", "zip"):
        key = Path(named[form]).name
        obstore.put(store, key, Path(named[form]))
        stored[f"S3, {form}"] = f"s3://news/{key}"
    end = time.monotonic() + UPLOAD_SECONDS

    def put(file: tuple[Path, str]) -> bool:
        in_time = time.monotonic() < end
        if in_time:
            obstore.put(store, f"{raw.name}/{file[1]}", file[0].read_bytes())
        return in_time

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(put, _files(raw)))
    if all(done):
        return {"S3, objects": f"s3://news/{raw.name}", **stored}
    print(f"{raw.name}: {sum(done):,} of {len(done):,} objects put in {UPLOAD_SECONDS} s; left out")
    return stored
