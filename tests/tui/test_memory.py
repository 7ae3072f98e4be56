"""What the screen remembers, and what it makes of a file that is not as it wrote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from smallcrm.tui.memory import FILE, MOST_BYTES, Memory
from tests.tui.driving import Driver, drive

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from smallcrm.tui.app import SmallCRM


def test_it_gives_back_what_it_kept(tmp_path: Path) -> None:
    """For its owner alone; what is forgotten is gone."""
    tmp_path = tmp_path / "kept"
    tmp_path.mkdir()
    memory = Memory(tmp_path / FILE)
    memory.keep("theme", "dark")
    memory.keep("widths", [3, 20])
    memory.keep("sort", "name")
    memory.keep("sort", None)
    memory.save()
    again = Memory(tmp_path / FILE)
    assert (again.text("theme"), again.numbers("widths", 3, 80), again.text("sort")) == ("dark", [3, 20], None)
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [tmp_path / FILE]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{",
        "null",
        '{"theme": 5, "widths": [1e9, "x"]}',
        '{"widths": [2]}',
        "[" * 9999,
        "\0",
        " " * MOST_BYTES,
    ],
)
def test_a_file_that_is_none_of_its_is_as_if_it_were_not_there(tmp_path: Path, text: str) -> None:
    """Whatever it holds."""
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    memory = Memory(tmp_path / FILE)
    assert (memory.text("theme"), memory.numbers("widths", 3, 80)) == (None, [])


def test_a_folder_that_cannot_be_written_to_is_no_mistake(tmp_path: Path) -> None:
    """The next time begins as this one did."""
    memory = Memory(tmp_path / "gone" / FILE)
    memory.keep("theme", "dark")
    memory.save()
    assert not (tmp_path / "gone").exists()


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_a_list_is_as_it_was_the_last_time(opening: Callable[..., SmallCRM], tmp_path: Path) -> None:
    """Its order, the widths of its columns and the colours; an order by what is gone is forgotten."""
    path = tmp_path / FILE

    async def change(on: Driver) -> None:
        await on.press("l", "o", "o", "5", "greater_than_sign", "ctrl+t")
        await on.until(lambda: "by -name" in on.status)

    drive(opening(memory=Memory(path)), change)
    known = json.loads(path.read_text("utf-8"))
    assert (known["theme"], known["contact.sort"]) == ("smallcrm-light", "-name")

    async def look(on: Driver) -> None:
        assert on.app.theme == "smallcrm-light"
        await on.until(lambda: "by -name" in on.status and on.table.widths == known["contact.widths"])

    drive(opening(memory=Memory(path)), look)
    path.write_text(json.dumps({"contact.sort": "gone", "contact.widths": [4]}), encoding="utf-8")

    async def fresh(on: Driver) -> None:
        await on.until(lambda: on.status == "450 contacts" and len(on.table.widths) > 1)

    drive(opening(memory=Memory(path)), fresh)
