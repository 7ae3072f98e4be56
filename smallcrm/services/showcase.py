"""The small company that the demo shows: what happened in it in the weeks before today, told through the services."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from importlib import resources
from operator import attrgetter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from smallcrm import clock
from smallcrm.config import Settings
from smallcrm.services.story import STORY, Line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.values.locale import Locale
    from smallcrm.services.workspaces import Session

NAME, CURRENCY, ZONE = "Demo", "EUR", "Europe/Berlin"
SAMPLES = ("contacts.csv", "companies.csv", "guests.csv")
BEGUN = 45
"""How many days ago the company began: before all that the story tells."""
_MORNING = time(9, 30)


def lay_out(folder: Path) -> None:
    """Put the bundled exports into a folder."""
    folder.mkdir()
    for name in SAMPLES:
        text = resources.files("smallcrm").joinpath("samples", name).read_text(encoding="utf-8")
        (folder / name).write_text(text, encoding="utf-8")


@contextmanager
def days_ago(days: int) -> Iterator[None]:
    """Let the clock stand on the morning of a day before today; today it goes on as it is."""
    if not days:
        yield
        return
    # From day to day in the zone, so that a change to summer time moves no date.
    day = clock.today(ZONE) - timedelta(days=days)
    with clock.frozen(datetime.combine(day, _MORNING, ZoneInfo(ZONE)).astimezone(UTC)):
        yield


def settings_in(folder: Path) -> Settings:
    """Settings that know nothing but the demo's database in a folder."""
    return Settings(folder, f"sqlite:///{folder / 'demo.db'}", workspace=NAME)


def tell(session: Session) -> None:
    """Let everything happen in the open workspace, day by day, each line as one operation."""
    for line in sorted(STORY, key=attrgetter("ago"), reverse=True):
        with days_ago(line.ago):
            _VERBS[line.verb](line, session.locale)


# -- the verbs of the story


def _noun(line: Line) -> Noun:
    from smallcrm.services.records.schema import noun

    return noun(line.noun)


def _add(line: Line, locale: Locale) -> None:
    from smallcrm.services.records.editing import Edit, add

    add(_noun(line), Edit(line.said), locale)


def _add_field(line: Line, locale: Locale) -> None:
    from smallcrm.services.field_changes import add
    from smallcrm.services.records.editing import Edit

    add(Edit(line.said), line.words, locale)


def _edit(line: Line, locale: Locale) -> None:
    from smallcrm.services.records.editing import Edit, edit_many

    edit_many(_noun(line), _numbers(line), Edit(line.said), locale)


def _tag(line: Line, locale: Locale) -> None:
    from smallcrm.services.records.editing import Edit, edit_many

    edit_many(_noun(line), _numbers(line), Edit(append=[("tags", line.said["tag"])]), locale)


def _move(line: Line, _locale: Locale) -> None:
    from smallcrm.services.deals import move

    move(_numbers(line), line.said["stage"])


def _win(line: Line, _locale: Locale) -> None:
    from smallcrm.services.deals import win

    win(_numbers(line))


def _lose(line: Line, _locale: Locale) -> None:
    from smallcrm.services.deals import lose

    lose(_numbers(line), line.said["reason"])


def _assign(line: Line, _locale: Locale) -> None:
    from smallcrm.services.tickets import assign

    assign(_numbers(line), line.said["member"])


def _wait(line: Line, _locale: Locale) -> None:
    from smallcrm.services.tickets import wait

    wait(_numbers(line))


def _close(line: Line, _locale: Locale) -> None:
    from smallcrm.services.tickets import close

    close(_numbers(line))


def _comment(line: Line, _locale: Locale) -> None:
    from smallcrm.services import comments
    from smallcrm.services.records import lookup

    record = lookup.find(_noun(line), line.words[0])
    said = line.said
    comments.add((line.noun, record), said["text"], public=said.get("public") == "yes", contact=said.get("from"))


def _numbers(line: Line) -> list[int]:
    from smallcrm.services.records import lookup

    return lookup.numbers(_noun(line), line.words)


_VERBS: dict[str, Callable[[Line, Locale], None]] = {
    "add": _add,
    "add field": _add_field,
    "edit": _edit,
    "tag": _tag,
    "move": _move,
    "win": _win,
    "lose": _lose,
    "assign": _assign,
    "wait": _wait,
    "close": _close,
    "comment": _comment,
}
