"""Deals, tickets and activities of files become records: every row once, nothing twice, and one undo takes it back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from smallcrm import clock
from smallcrm.errors import NotAllowed, ValidationError
from smallcrm.models.operation import Operation
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.deals import DEAL
from smallcrm.services.records import undo
from smallcrm.services.records.cleaning import MAX_PARTS
from smallcrm.services.records.logbook import newest_change
from smallcrm.services.records.operations import operation
from smallcrm.services.tickets import TICKET
from smallcrm.services.transfer import importing
from tests.services.transfer.bringing import bring, fates, only, records, write, write_cells
from tests.services.transfer.work.filing import HEADERS, Said, file_of, named, titles
from tests.support.canonical import export, faults
from tests.support.cast import ADAM, MARA, NORTH, RUTH
from tests.support.custom import define

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

WORK = ("deal", "ticket", "activity")
TITLES = {"deal": "Deal Name", "ticket": "Ticket Name", "activity": "Subject"}
FILES: dict[str, tuple[Said, ...]] = {
    "company": (
        {"Company ID": "C1", "Company Name": "Acme", "Company Domain Name": "acme.example"},
        {"Company ID": "C2", "Company Name": "Bolt"},
    ),
    "contact": (
        {
            "Contact ID": "P1",
            "First Name": "Ann",
            "Last Name": "Lee",
            "Email": "ann@acme.example",
            "Associated Company IDs": "C1",
        },
        {"Contact ID": "P2", "First Name": "Bob", "Last Name": "Ray"},
    ),
    "deal": (
        {
            "Deal ID": "D1",
            "Deal Name": "Roof",
            "Deal Stage": "Proposal",
            "Amount": "1200.50",
            "Associated Company IDs": "C1",
            "Associated Contact IDs": "P1;P2",
        },
        {"Deal ID": "D2", "Deal Name": "Door", "Deal Stage": "Closed Lost", "Close Date": "2026-01-31"},
    ),
    "ticket": (
        {
            "Ticket ID": "T1",
            "Ticket Name": "Leak",
            "Ticket Status": "Waiting",
            "Associated Company IDs": "C2",
            "Associated Contact Email": "ann@acme.example",
        },
    ),
    "activity": (
        {
            "Activity ID": "A1",
            "Activity Type": "Call",
            "Subject": "Ask",
            "Activity Date": "2026-02-01 10:00",
            "Associated Contact IDs": "P2",
            "Associated Company IDs": "C2",
            "Associated Deal IDs": "D1",
            "Associated Ticket IDs": "T1",
        },
    ),
}


def all_files(folder: Path) -> list[Path]:
    """A file of every noun."""
    return [file_of(folder / f"{noun}.csv", noun, *rows) for noun, rows in FILES.items()]


def counts() -> dict[str, int]:
    """How many live records there are of each noun."""
    return {noun: len(records(noun)) for noun in FILES}


def wide(noun: str, *, ids: bool, many: int) -> list[Said]:
    """Rows of which many say the very same, and some stand twice."""
    title, key = TITLES[noun], f"{noun.capitalize()} ID"
    rows: list[Said] = [{title: "Same"} for _ in range(many)]
    rows += [{title: f"One {at}"} for at in range(3)]
    if ids:
        rows = [{**row, key: str(at)} for at, row in enumerate(rows)]
        rows += [dict(rows[0]), dict(rows[-1])]
    return rows


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 4, 0, 3, 1)], ids=str)
def test_files_of_one_import_find_each_other_in_any_order(mara: World, tmp_path: Path, order: tuple[int, ...]) -> None:
    """Companies, people, deals and tickets are there before what is about them."""
    del mara
    files = all_files(tmp_path)
    report = bring(*(files[at] for at in order))
    assert all(fate == (len(FILES[name.partition(".")[0]]), 0, 0, 0, 0, 0) for name, fate in fates(report).items())
    assert [line for file in report.files for line in file.warnings] == []
    assert all(not file.also_created for file in report.files)
    roof, door = records("deal")
    assert (named("company", roof["company"]), door["company"]) == ("Acme", None)
    assert [named("contact", one["contact"]) for one in roof["contacts"]] == ["Ann Lee", "Bob Ray"]
    leak = only("ticket")
    assert (named("contact", leak["requester"]), named("company", leak["company"])) == ("Ann Lee", "Bolt")
    about = {(link["object"], named(link["object"], link["record"])) for link in only("activity")["links"]}
    assert about == {("contact", "Bob Ray"), ("company", "Bolt"), ("deal", "Roof"), ("ticket", "Leak")}


def test_one_undo_takes_it_all_back_and_one_redo_brings_it(mara: World, tmp_path: Path) -> None:
    """The workspace is as it was, and again as it became; the same files come again at once."""
    del mara
    with operation("before") as op:
        op.create(DEAL, {"name": "Old"})
    before = export()
    files = all_files(tmp_path)
    first = bring(*files)
    after = export()
    assert after != before
    for _ in range(2):
        undo.undo()
        assert (export(), faults()) == (before, [])
        undo.redo()
        assert (export(), faults()) == (after, [])
    undo.undo()
    again = bring(*files)
    assert fates(again) == fates(first)
    assert titles("deal") == ["Old", "Roof", "Door"]


def test_an_undo_leaves_what_was_changed_since(mara: World, tmp_path: Path) -> None:
    """Row by row: the changed deal stays and is named, the others go."""
    del mara
    path = file_of(tmp_path / "d.csv", "deal", *({"Deal ID": at, "Deal Name": f"D{at}"} for at in range(5)))
    report = bring(path)
    with operation("since") as op:
        op.update(DEAL, records("deal")[2]["id"], {"source": "fair"})
    outcome = undo.undo(report.operation)
    assert titles("deal") == ["D2"]
    assert len(outcome.left) == 1
    assert faults() == []


def test_a_dry_run_counts_the_same_and_changes_nothing(mara: World, tmp_path: Path) -> None:
    """Neither records nor entries of the journal, nor what would be made along."""
    del mara
    path = file_of(
        tmp_path / "d.csv",
        "deal",
        {"Deal ID": "1", "Deal Name": "Roof", "Deal Owner": "Nobody Yet"},
        {"Deal ID": "2", "Amount": "5"},
        {"Deal ID": "3", "Deal Name": "Bad", "Deal Stage": "Nowhere"},
        {},
    )
    before, entries = export(), Operation.select().count()
    dry = bring(path, dry_run=True)
    assert (export(), Operation.select().count(), dry.operation) == (before, entries, None)
    real = bring(path)
    assert fates(dry) == fates(real) == {"d.csv": (2, 0, 0, 0, 1, 1)}
    assert dry.files[0].also_created == real.files[0].also_created == {"member": 1}
    assert dry.files[0].rejected == real.files[0].rejected
    assert dry.files[0].warnings == real.files[0].warnings


@pytest.mark.parametrize("noun", WORK)
@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
def test_the_same_file_again_creates_and_changes_nothing(mara: World, tmp_path: Path, noun: str, *, ids: bool) -> None:
    """Also where many rows say the very same, over several chunks, and where rows stand twice."""
    del mara
    rows = wide(noun, ids=ids, many=505)
    path = file_of(tmp_path / "w.csv", noun, *rows)
    twice = 2 if ids else 0
    assert fates(bring(path, look=False))["w.csv"] == (508, 0, twice, 0, 0, 0)
    after = export()
    again = bring(path, look=False)
    assert fates(again)["w.csv"] == (0, 0, twice, 508, 0, 0)
    assert (export(), again.operation, faults()) == (after, None, [])


def test_a_row_without_an_id_never_shares_the_record_of_one_with_an_id(mara: World, tmp_path: Path) -> None:
    """Both are counted, and each has its own."""
    del mara
    for order in (0, 1):
        rows: list[Said] = [{"Deal ID": "A", "Deal Name": "Roof"}, {"Deal Name": "Roof"}]
        path = file_of(tmp_path / f"{order}.csv", "deal", *rows[:: -1 if order else 1])
        bring(file_of(tmp_path / "a.csv", "deal", rows[0]))
        assert fates(bring(path)) == {path.name: (1, 0, 0, 1, 0, 0)}
        assert fates(bring(path)) == {path.name: (0, 0, 0, 2, 0, 0)}
        assert len(records("deal")) == 2
        undo.undo()
        undo.undo()


@pytest.mark.parametrize("noun", WORK)
def test_a_row_that_repeats_another_fills_only_what_is_empty(mara: World, tmp_path: Path, noun: str) -> None:
    """The first row counts; a list grows."""
    del mara
    title, key = TITLES[noun], f"{noun.capitalize()} ID"
    header = (key, title, "Description", "Tags", *HEADERS[noun][-2:])
    path = file_of(
        tmp_path / "r.csv",
        noun,
        {key: "1", title: "First", "Tags": "a"},
        {key: "1", title: "Second", "Description": "More", "Tags": "a;b"},
        only=header,
    )
    assert fates(bring(path, noun=noun)) == {"r.csv": (1, 0, 1, 0, 0, 0)}
    record = only(noun)
    assert titles(noun) == ["First"]
    assert (record["description"], [tag["name"] for tag in record["tags"]]) == ("More", ["a", "b"])


@pytest.mark.parametrize("noun", WORK)
def test_a_match_in_the_trash_is_refused_and_named(mara: World, tmp_path: Path, noun: str) -> None:
    """With the way to restore it; nothing is made beside it."""
    del mara
    kinds = {"deal": DEAL, "ticket": TICKET, "activity": ACTIVITY}
    title, key = TITLES[noun], f"{noun.capitalize()} ID"
    path = file_of(tmp_path / "t.csv", noun, {key: "1", title: "Kept"}, {title: "Plain"}, {key: "3", title: "New"})
    bring(file_of(tmp_path / "b.csv", noun, {key: "1", title: "Kept"}, {title: "Plain"}))
    with operation("away") as op:
        for record in records(noun):
            op.trash(kinds[noun], record["id"])
    report = bring(path)
    assert fates(report) == {"t.csv": (1, 0, 0, 0, 2, 0)}
    assert [(line, reason) for line, reason, _cells in report.files[0].rejected] == [
        (2, f"{noun} 1, which it is about, is in the trash (smallcrm {noun} restore 1)"),
        (3, f"{noun} 2, which it is about, is in the trash (smallcrm {noun} restore 2)"),
    ]


def test_what_was_undone_is_not_seen(mara: World, tmp_path: Path) -> None:
    """A corrected file imports at once, by id and by name."""
    del mara
    path = file_of(tmp_path / "d.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof"}, {"Deal Name": "Door"})
    first = bring(path)
    undo.undo()
    assert fates(bring(path)) == fates(first)
    assert len(records("deal")) == 2


def test_a_blank_cell_leaves_what_is_there(mara: World, tmp_path: Path) -> None:
    """And what differs is changed, once."""
    del mara
    bring(file_of(tmp_path / "a.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof", "Amount": "5"}))
    second = file_of(tmp_path / "b.csv", "deal", {"Deal ID": "1", "Deal Name": "Big roof"})
    assert fates(bring(second)) == {"b.csv": (0, 1, 0, 0, 0, 0)}
    assert (only("deal")["name"], only("deal")["amount"]) == ("Big roof", {"amount": 500, "currency": "EUR"})
    assert fates(bring(second)) == {"b.csv": (0, 0, 0, 1, 0, 0)}


def test_stopping_at_an_error_leaves_nothing(mara: World, tmp_path: Path) -> None:
    """Neither of the bad file nor of those before it."""
    del mara
    before, entries = export(), Operation.select().count()
    files = all_files(tmp_path)
    bad = file_of(tmp_path / "bad.csv", "activity", {"Activity ID": "9", "Associated Deal IDs": "D1"})
    write(bad, ",".join(HEADERS["deal"]), "1,Roof,Nowhere,,,,,,,,,")
    with pytest.raises(ValidationError, match=r"bad.csv, line 2: there is no stage 'Nowhere'.* Nothing was imported"):
        bring(*files, bad, on_error="stop")
    assert (export(), Operation.select().count()) == (before, entries)
    assert records("contact") == []


def test_a_reader_may_not_import(world: World, tmp_path: Path) -> None:
    """Not even look at what would come."""
    path = file_of(tmp_path / "d.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof"})
    with world.acts(RUTH):
        for dry in (True, False):
            with pytest.raises(NotAllowed):
                bring(path, dry_run=dry)
        assert records("deal") == []


@pytest.mark.parametrize("noun", WORK)
def test_the_fields_of_the_workspace_hold_for_rows_too(adam: World, tmp_path: Path, noun: str) -> None:
    """What is required must be there, what is unique is only one's, and values are of their type."""
    del adam
    define(noun, "Grade", "select", options=("Gold", "Tin"))
    define(noun, "Serial", "text", unique="yes")
    define(noun, "Size", "integer", required="yes")
    title, key = TITLES[noun], f"{noun.capitalize()} ID"
    header = (*HEADERS[noun], "Grade", "Serial", "Size")
    path = file_of(
        tmp_path / "c.csv",
        noun,
        {key: "1", title: "A", "Grade": "gold", "Serial": "x1", "Size": "5"},
        {key: "2", title: "B", "Serial": "X1", "Size": "6"},
        {key: "3", title: "C"},
        {key: "4", title: "D", "Grade": "Lead", "Size": "many"},
        {key: "5", title: "E", "Size": "0"},
        only=header,
    )
    report = bring(path)
    assert fates(report) == {"c.csv": (2, 0, 0, 0, 3, 0)}
    (a, e) = records(noun)
    assert (a["serial"], a["size"], e["size"], e["grade"]) == ("x1", 5, 0, None)
    reasons = {line: reason for line, reason, _cells in report.files[0].rejected}
    assert "x1" in reasons[3].lower()
    assert f"{noun} 1" in reasons[3]
    assert all("Size" in reasons[line] for line in (4, 5))
    assert any(line.startswith("line 5: ") for line in report.files[0].warnings)
    assert fates(bring(path)) == {"c.csv": (0, 0, 0, 2, 3, 0)}


