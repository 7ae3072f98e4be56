"""A JSON object as the cells of a row: paths of keys as names of columns, lists as several values in a cell.

`{"address": {"city": "Bonn"}}` is the column `address.city`; what stands in a list of objects is numbered, as in
`emails.1.value` and `emails.1.label`.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from smallcrm.services.transfer.aliases import is_known, target_of
from smallcrm.services.transfer.readers import ours
from smallcrm.services.transfer.readers.jsonsource import Whole
from smallcrm.services.values.enumerating import enumerated
from smallcrm.services.values.listing import listed
from smallcrm.services.values.money import money_text

MAX_DEPTH = 32
MAX_POINTS = 20
MAX_OBJECTS = 5
SEVERAL = "; "
# Objects that only hold the values of the record they are in.
_TRANSPARENT = listed("properties attributes fields customfields custom_fields userfields user_fields _source")
_VALUES = ("value", "address", "email", "number", "phone", "domain", "url", "text", "canonicalForm")
_KINDS = ("label", "type", "kind", "rel")
_POINTS = listed("email emails mail mails phone phones tel telephone telephones phonenumbers emailaddresses domains")
_PRIMARY = ("primary", "is_primary", "isPrimary", "preferred", "default")
_TRUE = frozenset(("true", "1", "yes"))
_ID_KEYS = frozenset(("source", "key"))
_REFERENCE = frozenset(("type", "url"))
_MAX_AMOUNT = 18
_CURRENCY = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(rf"-?\d{{1,{_MAX_AMOUNT}}}(?:\.\d{{1,{_MAX_AMOUNT}}})?")


class TooDeep(Exception):
    """An object has objects in it without end."""


class Flattener:
    """Makes rows of objects; counts what it left out, and knows which amounts may be in the smallest unit."""

    def __init__(self) -> None:
        self.cut = 0
        self._whole: set[str] = set()
        self._written_out: set[str] = set()
        self._kinds: set[bool] = set()

    @property
    def minor(self) -> set[str]:
        """Where there are amounts that are whole numbers in every record: in the smallest unit, as smallCRM writes."""
        return self._whole - self._written_out

    @property
    def exact(self) -> bool:
        """Whether all objects were smallCRM's own, so that their cells are as its tables have them."""
        return self._kinds == {True}

    def row(self, record: dict[str, Any]) -> dict[str, str]:
        """The cells of an object by their paths; TooDeep for one that is nested too deep."""
        cells: dict[str, str] = {}
        own = ours.is_ours(record)
        self._kinds.add(own)
        (self._own if own else self._object)("", record, cells, 0)
        return cells

    def _own(self, before: str, found: dict[str, Any], cells: dict[str, str], depth: int) -> None:
        """The cells of a record of smallCRM; what has labels stands in pairs of columns."""
        for key, value in found.items():
            path = f"{before}{key}"
            if isinstance(value, list):
                labelled = any(isinstance(item, dict) and item.get("label") for item in value)
                if labelled:
                    self._points(path, [item for item in value if isinstance(item, dict)], cells)
                else:
                    _put(cells, path, ours.cell_of(value))
            elif isinstance(value, dict) and ours.is_reference(value):
                _put(cells, path, value["name"])
            else:
                self._value(path, value, cells, depth)

    def _object(self, before: str, found: dict[str, Any], cells: dict[str, str], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise TooDeep
        # The name of what is referred to says more than its number.
        keys = list(found)
        if depth and "id" in found and "name" in found:
            keys.sort(key="id".__eq__)
        for key in keys:
            path = f"{before}.{key}" if before else key
            self._value(path, found[key], cells, depth)

    def _value(self, path: str, value: Any, cells: dict[str, str], depth: int) -> None:
        if isinstance(value, dict):
            if amount := self._money(path, value):
                _put(cells, path, amount)
            elif not (path.rpartition(".")[2] == "attributes" and value.keys() <= _REFERENCE):
                self._object(path, value, cells, depth + 1)
        elif isinstance(value, list):
            self._list(path, value, cells, depth)
        else:
            _put(cells, path, text_of(value))

    def _list(self, path: str, found: list[Any], cells: dict[str, str], depth: int) -> None:
        objects = [item for item in found if isinstance(item, dict)]
        plain = [text_of(item) for item in found if not isinstance(item, dict | list)]
        nested = [text for item in found if isinstance(item, list) for text in self._leaves(item, depth + 1)]
        if plain or nested or not objects:
            _put(cells, path, SEVERAL.join(filter(None, [*plain, *nested])))
        if objects and all(item.keys() == _ID_KEYS for item in objects):
            _put(cells, path, enumerated(f"{item['source']}:{item['key']}" for item in objects))
            return
        objects.sort(key=_is_primary, reverse=True)
        if objects and _are_points(path, objects):
            self._points(path, objects, cells)
            return
        # Of several people none is the one whose record this is: numbered, no field is for them.
        one = path if len(objects) > 1 and all(map(_is_somebody, objects)) else _singular(path)
        first = f"{one}.1" if one == path and len(objects) > 1 else one
        for at, item in enumerate(objects[:MAX_OBJECTS], start=1):
            self._object(first if at == 1 else f"{one}.{at}", item, cells, depth + 1)
        self.cut += max(0, len(objects) - MAX_OBJECTS)

    def _leaves(self, found: list[Any], depth: int) -> list[str]:
        """The values in a list in a list."""
        if depth > MAX_DEPTH:
            raise TooDeep
        leaves: list[str] = []
        for item in found:
            if isinstance(item, list):
                leaves += self._leaves(item, depth + 1)
            elif isinstance(item, dict):
                self.cut += 1
            else:
                leaves.append(text_of(item))
        return leaves

    def _points(self, path: str, objects: list[dict[str, Any]], cells: dict[str, str]) -> None:
        """E-mails, phones and the like: labelled ones numbered in pairs of columns, others in one cell."""
        said = [(_first(item, _VALUES), _first(item, _KINDS)) for item in objects]
        said = [(value, kind) for value, kind in said if value]
        pairs = said[:MAX_POINTS] if any(kind for _value, kind in said) else []
        for at, (value, kind) in enumerate(pairs, start=1):
            _put(cells, f"{path}.{at}.value", value)
            _put(cells, f"{path}.{at}.label", kind)
        if rest := [value for value, _kind in said[len(pairs) :]]:
            _put(cells, path, SEVERAL.join(rest))

    def _money(self, path: str, found: dict[str, Any]) -> str:
        """An amount with its currency behind it, in whatever unit it is; empty for anything else."""
        amount, currency = found.get("amount"), found.get("currency")
        if len(found) != 2 or not isinstance(amount, str) or not isinstance(currency, str):  # noqa: PLR2004
            return ""
        if not _CURRENCY.fullmatch(currency) or not _AMOUNT.fullmatch(amount):
            return ""
        # A fraction, or a number in quotes, is no number of cents; nor are then the others in its place.
        (self._whole if isinstance(amount, Whole) else self._written_out).add(path)
        return f"{amount} {currency}"

    @property
    def notes(self) -> list[str]:
        """What to tell of the rows."""
        said = []
        if self.minor:
            said.append("Amounts with a currency beside them were read in its smallest unit, as smallCRM writes them.")
        if self.cut:
            what = "1 object was" if self.cut == 1 else f"{self.cut:,} objects were"
            said.append(f"{what} left out: of a list in a record the first {MAX_OBJECTS} are read.")
        return said


def text_of(value: Any) -> str:
    """A value that holds no other as text; numbers are read as texts, so that none of their digits is lost."""
    if value is None:
        return ""
    if value is True or value is False:
        return "true" if value else "false"
    return str(value)


def names_of(paths: list[str]) -> list[str]:
    """The names of columns for people: without what only holds them, where that is still one name for one column."""
    short = [_short(path) for path in paths]
    times = Counter(short)
    return [name if times[name] == 1 else path for name, path in zip(short, paths, strict=True)]


def from_minor(cell: str) -> str:
    """An amount in the smallest unit of the currency behind it, as people write it."""
    amount, _space, currency = cell.partition(" ")
    return money_text(int(amount), currency)


def _short(path: str) -> str:
    parts = path.split(".")
    while len(parts) > 1 and parts[0].lower() in _TRANSPARENT:
        parts = parts[1:]
    # Some programs keep each value in an object beside its history.
    if len(parts) == 2 and parts[1] == "value" and is_known(parts[0]):  # noqa: PLR2004
        parts = parts[:1]
    return ".".join(parts)


def _put(cells: dict[str, str], path: str, value: str) -> None:
    """Set a cell; a path that is there already, from a key with a point in it, gets a number."""
    count, place = 1, path
    while place in cells:
        count += 1
        place = f"{path} ({count})"
    cells[place] = value


def _first(item: dict[str, Any], keys: tuple[str, ...]) -> str:
    return next((text_of(item[key]) for key in keys if item.get(key) and not isinstance(item[key], dict | list)), "")


def _is_primary(item: dict[str, Any]) -> bool:
    metadata = item.get("metadata")
    inner = metadata if isinstance(metadata, dict) else {}
    return any(text_of(found.get(key)) in _TRUE for found in (item, inner) for key in _PRIMARY)


def _is_somebody(item: dict[str, Any]) -> bool:
    """Whether an object has a name and an address, as records of people have."""
    fields = {target.field for key in item if (target := target_of("contact", key))}
    return "emails" in fields and bool(fields & {"name", "first_name", "last_name"})


def _are_points(path: str, objects: list[dict[str, Any]]) -> bool:
    """Whether each object of a list is one e-mail, phone or other value, with or without a label."""
    last = path.rpartition(".")[2].replace("_", "").lower()
    bare = all(item.keys() <= _POINT_KEYS for item in objects)
    return (bare or last in _POINTS) and all(_first(item, _VALUES) or not item for item in objects)


_POINT_KEYS = frozenset((*_VALUES, *_KINDS, *_PRIMARY, "id", "metadata", "formattedType", "protocol"))


def _singular(path: str) -> str:
    """`companies` as `company`, so that `companies: [{"name"}]` is a company's name."""
    if path.endswith(("ies", "sses")):
        return path[:-3] + "y" if path.endswith("ies") else path[:-2]
    return path[:-1] if path.endswith("s") and not path.endswith("ss") else path


__all__ = ["Flattener", "TooDeep", "from_minor", "names_of", "text_of"]
