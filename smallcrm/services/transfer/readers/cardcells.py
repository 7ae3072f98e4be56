"""What a vCard says, as the cells of a row: names of columns that address books use, values as people write them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smallcrm.services.transfer.aliases import is_known
from smallcrm.services.transfer.headers import words_of
from smallcrm.services.transfer.readers.flattening import MAX_POINTS, SEVERAL
from smallcrm.services.values.listing import listed

if TYPE_CHECKING:
    from smallcrm.services.transfer.readers.cardlines import Property

PEOPLE = ("UID", "Rev", "Card Kind", "Full Name", "First Name", "Middle Name", "Last Name")
COMPANIES = ("UID", "Rev", "Card Kind", "Company Name")
GROUP = "group"
# What is said of the card and not of anybody.
_SILENT = listed(
    """
    BEGIN END VERSION PRODID PROFILE SOURCE NAME CLASS MAILER AGENT LABEL SORT-STRING CLIENTPIDMAP XML MEMBER FBURL
    CALURI CALADRURI X-ABLABEL X-ABADR X-ABUID X-ABSHOWAS X-ADDRESSBOOKSERVER-KIND X-ADDRESSBOOKSERVER-MEMBER
    X-EVOLUTION-FILE-AS X-COUCHDB-APPLICATION-ANNOTATIONS X-MS-OL-DEFAULT-POSTAL-ADDRESS X-IMAGETYPE X-IMAGEHASH
    X-ABCROP-RECTANGLE X-SHARED-PHOTO-DISPLAY-PREF
    """
)
_SINGLE = {"UID": "UID", "REV": "Rev", "BDAY": "Birthday"}
_POINTS = {"EMAIL": "E-mail", "TEL": "Phone"}
_ADDRESS = ("PO Box", "Extended Address", "Street", "City", "Region", "Postal Code", "Country")
_NAME = ("Last Name", "First Name", "Middle Name", "Name Prefix", "Name Suffix")
_UNSAID = listed("pref internet voice msg text video x400 x-internet")
_WORDS = {"cell": "mobile", "x-mobile": "mobile", "iphone": "mobile"}
_PLACES = ("work", "home", "other")
_ESCAPED = re.compile(r"\\([\\,;:\"nN])")
_PLAIN_ESCAPED = re.compile(r"\\([\\,;:\"])")
_FIELD = {mark: re.compile(rf"((?:\\.|[^\\{mark}]|\\\Z)*+)(?:{mark}|\Z)", re.DOTALL) for mark in ";,"}
_APPLE = re.compile(r"_\$!<(.*)>!\$_")
_SCHEME = re.compile(r"(?:tel|mailto):", re.IGNORECASE)
_PREFIX = re.compile(r"X-(?:EVOLUTION-|MS-OL-|MS-|KADDRESSBOOK-X-|AB)?")
_OMITTED_YEAR = "X-APPLE-OMIT-YEAR"
_ANDROID = "X-ANDROID-CUSTOM"
# What smallCRM writes itself of fields for which there is no property.
_OWN = "X-SMALLCRM-"


class Card:
    """The properties of a card, in their order, as text."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.version = ""
        self.trouble = ""
        self.count = self.size = 0
        self._found: list[tuple[Property, str]] = []
        self._labels: dict[str, str] = {}

    def add(self, found: Property, text: str) -> None:
        """Take a property."""
        if found.name == "VERSION":
            self.version = self.version or text.strip()
        elif found.name == "X-ABLABEL" and found.group:
            match = _APPLE.fullmatch(text.strip())
            own = _plain(text, self.version)
            self._labels[found.group] = words_of(match[1]).removesuffix(" phone") if match else own
        if found.too_large:
            self.trouble = self.trouble or f"line {found.line}: {found.name} is too large"
        self._found.append((found, text))
        self.count += 1
        self.size += len(text)

    def cells(self) -> tuple[str, dict[str, str]]:
        """What the card is, `person`, `company` or `group`, and its cells."""
        found: dict[str, str] = {}
        for make in (self._names, self._work, self._points, self._addresses, self._others):
            make(found)
        kind = self._kind(found)
        found = {key: value for key, value in found.items() if value}
        if kind == "company":
            found["Company Name"] = found.pop("Organization", "") or found.get("Full Name", "")
            for part in (*_NAME, "Full Name"):
                found.pop(part, None)
        return kind, found

    def _of(self, *names: str) -> list[tuple[Property, str]]:
        """The properties of these names, the preferred ones first."""
        return sorted((item for item in self._found if item[0].name in names), key=lambda item: _rank(item[0]))

    def _first(self, name: str) -> str:
        return next((_plain(text, self.version) for _found, text in self._of(name) if text.strip()), "")

    def _parts(self, text: str, mark: str = ";") -> list[str]:
        return [_plain(part, self.version) for part in _split(text, mark)]

    def _names(self, cells: dict[str, str]) -> None:
        cells["Full Name"] = self._first("FN")
        for _found, text in self._of("N")[:1]:
            for column, part in zip(_NAME, _split(text, ";"), strict=False):
                cells[column] = " ".join(self._parts(part, ","))
        names = [name for _found, text in self._of("NICKNAME") for name in self._parts(text, ",") if name]
        cells["Nickname"] = ", ".join(names)

    def _work(self, cells: dict[str, str]) -> None:
        for _found, text in self._of("ORG")[:1]:
            name, *units = self._parts(text)
            cells["Organization"], cells["Department"] = name, ", ".join(filter(None, units))
        cells["Job Title"], cells["Role"] = self._first("TITLE"), self._first("ROLE")

    def _points(self, cells: dict[str, str]) -> None:
        """E-mails and phones, in pairs of a label and a value."""
        for name, column in _POINTS.items():
            said = [(self._label(found), _SCHEME.sub("", _plain(text, self.version))) for found, text in self._of(name)]
            said = [(label, value) for label, value in said if value]
            for at, (label, value) in enumerate(said[:MAX_POINTS], start=1):
                cells[f"{column} {at} - Label"], cells[f"{column} {at} - Value"] = label, value
            cells[column] = SEVERAL.join(value for _label, value in said[MAX_POINTS:])

    def _addresses(self, cells: dict[str, str]) -> None:
        """Addresses by what they are for; the second for the same by its number."""
        for at, (found, text) in enumerate(self._of("ADR"), start=1):
            types = found.types()
            place = next((word for word in _PLACES if word in types), "")
            parts = [", ".join(filter(None, self._parts(part, ","))) for part in _split(text, ";")]
            # Some programs write the whole address into a part that is for something else.
            if sum(map(bool, parts)) == 1 and not parts[0] and "\n" in "".join(parts):
                parts = ["", "", "".join(parts)]
            block = f"{place.title()} " if _rank(found) >= _UNRANKED and place else ""
            # One for something else again is not what somebody would choose of several.
            later = at > 1 and not place and _rank(found) >= _UNRANKED
            if later or any(f"{block}{column}" in cells for column in _ADDRESS):
                block = f"Address {at} - "
            for column, part in zip(_ADDRESS, parts, strict=False):
                if part:
                    cells[f"{block}{column}"] = " ".join(part.split("\n")) if column != "Street" else part

    def _others(self, cells: dict[str, str]) -> None:
        for name, column in _SINGLE.items():
            cells[column] = self._first(name)
        for found, _text in self._of("BDAY")[:1]:
            for year in found.params.get(_OMITTED_YEAR, ()):
                cells["Birthday"] = cells["Birthday"].replace(year, "-", 1)
        sites = [_plain(text, self.version) for _found, text in self._of("URL")]
        for at, site in enumerate(dict.fromkeys(filter(None, sites)), start=1):
            cells["Website" if at == 1 else f"Website {at}"] = site
        cells["Notes"] = "\n".join(filter(None, (_plain(text, self.version) for _found, text in self._of("NOTE"))))
        tags = [tag for _found, text in self._of("CATEGORIES") for tag in self._parts(text, ",") if tag]
        cells["Tags"] = SEVERAL.join(tags)
        for found, text in self._found:
            if found.name not in _KNOWN and not found.dropped:
                self._extra(cells, found, text)

    def _extra(self, cells: dict[str, str], found: Property, text: str) -> None:
        """A property that is no field of ours, under the name that a person would give it."""
        value = _plain(text, self.version)
        name = self._labels.get(found.group, "") if found.group else ""
        if found.name.startswith(_OWN):
            name = " ".join(found.name.removeprefix(_OWN).split("-")).capitalize()
            if value:
                cells[name] = f"{cells[name]}, {value}" if cells.get(name) else value
            return
        if found.name == _ANDROID:
            what, *parts = self._parts(text)
            name, value = what.rpartition("/")[2], next(iter(parts), "")
        name = name[:1].upper() + name[1:] or " ".join(_PREFIX.sub("", found.name).split("-")).title()
        if name.lower() == "nickname":
            cells["Nickname"] = cells["Nickname"] or value
            return
        # What somebody called a value does not make it one of our fields.
        name = found.name if is_known(name) or not name else name
        if value:
            cells[name] = f"{cells[name]}{SEVERAL}{value}" if cells.get(name) else value

    def _label(self, found: Property) -> str:
        """What a value is for: the label that somebody gave it, or its types."""
        if found.group and (label := self._labels.get(found.group)):
            return label
        words = [_WORDS.get(word, word) for word in found.types() if word not in _UNSAID]
        return " ".join(dict.fromkeys(sorted(words, key=lambda word: word not in _PLACES)))

    def _kind(self, cells: dict[str, str]) -> str:
        said = (self._first("KIND") or self._first("X-ADDRESSBOOKSERVER-KIND")).lower()
        cells["Card Kind"] = said
        if said == GROUP:
            return GROUP
        firm, full = cells.get("Organization", ""), cells["Full Name"]
        parted = any(cells.get(part) for part in ("First Name", "Last Name"))
        shown = self._first("X-ABSHOWAS").upper() == "COMPANY" or said in ("org", "organization")
        alone = bool(firm) and not parted and (full == firm or not (full or cells.get("E-mail 1 - Value")))
        named = firm or (full and said in ("org", "organization"))
        return "company" if named and (shown or alone) and not cells["Nickname"] else "person"


