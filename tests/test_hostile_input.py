"""What a hostile or clumsy user hands to the command line: bytes that are no text, pipes, devices, links, roles."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path

BAD = "\udcff"
HEADER = "First Name,Email"


@pytest.fixture
def crm(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a workspace and one contact in it; the working directory."""
    assert run(["init", "Acme"]).exit_code == 0
    assert run(["contact", "add", "Ann Lee", "--email", "ann@x.org", "--tag", "vip"]).exit_code == 0
    monkeypatch.chdir(home)
    return home


def write(path: Path, *lines: str) -> str:
    """A file of these lines."""
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "show", BAD],
        ["company", "show", f"a{BAD}.com"],
        ["contact", "list", "--as-member", BAD],
        ["contact", "list", "--workspace", BAD],
        ["tag", "rename", BAD, "x"],
        ["tag", "delete", BAD],
        ["contact", "add", "Eve", "--city", BAD],
        ["contact", "edit", "1", "--append", f"tags={BAD}"],
        [BAD],
    ],
)
def test_it_refuses_an_argument_that_is_no_text(crm: Path, words: list[str]) -> None:
    """In one line, and nothing is done."""
    del crm
    result = run(words)
    assert result.exit_code in (2, 3, 5), result.stderr
    assert "inside smallcrm" not in result.stderr
    assert len([line for line in result.stderr.splitlines() if line.startswith("error: ")]) == 1


def test_it_takes_a_file_whose_name_is_no_text(crm: Path) -> None:
    """To read, to write rejects beside, and to write to; it is shown in a visible form."""
    path = write(crm / f"a{BAD}.csv", "Bob,b@x.org", "Too,many,cells")
    result = run(["import", path])
    assert result.exit_code == 5, result.stderr
    assert "a\ufffd.csv: 2 rows: 1 created, 1 rejected" in result.stdout
    assert BAD not in result.stdout + result.stderr
    assert (crm / f"a{BAD}.csv.rejects.csv").exists()
    assert "Import a\ufffd.csv" in run(["log"]).stdout
    result = run(["import", path, "--json"])
    assert json.loads(result.stdout)["unchanged"] == {"contact": 1}


def test_it_refuses_a_pipe_that_nobody_writes_into(crm: Path) -> None:
    """And does not wait for it."""
    os.mkfifo(crm / "pipe")
    result = run(["import", str(crm / "pipe")])
    assert (result.exit_code, "a pipe that nobody writes into" in result.stderr) == (2, True)


def test_it_imports_what_is_piped_in(crm: Path) -> None:
    """From stdin as `-`, and from a pipe with a name; the rejects are where the user is."""
    words = [sys.executable, "-m", "smallcrm", "import"]
    text = f"{HEADER}\nBob,b@x.org\nToo,many,cells\n"
    done = subprocess.run([*words, "-"], input=text, capture_output=True, text=True, check=False, cwd=crm)
    assert done.returncode == 5, done.stderr
    assert "stdin: 2 rows: 1 created, 1 rejected" in done.stdout
    assert "Too,many,cells" in (crm / "stdin.rejects.csv").read_text(encoding="utf-8")
    reading, writing = os.pipe()
    os.write(writing, f"{HEADER}\nEve,e@x.org\n".encode())
    os.close(writing)
    result = run(["import", f"/dev/fd/{reading}"])
    os.close(reading)
    assert (result.exit_code, "1 created" in result.stdout) == (0, True), result.stderr


@pytest.mark.parametrize("words", [["log"], ["trash", "list"], ["contact", "list"]])
def test_it_takes_any_limit(crm: Path, words: list[str]) -> None:
    """More than there can be is all there is."""
    del crm
    assert run([*words, "--limit", "9" * 30]).exit_code == 0


