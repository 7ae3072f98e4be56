"""Progress: how far, how fast, how long still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.cli.progress import Progress
from tests.cli.runner import Stream

if TYPE_CHECKING:
    import pytest


def test_it_says_rate_and_time_left() -> None:
    """From what is done in the time it took."""
    known = Progress("Importing", 1000, "rows")
    assert known.line(250, 5.0) == "Importing 250 of 1,000 rows (25 %) 50/s 15 s left"
    assert known.line(1, 5.0).endswith("1 h 23 min left")
    assert Progress("Reading", None, "rows").line(2500, 1.0) == "Reading 2,500 rows 2,500/s"
    assert Progress("Writing 60,000 records", None, "").line(0, 1.0) == "Writing 60,000 records …"
    assert Progress("Reading", 100, "rows").line(100, 0.0001) == "Reading 100 of 100 rows (100 %)"
    assert Progress("x\x1b[2J", 10, "").line(0, 0.0) == "x␛[2J 0 of 10 (0 %)"


def test_it_draws_at_most_ten_times_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """And takes its line away."""
    stream = Stream()
    monkeypatch.setattr("sys.stderr", stream)
    progress = Progress("Importing", 1000, "rows")
    for done in range(1000):
        progress.show(done)
    progress.clear()
    assert 1 <= stream.getvalue().count("Importing") <= 3
    assert stream.getvalue().endswith("\r\x1b[K")
