"""Changes of a file: bytes, lines and blocks, words that mean something to a reader, and the members of an archive."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

MOST_BYTES = 1 << 20
_PACKED = frozenset({"zip", "xlsx", "ods"})
_ANY = (
    b"\0",
    b"\r",
    b"\n",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xff",
    b"\xc3",
    b"\x1a",
    b"\x1b[31m",
    b"\xe2\x80\xa8",
    b"\xed\xa0\x80",
    b"9" * 5_000,
    b"-1e999999",
    b"1e-400",
    "²".encode(),
    "٣".encode(),
    "İ".encode(),
    b"x" * 70_000,
    b"9999-12-31T23:59:59-23:59",
    b"0001-01-01T00:00:00+14:00",
    b"29/02/1900",
    b"99999999999999",
    b"0/0/00",
    b"NaN",
    b"@",
    b"a@b@c",
    b"<x@y>",
    b"xn--",
    b"http://[",
    b"=1+1",
    b"+" + b"1" * 400,
)
_OWN = {
    "csv": (b'"', b'""', b'","', b",", b";", b"\t", b"|", b"Total", b"sep=,\n", b"\n\n\n", b"," * 20_000, b'\n"' * 500),
    "json": (
        b"[",
        b"{",
        b"]",
        b"}",
        b'{"a":',
        b"[" * 20_000,
        b'{"a":' * 3_000,
        b"null",
        b'"\\ud800"',
        b"\\u0000",
        b"1E5",
        b'"',
        b",",
        b":",
        b"[[[]]]",
        b'"name"',
        b'"id"',
        b"-",
        b"Infinity",
        b"\x1e",
        b"true",
    ),
    "vcf": (
        b"BEGIN:VCARD\n",
        b"END:VCARD\n",
        b"VERSION:4.0\n",
        b";ENCODING=QUOTED-PRINTABLE:",
        b";ENCODING=b:",
        b"=\n",
        b"=",
        b";CHARSET=utf-7:",
        b";CHARSET=hex:",
        b";CHARSET=idna:",
        b";CHARSET=utf-16:",
        b";CHARSET=undefined:",
        b"\\",
        b";",
        b",",
        b":",
        b"PREF=\xc2\xb2",
        b"item1.",
        b"X-ABLabel:",
        b"\n ",
        b"\n\t",
        b"KIND:group\n",
        b"BDAY:",
        b"AGENT:\n",
        b"ORG:",
        b"FN:",
        b'TEL;TYPE="a,b',
        b"\\;" * 2_000,
        b";" * 5_000,
    ),
    "xlsx": (
        b'<row r="1048576">',
        b'<c r="XFD1048576"><v>1</v></c>',
        b'<c r="A0"/>',
        b't="e"',
        b't="s"',
        b't="b"',
        b's="99"',
        b"&#0;",
        b"&#xD800;",
        b"&x;",
        b"<!DOCTYPE x [<!ENTITY y 'z'>]>",
        b"<",
        b">",
        b"1e308",
        b"-1",
        b"NaN",
        b'"',
        b"/>",
        b'table:number-columns-repeated="9999999"',
        b'table:number-rows-repeated="9999999"',
        b'office:value-type="date"',
    ),
}
_LIKE = {"tsv": "csv", "ndjson": "json", "ods": "xlsx", "xls": "csv", "zip": "csv"}


def words_of(kind: str) -> tuple[bytes, ...]:
    """What means something in files of a kind."""
    return (*_ANY, *_OWN[_LIKE.get(kind, kind)])


def mutated(random: Random, kind: str, samples: dict[str, list[bytes]]) -> bytes:
    """One of the sound files of a kind, changed."""
    data = random.choice(samples[kind])
    # Mostly what is inside, which sums guard.
    if kind in _PACKED and random.random() < 0.7:
        return _repacked(random, kind, data)
    other = random.choice(random.choice(list(samples.values())))
    return _changed(random, kind, data, other)


def _changed(random: Random, kind: str, data: bytes, other: bytes) -> bytes:
    found = bytearray(data)
    for _step in range(random.choice((1, 1, 2, 3, 8, 20))):
        random.choice(_CHANGES)(random, found, kind, other)
        del found[MOST_BYTES:]
    return bytes(found)


def _place(random: Random, data: bytearray) -> slice:
    begin = random.randrange(len(data) + 1)
    return slice(begin, min(len(data), begin + random.choice((0, 1, 1, 4, 30, 500))))


def _flip(random: Random, data: bytearray, _kind: str, _other: bytes) -> None:
    if data:
        data[random.randrange(len(data))] ^= 1 << random.randrange(8)


def _cut(random: Random, data: bytearray, _kind: str, _other: bytes) -> None:
    del data[random.randrange(len(data) + 1) :]


def _drop(random: Random, data: bytearray, _kind: str, _other: bytes) -> None:
    del data[_place(random, data)]


def _say(random: Random, data: bytearray, kind: str, _other: bytes) -> None:
    data[_place(random, data)] = random.choice(words_of(kind))


def _say_often(random: Random, data: bytearray, kind: str, _other: bytes) -> None:
    word = random.choice(words_of(kind))
    data[_place(random, data)] = word * min(
        random.choice((3, 50, 50, 50, 3_000, 60_000)), 1 + (MOST_BYTES >> 1) // len(word)
    )


def _repeat(random: Random, data: bytearray, _kind: str, _other: bytes) -> None:
    block = bytes(data[_place(random, data)])
    where = random.randrange(len(data) + 1)
    data[where:where] = block * min(random.choice((2, 20, 2_000)), 1 + MOST_BYTES // max(1, len(block)))


def _splice(random: Random, data: bytearray, _kind: str, other: bytes) -> None:
    data[_place(random, data)] = bytes(bytearray(other)[_place(random, bytearray(other))])


def _swap(random: Random, data: bytearray, _kind: str, _other: bytes) -> None:
    lines = data.split(b"\n")
    random.shuffle(lines)
    data[:] = b"\n".join(lines)


_CHANGES: tuple[Callable[[Random, bytearray, str, bytes], None], ...] = (
    _flip, _flip, _cut, _drop, _say, _say, _say, _say_often, _repeat, _splice, _swap,
)  # fmt: skip


def _repacked(random: Random, kind: str, data: bytes) -> bytes:
    """The archive with one member changed, or called something else."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        chosen = random.choice(source.namelist())
        for name in source.namelist():
            content, shown = source.read(name), name
            if name == chosen and random.random() < 0.1:
                shown = random.choice(
                    ("../x.csv", "a\x01b", "con.csv", "xl/workbook.xml", "mimetype", "\u202e.csv", "x" * 300)
                )
            elif name == chosen:
                inner = name.rpartition(".")[2] if kind == "zip" else kind
                content = _changed(random, inner if inner in _OWN else "xlsx", content, data)
            target.writestr(shown, content)
    return stream.getvalue()
