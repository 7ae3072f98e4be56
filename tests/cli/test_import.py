"""`import` from the command line: the plan, the outcome, its JSON, the rejects and the exit codes."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.runner import Result, run
from tests.support.corpora import corpus
from tests.support.workbooks import xlsx

if TYPE_CHECKING:
    from pathlib import Path

KEYS = {"operation", "rows", "created", "updated", "merged", "unchanged", "also_created", "trashed", "rejected",
        "blank", "passed_over",        "warnings", "rejects_file", "files"}  # fmt: skip
HEADER = "First Name,Last Name,Email,Notes"


@pytest.fixture
def crm(home: Path) -> Path:
    """A home with a workspace; gives a folder for files."""
    assert run(["init", "Acme"]).exit_code == 0
    return home


def file(folder: Path, name: str, *lines: str) -> str:
    """A file of these lines."""
    path = folder / name
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def document(result: Result) -> dict[str, Any]:
    """The JSON that a command printed."""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_it_prints_the_plan_and_what_became_of_every_row(crm: Path) -> None:
    """The plan is talk, the outcome is data; the way back is named."""
    result = run(["import", file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi")])
    assert result.exit_code == 0
    assert result.stdout == "p.csv: 1 row: 1 created\n"
    assert "First Name  → first_name" in result.stderr
    assert "smallcrm undo" in result.stderr
    again = run(["import", str(crm / "p.csv")])
    assert "1 unchanged" in again.stdout
    assert "Nothing had to be changed." in again.stderr


def test_it_gives_the_same_json_for_the_whole_and_for_each_file(crm: Path) -> None:
    """Every key of the document, and the fates of the rows add up, in all and file by file."""
    del crm
    files = [str(corpus("import/hubspot", name)) for name in ("hubspot_contacts.csv", "hubspot_companies.csv")]
    found = document(run(["import", *files, "--json"]))
    assert set(found) == KEYS
    assert (found["operation"], found["rows"]) == (1, 1150)
    assert found["created"] == {"company": 200, "contact": 950}
    assert found["also_created"] == {"member": 5}
    for part in (found, *found["files"]):
        fates = [sum(part[fate].values()) for fate in ("created", "updated", "merged", "unchanged")]
        assert sum(fates) + part["rejected"] + part["blank"] + part["passed_over"] == part["rows"]
        assert part is found or KEYS - {"files", "operation"} | {"passed_over_lines"} <= set(part)
    again = document(run(["import", *files, "--json"]))
    assert (again["operation"], again["unchanged"]) == (None, {"company": 200, "contact": 950})


def test_a_dry_run_names_what_is_made_along(crm: Path) -> None:
    """The first ten of each, all in JSON and in a plan; what no row has in the end is none of it."""
    people = ["First Name,Email,Company Name,Owner", *(f"A{at},a{at}@x.org,Firm {at},Boss" for at in range(12))]
    (crm / "p.csv").write_text("\n".join(people) + "\n", "utf-8")
    deals = ["Deal Name,Pipeline,Deal Stage,Contact Name,Deal Owner", "Roof,Solar,Measured,Bob Ray,Chief"]
    (crm / "d.csv").write_text("\n".join(deals) + "\n", "utf-8")
    files = [str(crm / "p.csv"), str(crm / "d.csv")]
    shown = run(["import", *files, "--dry-run"]).stdout
    firms = [f"Firm {at}" for at in range(12)]
    assert f"  makes companies {', '.join(firms[:10])} and 2 more (--json lists them)\n" in shown
    for told in ("member Boss", "member Chief", "pipeline Solar", "stages Measured, Won, Lost", "contact Bob Ray"):
        assert f"  makes {told}\n" in shown, told
    made = [file["made_along"] for file in document(run(["import", *files, "--dry-run", "--json"]))["files"]]
    assert made[0] == {"member": ["Boss"], "company": firms}
    settings = {"pipeline": ["Solar"], "stage": ["Measured", "Won", "Lost"]}
    assert made[1] == {"member": ["Chief"], **settings, "contact": ["Bob Ray"]}
    assert run(["import", *files, "--plan-out", str(crm / "plan.json")]).exit_code == 0
    assert [file["made_along"] for file in json.loads((crm / "plan.json").read_text())["outcome"]["files"]] == made
    assert "makes" not in run(["import", *files]).stdout


def test_the_plan_of_cards_has_the_columns_that_cards_say(crm: Path) -> None:
    """No column for an id, a date or a name that none of them has."""
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Ann Lee\nN:Lee;Ann;;;\nEND:VCARD\n"
    (crm / "a.vcf").write_text(card, "utf-8")
    plan = run(["import", str(crm / "a.vcf"), "--dry-run"]).stderr.splitlines()
    assert [line.split("→")[0].strip() for line in plan[1:-1]] == ["Full Name", "First Name", "Last Name"]
    (crm / "b.vcf").write_text(card + card.replace("FN:", "UID:7\nREV:20260101T000000Z\nFN:"), "utf-8")
    assert "UID " in run(["import", str(crm / "b.vcf"), "--dry-run"]).stderr


def test_it_says_which_lines_it_passes_over(crm: Path) -> None:
    """Those of totals, remarks and headers, and those of rows that stay away."""
    rows = ["Name,Email,Deleted", "Ann Lee,a@x.org,", "Name,Email,Deleted", "Bob Ray,b@x.org,yes", "Total,2,"]
    path = crm / "a.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    shown = run(["import", str(path), "--dry-run"])
    remarks = "2 passed over (a total, a remark, or the header again: lines 3, 5)"
    assert f"1 created, {remarks}, 1 passed over (deleted or private where the file is from: line 4)\n" in shown.stdout
    found = document(run(["import", str(path), "--json"]))
    assert (found["passed_over"], found["files"][0]["passed_over_lines"]) == (3, [3, 4, 5])


def test_it_says_the_same_in_a_dry_run_and_leaves_no_trace(crm: Path) -> None:
    """The dry run's document is the real one's but for the operation; nothing is written, no rejects file either."""
    path = file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi", "Too,Many,b@x.org,a,b", ",,,only a note")
    dry = run(["import", path, "--json", "--dry-run"])
    assert dry.exit_code == 5
    assert not list(crm.glob("*.rejects*"))
    assert run(["contact", "count"]).stdout == "0\n"
    real = run(["import", path, "--json"])
    assert real.exit_code == 5
    expected = document(real) | {"operation": None, "rejects_file": None}
    expected["files"] = [part | {"rejects_file": None} for part in expected["files"]]
    preview = document(dry)["preview"]
    assert [record["last_name"] for record in preview["contact"]["created"]] == ["Lee"]
    assert {key: value for key, value in document(dry).items() if key != "preview"} == expected


def test_it_sets_bad_rows_aside_for_mending(crm: Path) -> None:
    """The rejects have the file's columns, the line and the reason; mended, that very file imports."""
    lines = (
        'Ann,Lee,ann@x.org,"two',
        'lines, ""quoted"""',
        "Bob,Ray,b@x.org,a,b",
        ',,,"no',
        'name"',
        "Eve,Fox,e@x.org,",
    )
    path = file(crm, "p.csv", HEADER, *lines)
    result = run(["import", path])
    assert result.exit_code == 5
    assert "error: 2 rows were rejected; the others are in." in result.stderr
    rejects = crm / "p.csv.rejects.csv"
    assert str(rejects) in result.stdout
    assert stat.S_IMODE(rejects.stat().st_mode) == 0o600
    text = rejects.read_text(encoding="utf-8")
    assert text.splitlines()[0] == f"{HEADER},_line,_reason"
    assert "Bob,Ray,b@x.org,a,b,4," in text
    assert ',,,"no\nname",5,' in text
    rejects.write_text(text.replace("b@x.org,a,b,", "b@x.org,a b,").replace(',,,"no', 'Una,Kim,,"no'), encoding="utf-8")
    mended = run(["import", str(rejects), "--json"])
    assert mended.exit_code == 0, mended.stderr
    assert document(mended)["created"] == {"contact": 2}
    assert document(run(["import", str(rejects), "--json"]))["unchanged"] == {"contact": 2}


