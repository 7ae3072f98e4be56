"""Words that stand for values."""

from __future__ import annotations

import pytest

from smallcrm.services.values.words import is_empty, lifecycle_of, parse_bool


@pytest.mark.parametrize("word", ["true", "Ja", "OUI", "Sí", "WAHR", "1", "x", "Done", "はい"])
def test_it_knows_yes(word: str) -> None:
    """In many languages."""
    assert parse_bool(word) is True


@pytest.mark.parametrize("word", ["false", "Nein", "NON", "FAUX", "0", "Undone", "Aus", "いいえ"])
def test_it_knows_no(word: str) -> None:
    """In many languages."""
    assert parse_bool(word) is False


def test_it_knows_what_is_neither() -> None:
    """It is None."""
    assert parse_bool("perhaps") is None


@pytest.mark.parametrize("word", ["", " ", "NULL", "N/A", "\\N", "-", "(blank)", "None"])
def test_it_knows_nothing_when_it_sees_it(word: str) -> None:
    """As databases and people write it."""
    assert is_empty(word)


def test_it_knows_the_stages_of_other_programs() -> None:
    """But no other states of a lead."""
    assert lifecycle_of("Marketing Qualified Lead") == "mql"
    assert lifecycle_of("marketingqualifiedlead") == "mql"
    assert lifecycle_of("CUSTOMER") == "customer"
    assert lifecycle_of("Working") is None
