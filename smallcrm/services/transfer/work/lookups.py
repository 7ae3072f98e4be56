"""Live records found in sets by what rows call them: an id of another program, an address, a domain, a name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from smallcrm.models.base import State
from smallcrm.models.company import CompanyDomain
from smallcrm.models.contact import ContactCompany, ContactEmail
from smallcrm.models.external_id import ExternalId
from smallcrm.services.records import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AT_ONCE = 500


def some_of(wanted: Iterable[Any]) -> Iterator[list[Any]]:
    """What is wanted, each once and in order, a few hundred at a time."""
    listed = sorted(set(wanted))
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]


def by_external(source: str, keys: Iterable[str], *nouns: str) -> dict[str, tuple[str, int]]:
    """The noun and the id of each live record of these nouns that has such an id in a source; the first noun counts."""
    found: dict[str, tuple[str, int]] = {}
    for some in some_of(keys):
        rows: Any = ExternalId.select(ExternalId.key, ExternalId.object, ExternalId.record_id).where(
            ExternalId.source == source,
            ExternalId.object.in_(nouns),
            ExternalId.key.in_(some),
            ExternalId.live == 1,
        )
        for key, noun, record in sorted(rows.tuples(), key=lambda row: nouns.index(row[1])):
            found.setdefault(key, (noun, record))
    return found


def by_domain(hosts: Iterable[str]) -> dict[str, int]:
    """The live company of each domain."""
    found: dict[str, int] = {}
    for some in some_of(hosts):
        rows: Any = CompanyDomain.select(CompanyDomain.domain, CompanyDomain.company)
        found.update(rows.where(CompanyDomain.domain.in_(some), CompanyDomain.live == 1).tuples())
    return found


def by_address(keys: Iterable[str]) -> dict[str, int]:
    """The live contact of each e-mail address, given as what addresses are unique by."""
    found: dict[str, int] = {}
    for some in some_of(keys):
        rows: Any = ContactEmail.select(ContactEmail.address_key, ContactEmail.contact)
        found.update(rows.where(ContactEmail.address_key.in_(some), ContactEmail.live == 1).tuples())
    return found


def by_name(noun: str, keys: Iterable[str]) -> dict[str, list[int]]:
    """The live records of each name, given as its sort key."""
    model: Any = schema.noun(noun).model
    found: dict[str, list[int]] = defaultdict(list)
    for some in some_of(keys):
        rows = model.select(model.name_key, model.id).where(model.state == State.LIVE, model.name_key.in_(some))
        for key, record in rows.order_by(model.id).tuples():
            found[key].append(record)
    return found


def names_of(noun: str, records: Iterable[int]) -> dict[int, str]:
    """What some records are called."""
    model: Any = schema.noun(noun).model
    found: dict[int, str] = {}
    for some in some_of(records):
        found.update(model.select(model.id, model.name).where(model.id.in_(some)).tuples())
    return found


def with_id(noun: str, source: str, records: Iterable[int]) -> set[int]:
    """Those of some records that have an id of their own in a source."""
    found: set[int] = set()
    for some in some_of(records):
        rows: Any = ExternalId.select(ExternalId.record_id).where(
            ExternalId.source == source, ExternalId.object == noun, ExternalId.record_id.in_(some)
        )
        found.update(row[0] for row in rows.tuples())
    return found


def companies_of(noun: str, records: Iterable[int]) -> dict[int, set[int]]:
    """The companies of each of some contacts or deals that has any."""
    found: dict[int, set[int]] = defaultdict(set)
    for some in some_of(records):
        if noun == "contact":
            rows: Any = ContactCompany.select(ContactCompany.contact, ContactCompany.company)
            rows = rows.where(ContactCompany.contact.in_(some))
        else:
            model: Any = schema.noun(noun).model
            rows = model.select(model.id, model.company).where(model.id.in_(some), model.company.is_null(False))
        for record, company in rows.tuples():
            found[record].add(company)
    return found
