"""The files of address books, Google's, Outlook's, Thunderbird's, KMail's and others, read first."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

ONE_COLUMN = imported(
    "google-outlook-tb/emails_one_column.csv",
    counts={"contact": (4, 0, 0, 0, 0, 0)},
    records=(
        whole("contact", 0, emails=["test1@domain.tld"]),
        whole("contact", -1, emails=["test4@domain.tld"]),
        whole("contact", 2, emails=["test3@domain.tld"]),
    ),
)  # fmt: skip

# Words stand where numbers should: seven warnings. `* My Contacts` is the group that everybody is in.
GOOGLE = imported(
    "google-outlook-tb/google_old.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    warnings=7,
    records=(
        whole(
            "contact", 0, prefix="Prefix", first_name="Firstname", middle_name="Middle", last_name="Lastname",
            suffix="Suffix", nickname="nick", birthday="1975-12-12", description='note"note', tags=["Test"],
            emails=["home: home@aaa.pl", "work: work@email.pl", "unknown@email.com", "other: other@email.com"],
            street="home_street, home_pobox", city="home_city", region="home_state", postal_code="home_zip",
            country="home_country", companies=["company"], title="jobtitle", website="test.com",
        ),
    ),
)  # fmt: skip

GOOGLE_EVENTS = imported(
    "google-outlook-tb/google_old_2events.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, prefix="Dr.", first_name="Ada", middle_name="King", last_name="Lovelace", suffix="PhD",
            nickname="Addie", birthday="1815-12-10", description="Poet of numbers", tags=["Family", "Work"],
            emails=["home: ada@home.example", "work: ada@work.example"],
            phones=["mobile: +44 20 7946 0100", "work: +44 20 7946 0200"], street="12 Bridge St", city="London",
            region="Greater London", postal_code="SW1A 1AA", country="United Kingdom",
            companies=["Analytical Engines"], title="Engineer", department="Research",
            website="https://linkedin.com/in/ada",
        ),
    ),
)  # fmt: skip

# 20/01 says that the day comes first. Second numbers come after all first ones; in which order the file leaves open.
OUTLOOK = imported(
    "google-outlook-tb/outlook_all.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, prefix="Prefix", first_name="First Name", middle_name="Middle Name",
            last_name="Last Name", suffix="Suffix", nickname="Nickname", companies=["Company"],
            department="Department", title="Job Title",
            emails=["home: home@example.com", "work: work@example.com", "other: other@example.com"],
            phones=[
                "home: 100", "work: 300", "home mobile: 500", "600", "home fax: 700", "work fax: 800", "car: 900",
                "pager: 111", "assistant: 333", "other: 444", "home: 200", "work: 400",
            ],
            street="Work Street", city="Work City", region="Work State", postal_code="Work Zip",
            country="Work Country", birthday="1991-01-20", description="Notes", tags=["test"],
            website="https://blog",
        ),
    ),
)  # fmt: skip

OUTLOOK_EMAILS = imported(
    "google-outlook-tb/outlook_emails_only.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    records=(whole("contact", 0, emails=["test1@domain.tld", "test2@domain.tld", "test3@domain.tld"]),),
)  # fmt: skip

# No phone of this file has a digit: five warnings.
THUNDERBIRD = imported(
    "google-outlook-tb/thunderbird.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    warnings=5,
    records=(
        whole(
            "contact", 0, first_name="Firstname", last_name="Lastname", nickname="Nick",
            emails=["test@domain.tld", "next@domain.tld"], street="Addr work", city="Wcity", region="Wstate",
            postal_code="33-333", country="Poland", title="title", department="department",
            companies=["Organization"], website="http://page.com", birthday="1970-11-15",
        ),
    ),
)  # fmt: skip

# A number stands once, under the first of its labels.
KMAIL = imported(
    "horde/KMail.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, first_name="Firman Wandayandi", middle_name="Wandayandi", nickname="firman",
            emails=["firman@php.net"], phones=["home: 99999999", "mobile: 999999999"], street="Foo Street",
            postal_code="99999", country="Indonesia", title="Web Developer", department="Foo Net",
            companies=["Foo"], description="It's a notes.", website="http://php.hm/~firman",
        ),
    ),
)  # fmt: skip

_FIRMAN = {
    "first_name": "Firman", "last_name": "Wandayandi", "emails": ["firman@php.net"], "street": "Foo Street",
    "city": "Bandung", "region": "West Java", "postal_code": "99999", "country": "Indonesia", "companies": ["Foo"],
    "description": "It's\nmultiline\nmemo.", "website": "http://php.hm/~firman",
}  # fmt: skip

HORDE_OUTLOOK = imported(
    "horde/Outlook.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, **_FIRMAN, title="Web Developer", department="Foo Net",
            phones=["work fax: 99999999", "mobile: 999999999"],
        ),
    ),
)  # fmt: skip

WAB = imported(
    "horde/WAB.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, **_FIRMAN, title="Web Developer", department="Foo Net", nickname="firman",
            phones=["home: 99999999", "mobile: 999999999"],
        ),
    ),
)  # fmt: skip

# What stands under `Work` is no number.
YAHOO = imported(
    "horde/Yahoo.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole("contact", 0, **_FIRMAN, nickname="firman", phones=["pager: 99999999", "mobile: 999999999"]),
    ),
)  # fmt: skip

# One person four times, by the address: Outlook's file fills the city, and the others say nothing new. What three rows
# call him, and the notes of all that have others, is told.
HORDE = imported(
    *KMAIL.names, *HORDE_OUTLOOK.names, *WAB.names, *YAHOO.names,
    counts={"contact": (1, 1, 0, 2, 0, 0)},
    made={"company": 1},
    total={"contact": 1, "company": 1},
    warnings=5,
    records=(some("contact", 0, emails=["firman@php.net"], companies=["Foo"], city="Bandung"),),
)  # fmt: skip

EXPECTED = (
    ONE_COLUMN, GOOGLE, GOOGLE_EVENTS, OUTLOOK, OUTLOOK_EMAILS, THUNDERBIRD, KMAIL, HORDE_OUTLOOK, WAB, YAHOO, HORDE,
)  # fmt: skip