@pytest.mark.parametrize("noun", WORK)
def test_unknown_columns_become_fields_where_that_is_asked_for(adam: World, tmp_path: Path, noun: str) -> None:
    """And the same file brings nothing new; an undo takes the fields too."""
    del adam
    title, key = TITLES[noun], f"{noun.capitalize()} ID"
    header = (*HEADERS[noun], "Bakery", "Loaves")
    path = file_of(
        tmp_path / "u.csv",
        noun,
        *({key: at, title: f"N{at}", "Bakery": f"B{at}", "Loaves": at} for at in range(4)),
        only=header,
    )
    before = export()
    dry = bring(path, unknown="custom", dry_run=True)
    assert export() == before
    report = bring(path, unknown="custom")
    assert fates(report) == fates(dry) == {"u.csv": (4, 0, 0, 0, 0, 0)}
    assert report.files[0].also_created == {"field": 2}
    assert [(record["bakery"], record["loaves"]) for record in records(noun)] == [(f"B{at}", at) for at in range(4)]
    assert fates(bring(path)) == {"u.csv": (0, 0, 0, 4, 0, 0)}
    undo.undo()
    assert export() == before


def test_texts_that_no_engine_takes_or_that_are_too_long(mara: World, tmp_path: Path) -> None:
    """NUL and lone surrogates are replaced; what is too long is refused with its field."""
    del mara
    path = tmp_path / "h.csv"
    header = ",".join(HEADERS["ticket"][:5]).encode()
    path.write_bytes(header + b"\n1,A\x00b,open,low,x\x00y\n2,Fine,open,low,\xed\xa0\x80\n3," + b"n" * 2000 + b",,,\n")
    report = bring(path, noun="ticket")
    assert fates(report) == {"h.csv": (2, 0, 0, 0, 1, 0)}
    assert all("\x00" not in (record["subject"] + record["description"]) for record in records("ticket"))
    (line, reason, _cells) = report.files[0].rejected[0]
    assert (line, reason) == (4, "Subject is longer than 1000 characters")


