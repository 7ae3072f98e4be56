"""What a plan asks for, read back from its file: refused in one line wherever nobody could have asked for it."""

from __future__ import annotations

import os
import re
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from smallcrm.services.transfer.detecting import Options
from smallcrm.services.transfer.importing import Request
from smallcrm.services.transfer.rules import Rules
from smallcrm.services.values.dates import DateOrder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_CURRENCY = re.compile(r"[A-Z]{3}")
_MARKS = (".", ",")
_ORDERS = tuple(str(order) for order in DateOrder)


def request_from(said: Any, paths: tuple[Path, ...], inside: dict[Path, str]) -> Request:
    """The request that a plan keeps; raises ValueError for what is none."""
    asked = _record(said, _REQUEST)
    options = _record(asked.pop("options"), _OPTIONS)
    rules = _record(asked.pop("rules"), _RULES)
    order = options.pop("date_order")
    made = Options(**options, date_order=None if order is None else DateOrder(order))
    return Request(paths, options=made, inside=inside, rules=Rules(**rules), **asked)


def file_name(value: Any) -> str:
    """A name of a file as a plan keeps it."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(value)
    os.fsencode(value)
    return value


def text(value: Any) -> str:
    """Any text that can be typed."""
    if not isinstance(value, str) or "\0" in value:
        raise ValueError(value)
    value.encode()
    return value


def number(value: Any) -> int:
    """A whole number, zero or more."""
    if type(value) is not int or value < 0:
        raise ValueError(value)
    return value


def _record(value: Any, known: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """An object with just these keys, each read."""
    if not isinstance(value, dict) or value.keys() != known.keys():
        raise ValueError(value)
    return {key: read(value[key]) for key, read in known.items()}


def _maybe(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None else read(value)


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in choices:
            raise ValueError(value)
        return str(value)

    return read


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - whatever is wrong with a plan is the same mistake
    return value


def _pairs(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError(value)  # noqa: TRY004
    return {text(key): text(one) for key, one in value.items()}


def _zone(value: Any) -> str:
    try:
        ZoneInfo(text(value))
    except (KeyError, OSError) as error:
        raise ValueError(value) from error
    return str(value)


def _currency(value: Any) -> str:
    if not _CURRENCY.fullmatch(text(value)):
        raise ValueError(value)
    return str(value)


def _owners(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) for pair in value):
        raise ValueError(value)
    return tuple((text(name), text(member)) for name, member in value)


def _answers(value: Any) -> dict[str, dict[str, str]]:
    found = {"date_order": _one_of(*_ORDERS), "decimal": _one_of(*_MARKS)}
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise ValueError(value)
    return {text(name): {key: found[key](answer) for key, answer in one.items()} for name, one in value.items()}


def _columns(value: Any) -> dict[str, dict[str, str]]:
    if not isinstance(value, dict):
        raise ValueError(value)  # noqa: TRY004
    return {text(name): _pairs(one) for name, one in value.items()}


_RULES = {"match": _maybe(text), "clear_blanks": _flag, "restore": _flag, "owners": _owners}
_OPTIONS = {
    "noun": _maybe(text),
    "date_order": _maybe(_one_of(*_ORDERS)),
    "decimal": _maybe(_one_of(*_MARKS)),
    "currency": _currency,
    "source": _maybe(text),
    "targets": _pairs,
}
_REQUEST: dict[str, Callable[[Any], Any]] = {
    "encoding": _maybe(text),
    "on_error": _one_of("skip", "stop"),
    "unknown": _one_of("skip", "custom", "ask"),
    "zone": _zone,
    "answers": _answers,
    "columns": _columns,
    "options": lambda value: value,
    "rules": lambda value: value,
}
# What a plan keeps of a request: what the user said, not where the files lie.
KEPT = tuple(each.name for each in fields(Request) if each.name in _REQUEST and each.name not in ("options", "rules"))
