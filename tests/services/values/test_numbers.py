"""Numbers and money as other programs write them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.money import minor_digits
from smallcrm.services.values.numbers import (
    LARGEST,
    currency_of,
    mark_evidence,
    parse_integer,
    parse_money,
    parse_number,
)


@pytest.mark.parametrize(
    ("text", "mark", "expected"),
    [
        ("210833.37", None, "210833.37"),
        ("1.234,56", None, "1234.56"),
        ("1,234.56", None, "1234.56"),
        ("1\u202f234,56", None, "1234.56"),
        ("1'234.50", None, "1234.50"),
        ("12,34,567", None, "1234567"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("(1,200.00)", None, "-1200"),
        ("500-", None, "-500"),
        ("$1.2M", None, "1200000"),
        ("€ 1.234", ",", "1234"),
        ("-€5.50", None, "-5.5"),
        ("120 000", None, "120000"),
    ],
)
def test_it_reads_a_number(text: str, mark: str | None, expected: str) -> None:
    """With the mark of its column."""
    assert parse_number(text, mark) == Decimal(expected)


@pytest.mark.parametrize(
    "text", ["", ".", ",", "abc", "NaN", "Infinity", "1e400", "0x10", "1_000", "1-2", "99999999999999999999", "1.2.3"]
)
def test_it_refuses_what_is_no_number(text: str) -> None:
    """Nothing that only Python would read."""
    assert parse_number(text, ".") is None


@pytest.mark.parametrize(
    ("text", "mark", "written"),
    [
        ("7", ".", "7"),
        ("7.", ".", "7"),
        ("7.0", ".", "7.0"),
        ("7,50", ",", "7.50"),
        (".5", ".", "0.5"),
        ("1.234,00", ",", "1234.00"),
        ("-3", ".", "-3"),
        ("(1.20)", ".", "-1.20"),
        ("1.25k", ".", "1250"),
        ("-0.1234567890123456789012345678901234567", ".", "-0.1234567890123456789012345678901234567"),
    ],
)
def test_it_keeps_the_digits_as_they_are_written(text: str, mark: str, written: str) -> None:
    """None is added, and none of a long one is lost."""
    number = parse_number(text, mark)
    assert number is not None
    assert f"{number:f}" == written


def test_it_reads_whole_numbers_only() -> None:
    """A fraction of zero is whole."""
    assert parse_integer("9395") == 9395
    assert parse_integer("54.0") == 54
    assert parse_integer("54.5") is None


def test_it_counts_money_in_minor_units_of_its_currency() -> None:
    """Yen have none, dinars three digits."""
    assert parse_money("1.234,50 €", ",", "USD") == (123450, "EUR")
    assert parse_money("1,234", None, "JPY") == (1234, "JPY")
    assert parse_money("KWD 1.5", ".", "EUR") == (1500, "KWD")
    assert parse_money("$5", ".", "CAD") == (500, "CAD")
    assert parse_money("much", ".", "EUR") is None


def test_it_knows_a_currency_only_by_an_unmistakable_mark() -> None:
    """A dollar sign is many currencies."""
    assert currency_of("eur") == "EUR"
    assert currency_of("Kč") == "CZK"
    assert currency_of("$") is None


def test_it_tells_what_proves_the_decimal_mark() -> None:
    """Three digits after a lone mark prove nothing."""
    assert mark_evidence("1.234,56") == (True, ",")
    assert mark_evidence("1.5") == (True, ".")
    assert mark_evidence("1.234.567") == (True, ",")
    assert mark_evidence("1,234") == (True, None)
    assert mark_evidence("1234") == (False, None)


@given(st.text(alphabet="0123456789.,-+\u2212 '€$()kme") | st.text(), st.sampled_from([None, ".", ","]))
def test_it_takes_any_text(text: str, mark: str | None) -> None:
    """Number, whole number and money agree with each other, and none is too large to store."""
    number, whole, money = parse_number(text, mark), parse_integer(text, mark), parse_money(text, mark, "EUR")
    matters, proven = mark_evidence(text)
    assert matters or proven is None
    assert whole is None or whole == number
    assert (money is None) == (number is None)
    if number is not None and money is not None:
        assert abs(number) < LARGEST
        assert abs(money[0] - number.scaleb(minor_digits(money[1]))) <= Decimal("0.5")


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_it_reads_back_what_it_knows_the_mark_of(number: Decimal) -> None:
    """In English and German."""
    assert parse_number(f"{number:,.2f}", ".") == number
    german = f"{number:,.2f}".translate({ord(","): ".", ord("."): ","})
    assert parse_number(german, ",") == number
