"""Rows changed by one statement, each to values of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm import clock
from smallcrm.db.fence import tenant_scope
from smallcrm.db.ids import own_id
from smallcrm.db.rows import change_rows
from smallcrm.models.contact import Contact
from tests.support.world import World, a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

COLUMNS = ("city", "birthday", "owner_id")


@pytest.fixture
def world(settings: Settings, engine_url: EngineUrl) -> Iterator[World]:
    """Three contacts in both workspaces, under the same numbers."""
    with a_world(settings, engine_url) as found:
        for tenant in (found.south, found.north):
            with tenant_scope(tenant):
                for at in (1, 2, 3):
                    times = {"created_at": clock.now(), "updated_at": clock.now()}
                    Contact.create(id=own_id(at), name=f"P{at}", name_key="p", city="Bonn", **times)
        yield found


def rows() -> list[Any]:
    """What the contacts of the bound workspace are."""
    chosen = (Contact.name, Contact.city, Contact.birthday, Contact.version)
    return list(Contact.select(*chosen).order_by(Contact.id).tuples())


def test_it_gives_each_row_its_own_values(world: World) -> None:
    """One column is the same for all, one is empty for some and one is empty for all; the neighbour keeps its own."""
    with tenant_scope(world.north):
        values = [(own_id(1), 1, "Rome", "1980-02-29", None), (own_id(3), 1, "Rome", None, None)]
        assert change_rows(Contact, COLUMNS, values, {Contact.version: Contact.version + 1}) == 2
        assert rows() == [("P1", "Rome", "1980-02-29", 2), ("P2", "Bonn", None, 1), ("P3", "Rome", None, 2)]
    with tenant_scope(world.south):
        assert {row[1:] for row in rows()} == {("Bonn", None, 1)}


def test_it_leaves_a_row_of_another_version_alone(world: World) -> None:
    """The caller sees that it found fewer than it named."""
    with tenant_scope(world.north):
        values = [(own_id(1), 1, "Rome"), (own_id(2), 7, "Paris")]
        assert change_rows(Contact, ("city",), values) == 1
        assert [row[1] for row in rows()] == ["Rome", "Bonn", "Bonn"]
