"""Links between contacts and companies: who works where, as what, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of, own_id
from smallcrm.errors import Conflict, NotFound
from smallcrm.models.contact import Contact, ContactCompany
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.records import store
from smallcrm.services.records.editing import Outcome
from smallcrm.services.records.operations import operation
from smallcrm.services.records.parsing import parse
from smallcrm.services.records.schema import Field, Kind
from smallcrm.services.values.locale import Locale
from smallcrm.services.zone import workspace_zone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.parts import Element

_ENDED = Field("ended", "Ended", Kind.DATE)


@dataclass(frozen=True)
class Place:
    """What is said of a link, as typed; None leaves it as it is, an empty text takes it away."""

    role: str | None = None
    primary: bool | None = None
    ended: str | None = None


def link(contact: int, company: int, place: Place, *, dry_run: bool = False) -> Outcome:
    """Say that a contact works, or worked, at a company; an existing link is changed."""
    record = store.get(CONTACT, contact, trashed=False)
    company_id = store.get(COMPANY, company, trashed=False)["id"]
    elements: list[Element] = [dict(element) for element in record["companies"]]
    mine = next((element for element in elements if element["company"] == company_id), None)
    if mine is None:
        mine = {"company": company_id}
        elements.append(mine)
    _describe(mine, place)
    if place.primary:
        for element in elements:
            element["primary"] = element is mine
    return _write(record, elements, f"Link contact {contact} to company {company}", dry_run=dry_run)


def _describe(element: Element, place: Place) -> None:
    if place.role is not None:
        element["role"] = place.role
    if place.primary is False:
        element.pop("primary", None)
    if place.ended is not None:
        element["ended"] = parse(_ENDED, place.ended, Locale(zone=workspace_zone().key))
    if place.primary and element.get("ended"):
        raise Conflict("A place where a contact no longer works cannot be the primary one.", hint="--ended ''")


def unlink(contact: int, company: int, *, dry_run: bool = False) -> Outcome:
    """Take back that a contact works or worked at a company; raises NotFound where nothing says so."""
    record = store.get(CONTACT, contact, trashed=False)
    rest = [element for element in record["companies"] if element["company"] != own_id(company)]
    if len(rest) == len(record["companies"]):
        raise NotFound(
            f"Contact {contact} is not linked to company {company}.", hint=f"smallcrm contact show {contact}"
        )
    return _write(record, rest, f"Unlink contact {contact} from company {company}", dry_run=dry_run)


def _write(record: dict[str, Any], elements: Sequence[Element], summary: str, *, dry_run: bool) -> Outcome:
    number = number_of(record["id"])
    outcome = Outcome(1, dry_run=dry_run)
    with operation(summary, dry_run=dry_run) as op:
        version = record["version"]
        changed = op.update(CONTACT, record["id"], {"companies": list(elements)}, expected_version=version)
    (outcome.changed if changed else outcome.skipped).append(number)
    outcome.operation = None if op.id is None else number_of(op.id)
    return outcome


def people_of(company: int, limit: int) -> list[dict[str, Any]]:
    """The live contacts of a company, those who still work there first: id, name, role, ended."""
    require(Verb.READ)
    query = (
        ContactCompany.select(Contact.id, Contact.name, ContactCompany.role, ContactCompany.ended)
        .join(Contact, on=(ContactCompany.contact == Contact.id))
        .where(ContactCompany.company == own_id(company), Contact.state == 0)
        .order_by(ContactCompany.ended.is_null(is_null=False), Contact.name_key, Contact.id)
        .limit(limit)
    )
    rows: list[Any] = list(query.tuples())
    return [{"id": number_of(row[0]), "name": row[1], "role": row[2], "ended": row[3]} for row in rows]
