"""Links: one place per company, one primary, and the permission to write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from smallcrm.errors import Conflict, NotAllowed, NotFound
from smallcrm.services import links
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.links import Place
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from tests.support.cast import EUR, RUTH

if TYPE_CHECKING:
    from tests.support.world import World


@pytest.fixture
def people(mara: World) -> World:
    """A contact and two companies."""
    editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    editing.add(COMPANY, Edit({"name": "Globex"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
    return mara


def primary() -> list[bool]:
    """Which of the contact's places is the primary one."""
    return [bool(one.get("primary")) for one in store.get(CONTACT, 1)["companies"]]


def test_it_keeps_one_primary(people: World) -> None:
    """The first of all, until another is said to be."""
    assert people.north
    assert links.link(1, 1, Place(role="CTO")).changed == [1]
    links.link(1, 2, Place())
    assert primary() == [True, False]
    links.link(1, 2, Place(primary=True))
    assert [one["company"] & 0xFF for one in store.get(CONTACT, 1)["companies"]] == [2, 1]
    links.link(1, 2, Place(ended="2026-01-31"))
    assert primary() == [True, False]
    with pytest.raises(Conflict):
        links.link(1, 2, Place(primary=True))


def test_it_undoes_a_link(people: World) -> None:
    """And an unlink; a dry run writes neither."""
    assert people.north
    assert links.link(1, 1, Place(), dry_run=True).operation is None
    assert store.get(CONTACT, 1)["companies"] == []
    links.link(1, 1, Place())
    links.unlink(1, 1)
    undo.undo()
    assert primary() == [True]
    undo.undo()
    assert primary() == []
    with pytest.raises(NotFound):
        links.unlink(1, 1)


def test_it_lists_the_people_of_a_company(people: World) -> None:
    """Those who left come last, those in the trash not at all."""
    assert people.north
    for number, name in enumerate(("Zoe", "Bob", "Cy"), 2):
        editing.add(CONTACT, Edit({"first_name": name}), EUR)
        links.link(number, 1, Place(role="x"))
    links.link(1, 1, Place(ended="2026-01-31"))
    editing.trash_many(CONTACT, [4])
    assert [one["name"] for one in links.people_of(1, 9)] == ["Bob", "Zoe", "Ann"]
    assert len(links.people_of(1, 2)) == 2


def test_it_ends_on_a_day_of_the_workspace(people: World) -> None:
    """Which has begun in Berlin, and not yet in UTC."""
    assert people.north
    with clock.frozen(datetime(2026, 3, 13, 23, 30, tzinfo=UTC)):
        links.link(1, 1, Place(ended="today"))
    assert store.get(CONTACT, 1)["companies"][0]["ended"] == "2026-03-14"


def test_a_reader_cannot_link(world: World) -> None:
    """Only look."""
    with world.acts(RUTH), pytest.raises((NotAllowed, NotFound)):
        links.link(1, 1, Place())
