"""Companies: their fields and the rules that every way of writing one goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.db.search import prepared
from smallcrm.errors import ValidationError
from smallcrm.models.company import Company, CompanyDomain, CompanyPhone
from smallcrm.models.external_id import ExternalId
from smallcrm.services import coming
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.tagging import TagPart
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection

ADDRESS = (
    Field("street", "Street"),
    Field("city", "City"),
    Field("region", "Region", help="state, province or county"),
    Field("postal_code", "Postal code"),
    Field("country", "Country"),
)

FIELDS = (
    Field("name", "Name"),
    Field("domains", "Domains", Kind.DOMAINS, help="host names such as acme.com; the first is the primary one"),
    Field("website", "Website", Kind.URL),
    Field("industry", "Industry"),
    Field("employees", "Employees", Kind.INTEGER),
    Field("revenue", "Revenue", Kind.MONEY, help="a year's, such as 1200000EUR"),
    Field("phones", "Phones", Kind.PHONES),
    *ADDRESS,
    Field("description", "Description", Kind.LONG_TEXT),
    Field("parent", "Parent", Kind.RECORD, target="company"),
    Field("owner", "Owner", Kind.MEMBER),
    coming.NEXT,
    Field("tags", "Tags", Kind.TAGS),
    Field("external_ids", "External ids", Kind.EXTERNAL_IDS, help="source:key, as other systems name it"),
)


def phone_columns(element: dict[str, Any]) -> dict[str, Any]:
    """The derived columns of a phone."""
    from smallcrm.services.values import phones

    return {"digits": phones.phone_digits(element["number"])}


def _host(element: dict[str, Any]) -> dict[str, Any]:
    from smallcrm.services.values.domains import normalise_domain

    return {"domain": normalise_domain(element["domain"]) or element["domain"]}


PARTS = (
    RowPart(
        "domains", CompanyDomain, "company_id", {"domain": "domain", "primary": "is_primary"},
        extra=_host, live="domain", singular="domain", shown="domain",
    ),
    RowPart(
        "phones", CompanyPhone, "company_id", {"number": "number", "label": "label", "primary": "is_primary"},
        extra=phone_columns, singular="phone", shown="number",
    ),
    RowPart(
        "external_ids", ExternalId, "record_id", {"source": "source", "key": "key"}, fixed={"object": "company"},
        live="key", within="source", singular="external id", shown="key",
    ),
    TagPart("company"),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed company as they are stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(COMPANY, values, before)
    after = {**before, **cleaned}
    if not after.get("name") and after.get("domains"):
        cleaned["name"] = after["name"] = after["domains"][0]["domain"]
    check(after, cleaned)
    return cleaned


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse a company without a name, or one that is above itself."""
    if not document.get("name"):
        raise ValidationError("A company needs a name or a domain.", field="name")
    if "parent" in keys and document["parent"] is not None and document.get("id") is not None:
        _refuse_circle(document["id"], document["parent"])


def _refuse_circle(company_id: int, parent: int) -> None:
    seen: set[int] = set()
    above: int | None = parent
    while above is not None and above not in seen:
        if above == company_id:
            raise ValidationError(f"Company {number_of(parent)} is itself below this one.", field="parent")
        seen.add(above)
        row = Company.select(Company.parent).where(Company.id == above).tuples().first()
        above = None if row is None else row[0]


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields."""
    return {"name_key": sort_key(document["name"])}


def search_text(document: Values) -> tuple[str, str]:
    """The folded words a company is found by: its name, and the rest."""
    hosts = [element["domain"] for element in document.get("domains") or []]
    rest = [*hosts, document.get("industry") or "", document.get("city") or "", document.get("country") or ""]
    return prepared(document["name"]), prepared(" ".join(rest))


COMPANY = register(
    Noun(
        name="company",
        plural="companies",
        code=1,
        model=Company,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        found_by=("domains",),
        default_columns=("id", "name", "domains", "industry", "city", "country", "owner"),
        check=check,
        compute=coming.computes("company"),
        formulas={"next_activity": coming.next_sql("company")},
        watched=frozenset({"parent"}),
    )
)
