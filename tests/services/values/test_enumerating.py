"""Several texts in one cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smallcrm.services.values.enumerating import elements, enumerated

TEXTS = st.one_of(
    st.sampled_from(['"', '""', ",", ", ", 'a"b', '"a", b', "a,", ";", "'"]),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1),
).map(str.strip)


@given(st.lists(TEXTS.filter(bool), unique=True))
def test_they_come_back(texts: list[str]) -> None:
    """Whatever commas and quotes they have."""
    assert elements(enumerated(texts)) == texts


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("Bolt", ["Bolt"]),
        ('"Acme, Inc.", Bolt', ["Acme, Inc.", "Bolt"]),
        ('The "A, B" Co', ['The "A', 'B" Co']),
        (' a ,, a,"b"c ', ["a", "bc"]),
        ('"open, a\r\nb', ["open, a  b"]),
        ("", []),
    ],
)
def test_what_people_write(cell: str, found: list[str]) -> None:
    """Each text once; a quote that is not at the front is part of its text, one that stays open ends with the cell."""
    assert elements(cell) == found
