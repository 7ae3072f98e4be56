"""`smallcrm contact`: every verb, as people and as programs use it."""

from __future__ import annotations

import json

import pytest

from tests.cli.crm import a_workspace, data, made, ok
from tests.cli.runner import run

ANN, BOB = 1, 2
NEW = (("first_name", "Cy"), ("city", "Rome"))


@pytest.fixture(autouse=True)
def workspace() -> None:
    """The workspace of every test."""
    a_workspace()


@pytest.mark.parametrize(
    ("argv", "hint"),
    [
        (["add", "X", "--company", "Nowhere Ltd"], "smallcrm company add 'Nowhere Ltd'"),
        (["list", "Ann Smith"], "smallcrm contact list --filter 'Ann Smith', or smallcrm search 'Ann Smith'"),
        (["show"], "smallcrm contact show --help"),
    ],
)
def test_it_names_the_next_command(argv: list[str], hint: str) -> None:
    """The one that does what was probably meant."""
    assert run(["contact", *argv]).stderr.splitlines()[1] == f"hint: {hint}"


def test_it_adds_and_prints_the_number() -> None:
    """The number alone on stdout, the undo on stderr; JSON has both; no field is lost."""
    result = ok(
        *("contact", "add", "Cy Doe", "--email", "cy@x.org", "--email", "home:c@y.org", "--phone", "+49 30 1"),
        *("--tag", "a", "--tag", "b", "--birthday", "1990-02-03", "--opt-out", "--owner", "me", "--set", "city=Bonn"),
    )
    assert result.stdout == "3\n"
    assert "smallcrm undo 5" in result.stderr
    shown = data("contact", "show", "3")
    assert [one["address"] for one in shown["emails"]] == ["cy@x.org", "c@y.org"]
    assert (shown["first_name"], shown["last_name"], shown["city"]) == ("Cy", "Doe", "Bonn")
    assert (shown["birthday"], shown["opt_out"], shown["tags"]) == ("1990-02-03", True, ["a", "b"])
    assert shown["owner"]["id"] == 1
    assert data("contact", "add", "Dee") == {"id": 4, "operation": 6}


def test_it_takes_a_name_apart() -> None:
    """What is said by an option beats it; a name set later is taken apart the same way."""
    ann = data("contact", "show", "1")
    assert [ann[key] for key in ("prefix", "first_name", "last_name")] == ["Dr.", "Ann", "van Smith"]
    number = made("contact", "add", "Ann Lee", "--last-name", "Li")
    assert data("contact", "show", number)["name"] == "Ann Li"
    ok("contact", "edit", "1", "--set", "name=Eve Jones")
    ann = data("contact", "show", "1")
    assert [ann[key] for key in ("prefix", "first_name", "last_name")] == [None, "Eve", "Jones"]


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["add"], 2, "Say what to add"),
        (["add", "X", "--email", "nonsense"], 5, "Not an e-mail address"),
        (["add", "X", "--email", "ANN@acme.com"], 5, "already belongs to contact 1"),
        (["add", "X", "--company", "Nowhere Ltd"], 3, "There is no company 'Nowhere Ltd'"),
        (["add", "X", "--city", "A", "--city", "B"], 2, "City is given twice"),
        (["add", "X", "--city", "A", "--set", "city=B"], 2, "City is given twice"),
        (["add", "X", "--set", "city"], 2, "field=value"),
        (["add", "X", "--set", "citty=B"], 2, "Did you mean 'city'?"),
        (["add", "X", "--lifecycle", "boss"], 5, "must be one of"),
        (["add", "a\0b"], 5, "NUL"),
        (["edit", "1"], 2, "Nothing to change"),
        (["edit", "1", "--set", "city=A", "--clear", "city"], 2, "both set and cleared"),
        (["edit", "99", "--clear", "city"], 3, "There is no contact 99"),
        (["show", "99999999999999999999"], 3, "There is no contact"),
        (["show", "Nobody"], 3, "There is no contact 'Nobody'"),
        (["list", "--sort", "nam"], 2, "Did you mean 'name'?"),
        (["list", "--columns", "id,nmae"], 2, "Did you mean 'name'?"),
        (["list", "--limit", "-1"], 2, "less than 0"),
        (["list", "--after", "rubbish"], 2, "cursor"),
        (["lst"], 2, "Did you mean 'list'?"),
    ],
)
def test_it_refuses_in_one_line(argv: list[str], code: int, words: str) -> None:
    """What and why, at most one more line with the way on; nothing on stdout, nothing changed."""
    before = data("log")
    result = run(["contact", *argv])
    assert (result.exit_code, result.stdout) == (code, "")
    assert words in result.stderr.splitlines()[0]
    assert len(result.stderr.splitlines()) <= 2
    assert data("log") == before


