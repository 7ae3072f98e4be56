"""The lines of a vCard file as properties: unfolded, their names and parameters taken apart, their bytes made text."""

from __future__ import annotations

import binascii
import codecs
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smallcrm.services.transfer.encoding import NOT_OF_FILES
from smallcrm.services.values.listing import listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_VALUE = 1 << 20
# Pictures, sounds and keys: no value of a record, and never fetched from where they say they are.
DROPPED = listed("PHOTO LOGO SOUND KEY X-MS-CARDPICTURE X-MS-OL-DESIGN X-EVOLUTION-E-BOOK-PHOTO")
_HEAD = re.compile(rb'\s*+(?:([\w-]++)\.)?([A-Za-z][\w-]*+)((?:\s*+;(?:[^":;]|"[^"]*+")*+)*+)\s*+:')
# The same where a quote is never closed.
_LOOSE_HEAD = re.compile(rb"\s*+(?:([\w-]++)\.)?([A-Za-z][\w-]*+)(;[^:]*+):")
_PARAMETER = re.compile(r';((?:[^";]|"[^"]*+")*+)')
_ITEM = re.compile(r'(?:[^",]|"[^"]*+")++')
_BARE = {
    "QUOTED-PRINTABLE": "ENCODING",
    "BASE64": "ENCODING",
    "8BIT": "ENCODING",
    "7BIT": "ENCODING",
    "URL": "VALUE",
    "CONTENT-ID": "VALUE",
}
_BASE64 = frozenset(("B", "BASE64"))
_QUOTED = frozenset(("Q", "QUOTED-PRINTABLE"))


@dataclass(slots=True)
class Property:
    """A property of a card: where it begins, what it is called, what is said about it, and its bytes."""

    line: int
    name: str
    group: str
    params: dict[str, list[str]]
    data: bytearray = field(default_factory=bytearray)
    too_large: bool = False

    @property
    def quoted(self) -> bool:
        """Whether its bytes are quoted-printable."""
        return not _QUOTED.isdisjoint(map(str.upper, self.params.get("ENCODING", ())))

    @property
    def dropped(self) -> bool:
        """Whether nobody wants its value."""
        return self.name in DROPPED

    def add(self, more: bytes) -> None:
        """Let it go on."""
        if self.dropped:
            return
        if len(self.data) + len(more) > MAX_VALUE:
            self.too_large = True
        else:
            self.data += more

    def types(self) -> list[str]:
        """What kind of value it is, in small letters."""
        return [word.lower() for said in self.params.get("TYPE", ()) for word in said.split(",") if word]


class Reader:
    """Makes properties of lines, and counts the lines that are in none."""

    def __init__(self, fallback: str) -> None:
        self.stray = 0
        self.guessed = 0
        self.undecodable = 0
        self._fallback = fallback

    def properties(self, lines: Iterable[bytes]) -> Iterator[Property]:
        """The properties, whatever way their lines were broken."""
        current: Property | None = None
        for number, line in enumerate(lines, start=1):
            if current is not None and self._goes_on(current, line):
                continue
            head = _HEAD.match(line) or _LOOSE_HEAD.match(line)
            if head is None:
                self._without_name(current, line)
                continue
            if current is not None:
                yield current
            current = _begun(number, head, line)
        if current is not None:
            yield current

    def _goes_on(self, current: Property, line: bytes) -> bool:
        """Whether a line belongs to the property before it; then it is added."""
        if current.data.endswith(b"=") and current.quoted and not _is_mark(line):
            del current.data[-1:]
            current.add(line)
            return True
        if line[:1] in (b" ", b"\t"):
            current.add(line[1:])
            return True
        return False

    def _without_name(self, current: Property | None, line: bytes) -> None:
        """Add a line that was broken without a sign of it; outside of cards it is nothing."""
        if not line.strip():
            return
        if current is None or current.name in ("BEGIN", "END"):
            self.stray += 1
        else:
            current.add(b"\n" + line)

    def text(self, found: Property) -> str:
        """The value of a property as text, its escapes still in it."""
        data = bytes(found.data)
        encodings = set(map(str.upper, found.params.get("ENCODING", ())))
        if encodings & _QUOTED:
            data = binascii.a2b_qp(data)
        elif encodings & _BASE64:
            try:
                data = binascii.a2b_base64(data)
            except binascii.Error:
                return ""
        charset = next(iter(found.params.get("CHARSET", ())), "")
        return self._decoded(data, charset)

    def _decoded(self, data: bytes, charset: str) -> str:
        codec = codec_of(charset) if charset else None
        if codec and codec != "utf-8":
            return self._replaced(data, codec)
        try:
            return data.decode()
        except UnicodeDecodeError:
            self.guessed += 1
            return self._replaced(data, self._fallback)

    def _replaced(self, data: bytes, codec: str) -> str:
        try:
            return data.decode(codec)
        except UnicodeError:
            self.undecodable += 1
            return data.decode(codec, "replace")

    @property
    def notes(self) -> list[str]:
        """What to tell of how the lines were read."""
        said = []
        if self.guessed:
            values = "1 value is" if self.guessed == 1 else f"{self.guessed:,} values are"
            said.append(f"{values} not UTF-8 and say nothing else; read as {self._fallback}.")
        if self.undecodable:
            values = "1 value has" if self.undecodable == 1 else f"{self.undecodable:,} values have"
            said.append(f"{values} bytes that are no letters; they were replaced by U+FFFD.")
        if self.stray:
            lines = "1 line stands" if self.stray == 1 else f"{self.stray:,} lines stand"
            said.append(f"{lines} outside of the cards and were left out.")
        return said


def codec_of(name: str) -> str | None:
    """The codec of text that a card names; None if there is none of that name."""
    try:
        found = codecs.lookup(name).name
        b"a".decode(found, "replace")
    except (LookupError, ValueError):
        return None
    return None if found in NOT_OF_FILES else found


def _is_mark(line: bytes) -> bool:
    """Whether a line begins or ends a card."""
    return line.strip().upper() in (b"BEGIN:VCARD", b"END:VCARD")


def _begun(number: int, head: re.Match[bytes], line: bytes) -> Property:
    """The property whose first line this is."""
    group, name, said = head[1] or b"", head[2], head[3]
    found = Property(number, name.decode("latin-1").upper(), group.decode("latin-1").lower(), _params(said))
    found.add(line[head.end() :])
    return found


def _params(said: bytes) -> dict[str, list[str]]:
    """The parameters by their names; those of version 2.1 that have none under what they are."""
    found: dict[str, list[str]] = {}
    if not said:
        return found
    for match in _PARAMETER.finditer(said.decode("utf-8", "replace")):
        name, equals, value = match[1].strip().partition("=")
        name, items = name.strip().upper(), [item.strip().strip('"') for item in _ITEM.findall(value)]
        if not equals:
            found.setdefault(_BARE.get(name, "TYPE"), []).append(name)
        else:
            found.setdefault(name, []).extend(items)
    return found
