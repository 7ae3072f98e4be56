"""The samples of Salesforce's Data Loader, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import Refused, imported, some, whole

# Of who owns the records the files have only this id.
OWNER = "005x0000000fNSiAAM"

# The file is Windows-1252. Two accounts are called ????????????????, each with an id of its own.
ACCOUNTS = imported(
    "salesforce/accountData.csv",
    counts={"company": (423, 0, 0, 0, 0, 0)},
    links=0,
    warnings=(OWNER,),
    records=(
        whole(
            "company", 0, name="Gravity Investments", street="00045742 150 Palmer Drive", city="FORT COLLINS",
            region="CO", postal_code="80525", country="US",
            external_ids=["salesforce:001x0000002xLCVAA2"], created="2006-04-15 03:23",
        ),
        whole(
            "company", -1, name="name1149205434309", description="the description",
            external_ids=["salesforce:001x00000032aQtAAI"], created="2006-06-01 23:43",
        ),
        some(
            "company", "Acme", revenue="84800000000.00 EUR", employees=68000, industry="Manufacturing",
            phones=["(212) 961-7500", "fax: (212) 961-7300"], website="http://www.acme.com/",
            street="1350 Charleston Rd.", city="New York", region="NY", postal_code="31345", country="USA",
            created="2005-11-22 19:36",
        ),
        whole(
            "company", "Pébéo of America", name="Pébéo of America", street="00053126 1905 Roy Ave",
            city="SHERBROOKE", region="CN", postal_code="J1K-2X5", country="CA",
            external_ids=["salesforce:001x0000002xLHlAAM"], created="2006-04-15 03:23",
        ),
        some("company", "salesforce.com", revenue="60000000.00 EUR", employees=350, industry="Technology"),
    ),
)  # fmt: skip

# Alone, nobody knows the accounts, of which the file gives only the ids: each row is told. What the file says was
# decided before it was made contradicts itself: nothing is won before there is a deal, and the close date stays.
OPPORTUNITIES = imported(
    "salesforce/opportunityData.csv",
    counts={"deal": (38, 0, 0, 0, 0, 0)},
    made={"stage": 6},
    links=0,
    warnings=39,
    records=(
        whole(
            "deal", 0, name="George Foundation - 5000 Widgets", pipeline="Sales", stage="Won",
            amount="500000.00 EUR", expected_close="2005-11-09", closed_at="2006-06-15 20:47", source="Advertisement",
            description="Initial deal for 5000 widgets. We expect follow-on business with a potential upside of "
            "40000 additional widgets over the next 12 months.",
            external_ids=["salesforce:006x0000001YtCrAAK"], created="2006-06-15 20:47",
        ),
        whole(
            "deal", -1, name="oppty1", pipeline="Sales", stage="Prospecting", expected_close="2006-06-06",
            external_ids=["salesforce:006x0000001YuTlAAK"], created="2006-06-16 00:30",
        ),
        whole(
            "deal", "006x0000001YtwJAAS", name="McCall-Janeson - 1,000 Widgets", pipeline="Sales",
            stage="Negotiation/Review", amount="100000.00 EUR", expected_close="2005-12-12", source="Advertisement",
            description="They are interested in our widgets!  The deal is at 90% because they are at the sales "
            "process stage of negotiating the finer points of a proposal that we submitted.  We are negotiating "
            "with their key decision makers and are confident that this deal will close soon.",
            external_ids=["salesforce:006x0000001YtwJAAS"], created="2006-06-15 20:47",
        ),
        some("stage", "Value Proposition", probability=50),
        some("stage", "Needs Analysis", probability=20),
        some("stage", "Id. Decision Makers", probability=60),
    ),
)  # fmt: skip

TOGETHER = imported(
    *OPPORTUNITIES.names, *ACCOUNTS.names,
    counts={**ACCOUNTS.counts, **OPPORTUNITIES.counts},
    made={"stage": 6},
    total={"company": 423},
    links=38,
    warnings=(OWNER, OWNER),
    records=(
        some("deal", "006x0000001YtCrAAK", company="(TSG) Level 10 Sportswear"),
        some("deal", -1, company="(TSG) Level 10 Sportswear"),
        some("company", "Acme", employees=68000),
    ),
)  # fmt: skip

# Two rows have one id and other names: the id says that they are one, and the name and amount that are lost are told.
ERRORS = imported(
    "salesforce/error0413060133.csv",
    counts={"deal": (10, 0, 1, 0, 0, 0)},
    made={"stage": 6},
    links=0,
    warnings=14,
    records=(
        some("deal", 0, name="George Foundation - 5000 Widgets", stage="Won", amount="500000.00 EUR"),
        whole(
            "deal", -1, name="oppty1", pipeline="Sales", stage="Prospecting", expected_close="2006-06-06",
            external_ids=["salesforce:006x0000001YnWEAA0"], created="2006-06-12 20:58",
        ),
        some("deal", "Acme - 600 Widgets", stage="Needs Analysis", expected_close="2006-02-07", source="Trade Show"),
    ),
)  # fmt: skip

FOR_INSERT = imported(
    "salesforce/accountsForInsert.csv",
    counts={"company": (4, 0, 0, 0, 0, 0)},
    records=(
        whole("company", 0, name="Company A", employees=25, industry="Heavy Industry"),
        whole("company", -1, name="Company D", employees=58, industry="Fiber Optics"),
        whole("company", 2, name="Company C", employees=47, industry="Aerospace"),
    ),
)  # fmt: skip

# A site that only one company has is its domain too.
ENDING_IN_Z = imported(
    "salesforce/dateEndingInZ.csv",
    counts={"company": (1, 0, 0, 0, 0, 0)},
    records=(
        whole(
            "company", 0, name="account insert #0", phones=["415-555-0000"],
            website="http://www.accountInsert0.com", domains=["accountinsert0.com"], revenue="0.00 EUR",
        ),
    ),
)  # fmt: skip

WITH_ZONE = imported(
    "salesforce/dateWithTimeZone.csv",
    counts={"company": (2, 0, 0, 0, 0, 0)},
    records=(
        whole(
            "company", 0, name="account insert #0", phones=["415-555-0000"],
            website="http://www.accountInsert0.com", domains=["accountinsert0.com"], revenue="0.00 EUR",
        ),
        whole(
            "company", -1, name="account insert #1", phones=["415-555-0000"],
            website="http://www.accountInsert1.com", domains=["accountinsert1.com"], revenue="0.00 EUR",
        ),
    ),
)  # fmt: skip

# Who is Salesforce's word for the person that a task is for; wide blanks stand around the address.
TASK = imported(
    "salesforce/insertTaskWithContactAsWhoCsv.csv",
    counts={"activity": (1, 0, 0, 0, 0, 0)},
    made={"contact": 1},
    links=1,
    records=(
        whole(
            "activity", 0, subject="testPolymorphicLookup", kind="task", status="open",
            links=["contact:contactFor@PolymorphicMappingOfTask.com"],
        ),
        whole("contact", 0, emails=["contactFor@PolymorphicMappingOfTask.com"]),
    ),
)  # fmt: skip

# Nothing tells what `column1` is.
UNCLEAR = tuple(
    Refused(f"salesforce/{name}.csv", f"{name}.csv: it is not clear what the rows are. The columns are column1, ")
    for name in (
        "csvEscapedQuotes", "csvSeparator", "csvtext_BOM_UTF16BE", "csvtext_BOM_UTF16LE", "csvtext_BOM_UTF8",
    )
)  # fmt: skip

# Its mark says UTF-16 with the high byte first, and UTF-32 with the low byte first follows: it is neither.
BAD_MARK = Refused("salesforce/csvtext_BOM_UTF32LE.csv", "csvtext_BOM_UTF32LE.csv is not utf-16 text.", "--encoding")

EXPECTED = (
    ACCOUNTS, OPPORTUNITIES, TOGETHER, ERRORS, FOR_INSERT, ENDING_IN_Z, WITH_ZONE, TASK, *UNCLEAR, BAD_MARK,
)  # fmt: skip
