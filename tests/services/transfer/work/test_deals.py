"""Rows as deals: names, reasons, likelihood, and what a file that is silent leaves alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services import deals as deal_verbs
from smallcrm.services.pipelines import default_pipeline, stages_of
from tests.services.transfer.bringing import bring, fates, only, records, write
from tests.services.transfer.work.filing import file_of, named

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def test_a_deal_without_a_name_is_called_after_its_company(mara: World, tmp_path: Path) -> None:
    """And its id; without either it is refused."""
    del mara
    header = ("Deal ID", "Deal Name", "Deal Stage", "Amount", "Company Name")
    report = bring(
        file_of(
            tmp_path / "d.csv",
            "deal",
            {"Deal ID": "7", "Company Name": "Acme"},
            {"Deal ID": "8"},
            {"Amount": "5"},
            only=header,
        )
    )
    assert [deal["name"] for deal in records("deal")] == ["Acme 7", "8"]
    assert [(line, reason) for line, reason, _cells in report.files[0].rejected] == [(4, "A deal needs a name")]


def test_deals_that_are_called_by_an_id_are_told_once(mara: World, tmp_path: Path) -> None:
    """With their number; a deal that is known keeps its name, and nothing is told."""
    del mara
    path = write(tmp_path / "d.csv", "Deal ID,Company Name,Deal Stage", "17,,Lead", "18,Acme,Lead")
    told = "in 2 rows the deal has no name and is called by its company and id, as '17'"
    assert bring(path).files[0].warnings == [f"{told}; --map COLUMN=name says which column names it"]
    assert bring(path).files[0].warnings == []


def test_a_lost_deal_has_a_reason(mara: World, tmp_path: Path) -> None:
    """The file's, else one that says that none was given; a reason of what is not lost is left out."""
    del mara
    rows = [
        {"Deal ID": "1", "Deal Name": "A", "Deal Stage": "Lost", "Closed Lost Reason": "price"},
        {"Deal ID": "2", "Deal Name": "B", "Deal Stage": "Lost"},
        {"Deal ID": "3", "Deal Name": "C", "Deal Stage": "Lead", "Closed Lost Reason": "price"},
    ]
    path = file_of(tmp_path / "d.csv", "deal", *rows)
    bring(path)
    assert [deal["lost_reason"] for deal in records("deal")] == ["price", "not given", None]
    deal_verbs.lose([2], "time")
    assert fates(bring(path)) == {"d.csv": (0, 0, 0, 3, 0, 0)}
    assert records("deal")[1]["lost_reason"] == "time"


def test_unlikely_is_not_unknown(mara: World, tmp_path: Path) -> None:
    """Nought is kept, a blank is none, and what the stage says anyway is not kept; what is decided is certain."""
    del mara
    rows = [("Lead", "0"), ("Lead", ""), ("Lead", "10"), ("Lead", "11"), ("Won", "55")]
    said = [{"Deal Name": f"D{at}", "Deal Stage": stage, "Deal Probability": p} for at, (stage, p) in enumerate(rows)]
    bring(file_of(tmp_path / "d.csv", "deal", *said))
    assert [deal["probability"] for deal in records("deal")] == [0, None, None, 11, None]


def test_a_file_that_is_silent_leaves_the_stage_alone(mara: World, tmp_path: Path) -> None:
    """One that speaks moves the deal, wins it and opens it again."""
    del mara
    silent = file_of(tmp_path / "s.csv", "deal", {"Deal ID": "1", "Deal Name": "A", "Amount": "5"})
    bring(silent)
    deal_verbs.move([1], "Proposal")
    assert fates(bring(silent)) == {"s.csv": (0, 0, 0, 1, 0, 0)}
    assert named("stage", only("deal")["stage"]) == "Proposal"
    for stage, closed in (("Won", True), ("Lost", True), ("Lead", False)):
        path = file_of(tmp_path / "t.csv", "deal", {"Deal ID": "1", "Deal Name": "A", "Deal Stage": stage})
        assert fates(bring(path)) == {"t.csv": (0, 1, 0, 0, 0, 0)}
        deal = only("deal")
        assert (named("stage", deal["stage"]), deal["closed_at"] is not None) == (stage, closed)
        assert (deal["lost_reason"] is not None) == (stage == "Lost")
    log = sorted(only("deal")["stage_log"], key=lambda entry: int(entry["at"]))
    assert [named("stage", entry["stage"]) for entry in log] == ["Lead", "Proposal", "Won", "Lost", "Lead"]


def test_a_negative_amount_is_refused_with_its_field(mara: World, tmp_path: Path) -> None:
    """As no deal can have one."""
    del mara
    report = bring(file_of(tmp_path / "d.csv", "deal", {"Deal Name": "A", "Amount": "(5.00)"}))
    assert [reason for _line, reason, _cells in report.files[0].rejected] == ["Amount cannot be less than 0"]


def test_a_probability_that_is_the_stages_lifts_what_was_said(mara: World, tmp_path: Path) -> None:
    """In the stage that the row says, or that the deal is in; a blank cell and a later row of the file lift nothing."""
    del mara
    header = ("Deal ID", "Deal Name", "Deal Stage", "Deal Probability", "Pipeline", "Close Date")
    rows = [
        {"Deal ID": f"{n}", "Deal Name": "A", "Deal Stage": "Proposal", "Deal Probability": "33"} for n in range(1, 8)
    ]
    bring(file_of(tmp_path / "a.csv", "deal", *rows, only=header))
    usual = {row.name: row.probability for row in stages_of(default_pipeline())}
    first, proposal = str(usual["Lead"]), str(usual["Proposal"])
    path = file_of(
        tmp_path / "b.csv",
        "deal",
        {"Deal ID": "1", "Deal Stage": "Proposal", "Deal Probability": proposal},
        {"Deal ID": "2", "Deal Stage": "Lead", "Deal Probability": first},
        {"Deal ID": "3", "Deal Probability": proposal},
        {"Deal ID": "4", "Deal Probability": first},
        {"Deal ID": "5", "Deal Stage": "Proposal"},
        {"Deal ID": "6", "Deal Stage": "Lead", "Deal Probability": proposal},
        {"Deal ID": "7", "Deal Probability": "44"},
        {"Deal ID": "7", "Deal Probability": proposal},
        only=header,
    )
    after = [None, None, None, int(first), 33, int(proposal), 44]
    assert fates(bring(path)) == {"b.csv": (0, 6, 1, 1, 0, 0)}
    assert [deal["probability"] for deal in records("deal")] == after
    assert fates(bring(path)) == {"b.csv": (0, 0, 1, 7, 0, 0)}
    assert [deal["probability"] for deal in records("deal")] == after


def test_what_is_decided_has_no_probability_of_its_own(mara: World, tmp_path: Path) -> None:
    """Also where the row says nothing of the stage."""
    del mara
    header = ("Deal ID", "Deal Name", "Deal Stage", "Deal Probability", "Pipeline", "Close Date")
    won = {"Deal ID": "1", "Deal Name": "A", "Deal Stage": "Won"}
    bring(file_of(tmp_path / "a.csv", "deal", won, only=header))
    path = file_of(tmp_path / "b.csv", "deal", {"Deal ID": "1", "Deal Probability": "30"}, only=header)
    assert fates(bring(path)) == {"b.csv": (0, 0, 0, 1, 0, 0)}
    assert only("deal")["probability"] is None