def test_it_keeps_the_source_of_ids_in_a_mended_file(crm: Path) -> None:
    """An id from a file of no known vendor means the same in the file of its rejects."""
    header = "Record ID,First Name,Last Name,Email"
    run(["import", file(crm, "p.csv", header, "1,Ann,Lee,ann@x.org", "2,Bob,Ray,b@x.org,more")])
    rejects = crm / "p.csv.rejects.csv"
    rejects.write_text(f"{header},_line,_reason\n1,Ann,Ray,,3,x\n", encoding="utf-8")
    assert document(run(["import", str(rejects), "--json"]))["updated"] == {"contact": 1}


def test_it_never_writes_over_a_file(crm: Path) -> None:
    """Rejects beside the file are numbered; a named file that is there is refused before anything is imported."""
    path = file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi", "Too,Many,b@x.org,a,b")
    (crm / "p.csv.rejects.csv").write_text("mine", encoding="utf-8")
    refused = run(["import", path, "--rejects", str(crm / "p.csv.rejects.csv")])
    assert (refused.exit_code, run(["contact", "count"]).stdout) == (2, "0\n")
    missing = run(["import", path, "--rejects", str(crm / "nowhere" / "r.csv")])
    assert (missing.exit_code, run(["contact", "count"]).stdout) == (2, "0\n")
    assert run(["import", path]).exit_code == 5
    assert (crm / "p.csv.rejects.csv").read_text(encoding="utf-8") == "mine"
    assert (crm / "p.csv.rejects-2.csv").exists()


