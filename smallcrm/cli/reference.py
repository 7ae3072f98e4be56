"""Generates docs/cli.md from the command tree: python -m smallcrm.cli.reference > docs/cli.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.cli import spec, topics
from smallcrm.cli.streams import emit
from smallcrm.cli.tree import root

if TYPE_CHECKING:
    from collections.abc import Iterator


def markdown() -> str:
    """The reference of every command."""
    described = spec.tree(root())
    return "\n".join(_document(described)).rstrip() + "\n"


def _document(described: dict[str, Any]) -> Iterator[str]:
    """The lines of the reference."""
    yield from ("# Commands", "", "Generated from the program by `make docs`; do not edit.", "")
    yield from _parameters(described["global_options"], "Global options, before or after the noun")
    yield from ("## Exit codes", "", "| code | meaning |", "| ---: | --- |")
    yield from (f"| {code} | {_cell(line)} |" for code, line in topics.exit_codes().items())
    yield ""
    yield from _command(described, 2)


def _command(described: dict[str, Any], depth: int) -> Iterator[str]:
    """The lines of one command and those below it."""
    yield from (f"{'#' * depth} {described['path']}", "", described["help"], "")
    yield from ("```", described["usage"], "```", "")
    yield from _parameters(described["parameters"], None)
    if described.get("refuses"):
        refused = ", ".join("`--" + name.replace("_", "-") + "`" for name in described["refuses"])
        yield from (f"Does not take {refused}.", "")
    for below in described.get("commands", {}).values():
        yield from _command(below, min(depth + 1, 4))


def _parameters(params: list[dict[str, Any]], title: str | None) -> Iterator[str]:
    """A table of arguments and options."""
    if title:
        yield from (f"## {title}", "")
    if params:
        yield from ("| argument or option | meaning |", "| --- | --- |")
        yield from (f"| {_name(param)} | {_cell(param['help'])} |" for param in params)
        yield ""


def _name(param: dict[str, Any]) -> str:
    """How a parameter is written."""
    names = ", ".join(param.get("names", []))
    return "`" + " ".join(word for word in (names, param.get("value", "")) if word).replace("|", "\\|") + "`"


def _cell(text: str) -> str:
    """A text inside a table."""
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    emit([markdown()])
