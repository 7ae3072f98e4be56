"""Operators in small letters: they are words to search for, which hardly anybody means between conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records.query.nodes import And, Not, Or, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.query.nodes import Node

_OPERATORS = ("and", "or", "not")


def small_operators(node: Node) -> Iterator[str]:
    """A warning for each bare word beside a condition that would be an operator in capitals."""
    if isinstance(node, Not):
        yield from small_operators(node.node)
    elif isinstance(node, And | Or):
        for at, one in enumerate(node.nodes):
            if isinstance(node, And) and isinstance(one, Words) and _joins(node.nodes, at, one):
                yield f"{one.text} is searched as a word here; write {one.text.upper()}"
            yield from small_operators(one)


def _joins(nodes: tuple[Node, ...], at: int, word: Words) -> bool:
    """Whether a word stands where an operator would: before something, all but not after something too."""
    text = word.text.lower()
    if word.literal or text not in _OPERATORS or at == len(nodes) - 1 or (at == 0 and text != "not"):
        return False
    around = nodes[at + 1 : at + 2] if text == "not" else nodes[at - 1 : at + 2 : 2]
    # Among words alone, an and may be a part of a name.
    return text == "or" or not all(isinstance(one, Words) for one in around)
