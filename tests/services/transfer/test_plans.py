"""A plan of an import: it is applied as it is, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import Conflict, UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer import plans
from smallcrm.services.transfer.importing import Request, options, run_import
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import records, write
from tests.support.canonical import export
from tests.support.cast import MARA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smallcrm.services.transfer.report import Report
    from tests.support.world import World

HEADER = "Company Name,Domain,Industry,Employees"


def planned(folder: Path, *files: Path, **how: Any) -> Path:
    """A plan for these files."""
    said = options(currency="EUR", noun=None, targets={}, date_order=None, decimal=None)
    request = Request(files, options=said, dry_run=True, signed=True, **how)
    was = plans.before(request)
    report = run_import(request)
    path = folder / "plan.json"
    plans.write(path, plans.document(request, files, report, was))
    return path


def applied(path: Path) -> Report:
    """What comes of a plan."""
    plan = plans.read(path)
    from pathlib import Path as AnyPath

    return run_import(plans.request_of(plan, [AnyPath(name) for name in plan.files], {}), None, plan)


def test_a_plan_changes_nothing_and_says_what_applying_it_does(mara: World, tmp_path: Path) -> None:
    """The first new records and the changes of known ones stand in it; applying it makes just these."""
    del mara
    with operation("before") as op:
        op.create(COMPANY, {"name": "Alba", "domains": [{"domain": "alba.example"}], "industry": "Print"})
    before = export()
    file = write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,", "Brise,brise.example,Boats,12", ",,,")
    path = planned(tmp_path, file)
    assert export() == before
    preview = json.loads(path.read_text(encoding="utf-8"))["outcome"]["preview"]["company"]
    assert preview["updated"] == [{"id": 1, "name": "Alba", "changes": {"industry": ["Print", "Paper"]}}]
    assert [one["name"] for one in preview["created"]] == ["Brise"]
    report = applied(path).files[0]
    assert (report.created, report.updated, report.blank) == (1, 1, 1)
    assert [record["industry"] for record in records("company")] == ["Paper", "Boats"]
    assert path.stat().st_mode & 0o777 == 0o600


def _other_file(folder: Path) -> None:
    write(folder / "c.csv", HEADER, "Alba,alba.example,Paper,13")


def _other_data(_folder: Path) -> None:
    with operation("meanwhile") as op:
        op.create(COMPANY, {"name": "Zeta"})


@pytest.mark.parametrize(("change", "told"), [(_other_file, "files have changed"), (_other_data, "data has changed")])
def test_a_plan_is_refused_where_anything_has_changed(
    mara: World, tmp_path: Path, change: Callable[[Path], None], told: str
) -> None:
    """Other bytes in a file, or one write in the workspace, and nothing is imported."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    change(tmp_path)
    before = export()
    with pytest.raises(Conflict, match=told):
        applied(path)
    assert export() == before


def test_a_plan_that_is_applied_twice_is_refused(mara: World, tmp_path: Path) -> None:
    """What it has written itself counts as a change too."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    applied(path)
    with pytest.raises(Conflict, match="data has changed"):
        applied(path)
    assert len(records("company")) == 1


def test_an_import_that_comes_out_otherwise_writes_nothing(mara: World, tmp_path: Path) -> None:
    """A plan whose figures do not come true is taken back whole."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    text = json.loads(path.read_text(encoding="utf-8"))
    text["outcome"]["created"] = {"company": 2}
    path.write_text(json.dumps(text), encoding="utf-8")
    with pytest.raises(Conflict, match=r"otherwise than the plan says \(created\)"):
        applied(path)
    assert records("company") == []


def test_what_the_user_said_is_part_of_the_plan(mara: World, tmp_path: Path) -> None:
    """Columns that --map sends elsewhere go there when the plan is applied."""
    del mara
    file = write(tmp_path / "c.csv", "Betrieb,Wo", "Alba,Basel")
    said = options(currency="CHF", noun="company", targets={"Betrieb": "name", "Wo": "address:city"},
                   date_order="dmy", decimal=",")  # fmt: skip
    rules = Rules(match="name", clear_blanks=True, restore=True, owners=(("Zoe", MARA.email),))
    request = Request((file,), options=said, rules=rules, dry_run=True, signed=True)
    path, was = tmp_path / "plan.json", plans.before(request)
    plans.write(path, plans.document(request, [file], run_import(request), was))
    kept = plans.request_of(plans.read(path), [file], {})
    assert (kept.options, kept.rules) == (said, rules)
    applied(path)
    assert [(record["name"], record["city"]) for record in records("company")] == [("Alba", "Basel")]


