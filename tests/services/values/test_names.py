"""Names in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.names import split_person_name


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ada Lovelace", (None, "Ada", None, "Lovelace", None)),
        ("Lovelace, Ada King", (None, "Ada", "King", "Lovelace", None)),
        ("Vincent van Gogh", (None, "Vincent", None, "van Gogh", None)),
        ("van Gogh, Vincent", (None, "Vincent", None, "van Gogh", None)),
        ("Ludwig von der Leyen", (None, "Ludwig", None, "von der Leyen", None)),
        ("Steven Davis MD", (None, "Steven", None, "Davis", "MD")),
        ("Mr. John Q. Smith Sr.", ("Mr.", "John", "Q.", "Smith", "Sr.")),
        ("Davis, Steven, PhD", (None, "Steven", None, "Davis", "PhD")),
        ("M. Night Shyamalan", (None, "M.", "Night", "Shyamalan", None)),
        ("Cher", (None, "Cher", None, None, None)),
        ("山田 花子", (None, "花子", None, "山田", None)),
        ("山田花子", (None, None, None, "山田花子", None)),
        ("김철수", (None, "철수", None, "김", None)),
        ("", (None, None, None, None, None)),
    ],
)
def test_it_takes_a_name_apart(text: str, parts: tuple[str | None, ...]) -> None:
    """In western and in eastern order."""
    assert tuple(split_person_name(text)) == parts


@given(st.text())
def test_it_takes_any_text(text: str) -> None:
    """Without an error."""
    assert len(split_person_name(text)) == 5
