"""Bad input at the command line: one clear line on stderr, the right exit code, no traceback, nothing lost."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.runner import Result, run
from tests.support.corpora import CORPORA, corpus
from tests.support.damaged import SENTENCES, damaged_copy

CSV_ATTACKS = sorted(path.name for path in (CORPORA / "attacks/own/csv").glob("*.csv"))


@pytest.fixture
def crm(home: Path) -> Path:
    """A home with a workspace and one contact in it."""
    assert run(["init", "Acme"]).exit_code == 0
    assert run(["contact", "add", "Ann Lee", "--email", "ann@x.org"]).exit_code == 0
    return home


def database(home: Path) -> Path:
    """The database of a home."""
    (found,) = home.rglob("smallcrm.db")
    return found


def refused(result: Result, code: int, *sentence: str) -> None:
    """The command failed as it should: this exit code, one line with a sentence, perhaps a hint, and no data."""
    assert result.exit_code == code, result.stderr
    errors = [line for line in result.stderr.splitlines() if not line.startswith(("hint: ", "  "))]
    assert len(errors) == 1, result.stderr
    assert errors[0].startswith("error: ")
    for part in sentence:
        assert part in errors[0]
    assert result.stdout == ""
    assert "inside smallcrm" not in result.stderr


def unharmed() -> None:
    """What was there before is there still, and all is well."""
    assert run(["contact", "list", "--format", "csv", "--columns", "name"]).stdout.split() == ["name", "Ann", "Lee"]
    assert run(["doctor"]).exit_code == 0


FILES: dict[str, tuple[bytes, str]] = {
    "empty.csv": (b"", "is empty"),
    "blank.csv": (b"\n\n  \n", "has no rows"),
    "binary.csv": (bytes(range(256)) * 20, "binary.csv"),
    "zip.csv": (b"PK\x05\x06" + bytes(18), "ZIP archive"),
    "sqlite.csv": (b"SQLite format 3\x00" + b"\x00" * 500, "SQLite database"),
    "page.csv": (b"<!DOCTYPE html><html><body>x</body></html>", "web page"),
    "strange.csv": (b"alpha,beta\n1,2\n", "it is not clear what the rows are"),
}


@pytest.mark.parametrize("name", FILES)
def test_it_refuses_what_is_no_table(crm: Path, name: str) -> None:
    """Empty, binary, zipped, another format: said in one line that names the file."""
    content, sentence = FILES[name]
    (crm / name).write_bytes(content)
    files = sorted(crm.rglob("*"))
    refused(run(["import", str(crm / name)]), 2, name, sentence)
    assert sorted(crm.rglob("*")) == files
    assert (crm / name).read_bytes() == content
    unharmed()


def test_it_refuses_what_it_cannot_open(crm: Path) -> None:
    """A missing file, a directory, a device that never ends."""
    for path in (crm / "missing.csv", crm, crm / "missing" / "x.csv", Path("/dev/zero")):
        result = run(["import", str(path)])
        assert result.exit_code in (2, 3)
        refused(result, result.exit_code, path.name)
    unharmed()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_it_refuses_what_it_may_not_read(crm: Path) -> None:
    """A file of somebody else's."""
    path = crm / "secret.csv"
    path.write_text("name,email\nA,a@x.org\n", encoding="utf-8")
    path.chmod(0)
    result = run(["import", str(path)])
    assert result.exit_code in (1, 2)
    refused(result, result.exit_code, "secret.csv")


def test_it_says_what_of_a_file_is_not_in_its_encoding(crm: Path) -> None:
    """Bytes that are not UTF-8 although the file is said to be are replaced and counted."""
    (crm / "p.csv").write_bytes("First Name,Email\nJosé,j@x.org\n".encode("cp1252"))
    result = run(["import", str(crm / "p.csv"), "--encoding", "utf-8"])
    assert (result.exit_code, "replaced by U+FFFD" in result.stderr) == (0, True)
    assert "Jos\ufffd" in run(["contact", "list"]).stdout


@pytest.mark.parametrize("name", CSV_ATTACKS)
def test_it_survives_every_odd_file(crm: Path, name: str) -> None:
    """Every odd file, guessed and forced: in, partly in, or refused in one line; never a traceback, nothing lost."""
    del crm
    path = str(corpus("attacks/own/csv", name))
    for words in (["import", path], ["contact", "import", path], ["company", "import", path]):
        result = run([*words, "--rejects", f"{os.environ['HOME']}/{words[0]}-{name}.out"])
        assert result.exit_code in (0, 2, 5), result.stderr
        assert "Traceback" not in result.stderr + result.stdout
        assert "inside smallcrm" not in result.stderr
        assert "\x1b" not in result.stderr + result.stdout
    assert "Ann Lee" in run(["contact", "list", "--limit", "0"]).stdout
    assert run(["doctor"]).exit_code == 0


