"""The pictures of docs/tui.md and its table of keys: `python -m tests.support.pictures` makes both anew."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from smallcrm.services import showcase
from smallcrm.services.desk import Desk
from smallcrm.services.workspaces import open_session
from smallcrm.tui import actions
from smallcrm.tui.app import SmallCRM
from smallcrm.tui.running import Shell
from smallcrm.tui.screens.places import NOUNS
from smallcrm.tui.widgets.footer import key_name
from tests.cli.runner import run
from tests.support.corpora import ROOT
from tests.tui.driving import Driver

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from smallcrm.config import Settings

PAGE = ROOT / "docs" / "tui.md"
PICTURES = ROOT / "docs" / "pictures"
HEADS = {"app": "Everywhere", "table": "In a list", "records": "With records", "home": "At home"}
_KEYS = re.compile(r"(<!-- keys -->\n).*?(<!-- end of keys -->)", re.DOTALL)


def keys() -> str:
    """The table of all keys, as the page shows it."""
    parts = []
    owners = list(dict.fromkeys(action.owner for action in actions.ACTIONS))
    for owner in owners:
        parts += [f"### {HEADS.get(owner, f'On the {owner}')}", "", "| Keys | What they do |", "|---|---|"]
        parts += [f"| {_shown(action.keys)} | {action.label} |" for action in actions.of(owner)]
        parts.append("")
    return "\n".join(parts)


def _shown(of: str) -> str:
    return ", ".join(f"`{key_name(key)}`" for key in of.split(",")).replace("|", "\\|")


def with_keys(page: str) -> str:
    """The page with its table of keys made anew."""
    return _KEYS.sub(lambda found: f"{found[1]}{keys()}{found[2]}", page)


def demo(folder: Path) -> Settings:
    """The demo's database in a folder, six weeks after its company began."""
    os.environ.update({"HOME": str(folder), "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "TMPDIR": str(folder)})
    result = run(["demo", "--keep", "--no-input"])
    found = re.search(r"database is (.+/demo\.db)", result.stdout + result.stderr)
    assert found, result.stderr
    return showcase.settings_in(Path(found[1]).parent)


async def _take(
    settings: Settings, name: str, size: tuple[int, int], start: str, script: Callable[[Driver], Awaitable[None]]
) -> None:
    desk = Desk(partial(open_session, settings, via="tui"))
    desk.start()
    app = SmallCRM(desk, desk.ask(lambda session: session.workspace).answer.result(), Shell(), start)
    async with app.run_test(size=size) as pilot:
        on = Driver(app, pilot)
        if start in NOUNS:
            await on.ready()
        await script(on)
        (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="smallcrm"), encoding="utf-8")


async def _contacts(on: Driver) -> None:
    await on.press("slash")
    await on.type("lifecycle:customer city:H")
    await on.until(lambda: on.table.total < 40)
    await on.press("escape")
    await on.press("slash")
    await on.type("lifecycle:customer")
    await on.press("enter")
    await on.until(lambda: "filter" in on.status)
    await on.press("j", "2", "space")
    await on.until(lambda: "2 selected" in on.status and "Timeline" in on.said("#timeline Static"))


async def _deals(on: Driver) -> None:
    await on.press("3", "l", "o", "o", "g", "g")
    await on.until(lambda: "by -amount" in on.status and "Timeline" in on.said("#timeline Static"))
    await on.press("l", "j")
    await on.until(lambda: "Timeline" in on.said("#timeline Static"))


async def _home(on: Driver) -> None:
    await on.until(lambda: "Recent changes" in on.text() and "Open deals by stage" in on.text())
    await on.press("j")


async def _board(on: Driver) -> None:
    await on.until(lambda: "Hangar doors" in on.text())
    await on.press("l", "l", "j")
    await on.until(lambda: "Hangar doors" in on.status)


async def _palette(on: Driver) -> None:
    await on.press("ctrl+p")
    await on.until(lambda: "All actions" in on.text())
    await on.type("copy")
    await on.until(lambda: "Copy as JSON" in on.text() and "Half a page" not in on.text())


def main() -> None:
    """Make the page's table of keys and the pictures."""
    PAGE.write_text(with_keys(PAGE.read_text("utf-8")), "utf-8")
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = demo(Path(folder))
        asyncio.run(_take(settings, "contacts", (160, 40), "contact", _contacts))
        asyncio.run(_take(settings, "deals", (120, 30), "deal", _deals))
        asyncio.run(_take(settings, "home", (120, 32), "home", _home))
        asyncio.run(_take(settings, "board", (120, 26), "board", _board))
        asyncio.run(_take(settings, "palette", (80, 24), "company", _palette))


if __name__ == "__main__":
    main()
