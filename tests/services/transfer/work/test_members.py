"""Whom rows of work name as owners: members, those who are made, and ids by which nobody is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.models.workspace import Member
from smallcrm.services.transfer import references
from smallcrm.services.transfer.rules import Rules
from smallcrm.text import sort_key
from tests.services.transfer.bringing import bring, fates, only, records, write
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


@pytest.mark.parametrize("noun", [*ROWS, "contact"])
def test_of_two_members_of_one_name_none_is_taken(mara: World, tmp_path: Path, noun: str) -> None:
    """Unless only one of them is at work, or is more than a name; the report tells how to say who is meant."""
    del mara
    header, key, label = {**ROWS, "contact": ("Email,Last Name,Contact Owner", "owner", "Owner")}[noun]
    cells = {"deal": "D1,5", "ticket": "T1,open", "activity": "call,A1", "contact": "a@acme.com,Ann"}[noun]
    path = write(tmp_path / "a.csv", header, f"{cells},Pat Roe")
    stand_in = references.add_placeholder("Pat Roe")
    first, second = _hired("pat@acme.com"), _hired("pat.roe@acme.com")
    report = bring(path, noun=noun)
    told = f"{label}: 1 row has a name that several members have (Pat Roe); it is left out; "
    assert report.files[0].warnings == [f"{told}--owner-map 'Pat Roe=MEMBER' says who it is"]
    assert report.files[0].also_created == {}
    assert only(noun)[key] is None
    assert fates(bring(path, noun=noun))["a.csv"] == (0, 0, 0, 1, 0, 0)
    Member.update(active=0).where(Member.id == first).execute()
    assert bring(path, noun=noun).files[0].warnings == []
    assert only(noun)[key] == second != stand_in


def _hired(address: str) -> int:
    member = references.add_placeholder(address)
    name = {"name": "Pat Roe", "name_key": sort_key("Pat Roe"), "placeholder": 0, "active": 1}
    Member.update(name).where(Member.id == member).execute()
    return member


@pytest.mark.parametrize("noun", [*ROWS, "contact"])
def test_a_column_of_other_words_makes_no_members(mara: World, tmp_path: Path, noun: str) -> None:
    """More than a hundred new names that hardly repeat are no owners; a hundred are, and many with many rows each."""
    del mara
    header, key, label = {**ROWS, "contact": ("Email,Last Name,Contact Owner", "owner", "Owner")}[noun]
    cells = {"deal": "D{},5", "ticket": "T{},open", "activity": "call,A{}", "contact": "a{0}@acme.com,A{0}"}[noun]
    before = members()
    path = write(tmp_path / "a.csv", header, *(f"{cells.format(at)},Remark {at}x" for at in range(101)))
    report = bring(path, noun=noun)
    told = f"{label}: 101 rows have names of too many people to make all of them members (Remark 0x, Remark 100x, "
    assert [warning[: len(told)] for warning in report.files[0].warnings] == [told]
    assert (report.files[0].created, members()) == (101, before)
    assert fates(bring(path, noun=noun))["a.csv"] == (0, 0, 0, 101, 0, 0)
    path = write(tmp_path / "b.csv", header, *(f"{cells.format(at)},Remark {at % 100}x" for at in range(101)))
    assert bring(path, noun=noun).files[0].also_created == {"member": 100}
    assert [record[key] is None for record in records(noun)] == [False] * 101