def test_it_backs_up_over_a_regular_file_only(crm: Path) -> None:
    """A pipe or a link stays what it is, even where replacing is forced."""
    os.mkfifo(crm / "pipe")
    (crm / "mine.txt").write_text("mine", encoding="utf-8")
    (crm / "link").symlink_to(crm / "mine.txt")
    for name in ("pipe", "link"):
        result = run(["db", "backup", name, "--force"])
        assert (result.exit_code, "no regular file" in result.stderr) == (2, True)
    assert (crm / "pipe").is_fifo()
    assert (crm / "link").is_symlink()
    assert (crm / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_it_says_that_rejects_are_in_no_file(crm: Path) -> None:
    """Even with --quiet, and with the exit code of a partial import."""
    path = write(crm / f"{'x' * 248}.csv", "Bob,b@x.org", "Too,many,cells")
    result = run(["import", path, "--quiet"])
    assert result.exit_code == 5
    assert "are in no file" in result.stderr
    assert "could not be written to a file; the others are in" in result.stderr
    assert run(["contact", "count"]).stdout == "2\n"
    again = run(["import", path, "--rejects", str(crm / "r.csv")])
    assert (again.exit_code, "Too,many,cells" in (crm / "r.csv").read_text(encoding="utf-8")) == (5, True)


def test_it_takes_no_more_tags_than_a_record_may_have(crm: Path) -> None:
    """The rest is left out, with a warning that names line and column."""
    (crm / "t.csv").write_text(
        "First Name,Email,Tags\nBob,b@x.org," + ";".join(f"t{n}" for n in range(200_000)) + "\n", encoding="utf-8"
    )
    result = run(["import", str(crm / "t.csv"), "--json"])
    assert result.exit_code == 0, result.stderr
    (warning,) = json.loads(result.stdout)["warnings"]
    assert warning.startswith("line 2, Tags: more than 200 tags")
    assert len(json.loads(run(["contact", "show", "2", "--json"]).stdout)["tags"]) == 200


def test_it_makes_many_tags_at_once(crm: Path) -> None:
    """More than one statement can name."""
    rows = [f'P{n},p{n}@x.org,"' + ",".join(f"t{n}-{m}" for m in range(200)) + '"' for n in range(200)]
    (crm / "t.csv").write_text("\n".join(["First Name,Email,Tags", *rows]) + "\n", encoding="utf-8")
    assert run(["import", str(crm / "t.csv")]).exit_code == 0


def test_it_steps_over_what_can_no_longer_be_taken_back(crm: Path) -> None:
    """An addition whose record is gone for good does not block what was done before it; it is told."""
    del crm
    run(["contact", "edit", "1", "--set", "city=Bonn"])
    run(["contact", "add", "Eve"])
    run(["contact", "delete", "2", "--yes"])
    assert run(["trash", "empty", "--confirm", "acme"]).exit_code == 0
    result = run(["undo"])
    assert "Undid: Edit contact 1 Ann Lee" in result.stderr
    assert "Nothing of operation" in result.stderr
    assert result.exit_code == 5
    assert run(["undo"]).exit_code == 5
    last = run(["undo"])
    assert (last.exit_code, last.stdout) == (5, "")


def test_it_names_the_record_in_the_journal(crm: Path) -> None:
    """Its number and name; of several how many; what is gone for good leaves its number only."""
    del crm
    run(["contact", "add", "Eve\x1b[31m"])
    run(["contact", "edit", "1", "2", "--set", "city=Bonn"])
    run(["contact", "edit", "2", "--set", "city=Ulm"])
    run(["contact", "delete", "2", "--yes"])
    run(["undo"])
    run(["contact", "delete", "2", "--yes"])
    shown = run(["log", "--format", "csv"]).stdout
    for summary in ("Add contact 1 Ann Lee", "Edit 2 contacts", "Edit contact 2 Eve", "Trash contact 2 Eve"):
        assert summary in shown
    assert "\x1b[31m" not in run(["log"], tty=True).stdout
    run(["trash", "empty", "--confirm", "acme"])
    shown = run(["log", "--format", "csv"]).stdout
    assert "Eve" not in shown
    assert "Trash contact 2" in shown
    assert "Add contact 1 Ann Lee" in shown