def test_a_cell_of_many_tags(mara: World, tmp_path: Path) -> None:
    """As many as a record can have are taken, and the line is told of the rest; also where two columns have them."""
    del mara
    header = ("Deal ID", "Deal Name", "Tags", "Labels", *HEADERS["deal"][-2:])
    path = file_of(
        tmp_path / "t.csv",
        "deal",
        {"Deal ID": "1", "Deal Name": "A", "Tags": tags(0, 100)},
        {"Deal ID": "2", "Deal Name": "B", "Tags": tags(0, MAX_PARTS + 50)},
        {"Deal ID": "3", "Deal Name": "C", "Tags": tags(0, MAX_PARTS), "Labels": tags(MAX_PARTS - 9, MAX_PARTS + 5)},
        only=header,
    )
    report = bring(path)
    assert fates(report) == {"t.csv": (3, 0, 0, 0, 0, 0)}
    assert [len(deal["tags"]) for deal in records("deal")] == [100, MAX_PARTS, MAX_PARTS]
    told = f"Tags: more than {MAX_PARTS} tags; the rest is left out: "
    assert report.files[0].warnings[0] == f"line 3: {told}'t{MAX_PARTS}'"
    assert [line.partition(":")[0] for line in report.files[0].warnings] == ["line 3", "line 4"]
    assert fates(bring(path)) == {"t.csv": (0, 0, 0, 3, 0, 0)}