def test_it_lists_in_every_format() -> None:
    """The same data; a list for people keeps to one line a record."""
    rows = data("contact", "list", "--columns", "id,name,email,companies")
    assert rows[0]["companies"] == [{"id": 1, "name": "Acme, Inc.", "primary": True}]
    assert list(rows[0]) == ["id", "name", "emails", "companies"]
    for form, line in (
        ("csv", '1,Ann van Smith,ann@acme.com,"Acme, Inc."'),
        ("tsv", "1\tAnn van Smith\tann@acme.com\tAcme, Inc."),
        ("markdown", "| 1 | Ann van Smith | ann@acme.com | Acme, Inc. |"),
        ("table", " 1  Ann van Smith  ann@acme.com     Acme, Inc."),
        ("ids", "1"),
        ("vertical", "Companies  Acme, Inc."),
    ):
        assert line in ok("contact", "list", "--columns", "id,name,email,companies", "-f", form).stdout.splitlines()
    lines = ok("contact", "list", "--format", "ndjson").stdout.splitlines()
    assert [json.loads(line)["id"] for line in lines] == [ANN, BOB]
    assert len(data("contact", "list", "--columns", "all")[0]) > 25


def test_it_says_where_it_cuts() -> None:
    """With the cursor that goes on; 0 is all; a list that ends by itself says nothing."""
    for number in range(5):
        ok("contact", "add", f"Zoe{number}")
    cut = ok("contact", "list", "--sort", "-name", "--limit", "3", "-f", "ids")
    assert cut.stdout.split() == ["7", "6", "5"]
    assert "3 of 7 contacts" in cut.stderr
    cursor = cut.stderr.split()[-1]
    assert ok("contact", "list", "--sort", "-name", "--after", cursor, "-f", "ids").stdout.split() == [
        "4",
        "3",
        "2",
        "1",
    ]
    assert ok("contact", "list", "--limit", "7").stderr == ""
    assert len(ok("contact", "list", "--limit", "0", "-f", "ids").stdout.split()) == 7


