"""The vCards of phones and address books, read by a person before they were imported."""

from __future__ import annotations

from typing import Any

from tests.services.transfer.corpus.expecting import Begins, Imported, imported, some, whole

_ONE = {"contact": (1, 0, 0, 0, 0, 0)}


def _card(name: str, company: bool = True, warnings: int = 0, **values: Any) -> Imported:  # noqa: FBT002
    """One card of one person, who works for a company that nobody knows."""
    made = {"company": 1} if company else {}
    return imported(
        name, counts=_ONE, made=made, links=int(company), warnings=warnings, records=(whole("contact", 0, **values),)
    )


_JOHN: dict[str, Any] = {
    "prefix": "Mr.", "first_name": "John", "last_name": "Doe", "suffix": "Sr.", "companies": ["IBM"],
    "title": "Money Counter", "website": "http://www.ibm.com",
}  # fmt: skip
_STATES = "United States of America"

EVOLUTION = _card(
    "vcard-ez/John_Doe_EVOLUTION.vcf", **_JOHN, middle_name="Richter, James", nickname="Johny",
    department="Accounting, Dungeon", emails=["work: john.doe@ibm.com"],
    phones=["mobile: 905-666-1234", "work: 905-555-1234"], tags=["VIP"],
    description=Begins('THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS'),
    street="ASB-123, 15 Crescent moon drive", city="Albaney", region="New York", postal_code="12345", country=_STATES,
    birthday="1980-03-22", external_ids=["vcard:477343c8e6bf375a9bac1f96a5000837"],
)  # fmt: skip

# The whole address stands in one part of it.
GMAIL = _card(
    "vcard-ez/John_Doe_GMAIL.vcf", **_JOHN, middle_name="Richter, James", emails=["home: john.doe@ibm.com"],
    phones=["mobile: 905-555-1234", "home: 905-666-1234"], birthday="1980-03-22",
    street="Crescent moon drive 555-asd Nice Area, Albaney, New York 12345 United States of America",
    description=Begins('THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND'),
)  # fmt: skip

IPHONE = _card(
    "vcard-ez/John_Doe_IPHONE.vcf", **_JOHN, middle_name="Richter James", nickname="Johny", department="Accounting",
    emails=["john.doe@ibm.com"], birthday="2012-06-06",
    phones=[
        "mobile: 905-555-1234", "home: 905-666-1234", "work: 905-777-1234", "home fax: 905-888-1234",
        "work fax: 905-999-1234", "pager: 905-111-1234", "assistant: 905-222-1234",
    ],
    street="Silicon Alley 5", city="New York", region="New York", postal_code="12345", country=_STATES,
)  # fmt: skip

OUTLOOK = _card(
    "vcard-ez/John_Doe_MS_OUTLOOK.vcf", **_JOHN, middle_name="Richter James", nickname="Johny",
    department="Accounting", emails=["john.doe@ibm.cm"], phones=["work: (905) 555-1234", "home: (905) 666-1234"],
    street="Cresent moon drive", city="Albaney", region="New York", postal_code="12345", country=_STATES,
    birthday="1980-03-22", description=Begins("THIS SOFTWARE IS PROVIDED BY GEORGE EL-HADDAD ''AS IS'' AND ANY"),
)  # fmt: skip

FULL_CONTACT = _card(
    "vcard-ez/fullcontact.vcf", prefix="Prefix", first_name="FirstName", middle_name="MiddleName",
    last_name="LastName", suffix="Suffix", nickname="NickName",
    phones=[
        "home: 555-555-1111", "work: 555-555-1112", "mobile: 555-555-1113", "mobile: 555-555-1114", "555-555-1115",
        "home fax: 555-555-1116", "work fax: 555-555-1117", "555-555-1118", "555-555-1119",
    ],
    emails=[
        "home: home@example.com", "work: work@example.com", "school: school@example.com",
        "other: other@example.com", "customtype: custom@example.com",
    ],
    companies=["Organization1"], department="Department1", title="Title1", birthday="2016-08-01",
    description="Notes line 1\nNotes line 2", website="http://www.homepage.com", street="WorkExtended, WorkStreet",
    city="WorkCity", region="WorkState", postal_code="WorkPostal", country="WorkCountry", tags=["Tag"],
)  # fmt: skip

