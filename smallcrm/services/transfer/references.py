"""What the rows of a file refer to besides companies: owners and parent companies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import own_id, take
from smallcrm.errors import SmallCRMError
from smallcrm.models.base import State
from smallcrm.models.company import Company
from smallcrm.models.external_id import ExternalId
from smallcrm.models.workspace import Member
from smallcrm.services.accounts.access import Role
from smallcrm.services.transfer.hidden import reason_of
from smallcrm.services.transfer.staging import Stage, Verdict, column
from smallcrm.services.values.emails import email_key
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from smallcrm.services.records.operations import Operation


def settle_owners(stage: Stage) -> int:
    """Find the members that the file names as owners; who is unknown becomes a placeholder. Gives how many did."""
    if "owner_ref" not in stage.columns:
        return 0
    rows, owner = stage.rows, stage.own("owner_ref")
    refs = [row[0] for row in rows.select(owner).where(owner.is_null(False)).distinct().tuples()]
    made = 0
    found: list[tuple[str, int]] = []
    for ref in sorted(refs):
        member = _member(ref)
        if member is None:
            member = _placeholder(ref)
            made += 1
        found.append((ref, member))
    for ref, member in found:
        stage.owners.insert({stage.owners.ref: ref, stage.owners.target: member}).execute()
    return made


def _member(ref: str) -> int | None:
    key = email_key(ref)
    mine = Member.email_key == key if key else Member.name_key == sort_key(ref)
    row = Member.select(Member.id).where(mine).order_by(Member.id).tuples().first()
    return int(row[0]) if row else None


def _placeholder(ref: str) -> int:
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


def settle_parents(op: Operation, stage: Stage) -> None:
    """Put the companies of a file under the parents it names; a parent nobody knows is left out."""
    names = [name for name in ("parent_ref", "parent_name") if name in stage.columns]
    if not names:
        return
    rows, noun = stage.rows, stage.bulk.noun
    named = [stage.own(name) for name in names]
    some = named[0].is_null(False)
    for other in named[1:]:
        some |= other.is_null(False)
    for row in rows.select().where(some, rows.verdict.in_([int(Verdict.NEW), int(Verdict.UPDATE)])).dicts():
        parent = _parent(stage, row.get(column("parent_ref")), row.get(column("parent_name")))
        company = row["target"] or _by_external(stage, row["ext"])
        if parent is None or company is None or parent == company:
            continue
        try:
            op.update(noun, company, {"parent": parent})
        except SmallCRMError:
            continue


def _by_external(stage: Stage, key: str | None) -> int | None:
    row = (
        ExternalId.select(ExternalId.record_id)
        .where(
            ExternalId.object == "company",
            ExternalId.source == stage.source,
            ExternalId.key == key,
            ExternalId.live == 1,
        )
        .tuples()
        .first()
        if key
        else None
    )
    return int(row[0]) if row else None


def _parent(stage: Stage, ref: str | None, name: str | None) -> int | None:
    found = _by_external(stage, ref)
    if found is not None or not name:
        return found
    same = Company.select(Company.id).where(Company.state == State.LIVE, Company.name_key == sort_key(name)).limit(2)
    ids: list[Any] = list(same.tuples())
    return int(ids[0][0]) if len(ids) == 1 else None
