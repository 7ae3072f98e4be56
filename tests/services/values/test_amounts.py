"""An amount as a person types it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.amounts import Unfit, read_amount
from smallcrm.services.values.money import money_text


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("5000", (500000, "EUR")),
        ("22.500,00", (2250000, "EUR")),
        ("22,500.00", (2250000, "EUR")),
        ("22,500", (2250000, "EUR")),
        ("22,50", (2250, "EUR")),
        ("1.234.567", (123456700, "EUR")),
        ("1 234,50 €", (123450, "EUR")),
        ("-12.5", (-1250, "EUR")),
        ("1234.500", (123450, "EUR")),
        ("1.234k", (123400, "EUR")),
        ("1200JPY", (1200, "JPY")),
        ("1,200 JPY", (1200, "JPY")),
        ("1.234KWD", (1234, "KWD")),
        ("much", None),
        ("", None),
    ],
)
def test_it_takes_what_means_one_amount(text: str, amount: tuple[int, str] | None) -> None:
    """With the marks of either half of the world, and as many decimals as the currency has."""
    assert read_amount(text, "EUR") == amount


@pytest.mark.parametrize(
    ("text", "unfit"),
    [
        ("1.234", Unfit("'1.234' could be thousands or a fraction.", "1234 for thousands, 1.23 for a fraction")),
        ("-1.234", Unfit("'-1.234' could be thousands or a fraction.", "-1234 for thousands, -1.23 for a fraction")),
        ("1.234 JPY", Unfit("'1.234 JPY' could be thousands or a fraction.", "1234 for thousands")),
        ("9999.999", Unfit("EUR has 2 decimals at most: '9999.999'.", "9999.99 or 10000.00")),
        ("0,125", Unfit("EUR has 2 decimals at most: '0,125'.", "0.12 or 0.13")),
        ("1.5JPY", Unfit("JPY has no decimals: '1.5JPY'.", "1 or 2")),
        ("1.2345KWD", Unfit("KWD has 3 decimals at most: '1.2345KWD'.", "1.234 or 1.235")),
    ],
)
def test_it_rounds_nothing_and_guesses_nothing(text: str, unfit: Unfit) -> None:
    """It says how the amount can be written."""
    assert read_amount(text, "EUR") == unfit


@given(st.integers(-(10**14), 10**14), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_it_reads_what_is_shown(amount: int, currency: str) -> None:
    """Every amount as it is written on a screen is read as the same."""
    assert read_amount(money_text(amount, currency), "USD") == (amount, currency)
