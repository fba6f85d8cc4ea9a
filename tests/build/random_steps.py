"""What may happen to an archive, to its build and to newsloom itself between two runs, at random.

A step is a method of `Site`; it changes something and leaves the run to its caller.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.core.limits import DEFAULT_LIMITS, Limits
from pipeline.core.paths import Layout, work_path
from pipeline.sample import write_sample
from tests.odd_archive import write_odd_archive

FEWEST, MOST = 30, 60
"""Files of the archive; beyond them nothing is deleted, or added."""

LIMITS = (
    DEFAULT_LIMITS,
    replace(DEFAULT_LIMITS, max_related=3),
    replace(DEFAULT_LIMITS, max_topics=1, max_title_length=40),
    replace(DEFAULT_LIMITS, max_file_bytes=6_000),
    replace(DEFAULT_LIMITS, max_problems=1, max_depth=3),
)
EDITS = (
    (rb"(?m)^title: .*$", rb'title: "Another title"'),
    (rb"(?m)^type: article$", rb"type: iceberg"),
    (rb"(?m)^quality: .*$", rb"quality: 7"),
    (rb"(?m)^heat: .*$", rb"heat: high"),
    (rb"(?m)^publishedDateTime: .*$", rb"publishedDateTime: 2019-12-31T23:00:00Z"),
    (rb"(?m)^webUrl: (.*)https://", rb"webUrl: \1https://moved."),
    (rb"(?m)^category: .*$", rb"category: ''"),
    (rb"(?m)^related:$", rb"list:"),
    (rb"\n", rb"\r\n"),
    (rb"(?s)\A---", rb"--- "),
)
"""Edits of a record, as patterns and what takes the place of the first match."""

QUERIES = {
    "intermediate/url_owner.sql": ("published_at asc", "published_at desc"),
    "marts/daily_coverage.sql": ("between 6 preceding", "between 5 preceding"),
    "marts/topic_monthly.sql": ("between 2 preceding", "between 1 preceding"),
    "checks/warn_rejected_files.sql": ("* 20 >", "* 2 >"),
    "report/topics.sql": ("limit 15", "limit 3"),
}
"""Changes of what a SELECT gives, and back again."""


class Site:
    """An archive, the build made of it, the SQL in use, limits, and what cannot be read."""

    def __init__(self, home: Path, sql: Path, dice: random.Random) -> None:
        self.dice = dice
        self.raw, self.out, self.sql = home / "raw", home / "out", sql
        self.limits: Limits = DEFAULT_LIMITS
        self.code = 0
        self.force = False
        self.unreadable: set[bytes] = set()
        self._home = home
        write_sample(self.raw, 12, seed=dice.randrange(1_000))
        write_sample(home / "donors", 40, seed=dice.randrange(1_000))
        write_odd_archive(home / "donors" / "odd", 40, dice.randrange(1_000))

    def files(self, folder: Path | None = None) -> list[Path]:
        return sorted(path for path in (folder or self.raw).rglob("*") if path.is_file())

    def folders(self) -> list[Path]:
        return sorted(path for path in self.raw.rglob("*") if path.is_dir())

    def _file(self) -> Path:
        return self.dice.choice(self.files())

    def _free(self, name: str) -> Path:
        """A path in some folder that nothing lies at."""
        folder = self.dice.choice([self.raw, *self.folders()])
        number = len(self.files())
        while (path := folder / f"{number}-{name[-40:]}").exists():
            number += 1
        return path

    # What happens to an archive.

    def new_file(self) -> None:
        if len(self.files()) < MOST:
            donor = self.dice.choice(self.files(self._home / "donors"))
            shutil.copyfile(donor, self._free(donor.name))

    def copied_file(self) -> None:
        """Two files of one URL: another may come to own it."""
        if len(self.files()) < MOST:
            path = self._file()
            shutil.copyfile(path, self._free(path.name))

    def edited_file(self) -> None:
        path, (pattern, new) = self._file(), self.dice.choice(EDITS)
        path.write_bytes(re.sub(pattern, new, path.read_bytes(), count=1))

    def edited_in_secret(self) -> None:
        """Size and mtime stay."""
        path = self._file()
        status, data = path.stat(), path.read_bytes()
        place = self.dice.randrange(len(data) or 1)
        path.write_bytes(data[:place] + b"x" * bool(data) + data[place + 1 :])
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    def broken_file(self) -> None:
        path = self._file()
        data = path.read_bytes()
        path.write_bytes(self.dice.choice((data[: len(data) // 2], b"\xff" + data, b"")))

    def grown_file(self) -> None:
        with self._file().open("ab") as file:
            file.write("\nOne more line & a quotation: “yes”.\n".encode())

    def renamed_file(self) -> None:
        path = self._file()
        path.rename(self._free(path.name))

    def renamed_folder(self) -> None:
        if folders := self.folders():
            path = self.dice.choice(folders)
            path.rename(path.with_name(f"{path.name[:20]}{self.dice.randrange(100_000)}"))

    def swapped_files(self) -> None:
        self._swap(*self.dice.sample(self.files(), 2))

    def swapped_folders(self) -> None:
        if len(folders := [path for path in self.raw.iterdir() if path.is_dir()]) > 1:
            self._swap(*self.dice.sample(sorted(folders), 2))

    def _swap(self, one: Path, other: Path) -> None:
        aside = self._home / "aside"
        one.rename(aside)
        other.rename(one)
        aside.rename(other)

    def deleted_file(self) -> None:
        if len(self.files()) > FEWEST:
            self._file().unlink()

    def deleted_folder(self) -> None:
        few = [
            path for path in self.folders() if len(self.files()) - len(self.files(path)) > FEWEST
        ]
        if few:
            shutil.rmtree(self.dice.choice(few))

    def touched_files(self) -> None:
        for path in self.dice.sample(self.files(), 5):
            os.utime(path, ns=(0, self.dice.randrange(2 * 10**18)))

    def unreadable_file(self) -> None:
        self._refuse(self._file())

    def unreadable_folder(self) -> None:
        if folders := self.folders():
            self._refuse(self.dice.choice(folders))

    def _refuse(self, path: Path) -> None:
        self.unreadable.add(os.fsencode(path.relative_to(self.raw)))
        path.chmod(path.stat().st_mode ^ 0o001)  # whatever makes it unreadable has a new ctime

    def readable_again(self) -> None:
        self.unreadable.clear()
        for path in (*self.files(), *self.folders()):
            path.chmod(path.stat().st_mode ^ 0o001)

    # What happens to newsloom.

    def other_limits(self) -> None:
        self.limits = self.dice.choice(LIMITS)

    def other_code(self) -> None:
        self.code += 1

    def other_query(self) -> None:
        name, (this, that) = self.dice.choice(sorted(QUERIES.items()))
        path = self.sql / name
        query = path.read_text(encoding="utf-8")
        is_changed = that in query
        assert is_changed or this in query, f"{name} has no {this!r} any more"
        changed = query.replace(that, this) if is_changed else query.replace(this, that)
        path.write_text(changed, encoding="utf-8")

    def other_definition(self) -> None:
        """A description, which stands in the Parquet file."""
        path = self.dice.choice(sorted(self.sql.glob("*/*.yml")))
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"(?m)^(grain: .*)$", r"\1 indeed", text), encoding="utf-8")

    def stopped(self) -> None:
        """A check that stops the next build of an archive with an article."""
        query = "select article_id from articles order by article_id limit 2\n"
        (self.sql / "checks" / "stop_invented.sql").write_text(query)

    def forced(self) -> None:
        self.force = True

    def after_run(self) -> None:
        """End what lasts for one run."""
        self.force = False
        (self.sql / "checks" / "stop_invented.sql").unlink(missing_ok=True)

    # What happens to a build.

    def damaged_build(self) -> None:
        if files := self.files(self.out):
            self._damage(self.dice.choice(files))

    def damaged_tables(self) -> None:
        for path in self.files(self.out / "tables"):
            self._damage(path)

    def damaged_state(self) -> None:
        if (path := work_path(self.out) / "state").exists():
            self._damage(path)

    def _damage(self, path: Path) -> None:
        data = path.read_bytes()
        place = self.dice.randrange(len(data) or 1)
        path.unlink()  # another build may have the file under another name
        way = self.dice.choice(("cut", "flipped", "deleted"))
        if way == "cut":
            path.write_bytes(data[:place])
        elif way == "flipped":
            path.write_bytes(data[:place] + bytes([data[place] ^ 64]) + data[place + 1 :])

    def deleted_build(self) -> None:
        shutil.rmtree(self.out, ignore_errors=True)

    def deleted_state(self) -> None:
        shutil.rmtree(work_path(self.out), ignore_errors=True)

    def leftovers(self) -> None:
        folder = work_path(self.out) / "staging.x" / "build" / "tables"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "articles.parquet").write_bytes(b"half")

    def saved_build(self) -> None:
        """Keep build and state, for `former_build` and `former_state`."""
        for path in (self.out, work_path(self.out)):
            kept = self._home / "kept" / path.name
            shutil.rmtree(kept, ignore_errors=True)
            if path.exists():
                shutil.copytree(path, kept, copy_function=shutil.copy2)

    def former_build(self) -> None:
        self._bring_back(self.out)

    def former_state(self) -> None:
        self._bring_back(work_path(self.out))

    def former_table(self) -> None:
        kept = self._home / "kept" / self.out.name
        if Layout(self.out).manifest.exists() and (files := self.files(kept)):
            name = self.dice.choice(files).relative_to(kept)
            shutil.copy2(kept / name, self.out / name)

    def _bring_back(self, path: Path) -> None:
        kept = self._home / "kept" / path.name
        if kept.exists():
            shutil.rmtree(path, ignore_errors=True)
            shutil.copytree(kept, path, copy_function=shutil.copy2)

    def nothing(self) -> None:
        """A run follows a run."""


STEPS: dict[str, int] = {
    **dict.fromkeys(("new_file", "edited_file", "copied_file", "renamed_file"), 6),
    **dict.fromkeys(("deleted_file", "edited_in_secret", "broken_file", "swapped_files"), 4),
    **dict.fromkeys(("grown_file", "renamed_folder", "swapped_folders", "touched_files"), 2),
    **dict.fromkeys(("unreadable_file", "unreadable_folder", "readable_again"), 2),
    **dict.fromkeys(("other_limits", "other_query", "other_definition"), 3),
    **dict.fromkeys(("damaged_build", "damaged_state", "former_table", "saved_build"), 2),
    **dict.fromkeys(("deleted_folder", "other_code", "stopped", "forced", "nothing"), 1),
    **dict.fromkeys(("damaged_tables", "deleted_build", "deleted_state", "leftovers"), 1),
    **dict.fromkeys(("former_build", "former_state"), 1),
}
"""How often each step is taken, relative to the others."""


def draw(site: Site) -> tuple[str, Callable[[], None]]:
    """A step by its name, at random."""
    (name,) = site.dice.choices(list(STEPS), list(STEPS.values()))
    return name, getattr(site, name)
