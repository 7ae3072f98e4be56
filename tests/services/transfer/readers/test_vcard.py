"""vCards as tables: the three versions and what programs make of them; a card that is none is a reject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError, ValidationError
from smallcrm.services.transfer.readers import cardlines, vcard
from smallcrm.services.transfer.readers.vcard import open_cards
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from pathlib import Path

    from smallcrm.services.transfer.readers.spool import SpooledTable


def file(folder: Path, *lines: str, encoding: str = "utf-8", end: str = "\r\n") -> Path:
    """A file of these lines."""
    path = folder / "c.vcf"
    path.write_bytes(end.join([*lines, ""]).encode(encoding))
    return path


def card(*lines: str, version: str = "3.0") -> list[str]:
    """The lines of a whole card."""
    return ["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD"]


def rows(table: SpooledTable) -> list[dict[str, str]]:
    """The rows of a table by its columns, without what is empty."""
    found = [row for chunk in table.chunks() for row in chunk.rows]
    return [{key: cell for key, cell in zip(table.columns, row, strict=True) if cell} for row in found]


def rejects(table: SpooledTable) -> list[tuple[int, str, str]]:
    """The rejected cards: line, reason and whatever is known of the full name."""
    at = table.columns.index("Full Name")
    return [(bad.line, bad.reason, bad.row[at]) for chunk in table.chunks() for bad in chunk.rejected]


def only(path: Path, **how: Any) -> dict[str, str]:
    """The one row of the one table in a file."""
    (table,) = open_cards(path, **how)
    (row,) = rows(table)
    return row


def read(folder: Path, *lines: str, version: str = "3.0") -> dict[str, str]:
    """What a card of these lines says."""
    return only(file(folder, *card(*lines, version=version)))


@pytest.mark.parametrize(
    ("version", "lines", "found"),
    [
        ("3.0", ["FN:Ann Lee", "N:Lee;Ann;Mia,Jo;Dr.;Jr."],
         {"Full Name": "Ann Lee",
          "First Name": "Ann", "Middle Name": "Mia Jo", "Last Name": "Lee", "Name Prefix": "Dr.",
          "Name Suffix": "Jr."}),
        ("4.0", ["FN:A\\, B\\; C\\nD \\\\ E"], {"Full Name": "A, B; C\nD \\ E"}),
        ("2.1", ["FN:A", "NOTE:C:\\new\\; x"], {"Full Name": "A", "Notes": "C:\\new; x"}),
        ("3.0", ["FN:A", "N:a\\;b;c\\,d"], {"Full Name": "A", "Last Name": "a;b", "First Name": "c,d"}),
        ("3.0", ["FN:Ann", " y Lee", "NOTE:one", "\ttwo", "  three"],
         {"Full Name": "Anny Lee", "Notes": "onetwo three"}),
        ("4.0", ["FN:One", "FN;PREF=1:Two"], {"Full Name": "Two"}),
        ("3.0", ["FN:A", "ORG:Bolt;Tools;;Nails;"],
         {"Full Name": "A", "Organization": "Bolt", "Department": "Tools, Nails"}),
        ("3.0", ["FN:A", "TITLE:CEO", "ROLE:Boss"], {"Full Name": "A", "Job Title": "CEO", "Role": "Boss"}),
        ("2.1", ["FN:A", "TEL;CELL;VOICE:1", "TEL;HOME;FAX;PREF:2", "TEL:3"],
         {"Full Name": "A", "Phone 1 - Label": "home fax", "Phone 1 - Value": "2", "Phone 2 - Label": "mobile",
          "Phone 2 - Value": "1", "Phone 3 - Value": "3"}),
        ("4.0", ["FN:A", 'TEL;VALUE=uri;TYPE="voice,work";PREF=2:tel:+33-1;ext=102', "TEL;PREF=1;TYPE=iphone:5"],
         {"Full Name": "A", "Phone 1 - Label": "mobile", "Phone 1 - Value": "5", "Phone 2 - Label": "work",
          "Phone 2 - Value": "+33-1;ext=102"}),
        ("3.0", ["FN:A", "item1.EMAIL;type=INTERNET;type=pref:a@x.org", "item1.X-ABLabel:School",
                 "EMAIL:mailto:b@x.org", "item2.TEL:1", "item2.X-ABLabel:_$!<AssistantPhone>!$_"],
         {"Full Name": "A", "E-mail 1 - Label": "School", "E-mail 1 - Value": "a@x.org", "E-mail 2 - Value": "b@x.org",
          "Phone 1 - Label": "assistant", "Phone 1 - Value": "1"}),
        ("3.0", ["FN:A", "ADR;TYPE=WORK:Box 1;Flat 2;Main St 3;Bonn;NRW;53111;Germany"],
         {"Full Name": "A", "Work PO Box": "Box 1", "Work Extended Address": "Flat 2", "Work Street": "Main St 3",
          "Work City": "Bonn", "Work Region": "NRW", "Work Postal Code": "53111", "Work Country": "Germany"}),
        ("3.0", ["FN:A", "ADR;TYPE=home:;;H;;;;", "ADR;TYPE=work,pref:;;W;;;;", "ADR;TYPE=home:;;H2;;;;"],
         {"Full Name": "A", "Home Street": "H", "Street": "W", "Address 3 - Street": "H2"}),
        ("3.0", ["FN:A", "CATEGORIES:a,b\\,c", "CATEGORIES:d"], {"Full Name": "A", "Tags": "a; b,c; d"}),
        ("3.0", ["FN:A", "URL:http\\://a.org", "URL;TYPE=pref:http://b.org", "URL:http://b.org"],
         {"Full Name": "A", "Website": "http://b.org", "Website 2": "http://a.org"}),
        ("3.0", ["FN:A", "BDAY;X-APPLE-OMIT-YEAR=1604:1604-02-03", "UID:u:1", "REV:20200101T000000Z"],
         {"Full Name": "A", "Birthday": "--02-03", "UID": "u:1", "Rev": "20200101T000000Z"}),
        ("3.0", ["FN:A", "X-SPOUSE:Jo", "item1.X-ABDATE:1999-01-02", "item1.X-ABLabel:_$!<Anniversary>!$_", "X-ID:7",
                 "X-AIM:a", "X-AIM:b"],
         {"Full Name": "A", "Spouse": "Jo", "Anniversary": "1999-01-02", "X-ID": "7", "Aim": "a; b"}),
        ("2.1", ["N:Lee;Ann", "X-ANDROID-CUSTOM:vnd.android.cursor.item/nickname;Annie;1;;;;;;;;;;;;;"],
         {"Last Name": "Lee", "First Name": "Ann", "Nickname": "Annie"}),
        ("3.0", ["ORG:Bolt", "EMAIL:a@bolt.com"], {"Organization": "Bolt", "E-mail 1 - Value": "a@bolt.com"}),
    ],
)  # fmt: skip
def test_it_reads_the_properties_of_people(
    tmp_path: Path, version: str, lines: list[str], found: dict[str, str]
) -> None:
    """As columns that an import knows."""
    assert read(tmp_path, *lines, version=version) == found


@pytest.mark.parametrize(
    "lines",
    [
        ["KIND:org", "FN:Bolt"],
        ["FN:Bolt", "N:;;;;", "ORG:Bolt;", "X-ABShowAs:COMPANY"],
        ["FN:Bolt", "ORG:Bolt"],
        ["ORG:Bolt", "TEL:1"],
    ],
)
def test_it_knows_the_cards_of_companies(tmp_path: Path, lines: list[str]) -> None:
    """By what they say of themselves, or by there being no person in them."""
    found = read(tmp_path, *lines)
    assert found["Company Name"] == "Bolt"
    assert "Full Name" not in found


def test_it_makes_a_table_of_people_and_one_of_companies(tmp_path: Path) -> None:
    """Where a file has both; groups are left out and counted."""
    path = file(tmp_path, *card("FN:Ann"), *card("KIND:org", "FN:Bolt"), *card("KIND:group", "FN:Us"))
    people, companies = open_cards(path)
    assert (people.name, companies.name) == ("c.vcf: people", "c.vcf: companies")
    assert (rows(people)[0]["Full Name"], rows(companies)[0]["Company Name"]) == ("Ann", "Bolt")
    assert people.notes == ("1 card of a group was left out.",)


@pytest.mark.parametrize(
    "lines",
    [
        ["N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BC=", "ller;Hans"],
        ["N;ENCODING=QUOTED-PRINTABLE;CHARSET=ISO-8859-1:M=FC=", "ller;H=", "ans"],
        ["n;quoted-printable;charset=windows-1252:M=FCller;Hans"],
        ["N;CHARSET=UTF-8;ENCODING=B:TcO8bGxlcjtIYW5z"],
    ],
)
def test_it_decodes_what_version_2_wrapped(tmp_path: Path, lines: list[str]) -> None:
    """Quoted-printable with its soft breaks, base64, character sets by their names."""
    assert read(tmp_path, *lines, version="2.1") == {"Last Name": "Müller", "First Name": "Hans"}


def test_it_ends_a_soft_break_where_the_card_ends(tmp_path: Path) -> None:
    """A mark that nothing follows does not eat the end."""
    assert read(tmp_path, "FN:A", "NOTE;QUOTED-PRINTABLE:x=", version="2.1") == {"Full Name": "A", "Notes": "x"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_it_reads_every_encoding_and_end_of_line(tmp_path: Path, encoding: str, end: str) -> None:
    """With and without a mark at the beginning."""
    found = only(file(tmp_path, *card("FN:Zoë Müller", "NOTE:a", " b"), encoding=encoding, end=end))
    assert found == {"Full Name": "Zoë Müller", "Notes": "ab"}


def test_it_reads_unmarked_letters_as_others_in_the_file_are_marked(tmp_path: Path) -> None:
    """And says so; what the user says counts first."""
    path = tmp_path / "c.vcf"
    name = "Ελένη"
    path.write_bytes(
        b"BEGIN:VCARD\nVERSION:2.1\nFN:" + name.encode("cp1253") + b"\nLABEL;CHARSET=Windows-1253:x\nEND:VCARD\n"
    )
    (table,) = open_cards(path)
    assert rows(table)[0]["Full Name"] == name
    assert table.notes == ("1 value is not UTF-8 and say nothing else; read as Windows-1253.",)
    assert only(path, encoding="cp1252")["Full Name"] == name.encode("cp1253").decode("cp1252")


def test_it_breaks_no_letter_that_a_line_break_stands_in(tmp_path: Path) -> None:
    """Some programs count bytes."""
    path = tmp_path / "c.vcf"
    path.write_bytes(b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Jos\xc3\r\n \xa9 Fold\r\nEND:VCARD\r\n")
    assert only(path) == {"Full Name": "José Fold"}


def test_it_leaves_pictures_out_and_counts_them(tmp_path: Path) -> None:
    """However they are wrapped, and wherever they say they are; nothing of them is in a value."""
    path = file(
        tmp_path,
        *card("FN:A", "PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ", " SkZJRg==", "NOTE:n"),
        *card(
            "FN:B",
            "PHOTO;BASE64:",
            "  /9j/4AAQSkZJRg==",
            "",
            "KEY;X509;ENCODING=BASE64:",
            "MIIDITCC",
            "AoqgAwIB",
            "",
            "NOTE:n",
        ),
        *card("FN:C", "PHOTO:http://169.254.169.254/latest/", "LOGO;VALUE=uri:file:///etc/passwd", "NOTE:n"),
    )
    (table,) = open_cards(path)
    assert [(row["Full Name"], row["Notes"]) for row in rows(table)] == [("A", "n"), ("B", "n"), ("C", "n")]
    assert all(row.keys() == {"Full Name", "Notes"} for row in rows(table))
    assert table.notes == ("5 pictures, sounds and keys were left out.",)


def test_it_rejects_a_card_that_breaks_off_and_reads_the_others(tmp_path: Path) -> None:
    """With the line that it begins on and what is known of it, in the middle and at the end."""
    path = file(
        tmp_path, *card("FN:A"), "BEGIN:VCARD", "FN:Half", "X-SPOUSE:Jo", *card("FN:B"), "begin:vcard", "FN:End"
    )
    (table,) = open_cards(path)
    reason = "the card is not finished: there is no END:VCARD"
    assert [row["Full Name"] for row in rows(table)] == ["A", "B"]
    assert rejects(table) == [(5, reason, "Half"), (12, reason, "End")]
    assert "Spouse" in table.columns


def test_it_leaves_out_a_card_in_a_card(tmp_path: Path) -> None:
    """Version 2.1 puts an assistant's card into that of the boss."""
    path = file(tmp_path, *card("FN:Boss", "AGENT:", *card("FN:Help", "TEL:1"), "NOTE:n", version="2.1"))
    (table,) = open_cards(path)
    assert rows(table) == [{"Full Name": "Boss", "Notes": "n"}]
    assert table.notes == ("1 card in a card was left out.",)


