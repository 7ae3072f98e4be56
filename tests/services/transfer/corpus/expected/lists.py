"""Lists of people as they circulate for tests, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

DATABLIST = imported(
    "datablist/customers-100.csv",
    counts={"contact": (100, 0, 0, 0, 0, 0)},
    made={"company": 99},
    links=100,
    records=(
        whole(
            "contact", 0, first_name="Sheryl", last_name="Baxter", companies=["Rasmussen Group"],
            city="East Leonard", country="Chile", phones=["229.077.5154", "397.884.0519x718"],
            emails=["zunigavanessa@smith.info"], website="http://www.stephenson.com/",
            external_ids=["csv:DD37Cf93aecA6Dc"],
        ),
        whole(
            "contact", -1, first_name="Clarence", last_name="Haynes", companies=["Le, Nash and Cross"],
            city="Judymouth", country="Honduras", phones=["(753)813-6941", "783.639.1472"],
            emails=["colleen91@faulkner.biz"], website="http://www.hatfield-saunders.net/",
            external_ids=["csv:2354a0E336A91A1"],
        ),
        some("contact", "1Ef7b82A4CAAD10", phones=["5153435776", "686-620-1820x944"], companies=["Vega-Gentry"]),
    ),
)  # fmt: skip

# Devora Perez stands there twice. Of county and state the state is what a region is.
US_500 = imported(
    "us500/us-500.csv",
    counts={"contact": (500, 0, 1, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "contact", 0, first_name="James", last_name="Butt", street="6649 N Blue Gum St", city="New Orleans",
            region="LA", postal_code="70116", phones=["504-621-8927", "504-845-1427"], emails=["jbutt@gmail.com"],
            website="http://www.bentonjohnbjr.com",
        ),
        whole(
            "contact", -1, first_name="Chauncey", last_name="Motley", street="63 E Aurora Dr", city="Orlando",
            region="FL", postal_code="32804", phones=["407-413-4842", "407-557-8857"],
            emails=["chauncey_motley@aol.com"], website="http://www.affiliatedwithtravelodge.com",
        ),
        some("contact", "Jani Biddy", region="WA", city="Seattle", emails=["jbiddy@yahoo.com"]),
    ),
)  # fmt: skip

EXPECTED = (DATABLIST, US_500)
