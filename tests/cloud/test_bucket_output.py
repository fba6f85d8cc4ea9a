"""Publishing to a bucket, on a local S3 server: whatever happens to the writers, readers find one
whole build."""

from __future__ import annotations

import itertools
import json
import shutil
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.build.run import build
from pipeline.core.errors import NewsloomError, StorageFailed, UsageError
from pipeline.publish import bucket_output
from pipeline.publish.stored_build import StoredBuild
from pipeline.read.verify import verify
from tests.build_fixtures import DATA_RAW, Builder, parquet_bytes, real_archive
from tests.calling import call
from tests.cloud.bucket_server import BucketServer
from tests.cloud.conftest import SECRET, Start

pytest.importorskip("obstore", reason="`make test-cloud` has it")

OUT = "s3://news/site/out"
MANIFEST = "/news/site/out/manifest.json"
BUILDS = "/news/site/out/builds/"
WRITERS = 4


def stored_bytes(folder: Path, address: str = OUT) -> dict[str, bytes]:
    """The files of a build in a bucket, as `parquet_bytes` gives those of a folder."""
    StoredBuild(address).copy(folder)
    return parquet_bytes(folder)


def run_id(address: str = OUT) -> str:
    with pipeline.open(address) as opened:
        return str(opened.manifest["run_id"])


def locations(bucket: Any) -> set[str]:
    """The builds that lie in the bucket."""
    return {each.key.split("/")[3] for each in bucket.objects.filter(Prefix="site/out/builds/")}


def edit(raw: Path, text: str) -> None:
    raw.joinpath("edited.txt").write_text(f"A page of {text}", encoding="utf-8")