@pytest.mark.parametrize("name", SENTENCES)
def test_it_refuses_a_damaged_database(home: Path, name: str) -> None:
    """What is damaged, or none of ours, is named, and its bytes are left as they are."""
    path = damaged_copy(name, home)
    before = path.read_bytes()
    result = run(["contact", "list", "--db", f"sqlite:///{path}"])
    assert result.exit_code in (1, 2), result.stderr
    refused(result, result.exit_code, SENTENCES[name])
    assert path.read_bytes() == before


def test_it_refuses_a_newer_database(crm: Path) -> None:
    """A database from a later version is not touched."""
    with closing(sqlite3.connect(database(crm))) as connection:
        connection.execute("PRAGMA user_version = 9999")
        connection.commit()
    before = database(crm).read_bytes()
    for words in (["contact", "list"], ["contact", "add", "Eve"], ["undo"], ["init", "Other"]):
        refused(run(words), 1, "newer")
    assert database(crm).read_bytes() == before


def test_it_waits_and_then_says_that_the_database_is_locked(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading goes on beside a writer; writing gives up with exit code 6 and loses nothing."""
    monkeypatch.setattr("smallcrm.db.engine.BUSY_SECONDS", 0)
    with closing(sqlite3.connect(database(crm), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert run(["contact", "count"]).stdout == "1\n"
        refused(run(["contact", "edit", "1", "--set", "city=Bonn"]), 6, "Another process is writing")
        path = crm / "p.csv"
        path.write_text("First Name,Email\nEve,e@x.org\n", encoding="utf-8")
        refused_import = run(["import", str(path)])
        assert (refused_import.exit_code, refused_import.stdout) == (6, "")
        other.execute("ROLLBACK")
    unharmed()


@pytest.mark.parametrize("kind", ["database", "export"])
def test_it_says_that_the_disk_is_full(crm: Path, kind: str) -> None:
    """No room for the database or for an export: exit code 1, one line, and nothing half written."""
    people = "".join(f"Person,Number{n},p{n}@x.org\n" for n in range(4000))
    (crm / "p.csv").write_text("First Name,Last Name,Email\n" + people, encoding="utf-8")
    room = database(crm).stat().st_size + 40_000
    words = ["import", str(crm / "p.csv")]
    if kind == "export":
        assert run(words).exit_code == 0
        words, room = ["contact", "export", str(crm / "out.csv")], 100_000

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    command = [sys.executable, "-m", "smallcrm", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limit, timeout=60)
    assert done.returncode == 1, done.stderr
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert "disk is full" in line or "no room left" in line
    assert "Traceback" not in done.stderr
    assert not list(crm.glob("*out.csv*"))
    assert run(["contact", "count"]).stdout == ("4001\n" if kind == "export" else "1\n")
    assert run(["doctor"]).exit_code == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_it_says_that_a_directory_is_read_only(crm: Path) -> None:
    """A database or an export where nothing may be written."""
    folder = crm / "fixed"
    folder.mkdir()
    folder.chmod(0o500)
    for words in (["init", "X", "--db", f"sqlite:///{folder}/x.db"], ["contact", "export", str(folder / "x.csv")]):
        result = run(words)
        assert result.exit_code in (1, 6)
        refused(result, result.exit_code)
    folder.chmod(0o700)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["contact", "list", "--columns", "nmae"], 2, "nmae"),
        (["contact", "list", "--sort", "nmae"], 2, "nmae"),
        (["contact", "export", "--columns", "nmae"], 2, "nmae"),
        (["contact", "list", "--frobnicate"], 2, "No such option"),
        (["contact", "frobnicate"], 2, "frobnicate"),
        (["frobnicate"], 2, "frobnicate"),
        (["contact", "show", "99"], 3, "There is no contact 99"),
        (["contact", "show", "ninety"], 3, "ninety"),
        (["contact", "edit", "99", "--set", "city=Bonn"], 3, "99"),
        (["contact", "edit", "1", "--set", "nmae=x"], 2, "nmae"),
        (["undo", "99"], 3, "99"),
        (["contact", "list", "--workspace", "nowhere"], 3, "nowhere"),
        (["contact", "list", "--db", "mysql://x"], 2, "cannot be 'mysql://x'"),
        (["import"], 2, "FILE"),
    ],
)
def test_it_refuses_what_it_does_not_know(crm: Path, words: list[str], code: int, sentence: str) -> None:
    """An unknown column, option, command, id: one line and the right exit code."""
    del crm
    journal = run(["log", "--json"]).stdout
    refused(run(words), code, sentence)
    assert run(["log", "--json"]).stdout == journal
    unharmed()
