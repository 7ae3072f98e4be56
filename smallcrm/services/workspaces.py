"""Workspaces: create, list, rename, delete, and open one as the member who acts."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from smallcrm import clock
from smallcrm.db import engine
from smallcrm.db.faults import faults
from smallcrm.db.fence import proxy, system_scope, tenant_scope
from smallcrm.db.fence.scope import MAX_TENANT
from smallcrm.db.ids import MAX_NUMBER, NOBODY, Counter, bound_tenant, make_id
from smallcrm.db.migrations import create_database, ensure_current
from smallcrm.errors import ConfigError, Conflict, NotFound, NotLoggedIn, ValidationError
from smallcrm.models.workspace import Member, Workspace
from smallcrm.services.accounts.access import Actor, Role, Verb, acting, require
from smallcrm.services.choice import choose, chosen
from smallcrm.services.values.locale import Locale
from smallcrm.text import clean_entry, fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.config import Settings

MAX_NAME = 200
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class WorkspaceInfo:
    """A workspace as people see it."""

    number: int
    name: str
    slug: str
    currency: str
    zone: str


@dataclass(frozen=True)
class Session:
    """An open workspace, and who acts in it."""

    workspace: WorkspaceInfo
    actor: Actor

    @property
    def locale(self) -> Locale:
        """What is taken for granted where an amount or a time is typed."""
        return Locale(self.workspace.currency, self.workspace.zone)


def slug_of(name: str) -> str:
    """The short form of a workspace's name, for the command line."""
    return _SLUG.sub("-", fold(name)).strip("-") or "workspace"


@contextmanager
def opened(settings: Settings) -> Iterator[None]:
    """The database of the settings, open and of the right version."""
    with faults(settings.database_url):
        engine.open_database(settings.database_url, settings.system_database_url)
        try:
            ensure_current()
            yield
        finally:
            engine.close_database()


def create_workspace(
    settings: Settings, name: str, currency: str = "EUR", zone: str = "UTC", *, owner: str | None = None,
    dry_run: bool = False,
) -> WorkspaceInfo:  # fmt: skip
    """Create a workspace, and the database where there is none; its owner is the OS user unless named."""
    name = _checked_name(name)
    _check_currency(currency)
    _check_zone(zone)
    if dry_run:
        return _as_planned(settings, WorkspaceInfo(0, name, slug_of(name), currency, zone))
    from smallcrm.models import all_models
    from smallcrm.services.pipelines import set_up

    all_models()  # a table is fenced when its model is known
    with faults(settings.database_url):
        create_database(settings.database_url, settings.system_database_url)
    with opened(settings), system_scope("create a workspace"), proxy.atomic():
        slug = slug_of(name)
        if Workspace.select().where(Workspace.slug == slug).exists():
            raise _taken(slug)
        number = _free_number()
        workspace = Workspace.create(
            id=number, name=name, slug=slug, currency=currency, zone=zone, created_at=clock.now()
        )
        _add_first_owner(number, owner or _user())
        set_up(number)
    return _info(workspace)


def _as_planned(settings: Settings, planned: WorkspaceInfo) -> WorkspaceInfo:
    """What would be created; raises Conflict where its short name is taken."""
    try:
        taken = {one.slug for one in list_workspaces(settings)}
    except NotFound:
        taken = set()
    if planned.slug in taken:
        raise _taken(planned.slug)
    return planned


def _taken(slug: str) -> Conflict:
    return Conflict(f"There is a workspace {slug!r} already.", hint="smallcrm workspace list")


def _checked_name(name: str) -> str:
    name = clean_entry(name, "Name").strip()
    if not name or len(name) > MAX_NAME:
        raise ValidationError(f"A workspace needs a name of at most {MAX_NAME} characters.", field="name")
    return name


def _free_number() -> int:
    """The next tenant number; none is ever given out twice, since its ids may live on in backups and logs."""
    row = (
        Counter.insert(tenant_id=NOBODY, name="workspace", last=1)
        .on_conflict(conflict_target=(Counter.tenant_id, Counter.name), update={Counter.last: Counter.last + 1})
        .returning(Counter.last)
        .tuples()
        .execute()
    )
    number = int(next(iter(row))[0])
    if number > MAX_TENANT:
        raise Conflict("This database has held as many workspaces as it can.")
    return number


def _user() -> str:
    import getpass

    return getpass.getuser()


def _add_first_owner(number: int, person: str) -> None:
    from smallcrm.services.values.emails import email_key

    email = person if email_key(person) else None
    Counter.create(tenant_id=number, name="member", last=1)
    Member.create(
        id=make_id(number, 1),
        tenant_id=number,
        name=person,
        name_key=sort_key(person),
        email=email,
        email_key=email_key(person),
        role=Role.OWNER,
        created_at=clock.now(),
    )


def _check_currency(currency: str) -> None:
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise ValidationError(f"Not a currency code such as EUR: {currency!r}.", field="currency")


def _check_zone(zone: str) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError(f"Not a time zone such as Europe/Berlin: {zone!r}.", field="zone") from error


def list_workspaces(settings: Settings) -> list[WorkspaceInfo]:
    """Every workspace of the database, by name."""
    with opened(settings), system_scope("list the workspaces"):
        return [_info(row) for row in Workspace.select().order_by(Workspace.slug)]


def _info(row: Workspace) -> WorkspaceInfo:
    return WorkspaceInfo(row.id, row.name, row.slug, row.currency, row.zone)


