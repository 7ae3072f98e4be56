"""Workspaces: made, listed, opened, renamed, and deleted without a trace."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.fence import system_scope, tenant_scope
from smallcrm.db.fence.register import TableClass
from smallcrm.db.ids import own_id
from smallcrm.db.wordlists import SearchToken
from smallcrm.errors import ConfigError, Conflict, NotAllowed, NotFound, NotLoggedIn, ValidationError
from smallcrm.models import all_models
from smallcrm.services import comments, workspaces
from smallcrm.services.accounts.access import Actor, Role, acting
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.comments import COMMENT
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.mappings import MAPPING
from smallcrm.services.records import editing
from smallcrm.services.records.editing import Edit
from smallcrm.services.tickets import TICKET
from smallcrm.services.views import VIEW
from tests.support.actions import add_fields, perform
from tests.support.canonical import export, faults, index_of
from tests.support.cast import EUR

if TYPE_CHECKING:
    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

OWNER = "olga@north.example"


@pytest.fixture
def at(settings: Settings, engine_url: EngineUrl) -> Settings:
    """Settings that name an empty database of each engine."""
    return replace(settings, database_url=engine_url.url, system_database_url=engine_url.system_url)


def make(at: Settings, name: str = "North & Söhne") -> workspaces.WorkspaceInfo:
    """A workspace of Olga's."""
    return workspaces.create_workspace(at, name, "EUR", "Europe/Berlin", owner=OWNER)


def test_it_creates_and_lists(at: Settings) -> None:
    """The database comes with the first; the short name is what the command line takes."""
    assert make(at).slug == "north-sohne"
    make(at, "Able")
    assert [(info.number, info.slug) for info in workspaces.list_workspaces(at)] == [(2, "able"), (1, "north-sohne")]
    with pytest.raises(Conflict, match="'able' already"):
        make(at, "ABLE!")


@pytest.mark.parametrize(
    ("name", "currency", "zone", "field"),
    [
        (" ", "EUR", "UTC", "name"), ("x" * 201, "EUR", "UTC", "name"), ("N", "eur", "UTC", "currency"),
        ("N", "EURO", "UTC", "currency"), ("N", "EUR", "Mars/Base", "zone"), ("N", "EUR", "../etc", "zone"),
    ],
)  # fmt: skip
def test_it_refuses_what_no_workspace_can_be(
    settings: Settings, name: str, currency: str, zone: str, field: str
) -> None:
    """Before there is a database."""
    with pytest.raises(ValidationError) as caught:
        workspaces.create_workspace(settings, name, currency, zone)
    assert caught.value.field == field


def test_it_opens_the_one_that_is_meant(at: Settings) -> None:
    """The only one, or the one that is named; with several and no name it asks."""
    make(at)
    with workspaces.open_session(at, as_member=OWNER) as session:
        assert (session.workspace.slug, session.actor.role) == ("north-sohne", Role.OWNER)
    make(at, "South")
    with pytest.raises(ConfigError, match="There are 2 workspaces"), workspaces.open_session(at, as_member=OWNER):
        pass
    for named in ("South", "south"):
        with workspaces.open_session(at, named, OWNER) as session:
            assert session.workspace.number == 2
    with pytest.raises(NotFound, match="Did you mean 'south'"), workspaces.open_session(at, "sout", OWNER):
        pass


def test_it_knows_who_acts(at: Settings) -> None:
    """On a local file the owner; on a server only who is named, and is a member."""
    make(at)
    with pytest.raises(NotLoggedIn, match="no member"), workspaces.open_session(at, as_member="nobody@x.org"):
        pass
    if at.database_url.startswith("sqlite:"):
        with workspaces.open_session(at) as session:
            assert session.actor.name == OWNER
    else:
        with pytest.raises(NotLoggedIn, match="say which member acts"), workspaces.open_session(at):
            pass


def test_it_renames(at: Settings) -> None:
    """For those who may configure it, and only this one."""
    make(at)
    make(at, "South")
    with workspaces.open_session(at, "south", OWNER) as session:
        workspaces.rename_workspace(session, "Südpol")
        with pytest.raises(ValidationError):
            workspaces.rename_workspace(session, " ")
        with acting(Actor(1, "Mara", Role.MEMBER, "cli")), pytest.raises(NotAllowed):
            workspaces.rename_workspace(session, "Mine")
    assert [info.name for info in workspaces.list_workspaces(at)] == ["North & Söhne", "Südpol"]


def _fill() -> None:
    """Something in every table of the open workspace."""
    add_fields()
    lists = {"domains": "acme.com", "phones": "030 1", "tags": "vip", "external_ids": "hub:1"}
    editing.add(COMPANY, Edit({"name": "Acme", **lists}), EUR)
    editing.add(COMPANY, Edit({"name": "Child", "parent": "Acme"}), EUR)
    said = {"emails": "a@x.org", "phones": "1", "companies": "Acme", "tier": "gold", "badge": "7"}
    editing.add(CONTACT, Edit({"first_name": "Ann", **said}), EUR)
    editing.add(DEAL, Edit({"name": "Roof", "company": "Acme", "contacts": "Ann"}), EUR)
    editing.add(ACTIVITY, Edit({"subject": "Call", "links": "contact:Ann", "due": "fri", "reminders": "1d"}), EUR)
    ticket = editing.add(TICKET, Edit({"subject": "Leak", "requester": "Ann", "watchers": OWNER}), EUR).changed[0]
    comments.add(("ticket", own_id(ticket)), f"@{OWNER}: look", public=True)
    editing.add(VIEW, Edit({"name": "Hot", "noun": "deal", "filter": "is:open"}), EUR)
    editing.add(MAPPING, Edit({"name": "Leads", "noun": "contact", "columns": "Mail=emails"}), EUR)
    perform(("trash", "company", [1]))


def _rows() -> dict[str, int]:
    return {
        model._meta.table_name: model.select().count()
        for model in all_models()
        if model.table_class is TableClass.TENANT
    }


def test_it_deletes_every_row_of_a_workspace_and_no_other(at: Settings) -> None:
    """Search rows included; the other one is as it was, and nobody but the owner may."""
    for name in ("North", "South"):
        make(at, name)
        with workspaces.open_session(at, name, OWNER):
            _fill()
            before: Any = export(), faults(), _rows(), index_of(COMPANY), index_of(CONTACT), index_of(COMMENT)
    with workspaces.open_session(at, "North", OWNER) as session:
        with acting(Actor(session.actor.member_id, "Adam", Role.ADMIN, "cli")), pytest.raises(NotAllowed):
            workspaces.delete_workspace(session)
        filled = _rows()
        assert all(filled[table] for table in filled if table != SearchToken._meta.table_name)
        removed = workspaces.delete_workspace(session)
        assert removed["contact_email"] == 1
    assert [info.name for info in workspaces.list_workspaces(at)] == ["South"]
    with workspaces.opened(at):
        with tenant_scope(1):
            assert set(_rows().values()) == {0}
            assert index_of(COMPANY) == index_of(CONTACT) == index_of(COMMENT) == set()
        with system_scope("count the rows of a test"):
            total = _rows()
            total["counter"] -= 1  # the one that counts the workspaces
    with workspaces.open_session(at, "South", OWNER):
        assert (export(), faults(), _rows(), index_of(COMPANY), index_of(CONTACT), index_of(COMMENT)) == before
        assert _rows() == total
