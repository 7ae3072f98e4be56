"""The Maven sales data, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import Refused, imported, some, whole

ACCOUNTS = imported(
    "maven-us/accounts.csv",
    counts={"company": (85, 0, 0, 0, 0, 0)},
    links=15,
    records=(
        whole(
            "company", 0, name="Acme Corporation", industry="technolgy", revenue="1100.04 EUR", employees=2822,
            country="United States",
        ),
        whole(
            "company", -1, name="Zumgoity", industry="medical", revenue="441.08 EUR", employees=1210,
            country="United States",
        ),
        whole(
            "company", "Nam-zim", name="Nam-zim", industry="services", revenue="405.59 EUR", employees=1179,
            country="Brazil", parent="Warephase",
        ),
        some("company", "Codehow", parent="Acme Corporation"),
        some("company", "Funholding", revenue="2819.50 EUR"),
    ),
)  # fmt: skip

# A deal has no name here but an id, and most have a company. 10/20/2016 says that the month comes first.
PIPELINE = imported(
    "maven-us/sales_pipeline.csv",
    counts={"deal": (8800, 0, 0, 0, 0, 0)},
    made={"company": 85, "member": 30, "stage": 2},
    total={"stage": 4},
    links=7375,
    warnings=("in 8,800 rows the deal has no name and is called by its company and id",),
    records=(
        whole(
            "deal", 0, name="Cancity 1C1I7A6R", pipeline="Sales", stage="Won", amount="1054.00 EUR",
            expected_close="2017-03-01", closed_at="2017-03-01", company="Cancity", owner="Moses Frase",
            external_ids=["csv:1C1I7A6R"], created="2016-10-20",
        ),
        whole(
            "deal", -1, name="8I5ONXJX", pipeline="Sales", stage="Prospecting", owner="Versie Hillebrand",
            external_ids=["csv:8I5ONXJX"],
        ),
        whole(
            "deal", "KWVA7VR1", name="Genco Pura Olive Oil Company KWVA7VR1", pipeline="Sales", stage="Lost",
            amount="0.00 EUR", expected_close="2017-03-18", closed_at="2017-03-18", lost_reason="not given",
            company="Genco Pura Olive Oil Company", owner="Gladys Colclough", external_ids=["csv:KWVA7VR1"],
            created="2016-11-04",
        ),
        some("deal", "HAXMC4IX", stage="Engaging", company=None, closed_at=None, created="2016-11-03"),
    ),
)  # fmt: skip

TOGETHER = imported(
    *PIPELINE.names, *ACCOUNTS.names,
    counts={**ACCOUNTS.counts, **PIPELINE.counts},
    made={"member": 30, "stage": 2},
    total={"company": 85},
    links=15 + 7375,
    warnings=("in 8,800 rows the deal has no name and is called by its company and id",),
    records=(some("deal", "1C1I7A6R", company="Cancity"), some("company", "Codehow", parent="Acme Corporation")),
)  # fmt: skip

EXPECTED = (
    ACCOUNTS, PIPELINE, TOGETHER,
    Refused("maven-us/products.csv", "products.csv holds no records of a CRM; it looks like products"),
    # Who sells for whom is nobody's record.
    Refused("maven-us/sales_teams.csv", "sales_teams.csv: it is not clear what the rows are."),
)  # fmt: skip
