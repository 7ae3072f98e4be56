"""Archives in which one cell was changed, their sums made to fit: refused in one line, or a sound workspace."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import shutil
import sqlite3
import tempfile
import traceback
import zipfile
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from smallcrm import clock, config
from smallcrm.db.fence import tenant_scope
from smallcrm.errors import NotFound
from smallcrm.services import workspaces
from smallcrm.services.archive import manifest
from smallcrm.services.archive.tables import tables
from tests.cli.runner import Result, run
from tests.conftest import FROZEN_AT, EngineUrl
from tests.services.archive.test_round_trip import archived
from tests.services.archive.test_tables import fill
from tests.support.canonical import faults
from tests.support.cast import OLGA
from tests.support.world import a_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Rows = list[list[str]]
HOSTILE = (
    "", "0", "-1", "1", "2", "4", "99", "68719476735", "9223372036854775807", "1e3", "true", "x", "live", "trashed",
    "undone", "contact", "company", "deal", "create", "undo", "purge", "owner", "won", "record", "date", "select",
    "done", "closed", "waiting", "note", "\0", "\ud800", "'=1+1", "'\n", "a\nb", "a,b", "\x1b[31m", "\u202e",
    "é" * 3_000, "id", "EUR", "-0.01", "2020-02-30", "2020-02-29", "0001-01-01", "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "{}", "[]", '{"name": [{"id": 1}, {}]}', "a@x.org",
    "OLGA@north.example", "Acme", "VIP", "Sales",
)  # fmt: skip
"""What no program wrote there: words of other columns, numbers of other records, what is no text, and too much."""
NOUNS = ("company", "contact", "deal", "activity", "ticket", "pipeline", "stage", "view", "field", "mapping")
EMPTY = 2
"""The number of the workspace that is filled."""
_ENV = {"SMALLCRM_NO_INPUT": "1"}


class Unsound(AssertionError):
    """An archive that was taken or refused as none may be."""


@contextmanager
def _home() -> Iterator[Path]:
    """A folder that is the only one the program knows of."""
    with tempfile.TemporaryDirectory(prefix="smallcrm-archive-") as folder:
        places = {"HOME": folder, "XDG_CONFIG_HOME": f"{folder}/config", "XDG_DATA_HOME": f"{folder}/data"}
        with patch.dict(os.environ, places):
            yield Path(folder)


@cache
def sound() -> bytes:
    """An archive with a value in every column that people can fill, the same bytes each time."""
    with _home() as home, clock.frozen(FROZEN_AT):
        settings = config.load(dict(os.environ))
        with a_world(settings, EngineUrl("sqlite", f"sqlite:///{home / 'sound.db'}")) as world:
            fill(world)
            with world.acts(OLGA):
                return archived(journal=True)


def parts(data: bytes) -> tuple[dict[str, Rows], dict[str, Any]]:
    """The rows of every file of an archive, the header first, and its manifest."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        said = json.loads(archive.read(manifest.NAME))
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name != manifest.NAME}
    return {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in texts.items()}, said


