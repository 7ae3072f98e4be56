"""The words by which people name fields: the key, its singular, with a dash or an underscore."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records.presenting import columns
from smallcrm.services.records.schema import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smallcrm.services.records.schema import Field, Noun

ALL = "all"
_NAME_PARTS = ("prefix", "first_name", "middle_name", "last_name", "suffix")


def singular(field: Field) -> str:
    """The name of one value of a field: email for emails."""
    if field.word or not field.many:
        return field.word or field.key
    return field.key[:-3] + "y" if field.key.endswith("ies") else field.key.removesuffix("s")


def called(field: Field, name: str) -> bool:
    """Whether a field goes by a name: its key, the name of one of its values, or another word for it."""
    return name in (field.key, singular(field), *field.aliases)


def field_of(noun: Noun, word: str, known: Mapping[str, Field] | None = None) -> Field:
    """The field that a word means; raises UsageError with the nearest one."""
    known = noun.by_key if known is None else known
    name = word.strip().replace("-", "_")
    found = known.get(name) or next((field for field in known.values() if called(field, name)), None)
    if found is None:
        raise unknown("field", word, tuple(known), f"smallcrm {noun.name} list --columns help")
    return found


def chosen_columns(noun: Noun, text: str | None, *, further: bool = False) -> tuple[Field, ...]:
    """The columns of a list: the named ones in their order, `all` of them, or those of the noun.

    With `further` one may go a step on, to a field of what another field refers to: company.name.
    """
    known = columns(noun)
    if text is None:
        return tuple(known[key] for key in noun.default_columns)
    if text.strip() == ALL:
        return tuple(known.values())
    words = [word.strip() for word in text.split(",") if word.strip()]
    return tuple(dict.fromkeys(_column(noun, word, known, further=further) for word in words))


def _column(noun: Noun, word: str, known: Mapping[str, Field], *, further: bool) -> Field:
    if not further or "." not in word:
        return field_of(noun, word, known)
    from smallcrm.services.records.stepping import field_beyond

    return field_beyond(noun, word)


def whole_name(noun: Noun, name: str) -> dict[str, str]:
    """The fields that a whole name fills; a person's is taken apart, and the parts it lacks are empty."""
    if not noun.by_key[noun.title].derived:
        return {noun.title: name}
    from smallcrm.services.values.names import split_person_name

    return dict(zip(_NAME_PARTS, (part or "" for part in split_person_name(name)), strict=True))
