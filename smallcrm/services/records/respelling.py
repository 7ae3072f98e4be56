"""Other capitals of a tag taken back: the spelling is that of the tag, which all that carry it share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records import tagging
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from smallcrm.services.records.schema import Noun, Values


class Respelling:
    """The tags of which an undo gives an old spelling back."""

    def __init__(self) -> None:
        self._tried: set[tuple[str, str]] = set()
        self._became: dict[str, str] = {}

    def give_back(self, noun: Noun, changes: Iterable[Mapping[str, Any]]) -> None:
        """Spell tags as they were before these changes, where they are still spelled as the changes made them."""
        for fields in changes:
            for names in _respelled(noun, fields):
                if names not in self._tried:
                    self._tried.add(names)
                    if tagging.respell(names[1], names[0]):
                        self._became[names[0]] = names[1]

    def as_they_were(self, noun: Noun, document: Values) -> Values:
        """A document with the spellings that there were before any was given back, so that it shows as a change."""
        tags = [field.key for field in noun.fields if field.kind is Kind.TAGS] if self._became else ()
        old = {key: [{"name": self._became.get(e["name"], e["name"])} for e in document[key]] for key in tags}
        return {**document, **old}


def _respelled(noun: Noun, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tags that a change has only spelled otherwise, each as it was and as it became."""
    for key, change in fields.items():
        field = noun.by_key.get(key)
        if field is not None and field.kind is Kind.TAGS and "+" in change:
            part = noun.part(key)
            was = {part.identity(element): element["name"] for element in change.get("-", ())}
            became = ((part.identity(element), element["name"]) for element in change["+"])
            yield from ((was[mark], name) for mark, name in became if mark in was)