def current(settings: Settings, rows: Sequence[WorkspaceInfo]) -> WorkspaceInfo | None:
    """The workspace in force where none is named: the only one, or the one that was chosen."""
    named = settings.workspace
    if named is not None:
        return _matching(rows, named)
    if len(rows) == 1:
        return rows[0]
    choice = chosen(settings) if rows else None
    return next((row for row in rows if row.slug == choice), None)


def use_workspace(settings: Settings, name: str, *, dry_run: bool = False) -> WorkspaceInfo:
    """Make a workspace the one in force where none is named; raises NotFound."""
    found = _named(list_workspaces(settings), name)
    if not dry_run:
        choose(settings, found.slug)
    return found


def _find(settings: Settings, name: str | None) -> WorkspaceInfo:
    rows = [_info(row) for row in Workspace.select().order_by(Workspace.slug)]
    if not rows:
        raise NotFound("There is no workspace yet.", hint="smallcrm init NAME")
    if name is not None:
        return _named(rows, name)
    found = current(settings, rows)
    if found is None:
        raise ConfigError(
            f"There are {len(rows)} workspaces: {', '.join(row.slug for row in rows[:9])}.",
            hint="smallcrm workspace use NAME, or --workspace NAME",
        )
    return found


def _matching(rows: Sequence[WorkspaceInfo], name: str) -> WorkspaceInfo | None:
    """The workspace of that short name, or else the only one of that name; None where there is none."""
    exact = next((row for row in rows if row.slug == name), None)
    alike = [row for row in rows if row.name == name]
    return exact or (alike[0] if len(alike) == 1 else None)


def _named(rows: Sequence[WorkspaceInfo], name: str) -> WorkspaceInfo:
    found = _matching(rows, name)
    if found is None:
        from smallcrm.services.records.schema import unknown

        sentence = unknown("workspace", name, tuple(row.slug for row in rows), "").sentence
        raise NotFound(sentence, hint="smallcrm workspace list")
    return found


@contextmanager
def open_session(
    settings: Settings, workspace: str | None = None, as_member: str | None = None, via: str = "cli"
) -> Iterator[Session]:
    """A workspace, open for the member who acts: on a local file its owner, elsewhere the named one."""
    from smallcrm.services import nouns as _registered  # noqa: F401 - a session knows every noun

    with opened(settings):
        with system_scope("find the workspace to open"):
            info = _find(settings, workspace or settings.workspace)
        with tenant_scope(info.number):
            actor = _actor(settings, as_member, via)
            with acting(actor):
                yield Session(info, actor)


def _actor(settings: Settings, as_member: str | None, via: str) -> Actor:
    local = settings.database_url.startswith("sqlite:")
    query = Member.select().where(Member.active == 1, Member.placeholder == 0)
    if as_member is not None:
        from smallcrm.services.values.emails import email_key

        key = email_key(as_member)
        # A word that is no address has no key, and `= NULL` would be read as "whoever has none".
        named = Member.name_key == sort_key(as_member) if key is None else Member.email_key == key
        found = list(query.where(named).limit(2))
        row = found[0] if len(found) == 1 else None
        if row is None:
            raise NotLoggedIn(f"There is no member {as_member!r} in this workspace.")
    elif local:
        row = query.where(Member.role == Role.OWNER).order_by(Member.id).first()
    else:
        raise NotLoggedIn("On a server, say which member acts.", hint="--as-member EMAIL")
    if row is None:
        raise NotLoggedIn("This workspace has no owner.")
    return Actor(row.id, row.name, Role(row.role), via)


def rename_workspace(session: Session, name: str, *, dry_run: bool = False) -> WorkspaceInfo:
    """Give the open workspace another name; its short name stays."""
    require(Verb.CONFIGURE)
    renamed = replace(session.workspace, name=_checked_name(name))
    if not dry_run:
        with proxy.atomic():
            Workspace.update(name=renamed.name).where(Workspace.id == renamed.number).execute()
    return renamed


def settle(name: str, currency: str, zone: str) -> None:
    """Give the bound workspace a name, a currency and a zone, inside a transaction; raises ValidationError."""
    _check_currency(currency)
    _check_zone(zone)
    workspace = Workspace.update(name=_checked_name(name), currency=currency, zone=zone)
    workspace.where(Workspace.id == bound_tenant()).execute()


def contents() -> dict[str, int]:
    """How many records the open workspace holds, by noun, whether they are seen or not."""
    from smallcrm.services.records.schema import nouns

    require(Verb.READ)
    counted = (noun for noun in nouns().values() if not noun.settings)
    counts = {noun.name: noun.model.select(noun.model.id).count() for noun in counted}
    return {name: count for name, count in counts.items() if count}


def delete_workspace(session: Session, *, dry_run: bool = False) -> dict[str, int]:
    """Delete the open workspace with everything in it, for good; gives the rows removed by table."""
    from smallcrm.db import search
    from smallcrm.db.fence.register import TableClass
    from smallcrm.models import all_models
    from smallcrm.services.records.schema import nouns

    require(Verb.DELETE_WORKSPACE)
    models = [model for model in reversed(all_models()) if model.table_class is TableClass.TENANT]
    if dry_run:
        return {model._meta.table_name: model.select().count() for model in models}
    with proxy.atomic():
        for noun in nouns().values():
            low = make_id(session.workspace.number, 0)
            search.remove(noun.code, low, low | MAX_NUMBER)
        return {model._meta.table_name: model.delete().execute() for model in models}
