"""Pipedrive's files, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

PERSONS = imported(
    "pipedrive/persons_en.csv",
    counts={"contact": (2, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=2,
    records=(
        whole(
            "contact", 0, first_name="Anna", last_name="Novakova", emails=["anna@acme.cz"], phones=["+420111222333"],
            title="CEO", companies=["Acme Ltd"],
        ),
        # Two addresses in one cell, and nothing but the full name.
        whole(
            "contact", -1, first_name="Bob", last_name="Black", emails=["bob@acme.cz", "bob.private@example.com"],
            phones=["+420999888777"], title="CTO", companies=["Acme Ltd"],
        ),
    ),
)  # fmt: skip

ORGANIZATIONS = imported(
    "pipedrive/organizations_en.csv",
    counts={"company": (2, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "company", 0, name="Acme Ltd", street="5 Fincham Road", city="Praha", postal_code="11000",
            tags=["Customer"], external_ids=["pipedrive:101"],
        ),
        whole(
            "company", -1, name="Beta Industries", street="Nova 12", city="Brno", postal_code="60200",
            tags=["Partner"], external_ids=["pipedrive:102"],
        ),
    ),
)  # fmt: skip

# The stages are those that every workspace has. A chance other than its stage's is the deal's own, while it is open.
DEALS = imported(
    "pipedrive/deals_en.csv",
    counts={"deal": (3, 0, 0, 0, 0, 0)},
    made={"company": 2, "contact": 1},
    total={"stage": 6},
    links=4,
    records=(
        whole(
            "deal", 0, name="New website", pipeline="Sales", stage="Qualified", amount="120000.00 CZK",
            probability=70, expected_close="2026-09-30", company="Acme Ltd", contacts=["anna@acme.cz"],
            tags=["Hot"], external_ids=["pipedrive:301"],
        ),
        whole(
            "deal", 1, name="Rollout phase 2", pipeline="Sales", stage="Won", amount="50000.00 CZK",
            expected_close="2026-06-01", closed_at="2026-06-15 10:00", company="Acme Ltd", tags=["Upsell"],
            external_ids=["pipedrive:302"], created="2026-06-15 10:00",
        ),
        whole(
            "deal", -1, name="Support renewal", pipeline="Sales", stage="Lost", amount="9000.00 CZK",
            expected_close="2026-05-01", closed_at="2026-05-20", lost_reason="Too expensive", company="Gamma GmbH",
            external_ids=["pipedrive:303"], created="2026-05-20",
        ),
        whole("contact", 0, emails=["anna@acme.cz"], companies=["Acme Ltd"]),
    ),
)  # fmt: skip

TOGETHER = imported(
    *DEALS.names, *PERSONS.names, *ORGANIZATIONS.names,
    counts={**ORGANIZATIONS.counts, **PERSONS.counts, **DEALS.counts},
    made={"company": 1},
    total={"company": 3, "contact": 2},
    links=2 + 4,
    records=(
        some("deal", "New website", company="Acme Ltd", contacts=["Anna Novakova"]),
        some("contact", "Bob Black", companies=["Acme Ltd"]),
        some("company", "Acme Ltd", city="Praha"),
    ),
)  # fmt: skip

EXPECTED = (PERSONS, ORGANIZATIONS, DEALS, TOGETHER)
