"""What a text means among the choices of a field, however it is written; and how long a number may be."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
