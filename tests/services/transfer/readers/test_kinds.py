"""Which reader a file goes to: what is in it says so, and its name only where that leaves it open."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.transfer.readers.kinds import kind_of
from tests.support.workbooks import ods, xlsx

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (b'[{"name": "A"}]', "f.csv", "objects"),
        (b'\n {"a": 1}\n{"a": 2}', "f.txt", "objects"),
        (b"[]", "f", "objects"),
        ('[{"name": "A"}]'.encode("utf-16"), "f", "objects"),
        ('[{"name": "A"}]'.encode("utf-16-be"), "f", "objects"),
        ('[{"name": "A"}]'.encode("utf-32"), "f", "objects"),
        (b'\xef\xbb\xbf{ "a": 1}', "f", "objects"),
        (b"\nbegin:vcard\r\nFN:A\r\nend:vcard", "f.txt", "cards"),
        ("\ufeffBEGIN:VCARD\r\n".encode("utf-16-le"), "f", "cards"),
        ("BEGIN:VCARD\r\n".encode("utf-16-le"), "f", "cards"),
        (b"name,email\nA,a@x.org\n", "f.csv", "text"),
        (b"[name],{email}\nA,a@x.org\n", "f.csv", "text"),
        (b"{name};{email}\n", "f.txt", "text"),
        (b"{broken", "f.json", "objects"),
        (b"garbage", "F.VCF", "cards"),
        (b"garbage", "f.jsonl", "objects"),
        (b"BEGIN:VCARDS,x", "f.csv", "text"),
        (b"\xd0\xcf\x11\xe0xx", "f.csv", "workbook"),
        (b"", "f.csv", "text"),
    ],
)
def test_it_looks_at_the_content_first(tmp_path: Path, content: bytes, name: str, kind: str) -> None:
    """The ending of a name is what people make of it."""
    path = tmp_path / name
    path.write_bytes(content)
    assert kind_of(path) == kind


def test_it_tells_workbooks_from_documents(tmp_path: Path) -> None:
    """Both are ZIP archives; what is not there, is left to the reader to say."""
    assert kind_of(xlsx(tmp_path / "a.json", {"A": [["a"]]})) == "workbook"
    assert kind_of(ods(tmp_path / "a.csv", {"A": [["a"]]})) == "workbook"
    with zipfile.ZipFile(tmp_path / "a.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "")
    assert kind_of(tmp_path / "a.docx") == "document"
    assert kind_of(tmp_path / "nobody.csv") == "text"
