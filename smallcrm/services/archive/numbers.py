"""Sets of row numbers that take little memory where the numbers are dense, as those of a table are."""

from __future__ import annotations

_BITS = 10
_REST = (1 << _BITS) - 1


class Numbers:
    """A set of positive whole numbers; `most` is the largest of them."""

    __slots__ = ("_blocks", "most")

    def __init__(self) -> None:
        self._blocks: dict[int, int] = {}
        self.most = 0

    def add(self, number: int) -> bool:
        """Put a number in; False where it was there already."""
        block, bit = number >> _BITS, 1 << (number & _REST)
        known = self._blocks.get(block, 0)
        if known & bit:
            return False
        self._blocks[block] = known | bit
        self.most = max(self.most, number)
        return True

    def __contains__(self, number: int) -> bool:
        """Whether a number is in the set."""
        return bool(self._blocks.get(number >> _BITS, 0) >> (number & _REST) & 1)
