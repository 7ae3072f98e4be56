"""Column names that no person writes: each is read in a time that grows with its length, and none of them fails."""

from __future__ import annotations

import pytest

from smallcrm.services.transfer.aliases import is_known, target_of
from smallcrm.services.transfer.headers import find_header, unique_names
from smallcrm.services.transfer.readers.jsonsource import value_of
from tests.fuzz.trying import limits

MANY = 200_000
SQUARE = ("a@" + "." * MANY + " ", "@" * MANY, "a@b." * MANY + " x", "+" * MANY, "1 " * MANY + "x y z w")


@pytest.mark.parametrize("cell", SQUARE, ids=lambda cell: cell[:6])
def test_it_looks_at_the_beginning_of_a_cell_only(cell: str) -> None:
    """Where a pattern takes the square of a length, that would be hours."""
    with limits(seconds=20):
        assert len(find_header([[cell, "b"], ["c", "d"]], is_known).names) == 2


@pytest.mark.parametrize(
    "header", ["E-mail {}", "Phone {} - Value", "Address {} - Street", "Website {}", "Home Street {}", "Columns {}"]
)
@pytest.mark.parametrize("number", ["9" * 5_000, "²", "٣", "①"])
def test_it_reads_any_number_in_a_name(header: str, number: str) -> None:
    """Thousands of digits, and digits that are no decimal ones."""
    for noun in ("company", "contact"):
        found = target_of(noun, header.format(number))
        assert (found is None) == header.startswith("Columns")


def test_it_counts_on_where_many_columns_have_one_name() -> None:
    """Each gets a number of its own, also where that name is there already; without counting from one each time."""
    names = unique_names(["x", "x (2)", "X", "x", "", ""], 6)
    assert names == ("x", "x (2)", "X (3)", "x (4)", "Column 5", "Column 6")
    many = unique_names(["x"] * 16_000, 16_000)
    assert (many[1], many[-1], len(set(many))) == ("x (2)", "x (16000)", 16_000)
    found = value_of("{" + ",".join(f'"x":{at}' for at in range(16_000)) + "}")
    assert list(found)[-1] == "x (16000)"


def test_it_reads_the_beginning_of_a_long_name_only() -> None:
    """A name of a megabyte is looked up dozens of times."""
    with limits(seconds=20):
        for at in range(300):
            assert not is_known(f"{at} {'x y Z' * MANY}")


@pytest.mark.parametrize("header", ["Email ❼", "Phone ❼ - Value", "Website ❼", "❼ Address Street", "Custom ❼", "❼"])
def test_it_takes_no_digit_in_a_circle_for_a_number(header: str) -> None:
    """Python calls some of them digits and does not read them."""
    for noun in ("company", "contact", "deal", "ticket", "activity"):
        target_of(noun, header)
    assert not is_known("❼")
