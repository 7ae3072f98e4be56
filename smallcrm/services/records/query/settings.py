"""What a filter names of the workspace's settings: a pipeline or a stage, by name, by number, by what kind it is.

They are few and everybody knows them, so a name that none has is a mistake and not an empty answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import MAX_NUMBER, own_id
from smallcrm.models.base import State
from smallcrm.services.records.query import reading
from smallcrm.services.records.query.checks import Choice, How, Text
from smallcrm.services.records.query.faults import nearest, pointed, quoted
from smallcrm.services.records.query.handles import name_key
from smallcrm.services.records.query.texts import key_compares
from smallcrm.text import fold

if TYPE_CHECKING:
    from smallcrm.services.records.query.reading import Asked
    from smallcrm.services.records.schema import Noun


def named_settings(asked: Asked, noun: Noun) -> Choice:
    """The settings that a value means; those in the trash are meant too, where a live one is."""
    model = noun.model
    # A setting that is in the trash may still be named by what lies there too.
    rows: list[Any] = list(model.select(model.id, model.state).where(_wanted(asked, noun)).tuples())
    if not any(state == State.LIVE for _id, state in rows):
        every: list[Any] = list(model.select(model.name).where(model.state == State.LIVE).tuples())
        near = nearest(asked.value.text, [row[0] for row in every])
        raise asked.fault(f"There is no {noun.name} {quoted(asked.value.text)}.{near}")
    return Choice(frozenset(row[0] for row in rows))


def _wanted(asked: Asked, noun: Noun) -> Any:
    value, model = asked.value, noun.model
    bare = not value.literal and not value.prefix and asked.how is How.EQUAL
    if bare and value.text.isascii() and value.text.isdigit():
        known = len(value.text) <= len(str(MAX_NUMBER)) and int(value.text) <= MAX_NUMBER
        return model.id == own_id(int(value.text) if known else 0)
    check = reading.read(asked.of(noun.by_key["name"]))
    if not isinstance(check, Text):
        raise pointed(asked.source, asked.term.at, f"{asked.field.label} has no order in a filter; use : or ~.")
    named = key_compares(check.how, model.name_key, name_key(check))
    also = noun.by_key.get(asked.field.also)
    if not bare or also is None or fold(value.text) not in also.choices:
        return named
    return named | (model._meta.columns[also.columns[0]] == fold(value.text))
