"""What files leave open: all of it is told in one run, with the flags that answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import UsageError
from tests.services.transfer.bringing import bring, records, write

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.world import World

DATE, MARK = "--date-order dmy or --date-order mdy", "--decimal . or --decimal ,"


def refused(*paths: Path, **how: Any) -> UsageError:
    """The refusal of an import that nobody is there to answer for."""
    with pytest.raises(UsageError) as caught:
        bring(*paths, **how)
    assert records("contact") == records("deal") == []
    return caught.value


def test_all_that_files_leave_open_is_told_at_once(adam: World, tmp_path: Path) -> None:
    """Of one table a line for each flag, of several tables a line for each; then both flags at once are enough."""
    del adam
    deals = write(tmp_path / "deals.csv", "Deal Name,Deal Stage,Amount,Close Date,Create Date",
                  'Roof,Proposal,"1,234",03/04/2030,02/03/2024')  # fmt: skip
    people = write(tmp_path / "people.csv", "First Name,Email,Birthday", "Ann,ann@x.example,03/04/1990")
    error = refused(deals, people)
    assert error.sentence == "3 questions about the files are open; nothing was imported."
    assert sorted(error.details) == [
        "deals.csv: Amount: is the decimal mark a point or a comma?",
        "deals.csv: Close Date: is the day or the month first?",
        "people.csv: Birthday: is the day or the month first?",
    ]
    assert set((error.hint or "").split("; ")) == {DATE, MARK}
    one = refused(people)
    assert (one.sentence, one.details, one.hint) == ("people.csv: Birthday: is the day or the month first?", (), DATE)
    bring(deals, people, order="dmy", decimal=".")
    assert (len(records("deal")), len(records("contact"))) == (1, 1)


def test_what_new_fields_leave_open_is_told_along(adam: World, tmp_path: Path) -> None:
    """A column that is to be a field is open like one that is for a field already."""
    del adam
    path = write(tmp_path / "p.csv", "First Name,Email,Birthday,Fee", 'Ann,ann@x.example,03/04/1990,"1,234"')
    error = refused(path, unknown="custom")
    assert error.details == (
        "p.csv: Birthday: is the day or the month first?",
        "p.csv: Fee: is the decimal mark a point or a comma?",
    )
    assert error.hint == f"{DATE}; {MARK}"


def test_who_is_there_and_does_not_choose_is_told_that_question(adam: World, tmp_path: Path) -> None:
    """With the flag that answers it, and nothing is imported."""
    del adam
    path = write(tmp_path / "p.csv", "First Name,Email,Birthday", "Ann,ann@x.example,03/04/1990")
    error = refused(path, ask=lambda _name, _question: None)
    assert (error.sentence, error.hint) == ("p.csv: Birthday: is the day or the month first?", DATE)