def tags(first: int, end: int) -> str:
    """A cell of tags."""
    return ";".join(f"t{at}" for at in range(first, end))


def test_what_happened_meanwhile_makes_no_second_record(mara: World, tmp_path: Path) -> None:
    """A meeting or a call without an id that lay ahead when the file first came lies behind now."""
    del mara
    path = file_of(
        tmp_path / "a.csv",
        "activity",
        {"Activity Type": "Meeting", "Subject": "Fair", "Activity Date": "2026-06-01 10:00"},
        {"Activity Type": "Call", "Subject": "Ring", "Activity Date": "2026-06-02"},
        {"Activity Type": "Task", "Subject": "Do", "Task Due Date": "2026-06-03"},
    )
    with clock.frozen(datetime(2026, 5, 1, tzinfo=UTC)):
        assert fates(bring(path)) == {"a.csv": (3, 0, 0, 0, 0, 0)}
    with clock.frozen(datetime(2026, 7, 1, tzinfo=UTC)):
        assert fates(bring(path)) == {"a.csv": (0, 0, 0, 3, 0, 0)}


WORDS = st.sampled_from(
    ["", " ", "Roof", "Door", "roof", "Acme", "1", "2", "-5", "0", "12,50", "31.12.2025", "2026-02-30", "9999-12-31",
     "0001-01-01", "2025-03-30 02:30", "open", "Closed Won", "lost", "Lead", "Nowhere", "Completed", "call", "Note",
     "ann@x.org", "a@x.org; b@x.org", "1:30", "1h 5m", "²:30", "9" * 400 + "h", "high", "P1", "yes", "<p>x</p>",
     "x" * 1200, "\x1b[31m", "D1", "C1;C2", "NULL", "100%", "0.5", "25:99", "2pm"]
)  # fmt: skip
EXTRA = {
    "deal": ("Currency", "Is Won", "Contact Name", "Company Name", "Tags"),
    "ticket": ("Type", "Channel", "Requester", "Company Name", "Is Closed"),
    "activity": ("Start Time", "End Time", "Duration", "Direction", "Location", "Done", "Contact Name", "Due Time"),
}
ENGINES = {"sqlite": 1, "postgres": 4}


