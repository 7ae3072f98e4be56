"""Names that only one live record has at a time: what nobody may write, and what so cannot come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.errors import ValidationError
from smallcrm.models.base import State

if TYPE_CHECKING:
    from collections.abc import Hashable

    from smallcrm.services.records.schema import Noun, Values


class Name(NamedTuple):
    """What a record is called: a mark that others called alike have too, the condition of them, and what is told."""

    mark: Hashable
    alike: Any
    told: str


def held(noun: Noun, document: Values, name: Name) -> bool:
    """Whether a live record other than this one is called so."""
    model = noun.model
    others = model.select(model.id).where(name.alike, model.state == State.LIVE, model.id != document.get("id", 0))
    return bool(others.exists())


def refuse_held(noun: Noun, document: Values) -> None:
    """Raise ValidationError where another live record is called as a document says."""
    for name in noun.names(document):
        if held(noun, document, name):
            raise ValidationError(f"{name.told[0].upper()}{name.told[1:]}.", field=noun.title)


class Namesakes:
    """What keeps some records of a noun from coming back one after the other: the name of each is taken by then."""

    def __init__(self, noun: Noun) -> None:
        self._noun = noun
        self._granted: set[Hashable] = set()

    def why(self, document: Values) -> str | None:
        """Why a document cannot come back; None where its names are free."""
        for name in self._noun.names(document):
            if name.mark in self._granted or held(self._noun, document, name):
                return name.told
        return None

    def grant(self, document: Values) -> None:
        """Let a document have its names."""
        self._granted.update(name.mark for name in self._noun.names(document))
