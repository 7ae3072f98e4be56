"""The spelling of tags in an undo: it is that of the tag, which all that carry it share, and no record's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records import tagging
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from smallcrm.services.records.parts import Element, Part
    from smallcrm.services.records.schema import Noun, Values


class Respelling:
    """How one undo spells tags: some get an old spelling back, the others are spelled as they are by now."""

    def __init__(self) -> None:
        self._tried: set[tuple[str, str]] = set()
        self._became: dict[str, str] = {}
        self._restored: dict[str, Element] = {}

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

    def by_now(self, part: Part, change: Mapping[str, Sequence[Element]], now: Sequence[Element]) -> dict[str, Any]:
        """A change of tags that came or went, in the spelling that they have by now; one of capitals as it was."""
        went, came, here = (_by_identity(part, some) for some in (change.get("-", ()), change.get("+", ()), now))
        return {
            "-": [old if mark in came else self._spelled(mark, old) for mark, old in went.items()],
            "+": [new if mark in went else here.get(mark, new) for mark, new in came.items()],
        }

    def _spelled(self, mark: str, tag: Element) -> Element:
        if mark not in self._restored:
            self._restored[mark] = tagging.as_spelled([tag])[0]
        return self._restored[mark]


def _by_identity(part: Part, elements: Iterable[Element]) -> dict[str, Element]:
    return {part.identity(element): element for element in elements}


def _respelled(noun: Noun, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tags that a change has only spelled otherwise, each as it was and as it became."""
    for key, change in fields.items():
        field = noun.by_key.get(key)
        if field is not None and field.kind is Kind.TAGS and "+" in change:
            part = noun.part(key)
            was, became = (_by_identity(part, change.get(sign, ())) for sign in "-+")
            yield from ((was[mark]["name"], new["name"]) for mark, new in became.items() if mark in was)
