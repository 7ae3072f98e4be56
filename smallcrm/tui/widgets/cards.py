"""Cards and the lanes they lie in, and what stands in the lines of a card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smallcrm.text import display_width, pad, truncate

if TYPE_CHECKING:
    from collections.abc import Sequence


class Card(NamedTuple):
    """A record on a card; its texts are safe to be shown. `sign` is a word for what is wrong with it."""

    number: int
    title: str
    beside: str = ""
    worth: str = ""
    days: int = 0
    sign: str = ""


class Lane(NamedTuple):
    """A lane: how many records are in it, what they come to, and the first of them."""

    key: str
    title: str
    size: int
    total: str
    cards: Sequence[Card]
    asks: bool = False


def days_text(days: int) -> str:
    """For how many days something has been so, in a few cells."""
    return "today" if days == 0 else f"{days:,} d"


def card_text(card: Card, line: int, width: int, *, low: bool) -> str:
    """A line of a card: its title, what is beside it, what it is worth and for how long it has been there."""
    if line == 0:
        return fit(card.title, width)
    if not low and line == 1:
        return fit(card.beside, width)
    age = f"{days_text(card.days)} {card.sign}".rstrip()
    worth = "  ".join(filter(None, (card.worth, card.beside))) if low else card.worth
    if display_width(worth) + 1 + display_width(age) > width and card.sign:
        age = f"{days_text(card.days)} !"
    return sides(worth, age, width)


def fit(text: str, width: int, fill: str = " ") -> str:
    """A text in so many cells."""
    cut = pad(truncate(text, width), width)
    return cut if fill == " " else cut.rstrip() + fill * (width - display_width(cut.rstrip()))


def sides(left: str, right: str, width: int) -> str:
    """A text on the left and one on the right, of which the left one gives way."""
    right = truncate(right, width)
    room = max(width - display_width(right) - 1, 0)
    return pad(truncate(left, room), room) + " " * (width - room - display_width(right)) + right
