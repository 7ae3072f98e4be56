"""A row that is rejected leaves nothing behind: no company, no person, no stage that was made along for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import undo
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, write
from tests.support.canonical import export, faults
from tests.support.cast import EUR
from tests.support.custom import define

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def test_a_bad_value_makes_nothing_along(adam: World, tmp_path: Path) -> None:
    """Neither what it names nor its stage; the usual stages stay where they are."""
    del adam
    before = export()
    header = "Deal Name,Amount,Company,Contact Name,Owner,Stage"
    report = bring(write(tmp_path / "a.csv", header, "C,-1,NewCo,Ann Lee,Bob Ray,NewStage"), noun="deal", decimal=".")
    assert ([line for line, *_rest in report.files[0].rejected], report.files[0].also_created) == ([2], {})
    # What was said of the file is remembered.
    assert (export() | {"mapping": {}}, report.files[0].put_away) == (before, {})


def test_what_is_refused_late_leaves_nothing_either(adam: World, tmp_path: Path) -> None:
    """For a field that is required; what another row names as well stays."""
    del adam
    define("deal", "Rank", "integer", required="yes")
    before = export()
    header = "Deal ID,Deal Name,Company,Contact Email,Rank"
    rows = ("2,Door,Bare,bare@x.org,", "3,Gate,Both,both@x.org,", "4,Wall,Both,both@x.org,7")
    report = bring(write(tmp_path / "b.csv", header, *rows), noun="deal").files[0]
    assert sorted(line for line, *_rest in report.rejected) == [2, 3]
    assert report.also_created == {"company": 1, "contact": 1}
    assert sorted(row["name"] for row in export()["company"].values()) == ["Both"]
    assert [row["emails"] for row in export()["contact"].values()] == [['{"address": "both@x.org", "primary": true}']]
    after = export()
    # What was made along for nobody was hidden before, and is so after.
    assert undo.undo().counts == {"hide": 3}
    assert (export(), faults()) == (before, [])
    assert undo.redo().counts == {"unhide": 3}
    assert (export(), faults()) == (after, [])


@pytest.mark.parametrize("rules", [Rules(), Rules(match="name")])
def test_people_that_are_refused_bring_no_company(adam: World, tmp_path: Path, rules: Rules) -> None:
    """Two addresses of two people, an address that another has: the company of the row is not made."""
    del adam
    add(CONTACT, Edit({"first_name": "Ann", "emails": "a@x.org"}), EUR)
    add(CONTACT, Edit({"first_name": "Bob", "emails": "b@x.org"}), EUR)
    rows = ("Ann,b@x.org,a@x.org,Gone", "Zoe,z@x.org,,Kept")
    report = bring(write(tmp_path / "a.csv", "First Name,Email,Email 2,Company", *rows), rules=rules).files[0]
    assert [line for line, *_rest in report.rejected] == [2]
    assert ([row["name"] for row in export()["company"].values()], report.also_created) == (["Kept"], {"company": 1})
    assert undo.undo().counts == {"hide": 2}
    assert undo.redo().counts == {"unhide": 2}
