"""Contacts: their fields and the rules that every way of writing one goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.db.search import prepared
from smallcrm.errors import ValidationError
from smallcrm.models.contact import Contact, ContactCompany, ContactEmail, ContactPhone
from smallcrm.models.external_id import ExternalId
from smallcrm.services import coming
from smallcrm.services.companies import ADDRESS, phone_columns
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.tagging import TagPart
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection

LIFECYCLE = ("subscriber", "lead", "mql", "sql", "opportunity", "customer", "evangelist", "other")

FIELDS = (
    Field("name", "Name", derived=True, help="how the names read together"),
    Field("prefix", "Prefix"),
    Field("first_name", "First name"),
    Field("middle_name", "Middle name"),
    Field("last_name", "Last name"),
    Field("suffix", "Suffix"),
    Field("nickname", "Nickname"),
    Field("emails", "E-mails", Kind.EMAILS, help="addresses; the first is the primary one"),
    Field("phones", "Phones", Kind.PHONES),
    Field("title", "Title", help="the job"),
    Field("department", "Department"),
    Field("companies", "Companies", Kind.RECORDS, target="company"),
    Field("lifecycle", "Lifecycle", Kind.SELECT, choices=LIFECYCLE),
    Field("birthday", "Birthday", Kind.DATE),
    Field("website", "Website", Kind.URL),
    *ADDRESS,
    Field("description", "Description", Kind.LONG_TEXT),
    Field("source", "Source", help="where the contact came from"),
    Field("opt_out", "Opt-out", Kind.BOOLEAN, help="asked not to be contacted"),
    Field("owner", "Owner", Kind.MEMBER),
    coming.NEXT,
    Field("tags", "Tags", Kind.TAGS),
    Field("external_ids", "External ids", Kind.EXTERNAL_IDS, help="source:key, as other systems name it"),
)


def _email_columns(element: dict[str, Any]) -> dict[str, Any]:
    from smallcrm.services.values import emails

    return {"address_key": emails.email_key(element["address"])}


PARTS = (
    RowPart(
        "emails", ContactEmail, "contact_id", {"address": "address", "label": "label", "primary": "is_primary"},
        extra=_email_columns, live="address_key", singular="e-mail", shown="address",
    ),
    RowPart(
        "phones", ContactPhone, "contact_id", {"number": "number", "label": "label", "primary": "is_primary"},
        extra=phone_columns, singular="phone", shown="number",
    ),
    RowPart(
        "companies", ContactCompany, "contact_id",
        {"company": "company_id", "role": "role", "primary": "is_primary", "ended": "ended"},
        singular="company", shown="company", read=number_of,
    ),
    RowPart(
        "external_ids", ExternalId, "record_id", {"source": "source", "key": "key"}, fixed={"object": "contact"},
        live="key", within="source", singular="external id", shown="key",
    ),
    TagPart("contact"),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed contact as they are stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(CONTACT, values, before)
    check({**before, **cleaned}, cleaned)
    return cleaned


def check(document: Values, _keys: Collection[str]) -> None:
    """Refuse a contact that nothing names."""
    if not full_name(document):
        raise ValidationError("A contact needs a first name, a last name or an e-mail address.", field="last_name")


def further(now: str | None, new: str) -> str:
    """The lifecycle stage that is further on; imports and automation only ever move a contact forward."""
    if now is None:
        return new
    return new if LIFECYCLE.index(new) > LIFECYCLE.index(now) else now


def full_name(document: Values) -> str:
    """How a contact's names read together: the nickname or an address where there is no name."""
    parts = (document.get(key) for key in ("first_name", "middle_name", "last_name"))
    name = " ".join(part for part in parts if part)
    if name:
        return name
    first: Values = next(iter(document.get("emails") or []), {})
    return str(document.get("nickname") or first.get("address") or "")


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields."""
    name = full_name(document)
    return {"name": name, "name_key": sort_key(name)}


def search_text(document: Values) -> tuple[str, str]:
    """The folded words a contact is found by: the name, and the rest."""
    addresses = [element["address"] for element in document.get("emails") or []]
    numbers = [element["number"] for element in document.get("phones") or []]
    rest = [*addresses, *numbers, *(document.get(key) or "" for key in ("nickname", "title", "city", "country"))]
    return prepared(full_name(document)), prepared(" ".join(rest))


CONTACT = register(
    Noun(
        name="contact",
        plural="contacts",
        code=2,
        model=Contact,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        found_by=("emails", "phones"),
        default_columns=("id", "name", "emails", "phones", "companies", "title", "owner"),
        check=check,
        compute=coming.computes("contact"),
        formulas={"next_activity": coming.next_sql("contact")},
    )
)
