"""What the attacked database holds: two tenants, the second one marked in every value."""

from __future__ import annotations

from typing import Any

MINE, THEIRS = 1, 2
MY_USER, THEIR_USER = 11, 12
MARK = "LEAK"
BIG = 7_000_000

Rows = dict[str, list[dict[str, Any]]]


def make(tenant: int, n: int) -> int:
    """The packed id, written out so that the suite does not trust the code it tests."""
    return (tenant << 40) | n


def text(tenant: int, word: str) -> str:
    """A text value of a tenant; everything of the second one carries the mark."""
    return f"own {word}" if tenant == MINE else f"{MARK} {word}"


def tenant_rows(tenant: int) -> Rows:
    """The rows of the five tenant tables."""

    def row(n: int, **values: Any) -> dict[str, Any]:
        return {"id": make(tenant, n), "tenant_id": tenant, **values}

    def key(n: int | None) -> int | None:
        return None if n is None else make(tenant, n)

    add = 0 if tenant == MINE else BIG
    mail = {n: f"{text(tenant, 'mail').replace(' ', '-')}{n}@example.com" for n in (2, 3, 4)}
    mail[1] = "shared@example.com"
    return {
        "atk_company": [
            row(n, name=text(tenant, f"company {n}"), email=mail[n], size=add + n, parent_id=key(parent))
            for n, parent in ((1, None), (2, 1), (3, 1))
        ],
        "atk_contact": [
            row(
                n,
                name=text(tenant, f"contact {n}"),
                email=mail[n],
                bio=text(tenant, f"bio {n}"),
                company_id=key(company),
            )
            for n, company in ((1, 1), (2, 1), (3, 2), (4, None))
        ],
        "atk_note": [
            row(
                n,
                body=text(tenant, f"note {n}"),
                data=f'{{"k": "{text(tenant, "json")}", "n": {add + n}}}',
                contact_id=key(contact),
                company_id=key(1),
            )
            for n, contact in ((1, 1), (2, 1), (3, 2), (4, 3))
        ],
        "atk_tag": [row(n, label=text(tenant, f"tag {n}")) for n in (1, 2)],
        "atk_tagging": [row(n, tag_id=key(n), contact_id=key(n)) for n in (1, 2)],
    }


def class_rows() -> Rows:
    """The rows of the tables of the other classes; no tenant scope may see any but the reference ones."""
    return {
        "atk_account": [
            {"id": 1, "user_id": MY_USER, "secret": f"{MARK} my secret"},
            {"id": 2, "user_id": THEIR_USER, "secret": f"{MARK} their secret"},
        ],
        "atk_usage": [{"id": 1, "detail": f"{MARK} usage"}],
        "atk_billing": [{"id": 1, "detail": f"{MARK} billing"}],
        "atk_reference": [{"id": 1, "label": "reference one"}, {"id": 2, "label": "reference two"}],
        "atk_outward": [
            {"id": 1, "tenant_id": THEIRS, "user_id": None, "body": f"{MARK} outward"},
            {"id": 2, "tenant_id": MINE, "user_id": None, "body": f"{MARK} outward of mine"},
            {"id": 3, "tenant_id": None, "user_id": MY_USER, "body": f"{MARK} outward of user"},
        ],
    }


def all_rows() -> Rows:
    """Both tenants and every class."""
    mine, theirs = tenant_rows(MINE), tenant_rows(THEIRS)
    return {**{name: mine[name] + theirs[name] for name in mine}, **class_rows()}


def oracle_rows() -> Rows:
    """What a database would hold that had only the first tenant."""
    empty: Rows = {name: [] for name in class_rows()}
    return {**tenant_rows(MINE), **empty, "atk_reference": class_rows()["atk_reference"]}


ORDER = (
    "atk_company",
    "atk_contact",
    "atk_note",
    "atk_tag",
    "atk_tagging",
    "atk_account",
    "atk_usage",
    "atk_billing",
    "atk_reference",
    "atk_outward",
)
TENANT_TABLES = ORDER[:5]
