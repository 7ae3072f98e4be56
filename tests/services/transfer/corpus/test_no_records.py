"""Files made to be hard to read in a fresh workspace, each alone and all together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.transfer.corpus.checking import check, shared
from tests.services.transfer.corpus.expected.no_records import EXPECTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.services.transfer.corpus.expecting import Imported, Refused
    from tests.support.world import World


@pytest.mark.parametrize("expected", EXPECTED, ids=str)
def test_it_imports_what_a_person_reads(
    olga: World, record_property: Callable[[str, object], None], expected: Imported | Refused
) -> None:
    """Or it is refused with the sentence that says why: what is no record of a CRM, or cannot be told."""
    del olga
    check(expected, record_property, shared)
