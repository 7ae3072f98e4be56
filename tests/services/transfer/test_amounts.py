"""Amounts of deals: in what is said of them, else in the currency that the known deal has, else in the workspace's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.services.transfer.rules import Rules
from tests.services.transfer.bringing import bring, fates, only, records, write
from tests.support.custom import define

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


def amounts(key: str = "amount") -> list[tuple[int, str] | None]:
    """The amounts of the deals, in minor units, each with its currency."""
    return [_pair(deal[key]) for deal in records("deal")]


def _pair(value: Any) -> tuple[int, str] | None:
    return None if value is None else (value["amount"], value["currency"])


def test_an_amount_alone_keeps_the_currency_of_the_deal(adam: World, tmp_path: Path) -> None:
    """With as many decimals as that has, by the id and by a key, in fields of the workspace's own too."""
    del adam
    define("deal", "Fee", "money")
    header, lines = "Deal ID,Deal Name,Amount,Fee", ("1,Roof,5000 JPY,7 JPY", "2,Door,12.50 KWD,1 EUR", "3,Gate,,")
    bring(write(tmp_path / "a.csv", header, *lines))
    path = write(tmp_path / "b.csv", header, "1,Roof,6000,8", "2,Door,12.505,2", "3,Gate,9.50,3")
    assert fates(bring(path))["b.csv"] == (0, 3, 0, 0, 0, 0)
    assert amounts() == [(6000, "JPY"), (12505, "KWD"), (950, "EUR")]
    assert amounts("fee") == [(8, "JPY"), (200, "EUR"), (300, "EUR")]
    assert fates(bring(path))["b.csv"] == (0, 0, 0, 3, 0, 0)
    bring(write(tmp_path / "c.csv", "Deal Name,Amount", "Roof,7"), rules=Rules(match="name"))
    assert amounts()[0] == (7, "JPY")


def test_a_currency_that_is_said_is_taken(mara: World, tmp_path: Path) -> None:
    """In the cell, by another column, by the name of the column: also the one that the workspace has."""
    del mara
    bring(write(tmp_path / "a.csv", "Deal Name,Amount", *(f"D{at},1 JPY" for at in range(1, 6))))
    for header, *lines in (
        ("Deal Name,Amount", "D1,€5", "D2,5 GBP"),
        ("Deal Name,Amount,Currency", "D3,5,EUR", "D4,5,"),
        ("Deal Name,Deal_Value_EUR,Currency", "D5,5,CHF"),
    ):
        bring(write(tmp_path / "b.csv", header, *lines), noun="deal", rules=Rules(match="name"))
    assert amounts() == [(500, "EUR"), (500, "GBP"), (500, "EUR"), (5, "JPY"), (500, "EUR")]


@pytest.mark.parametrize(
    ("header", "cell", "amount"),
    [
        ("Deal_Value_USD", "5", (500, "USD")),
        ("Amount (EUR)", "5", (500, "EUR")),
        ("Betrag in CHF", "5", (500, "CHF")),
        ("Amount (USD)", "£5", (500, "GBP")),
        ("Amount ($)", "5", (500, "USD")),
    ],
)
@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_the_name_of_a_column_says_its_currency(
    mara: World, tmp_path: Path, header: str, cell: str, amount: tuple[int, str]
) -> None:
    """But for a cell that says its own; the plan tells it."""
    del mara
    report = bring(write(tmp_path / "a.csv", f"Deal Name,Stage,{header}", f"Roof,Proposal,{cell}"))
    assert amounts() == [amount]
    (column,) = report.files[0].mapping.of("amount")
    assert column.decision.currency == ("USD" if "($)" in header else header.strip(")")[-3:])


def test_of_two_columns_the_one_without_a_currency_counts_first(mara: World, tmp_path: Path) -> None:
    """The other one fills what it leaves blank, in its own currency."""
    del mara
    header = "Deal Name,Amount in USD,Amount,Currency"
    bring(write(tmp_path / "a.csv", header, "Roof,5,4,GBP", "Door,5,,"))
    assert amounts() == [(400, "GBP"), (500, "USD")]


