"""Addresses: of several in a row the first that is filled counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from smallcrm.services.transfer.columns import texts

if TYPE_CHECKING:
    from smallcrm.services.transfer.mapping import Mapping

PARTS = ("street", "city", "region", "postal_code", "country")
_EXTRA = {"extended": "street", "box": "street"}
_PREFERRED = ("", "work", "main", "billing", "mailing", "company", "1", "home", "shipping", "other", "2", "3")

Blocks = dict[str, list[list[int]]]
Read = Callable[[tuple[str, ...]], list[str | None]]


def block_rank(block: str) -> int:
    """How much an address of that label is preferred; the lowest first."""
    return _PREFERRED.index(block) if block in _PREFERRED else len(_PREFERRED)


def part_of(part: str) -> str | None:
    """The part of an address that a column of this part gives."""
    found = "street" if part == "formatted" else _EXTRA.get(part, part)
    return found if found in PARTS else None


def address_of(mapping: Mapping) -> Blocks:
    """For each part of an address the columns of each block, the preferred block first."""
    columns = mapping.of("address")
    blocks = sorted({column.target.block for column in columns}, key=block_rank)
    found: Blocks = {}
    for part in PARTS:
        per_block = []
        for block in blocks:
            mine = [c for c in columns if c.target.block == block]
            named = [c.index for c in mine if _EXTRA.get(c.target.part, c.target.part) == part]
            if part == "street" and not named:
                named = [c.index for c in mine if c.target.part == "formatted"]
            per_block.append(named)
        if any(per_block):
            found[part] = per_block
    return found


def places_of(blocks: Blocks, columns: list[tuple[str, ...]], read: Read = texts) -> dict[str, list[str | None]]:
    """The values of each part of the address; all parts of a row are from one block."""
    if not blocks:
        return {}
    count = len(next(iter(blocks.values())))
    made = {part: [_joined(part, indexes, columns, read) for indexes in found] for part, found in blocks.items()}
    if count == 1:
        return {part: lists[0] for part, lists in made.items()}
    size = len(columns[0])
    chosen: list[int] = []
    for at in range(size):
        filled = (block for block in range(count) if any(lists[block][at] for lists in made.values()))
        chosen.append(next(filled, 0))
    return {part: [lists[block][at] for at, block in enumerate(chosen)] for part, lists in made.items()}


def _joined(part: str, indexes: list[int], columns: list[tuple[str, ...]], read: Read) -> list[str | None]:
    """A street of several columns joined; of other parts the first that is filled."""
    if not indexes:
        return [None] * len(columns[0])
    cells = [read(columns[index]) for index in indexes]
    if len(cells) == 1:
        return cells[0]
    if part == "street":
        return [", ".join(filter(None, row)) or None for row in zip(*cells, strict=True)]
    return [next(filter(None, row), None) for row in zip(*cells, strict=True)]
