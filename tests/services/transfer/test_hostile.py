"""Files that are meant to do harm, or came to it: each ends in a report whose rows add up, or in one sentence.

Where an import is refused, no table has a row more or less than before.
"""

from __future__ import annotations

import errno
import sqlite3
import struct
import tempfile
import zipfile
from contextlib import closing
from random import Random
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from smallcrm.db.fence.database import FencedDatabase
from smallcrm.errors import DiskFull, FenceError, SmallCRMError, UsageError, ValidationError
from smallcrm.services.transfer.rejects import write_rejects
from tests.fuzz.trying import limits
from tests.services.transfer.bringing import bring_all, records, write
from tests.support.canonical import export, faults
from tests.support.corpora import CORPORA, corpus

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

SETS = ["own/csv", "own/vcard", "own/zip", "json/test_parsing", "json/test_transform", "utf8", "csv-spectrum/csvs",
        "csv-spectrum/json"]  # fmt: skip
SECONDS, MEGABYTES = 60, 300
HEADER = "First Name,Email"
on_sqlite = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)


def counted(folder: Path) -> dict[str, int]:
    """The rows of every table, as another program sees them; numbers that were reserved may be lost."""
    with closing(sqlite3.connect(folder / "smallcrm.db")) as other:
        names = [row[0] for row in other.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {
            name: other.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names if name != "counter"
        }


def outcome(path: Path, folder: Path) -> str | None:
    """What is wrong with what became of a file; `bring` looks whether its rows add up."""
    before = counted(folder)
    try:
        with limits(SECONDS, MEGABYTES):
            bring_all(path, look=False)
    except FenceError as error:
        return f"{path.name}: {error!r}"
    except SmallCRMError as error:
        if "\n" in error.sentence or len(error.sentence) > 1_000:
            return f"{path.name}: {error.sentence}"
        return None if counted(folder) == before else f"{path.name}: half written"
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is what is looked for
        return f"{path.name}: {error!r}"
    return None


@on_sqlite
@pytest.mark.parametrize("name", SETS)
def test_it_stands_the_attacks_that_are_known(mara: World, tmp_path: Path, name: str) -> None:
    """Every file of the corpora, one after the other into one workspace, which is sound afterwards."""
    del mara
    paths = sorted(path for path in corpus("attacks", *name.split("/")).iterdir() if path.is_file())
    assert len(paths) >= 2
    assert [wrong for path in paths if (wrong := outcome(path, tmp_path))] == []
    assert faults() == []


def test_it_knows_every_set_of_attacks() -> None:
    """What is new in the corpora is in the list above."""
    root = corpus("attacks")
    there = {
        path.parent for part in ("own", "json", "utf8", "csv-spectrum") for path in root.joinpath(part).rglob("*.*")
    }
    assert there - {root / name for name in SETS} <= {root / "own", root / "own/db", root / "csv-spectrum", root}
    assert CORPORA in root.parents


def a_large_cell(path: Path) -> Path:
    """A cell of fifty megabytes, behind a good row."""
    with path.open("w") as file:
        file.write(f"{HEADER}\nAnn,ann@x.org\n")
        file.writelines("x" * (1 << 20) for _piece in range(50))
        file.write(",e@x.org\n")
    return path


def a_quoted_cell(path: Path) -> Path:
    """The same in quotes, with line breaks in it."""
    with path.open("w") as file:
        file.write(f'{HEADER}\nAnn,ann@x.org\n"')
        file.writelines("x" * 1_000 + "\n" for _piece in range(50_000))
        file.write('",e@x.org\n')
    return path


def a_wide_table(path: Path) -> Path:
    """A million columns, in the header and in a row."""
    names = ",".join(f"c{at}" for at in range(1_000_000))
    path.write_text(f"{HEADER},{names}\n{',' * 1_000_001}\n")
    return path


def a_wide_row(path: Path) -> Path:
    """A million cells in the third row only."""
    path.write_text(f"{HEADER}\nAnn,ann@x.org\nEve,e@x.org{',x' * 1_000_000}\n")
    return path


def a_wide_object(path: Path) -> Path:
    """Hundreds of thousands of names of values."""
    path = path.with_suffix(".json")
    path.write_text('[{"email": "ann@x.org"},{' + ",".join(f'"c{at}":1' for at in range(700_000)) + "}]")
    return path


def a_deep_object(path: Path) -> Path:
    """A list in a list, a hundred thousand times."""
    path = path.with_suffix(".json")
    path.write_text('[{"email": "ann@x.org", "x": ' + "[" * 100_000 + "]" * 100_000 + "}]")
    return path


def a_bomb(path: Path) -> Path:
    """A hundred megabytes of nothing in a hundred kilobytes."""
    with (
        zipfile.ZipFile(path.with_suffix(".zip"), "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a.csv", "w") as out,
    ):
        for _piece in range(128):
            out.write(bytes(1 << 20))
    return path.with_suffix(".zip")


def a_hidden_bomb(path: Path) -> Path:
    """The same, where the list of members says that it is ten bytes."""
    data = bytearray(a_bomb(path).read_bytes())
    struct.pack_into("<L", data, data.rfind(b"PK\x01\x02") + 24, 10)
    path.with_suffix(".zip").write_bytes(data)
    return path.with_suffix(".zip")


def a_nest(path: Path) -> Path:
    """An archive in an archive, twenty times."""
    path = path.with_suffix(".zip")
    content, name = f"{HEADER}\nAnn,ann@x.org\n".encode(), "a.csv"
    for _level in range(20):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(name, content)
        content, name = path.read_bytes(), "a.zip"
    return path


GENERATED: dict[Any, tuple[type[SmallCRMError], str]] = {
    a_large_cell: (ValidationError, "line 3"),
    a_quoted_cell: (ValidationError, "or a quote is never closed"),
    a_wide_table: (ValidationError, "more than 16,384 columns"),
    a_wide_object: (ValidationError, "different names of values"),
    a_bomb: (ValidationError, "times its size"),
    a_hidden_bomb: (ValidationError, "is damaged"),
    a_nest: (UsageError, "without files to import"),
    a_wide_row: (ValidationError, "line 3: a row has more than 16,384 columns"),
    a_deep_object: (ValidationError, "nested too deep"),
}


@on_sqlite
@pytest.mark.parametrize("make", GENERATED, ids=lambda make: make.__name__)
def test_it_refuses_what_has_no_measure(mara: World, tmp_path: Path, make: Any) -> None:
    """In one sentence with file and line, in bounded memory and time, and nothing of it is there."""
    del mara
    kind, sentence = GENERATED[make]
    path, before = make(tmp_path / "big.csv"), counted(tmp_path)
    with limits(SECONDS, MEGABYTES), pytest.raises(kind) as caught:
        bring_all(path, look=False)
    assert path.name in caught.value.sentence
    assert sentence in caught.value.sentence
    assert counted(tmp_path) == before


class _Full:
    """A file on a disk that is full."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def __getattr__(self, name: str) -> Any:
        return self._file.__getattribute__(name)

    def writelines(self, _lines: Any) -> NoReturn:
        """There is no room."""
        raise OSError(errno.ENOSPC, "No space left on device")


@on_sqlite
def test_it_says_that_there_is_no_room_to_read(mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in a file until its columns are known, such as JSON."""
    del mara
    path, real = tmp_path / "p.json", tempfile.TemporaryFile
    path.write_text("[" + ",".join(f'{{"email": "p{at}@x.org", "note": "{"x" * 999}"}}' for at in range(999)) + "]")
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda: _Full(real()))
    before = counted(tmp_path)
    with pytest.raises(DiskFull, match=r"There is no room to read p.json"):
        bring_all(path, look=False)
    assert counted(tmp_path) == before