def packed(files: dict[str, Rows], said: dict[str, Any]) -> bytes:
    """The archive of some rows, its sums and counts made to fit."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, rows in files.items():
            text = io.StringIO(newline="")
            csv.writer(text, lineterminator="\n").writerows(rows)
            body = text.getvalue().encode("utf-8", "surrogatepass")
            said["files"][name] = {"rows": len(rows) - 1, "sha256": hashlib.sha256(body).hexdigest()}
            archive.writestr(name, body)
        archive.writestr(manifest.NAME, json.dumps(said))
    return stream.getvalue()


@cache
def cases(seed: int, sample: bytes) -> list[tuple[str, str, int, str]]:
    """Every column of every file with every hostile value, in the order of a seed, each in one row of the file."""
    rng, found = Random(seed), []
    for name, (header, *rows) in sorted(parts(sample)[0].items()):
        for at, column in enumerate(header):
            for value in HOSTILE:
                line = rng.randrange(1, len(rows) + 1)
                if rows[line - 1][at] != value:
                    found.append((name, column, line, value))
    rng.shuffle(found)
    return found


def changed(sample: bytes, file: str, column: str, line: int, value: str) -> bytes:
    """The archive with another value in one cell; the numbers given out reach whatever the cell says."""
    files, said = parts(sample)
    files[file][line][files[file][0].index(column)] = value
    if column == "id" and value.isascii() and value.isdecimal() and int(value) < 1 << 36:
        counter = next(table.counter for table in tables() if table.file == file)
        said["numbers"][counter] = max(said["numbers"].get(counter, 0), int(value))
    return packed(files, said)


class Bench:
    """An empty workspace beside one that has something in it, again and again as they were."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._kept = home / "kept.db"
        self.file = home / "crm.db"
        _ok(self._run("init", "Neighbour"))
        _ok(self._run("contact", "add", "Nell", "--email", "nell@x.org"))
        _ok(self._run("init", "Empty"))
        shutil.copyfile(self.file, self._kept)

    def _run(self, *argv: str) -> Result:
        return run(["--db", f"sqlite:///{self.file}", *argv], env=_ENV)

    def dump(self) -> list[str]:
        """All that the database holds."""
        with closing(sqlite3.connect(self.file)) as database:
            return list(database.iterdump())

    def attempt(self, data: bytes) -> str:
        """What becomes of an archive: its refusal, or nothing; raises Unsound for what is neither."""
        shutil.copyfile(self._kept, self.file)
        before, path = self.dump(), self._home / "all.zip"
        path.write_bytes(data)
        done = self._run("-w", "empty", "import", str(path))
        if done.exit_code:
            self._check_refusal(done, before)
            return done.stderr.strip()
        self._check_sound()
        return ""

    def _check_refusal(self, done: Result, before: list[str]) -> None:
        told = done.stderr.strip().splitlines()[:1]
        if not told or "all.zip" not in told[0] or "damaged" in told[0] or "went wrong inside" in told[0]:
            raise Unsound(f"refused with {done}")
        if self.dump() != before:
            raise Unsound(f"something was kept of what was refused: {done}")

    def _check_sound(self) -> None:
        """Whatever is asked of the workspace is answered, and nothing in it contradicts itself."""
        self._check_faults()
        for command in (("doctor",), ("export", str(self._home / "again.zip"), "--force", "--journal"), *_questions()):
            done = self._run("-w", "empty", *command)
            # The first record of a noun may be in the trash.
            if done.exit_code and not (done.exit_code == NotFound.exit_code and command[1:2] == ("show",)):
                raise Unsound(f"taken, and then {command}: {done}")
        self._check_undo()

    def _check_undo(self) -> None:
        """What was done is taken back, or it is said why not, and then all is still well."""
        for word in ("undo", "undo", "redo"):
            done = self._run("-w", "empty", "--as-member", OLGA.email, word)
            if "went wrong inside" in done.stderr:
                raise Unsound(f"taken, and then {word}: {done}")
        self._check_faults(" and undone")

    def _check_faults(self, when: str = "") -> None:
        settings = replace(config.load(dict(os.environ)), database_url=f"sqlite:///{self.file}")
        with workspaces.opened(settings), tenant_scope(EMPTY):
            wrong = faults()
        if wrong:
            raise Unsound(f"taken{when}, and then: {wrong}")


def _questions() -> Iterator[Sequence[str]]:
    for noun in NOUNS:
        yield (noun, "list")
        yield (noun, "show", "1")
    yield from (("comment", "list"), ("tag", "list"), ("log",), ("trash", "list"), ("search", "acme"))
    yield from (("deal", "board"), ("activity", "agenda"), ("ticket", "queue"), ("workspace", "list"))


def _ok(done: Result) -> None:
    if done.exit_code:
        raise Unsound(str(done))


def fault(place: Bench, data: bytes) -> str | None:
    """What is wrong with what becomes of an archive, if anything is."""
    try:
        place.attempt(data)
    except Exception:  # noqa: BLE001 - whatever it is, it is what is looked for
        return traceback.format_exc()[-2_000:]
    return None


@contextmanager
def bench() -> Iterator[Bench]:
    """A place to try archives in."""
    with _home() as home:
        yield Bench(home)
