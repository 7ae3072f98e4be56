"""A plan of an import: it is applied as it is, or not at all."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import Conflict, UsageError
from smallcrm.services.companies import COMPANY
from smallcrm.services.records.operations import operation
from smallcrm.services.transfer import plans
from smallcrm.services.transfer.importing import Report, Request, options, run_import
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import records, write
from tests.support.canonical import export
from tests.support.cast import MARA

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.world import World

HEADER = "Company Name,Domain,Industry,Employees"


def planned(folder: Path, *files: Path, **how: Any) -> Path:
    """A plan for these files."""
    said = options(currency="EUR", noun=None, targets={}, date_order=None, decimal=None)
    request = Request(files, options=said, dry_run=True, **how)
    journal = plans.journal_now()
    report = run_import(request)
    path = folder / "plan.json"
    plans.write(path, plans.document(request, files, report, journal))
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
    request = Request((file,), options=said, rules=rules, dry_run=True)
    path = tmp_path / "plan.json"
    plans.write(path, plans.document(request, [file], run_import(request), plans.journal_now()))
    kept = plans.request_of(plans.read(path), [file], {})
    assert (kept.options, kept.rules) == (said, rules)
    applied(path)
    assert [(record["name"], record["city"]) for record in records("company")] == [("Alba", "Basel")]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"smallcrm_plan": 1}', "\udcff", '{"smallcrm_plan": 9}', "[" * 9999])
def test_what_is_no_plan_is_refused_in_a_line(mara: World, tmp_path: Path, text: str) -> None:
    """Whatever else the file holds."""
    del mara
    path = tmp_path / "plan.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(UsageError, match=r"plan\.json is "):
        plans.read(path)


@pytest.mark.parametrize(
    "change",
    [{"options": 3}, {"options": {"noun": 1, "date_order": "ydm"}}, {"nonsense": 1}, {"rules": {"owners": [1]}}],
)
def test_a_plan_that_was_changed_by_hand_is_refused(mara: World, tmp_path: Path, change: dict[str, Any]) -> None:
    """What was asked has to be what somebody can ask."""
    del mara
    path = planned(tmp_path, write(tmp_path / "c.csv", HEADER, "Alba,alba.example,Paper,12"))
    text = json.loads(path.read_text(encoding="utf-8"))
    text["request"] |= change
    path.write_text(json.dumps(text), encoding="utf-8")
    with pytest.raises(UsageError, match="changed by hand"):
        applied(path)


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
