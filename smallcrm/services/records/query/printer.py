"""The printer: the text of a tree, which parses to the same tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.services.records.query.nodes import And, Not, Or, Range, Term, Value, Words

if TYPE_CHECKING:
    from smallcrm.services.records.query.nodes import Node


def text_of(node: Node) -> str:
    """A filter as text."""
    if isinstance(node, Or):
        return " OR ".join(_inside(child, (Or,)) for child in node.nodes)
    if isinstance(node, And):
        return " ".join(_inside(child, (And, Or)) for child in node.nodes)
    if isinstance(node, Not):
        return "NOT " + _inside(node.node, (And, Or))
    if isinstance(node, Words):
        return _quoted(node.text) if node.literal else node.text
    return _term(node)


def _inside(node: Node, loose: tuple[type, ...]) -> str:
    text = text_of(node)
    return f"({text})" if isinstance(node, loose) else text


def _term(term: Term) -> str:
    values = ",".join(_value(value) for value in term.values)
    listed = f"{term.among}({values})" if term.among else values
    return ".".join(term.path) + term.op + listed


def _value(value: Value | Range) -> str:
    if isinstance(value, Range):
        return f"{_open(value.low)}..{_open(value.high)}"
    return (_quoted(value.text) if value.literal else value.text) + ("*" if value.prefix else "")


def _open(value: Value | None) -> str:
    return "" if value is None else _value(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
