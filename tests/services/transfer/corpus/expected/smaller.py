"""The files of Zammad, Odoo and Northwind, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

ZAMMAD = imported(
    "zammad/organization_simple.csv",
    counts={"company": (2, 0, 0, 0, 0, 0)},
    records=(
        whole("company", 0, name="organization-member-import1"),
        whole("company", -1, name="organization-member-import2"),
    ),
)  # fmt: skip

ODOO_TAGS = imported(
    "odoo/m2m_customers_tags.csv",
    counts={"company": (5, 0, 0, 0, 0, 0)},
    records=(
        whole(
            "company", 0, name="Credit & Leasing", tags=["Services"], street="Central Avenue 814",
            city="Johannesburg", country="South Africa", external_ids=["csv:3"],
        ),
        whole(
            "company", -1, name="National Parts & Supplies", tags=["Manufacturer", "Wholesaler"],
            street="Guangdong Way 20", city="Shenzen", country="China", external_ids=["csv:18"],
        ),
        whole(
            "company", 1, name="Services & Finance", tags=["Consultancy Services", "IT Services"],
            street="Grove Road 5", city="London", country="United Kingdom", external_ids=["csv:5"],
        ),
    ),
)  # fmt: skip

# A column says of each row whether it is a company or a person.
ODOO_PARTNERS = imported(
    "odoo/res.partner.csv",
    counts={"company": (2, 0, 0, 0, 0, 0), "contact": (4, 0, 0, 0, 0, 0)},
    links=4,
    records=(
        whole(
            "company", 0, name="Grocery Outlet", street="51 Federal Street, #401", city="San Francisco",
            region="California", postal_code="94107", country="United States", website="groceryoutlet.com",
            domains=["groceryoutlet.com"], phones=["123456789"], external_ids=["odoo:res_partner_1"],
        ),
        whole(
            "company", -1, name="Agrolait", street="3442 2nd Avenue", city="New York", region="New York",
            postal_code="11201", country="United States", website="agrolait.com", domains=["agrolait.com"],
            phones=["654978123"], external_ids=["odoo:res_partner_6"],
        ),
        whole(
            "contact", 0, first_name="Bob", companies=["Grocery Outlet"], phones=["mobile: 4157654321"],
            external_ids=["odoo:res_partner_2"],
        ),
        whole(
            "contact", -1, first_name="Accounting", last_name="dep.", companies=["Grocery Outlet"],
            street="51 Federal Street, #404", city="San Francisco", region="California", postal_code="94107",
            country="United States", phones=["123456780"], external_ids=["odoo:res_partner_5"],
        ),
        some("contact", "Warehouse", emails=["bill@odoo.com"], phones=["415659874"]),
    ),
)  # fmt: skip

# Commas within addresses are not quoted, so 24 rows have a cell too many and everything behind is shifted. The person
# whom each row names is not imported: a row is one record.
CUSTOMERS = imported(
    "northwind/customers.csv",
    counts={"company": (67, 0, 0, 0, 24, 0)},
    rejected=("line 8: ",),
    records=(
        whole(
            "company", 0, name="Alfreds Futterkiste", street="Obere Str. 57", city="Berlin", postal_code="12209",
            country="Germany", phones=["030-0074321", "fax: 030-0076545"], external_ids=["csv:ALFKI"],
        ),
        # A number stands once, so that it is the fax's too is lost; the name has two blanks in it.
        whole(
            "company", -1, name="Wolski  Zajazd", street="ul. Filtrowa 68", city="Warszawa", postal_code="01-012",
            country="Poland", phones=["(26) 642-7012"], external_ids=["csv:WOLZA"],
        ),
        some("company", "ANTON", phones=["(5) 555-3932"], region=None, city="México D.F."),
    ),
)  # fmt: skip

# Access keeps the address of a link between marks, after what is shown; a page beside the database is no web address.
SUPPLIERS = imported(
    "northwind/suppliers.csv",
    counts={"company": (20, 0, 0, 0, 9, 0)},
    rejected=("line 8: ",),
    warnings=("#CAJUN.HTM#",),
    records=(
        whole(
            "company", 0, name="Exotic Liquids", street="49 Gilbert St.", city="London", postal_code="EC1 4SD",
            country="UK", phones=["(171) 555-2222"], external_ids=["csv:1"],
        ),
        whole(
            "company", -1, name="Forêts d'érables", street="148 rue Chasseur", city="Ste-Hyacinthe",
            region="Québec", postal_code="J2S 7S8", country="Canada",
            phones=["(514) 555-2955", "fax: (514) 555-2921"], external_ids=["csv:29"],
        ),
        whole(
            "company", "6", name="Mayumi's", street="92 Setsuko Chuo-ku", city="Osaka", postal_code="545",
            country="Japan", phones=["(06) 431-7877"],
            website="http://www.microsoft.com/accessdev/sampleapps/mayumi.htm", external_ids=["csv:6"],
        ),
    ),
)  # fmt: skip

EMPLOYEES = imported(
    "northwind/employees.csv",
    counts={"contact": (9, 0, 0, 0, 0, 0)},
    records=(
        whole(
            "contact", 0, prefix="Ms.", first_name="Nancy", last_name="Davolio", title="Sales Representative",
            birthday="1948-12-08", street="507 - 20th Ave. E. Apt. 2A", city="Seattle", region="WA",
            postal_code="98122", country="USA", phones=["home: (206) 555-9857"], external_ids=["csv:1"],
            description="Education includes a BA in psychology from Colorado State University in 1970.  She also "
            'completed "The Art of the Cold Call."  Nancy is a member of Toastmasters International.',
        ),
        whole(
            "contact", -1, prefix="Ms.", first_name="Anne", last_name="Dodsworth", title="Sales Representative",
            birthday="1966-01-27", street="7 Houndstooth Rd.", city="London", postal_code="WG2 7LT", country="UK",
            phones=["home: (71) 555-4444"], external_ids=["csv:9"],
            description="Anne has a BA degree in English from St. Lawrence College.  She is fluent in French and "
            "German.",
        ),
        some("contact", "Andrew Fuller", prefix="Dr.", title="Vice President, Sales", birthday="1952-02-19"),
    ),
)  # fmt: skip

NORTHWIND = imported(
    *EMPLOYEES.names, *SUPPLIERS.names, *CUSTOMERS.names,
    counts={"company": (87, 0, 0, 0, 33, 0), **EMPLOYEES.counts},
    rejected=("line 8: ",),
    warnings=("#CAJUN.HTM#",),
    links=0,
    records=(some("company", "Alfreds Futterkiste", city="Berlin"), some("company", "Exotic Liquids", country="UK")),
)  # fmt: skip

EXPECTED = (ZAMMAD, ODOO_TAGS, ODOO_PARTNERS, CUSTOMERS, SUPPLIERS, EMPLOYEES, NORTHWIND)
