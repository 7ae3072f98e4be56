"""What files are, and where their columns go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from smallcrm.errors import UsageError
from smallcrm.services.transfer.detecting import Options, Recognition, recognise
from smallcrm.services.transfer.reading import open_table
from smallcrm.services.values.dates import DateOrder
from tests.services.transfer.expected import EXPECTED, UNSUITABLE
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path


PLAIN = Options()


def seen(tmp_path: Path, content: str, options: Options = PLAIN, name: str = "file.csv") -> Recognition:
    """What a file of that content is recognised as."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8", newline="")
    return recognise(open_table(path), options)


def targets(found: Recognition, at: int = 0) -> dict[str, str]:
    """The targets of one mapping by column, as they are shown."""
    return {column.header: column.shown for column in found.mappings[at].columns}


@pytest.mark.parametrize("name", EXPECTED)
def test_it_maps_the_export(name: str) -> None:
    """Noun, vendor and targets of a real file are as somebody who read it says."""
    noun, source, expected = EXPECTED[name]
    found = recognise(open_table(corpus("import", *name.split("/"))))
    mapping = found.mappings[-1]
    assert (mapping.noun, mapping.source.partition("-")[0], found.ambiguities) == (noun, source, ())
    assert targets(found, -1) | expected == targets(found, -1)
    assert {column.header for column in mapping.columns} | {c.header for c in mapping.unmapped} >= set(expected)


@pytest.mark.parametrize("name", UNSUITABLE)
def test_it_says_what_else_a_file_is(name: str) -> None:
    """Instead of importing deals as companies."""
    with pytest.raises(UsageError, match=UNSUITABLE[name]):
        recognise(open_table(corpus("import", *name.split("/"))))


def test_it_lists_what_goes_nowhere_with_two_samples() -> None:
    """And with how many rows fill it."""
    mapping = recognise(open_table(corpus("import", "datablist", "customers-100.csv"))).mappings[0]
    unmapped = {column.header: (column.filled, column.of, column.samples) for column in mapping.unmapped}
    assert unmapped == {
        "zIndex": (100, 100, ("1", "2")),
        "Subscription Date": (100, 100, ("2020-08-24", "2021-04-23")),
    }


def test_it_sees_that_rows_are_companies_and_persons() -> None:
    """Each mapping takes its own rows."""
    company, contact = recognise(open_table(corpus("import", "odoo", "res.partner.csv"))).mappings
    assert (company.noun, contact.noun) == ("company", "contact")
    assert company.only
    assert contact.only
    assert company.only.select([["x", "y", "Company"], ["x", "z", "Individual"]], [2, 3])[1] == [2]
    assert contact.only.select([["x", "y", "Company"], ["x", "z", "Individual"]], [2, 3])[1] == [3]


def test_it_asks_for_the_order_of_days_and_months_only_if_nothing_tells(tmp_path: Path) -> None:
    """The question shows samples and names the flag."""
    head = "First Name,Email,Birthday\n"
    (question,) = seen(tmp_path, head + "A,a@b.de,03/04/1980\nB,b@b.de,01/02/1981\n").ambiguities
    assert (question.column, question.flag, question.choices) == ("Birthday", "--date-order", ("dmy", "mdy"))
    assert set(question.samples) == {"03/04/1980", "01/02/1981"}
    told = seen(tmp_path, head + "A,a@b.de,03/04/1980\n", Options(date_order=DateOrder.MDY))
    assert told.ambiguities == ()
    assert told.mappings[0].of("birthday")[0].decision.date_order is DateOrder.MDY


def test_it_looks_through_the_whole_file_for_a_date_that_tells(tmp_path: Path) -> None:
    """Far behind the sampled rows."""
    rows = "A,a@b.de,03/04/1980\n" * 3000 + "B,b@b.de,25/12/1981\n"
    found = seen(tmp_path, "First Name,Email,Birthday\n" + rows)
    assert found.ambiguities == ()
    assert found.mappings[0].of("birthday")[0].decision.date_order is DateOrder.DMY


def test_it_learns_the_order_from_another_column(tmp_path: Path) -> None:
    """One program writes all its dates alike."""
    found = seen(tmp_path, "Name,Email,Birthday,Created At\nA,a@b.de,3/4/1980,12/28/2020\n")
    assert found.ambiguities == ()
    assert {c.decision.date_order for c in found.mappings[0].columns if c.decision.date_order} == {DateOrder.MDY}


def test_it_asks_for_the_decimal_mark_only_if_nothing_tells(tmp_path: Path) -> None:
    """A lone `1.234` tells nothing."""
    head = "Company Name;Annual Revenue\n"
    (question,) = seen(tmp_path, head + "A GmbH;1.234\nB GmbH;2.500\n").ambiguities
    assert (question.flag, question.choices) == ("--decimal", (".", ","))
    found = seen(tmp_path, head + "A GmbH;1.234\nB GmbH;2.500,75\n")
    assert found.mappings[0].of("revenue")[0].decision.decimal == ","


