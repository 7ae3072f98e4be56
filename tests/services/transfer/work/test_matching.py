"""Which rows are about records that are there: by their id, else by all that makes a record the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services.deals import DEAL
from smallcrm.services.records.operations import operation
from smallcrm.services.tickets import TICKET
from tests.services.transfer.bringing import bring, fates, records
from tests.services.transfer.work.filing import Said, file_of, named
from tests.support.canonical import export

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def test_the_id_counts_before_the_name(mara: World, tmp_path: Path) -> None:
    """Another name with a known id is the same record; a known name with another id is a new one."""
    del mara
    bring(file_of(tmp_path / "a.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof"}))
    second = file_of(
        tmp_path / "b.csv", "deal", {"Deal ID": "1", "Deal Name": "Door"}, {"Deal ID": "2", "Deal Name": "Roof"}
    )
    assert fates(bring(second)) == {"b.csv": (1, 1, 0, 0, 0, 0)}
    assert [deal["name"] for deal in records("deal")] == ["Door", "Roof"]


def test_ids_of_another_program_are_others(mara: World, tmp_path: Path) -> None:
    """The same number of a file in other columns is another deal."""
    del mara
    bring(file_of(tmp_path / "a.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof"}))
    other = file_of(tmp_path / "b.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof"}, only=("Deal ID", "Deal Name"))
    assert fates(bring(other)) == {"b.csv": (1, 0, 0, 0, 0, 0)}


def test_deals_of_one_name_are_told_apart_by_company_and_date(mara: World, tmp_path: Path) -> None:
    """Also where the file comes again in another order, or only a part of it."""
    del mara
    rows: list[Said] = [
        {"Deal Name": "Roof", "Company Name": "Acme", "Amount": "1"},
        {"Deal Name": "Roof", "Company Name": "Bolt", "Amount": "2"},
        {"Deal Name": "Roof", "Company Name": "Bolt", "Create Date": "2025-01-01", "Amount": "3"},
    ]
    header = ("Deal Name", "Company Name", "Create Date", "Amount")
    bring(file_of(tmp_path / "a.csv", "deal", *rows, only=header))
    after = export()
    for some in (rows[1:2], rows[2:], rows[:1], rows):
        assert bring(file_of(tmp_path / "a.csv", "deal", *some, only=header)).files[0].unchanged == len(some)
    assert export() == after


def test_tickets_of_one_subject_are_told_apart_by_who_asked(mara: World, tmp_path: Path) -> None:
    """No row changes whose ticket it is."""
    del mara
    rows: list[Said] = [
        {"Ticket Name": "Help", "Associated Contact Email": "ann@x.org"},
        {"Ticket Name": "Help", "Associated Contact Email": "bob@x.org"},
    ]
    bring(file_of(tmp_path / "a.csv", "ticket", *rows))
    after = export()
    for some in (rows[1:], rows[::-1], rows):
        assert bring(file_of(tmp_path / "a.csv", "ticket", *some)).files[0].unchanged == len(some)
    assert export() == after
    assert (
        bring(file_of(tmp_path / "a.csv", "ticket", {**rows[0], "Associated Contact Email": "c@x.org"}))
        .files[0]
        .created
    )


def test_activities_of_one_subject_are_told_apart_by_what_they_are_about(mara: World, tmp_path: Path) -> None:
    """A call with Bob is not one with Ann; one about nobody can become one about somebody."""
    del mara
    header = ("Activity Type", "Subject", "Contact Name", "Call Outcome", "Activity Date")
    rows: list[Said] = [
        {"Activity Type": "Call", "Subject": "Call", "Contact Name": name} for name in ("", "Ann", "Bob")
    ]
    bring(file_of(tmp_path / "a.csv", "activity", *rows, only=header))
    after = export()
    for some in (rows[2:], rows[1:2], rows[:0:-1], rows):
        path = file_of(tmp_path / "a.csv", "activity", *some, only=header)
        assert bring(path).files[0].unchanged == len(some)
    assert export() == after
    path = file_of(tmp_path / "a.csv", "activity", {**rows[1], "Contact Name": "Cy"}, only=header)
    assert fates(bring(path)) == {"a.csv": (0, 1, 0, 0, 0, 0)}
    assert [[named("contact", one["record"]) for one in record["links"]] for record in records("activity")] == [
        ["Cy"],
        ["Ann"],
        ["Bob"],
    ]


@pytest.mark.parametrize("kept", ["live", "trashed"])
def test_what_is_live_counts_before_what_is_in_the_trash(mara: World, tmp_path: Path, kept: str) -> None:
    """Of records of one name."""
    del mara
    with operation("x") as op:
        ids = [op.create(TICKET, {"subject": "Leak"}) for _ in range(2)]
        op.trash(TICKET, ids[0])
        if kept == "trashed":
            op.trash(TICKET, ids[1])
    report = bring(file_of(tmp_path / "t.csv", "ticket", {"Ticket Name": "leak", "Ticket Priority": "high"}))
    if kept == "live":
        assert fates(report) == {"t.csv": (0, 1, 0, 0, 0, 0)}
        assert records("ticket")[0]["priority"] == "high"
    else:
        assert [reason for _line, reason, _cells in report.files[0].rejected] == [
            "ticket 1, which it is about, is in the trash (smallcrm ticket restore 1)"
        ]


def test_two_files_of_one_import_meet(mara: World, tmp_path: Path) -> None:
    """What the first made is known to the second."""
    del mara
    with operation("x") as op:
        op.create(DEAL, {"name": "Old"})
    files = [
        file_of(tmp_path / f"{at}.csv", "deal", {"Deal ID": "1", "Deal Name": "Roof"}, {"Deal Name": "Old"})
        for at in range(2)
    ]
    assert fates(bring(*files)) == {"0.csv": (1, 0, 0, 1, 0, 0), "1.csv": (0, 0, 0, 2, 0, 0)}