@on_sqlite
def test_it_writes_no_rejects_of_a_file_that_is_another_by_now(mara: World, tmp_path: Path) -> None:
    """The rows that are found out late are read again; half of their file is never there."""
    del mara
    path = write(tmp_path / "p.csv", "Contact ID,First Name,Email", "1,Ann,ann@x.org", "2,Bob,bob@x.org")
    bring_all(path)
    path = write(tmp_path / "q.csv", HEADER, 'Eve,"ann@x.org;bob@x.org"')
    (file,) = bring_all(path).files
    assert file.rejected[0][2] == []
    path.write_text(f"{HEADER}\nSomebody,else@x.org\nAnd,more@x.org\n")
    with pytest.raises(ValidationError, match=r"q.csv changed while it was read"):
        write_rejects(file)
    assert list(tmp_path.glob("*rejects*")) == []


def test_it_can_be_stopped_at_any_moment(mara: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C at random statements: nothing has changed, nothing stays behind, and the same import then works."""
    del mara
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    bring_all(write(tmp_path / "old.csv", f"{HEADER},City", "Ann,ann@x.org,Bonn"))
    rows = ["Ann,ann@x.org,Ulm,Acme", *(f"P{at},p{at}@x.org,Ulm,Firm {at % 3}" for at in range(20))]
    named = [
        write(tmp_path / "c.csv", "Company Name,Domain,Industry", "Acme,acme.com,Media"),
        write(tmp_path / "p.csv", f"{HEADER},City,Company", *rows),
    ]
    run, left = FencedDatabase._run, [0]

    def stopping(database: FencedDatabase, sql: str, params: Any) -> Any:
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return run(database, sql, params)

    monkeypatch.setattr(FencedDatabase, "_run", stopping)
    bring_all(*named, look=False, dry_run=True)
    statements, before = -left[0], export()
    assert statements > 100
    # The last come when all is written: each staging table is dropped.
    for at in Random(4).sample(range(1, statements - 80), 12):
        left[0] = at
        with pytest.raises(KeyboardInterrupt):
            bring_all(*named, look=False)
        assert export() == before, at
        assert list((tmp_path / "scratch").iterdir()) == [], at
    assert faults() == []
    bring_all(*named)
    assert len(records("contact")) == 21
