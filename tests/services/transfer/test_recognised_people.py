"""Customers of work who are people, and those who are companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.services.transfer.bringing import bring, records, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("header", "cells", "noun"),
    [
        ("Kunde", ("Müller, Hans", "O'Hara, Mary-Ann", ""), "contact"),
        ("Client", ("de la Cruz, Ana", "Li, Wei"), "contact"),
        ("Customer", ("Müller, Hans", "Bolt, Inc."), "company"),
        ("Kunde", ("Hans Müller", "Eva Schmidt"), "company"),
        ("Firma", ("Müller, Hans", "Li, Wei"), "company"),
    ],
)
def test_a_customer_with_the_last_name_first_is_a_person(
    mara: World, tmp_path: Path, header: str, cells: tuple[str, ...], noun: str
) -> None:
    """Where the name of the column leaves it open and no name is one of a business."""
    del mara
    rows = (f"D{at};5;{cell}" for at, cell in enumerate(cells))
    bring(write(tmp_path / "a.csv", f"Deal Name;Amount;{header}", *rows))
    made = [record["name"] for record in records(noun)]
    turned = [" ".join(reversed(cell.split(", "))) for cell in cells if cell]
    assert made == (turned if noun == "contact" else [cell for cell in cells if cell])
