"""Currencies in the names of columns: told by code or sign at the begin or the end, and by no other word."""

from __future__ import annotations

import pytest

from smallcrm.services.transfer.aliases import target_of
from smallcrm.services.transfer.denominations import currency_in, without_currency
from smallcrm.services.transfer.mapping import Target


@pytest.mark.parametrize(
    ("header", "code", "rest"),
    [
        ("Deal_Value_USD", "USD", "Deal Value"),
        ("deal_value_usd", "USD", "deal value"),
        ("DealValueUSD", "USD", "Deal Value"),
        ("Amount (EUR)", "EUR", "Amount"),
        ("AMOUNT [CHF]", "CHF", "AMOUNT"),
        ("Betrag in EUR", "EUR", "Betrag"),
        ("Montant en €", "EUR", "Montant"),
        ("USD Amount", "USD", "Amount"),
        ("€ Betrag", "EUR", "Betrag"),
        ("Amount ($)", "USD", "Amount"),
        ("Value: US$", "USD", "Value"),
        ("Hodnota (Kč)", "CZK", "Hodnota"),
    ],
)
def test_a_currency_in_a_name(header: str, code: str, rest: str) -> None:
    """However the name is put together."""
    assert (currency_in(header), without_currency(header)) == (code, rest)


@pytest.mark.parametrize(
    "header",
    ["Amount", "EUR", "€", "", "amount_all", "Value top", "TOTAL ALL", "Amount Try", "Amount (k€)", "Eur Sales"],
)
def test_no_currency_in_a_name(header: str) -> None:
    """A word that only looks like a code is none, and a name that is nothing else is no name of amounts."""
    assert (currency_in(header), without_currency(header)) == (None, None)


def test_a_shared_sign_is_the_usual_one() -> None:
    """Where the workspace's currency has it."""
    assert [currency_in("Amount ($)", usual) for usual in ("EUR", "CAD", "USD")] == ["USD", "CAD", "USD"]


def test_where_such_columns_go() -> None:
    """To amounts, after those without a currency; of other fields a code is no part of the name."""
    assert target_of("deal", "Deal_Value_USD") == Target("amount", rank=40)
    assert target_of("company", "Annual Revenue (CHF)") == Target("revenue", rank=40)
    assert target_of("deal", "Amount") == Target("amount")
    assert target_of("deal", "Owner EUR") is None