def test_the_decimal_mark_of_one_column_is_that_of_others_that_are_open(tmp_path: Path) -> None:
    """Groups of whole numbers tell it themselves, unless they are written in both ways."""

    def marks(head: str, *rows: str) -> list[str | None]:
        found = seen(tmp_path, "\n".join((head, *rows)) + "\n")
        assert found.ambiguities == ()
        return [column.decision.decimal for column in found.mappings[0].columns[1:]]

    head = "Firma;Umsatz;Mitarbeiter"
    assert marks(head, "A;1.234,50 €;12", "B;99,00 €;1.200") == [",", ","]
    assert marks(head, "A;1.234,50 €;1.200", "B;99,00 €;1,200") == [",", ","]
    assert marks(head, "A;1.234,50 €;1,200") == [",", "."]
    deals = "Deal Name;Deal Stage;Amount;Probability"
    assert marks(deals, "A;Lead;1.234,50 €;0.125", "B;Lead;99,00 €;12") == [None, ",", None]
    calls = "Activity Type;Subject;Call Duration"
    assert marks(calls, "Call;A;1.200") == [None, None]


def test_it_obeys_a_mapping_that_is_given(tmp_path: Path) -> None:
    """Before its own knowledge, but only for columns that exist."""
    options = Options(targets={"wer": "name", "WO": "address:city", "Email": "-", "x": "emails:work"})
    found = seen(tmp_path, "Wer,Wo,Email,x\nAnn,Ulm,no,a@b.de\n", Options("contact", targets=options.targets))
    assert targets(found) == {"Wer": "name", "Wo": "address (city)", "x": "emails (work)"}
    with pytest.raises(UsageError, match="no column 'y'"):
        seen(tmp_path, "Wer,Email\nAnn,a@b.de\n", Options(targets={"y": "name"}))


def test_it_makes_no_people_of_deals(tmp_path: Path) -> None:
    """What is plainly the work with people is not taken for people."""
    found = seen(tmp_path, "Deal Name,Deal Stage,Amount,Close Date\nRoof,Lead,100,2026-01-01\n")
    assert found.mappings[0].noun == "deal"
    with pytest.raises(UsageError, match="looks like products") as caught:
        seen(tmp_path, "Product Name,SKU,Price\nRoof,1,100\n")
    assert caught.value.hint == "smallcrm import file.csv --as contact"


def test_it_makes_no_people_of_tickets_that_bring_their_people(tmp_path: Path) -> None:
    """A list that begins with the id of a ticket is one of tickets; a file called otherwise is asked about."""
    columns = "Subject,Status,Priority,Resolved time,Full name,Title,Email,Mobile phone,Contact ID,Company Name"
    cells = "Broken,Open,Low,2026-01-01,Ann Lee,Boss,ann@lee.example,,7,Lee Ltd"
    tickets = f"Ticket ID,{columns}\n17,{cells}\n"
    assert seen(tmp_path, tickets).mappings[0].noun == "ticket"
    with pytest.raises(UsageError, match="not clear what the rows are"):
        seen(tmp_path, tickets, name="contacts.csv")


@pytest.mark.parametrize(
    ("text", "noun", "fields"),
    [
        ("Name,Phone,Company\nAnn Lee,+49 30 1234567,Acme GmbH\n", "contact", ["name", "phones", "company"]),
        ("Full Name,Company Name\nAnn Lee,Acme\nBob Ray,Bolt\n", "contact", ["name", "company"]),
        ("ID,Name,Company\n1,Ann Lee,Acme\n2,Bob Ray,Bolt\n", "contact", ["external_id", "name", "company"]),
        ("Name,Website,Company\nAcme,acme.com,Acme GmbH\n", "company", ["name", "website"]),
        ("Name,Phone,Company\nAcme Inc,+49 30 1234567,Acme\n", "company", ["name", "phones"]),
    ],
)
def test_people_with_a_company_beside_are_people(tmp_path: Path, text: str, noun: str, fields: list[str]) -> None:
    """By what their names read like; and of two names of a company one is not imported, and told."""
    mapping = seen(tmp_path, text).mappings[0]
    assert (mapping.noun, [column.target.field for column in mapping.columns]) == (noun, fields)
    assert len(mapping.columns) + len(mapping.unmapped) == text.partition("\n")[0].count(",") + 1


def test_it_refuses_to_guess_what_a_list_of_names_is(tmp_path: Path) -> None:
    """Unless the file's name or the user tells."""
    with pytest.raises(UsageError, match="not clear what the rows are") as caught:
        seen(tmp_path, "name\nMiller\nSmith\n")
    assert caught.value.hint == "smallcrm import file.csv --as contact"
    assert seen(tmp_path, "name\nMiller\n", name="companies.csv").mappings[0].noun == "company"
    assert seen(tmp_path, "name\nMiller\n", Options(noun="contact")).mappings[0].noun == "contact"
    with pytest.raises(UsageError, match="'boat'"):
        seen(tmp_path, "name\nMiller\n", Options(noun="boat"))