def test_it_writes_the_rejects_of_several_files_where_it_is_told(crm: Path) -> None:
    """Their columns differ, so each file gets its own."""
    one = file(crm, "one.csv", HEADER, "Too,Many,b@x.org,a,b", "Ann,Lee,ann@x.org,hi")
    two = file(crm, "two.csv", "Company Name,Domain,Industry", "Acme,acme.com,Media,more", "Bolt,bolt.io,Media")
    result = run(["import", one, two, "--rejects", str(crm / "bad.csv"), "--json"])
    assert result.exit_code == 5
    assert {path.name for path in crm.glob("bad*")} == {"bad.csv", "bad-2.csv"}
    assert sorted(part["rejects_file"] for part in document(result)["files"]) == [
        str(crm / "bad-2.csv"),
        str(crm / "bad.csv"),
    ]


def test_it_imports_nothing_where_it_stops(crm: Path) -> None:
    """`--on-error stop`: one line says which row and why; nothing is in, and no rejects are written."""
    path = file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi", "Too,Many,b@x.org,a,b")
    result = run(["import", path, "--on-error", "stop"])
    assert result.exit_code == 5
    assert "p.csv, line 3: 5 cells, but the table has 4 columns. Nothing was imported." in result.stderr
    assert (run(["contact", "count"]).stdout, list(crm.glob("*.rejects*"))) == ("0\n", [])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--on-error", "guess"], "skip or stop, not 'guess'"),
        (["--date-order", "ymdx"], "not 'ymdx'"),
        (["--decimal", ";"], "The decimal mark is . or ,"),
        (["--map", "Email"], "--map takes HEADER=FIELD"),
        (["--map", "Email=no_such_field"], "no_such_field"),
        (["--map", "No Such Column=emails"], "no such column"),
        (["--as", "planet"], "planet"),
        (["--encoding", "klingon"], "klingon"),
        (["--frobnicate"], "No such option"),
    ],
)
def test_it_refuses_what_it_does_not_know(crm: Path, words: list[str], sentence: str) -> None:
    """Every wrong word is a usage error of one sentence, and nothing is imported."""
    result = run(["import", file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi"), *words])
    assert result.exit_code == 2
    assert sentence in result.stderr
    assert "Traceback" not in result.stderr
    assert run(["contact", "count"]).stdout == "0\n"


def test_it_imports_one_noun_by_its_name(crm: Path) -> None:
    """`company import` takes the rows for companies, whatever they look like."""
    path = file(crm, "names.csv", "name", "Acme", "Bolt")
    assert run(["import", path]).exit_code == 2
    assert document(run(["company", "import", path, "--json"]))["created"] == {"company": 2}


def test_it_imports_every_sheet_and_every_file_of_an_archive(crm: Path) -> None:
    """Each has its plan and its outcome; what is left out is said, also quietly and in the JSON."""
    people = [["First Name", "Last Name", "Email", "Company"], ["Ann", "Lee", "ann@x.org", "Bolt"]]
    firms = [["Company Name", "Website"], ["Bolt", "bolt.com"]]
    book = xlsx(crm / "book.xlsx", {"People": people, "Firms": firms, "Sums": [["Quarter", "Sum"], ["Q1", 2]]})
    result = run(["import", str(book)])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == "book.xlsx: Firms: 1 row: 1 created\nbook.xlsx: People: 1 row: 1 created\n"
    assert "book.xlsx: People: contacts from " in result.stderr
    assert "warning: Left out: book.xlsx: Sums: it is not clear what the rows are" in result.stderr
    assert run(["undo"]).exit_code == 0
    with zipfile.ZipFile(crm / "export.zip", "w") as archive:
        archive.write(book, "book.xlsx")
        archive.writestr("logo.png", b"\x89PNG\r\n\x1a\n")
    result = run(["import", str(crm / "export.zip"), "--quiet", "--json"])
    assert "warning: Left out, as nothing that can be read: export.zip: logo.png." in result.stderr
    found = document(result)
    assert found["created"] == {"company": 1, "contact": 1}
    assert [part["name"] for part in found["files"]] == [
        "export.zip: book.xlsx: Firms",
        "export.zip: book.xlsx: People",
    ]
    assert found["warnings"][0] == "Left out, as nothing that can be read: export.zip: logo.png."


def test_it_writes_the_rejects_of_what_was_unpacked_beside_the_archive(crm: Path) -> None:
    """Each table has a file of its own, and a folder that is imported again leaves them out."""
    folder = crm / "exports"
    folder.mkdir()
    header, lost = ["First Name", "Email", "City"], ["", "", "lost"]
    xlsx(
        folder / "book.xlsx",
        {"A": [header, ["Ann", "ann@x.org", ""], lost], "B": [header, ["Bob", "b@x.org", ""], lost]},
    )
    with zipfile.ZipFile(folder / "export.zip", "w") as archive:
        archive.writestr("../a.csv", "x")
        archive.writestr("sub/people.csv", f"{HEADER}\nToo,Many,x@x.org,a,b\n")
        archive.writestr("people.csv", f"{HEADER}\nToo,Many,b@x.org,a,b\n")
    result = run(["import", str(folder), "--json"])
    assert result.exit_code == 5, result.stderr
    names = ["book.xlsx.rejects-2.csv", "book.xlsx.rejects.csv", "people.csv.rejects-2.csv", "people.csv.rejects.csv"]
    assert sorted(path.name for path in folder.glob("*.rejects*")) == names
    assert sorted(part["rejects_file"] for part in document(result)["files"]) == [str(folder / name) for name in names]
    again = run(["import", str(folder)])
    assert f"exports: left out, as rows that an earlier import rejected: {', '.join(names)}." in again.stderr
    assert ",,lost,3,no name" in (folder / names[1]).read_text()
    assert sorted(path.name for path in folder.glob("*.rejects*")) == names


def test_it_unpacks_what_is_piped_in(crm: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rejects are written where the user is."""
    with zipfile.ZipFile(crm / "export.zip", "w") as archive:
        archive.writestr("people.csv", f"{HEADER}\nAnn,Lee,ann@x.org,hi\nToo,Many,b@x.org,a,b\n")
    monkeypatch.chdir(crm)
    program = [sys.executable, "-m", "smallcrm", "import", "-"]
    with (crm / "export.zip").open("rb") as stream:
        done = subprocess.run(program, stdin=stream, capture_output=True, text=True, check=False)
    assert (done.returncode, "stdin: people.csv: 2 rows: 1 created, 1 rejected" in done.stdout) == (5, True), (
        done.stderr
    )
    assert (crm / "people.csv.rejects.csv").exists()


def test_it_imports_json_and_takes_its_rejects_back(crm: Path) -> None:
    """Plan, outcome, rejects with their lines; no code of the file reaches the terminal."""
    path = crm / "people.ndjson"
    path.write_text(
        '{"id": 1, "name": "Ann \\u001b[31mLee", "emails": [{"value": "ann@x.org", "type": "work"}]}\n{"id": 2,}\n',
        encoding="utf-8",
    )
    result = run(["import", str(path)])
    assert result.exit_code == 5
    assert result.stdout.startswith("people.ndjson: 2 rows: 1 created, 1 rejected\n")
    assert "rejected: line 2: not JSON: expecting property name" in result.stdout
    assert "emails.1.value  → emails" in result.stderr
    assert "\x1b[31m" not in result.stdout + result.stderr + run(["contact", "list"], tty=True).stdout
    rejects = crm / "people.ndjson.rejects.csv"
    lines = rejects.read_text(encoding="utf-8").splitlines()
    rejects.write_text("\n".join([lines[0], "2,Bo,bo@x.org," + lines[1].lstrip(",")]) + "\n", encoding="utf-8")
    assert run(["import", str(rejects)]).stdout == "people.ndjson.rejects.csv: 1 row: 1 created\n"
    shown: Any = document(run(["contact", "list", "--json"]))
    assert [found["emails"][0]["address"] for found in shown] == ["ann@x.org", "bo@x.org"]


def test_it_refuses_json_that_breaks_off(crm: Path) -> None:
    """With one sentence that names the line, and nothing imported."""
    result = run(["import", file(crm, "cut.json", '[{"name": "Bo", "email": "bo@x.org"},', '{"name": "C')])
    assert (result.exit_code, result.stdout) == (5, "")
    assert "error: cut.json, line 2: this is not JSON: invalid control character before" in result.stderr


def test_it_imports_vcards_and_takes_their_rejects_back(crm: Path) -> None:
    """Plan, outcome, rejects with their lines; no code of a card reaches the terminal."""
    card = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        "FN:Ann \x1b[31mLee",
        "TEL;TYPE=work:+49 30 123456",
        "PHOTO:http://x.org",
        "END:VCARD",
    ]
    result = run(["import", file(crm, "c.vcf", *card, "BEGIN:VCARD", "FN:Bo Ray")])
    assert result.exit_code == 5
    assert result.stdout.startswith("c.vcf: 2 rows: 1 created, 1 rejected\n")
    assert "rejected: line 7: the card is not finished: there is no END:VCARD" in result.stdout
    assert "Phone 1 - Value  → phones" in result.stderr
    assert "1 picture, sound or key was left out." in result.stderr
    assert "\x1b[31m" not in result.stdout + result.stderr + run(["contact", "list"], tty=True).stdout
    assert run(["import", str(crm / "c.vcf.rejects.csv")]).stdout == "c.vcf.rejects.csv: 1 row: 1 created\n"
    shown: Any = document(run(["contact", "list", "--json"]))
    assert shown[0]["phones"] == [{"number": "+49 30 123456", "label": "work", "primary": True}]
    assert shown[1]["name"] == "Bo Ray"


def test_a_plan_is_written_shown_and_applied(crm: Path) -> None:
    """`--plan-out` changes nothing and names the command that does it; `apply` does, once."""
    plan = str(crm / "plan.json")
    result = run(["import", file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi"), "--plan-out", plan])
    assert (result.exit_code, run(["contact", "count"]).stdout) == (0, "0\n")
    assert f"smallcrm apply {plan}" in result.stderr
    assert "create contact\t\t\tlast_name\t\tLee" in result.stdout
    dry = run(["apply", plan, "--dry-run", "--json"])
    assert document(dry)["preview"]["contact"]["created"][0]["first_name"] == "Ann"
    done = run(["apply", plan])
    assert (done.exit_code, done.stdout) == (0, "p.csv: 1 row: 1 created\n")
    again = run(["apply", plan])
    assert (again.exit_code, again.stdout) == (5, "")
    assert "The data has changed since the plan was made" in again.stderr


def test_where_a_plan_cannot_be_it_is_said_before_anything_is_read(crm: Path) -> None:
    """A pipe is gone later, a file that is there is somebody's, a folder that is not there holds none."""
    path = file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi")
    for words, told in (
        (["-", "--plan-out", str(crm / "plan.json")], "piped in is gone"),
        ([path, "--plan-out", path], "There is a file p.csv already."),
        ([path, "--plan-out", str(crm / "no" / "plan.json")], "There is no directory"),
    ):
        result = run(["import", *words])
        assert (result.exit_code, result.stdout) == (2, "")
        assert told in result.stderr
    result = run(["apply", path])
    assert result.exit_code == 2
    assert "p.csv is no plan of an import." in result.stderr


def test_the_rows_of_work_find_their_people(crm: Path) -> None:
    """Deals, tickets and activities come with whom they are about, and one undo takes all of it back."""
    deals = file(crm, "deals.csv", "Deal Name,Stage,Amount,Company Name,Contact Email",
                 "Roof,Proposal,5000,Alba,ann@x.org")  # fmt: skip
    tickets = file(crm, "tickets.csv", "Ticket ID,Subject,Status,Requester Email", "7,No light,Pending,ann@x.org")
    calls = file(crm, "calls.csv", "Activity Type,Subject,Due Date,Deal Name,Done", "Call,Ring,2027-01-02,Roof,no")
    result = run(["import", deals, tickets, calls, "--json"])
    assert result.exit_code == 0, result.stderr
    assert document(result)["created"] == {"deal": 1, "ticket": 1, "activity": 1}
    assert document(result)["also_created"] == {"company": 1, "contact": 1}
    shown = json.loads(run(["activity", "show", "1", "--json"]).stdout)
    assert (shown["kind"], shown["status"], shown["due"]) == ("call", "open", "2027-01-02")
    assert [link["name"] for link in shown["links"]] == ["Roof"]
    assert json.loads(run(["ticket", "show", "1", "--json"]).stdout)["requester"]["name"] == "ann@x.org"
    assert run(["undo"]).exit_code == 0
    assert [run([noun, "count"]).stdout for noun in ("deal", "ticket", "activity", "contact")] == ["0\n"] * 4


@pytest.mark.parametrize("command", [["import"], ["contact", "import"]])
def test_one_key_tells_who_is_known(crm: Path, command: list[str]) -> None:
    """By name both rows are Ann Lee; a key that is none is a usage error that lists the keys."""
    path = file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi", "Ann,Lee,lee@x.org,ho")
    result = run([*command, path, "--match", "name"])
    told = "  warning: line 3: the same contact as line 2: Description stays 'hi', not 'ho'\n"
    assert (result.exit_code, result.stdout) == (0, f"p.csv: 2 rows: 1 created, 1 merged\n{told}")
    wrong = run([*command, path, "--match", "title"])
    assert wrong.exit_code == 2
    assert "'title' is not unique of contacts, so no row is known by it." in wrong.stderr
    assert "--match email, external_id, name, none" in wrong.stderr


@pytest.mark.parametrize("command", [["import"], ["contact", "import"]])
def test_blanks_empty_fields_on_request(crm: Path, command: list[str]) -> None:
    """Without the option the same row says nothing new."""
    assert run(["import", file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi")]).exit_code == 0
    path = file(crm, "q.csv", HEADER, "Ann,Lee,ann@x.org,")
    assert run([*command, path]).stdout == "q.csv: 1 row: 1 unchanged\n"
    assert run([*command, path, "--clear-blanks"]).stdout == "q.csv: 1 row: 1 updated\n"
    (record,) = json.loads(run(["contact", "list", "--json", "--columns", "description"]).stdout)
    assert record["description"] is None


@pytest.mark.parametrize("command", [["import"], ["contact", "import"]])
def test_what_is_in_the_trash_comes_back_on_request(crm: Path, command: list[str]) -> None:
    """One undo puts it back into the trash."""
    path = file(crm, "p.csv", HEADER, "Ann,Lee,ann@x.org,hi")
    assert run(["import", path]).exit_code == 0
    assert run(["contact", "delete", "1", "--yes"]).exit_code == 0
    refused = run([*command, path, "--dry-run"])
    assert (refused.exit_code, "contact 1, which it is about, is in the trash" in refused.stdout) == (5, True)
    assert run([*command, path, "--restore"]).stdout == "p.csv: 1 row: 1 updated\n"
    assert run(["contact", "count"]).stdout == "1\n"
    assert run(["undo"]).exit_code == 0
    assert run(["contact", "count"]).stdout == "0\n"


@pytest.mark.parametrize("command", [["import"], ["contact", "import"]])
def test_owners_are_said_to_be_members(crm: Path, command: list[str]) -> None:
    """By name or in a file; a stranger is a usage error, and nothing is imported."""
    path = file(crm, "p.csv", "First Name,Email,Owner", "Ann,ann@x.org,Zoe", "Bo,bo@x.org,Bot")
    wrong = run([*command, path, "--owner-map", "Zoe=nobody"])
    assert (wrong.exit_code, wrong.stdout) == (2, "")
    assert "There is no member 'nobody' in this workspace." in wrong.stderr
    listed = file(crm, "owners.csv", "owner,member", "Bot,-")
    result = run([*command, path, "--owner-map", "Zoe=-", "--owner-map", listed])
    assert (result.exit_code, result.stdout) == (0, "p.csv: 2 rows: 2 created\n")


def test_it_says_that_there_were_no_other_rows(crm: Path) -> None:
    """Where every row was rejected."""
    (crm / "none.csv").write_text("Email,Phone\nnope,x\n", encoding="utf-8")
    result = run(["contact", "import", str(crm / "none.csv"), "--map", "Phone=phones"])
    assert "error: 1 row was rejected; there were no others.\n" in result.stderr


def test_it_says_in_which_of_several_vcards_a_warning_is(crm: Path) -> None:
    """By the file and the number of the card."""
    folder = crm / "cards"
    folder.mkdir()
    for name in ("a", "b"):
        lines = ("BEGIN:VCARD", "VERSION:3.0", f"FN:Pia {name}", "BDAY:soon", "END:VCARD", "")
        (folder / f"{name}.vcf").write_text("\n".join(lines), encoding="utf-8")
    said = run(["import", str(folder)]).stdout
    assert "  warning: a.vcf, card 1, Birthday: not a date: 'soon'\n" in said
    assert "  warning: b.vcf, card 2, Birthday: not a date: 'soon'\n" in said


def test_it_tells_the_columns_without_a_value_in_a_line(crm: Path) -> None:
    """However many there are."""
    path = file(crm, "wide.csv", "First Name,Email,Foo,Bar,Baz", "Ann,ann@acme.com,,,x")
    said = run(["import", path, "-n"]).stderr
    assert "  2 columns without a value: Foo, Bar\n" in said
    assert "Foo  " not in said
    assert "→ not imported (1 of 1 rows filled: x)" in said


def test_a_column_whose_name_begins_with_a_hash_can_be_said(crm: Path) -> None:
    """On the command line there are no remarks; in a file its line is written and read with a backslash."""
    path = file(crm, "c.csv", "Company Name,# Employees", "Alba,12")
    lines = crm / "c.map"
    result = run(["company", "import", path, "--map", "# Employees=industry", "--map-out", str(lines), "--dry-run"])
    assert "# Employees   → industry" in result.stderr
    assert lines.read_text(encoding="utf-8").splitlines() == [
        "# c.csv: companies", "Company Name=name", "\\# Employees=industry",
    ]  # fmt: skip
    again = run(["company", "import", path, "--map", f"@{lines}"])
    assert (again.exit_code, again.stdout) == (0, "c.csv: 1 row: 1 created\n")
    shown: Any = document(run(["company", "list", "--json", "--columns", "name,industry"]))
    assert [record["industry"] for record in shown] == ["12"]


SEATS = ("First Name,Email,Seats,Segment", "Ann,ann@x.org,4,gold", "Bo,bo@x.org,,iron")


def test_it_asks_of_each_column_that_no_field_is_for(crm: Path) -> None:
    """What it says is one line, whatever the file holds; what is typed wrongly is told, and asked again."""
    path = file(crm, "p.csv", SEATS[0].replace("Segment", '"Seg\n\x1b[31mment"'), *SEATS[1:])
    result = run(["import", path, "--unknown", "ask"], tty=True, stdin="titel\ncus\nskip\n")
    assert result.exit_code == 0, result
    ask = "What is to become of it? [custom|skip|FIELD] "
    seats, wrong, segment, *_rest = result.stderr.split(ask)
    assert seats == (
        "p.csv: no field of contacts is for 'Seats'. 1 of 2 rows fills it (50 %): 4. As a field of your own: integer.\n"
    )
    assert wrong == "There is no field 'titel'. Did you mean 'title'?\n"
    assert segment.startswith("p.csv: no field of contacts is for 'Seg")
    assert segment.count("\n") == 1
    assert "\x1b" not in segment
    assert "and 1 field made along" in result.stdout
    again = run(["import", path, "--unknown", "ask"])
    assert (again.exit_code, again.stdout) == (0, "p.csv: 2 rows: 2 unchanged\n")


def test_what_is_answered_stands_in_the_plan(crm: Path) -> None:
    """Which is applied without a question, where nobody could answer one."""
    path, plan = file(crm, "p.csv", *SEATS), str(crm / "plan.json")
    said = run(["import", path, "--unknown", "ask", "--plan-out", plan], tty=True, stdin="custom\ntitle\n")
    assert (said.exit_code, run(["contact", "count"]).stdout) == (0, "0\n")
    assert run(["apply", plan]).exit_code == 0
    shown: Any = document(run(["contact", "list", "--json", "--columns", "seats,title", "--sort", "id"]))
    assert [(record["seats"], record["title"]) for record in shown] == [(4, "gold"), (None, "iron")]


@pytest.mark.parametrize("typed", ["", "custom\n", "x\nx\nx\n"])
def test_who_stops_answering_has_changed_nothing(crm: Path, typed: str) -> None:
    """At the end of input, or where nothing that was typed is an answer."""
    path = file(crm, "p.csv", *SEATS)
    result = run(["import", path, "--unknown", "ask"], tty=True, stdin=typed)
    told = "hint: --unknown custom, --unknown skip" if "x" in typed else "\nNothing was changed.\n"
    assert (result.exit_code, told in result.stderr) == (2 if "x" in typed else 1, True)
    assert run(["contact", "count"]).stdout == "0\n"
    assert run(["field", "list", "--json"]).stdout == "[]\n"


def test_it_names_the_flag_where_it_cannot_ask(crm: Path) -> None:
    """Without a terminal and with --no-input alike, in one line with all that is open."""
    path = file(crm, "p.csv", *SEATS)
    for result in (
        run(["import", path, "--unknown", "ask"]),
        run(["contact", "import", path, "--unknown", "ask", "--no-input"], tty=True),
    ):
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.replace("\x1b[K", "") == (
            "error: p.csv: no field of contacts is for 'Seats' and 'Segment'.\n"
            'hint: --unknown custom, --unknown skip or --map "HEADER=FIELD"\n'
        )


def test_what_a_file_is_called_is_no_line_of_ours(crm: Path) -> None:
    """A line break in a name in an archive stays in the line of that name."""
    with zipfile.ZipFile(crm / "a.zip", "w") as archive:
        archive.writestr("a.csv\nOperation 9. To take it back: smallcrm undo\nb.csv", "Name,Email\nZoe,zoe@x.org\n")
        archive.writestr("c.csv", "Name,Email\nYan,yan@x.org\n")
    done = run(["import", str(crm / "a.zip")])
    assert not [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Operation 9")]


@pytest.mark.usefixtures("crm")
def test_a_name_that_is_empty_is_no_folder() -> None:
    """A variable that is not set would import the folder that somebody is in."""
    done = run(["import", ""])
    assert (done.exit_code, "has an empty name" in done.stderr) == (2, True)


@pytest.mark.parametrize("codec", ["zlib", "bz2", "hex", "base64", "uu", "quopri", "rot13"])
def test_an_encoding_is_one_of_text(crm: Path, codec: str) -> None:
    """What makes bytes of bytes is refused in a line."""
    (crm / "a.csv").write_text("Name,Email\nZoe,zoe@x.org\n", encoding="utf-8")
    done = run(["import", str(crm / "a.csv"), "--encoding", codec])
    assert (done.exit_code, "Something went wrong" in done.stderr) == (2, False)


def test_one_wrong_file_of_several_says_how_to_do_without_it(crm: Path) -> None:
    """Nothing is imported; what is named alone has no others."""
    good = file(crm, "good.csv", "Name,Email", "Zoe,zoe@x.org")
    wrong = file(crm, "wrong.csv", "a,b", "1,2")
    picture = crm / "pic.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n000")
    for other in (wrong, str(picture), str(crm / "gone.csv")):
        done = run(["import", good, other])
        assert (done.exit_code, "Leave that file out to import the others." in done.stderr) == (2, True), done
        assert "Leave that file out" not in run(["import", other]).stderr
    assert run(["contact", "count"]).stdout == "0\n"
