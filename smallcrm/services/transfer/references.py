"""Who the owners are that the rows of a file name, and why rows were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from peewee import fn

from smallcrm import clock
from smallcrm.db.ids import own_id, take
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import Role
from smallcrm.services.transfer import custom_rows
from smallcrm.services.transfer.hidden import reason_of
from smallcrm.services.transfer.owners import is_bare_id, nameless
from smallcrm.services.transfer.staging import Verdict
from smallcrm.services.values.emails import email_key
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.transfer.staging import Stage


def find_owners(stage: Stage) -> list[str]:
    """Stage the members that the file names as owners; gives the names that are nobody's yet."""
    rows, owners = stage.rows, stage.owners
    refs = custom_rows.named_members(stage)
    if "owner_ref" in stage.columns:
        owner = stage.own("owner_ref")
        kept = owner.is_null(False) & (rows.verdict != Verdict.REJECTED)
        refs |= {row[0] for row in rows.select(owner).where(kept).distinct().tuples()}
    if refs:
        refs -= {row[0] for row in owners.select(owners.ref).tuples()}
    strangers, said = [], stage.terms.owners
    for ref in sorted(refs):
        told = said.knows(ref)
        member = said.of(ref) if told else member_named(ref)
        if member is None and not told:
            strangers.append(ref)
        else:
            owners.insert({owners.ref: ref, owners.target: member}).execute()
    return strangers


def settle_owners(stage: Stage) -> tuple[int, list[str]]:
    """Stage every owner that the file names; who is nobody yet becomes a placeholder, but for an id of somebody.

    Gives how many did, and what to say of the rows that have only such an id.
    """
    owners, made, ids = stage.owners, 0, list[str]()
    for ref in find_owners(stage):
        if is_bare_id(ref):
            ids.append(ref)
            continue
        member = member_named(ref)
        made += member is None
        owners.insert({owners.ref: ref, owners.target: member or add_placeholder(ref)}).execute()
    custom_rows.find_members(stage)
    return made, _left_out(stage) if ids and "owner_ref" in stage.columns else []


def _left_out(stage: Stage) -> list[str]:
    """What to say of the rows whose owner nobody is known by."""
    rows, owner, owners = stage.rows, stage.own("owner_ref"), stage.owners
    unknown = owner.is_null(False) & owner.not_in(owners.select(owners.ref)) & (rows.verdict != Verdict.REJECTED)
    counts = dict(rows.select(owner, fn.COUNT(rows.seq)).where(unknown).group_by(owner).tuples())
    return [nameless(sum(counts.values()), counts)] if counts else []


def member_named(ref: str) -> int | None:
    """The member of that name or e-mail address."""
    key = email_key(ref)
    mine = Member.email_key == key if key else Member.name_key == sort_key(ref)
    row = Member.select(Member.id).where(mine).order_by(Member.id).tuples().first()
    return int(row[0]) if row else None


def add_placeholder(ref: str) -> int:
    """A new member of that name or e-mail address, who cannot log in until somebody is it; gives the id."""
    key = email_key(ref)
    member_id = own_id(take("member"))
    Member.create(
        id=member_id,
        name=ref[:200],
        name_key=sort_key(ref),
        email=ref if key else None,
        email_key=key,
        role=Role.READER,
        active=0,
        placeholder=1,
        created_at=clock.now(),
    )
    return member_id


def refused(stage: Stage) -> list[tuple[int, str]]:
    """The lines that were refused for what they refer to, each with the reason."""
    rows = stage.rows
    query = rows.select(rows.line, rows.reason, rows.n).where(rows.verdict == Verdict.REJECTED)
    return [(line, reason_of(stage, reason, n)) for line, reason, n in query.tuples()]
