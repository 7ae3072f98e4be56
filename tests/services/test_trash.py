"""The trash: what it holds, and that nothing is left of what it held."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import Conflict, NotAllowed, NotFound, NothingLeft
from smallcrm.models import all_models
from smallcrm.models.operation import Change
from smallcrm.services import trash
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import editing, store, undo
from smallcrm.services.records.editing import Edit
from tests.support.canonical import faults
from tests.support.cast import ADAM, EUR, STAN
from tests.support.custom import define

if TYPE_CHECKING:
    from tests.support.world import World

SECRET = "Zaphod"


def fill() -> None:
    """A company with a part of everything, a company below it, and two people who work there."""
    editing.add(COMPANY, Edit({"name": SECRET, "domains": "zaphod.com", "phones": "1", "tags": SECRET}), EUR)
    editing.add(COMPANY, Edit({"name": "Below", "parent": "1"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Ann", "companies": "1"}), EUR)
    editing.edit_many(CONTACT, [1], Edit(append=[("companies", "2")]), EUR)
    editing.add(CONTACT, Edit({"first_name": SECRET, "emails": "z@zaphod.com", "companies": "1"}), EUR)
    editing.edit_many(CONTACT, [2], Edit({"last_name": SECRET}), EUR)
    editing.trash_many(COMPANY, [1])
    editing.trash_many(CONTACT, [2])


def test_it_leaves_nothing_behind(adam: World) -> None:
    """No row of any table names what was removed, the journal included; what is left stands on its own."""
    fill()
    assert [(one.noun, one.number) for one in trash.entries()] == [("company", 1), ("contact", 2)]
    purge = trash.empty()
    assert purge.trashed == {"company": 1, "contact": 1}
    assert purge.operation is not None
    for model in all_models():
        assert SECRET.lower() not in str(list(model.select().dicts())).lower() or model.__name__ == "Workspace"
    ann = store.get(CONTACT, 1)
    assert [(one["company"] & 0xFF, one["primary"]) for one in ann["companies"]] == [(2, True)]
    assert store.get(COMPANY, 2)["parent"] is None
    with pytest.raises(NotFound):
        store.get(COMPANY, 1)
    del adam


def test_it_takes_what_undo_has_hidden(adam: World) -> None:
    """So redo has nothing to bring back, and says so."""
    editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
    undo.undo()
    assert trash.empty().undone == {"contact": 1}
    with pytest.raises(NotFound):
        undo.redo()
    del adam


def test_older_operations_go_around_what_is_gone(adam: World) -> None:
    """They take back the rest and name what they skip; the purge itself stands."""
    editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Bob"}), EUR)
    both = editing.edit_many(CONTACT, [1, 2], Edit({"city": "Bonn"}), EUR)
    editing.trash_many(CONTACT, [2])
    purge = trash.empty()
    with pytest.raises(Conflict, match="cannot be undone"):
        undo.undo(purge.operation)
    outcome = undo.undo(both.operation)
    assert outcome.left == ["contact 2: it is not there any more"]
    assert store.get(CONTACT, 1)["city"] is None
    assert not Change.select().where(Change.fields.contains("Bob")).exists()
    del adam


def test_an_undo_does_not_bring_a_link_to_what_is_gone(adam: World) -> None:
    """Neither of a contact to a company nor of a company to its parent."""
    fill()
    editing.restore_many(COMPANY, [1])
    cleared = editing.edit_many(CONTACT, [1], Edit(clear=["companies"]), EUR)
    alone = editing.edit_many(COMPANY, [2], Edit(clear=["parent"]), EUR)
    editing.trash_many(COMPANY, [1])
    trash.empty()
    assert undo.undo(cleared.operation).left == ["contact 1: company 1 is not there any more"]
    assert [one["company"] & 0xFF for one in store.get(CONTACT, 1)["companies"]] == [2]
    with pytest.raises(Conflict):
        undo.undo(alone.operation)
    assert store.get(COMPANY, 2)["parent"] is None
    del adam


def test_a_dry_run_removes_nothing(adam: World) -> None:
    """But says what it would."""
    fill()
    assert trash.empty(dry_run=True).trashed == {"company": 1, "contact": 1}
    assert len(list(trash.entries())) == 2
    assert trash.empty().operation is not None
    assert trash.empty().operation is None
    del adam


def test_it_needs_an_admin_and_keeps_to_the_workspace(mara: World) -> None:
    """A member may trash but not empty; another workspace's trash stays."""
    editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
    editing.trash_many(CONTACT, [1])
    with pytest.raises(NotAllowed):
        trash.empty()
    assert len(list(trash.entries())) == 1
    del mara


def test_it_leaves_the_neighbours_alone(world: World) -> None:
    """The same numbers in another workspace."""
    for person in (ADAM, STAN):
        with world.acts(person):
            editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
            editing.trash_many(CONTACT, [1])
    with world.acts(ADAM):
        trash.empty()
    with world.acts(STAN):
        assert [one.number for one in trash.entries()] == [1]


def test_an_undo_does_not_name_in_an_added_field_what_is_gone(adam: World) -> None:
    """It says so, and gives the rest back."""
    define("contact", "Partner", "record", target="company")
    editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    for name in ("Ann", "Bob"):
        editing.add(CONTACT, Edit({"first_name": name, "partner": "Acme", "city": "Bonn"}), EUR)
    cleared = editing.edit_many(CONTACT, [1, 2], Edit(clear=["partner", "city"]), EUR)
    editing.trash_many(COMPANY, [1])
    trash.empty()
    assert undo.undo(cleared.operation).left == [
        "contact 2: company 1 is not there any more",
        "contact 1: company 1 is not there any more",
    ]
    assert [(one["city"], one["partner"]) for one in (store.get(CONTACT, at) for at in (1, 2))] == [("Bonn", None)] * 2
    assert faults() == []
    del adam


def test_a_redo_does_not_name_in_an_added_field_what_is_gone(adam: World) -> None:
    """Neither does it where nothing else can come back: it says that nothing is left."""
    define("contact", "Partner", "record", target="company")
    editing.add(COMPANY, Edit({"name": "Acme"}), EUR)
    editing.add(CONTACT, Edit({"first_name": "Ann"}), EUR)
    named = editing.edit_many(CONTACT, [1], Edit({"partner": "Acme"}), EUR)
    taken_back = undo.undo(named.operation)
    editing.trash_many(COMPANY, [1])
    trash.empty()
    with pytest.raises(NothingLeft) as caught:
        undo.undo(taken_back.operation)
    assert caught.value.details == ("contact 1: company 1 is not there any more",)
    assert store.get(CONTACT, 1)["partner"] is None
    del adam
