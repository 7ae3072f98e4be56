"""The pipelines and stages of a file's deals: found, made by who may, and told where they cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services.deals import DEAL
from smallcrm.services.pipelines import PIPELINE, STAGE, default_pipeline, stages_of
from smallcrm.services.records import undo
from smallcrm.services.records.operations import operation
from tests.services.transfer.bringing import bring, fates, only, records, write_cells
from tests.services.transfer.work.filing import file_of, named, titles
from tests.support.canonical import export, faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

SALES = ["Lead", "Qualified", "Proposal", "Negotiation", "Won", "Lost"]


def ladder(pipeline: int | None = None) -> list[tuple[str, str, int]]:
    """The stages of a pipeline in their order."""
    return [(row.name, row.kind, row.probability) for row in stages_of(pipeline or default_pipeline())]


def places() -> list[tuple[str, str]]:
    """The pipeline and the stage of each deal."""
    return [(named("pipeline", deal["pipeline"]), named("stage", deal["stage"])) for deal in records("deal")]


def test_a_member_is_told_what_only_an_admin_can_add(mara: World, tmp_path: Path) -> None:
    """Row by row; what is there is found in any spelling."""
    del mara
    path = file_of(
        tmp_path / "d.csv",
        "deal",
        {"Deal Name": "A", "Deal Stage": "proposal"},
        {"Deal Name": "B", "Deal Stage": "Demo"},
        {"Deal Name": "C", "Deal Stage": "Closed Won"},
        {"Deal Name": "D", "Pipeline": "Renewals", "Deal Stage": "Lead"},
        {"Deal Name": "E", "Pipeline": "SALES pipeline"},
    )
    report = bring(path)
    assert fates(report) == {"d.csv": (3, 0, 0, 0, 2, 0)}
    assert [(line, reason) for line, reason, _cells in report.files[0].rejected] == [
        (3, "there is no stage 'Demo' in pipeline 1, and only an admin can add it"),
        (5, "there is no pipeline 'Renewals', and only an admin can add it"),
    ]
    assert places() == [("Sales", "Proposal"), ("Sales", "Won"), ("Sales", "Lead")]
    assert [name for name, _kind, _likely in ladder()] == SALES


def test_an_admin_gets_the_stages_of_the_file(adam: World, tmp_path: Path) -> None:
    """As likely as its deals say, in that order; those that nobody used give way, and an undo brings them back."""
    del adam
    before = export()
    path = file_of(
        tmp_path / "d.csv",
        "deal",
        {"Deal Name": "A", "Deal Stage": "Demo", "Deal Probability": "60"},
        {"Deal Name": "B", "Deal Stage": "Demo", "Deal Probability": "60"},
        {"Deal Name": "C", "Deal Stage": "Demo", "Deal Probability": "0"},
        {"Deal Name": "D", "Deal Stage": "Prospecting"},
        {"Deal Name": "E", "Deal Stage": "Oddity"},
        {"Deal Name": "F", "Deal Stage": "Proposal"},
        {"Deal Name": "G", "Deal Stage": "Closed Lost", "Pipeline": "Renewals"},
    )
    report = bring(path)
    assert fates(report) == {"d.csv": (7, 0, 0, 0, 0, 0)}
    assert report.files[0].also_created["pipeline"] == 1
    assert sorted(ladder()) == sorted([
        ("Prospecting", "open", 10), ("Oddity", "open", 50), ("Proposal", "open", 50), ("Demo", "open", 60),
        ("Won", "won", 100), ("Lost", "lost", 0),
    ])  # fmt: skip
    assert [likely for _name, _kind, likely in ladder()[:4]] == [10, 50, 50, 60]
    assert {kind for _name, kind, _likely in ladder(records("pipeline")[1]["id"])} == {"open", "won", "lost"}
    assert [deal["probability"] for deal in records("deal")] == [None, None, 0, None, None, None, None]
    after = export()
    assert fates(bring(path)) == {"d.csv": (0, 0, 0, 7, 0, 0)}
    assert export() == after
    undo.undo()
    assert export() == before
    undo.redo()
    assert (export(), faults()) == (after, [])


def test_a_corrected_file_finds_the_workspace_as_it_was(adam: World, tmp_path: Path) -> None:
    """After an undo the stages are again those that nobody used."""
    del adam
    first = file_of(tmp_path / "a.csv", "deal", {"Deal ID": "1", "Deal Name": "A", "Deal Stage": "Demo"})
    bring(first)
    stages = ladder()
    undo.undo()
    bring(first)
    assert ladder() == stages


@pytest.mark.parametrize("touched", ["deal", "stage"])
def test_stages_that_somebody_uses_stay(adam: World, tmp_path: Path, touched: str) -> None:
    """Beside those of the file."""
    del adam
    with operation("x") as op:
        if touched == "deal":
            op.create(DEAL, {"name": "Old"})
        else:
            op.update(STAGE, stages_of(default_pipeline())[0].id, {"rot_days": 5})
    bring(file_of(tmp_path / "d.csv", "deal", {"Deal Name": "A", "Deal Stage": "Demo"}))
    assert sorted(name for name, _kind, _likely in ladder()) == sorted([*SALES, "Demo"])


def test_stages_that_cannot_be_made_are_told(adam: World, tmp_path: Path) -> None:
    """Of the rows that name them; the others come."""
    del adam
    long = "x" * 1200
    path = file_of(
        tmp_path / "d.csv",
        "deal",
        {"Deal Name": "A", "Deal Stage": long},
        {"Deal Name": "B", "Pipeline": long, "Deal Stage": "Lead"},
        {"Deal Name": "C", "Deal Stage": "Lead"},
        {"Deal Name": "D", "Pipeline": "More", "Deal Stage": long},
    )
    report = bring(path)
    assert fates(report) == {"d.csv": (1, 0, 0, 0, 3, 0)}
    reasons = [reason for _line, reason, _cells in sorted(report.files[0].rejected)]
    assert all("cannot be made: Name is longer than 1000 characters" in reason for reason in reasons)
    assert all(len(reason) < 300 for reason in reasons)
    assert titles("deal") == ["C"]


def test_a_stage_that_is_decided_here_and_a_pipeline_without(adam: World, tmp_path: Path) -> None:
    """A stage of the workspace is what it is; what a pipeline lacks is made."""
    del adam
    with operation("x") as op:
        op.create(STAGE, {"name": "Signed up", "kind": "won"})
        op.create(PIPELINE, {"name": "Bare"})
    bring(
        file_of(
            tmp_path / "d.csv",
            "deal",
            {"Deal Name": "A", "Deal Stage": "Signed-Up"},
            {"Deal Name": "B", "Deal Stage": "Lost", "Pipeline": "Bare"},
        )
    )
    assert places() == [("Sales", "Signed up"), ("Bare", "Lost")]
    assert [deal["closed_at"] is None for deal in records("deal")] == [False, False]
    assert [name for name, _kind, _likely in ladder()][:4] == SALES[:4]


@pytest.mark.parametrize(
    ("status", "won", "closed", "stage", "kind"),
    [
        ("Won", "", "", "Proposal", "won"),
        ("lost", "", "", "Proposal", "lost"),
        ("open", "", "", "Closed Won", "open"),
        ("", "true", "true", "Proposal", "won"),
        ("", "false", "true", "Proposal", "lost"),
        ("", "0", "0", "Closed Won", "open"),
        ("", "", "", "Closed Lost", "lost"),
        ("", "", "", "", "open"),
        ("purple", "", "", "Won", "won"),
    ],
)
def test_what_says_how_a_deal_ended(
    mara: World, tmp_path: Path, status: str, won: str, closed: str, stage: str, kind: str
) -> None:
    """Beside its stage, which it was in before: the log has both, in order."""
    del mara
    header = ("Deal Name", "Deal Stage", "Deal Status", "Is Won", "Is Closed", "Create Date", "Closed On")
    row = ("A", stage, status, won, closed, "2025-01-01", "2025-02-01")
    bring(write_cells(tmp_path / "d.csv", [header, row]), noun="deal")
    deal = only("deal")
    (now,) = [row for row in stages_of(default_pipeline()) if row.id == deal["stage"]]
    assert now.kind == kind
    log = [named("stage", entry["stage"]) for entry in sorted(deal["stage_log"], key=lambda entry: int(entry["at"]))]
    assert log == ([stage, now.name] if stage == "Proposal" else [now.name])
    assert (deal["closed_at"] is None) == (kind == "open")