@pytest.fixture(scope="module")
def edited(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of the small archive with one page more, built in a folder at once."""
    folder = tmp_path_factory.mktemp("edited")
    shutil.copytree(small_home / "raw", folder / "raw")
    edit(folder / "raw", "one")
    build(folder / "raw", folder / "out", workers=1)
    return parquet_bytes(folder / "out")


@pytest.mark.parametrize("archive", ["data/raw", "diablo4"])
def test_the_files_are_those_of_a_folder(
    bucket: Any, built: Builder, tmp_path: Path, archive: str
) -> None:
    raw = DATA_RAW if archive == "data/raw" else real_archive(archive)
    build(raw, OUT, workers=2)
    assert stored_bytes(tmp_path / "copy") == parquet_bytes(built(raw)[0])
    assert verify(OUT).faults == ()
    # What lies below the location is a build by itself.
    alone = f"{OUT}/builds/{run_id()}"
    assert verify(alone).faults == ()
    assert run_id(alone) == run_id()


def test_a_run_without_changes_uploads_nothing(
    bucket: Any, home: Path, server: BucketServer
) -> None:
    first = build(home / "raw", OUT, workers=1)
    server.reset()
    second = build(home / "raw", OUT, workers=1)
    assert (second.rebuilt, second.run_id, second.out) == (False, first.run_id, OUT)
    assert server.writes() == []
    assert server.received() < 100_000
    bucket.objects.filter(Prefix=f"site/out/builds/{first.run_id}/marts/stories").delete()
    third = build(home / "raw", OUT, workers=1)
    assert third.reasons[0] == "all results: the published build is missing or was altered"
    assert verify(OUT).faults == ()


@pytest.mark.parametrize("machine", ["the same", "another"])
def test_an_incremental_run_gives_what_a_full_one_does(
    bucket: Any,
    home: Path,
    edited: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
    machine: str,
) -> None:
    build(home / "raw", OUT, workers=1)
    edit(home / "raw", "one")
    if machine == "another":
        monkeypatch.setenv("NEWSLOOM_CACHE", str(home / "another"))
    summary = build(home / "raw", OUT, workers=1)
    assert any(reason.startswith("1 of ") for reason in summary.reasons)
    assert summary.difference is not None
    assert stored_bytes(home / "copy") == edited


def test_a_dry_run_writes_nothing(bucket: Any, home: Path, server: BucketServer) -> None:
    build(home / "raw", OUT, workers=1)
    edit(home / "raw", "one")
    server.reset()
    assert build(home / "raw", OUT, dry_run=True).reasons == ("1 file new: edited.txt",)
    assert server.writes() == []


def dies_at(step: str) -> tuple[str, int, bool]:
    """The path at which a writer is killed, at which request there, and whether it is answered."""
    return {
        "before any upload": (BUILDS, 1, False),
        "in mid-upload": (BUILDS, 20, False),
        "before the manifest": (MANIFEST, 1, False),
        "after the manifest": (MANIFEST, 1, True),
        "before the state": ("/state", 1, False),
    }[step]


@pytest.mark.parametrize(
    "step",
    [
        "before any upload",
        "in mid-upload",
        "before the manifest",
        "after the manifest",
        "before the state",
    ],
)
def test_a_writer_that_is_killed_leaves_one_whole_build(
    bucket: Any,
    home: Path,
    edited: dict[str, bytes],
    server: BucketServer,
    start: Start,
    step: str,
) -> None:
    former = build(home / "raw", OUT, workers=1).run_id
    edit(home / "raw", "one")
    place, number, is_answered = dies_at(step)
    writer = start("run", "--raw", str(home / "raw"), "--out", OUT, cache=home / "another")
    seen = itertools.count(1)

    def kill(method: str, path: str) -> int | None:
        if method in ("PUT", "POST") and place in path and next(seen) == number:
            writer.send_signal(signal.SIGKILL)
            writer.wait()
            return 503
        return None

    setattr(server, "after" if is_answered else "before", kill)
    assert writer.wait(300) == -signal.SIGKILL
    server.reset()
    assert verify(OUT).faults == ()
    assert (run_id() == former) is (step not in ("after the manifest", "before the state"))
    build(home / "raw", OUT, workers=1)
    assert stored_bytes(home / "copy") == edited


def test_of_racing_writers_one_publishes(
    bucket: Any, home: Path, server: BucketServer, start: Start
) -> None:
    for turn in range(2):
        together = threading.Barrier(WRITERS, timeout=300)

        def wait(method: str, path: str, together: threading.Barrier = together) -> None:
            if method == "PUT" and path == MANIFEST:
                together.wait()

        server.before = wait
        writers = [
            start(
                *("run", "--raw", str(home / "raw"), "--out", OUT, "--name", f"{turn} {number}"),
                *("--workers", "1", "--json"),
                cache=home / f"cache{number}",
            )
            for number in range(WRITERS)
        ]
        ended = [writer.communicate(timeout=300) for writer in writers]
        codes = [writer.returncode for writer in writers]
        assert sorted(codes) == [0, 1, 1, 1], ended
        for code, (printed, said) in zip(codes, ended, strict=True):
            if code:
                assert "error: another run has published in s3://news/site/out meanwhile" in said
            else:
                assert json.loads(printed)["run_id"] == run_id()
        assert verify(OUT).faults == ()
        # Who lost has taken away what it had put there.
        assert len(locations(bucket)) == min(turn + 1, 2)


def test_readers_during_publications_find_one_whole_build(
    bucket: Any, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(home / "raw", OUT, workers=1)
    done = threading.Event()
    found: list[set[str]] = []
    failed: list[BaseException] = []

    def read() -> None:
        seen = set()
        try:
            while not done.is_set():
                with pipeline.open(OUT) as opened:
                    seen.add(opened.manifest["run_id"])
                    rows = {
                        name: int(opened.sql(f"select count(*) as n from {name}")["n"][0])
                        for name in ("pages", "files", "daily_coverage")
                    }
                    assert rows.items() <= opened.rows.items()
                    assert opened.arrow("files").num_rows == rows["files"]
        except BaseException as error:
            failed.append(error)
        found.append(seen)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    published = []
    for number in range(3):
        home.joinpath("raw", f"{number}.txt").write_text(f"Page {number}", encoding="utf-8")
        published.append(build(home / "raw", OUT, workers=1).run_id)
    done.set()
    for reader in readers:
        reader.join()
    assert not failed
    assert len(set.union(*found) & set(published)) > 1


def test_what_no_reader_needs_is_deleted(
    bucket: Any, home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    leftover = "20200101T000000Z-00000000"
    for name in (f"{leftover}/tables/a.parquet", "mine/a.txt"):
        bucket.put_object(Key=f"site/out/builds/{name}", Body=b"x")
    runs = []
    for number in range(3):
        edit(home / "raw", str(number))
        runs.append(build(home / "raw", OUT, workers=1).run_id)
    # A build that was just being uploaded may be that of a run at work.
    assert locations(bucket) == {*runs[1:], leftover, "mine"}
    assert verify(f"{OUT}/builds/{runs[1]}").faults == ()
    monkeypatch.setattr(bucket_output, "LEFTOVER_AGE", timedelta(seconds=-60))
    edit(home / "raw", "more")
    with caplog.at_level("INFO", "newsloom"):
        last = build(home / "raw", OUT, workers=1).run_id
    assert locations(bucket) == {runs[2], last, "mine"}
    [event] = [each for each in caplog.records if each.getMessage() == "cleaned_up"]
    deleted = [f"builds/{leftover}", f"builds/{runs[1]}"]
    assert event.fields == {"builds": deleted}  # type: ignore[attr-defined]


def refused(status: int, place: str, after: int) -> Callable[[str, str], int | None]:
    """Answer with a status to what is put at a place, after so many requests, and to all of it."""
    seen = itertools.count()

    def answer(method: str, path: str) -> int | None:
        is_meant = method in ("PUT", "POST") and place in path
        return status if is_meant and next(seen) >= after else None

    return answer


@pytest.mark.parametrize(("status", "place"), [(403, BUILDS), (500, BUILDS), (500, MANIFEST)])
def test_a_failed_upload_leaves_the_former_build(
    bucket: Any, home: Path, server: BucketServer, status: int, place: str
) -> None:
    former = build(home / "raw", OUT, workers=1).run_id
    edit(home / "raw", "one")
    server.before = refused(status, place, 0 if place == MANIFEST else 9)
    ended = call("run", "--raw", str(home / "raw"), "--out", OUT)
    server.reset()
    assert ended.exit_code == 1
    assert ended.stderr.startswith(f"error: {OUT}: ")
    assert "Check the name, the credentials and the network; nothing was published" in ended.stderr
    assert run_id() == former
    assert verify(OUT).faults == ()
    # After a manifest that may still arrive, its files stay.
    assert len(locations(bucket)) == (2 if place == MANIFEST else 1)


def test_an_answer_that_is_lost_is_no_failure(
    bucket: Any, home: Path, server: BucketServer
) -> None:
    answers = iter([500])
    server.after = lambda method, path: (
        next(answers, None) if (method, path) == ("PUT", MANIFEST) else None
    )
    assert build(home / "raw", OUT, workers=1).run_id == run_id()


def test_where_nothing_can_be_told_the_message_says_so(
    bucket: Any, home: Path, server: BucketServer
) -> None:
    build(home / "raw", OUT, workers=1)
    edit(home / "raw", "one")
    is_lost = threading.Event()

    def lose(method: str, path: str) -> int | None:
        if (method, path) == ("PUT", MANIFEST):
            is_lost.set()
        return 503 if is_lost.is_set() else None

    server.after = lose
    with pytest.raises(NewsloomError, match="Whether the build was published is not known"):
        build(home / "raw", OUT, workers=1)
    server.reset()
    assert verify(OUT).faults == ()


def test_no_such_bucket_is_named_before_anything_is_made(environment: None, home: Path) -> None:
    with pytest.raises(StorageFailed, match=r"no-such-bucket/x.*Check the name, the credentials"):
        build(home / "raw", "s3://no-such-bucket/x", workers=1)
    with pytest.raises(StorageFailed, match="no-such-bucket/x"):
        pipeline.open("s3://no-such-bucket/x")


def test_what_is_no_place_for_a_build_is_refused(bucket: Any, home: Path) -> None:
    bucket.put_object(Key="site/out/mine.txt", Body=b"x")
    with pytest.raises(UsageError, match="is not empty and holds no build"):
        build(home / "raw", OUT, workers=1)
    for raw, out in (("s3://news/raw", "s3://news"), ("s3://news", OUT), (OUT, OUT)):
        with pytest.raises(UsageError, match="lie one in the other"):
            build(raw, out, workers=1)
    with pytest.raises(UsageError, match="names no bucket"):
        build(home / "raw", "s3://", workers=1)


def test_a_damaged_manifest_is_replaced(bucket: Any, home: Path) -> None:
    bucket.put_object(Key="site/out/manifest.json", Body=b"{}")
    assert build(home / "raw", OUT, workers=1).run_id == run_id()


def test_credentials_are_nowhere(bucket: Any, home: Path) -> None:
    ended = call("run", "--raw", str(home / "raw"), "--out", OUT, "--log-json")
    assert SECRET not in ended.stdout + ended.stderr
    for each in bucket.objects.all():
        assert SECRET.encode() not in each.get()["Body"].read()
    shutil.rmtree(home / "out")
    ended = call(
        "run", "--raw", str(home / "raw"), "--out", f"s3://x:{SECRET}@news/x", "--log-json"
    )
    assert ended.exit_code == 2
    assert "holds credentials" in ended.stderr
    assert SECRET not in ended.stderr
