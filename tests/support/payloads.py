"""Hostile texts, and records of every noun that hold them in every field that takes them."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any

from smallcrm.errors import SmallCRMError
from smallcrm.services.records.operations import operation
from smallcrm.services.records.schema import Kind, noun, nouns
from smallcrm.text import replace_bad
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Field, Noun, Values

TEXTS = (Kind.TEXT, Kind.LONG_TEXT)
LONGEST = 900
FIELDS = 12
_SAMPLES: dict[Kind, Any] = {
    Kind.INTEGER: 5, Kind.PERCENT: 50, Kind.DATE: "2026-03-31", Kind.INSTANT: 0, Kind.DECIMAL: "1", Kind.BOOLEAN: True,
}  # fmt: skip
# What a setting must be to be one at all, whatever else it says.
_SETTINGS: dict[str, Values] = {
    "field": {"object": "contact", "type": "text", "target": None, "default": None},
    "mapping": {"noun": "contact", "columns": None},
    "view": {"noun": "contact", "filter": None, "sort": None, "columns": None},
}
ALL = "\x1b]0;pwned\x07\x1b[2J\x9b31m\u202e\r[/][@click=app.quit]x\x7f"
"""The worst of them in one."""


def payloads() -> list[str]:
    """What is made to be obeyed by a terminal or read as markup."""
    escapes = json.loads(corpus("attacks", "own", "terminal_escape.json").read_text("utf-8"))
    markup = json.loads(corpus("attacks", "own", "markup_template.json").read_text("utf-8"))
    return [ALL, *(text[:LONGEST] for text in dict.fromkeys([*escapes.values(), *markup]))]


def storable() -> list[str]:
    """Those of the payloads that a field takes: not those with half a character or a NUL."""
    return [text for text in payloads() if text.strip() and not replace_bad(text)[1]]


def naughty() -> list[str]:
    """The list of naughty strings, each short enough for a field."""
    found = json.loads(corpus("attacks", "blns", "blns.json").read_text("utf-8"))
    return [text[:LONGEST] for text in dict.fromkeys(found) if text.strip()]


def fill() -> dict[str, int]:
    """Store every payload in every text field of every noun, and the naughty strings once; gives the records made."""
    rest = iter(naughty())
    made = {}
    for each in list(nouns().values()):
        keys = [field.key for field in each.builtin if field.writable and field.kind in TEXTS]
        with operation(f"Fill {each.plural} {ALL}") as op:
            texts: list[dict[str, str]] = [dict.fromkeys(keys, payload) for payload in payloads()]
            texts += [dict(zip(keys, islice(rest, len(keys)), strict=False)) for _ in range(500 // len(nouns()) // 4)]
            if each.name == "field":
                # Each is a column of every contact from then on.
                texts = texts[:FIELDS]
            made[each.name] = sum(_stored(op, each, at, found) for at, found in enumerate(texts))
    with operation("Fill contacts") as op:
        contact = noun("contact")
        keys = [field.key for field in contact.builtin if field.writable and field.kind in TEXTS]
        while found := dict(zip(keys, islice(rest, len(keys)), strict=False)):
            made["contact"] += _stored(op, contact, made["contact"] + 1000, found)
    return made


def _stored(op: Operation, each: Noun, at: int, texts: dict[str, str]) -> bool:
    """Make one record of these texts; what a field refuses is left out, what it needs is put in."""
    if not texts:
        return False
    values = _begun(each, texts, at)
    payload = next(iter(texts.values()))
    for field in each.builtin:
        if field.writable and (value := _elements(field, payload, at)) is not None:
            values[field.key] = value
    for _ in range(3 * len(each.builtin)):
        try:
            op.create(each, values)
        except SmallCRMError as fault:
            if not _mend(each, values, getattr(fault, "field", None), at):
                return False
        else:
            return True
    return False


def _begun(each: Noun, texts: dict[str, str], at: int) -> Values:
    """What a record begins with: a setting is only one if some of it makes sense."""
    key = {"key": f"key_{at}"} if each.name == "field" else {}
    return {**texts, **_SETTINGS.get(each.name, {}), **key}


def _elements(field: Field, payload: str, at: int) -> list[dict[str, Any]] | None:
    """A list with the payload in what people write of it."""
    made: dict[Kind, list[dict[str, Any]]] = {
        Kind.TAGS: [{"name": payload}],
        Kind.EMAILS: [{"address": f"a{at}@example.org", "label": payload}],
        Kind.PHONES: [{"number": f"+49 30 {1000 + at}", "label": payload}],
        Kind.EXTERNAL_IDS: [{"source": payload, "key": f"{payload}{at}"}],
    }
    return made.get(field.kind)


def _mend(each: Noun, values: Values, key: str | None, at: int) -> bool:
    """Change what was refused; False where nothing is left to change."""
    if key is None or key not in each.by_key:
        # Whoever refuses names no field: the lists go first, they are what may be taken.
        key = next((name for name in values if each.by_key[name].many), None)
        if key is None:
            return False
    field = each.by_key[key]
    plain = f"x{at}"
    if field.kind is Kind.RECORD and key not in values:
        target = noun(field.target or "contact")
        first = target.model.select(target.model.id).order_by(target.model.id).limit(1).tuples().first()
        values[key] = first[0] if field.target else {"object": target.name, "record": first[0]}
    elif field.kind is Kind.SELECT and field.choices and key not in values:
        values[key] = field.choices[0]
    elif field.kind in _SAMPLES and key not in values:
        values[key] = _SAMPLES[field.kind]
    elif field.kind in TEXTS and values.get(key) != plain and (key not in values or key == each.title):
        values[key] = plain
    elif key in values:
        del values[key]
    else:
        return False
    return True


def texts_of(document: Values, each: Noun) -> Iterator[str]:
    """The texts that a document holds."""
    for field in each.builtin:
        if field.kind in TEXTS and document.get(field.key):
            yield document[field.key]