def test_a_plan_of_work_comes_out_record_for_record(mara: World, tmp_path: Path) -> None:
    """Some seconds later, with what is noted of the moment, and whatever numbers were taken."""
    from datetime import UTC, datetime

    from smallcrm import clock
    from smallcrm.db import ids

    del mara
    with operation("before") as op:
        op.create(COMPANY, {"name": "Alba"})
    deals = write(tmp_path / "deals.csv", "Deal ID,Deal Name,Deal Stage,Amount,Company Name,Contact Email",
                  "D1,Roof,Closed Won,5000,Alba,", "D2,Door,Proposal,70,Bo,bo@x.example")  # fmt: skip
    people = write(tmp_path / "p.csv", "First Name,Last Name,E-mail,Company", "Bo,Ray,bo@x.example,Bo")
    with clock.frozen(datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)):
        path = planned(tmp_path, deals, people)
    ids.reserve("deal", 3)
    ids.reserve("contact", 3)
    with clock.frozen(datetime(2026, 3, 1, 12, 0, 9, tzinfo=UTC)):
        applied(path)
    assert [record["name"] for record in records("deal")] == ["Roof", "Door"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"smallcrm_plan": 1}', "\udcff", '{"smallcrm_plan": 9}', "[" * 9999])
def test_what_is_no_plan_is_refused_in_a_line(mara: World, tmp_path: Path, text: str) -> None:
    """Whatever else the file holds."""
    del mara
    path = tmp_path / "plan.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=r"plan\.json is "):
        plans.read(path)


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("request.options", 3), ("request.options.noun", 1), ("request.options.noun", ["x"]),
        ("request.options.date_order", "ydm"), ("request.options.targets", "x"),
        ("request.options.targets", {"Industry": 5}), ("request.options.currency", 7), ("request.options.nonsense", 1),
        ("request.nonsense", 1), ("request.dry_run", True), ("request.zone", "No/Where"), ("request.zone", "../x"),
        ("request.encoding", 5), ("request.on_error", ["x"]), ("request.unknown", None), ("request.answers", {"c": 1}),
        ("request.answers", {"c.csv": {"date_order": "ydm"}}), ("request.rules.owners", [1]),
        ("request.columns", {"c": 1}), ("request.columns", {"c.csv": {"Segment": 5}}), ("request.columns", None),
        ("request.rules.owners", [["a", "b", "c"]]), ("request.rules.owners", [["a", "\udc80"]]),
        ("request.rules.clear_blanks", "no"), ("request.rules.match", 1),
    ],
)  # fmt: skip
def test_a_plan_that_was_changed_by_hand_is_refused(mara: World, tmp_path: Path, at: str, value: Any) -> None:
    """What was asked has to be what somebody can ask."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    _change(path, at, value)
    with pytest.raises(UsageError, match="changed by hand"):
        applied(path)
    assert records("company") == []


def _change(path: Path, at: str, value: Any) -> None:
    """Change one thing in a plan by hand."""
    plan = part = json.loads(path.read_text(encoding="utf-8"))
    *steps, last = at.split(".")
    for step in steps:
        part = part[step]
    part[last] = value
    path.write_text(json.dumps(plan), encoding="utf-8")


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ("files", []), ("files", "c.csv"), ("files", ["a\0b"]), ("files", ["\ud800"]), ("files", [1]),
        ("journal", "1"), ("journal", float("inf")), ("digest", None), ("workspace", 1), ("request", [1]),
        ("outcome", 1), ("signature", None),
    ],
)  # fmt: skip
def test_what_no_plan_says_is_refused(tmp_path: Path, at: str, value: Any) -> None:
    """Its own part is looked at before anything of the workspace."""
    path = tmp_path / "plan.json"
    plan = {"smallcrm_plan": plans.FORMAT, "files": ["/c.csv"], "digest": "d", "journal": 1, "workspace": "w",
            "request": {}, "outcome": {}, "signature": "s"}  # fmt: skip
    path.write_text(json.dumps(plan), encoding="utf-8")
    assert plans.read(path).files == ("/c.csv",)
    _change(path, at, value)
    with pytest.raises(UsageError, match=r"plan\.json is no plan"):
        plans.read(path)


def test_what_was_answered_is_part_of_the_plan(adam: World, tmp_path: Path) -> None:
    """Of two files of one name each has its own answer, nothing is asked twice, and applying asks nothing."""
    del adam
    asked: list[str] = []

    def answer(_name: str, question: Any) -> str:
        asked.append(question.flag)
        return "dmy" if len(asked) == 1 else "mdy"

    paths = [tmp_path / "a" / "p.csv", tmp_path / "b" / "p.csv"]
    for at, path in enumerate(paths):
        path.parent.mkdir()
        write(path, "First Name,E-mail,Birthday,Seats", f"P{at},p{at}@x.example,03/04/1990,4")
    path = planned(tmp_path, *paths, ask=answer, unknown="custom")
    assert asked == ["--date-order", "--date-order"]
    assert applied(path).kept == [1]
    assert [record["birthday"] for record in records("contact")] == ["1990-04-03", "1990-03-04"]


def test_what_was_said_of_unknown_columns_is_part_of_the_plan(adam: World, tmp_path: Path) -> None:
    """Applying it asks nothing, does what was said, and remembers it."""
    del adam
    said = {"Seats": "custom", "Segment": "-", "Post": "title"}
    file = write(tmp_path / "p.csv", "First Name,E-mail,Seats,Segment,Post", "Ann,ann@x.example,4,gold,Baker")
    path = planned(tmp_path, file, unknown="ask", ask_column=lambda question: said[question.header])
    assert json.loads(path.read_text(encoding="utf-8"))["request"]["columns"] == {"p.csv": said}
    assert (records("contact"), records("field")) == ([], [])
    assert applied(path).kept == [1]
    assert [(record["seats"], record["title"]) for record in records("contact")] == [(4, "Baker")]


def test_a_plan_of_an_older_version_is_refused(mara: World, tmp_path: Path) -> None:
    """In a sentence that says what to do."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    _change(path, "smallcrm_plan", 2)
    with pytest.raises(UsageError, match=r"^plan\.json is a plan of another version of smallCRM: make it anew\.$"):
        applied(path)


