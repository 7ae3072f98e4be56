"""HubSpot's files, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

COMPANIES = imported(
    "hubspot/hubspot_companies.csv",
    counts={"company": (200, 0, 0, 0, 0, 0)},
    made={"member": 5},
    links=0,
    records=(
        whole(
            "company", 0, name="Cruz Inc", domains=["flowers.net"], website="https://flowers.net",
            industry="Technology", employees=9395, revenue="873607.15 EUR", phones=["831.605.2433x72946"],
            street="669 Wagner Gateway", city="North Christineview", region="UT", postal_code="75424",
            country="Comoros", owner="dwight.schrute@example.com",
            external_ids=["hubspot:COMP-5880f9ce-fd33-495e-850e-9df673591c52"], created="2024-01-02",
        ),
        whole(
            "company", -1, name="Bailey, Walters and Lewis", domains=["barker.com"], website="https://barker.com",
            industry="Healthcare", employees=6595, revenue="27485870.22 EUR", phones=["6266160691"],
            street="94942 Alvarado Divide Suite 053", city="Andersonborough", region="FL", postal_code="38049",
            country="Fiji", owner="angela.martin@example.com",
            external_ids=["hubspot:COMP-bb1d3717-e2f9-4c51-8774-43697617fe3a"], created="2022-07-09",
        ),
        # An extension in the phone number, and a revenue that ends in `.0`.
        some("company", "Davis-Chang", phones=["+1-781-948-6348x4026"], revenue="30024968.00 EUR", country="Haiti"),
    ),
)  # fmt: skip

CONTACTS = imported(
    "hubspot/hubspot_contacts.csv",
    counts={"contact": (950, 0, 0, 0, 0, 0)},
    made={"company": 193, "member": 5},
    links=679,
    records=(
        whole(
            "contact", 0, first_name="Francisco", last_name="Small", emails=["anna72@example.net"],
            phones=["416-810-9897x752", "mobile: (376)694-9481x10051"], title="Youth worker", lifecycle="lead",
            companies=["freeman.net"], website="https://wallace.com/", street="64642 Brianna Forges",
            city="Kevinborough", region="GU", postal_code="06652", country="Ghana", source="Direct Traffic",
            owner="dwight.schrute@example.com",
            external_ids=["hubspot:CONT-03a4142c-188d-4855-ae0e-951b7f32137e"], created="2024-08-18",
        ),
        whole(
            "contact", -1, first_name="Tiffany", last_name="Todd", emails=["harrisdavid@example.net"],
            phones=["(861)816-2794", "mobile: (778)298-3000"], title="Scientist, research (physical sciences)",
            lifecycle="other", companies=["simmons-cook.com"], street="5110 Melissa Rapid Suite 967",
            city="Welchmouth", region="NM", postal_code="28376", country="Saint Martin", source="Social Media",
            owner="angela.martin@example.com",
            external_ids=["hubspot:CONT-b945d67f-2c1e-4538-b833-798b6825d139"], created="2023-07-24",
        ),
        # The title has commas and parentheses, and there is neither a company nor a site.
        whole(
            "contact", "CONT-c34b98a2-5940-46ba-acf8-ab66691599e9", first_name="Raymond", last_name="Cunningham",
            emails=["christinerichardson@example.org"],
            phones=["+1-588-734-6947x37438", "mobile: +1-748-856-0478x9452"],
            title="Scientist, clinical (histocompatibility and immunogenetics)", lifecycle="other",
            companies=["cantu.com"], street="47396 Clayton Stravenue", city="West Danielside", region="ID",
            postal_code="40373", country="Nicaragua", source="Other Campaigns", owner="pam.beesly@example.com",
            external_ids=["hubspot:CONT-c34b98a2-5940-46ba-acf8-ab66691599e9"], created="2022-04-16",
        ),
        some("contact", "CONT-66cc3f91-c3d9-4a4f-9404-a836c4d81096", lifecycle="sql", companies=["martinez.com"]),
        some("contact", "CONT-eb0e87f7-8fe4-4967-9083-3eda5d2eae09", lifecycle="mql", last_name="Escobar"),
        # The domain is left blank.
        some("contact", "CONT-41eb4c68-19f7-400e-8c25-7d9497da7111", companies=None, first_name="Laura"),
    ),
)  # fmt: skip

# The file names two pipelines: the one that a workspace has, and Renewals. Each gets five open stages; Renewals also
# its Won and Lost, for which HubSpot says Closed Won and Closed Lost.
DEALS = imported(
    "hubspot/hubspot_deals.csv",
    counts={"deal": (500, 0, 0, 0, 0, 0)},
    made={"company": 167, "contact": 358, "member": 5, "pipeline": 1, "stage": 12},
    total={"company": 167, "contact": 358, "pipeline": 2, "stage": 14},
    links=1000,
    records=(
        whole(
            "deal", 0, name="Long Group - New Business Opportunity", pipeline="Sales",
            stage="Decision Maker Bought-In", amount="210833.37 EUR", expected_close="2025-06-17",
            company="frost.info", contacts=["joshuadavidson@example.com"], owner="dwight.schrute@example.com",
            external_ids=["hubspot:DEAL-b2b19d36-f446-4de7-bf09-15379257b914"], created="2023-03-29",
        ),
        whole(
            "deal", -1, name="Martinez Ltd - Existing Business Opportunity", pipeline="Sales",
            stage="Decision Maker Bought-In", amount="33844.95 EUR", expected_close="2025-09-21",
            company="cantu.com", contacts=["catherinesingh@example.net"], owner="angela.martin@example.com",
            external_ids=["hubspot:DEAL-18987d3d-0534-4e7b-9795-28829975ad6f"], created="2023-07-28",
        ),
        # Lost, and nobody said why.
        whole(
            "deal", "DEAL-29dcc21c-2954-4a70-94ef-57f6bead8330",
            name="Kennedy, Lee and Kane - Existing Business Opportunity", pipeline="Renewals Pipeline", stage="Lost",
            amount="185396.05 EUR", expected_close="2024-12-19", closed_at="2024-12-19", lost_reason="not given",
            company="petersen-scott.com", contacts=["keith36@example.org"], owner="pam.beesly@example.com",
            external_ids=["hubspot:DEAL-29dcc21c-2954-4a70-94ef-57f6bead8330"], created="2023-09-26",
        ),
        some(
            "deal", "DEAL-72d7fe36-e2f5-481b-8e17-6d5a53c9da58", stage="Lost", pipeline="Sales",
            lost_reason="Product Fit", closed_at="2023-03-29", created="2023-02-01",
        ),
        some("deal", "DEAL-4c6547c3-7ec2-4ee7-88d0-c8b4c6b9765e", stage="Won", closed_at="2025-01-09"),
        some("deal", "DEAL-5b4c6a89-597f-4806-8054-2e6c456fde46", stage="Qualified to Buy", closed_at=None),
    ),
)  # fmt: skip

# A pipeline of tickets has no field here.
TICKETS = imported(
    "hubspot/hubspot_tickets.csv",
    counts={"ticket": (300, 0, 0, 0, 0, 0)},
    made={"company": 121, "contact": 255, "member": 2},
    links=523,
    records=(
        whole(
            "ticket", 0, subject="Iterate user-centric schemas", status="open", status_label="Waiting on us",
            priority="low", channel="Social Media", requester="josephwilson@example.org", company="lewis-jones.com",
            assignee="oscar.martinez@example.com",
            description="Natural behavior stage discover summer network. Energy rise read operation benefit.",
            external_ids=["hubspot:TICK-19cfe15a-8dd2-43ed-99c1-86a955cdc053"], created="2024-04-14",
        ),
        whole(
            "ticket", -1, subject="Matrix granular initiatives", status="open", status_label="Waiting on us",
            priority="high", channel="Form", requester="cody53@example.com", assignee="kevin.malone@example.com",
            description="Whose morning nor choice country statement. Forget likely this news everybody.",
            external_ids=["hubspot:TICK-e179afad-d612-4fd6-9c79-cc1c16ffddc7"], created="2024-12-20",
        ),
        whole(
            "ticket", "TICK-d632184c-60c4-485e-8282-34f2e2aca76c", subject="Redefine out-of-the-box initiatives",
            status="closed", closed_at="2025-02-05", priority="high", channel="Social Media",
            requester="iharrell@example.com", company="ortiz.com", assignee="oscar.martinez@example.com",
            description="Most from gun. Interesting executive suggest east others pretty.",
            external_ids=["hubspot:TICK-d632184c-60c4-485e-8282-34f2e2aca76c"], created="2023-12-20",
        ),
        some(
            "ticket", "TICK-c27a458e-ac22-446c-89c8-fa39124a2f61", status="waiting",
            status_label="Waiting on contact", priority="urgent", company=None,
        ),
        some("ticket", "TICK-c33ad6f4-876a-41f3-8223-b5e550ea4671", status="new", status_label=None),
    ),
)  # fmt: skip

_WORDS = ("'Waiting' of 64 rows counts as open", "'Deferred' of 65 rows", "'In Progress' of 56 rows")
ACTIVITIES = imported(
    "hubspot/hubspot_activities.csv",
    counts={"activity": (2000, 0, 0, 0, 0, 0)},
    made={"contact": 847, "member": 7},
    links=2000,
    warnings=_WORDS,
    records=(
        whole(
            "activity", 0, subject="Call with contact taylorrobertson@example.org", kind="call", status="done",
            done_at="2023-07-14", outcome="Connected", description="Film present hotel day design.",
            links=["contact:taylorrobertson@example.org"], owner="pam.beesly@example.com",
            external_ids=["hubspot:ACT-50799962-aca7-4bd8-a168-a0d1bd069212"], created="2023-07-14",
        ),
        # It was to be on that day, and is over either way: that nobody came is its outcome.
        whole(
            "activity", -1, subject="Meeting regarding contact nbean@example.net", kind="meeting", status="done",
            done_at="2023-08-04", due="2023-08-04", outcome="No Show",
            description="Republican dinner indicate site reduce method.", links=["contact:nbean@example.net"],
            owner="dwight.schrute@example.com",
            external_ids=["hubspot:ACT-89d3280d-e4c9-450b-9564-85c1858fb67b"], created="2023-08-04",
        ),
        # What was put off is still to be done.
        whole(
            "activity", "ACT-23edee92-9f66-4613-9f41-73bcbccd46e2", kind="task", status="open", due="2025-05-20",
            subject="Follow up task for contact christopher94@example.com",
            description="First between research whom question building them.",
            links=["contact:christopher94@example.com"], owner="pam.beesly@example.com",
            external_ids=["hubspot:ACT-23edee92-9f66-4613-9f41-73bcbccd46e2"], created="2024-01-28",
        ),
        some("activity", "ACT-ba6699d6-7278-4a74-968b-0079f787ff96", status="open", due="2025-05-28", kind="task"),
        some("activity", "ACT-fc92711a-981b-458d-b784-29112f8b3683", status="done", kind="task", due=None),
        some("activity", "ACT-e89ec43f-2f94-4414-84ae-a39d2efb3b65", status="canceled", outcome="Cancelled"),
        some("activity", "ACT-36c125e1-545b-4ffa-8714-e6dee4ec346a", status="done", outcome="Wrong Number"),
        some(
            "activity", "ACT-28fba4b5-3128-4f24-9923-a0c82ab4151e", kind="note", status="done", due=None,
            done_at="2022-07-03", subject="Over fish movie fall. Treat various computer discussion.",
        ),
        some(
            "activity", "ACT-8c2d8715-0bee-43df-ac7a-a3fa95b264d9", kind="email", status="done",
            subject="Similar allow hot subject across. Western financial technology operation…",
        ),
    ),
)  # fmt: skip

# Every domain and address of the other files is in those of companies and contacts, and all owners are seven.
TOGETHER = imported(
    *ACTIVITIES.names, *DEALS.names, *CONTACTS.names, *TICKETS.names, *COMPANIES.names,
    counts={**COMPANIES.counts, **CONTACTS.counts, **DEALS.counts, **TICKETS.counts, **ACTIVITIES.counts},
    made={"member": 7, "pipeline": 1, "stage": 12},
    total={"company": 200, "contact": 950},
    links=679 + 1000 + 523 + 2000,
    warnings=_WORDS,
    records=(
        some("contact", "CONT-03a4142c-188d-4855-ae0e-951b7f32137e", companies=["Taylor, Gray and Henderson"]),
        some("deal", 0, company="Long Group", contacts=["Jacqueline Smith"]),
        some("deal", -1, company="Martinez Ltd", contacts=["Jessica Jones"]),
        some("ticket", 0, company="Kirby Ltd", requester="Julie Miranda"),
        some("activity", 0, links=["contact:Robert Walsh"]),
        some("activity", -1, links=["contact:Cody White"]),
    ),
)  # fmt: skip

EXPECTED = (COMPANIES, CONTACTS, DEALS, TICKETS, ACTIVITIES, TOGETHER)
