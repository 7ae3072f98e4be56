"""Make a workspace again from an archive: an empty one takes its records, members, settings and numbers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smallcrm.db.fence import bulk_door, proxy
from smallcrm.db.ids import Counter, bound_tenant, own_id
from smallcrm.db.locks import lock_workspace
from smallcrm.errors import Conflict, ValidationError
from smallcrm.models.workspace import Member
from smallcrm.services import reindexing, workspaces
from smallcrm.services.accounts.access import Role, Verb, require
from smallcrm.services.archive import reading
from smallcrm.services.archive.judging import judge
from smallcrm.services.archive.loading import Loader
from smallcrm.services.archive.manifest import NAME
from smallcrm.services.archive.naming import name_by_parts
from smallcrm.services.archive.tables import FILES, tables
from smallcrm.services.records import schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smallcrm.services.archive.reading import Archive

    Progress = Callable[[str, int], None]

# What a new workspace has before anybody did anything in it.
_SET_UP = frozenset({"member", "pipeline", "stage"})


@dataclass(slots=True)
class Restored:
    """What came out of an archive: how many rows by file, whether with the journal, and whether somebody was added."""

    name: str
    exported_at: str
    journal: bool
    rows: dict[str, int] = field(default_factory=dict)
    added: str | None = None


class _DryRun(Exception):
    pass


def restore(path: Path, *, dry_run: bool, progress: Progress) -> Restored:
    """Fill the open workspace, which has to be empty, from an archive: all of it, or nothing.

    Raises Conflict where the workspace holds something, ValidationError where the archive is not whole and sound.
    """
    me = require(Verb.FILL_WORKSPACE)
    with reading.opened(path) as archive:
        found = archive.manifest
        done = Restored(found.workspace["name"], found.exported_at, found.journal)
        done.rows = {name: entry.rows for name, entry in found.files.items()}
        _refuse_records()
        with suppress(_DryRun):
            done.added = _put(archive, me.member_id, progress, dry_run=dry_run)
    return done


def bring(path: Path, progress: Progress) -> None:
    """Fill the bound workspace, in which there is nothing at all, for whoever looks after the database."""
    with reading.opened(path) as archive:
        _put(archive, None, progress)


def _put(archive: Archive, me: int | None, progress: Progress, *, dry_run: bool = False) -> str | None:
    """Fill the workspace, all of it or nothing; gives the name of whoever was added to it."""
    try:
        with bulk_door() as door, proxy.atomic():
            lock_workspace()
            _refuse_records()
            mine = None if me is None else Member.get_by_id(me)
            numbers = _fill(archive, Loader(archive, door, progress))
            added = None
            if mine is not None:
                _refuse_ownerless(archive)
                added = _join(mine, numbers)
            counted = [{"tenant_id": bound_tenant(), "name": name, "last": last} for name, last in numbers.items()]
            Counter.insert_many(counted).execute()
            reindexing.rebuild([bound_tenant()], progress)
            if dry_run:
                raise _DryRun
    finally:
        schema.forget_customs()
    return added


def _refuse_records() -> None:
    """Raise Conflict where anything happened in the workspace; what people would look for is told first."""
    for table in sorted(tables(), key=lambda table: table.noun is None):
        if table.name not in _SET_UP and table.model.select().exists():
            raise Conflict(
                f"An archive goes into an empty workspace, and this one has {FILES[table.name].removesuffix('.csv')}.",
                hint="smallcrm init NAME, then smallcrm --workspace NAME import FILE.zip",
            )


def _fill(archive: Archive, loader: Loader) -> dict[str, int]:
    """Replace what a new workspace has by what the archive holds; gives the last number of each table."""
    for table in reversed(tables()):
        table.model.delete().execute()
    Counter.delete().execute()
    for table in archive.tables():
        loader.load(table)
        if table.name == "custom_field":
            schema.forget_customs()
    try:
        workspaces.settle(**archive.manifest.workspace)
    except ValidationError as error:
        raise ValidationError(
            f"{archive.name}/{NAME}: {error.sentence}", field="file", hint="export it again"
        ) from error
    schema.forget_customs()
    name_by_parts(archive)
    # Defaults are read in the currency and the zone of the workspace.
    judge(archive)
    return dict(archive.manifest.numbers)


def _refuse_ownerless(archive: Archive) -> None:
    """Raise ValidationError where nobody could look after the workspace."""
    owners = Member.select().where(Member.role == Role.OWNER, Member.active == 1, Member.placeholder == 0)
    if not owners.exists():
        raise ValidationError(f"{archive.name} has no owner among its members.", field="file", hint="export it again")


def _join(me: Member, numbers: dict[str, int]) -> str | None:
    """Let whoever fills the workspace stay in it, where the archive has no member of that address; gives the name."""
    known = Member.select().where(Member.email_key == me.email_key, Member.active == 1, Member.placeholder == 0)
    if me.email_key is None or known.exists():
        return None
    numbers["member"] = numbers.get("member", 0) + 1
    Member.create(
        id=own_id(numbers["member"]), name=me.name, name_key=me.name_key, email=me.email, email_key=me.email_key,
        role=Role.OWNER, created_at=me.created_at,
    )  # fmt: skip
    return str(me.name)
