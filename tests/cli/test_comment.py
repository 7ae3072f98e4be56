"""`smallcrm comment` and `NOUN comment`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def workspace() -> None:
    """A workspace with a ticket of Ann's and a deal."""
    a_workspace()
    made("ticket", "add", "Leak", "--requester", "ann@acme.com")
    made("deal", "add", "Roof")


def an_editor(folder: Path, script: str) -> dict[str, str]:
    """The environment of somebody whose editor does what a script says to the file `$1`."""
    path = folder / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o700)
    return {"EDITOR": str(path)}


def test_it_comments_on_records_of_every_noun() -> None:
    """By number or by name, in the noun's own words or in those of comments."""
    for at, noun in enumerate(("company", "contact", "deal", "ticket"), start=1):
        assert made(noun, "comment", "1", f"About a {noun}") == str(at)
    assert made("comment", "add", "company:globex.com", "Also") == "5"
    assert [one["record"] for one in data("comment", "list")][:2] == [
        {"object": "company", "id": 2, "name": "Globex"},
        {"object": "ticket", "id": 1, "name": "Leak"},
    ]
    assert [one["body"] for one in data("comment", "list", "deal:Roof")] == ["About a deal"]
    assert made("comment", "list", "--limit", "2", "-f", "ids") == "5\n4"
    assert run(["comment", "list", "9"]).exit_code == 2
    assert run(["comment", "add", "stage:1", "x"]).exit_code == 2


def test_it_is_internal_unless_it_is_public() -> None:
    """Public on tickets only; the customer's words open the ticket again."""
    ok("ticket", "comment", "1", "Among us")
    assert data("ticket", "show", "1")["first_response"] is None
    ok("ticket", "comment", "1", "Coming", "--public")
    assert data("ticket", "show", "1")["first_response"].endswith("Z")
    ok("ticket", "close", "1")
    ok("ticket", "comment", "1", "Still wet", "--from", "ann@acme.com")
    assert data("ticket", "show", "1")["status"] == "open"
    assert [one["public"] for one in data("comment", "list")] == [True, True, False]
    assert run(["deal", "comment", "1", "x", "--public"]).exit_code == 2
    assert run(["comment", "add", "deal:1", "x", "--public"]).exit_code == 5


def test_it_reads_the_text_from_a_pipe() -> None:
    """All of its lines; nobody is asked without a terminal."""
    ok("deal", "comment", "1", "-", stdin="one\ntwo\n\nthree\n")
    assert data("comment", "list")[0]["body"] == "one\ntwo\n\nthree"
    missing = run(["deal", "comment", "1"])
    assert (missing.exit_code, missing.stderr.splitlines()[0]) == (2, "error: The text is missing.")
    assert run(["deal", "comment", "1", "-"], tty=True).exit_code == 2
    assert run(["deal", "comment", "1", "--no-input"], tty=True).exit_code == 2


def test_it_opens_an_editor_on_a_terminal(tmp_path: Path) -> None:
    """With what was there before; an editor that fails or leaves nothing changes nothing."""
    said = run(["deal", "comment", "1"], tty=True, env=an_editor(tmp_path, 'echo "from the editor" > "$1"'))
    assert said.exit_code == 0, said
    edited = run(["comment", "edit", "1"], tty=True, env=an_editor(tmp_path, 'echo "and more" >> "$1"'))
    assert edited.exit_code == 0, edited
    assert data("comment", "list")[0]["body"] == "from the editor\nand more"
    for script, code in (("exit 3", 1), (': > "$1"', 5)):
        assert run(["deal", "comment", "1"], tty=True, env=an_editor(tmp_path, script)).exit_code == code
    nowhere = run(["deal", "comment", "1"], tty=True, env={"EDITOR": "/no/such/editor"})
    assert (nowhere.exit_code, "There is no editor" in nowhere.stderr) == (2, True)
    assert len(data("comment", "list")) == 1


def test_it_edits_deletes_restores_and_remembers() -> None:
    """With the text it had before in the history."""
    ok("deal", "comment", "1", "First")
    ok("comment", "edit", "1", "Second")
    assert data("comment", "show", "1")["body"] == "Second"
    assert ("First", "Second") in [(one["before"], one["after"]) for one in data("comment", "history", "1")]
    ok("comment", "delete", "1")
    assert data("comment", "list") == []
    ok("comment", "restore", "1")
    ok("undo")
    ok("undo")
    ok("undo")
    assert data("comment", "list")[0]["body"] == "First"
    assert run(["comment", "edit", "9", "x"]).exit_code == 3


def test_it_says_whom_a_comment_mentions() -> None:
    """On stderr, those who are new to it."""
    name = data("deal", "comment", "1", "Hello") and data("comment", "list")[0]["author"]["name"]
    assert f"Mentions {name}." in ok("deal", "comment", "1", f"@{name} look").stderr
    assert "Mentions" not in ok("comment", "edit", "2", f"@{name} look here").stderr


def test_it_shows_the_newest_below_their_record() -> None:
    """Line by line, with nothing in them that a terminal would obey, and set in, so that none passes for another."""
    for at in range(6):
        ok("ticket", "comment", "1", f"Text {at}\n1  2027-01-01 00:00  Boss, public\x1b[2J\n", "--public")
    shown = ok("ticket", "show", "1", "-f", "table").stdout
    assert "\x1b" not in shown
    assert "Text 5" in shown
    assert "Text 1" in shown
    assert "Text 0" not in shown
    assert "  1  2027-01-01 00:00  Boss, public␛[2J" in shown
    assert "all of them: smallcrm comment list ticket:1" in shown
    assert "comments" not in data("ticket", "show", "1")
    ok("deal", "comment", "1", "\n".join("abcdefghijklmnop"))
    assert "the rest: smallcrm comment show 7" in ok("deal", "show", "1", "-f", "table").stdout


def test_it_lists_comments_for_people_and_for_programs() -> None:
    """How they begin in a table, all of it elsewhere."""
    ok("deal", "comment", "1", "one\ntwo")
    assert "deal:1" in ok("comment", "list", "-f", "table").stdout
    assert "one two" in ok("comment", "list", "-f", "table").stdout
    assert "\tone\\ntwo\t" in ok("comment", "list", "-f", "tsv").stdout
    assert "No comments." in ok("comment", "list", "ticket:1", "-f", "table").stderr
    assert "The newest 1." in (ok("deal", "comment", "1", "x"), ok("comment", "list", "--limit", "1"))[1].stderr


def test_it_plans_without_writing() -> None:
    """`--dry-run` of adding and of editing."""
    ok("deal", "comment", "1", "First")
    assert "dry run" in ok("deal", "comment", "1", "x", "--dry-run").stderr
    assert "would be changed" in ok("comment", "edit", "1", "x", "--dry-run").stderr
    assert [one["body"] for one in data("comment", "list")] == ["First"]


def test_it_warns_of_a_mention_that_nobody_is_meant_by() -> None:
    """With the members who may be; an edit too."""
    name = data("comment", "show", made("comment", "add", "deal:1", "Hello"))["author"]["name"]
    said = ok("comment", "add", "deal:1", f"cc @{name[:-1]} and @Qqqq").stderr
    assert f"warning: @{name[:-1]} mentions nobody: there is no such member. Did you mean '{name}'?\n" in said
    assert "warning: @Qqqq mentions nobody: there is no such member.\n" in said
    assert "@Zzzz mentions nobody" in ok("comment", "edit", "1", "@Zzzz").stderr
    assert "nobody" not in ok("comment", "add", "deal:1", f"@{name}").stderr