# Labels are written small.
GMAIL_SINGLE = _card(
    "vcard-ez/gmail-single.vcf", first_name="Greg", last_name="Dartmouth", nickname="Gman",
    emails=["gdartmouth@hotmail.com"], phones=["mobile: 555 555 1111", "grand_central: 555 555 2222"],
    street="123 Home St Home City, HM 12345", companies=["TheCompany"], title="TheJobTitle", birthday="1960-09-10",
    website="http://TheProfile.com",
    description="This is GMail's note field.\nIt should be added as a NOTE type.\nACustomField: CustomField",
)  # fmt: skip

# Words stand where numbers should: four warnings.
OUTLOOK_2003 = _card(
    "vcard-ez/outlook-2003.vcf", warnings=4, prefix="Mr.", first_name="John", last_name="Doe", suffix="III",
    nickname="Joey", companies=["Company, The"], department="TheDepartment", title="The Job Title",
    description="This is the note field!!\nSecond line\n\nThird line is empty", emails=["jdoe@hotmail.com"],
    street="TheOffice, 123 Main St", city="Austin", region="TX", postal_code="12345", country=_STATES,
    website="http://web-page-address.com", birthday="1980-03-21",
)  # fmt: skip

RFC = imported(
    "vcard-ez/rfc2426-example.vcf",
    counts={"contact": (2, 0, 0, 0, 0, 0)},
    made={"company": 2},
    links=2,
    records=(
        whole(
            "contact", 0, first_name="Frank", last_name="Dawson", companies=["Lotus Development Corporation"],
            emails=["Frank_Dawson@Lotus.com", "fdawson@earthlink.net"],
            phones=["work: +1-919-676-9515", "work fax: +1-919-676-9564"], street="6544 Battleford Drive",
            city="Raleigh", region="NC", postal_code="27613-3502", country="U.S.A.",
            website="http://home.earthlink.net/~fdawson",
        ),
        whole(
            "contact", -1, first_name="Tim", last_name="Howes", companies=["Netscape Communications Corp."],
            emails=["howes@netscape.com"], phones=["work: +1-415-937-3419", "work fax: +1-415-528-4164"],
            street="501 E. Middlefield Rd.", city="Mountain View", region="CA", postal_code="94043",
            country="U.S.A.",
        ),
    ),
)  # fmt: skip

