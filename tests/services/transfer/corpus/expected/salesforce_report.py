"""Files with the labels of Salesforce's reports, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

ACCOUNTS = imported(
    "salesforce-report/Accounts.csv",
    counts={"company": (10, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "company", 0, name="BrightPath Customer 1", industry="Retail", phones=["+44 161 555 2001"],
            city="Manchester", country="UK",
        ),
        whole(
            "company", -1, name="BrightPath Customer 10", industry="Manufacturing", phones=["+44 161 555 2010"],
            city="Birmingham", country="UK",
        ),
        some("company", "BrightPath Customer 4", city="Edinburgh", industry="Manufacturing"),
    ),
)  # fmt: skip

CONTACTS = imported(
    "salesforce-report/Contacts.csv",
    counts={"contact": (15, 0, 0, 0, 0, 0)},
    made={"company": 10},
    links=15,
    records=(
        whole(
            "contact", 0, first_name="Alex", last_name="Green", emails=["alex.green@customer2.com"],
            phones=["+44 113 555 3001"], title="Head of Analytics", companies=["BrightPath Customer 2"],
        ),
        whole(
            "contact", -1, first_name="Ethan", last_name="Bell", emails=["ethan.bell@customer6.com"],
            phones=["+44 113 555 3015"], title="Head of Analytics", companies=["BrightPath Customer 6"],
        ),
        some("contact", "Drew Young", companies=["BrightPath Customer 1"], emails=["drew.young@customer1.com"]),
    ),
)  # fmt: skip

# How far somebody is with a lead is no stage in the life of a contact.
LEADS = imported(
    "salesforce-report/Leads.csv",
    counts={"contact": (20, 0, 0, 0, 0, 0)},
    made={"company": 20},
    links=20,
    records=(
        whole(
            "contact", 0, first_name="Lead1", last_name="Johnson", emails=["lead1.johnson@example.com"],
            phones=["+44 20 7946 1001"], title="Operations Manager", companies=["ProspectCo 1"], source="Referral",
            city="Manchester", country="UK",
        ),
        whole(
            "contact", -1, first_name="Lead20", last_name="Smith", emails=["lead20.smith@example.com"],
            phones=["+44 20 7946 1020"], title="Operations Manager", companies=["ProspectCo 20"], source="Web",
            city="Edinburgh", country="UK",
        ),
        some("contact", "Lead4 Anderson", source="Phone Inquiry", city="Edinburgh"),
    ),
)  # fmt: skip

# Nothing says when a deal came about; where it is decided, not later than that.
OPPORTUNITIES = imported(
    "salesforce-report/Opportunities.csv",
    counts={"deal": (12, 0, 0, 0, 0, 0)},
    made={"company": 10, "stage": 4},
    links=12,
    records=(
        whole(
            "deal", 0, name="Analytics Package Deal 1", pipeline="Sales", stage="Qualification",
            amount="5500.00 EUR", expected_close="2025-08-31", company="BrightPath Customer 2",
        ),
        whole(
            "deal", -1, name="Analytics Package Deal 12", pipeline="Sales", stage="Prospecting",
            amount="11000.00 EUR", expected_close="2025-11-16", company="BrightPath Customer 3",
        ),
        whole(
            "deal", "Analytics Package Deal 11", name="Analytics Package Deal 11", pipeline="Sales", stage="Lost",
            amount="10500.00 EUR", expected_close="2025-11-09", closed_at="2025-11-09", lost_reason="not given",
            company="BrightPath Customer 2", created="2025-11-09",
        ),
        some("deal", "Analytics Package Deal 4", stage="Won", closed_at="2025-09-21"),
    ),
)  # fmt: skip

# Alone, none of the deals is known, and each row is told.
INTERACTIONS = imported(
    "salesforce-report/Customer_Interactions.csv",
    counts={"activity": (30, 0, 0, 0, 0, 0)},
    made={"contact": 15},
    links=30,
    warnings=30,
    records=(
        whole(
            "activity", 0, subject="Discussion about scope and pricing round 1.", kind="call", status="done",
            description="Discussion about scope and pricing round 1.", done_at="2025-08-09",
            links=["contact:alex.green@customer2.com"], created="2025-08-09",
        ),
        whole(
            "activity", -1, subject="Discussion about scope and pricing round 30.", kind="meeting", status="done",
            description="Discussion about scope and pricing round 30.", due="2025-09-07", done_at="2025-09-07",
            links=["contact:ethan.bell@customer6.com"], created="2025-09-07",
        ),
        some("activity", 1, kind="email", status="done", done_at="2025-08-10", due=None),
    ),
)  # fmt: skip

TOGETHER = imported(
    *INTERACTIONS.names, *LEADS.names, *OPPORTUNITIES.names, *CONTACTS.names, *ACCOUNTS.names,
    counts={**ACCOUNTS.counts, "contact": (35, 0, 0, 0, 0, 0), **OPPORTUNITIES.counts, **INTERACTIONS.counts},
    made={"company": 20, "stage": 4},
    total={"company": 30, "contact": 35},
    links=15 + 20 + 12 + 60,
    records=(
        some("activity", 0, links=["contact:Alex Green", "deal:Analytics Package Deal 1"]),
        some("activity", -1, links=["contact:Ethan Bell", "deal:Analytics Package Deal 6"]),
        some("deal", -1, company="BrightPath Customer 3"),
        some("company", "BrightPath Customer 3", city="Leeds"),
    ),
)  # fmt: skip

EXPECTED = (ACCOUNTS, CONTACTS, LEADS, OPPORTUNITIES, INTERACTIONS, TOGETHER)
