"""A database with the cast in it: two workspaces, and members of every role in the first."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smallcrm import clock
from smallcrm.db import fence, migrations
from smallcrm.db.ids import own_id, take
from smallcrm.models.workspace import Member, Workspace
from smallcrm.services import nouns as _registered  # noqa: F401 - a world knows every noun
from smallcrm.services import pipelines, workspaces
from smallcrm.services.accounts.access import Actor, Role, acting
from smallcrm.services.values.emails import email_key
from smallcrm.text import sort_key
from tests.support.cast import MEMBERS, NORTH, SOUTH, STAN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.config import Settings
    from tests.conftest import EngineUrl
    from tests.support.cast import Person, Place


@dataclass
class World:
    """The open database; `north` and `south` are the numbers of the two workspaces."""

    settings: Settings
    engine: str
    north: int = 0
    south: int = 0

    @contextmanager
    def acts(self, person: Person, tenant: int | None = None) -> Iterator[Actor]:
        """Let a person act in a workspace: their own, where none is named."""
        home = self.south if person is STAN else self.north
        with fence.tenant_scope(tenant or home):
            row = Member.get(Member.name == person.name)
            with acting(Actor(row.id, row.name, Role(row.role), "cli")) as actor:
                yield actor

    def settle(self, place: Place, people: tuple[Person, ...]) -> int:
        """Make one more workspace with these members; gives its number."""
        with fence.system_scope("a workspace for a test"), fence.proxy.atomic():
            number = Workspace.select().count() + 1
            Workspace.create(
                id=number, name=place.name, slug=f"{place.name.lower()}-{number}", currency=place.currency,
                zone=place.zone, created_at=clock.now(),
            )  # fmt: skip
            pipelines.set_up(number)
        with fence.tenant_scope(number), fence.proxy.atomic():
            for person in people:
                _join(person)
        return number


def _join(person: Person) -> None:
    Member.create(
        id=own_id(take("member")),
        name=person.name,
        name_key=sort_key(person.name),
        email=person.email,
        email_key=email_key(person.email),
        role=person.role or Role.OWNER,
        created_at=clock.now(),
    )


@contextmanager
def a_world(settings: Settings, engine: EngineUrl) -> Iterator[World]:
    """The database of an engine with both workspaces, open."""
    settings = replace(settings, database_url=engine.url, system_database_url=engine.system_url)
    migrations.create_database(engine.url, engine.system_url)
    with workspaces.opened(settings):
        world = World(settings, engine.engine)
        world.north = world.settle(NORTH, MEMBERS)
        world.south = world.settle(SOUTH, (STAN,))
        yield world
