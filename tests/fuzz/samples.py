"""Small sound files of every kind that the import reads, to be changed at random."""

from __future__ import annotations

import json
import tempfile
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

from tests.support.workbooks import compound, ods, xlsx

_PEOPLE = (
    "Contact ID,First Name,Last Name,Email,Phone,Company,Company Domain,City,Birthday,Tags,Owner,Created,Opt Out\n"
    '7,Ann,Lee,"ann@x.org; a@y.org",+49 30 5551234,Acme,acme.com,Köln,1980-02-29,"a,b",eve@x.org,2024-03-12 09:14,no\n'
    '8,Bob,"van ""B"" Roo",bob@x.org,(030) 555-12 x7,Bolt Ltd,bolt.de,"Two\nlines",31/12/1999,vip,Eve F,1700000000,1\n'
    "9,Cy,,c@x.org,4.91761E+11,Acme,,,03/04/2024,,,45631.0,yes\n"
)
_FIRMS = (
    "sep=;\nName;Domain;Industry;Employees;Revenue;Parent Company;ID\n"
    "Acme;https://www.acme.com/x;Media;1.200;€ 1.234,56;;1\nBolt;bolt.de;Tools;17;(1,5);Acme;2\nTotal;;;1.217;;;\n"
)
_DEALS = (
    "Deal Name,Pipeline,Deal Stage,Amount,Close Date,Associated Company,Deal Owner,Probability,Create Date\n"
    'Big,Sales,Won,"1.234,50 €",31.12.2024,Acme,eve@x.org,"62,5 %",1700000000\nSmall,,Offer,-,2024-02-30,,Eve,,\n'
)
_CARDS = (
    "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=F6rg\r\n"
    "TEL;HOME;VOICE:+49 30 1\r\nADR;WORK:;;Street 1;Bonn;;53111;Germany\r\nAGENT:\r\nBEGIN:VCARD\r\nN:Ag\r\n"
    "END:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:one=0D=0A=\r\ntwo\r\nPHOTO;ENCODING=BASE64:\r\n AAAA\r\n\r\n"
    "END:VCARD\r\n"
    "begin:vcard\nversion:3.0\nuid:u-1\nfn:Ann Lee\nn:Lee;Ann;;Dr.;\norg:Acme\\, Inc;Sales;\nitem1.email;type=INTERNET"
    ";type=pref:ann@x.org\nitem1.x-ablabel:_$!<Work>!$_\nbday:1980-02-29\ncategories:a,b\\,c\nnote:a\\nb\n  folded\n"
    "end:vcard\nBEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Bolt\nORG:Bolt\nTEL;VALUE=uri;PREF=1:tel:+49-30-1;ext=2\nBDAY:--0203\nEND:VCARD\n"
)
_OBJECTS = {
    "users": [
        {"_id": 1, "name": "Ann Lee", "email": "ann@x.org", "tags": ["a", "b"], "active": True, "organization_id": 5,
         "created_at": "2016-04-28T11:19:34 -10:00", "address": {"city": "Bonn", "geo": {"lat": 1.5}}},
        {"_id": 2, "name": "Bob", "phones": [{"type": "home", "number": "030 1"}, {"number": "2"}], "url": None},
    ],
    "organizations": [{"id": 5, "name": "Acme", "domain_names": ["acme.com"], "details": "x" * 200}],
    "count": 2,
}  # fmt: skip
_ROWS: list[list[object]] = [
    ["First Name", "Last Name", "Email", "Birthday", "Revenue"],
    ["Ann", "Lee", "ann@x.org", date(1980, 2, 29), 1234.5],
    ["Bob", "Roo", "bob@x.org", 45631, True],
]
_PIVOT: list[list[object]] = [["Quarter", "Sum"], ["Q1", 2]]


def _packed(members: dict[str, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def samples() -> dict[str, list[bytes]]:
    """The sound files by the ending of their names."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "book"
        books = {
            "xlsx": [xlsx(path, {"People": _ROWS, "Other & more": _PIVOT}).read_bytes()],
            "ods": [ods(path, {"People": [[str(cell) for cell in row] for row in _ROWS]}).read_bytes()],
            "xls": [compound(path, {"Workbook": b"\x09\x08\x10\x00\x00\x06\x05\x00" + bytes(300)}).read_bytes()],
        }
    ndjson = "".join(json.dumps(user) + "\n" for user in _OBJECTS["users"])  # type: ignore[attr-defined]
    texts = {
        "csv": [_PEOPLE.encode(), _FIRMS.encode("cp1252"), _PEOPLE.encode("utf-16"), _PEOPLE.encode("utf-16-le"),
                _PEOPLE.replace("\n", "\r").encode("utf-8-sig"), _PEOPLE.partition("\n")[2].encode()],
        "tsv": [_DEALS.replace(",", "\t").encode(), _FIRMS.partition("\n")[2].replace(";", "\t").encode()],
        "json": [json.dumps(_OBJECTS, indent=1).encode(), json.dumps(_OBJECTS["users"]).encode("utf-16"),
                 json.dumps([_OBJECTS["users"], []]).encode(), ndjson.encode()],
        "ndjson": [ndjson.encode()],
        "vcf": [_CARDS.encode(), _CARDS.encode("utf-16"), _CARDS.encode().replace(b"=FC", b"\xfc")],
    }  # fmt: skip
    packed = _packed(
        {"a/p.csv": texts["csv"][0], "b.vcf": texts["vcf"][0], "c.xlsx": books["xlsx"][0], "d.json": b"[]"}
    )
    return texts | books | {"zip": [packed, _packed({"x.zip": packed, "ü.csv": texts["csv"][1]})]}
