"""Files as people write them by hand, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import Refused, imported, whole

# Where the family name ends, the file does not say.
JAPANESE = imported(
    "hand-made/contacts_ja.csv",
    counts={"contact": (3, 0, 0, 0, 0, 0)},
    made={"company": 1},
    links=1,
    records=(
        whole(
            "contact", 0, last_name="山田花子", emails=["hanako@example.com"], phones=["090-1111-2222"],
            companies=["テスト商事"], description="大学の同期, テニス仲間",
        ),
        whole("contact", 1, last_name="佐藤太郎", emails=["taro@example.com"], phones=["03-1234-5678"]),
        whole("contact", -1, emails=["noname@example.com"]),
    ),
)  # fmt: skip

# A column says of each row whether it is private or a firm.
GERMAN = imported(
    "hand-made/kunden_vorlage_de_bom.csv",
    counts={"company": (1, 0, 0, 0, 0, 0), "contact": (1, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "contact", 0, first_name="Max", last_name="Muster", emails=["max@muster.de"], phones=["0221 123456"],
            street="Musterweg 1", postal_code="50667", city="Köln",
        ),
        whole(
            "company", 0, name="Glanzwerk GmbH", domains=["glanzwerk.de"], phones=["0221 654321"],
            street="Industriestr. 5", postal_code="50859", city="Köln", description="Stammkunde",
        ),
    ),
)  # fmt: skip

EXPECTED = (
    JAPANESE, GERMAN,
    Refused(
        "hand-made/quickbooks_invoices_preamble.csv",
        "quickbooks_invoices_preamble.csv holds no records of a CRM; it looks like invoices",
    ),
)  # fmt: skip