@pytest.mark.parametrize("noun", WORK)
def test_every_row_of_any_file_counts_once(world: World, tmp_path: Path, noun: str) -> None:
    """Whatever its cells say; the workspace stays sound, the same file brings nothing, an undo takes all back."""
    header = (*HEADERS[noun], *EXTRA[noun])

    @settings(
        max_examples=16 // ENGINES[world.engine],
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),
    )
    @given(st.lists(st.lists(WORDS, min_size=len(header), max_size=len(header)), min_size=1, max_size=8))
    def check(rows: list[list[str]]) -> None:
        tenant = world.settle(NORTH, (ADAM, MARA))
        with world.acts(ADAM, tenant):
            before = export()
            path = write_cells(tmp_path / "any.csv", [header, *rows])
            said: dict[str, Any] = {
                "noun": noun,
                "zone": "America/New_York",
                "look": False,
                "decimal": ",",
                "order": "dmy",
            }
            first = bring(path, **said)
            assert faults() == []
            after = export()
            again = bring(path, **said)
            assert (again.files[0].created, again.files[0].updated) == (0, 0), fates(again)
            assert export() == after
            if first.operation is not None:
                undo.undo(first.operation)
            assert export() == before

    check()


@pytest.mark.parametrize("noun", WORK)
def test_a_company_that_somebody_adds_meanwhile_is_no_obstacle(
    adam: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, noun: str
) -> None:
    """What work refers to is looked for once nobody else can write, and so the new company is found."""
    del adam
    add = newest_change

    def meanwhile() -> int:
        newest = add()
        with operation("quicker") as op:
            op.create(COMPANY, {"name": "Acme", "external_ids": [{"source": "hubspot", "key": "C1"}]})
        return newest

    monkeypatch.setattr(importing, "newest_change", meanwhile)
    path = file_of(tmp_path / "work.csv", noun, FILES[noun][0])
    assert fates(bring(path))["work.csv"][0] == 1
    assert [company["name"] for company in records("company")] == ["Acme"]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_tells_what_is_not_kept_of_a_status(mara: World, tmp_path: Path) -> None:
    """A word that says more than open or done, once for all its rows; plain words need no telling."""
    del mara
    rows = [f"Task,Call {word} {at},{word}" for word in ("Deferred", "Not started", "Frob") for at in range(2)]
    report = bring(write(tmp_path / "a.csv", "Activity Type,Subject,Task Status", *rows, "Task,One,In Progress"))
    assert report.files[0].warnings == [
        "status 'Deferred' of 2 rows counts as open; the word is not kept",
        "status 'Frob' of 2 rows counts as open; the word is not kept",
        "status 'In Progress' of 1 row counts as open; the word is not kept",
    ]


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_it_tells_which_stages_it_puts_away(adam: World, tmp_path: Path) -> None:
    """Those of a new workspace that the file does not name."""
    del adam
    path = write(tmp_path / "d.csv", "Deal Name,Stage", "Roof,Survey", "Attic,Proposal")
    before = len(records("stage"))
    report = bring(path).files[0]
    assert report.put_away["stage"] == before + report.also_created["stage"] - len(records("stage")) > 0
    assert bring(path).files[0].put_away == {}
