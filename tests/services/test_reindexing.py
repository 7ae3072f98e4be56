"""The search index beside the records: a wrong one is noticed, and made anew."""

from __future__ import annotations

import contextvars
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db import search
from smallcrm.db.fence import tenant_scope
from smallcrm.db.ids import own_id
from smallcrm.errors import NotAllowed, NotFound
from smallcrm.services import maintenance, reindexing
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import documents, editing
from smallcrm.services.records.editing import Edit
from tests.support.cast import EUR, MARA, STAN

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.db.health import Check
    from tests.support.world import World


def apart(act: Callable[[], Any]) -> Any:
    """What a function gives that binds a scope of its own."""
    return contextvars.Context().run(act)


def add(name: str) -> None:
    """A contact."""
    editing.add(CONTACT, Edit(set={"first_name": name}), EUR)


def hits(word: str) -> list[int]:
    """The numbers of the contacts with a word."""
    return [record_id & 0xFFFF for record_id in search.matching(CONTACT.code, [word], 9)]


@pytest.fixture
def people(world: World) -> World:
    """Contacts in both workspaces; one in the trash, and one without a word."""
    with world.acts(MARA):
        for name in ("Ann", "Bo", "Anna", "!!!", "Annabel"):
            add(name)
        editing.trash_many(CONTACT, [5])
    with world.acts(STAN):
        add("Ann")
    return world


def examined() -> Check:
    """What the doctor says of the index."""
    check: Check = apart(reindexing.examine)
    return check


def spoil(world: World) -> None:
    """Take one record out of the index, and put some into it that are in the trash or nowhere."""
    with tenant_scope(world.north):
        search.remove(CONTACT.code, own_id(1), own_id(1))
        search.add(CONTACT.code, [(own_id(n), "ann", "") for n in (5, 9, 10)])


@pytest.mark.usefixtures("people")
def test_it_finds_nothing_wrong_where_nothing_is() -> None:
    """A record without a word is no fault."""
    assert (examined().verdict, examined().detail) == ("ok", "the index holds every record")


@pytest.mark.parametrize("gone", [[1], [1, 2, 3]])
def test_it_notices_records_that_are_missing(people: World, gone: list[int]) -> None:
    """By their number, and says what to type."""
    with tenant_scope(people.north):
        for number in gone:
            search.remove(CONTACT.code, own_id(number), own_id(number))
    check = examined()
    left = 4 - len(gone) - (people.engine == "postgres")
    assert check.verdict == "problem"
    assert check.detail == f"north-1: {left} of 4 contacts are in the index"
    assert check.hint == "smallcrm doctor --reindex"


def test_it_makes_the_index_anew(people: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In batches: what was missing is found, what should not be there is not, the neighbour keeps theirs."""
    monkeypatch.setattr(documents, "CHUNK", 2)
    spoil(people)
    assert examined().verdict == "problem"
    told: list[int] = []
    count = apart(lambda: reindexing.rebuild([people.north], lambda _label, done: told.append(done)))
    assert (count, told[-1], sorted(set(told))) == (4, 4, [0, 2, 4])
    assert examined().verdict == "ok"
    with tenant_scope(people.north):
        assert hits("ann") == [3, 1]
    with people.acts(STAN):
        assert hits("ann") == [1]


def test_it_makes_one_workspace_or_all_anew(people: World) -> None:
    """The named one, or every one where none is named; only for who looks after the database."""
    settings = people.settings

    def told(_label: str, _done: int) -> None:
        return

    assert apart(lambda: maintenance.reindex(replace(settings, workspace="south-2"), told)) == 1
    assert apart(lambda: maintenance.reindex(settings, told)) == 5
    with pytest.raises(NotFound):
        apart(lambda: maintenance.reindex(replace(settings, workspace="nowhere"), told))
    with pytest.raises(NotAllowed):
        apart(lambda: maintenance.reindex(replace(settings, workspace="north-1"), told, as_member=MARA.email))
