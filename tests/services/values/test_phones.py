"""Numbers as people type them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.phones import (
    has_digits,
    lost_digits,
    phone_digits,
    split_extension,
    split_phones,
)


@pytest.mark.parametrize(
    ("number", "digits"),
    [
        ("+420111222333", "+420111222333"),
        ("+1-588-734-6947x3743", "+15887346947"),
        ("+49 (0)30 12345-67", "+49301234567"),
        ("0049 30 1234567", "+49301234567"),
        ("+44 20 7946 0100 ext. 12", "+442079460100"),
        ("tel:+1-201-555-0123;ext=102", "+12015550123"),
        ("+1 (555) 123-4567", "+15551234567"),
        ("416-810-9897x752", None),
        ("030 123456", None),
        ("4.91761E+11", None),
        ("+1", None),
        ("+0 123 456 789", None),
        ("+1234567890123456", None),
        ("", None),
    ],
)
def test_it_makes_an_international_number_only_of_one(number: str, digits: str | None) -> None:
    """A country is never guessed."""
    assert phone_digits(number) == digits


@pytest.mark.parametrize(
    ("cell", "numbers"),
    [
        ("+49 30 123456; +49 171 1234567", ["+49 30 123456", "+49 171 1234567"]),
        ("030 123456 / 0171 1234567", ["030 123456", "0171 1234567"]),
        ("030/123456", ["030/123456"]),
        ("555-1234, 555-9999", ["555-1234", "555-9999"]),
        ("+1-201-555-0123;ext=102", ["+1-201-555-0123;ext=102"]),
        (" ", []),
    ],
)
def test_it_finds_every_number_in_a_cell(cell: str, numbers: list[str]) -> None:
    """A slash within a number does not part it."""
    assert split_phones(cell) == numbers


def test_it_takes_the_extension_off() -> None:
    """If there is one."""
    assert split_extension("416-810-9897x752") == ("416-810-9897", "752")
    assert split_extension("416-810-9897") == ("416-810-9897", None)


def test_it_sees_that_a_spreadsheet_has_cut_a_number() -> None:
    """The digits are lost for good."""
    assert lost_digits("4.91761E+11")
    assert not lost_digits("491761123456")


@given(st.text())
def test_it_takes_any_text(text: str) -> None:
    """Without an error."""
    digits = phone_digits(text)
    assert digits is None or (digits[0] == "+" and digits[1:].isdigit())
    assert "".join(split_phones(text)) or not has_digits(text)
