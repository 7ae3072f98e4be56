"""Spans of time before something."""

from __future__ import annotations

import pytest

from smallcrm.services.values.spans import minutes_of, span_text


@pytest.mark.parametrize(
    ("text", "minutes", "shown"),
    [
        ("0", 0, "0m"), ("30", 30, "30m"), ("45 min", 45, "45m"), ("2H", 120, "2h"), ("90m", 90, "90m"),
        ("1d", 1440, "1d"), ("48h", 2880, "2d"), ("1w", 10080, "1w"),
    ],
)  # fmt: skip
def test_it_reads_a_span_and_shows_it_in_its_largest_unit(text: str, minutes: int, shown: str) -> None:
    """What is shown reads the same again."""
    assert (minutes_of(text), span_text(minutes), minutes_of(shown)) == (minutes, shown, minutes)


@pytest.mark.parametrize("text", ["", "-5", "1.5h", "2y", "53w", "9999999", "soon", "٣"])
def test_it_refuses_what_is_no_span_or_too_long(text: str) -> None:
    """A year is the most."""
    assert minutes_of(text) is None
