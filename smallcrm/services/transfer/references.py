"""Who the owners are that the rows of a file name, and why rows were refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from peewee import fn

from smallcrm import clock
from smallcrm.db.ids import own_id, take
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import Role
from smallcrm.services.transfer import custom_rows
from smallcrm.services.transfer.hidden import reason_of
from smallcrm.services.transfer.owners import is_bare_id, is_crowd, left_out, members_called
from smallcrm.services.transfer.staging import Verdict
from smallcrm.services.values.emails import email_key
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.transfer.staging import Stage


class Strangers(NamedTuple):
    """Owners who are no member of the workspace: those who become one, and those who cannot be told."""

    new: list[str]
    unclear: list[str]


def find_owners(stage: Stage) -> Strangers:
    """Stage the members whom the file names as owners; gives who is none."""
    rows, owners = stage.rows, stage.owners
    refs = custom_rows.named_members(stage)
    if "owner_ref" in stage.columns:
        owner = stage.own("owner_ref")
        kept = owner.is_null(False) & (rows.verdict != Verdict.REJECTED)
        refs |= {row[0] for row in rows.select(owner).where(kept).distinct().tuples()}
    if refs:
        refs -= {row[0] for row in owners.select(owners.ref).tuples()}
    strangers, said = Strangers([], []), stage.terms.owners
    for ref in sorted(refs):
        told = said.knows(ref)
        found = [said.of(ref)] if told else members_called(ref)
        if len(found) == 1:
            owners.insert({owners.ref: ref, owners.target: found[0]}).execute()
        else:
            (strangers.unclear if found or is_bare_id(ref) else strangers.new).append(ref)
    if is_crowd(len(strangers.new), rows.select(rows.seq).count()):
        return Strangers([], sorted(strangers.new + strangers.unclear))
    return strangers


def settle_owners(stage: Stage) -> tuple[list[str], list[str]]:
    """Stage every owner whom the file names; who is nobody yet becomes a placeholder, but for who cannot be told.

    Gives who did, and what to say of the rows of the others.
    """
    owners, strangers, made = stage.owners, find_owners(stage), dict[str, int]()
    for ref in strangers.new:
        # Two ways to write one name are one member.
        found = members_called(ref)
        made |= {} if found else {ref: add_placeholder(ref)}
        owners.insert({owners.ref: ref, owners.target: found[0] if found else made[ref]}).execute()
    custom_rows.find_members(stage)
    return list(made), _left_out(stage) if strangers.unclear and "owner_ref" in stage.columns else []


def _left_out(stage: Stage) -> list[str]:
    """What to say of the rows whose owner is no member."""
    rows, owner, owners = stage.rows, stage.own("owner_ref"), stage.owners
    unknown = owner.is_null(False) & owner.not_in(owners.select(owners.ref)) & (rows.verdict != Verdict.REJECTED)
    return left_out(dict(rows.select(owner, fn.COUNT(rows.seq)).where(unknown).group_by(owner).tuples()))


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