def test_it_bears_what_is_no_property(tmp_path: Path) -> None:
    """Lines between cards, lines that were broken without a sign, blank lines, strange parameters, empty cards."""
    path = file(
        tmp_path,
        "garbage",
        *card("FN:A", 'NOTE;X-ABC="a;b:c";=;;TYPE=:one', "", "two, and no more", 'TEL;TYPE="unclosed:1', "ORG"),
        "FN:nobody",
        "END:VCARD",
        *card(),
        *card("UID:1"),
    )
    (table,) = open_cards(path)
    assert rows(table)[0]["Full Name"] == "A"
    assert rows(table)[0]["Notes"].startswith("one\ntwo, and no more")
    assert sum(chunk.blank for chunk in table.chunks()) == 2
    assert "3 lines stand outside of the cards and were left out." in table.notes


def test_it_replaces_what_no_text_may_have(tmp_path: Path) -> None:
    """NUL and bytes that are no letters; escape codes stay, for whoever shows them to mind."""
    path = tmp_path / "c.vcf"
    path.write_bytes(b"BEGIN:VCARD\nFN:A\x00\x1b[31m\nNOTE;CHARSET=ascii:x\xff\nTEL;CHARSET=idna:1\nEND:VCARD\n")
    (table,) = open_cards(path)
    assert rows(table) == [{"Full Name": "A\ufffd\x1b[31m", "Notes": "x\ufffd", "Phone 1 - Value": "1"}]
    assert "1 value has bytes that are no letters; they were replaced by U+FFFD." in table.notes