_KNOWN = _SILENT | {*_SINGLE, *_POINTS} | listed("FN N NICKNAME ORG TITLE ROLE ADR URL NOTE CATEGORIES KIND")
_UNRANKED = 101


def _rank(found: Property) -> int:
    """How much a property is preferred among those of its name; the lowest first."""
    said = next((value for value in found.params.get("PREF", ()) if value.isascii() and value.isdigit()), None)
    if said is not None:
        return min(int(said[:9]), _UNRANKED - 1)
    return 0 if "pref" in found.types() or "PREF" in found.params else _UNRANKED


def _split(text: str, mark: str) -> list[str]:
    """The parts between marks that are not escaped."""
    pattern, at = _FIELD[mark], 0
    found: list[str] = []
    while True:
        match = pattern.match(text, at)
        if match is None:
            return [*found, text[at:]]
        found.append(match[1])
        at = match.end()
        if not match[0].endswith(mark) or match.end(1) == at:
            return found


def _plain(text: str, version: str) -> str:
    """The text without its escapes; in version 2.1 there is none for a line break."""
    if "\\" in text:
        pattern = _PLAIN_ESCAPED if version == "2.1" else _ESCAPED
        text = pattern.sub(lambda match: "\n" if match[1] in "nN" else match[1], text)
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
