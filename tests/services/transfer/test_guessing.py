"""The type of field that holds every value of a column."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.transfer.guessing import MOST_OPTIONS, OFTEN, Guess


def guess(*cells: str, times: int = 1) -> dict[str, object]:
    """What is guessed of these values."""
    one = Guess()
    for _ in range(times):
        one.see(cells)
    return one.definition()


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("yes", "No", "ja"), "boolean"),
        (("0", "1"), "integer"),
        (("38", "-4", "0"), "integer"),
        (("38", "4.5"), "decimal"),
        (("1.234,50", "12"), "decimal"),
        (("007", "12"), "text"),
        (("123456789012345678901",), "text"),
        (("€ 12", "USD 1,200.50"), "money"),
        (("€ 12", "13"), "text"),
        (("2026-03-31", "31.12.2026"), "date"),
        (("13/02/2020", "02/13/2020"), "text"),
        (("13/02/2020", "02/03/2020", "2020-03-31"), "date"),
        (("13/02/2020 10:00", "02/13/2020 10:00"), "text"),
        (("1.234,50", "1,234.50"), "text"),
        (("1.234,50", "1,5", "2.000"), "decimal"),
        (("1.234,50 EUR", "EUR 1,234.50"), "text"),
        (("20260331", "20261231"), "integer"),
        (("2026-03-31", "2026-03-31T14:00"), "datetime"),
        (("ann@x.example", "b@y.example"), "email"),
        (("https://x.example/a",), "url"),
        (("https://x.example/a b",), "text"),
        (("12 kg", "13 kg"), "text"),
        (("fri", "today", "+2w", "eom"), "text"),
        (("now", "-5h", "fri 14:00"), "text"),
        (("a\nb",), "long text"),
        (("x" * 1001,), "long text"),
        (("-", "n/a", "yes"), "boolean"),
    ],
)
def test_it_takes_the_narrowest_type_that_holds_all(cells: tuple[str, ...], kind: str) -> None:
    """One value that does not fit is enough."""
    assert guess(*cells)["type"] == kind


def test_it_offers_a_few_words_said_often() -> None:
    """Spellings that read alike are one option, the first of them."""
    assert guess("Gold", "Silver", "gold", times=OFTEN) == {"type": "select", "options": ["Gold", "Silver"]}
    assert guess("Gold", "Silver") == {"type": "text"}
    assert guess(*(f"word {n}" for n in range(MOST_OPTIONS + 1)), times=OFTEN * 3) == {"type": "text"}


def test_it_counts_what_is_there() -> None:
    """Blanks and words for nothing are no values."""
    one = Guess()
    one.see(["", " ", "n/a", "x"])
    assert one.filled == 1


@given(st.lists(st.text(max_size=30), max_size=20))
def test_it_takes_any_text(cells: list[str]) -> None:
    """Nothing that a file can hold is too odd to be looked at, and the order changes nothing."""
    assert guess(*cells)["type"] == guess(*reversed(cells))["type"]