@pytest.mark.parametrize(
    ("usual", "meant", "told"),
    [
        ("EUR", "USD", ["Amount: $ is taken as USD in 2 rows", "Fee: $ is taken as USD in 1 row"]),
        ("CAD", "CAD", []),
        ("USD", "USD", []),
    ],
)
def test_a_bare_dollar_is_told(adam: World, tmp_path: Path, usual: str, meant: str, told: list[str]) -> None:
    """It is the workspace's own dollar, or the one of the United States, which the plan and the report say."""
    del adam
    define("deal", "Fee", "money")
    path = write(tmp_path / "a.csv", "Deal Name,Amount,Fee", "Roof,$5,$1", "Door,7 $,1", "Gate,US$9,", "Wall,A$9,")
    report = bring(path, currency=usual)
    assert report.files[0].rejected == []
    assert amounts() == [(500, meant), (700, meant), (900, "USD"), (900, "AUD")]
    assert report.files[0].warnings == told
    (column,) = report.files[0].mapping.of("amount")
    assert column.decision.dollar == (None if usual == "USD" else meant)


def test_revenue_of_companies_is_read_alike(mara: World, tmp_path: Path) -> None:
    """The name of the column, and a dollar."""
    del mara
    report = bring(write(tmp_path / "a.csv", "Company Name,Annual Revenue (CHF),Currency", "Acme,5,GBP"))
    assert only("company")["revenue"] == {"amount": 500, "currency": "CHF"}
    assert report.files[0].mapping.of("revenue")[0].decision.currency == "CHF"
    report = bring(write(tmp_path / "b.csv", "Company Name,Annual Revenue,Industry", "Acme,$5,Steel"))
    assert only("company")["revenue"] == {"amount": 500, "currency": "USD"}
    assert report.files[0].mapping.of("revenue")[0].decision.dollar == "USD"


def test_an_amount_that_is_rounded_is_told(mara: World, tmp_path: Path) -> None:
    """Of deals and of companies, by line; what a binary fraction leaves over is nothing that anybody wrote."""
    del mara
    cells = ("1.239 EUR", "100.5 JPY", "100.10000000000001 EUR", "1.230 EUR", "1.23456 KWD")
    path = write(tmp_path / "a.csv", "Deal Name,Amount", *(f"D{at},{cell}" for at, cell in enumerate(cells)))
    told = bring(path, noun="deal", decimal=".").files[0].warnings
    assert [warning for warning in told if "rounded" in warning] == [
        "line 2: Amount: rounded to 1.24 EUR: '1.239 EUR'",
        "line 3: Amount: rounded to 100 JPY: '100.5 JPY'",
        "line 6: Amount: rounded to 1.235 KWD: '1.23456 KWD'",
    ]
    firms = write(tmp_path / "b.csv", "Company Name,Annual Revenue", "Acme,1.239 EUR", "Bolt,5 EUR")
    told = bring(firms, noun="company", decimal=".").files[0].warnings
    [said] = [warning for warning in told if "rounded" in warning]
    assert said.endswith("Annual Revenue: rounded to 1.24 EUR: '1.239 EUR'")


def test_revenue_beside_a_column_of_currencies(mara: World, tmp_path: Path) -> None:
    """What is no amount and what is no currency is told; a `$` in a cell is one, unless the column says otherwise."""
    del mara
    lines = ("A,plenty,EUR", "B,100,XYZ", "C,$1000,", "D,1000,gbp", "E,0.125,USD")
    report = bring(write(tmp_path / "a.csv", "Company,Annual Revenue,Currency", *lines), noun="company")
    assert [_pair(row["revenue"]) for row in records("company")] == [
        None, (10_000, "EUR"), (100_000, "USD"), (100_000, "GBP"), (12, "USD"),
    ]  # fmt: skip
    assert report.files[0].warnings == [
        "Revenue: $ is taken as USD in 1 row",
        "line 2, Annual Revenue: not an amount: 'plenty'",
        "line 3, Currency: not a currency that is known; the amount is taken as EUR: 'XYZ'",
        "line 6, Annual Revenue: rounded to 0.12 USD: '0.125'",
    ]


def test_a_bare_revenue_is_in_the_currency_that_the_company_has(mara: World, tmp_path: Path) -> None:
    """With as many decimals as that has; and the same again changes nothing."""
    del mara
    header = "Company ID,Company,Annual Revenue"
    bring(write(tmp_path / "a.csv", header, "1,Acme,5000 JPY", "2,Bolt,12.50 KWD", "3,Cork,7"), noun="company")
    path = write(tmp_path / "b.csv", header, "1,Acme,6000", "2,Bolt,12.75", "3,Cork,8")
    assert fates(bring(path, noun="company"))["b.csv"] == (0, 3, 0, 0, 0, 0)
    assert [_pair(row["revenue"]) for row in records("company")] == [(6000, "JPY"), (12_750, "KWD"), (800, "EUR")]
    assert fates(bring(path, noun="company"))["b.csv"] == (0, 0, 0, 3, 0, 0)
