"""Values that are written in several ways: the choices of a field, and decimals; and how long a number may be."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from smallcrm.services.records.schema import Kind
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.schema import Field

MAX_DIGITS = 40


def choice_of(field: Field, text: str) -> str | None:
    """The choice that a text means, by its label or as it is stored."""
    said = {**_folded(field.labels, field.choices), **_folded(field.choices, field.choices)}
    return said.get(fold(text).strip())


def _folded(words: Iterable[str], choices: Iterable[str]) -> dict[str, str]:
    return {fold(word).strip(): choice for word, choice in zip(words, choices, strict=False)}


def is_same(field: Field, one: Any, other: Any) -> bool:
    """Whether two values of a field say the same; a decimal is a number, however many places it is written with."""
    if one == other or field.kind is not Kind.DECIMAL or None in (one, other):
        return bool(one == other)
    return Decimal(one) == Decimal(other)
