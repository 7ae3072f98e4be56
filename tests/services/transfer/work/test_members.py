"""Whom rows of work name as owners: members, those who are made, and ids by which nobody is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.models.workspace import Member
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, records, write
from tests.support.cast import ADAM

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

ROWS = {
    "deal": ("Deal Name,Amount,Deal Owner", "owner", "Owner"),
    "ticket": ("Ticket Subject,Ticket Status,Assignee ID", "assignee", "Assignee"),
    "activity": ("Activity Type,Subject,Activity Owner", "owner", "Owner"),
}


def members() -> list[str]:
    """The names of the members."""
    return sorted(row.name for row in Member.select())


@pytest.mark.parametrize("noun", list(ROWS))
def test_an_id_that_nobody_has_makes_no_member(mara: World, tmp_path: Path, noun: str) -> None:
    """The report tells it once, with the number of rows; --owner-map says who it is; a name still makes a member."""
    del mara
    header, key, label = ROWS[noun]
    before = members()
    cells = {"deal": "D{},5", "ticket": "T{},open", "activity": "call,A{}"}[noun]
    owners = ("555", "555", "77", "Zoe Fox", "")
    path = write(tmp_path / "a.csv", header, *(f"{cells.format(at)},{who}" for at, who in enumerate(owners)))
    report = bring(path, noun=noun)
    told = f"{label}: 3 rows have only an id by which nobody is known (555, 77); it is left out; "
    assert report.files[0].warnings == [f"{told}--owner-map 555=MEMBER says who it is"]
    assert report.files[0].also_created == {"member": 1}
    assert members() == sorted([*before, "Zoe Fox"])
    assert [record[key] is None for record in records(noun)] == [True, True, True, False, True]
    assert fates(bring(path, noun=noun))["a.csv"] == (0, 0, 0, 5, 0, 0)
    mapped = bring(path, noun=noun, rules=Rules(owners=(("555", ADAM.name),)))
    assert mapped.files[0].updated == 2
    assert mapped.files[0].warnings[0].startswith(f"{label}: 1 row has only an id by which nobody is known (77)")
    assert [record[key] is None for record in records(noun)] == [False, False, True, False, True]
    # What a file cannot say of an owner takes none away.
    assert fates(bring(path, noun=noun, rules=Rules(clear_blanks=True)))["a.csv"] == (0, 0, 0, 5, 0, 0)