def test_it_rejects_cards_without_measure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a value, of a card, of its lines; the others come in. A line without end is refused."""
    monkeypatch.setattr(cardlines, "MAX_VALUE", 100)
    monkeypatch.setattr(vcard, "MAX_CARD", 300)
    monkeypatch.setattr(vcard, "MAX_PROPERTIES", 20)
    long, wide = "NOTE:" + "x" * 200, ["NOTE:" + "x" * 90] * 5
    path = file(tmp_path, *card("FN:A", long), *card("FN:B", *wide), *card("FN:C", *["X-A:1"] * 30), *card("FN:D"))
    (table,) = open_cards(path)
    assert [row["Full Name"] for row in rows(table)] == ["D"]
    assert [(name, reason[-12:]) for _line, reason, name in rejects(table)] == [
        ("A", "is too large"),
        ("B", "re than 0 MB"),
        ("C", "han 20 lines"),
    ]
    monkeypatch.setattr(vcard, "MAX_LINE", 50)
    with pytest.raises(ValidationError, match=r"c\.vcf, line 4: it has more than"):
        open_cards(path)


@pytest.mark.parametrize("text", ["\n", "name,email\nA,a@x.org\n", "END:VCARD\n"])
def test_it_refuses_what_holds_no_cards(tmp_path: Path, text: str) -> None:
    """With a sentence."""
    path = tmp_path / "c.vcf"
    path.write_text(text)
    with pytest.raises(UsageError, match="holds no vCards"):
        open_cards(path)


def test_it_reads_hostile_marks_in_the_time_of_their_length(tmp_path: Path) -> None:
    """A megabyte of separators, of quotes, of backslashes."""
    lines = [f"{name}:{mark * 100_000}" for name in ("N", "ADR", "ORG", "CATEGORIES") for mark in (";", "\\", ",")]
    path = file(tmp_path, *card("FN:A", 'TEL;TYPE="' + '";"' * 50_000 + ":1", *lines))
    assert only(path)["Full Name"] == "A"


FILES = {
    "vcard-ez/John_Doe_EVOLUTION": {"Last Name": "Doe", "Phone 1 - Label": "mobile", "Spouse": "Maria", "Tags": "VIP"},
    "vcard-ez/John_Doe_GMAIL": {"Website": "http://www.ibm.com", "Anniversary": "1975-03-01", "Spouse": "Jenny"},
    "vcard-ez/John_Doe_IPHONE": {"Middle Name": "Richter James", "Phone 7 - Label": "assistant", "City": "New York"},
    "vcard-ez/John_Doe_MS_OUTLOOK": {"Birthday": "19800322", "Street": "Cresent moon drive", "Role": "Counting Money"},
    "vcard-ez/fullcontact": {"E-mail 3 - Label": "school", "Organization": "Organization1", "Website 2": "http://www.blog.com"},
    "vcard-ez/gmail-single": {"Phone 2 - Label": "GRAND_CENTRAL", "Address 2 - City": "Custom City"},
    "vcard-ez/outlook-2003": {"Notes": "This is the note field!!\nSecond line\n\nThird line is empty"},
    "vcard-ez/rfc2426-example": {"Full Name": "Frank Dawson", "Work City": "Raleigh", "Phone 2 - Label": "work fax"},
    "vcard-khard/altid": {"First Name": "one", "UID": "altid"},
    "vcard-khard/korean-c": {"Full Name": "최유림"},
    "vcard-khard/org": {"Company Name": "ACME Inc."},
    "vcard-khard/tel-value-uri": {"Phone 1 - Value": "67545678"},
    "vcard-monica/monica_three_cards": {"Full Name": "Bono", "Job Title": "Lead vocalist"},
    "vcard-roundcube/apple": {"Company Name": "Apple Computer AG", "City": "Wallisellen-Zürich"},
    "vcard-roundcube/johndoe": {"Full Name": "John Doë", "E-mail 1 - Value": "roundcube@gmail.com"},
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_it_reads_what_phones_and_address_books_write(name: str) -> None:
    """The first card of each."""
    (table,) = open_cards(corpus("import", f"{name}.vcf"))
    assert FILES[name].items() <= rows(table)[0].items()


def test_it_reads_every_card_of_the_collections() -> None:
    """The only one that is not read has no end, the only empty one has nothing in it."""
    paths = [*corpus("import").glob("vcard-*/*.vcf"), *corpus("attacks", "own", "vcard").glob("*.vcf")]
    bad: dict[str, int] = {}
    for path in paths:
        chunks = [chunk for table in open_cards(path) for chunk in table.chunks()]
        if not any(chunk.rows for chunk in chunks):
            bad[path.stem] = sum(len(chunk.rejected) + chunk.blank for chunk in chunks)
    assert bad == {"unparsable": 1, "missing_end": 1, "no_version_no_fn": 1}
