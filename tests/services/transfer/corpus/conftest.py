"""Fixtures of the corpus, and the table of what became of every file, printed at the end of a run."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from smallcrm import clock
from tests.services.transfer.corpus.checking import COLUMNS
from tests.support.cast import OLGA

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.world import World

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)


@pytest.fixture
def olga(world: World) -> Iterator[World]:
    """The world, in which Olga, the owner, is at work in a workspace without a record, on a day after all files."""
    with world.acts(OLGA), clock.frozen(NOW):
        yield world


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the files that were imported."""
    reports = [one for kind in ("passed", "failed") for one in terminalreporter.stats.get(kind, [])]
    lines = [value for report in reports for key, value in getattr(report, "user_properties", ()) if key == "import"]
    if not lines:
        return
    rows = [list(map(str, line)) for line in dict.fromkeys(map(tuple, lines))]
    widths = [max(len(row[at]) for row in [list(COLUMNS), *rows] if len(row) > 2) for at in range(len(COLUMNS))]
    terminalreporter.section("what became of every file")
    for row in [list(COLUMNS), *sorted(rows)]:
        shown = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        terminalreporter.write_line("  ".join([shown[0], row[1]] if len(row) == 2 else shown).rstrip())