def test_a_file_that_changes_while_its_plan_is_made_has_none(mara: World, tmp_path: Path) -> None:
    """A plan is of the bytes that were tried."""
    del mara
    file = write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12")
    said = options(currency="EUR", noun=None, targets={}, date_order=None, decimal=None)
    request = Request((file,), options=said, dry_run=True, signed=True)
    was = plans.before(request)
    report = run_import(request)
    _other_file(tmp_path)
    with pytest.raises(Conflict, match="changed while the plan was being made"):
        plans.document(request, (file,), report, was)


def test_a_file_that_changes_while_it_is_imported_is_refused(mara: World, tmp_path: Path) -> None:
    """The bytes are looked at again once they are read, and once more before anything counts."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    plan = plans.read(path)
    request = plans.request_of(plan, [tmp_path / "c.csv"], {})
    for moment in ("Comparing", "Writing"):
        write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12")

        def change(label: str, _done: int, _total: int | None, *, at: str = moment) -> None:
            if label.startswith(at):
                _other_file(tmp_path)

        with pytest.raises(Conflict, match="files have changed"):
            run_import(request, change, plan)
        assert records("company") == []


def test_the_same_counts_of_other_records_are_refused(mara: World, tmp_path: Path) -> None:
    """What comes of the same bytes and data may depend on the day; the records have to be the same too."""
    from datetime import UTC, datetime

    from smallcrm import clock

    del mara
    file = write(tmp_path / "a.csv", "Activity Type,Subject,Activity Date", "Call,A,2026-03-02 10:00")
    with clock.frozen(datetime(2026, 3, 1, tzinfo=UTC)):
        path = planned(tmp_path, file)
    with (
        clock.frozen(datetime(2026, 3, 5, tzinfo=UTC)),
        pytest.raises(Conflict, match=r"says \(what is in the records\)"),
    ):
        applied(path)
    assert records("activity") == []


def test_the_ids_that_others_took_meanwhile_do_not_matter(mara: World, tmp_path: Path) -> None:
    """An import that failed leaves a gap in the numbers; companies and their people still come out the same."""
    from smallcrm.db import ids

    del mara
    with operation("before") as op:
        op.create(COMPANY, {"name": "Alba", "domains": [{"domain": "alba.example"}]})
    people = write(
        tmp_path / "p.csv", "First Name,Last Name,E-mail,Company", "Ann,Lee,a@x.example,Bo", ",Ray,b@x.example,Alba"
    )
    companies = write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,", "Brise,brise.example,,4")
    path = planned(tmp_path, people, companies)
    ids.reserve("company", 7)
    ids.reserve("contact", 3)
    assert [(file.created, file.updated) for file in applied(path).files] == [(1, 1), (2, 0)]


def test_a_plan_of_another_workspace_is_refused(world: World, tmp_path: Path) -> None:
    """It names the one it is for."""
    from tests.support.cast import ADAM

    with world.acts(ADAM):
        path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
        text = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**text, "workspace": "elsewhere"}), encoding="utf-8")
        with pytest.raises(Conflict, match="for the workspace 'elsewhere'"):
            applied(path)


def test_it_never_replaces_a_file(mara: World, tmp_path: Path) -> None:
    """Somebody may have kept something there."""
    del mara
    file = write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12")
    (tmp_path / "plan.json").write_text("mine", encoding="utf-8")
    with pytest.raises(UsageError, match="already"):
        planned(tmp_path, file)
    assert (tmp_path / "plan.json").read_text(encoding="utf-8") == "mine"


def test_the_same_counts_of_other_changes_are_refused(mara: World, tmp_path: Path) -> None:
    """A column that goes elsewhere since somebody changed the plan changes as many records, but not as it says."""
    del mara
    with operation("before") as op:
        op.create(COMPANY, {"name": "Alba", "domains": [{"domain": "alba.example"}]})
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,"))
    _change(path, "request.options.targets", {"Industry": "description"})
    with pytest.raises(Conflict, match=r"says \(what is in the records\)"):
        applied(path)
    assert records("company")[0]["industry"] is None
