"""Owners that a file names: members where they are known, placeholders where not, once each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.models.workspace import Member
from tests.services.transfer.bringing import bring, records, write
from tests.support.cast import ADAM, OLGA

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

HEADER = "First Name,Last Name,Email,Owner"


def test_it_makes_a_placeholder_of_an_unknown_owner_once(mara: World, tmp_path: Path) -> None:
    """A member is found by address or name; a stranger becomes a placeholder without a login, and stays one."""
    del mara
    path = write(tmp_path / "p.csv", HEADER, f"A,A,a@x.org,{OLGA.email.upper()}", f"B,B,b@x.org,{ADAM.name}",
                 "C,C,c@x.org,Zoe", "D,D,d@x.org,zoe", "E,E,e@x.org,")  # fmt: skip
    report = bring(path)
    names = {row.id: (row.name, row.active, row.placeholder) for row in Member.select()}
    owners = [names.get(record["owner"]) for record in records("contact")]
    assert owners == [(OLGA.name, 1, 0), (ADAM.name, 1, 0), ("Zoe", 0, 1), ("Zoe", 0, 1), None]
    assert report.files[0].also_created == {"member": 1}
    again = bring(path)
    assert (again.operation, again.files[0].also_created) == (None, {})