def test_it_warns_a_script_of_a_cut_that_it_did_not_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even a quiet one, with the cursor; a person reads one short line, with the cursor only when going by pages."""
    monkeypatch.setattr("smallcrm.cli.listing.LIMIT", 1)
    for argv in (["--json"], ["-f", "ids"], ["--format", "csv"]):
        told = ok("contact", "list", "-q", *argv).stderr
        assert told.startswith("warning: 1 of 2 contacts. All: --limit 0; the next: --after ")
    cursor = told.split()[-1]
    assert ok("contact", "list", "-q", "-f", "ids", "--after", cursor).stdout == "2\n"
    assert ok("contact", "list", "-q", "-f", "ids", "--limit", "1").stderr == ""
    assert run(["contact", "list"], tty=True).stderr == "1 of 2 contacts. All: --limit 0\n"
    assert "--after" in run(["contact", "list", "--limit", "1"], tty=True).stderr
    assert run(["contact", "list", "-q"], tty=True).stderr == "warning: 1 of 2 contacts. All: --limit 0\n"


def test_it_lists_its_columns() -> None:
    """With their kinds and choices, as data too."""
    columns = {one["column"]: one for one in data("contact", "list", "--columns", "help")}
    assert columns["lifecycle"]["values"][0] == "subscriber"
    assert columns["emails"]["type"] == "emails"


def test_it_shows_by_number_address_or_name() -> None:
    """One is an object, several are an array; people see only what is filled."""
    assert data("contact", "show", "ann@ACME.com")["id"] == ANN
    assert data("contact", "show", "bob")["id"] == BOB
    assert [one["id"] for one in data("contact", "show", "1", "2", "1")] == [ANN, BOB]
    shown = ok("contact", "show", "1", "-f", "table").stdout
    assert "E-mails     ann@acme.com (work)\n" in shown
    assert "Companies   Acme, Inc. (1)\n" in shown
    assert "City" not in shown
    ok("contact", "add", "Bob")
    assert "Several contacts are called 'bob': 2, 3." in run(["contact", "show", "bob"]).stderr


def test_it_edits_many_from_a_pipe() -> None:
    """As one operation; the changed numbers on stdout, the sums on stderr."""
    result = ok("contact", "edit", "-", "--set", "city=Berlin", "--append", "tag=new", stdin="1\n2\n")
    assert result.stdout == "1\n2\n"
    assert result.stderr == "2 matched, 2 changed. Take it back: smallcrm undo 5\n"
    again = data("contact", "edit", "1", "2", "bob@example.org", "--set", "city=Berlin")
    assert (again["matched"], again["changed"], again["skipped"], again["operation"]) == (2, [], [1, 2], None)
    ok("contact", "edit", "1", "--remove", "tags=VIP", "--clear", "city", "--append", "email=a2@acme.com")
    ann = data("contact", "show", "1")
    assert (ann["tags"], ann["city"], len(ann["emails"])) == (["new"], None, 2)


def test_it_goes_on_where_one_refuses() -> None:
    """The others change; the refused one is told, and the exit code says so."""
    ok("contact", "delete", "1")
    result = run(["contact", "edit", "1", "2", "--set", "city=Berlin"])
    assert (result.exit_code, result.stdout) == (5, "2\n")
    assert "warning: contact 1: Contact 1 is in the trash." in result.stderr
    assert "2 matched, 1 changed, 1 failed." in result.stderr


@pytest.mark.parametrize(
    ("argv", "rows"),
    [
        (
            ["add", "Cy", "--tag", "x"],
            [["create", "", "", "first_name", "", "Cy"], ["create", "", "", "tags", "", "x"]],
        ),
        (["edit", "1", "--set", "city=Bonn"], [["update", "1", "Ann van Smith", "city", "", "Bonn"]]),
        (["edit", "1", "--clear", "companies"], [["update", "1", "Ann van Smith", "companies", "Acme, Inc.", ""]]),
        (["edit", "1", "--remove", "tag=vip"], [["update", "1", "Ann van Smith", "tags", "vip", ""]]),
        (["delete", "1"], [["trash", "1", "Ann van Smith", "", "", ""]]),
    ],
)
def test_it_shows_what_it_would_do(argv: list[str], rows: list[list[str]]) -> None:
    """Whom, and each field before and after; nothing is written."""
    before = data("contact", "list", "--columns", "all"), data("log")
    result = ok("contact", *argv, "--dry-run")
    assert [line.split("\t") for line in result.stdout.splitlines()[1:]] == rows
    assert "dry run" in result.stderr
    assert (data("contact", "list", "--columns", "all"), data("log")) == before


def test_it_restores_by_whatever_people_are_called() -> None:
    """Addresses and names are looked up in the trash, even beside a live namesake; of several the numbers are told."""
    for word in ("ann@acme.com", "Ann van Smith", "contact:1", "contact:ann@acme.com"):
        ok("contact", "delete", "ann@acme.com")
        assert ok("contact", "restore", word).stdout == "1\n"
    ok("contact", "delete", "Ann van Smith")
    namesake = made("contact", "add", "Ann van Smith", "--email", "ann@acme.com")
    taken = run(["contact", "restore", "ann@acme.com"])
    assert (taken.exit_code, "belongs to contact 3" in taken.stderr) == (5, True)
    ok("contact", "delete", namesake)
    for word in ("Ann van Smith", "ann@acme.com"):
        several = run(["contact", "restore", word])
        assert (several.exit_code, "in the trash" in several.stderr, "1, 3" in several.stderr) == (5, True, True)
    absent = run(["contact", "restore", "Bob"])
    assert (absent.exit_code, "There is no contact 'Bob' in the trash." in absent.stderr) == (3, True)
    assert "smallcrm contact list --trashed" in absent.stderr
    ok("company", "delete", "acme.com")
    ok("company", "restore", "acme.com")


def test_it_deletes_into_the_trash_and_restores() -> None:
    """Many need a yes, which nobody can say without a terminal."""
    assert ok("contact", "delete", "1").stdout == "1\n"
    assert (ok("contact", "count").stdout, ok("contact", "count", "--trashed").stdout) == ("1\n", "1\n")
    assert [one["id"] for one in data("contact", "list", "--trashed")] == [ANN]
    ok("contact", "restore", "1")
    assert data("contact", "count") == 2
    many = [made("contact", "add", f"P{number}") for number in range(11)]
    refused = run(["contact", "delete", *many])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "add --yes" in refused.stderr
    assert len(ok("contact", "delete", *many, "--yes").stdout.split()) == 11


def test_it_tells_the_history_of_each_field() -> None:
    """Who, when, through what, from what to what; names instead of numbers inside."""
    ok("contact", "edit", "1", "--set", "title=CTO", "--append", "company=globex.com")
    ok("undo")
    lines = data("contact", "history", "1")
    assert [(one["action"], one["field"], one["undone"]) for one in lines] == [
        ("created", None, False),
        ("changed", "title", True),
        ("changed", "companies", True),
        ("changed", "title", False),
        ("changed", "companies", False),
    ]
    assert lines[1]["after"] == "CTO"
    assert lines[2]["after"][0]["name"] == "Globex"
    assert lines[1]["via"] == "cli"


EVIL = "\x1b]0;pwn\x07\u202e\x9b2J"


@pytest.mark.parametrize("form", ["table", "vertical", "markdown", "csv", "tsv", "json", "ndjson"])
def test_it_never_lets_stored_text_reach_the_terminal(form: str) -> None:
    """Whatever the field, the verb and the format."""
    ok("contact", "add", EVIL, "--tag", EVIL, "--title", EVIL, "--description", EVIL + "\n" + EVIL)
    ok("contact", "edit", "3", "--set", f"city={EVIL}")
    for argv in (
        ["contact", "list", "--columns", "all"], ["contact", "show", "3"], ["contact", "history", "3"], ["tag", "list"],
        ["log"], ["contact", "edit", "3", "--clear", "city", "-n"], ["contact", "show", EVIL + "?"],
    ):  # fmt: skip
        result = run([*argv, "--format", form], tty=True)
        shown = (result.stdout + result.stderr).replace("\x1b[1m", "").replace("\x1b[0m", "")
        assert not set(shown) & set(EVIL[0] + EVIL[-4] + "\u202e\x07\x9b")
