"""Small exports of our own, in the style of programs, languages and countries that the corpora lack."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.services.transfer.corpus.checking import check
from tests.services.transfer.corpus.expected import own_deals, own_people, own_work
from tests.support.workbooks import xlsx

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.transfer.corpus.expecting import Imported
    from tests.support.world import World

EXPORTS = Path(__file__).parents[1] / "exports"
EXPECTED = (*own_deals.EXPECTED, *own_people.EXPECTED, *own_work.EXPECTED)


@pytest.mark.parametrize("expected", EXPECTED, ids=str)
def test_it_imports_what_a_person_reads(
    olga: World, record_property: Callable[[str, object], None], tmp_path: Path, expected: Imported
) -> None:
    """Every count, link and value is what a careful person would have entered."""
    del olga

    def find(name: str) -> Path:
        if name != own_deals.MONDAY.names[0]:
            return EXPORTS / name
        return xlsx(tmp_path / name, {"sales pipeline": own_deals.MONDAY_ROWS})

    check(expected, record_property, find)