KHARD = (
    _card(
        "vcard-khard/altid.vcf", company=False, first_name="one", last_name="representation",
        description=Begins("RFC6350 requires N to have cardinality <=1 but allows alternative representations"),
        external_ids=["vcard:altid"],
    ),
    _card(
        "vcard-khard/category.vcf", company=False, first_name="contact", middle_name="with", last_name="category",
        emails=["foo@example.org"], tags=["bar"], external_ids=["vcard:cat1"],
    ),
    _card(
        "vcard-khard/contact1.vcf", company=False, first_name="second", last_name="contact", birthday="2018-01-20",
        emails=["home: user@example.com"], phones=["0123456789"], external_ids=["vcard:testuid1"],
    ),
    _card(
        "vcard-khard/joe.vcf", company=False, first_name="Joe", last_name="Citizen", nickname="horrible_human_being",
        emails=["jcitizen@foo.com"], external_ids=["vcard:6exhjr32bt783wwlr9u0sr8lfqse5x7zqc8y"],
    ),
    _card("vcard-khard/korean-c.vcf", company=False, last_name="최", first_name="유림"),
    _card(
        "vcard-khard/labels.vcf", first_name="labeled", last_name="guy", companies=["Test Inc"],
        external_ids=["vcard:51953f58-237e-429a-a271-cb47c026a895"],
    ),
    _card("vcard-khard/minimal.vcf", company=False, first_name="minimal", last_name="contact"),
    _card(
        "vcard-khard/nickname.vcf", company=False, first_name="Michael", last_name="Smith", nickname="Mike",
        emails=["ms@example.org"], external_ids=["vcard:issue251part1"],
    ),
    # A line is broken where a blank was: whoever joins it again as the standard says has none.
    _card(
        "vcard-khard/photov3.vcf", company=False, first_name="with", middle_name="photo", last_name="v3",
        description=Begins('From the RFC: ENCODING must be "b" (which enforces base64 encodeddata), TYPE may be'),
        external_ids=["vcard:photov3"],
    ),
    _card(
        "vcard-khard/post.vcf", company=False, first_name="With", middle_name="post", last_name="address",
        street="PostBox, Ext, Main Street 1", city="The City", region="SomeState", postal_code="00000",
        country="HomeCountry", external_ids=["vcard:postcontact"],
    ),
    _card(
        "vcard-khard/tel-value-uri.vcf", company=False, first_name="bug", last_name="195",
        phones=["mobile: 67545678"], external_ids=["vcard:bf3lycta2gmsk1ts57owath965h38709zoyu"],
    ),
    # Circa 1800 is no day.
    _card(
        "vcard-khard/text-bday.vcf", company=False, warnings=1, first_name="text", last_name="birthday",
        external_ids=["vcard:testuid3"],
    ),
    imported(
        "vcard-khard/org.vcf",
        counts={"company": (1, 0, 0, 0, 0, 0)},
        links=0,
        records=(
            whole("company", 0, name="ACME Inc.", external_ids=["vcard:429A43AB-52F2-4714-AA62-077528A12464"]),
        ),
    ),
    # The card breaks off.
    imported(
        "vcard-khard/unparsable.vcf", counts={"contact": (0, 0, 0, 0, 1, 0)}, rejected=("line 1",), records=()
    ),
)  # fmt: skip

KHARD_TOGETHER = imported(
    *(name for expected in KHARD for name in expected.names),
    counts={"contact": (12, 0, 0, 0, 1, 0), "company": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    total={"contact": 12, "company": 2},
    links=1,
    warnings=1,
    records=(some("contact", "Joe Citizen", emails=["jcitizen@foo.com"]), some("company", "ACME Inc.", domains=None)),
)  # fmt: skip

# The third card has nothing but a nickname and an address.
MONICA = imported(
    "vcard-monica/monica_three_cards.vcf",
    counts={"contact": (3, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, first_name="Bono", emails=["bono@example.com"], phones=["+1 202-555-0191"],
            companies=["U2"], title="Lead vocalist", birthday="1960-05-10", description="Lorem ipsum dolor sit amet",
        ),
        whole("contact", 1, first_name="John", last_name="Doe", emails=["john.doe@example.com"]),
        whole(
            "contact", -1, nickname="Johnny", street="17 Shakespeare Ave.", city="Southampton",
            postal_code="SO17 2HB", country="United Kingdom",
        ),
    ),
)  # fmt: skip

APPLE = imported(
    "vcard-roundcube/apple.vcf",
    counts={"company": (1, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "company", 0, name="Apple Computer AG", street="Birgistrasse 4a", city="Wallisellen-Zürich",
            postal_code="8304", country="Switzerland", website="http://www.apple.ch", domains=["apple.ch"],
        ),
    ),
)  # fmt: skip

# Each value says of itself that it is Windows-1252.
ROUNDCUBE = _card(
    "vcard-roundcube/johndoe.vcf", first_name="John", last_name="Doë", companies=["roundcube.net"],
    emails=["home: roundcube@gmail.com", "work: inbox@roundcube.net"],
    phones=["work: +123456789", "mobile: +987654321"], street="The street", city="Hometown", postal_code="5555",
    country="Cayman Islands", description="The notes...",
)  # fmt: skip

EXPECTED = (
    EVOLUTION, GMAIL, IPHONE, OUTLOOK, FULL_CONTACT, GMAIL_SINGLE, OUTLOOK_2003, RFC, *KHARD, KHARD_TOGETHER, MONICA,
    APPLE, ROUNDCUBE,
)  # fmt: skip