def test_it_knows_columns_without_names_by_their_values(tmp_path: Path) -> None:
    """Where the first row is data."""
    found = seen(tmp_path, "Ann Lee,ann@b.de,+49 30 123456\nBob Ray,bob@b.de,+49 30 654321\n")
    assert targets(found) == {"Column 1": "name", "Column 2": "emails", "Column 3": "phones"}


@pytest.mark.parametrize(
    ("header", "row", "noun", "expected"),
    [
        (
            (
                "Anrede;Vorname;Nachname;Firma;Position;E-Mail (geschäftlich);Telefon (privat);Handy;"
                "Straße;PLZ;Ort;Land;Geburtsdatum"
            ),
            "Frau;Eva;Öz;Öz AG;CTO;e@oez.de;030 1;0171 2;Weg 1;10115;Berlin;DE;01.02.1980",
            "contact",
            {
                "Anrede": "prefix",
                "Firma": "company (name)",
                "E-Mail (geschäftlich)": "emails (work)",
                "Telefon (privat)": "phones (home)",
                "Handy": "phones (mobile)",
                "Straße": "address (street)",
                "Geburtsdatum": "birthday",
            },
        ),
        (
            "Prénom,Nom,Société,Adresse e-mail,Téléphone portable,Code postal,Ville,Pays",
            "Luc,Roy,Roy SA,l@roy.fr,0612345678,75001,Paris,France",
            "contact",
            {
                "Prénom": "first_name",
                "Nom": "last_name",
                "Adresse e-mail": "emails",
                "Téléphone portable": "phones (mobile)",
                "Code postal": "address (postal code)",
            },
        ),
        (
            "Nombre,Apellidos,Correo electrónico,Teléfono,Empresa,Cargo,Ciudad",
            "Ana,Gil,a@gil.es,912345678,Gil SL,Jefa,Madrid",
            "contact",
            {"Nombre": "first_name", "Apellidos": "last_name", "Correo electrónico": "emails", "Cargo": "title"},
        ),
        (
            (
                "First Name,Last Name,Title,Company,Company Name for Emails,Email,Email Status,"
                "Work Direct Phone,Corporate Phone,"
                "# Employees,Person Linkedin Url,Company Phone"
            ),
            "Al,Bo,CEO,Acme,Acme,a@acme.com,Verified,+1 555 123 4567,+1 555 123 0000,50,http://linkedin.com/in/x,1",
            "contact",
            {"Title": "title", "Company": "company (name)", "Email": "emails", "Work Direct Phone": "phones (work)"},
        ),
        (
            "Id,Account.Name,FirstName,LastName,MailingStreet,MailingPostalCode,HasOptedOutOfEmail,OwnerId,AccountId",
            "003,Acme,Al,Bo,Road 1,10115,true,005,001",
            "contact",
            {
                "Id": "external_id",
                "AccountId": "company (external)",
                "MailingPostalCode": "address (mailing postal code)",
                "HasOptedOutOfEmail": "opt_out",
                "OwnerId": "owner",
            },
        ),
        (
            (
                "First Name,Last Name,Labels,E-mail 1 - Label,E-mail 1 - Value,"
                "Organization Name,Organization Title,Birthday"
            ),
            "Al,Bo,* myContacts,Work,a@b.de,Acme,CEO,1980-01-02",
            "contact",
            {
                "Labels": "tags",
                "E-mail 1 - Label": "emails (label)",
                "E-mail 1 - Value": "emails",
                "Organization Name": "company (name)",
                "Organization Title": "title",
            },
        ),
        (
            "Název firmy;Web;Odvětví;Počet zaměstnanců;Obrat;PSČ;Město",
            "Acme s.r.o.;acme.cz;IT;5;1,5;110 00;Praha",
            "company",
            {
                "Název firmy": "name",
                "Web": "website",
                "Odvětví": "industry",
                "Počet zaměstnanců": "employees",
                "Obrat": "revenue",
                "PSČ": "address (postal code)",
                "Město": "address (city)",
            },
        ),
        (
            "Company name,Company owner,Number of Employees,Website URL,Country/Region,Parent Company",
            "Acme,joe@x.com,5,https://acme.com,US,",
            "company",
            {
                "Company name": "name",
                "Company owner": "owner",
                "Country/Region": "address (country)",
                "Parent Company": "parent (name)",
            },
        ),
    ],
)
def test_it_reads_the_columns_of_programs_not_in_the_corpora(
    tmp_path: Path, header: str, row: str, noun: str, expected: dict[str, str]
) -> None:
    """Several languages and vendors."""
    found = seen(tmp_path, f"{header}\n{row}\n")
    assert found.mappings[0].noun == noun
    assert targets(found) | expected == targets(found)


@pytest.mark.parametrize(("header", "region"), [("County,State", "State"), ("County,City", "County")])
def test_a_county_is_the_region_where_no_state_is(tmp_path: Path, header: str, region: str) -> None:
    """An address has one region: beside a state a county goes nowhere, and is told."""
    found = seen(tmp_path, f"First Name,Last Name,Email,{header}\nAnn,Lee,ann@x.example,Orleans,Louisiana\n")
    assert [name for name, target in targets(found).items() if target == "address (region)"] == [region]
