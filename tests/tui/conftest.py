"""A workspace with a little of everything, and the program on the screen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.activities import ACTIVITY
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.desk import Desk
from smallcrm.services.records import editing, schema
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.tickets import TICKET
from smallcrm.services.workspaces import open_session
from smallcrm.tui.app import SmallCRM
from smallcrm.tui.running import Shell
from tests.support.actions import insert_people
from tests.support.cast import EUR, MARA
from tests.support.world import a_world

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.config import Settings
    from smallcrm.tui.memory import Memory
    from tests.conftest import EngineUrl

PEOPLE = 450


@pytest.fixture
def opening(settings: Settings, engine_url: EngineUrl) -> Callable[..., SmallCRM]:
    """What opens the program on a workspace: contacts on three pages, and a few records of every other noun."""
    with a_world(settings, engine_url) as world, world.acts(MARA):
        with operation("people") as op:
            insert_people(op, [{"name": f"Person {at:03}", "address": f"p{at}@acme.com"} for at in range(PEOPLE)])
        editing.edit_many(CONTACT, [1, 2, 3], Edit({"city": "Rome"}), EUR)
        for name in ("Acme", "Bolt"):
            editing.add(COMPANY, Edit({"name": name, "domains": f"{name.lower()}.com"}), EUR)
        editing.edit_many(CONTACT, [1], Edit({"companies": "Acme"}), EUR)
        editing.add(DEAL, Edit({"name": "Roof", "amount": "1200", "company": "Acme"}), EUR)
        editing.add(TICKET, Edit({"subject": "It leaks"}), EUR)
        editing.add(ACTIVITY, Edit({"subject": "Call Ann", "kind": "call"}), EUR)
        editing.add(schema.noun("view"), Edit({"name": "Romans", "noun": "contact", "filter": "city:Rome"}), EUR)
        number = world.north
    slug = f"north-{number}"
    shell = Shell(world.settings.as_environment(workspace=slug), ("--as-member", MARA.email))

    def open_it(start: str = "contact", memory: Memory | None = None) -> SmallCRM:
        desk = Desk(partial(open_session, world.settings, slug, MARA.email, "tui"))
        desk.start()
        return SmallCRM(desk, desk.ask(lambda session: session.workspace).answer.result(), shell, start, memory)

    return open_it
