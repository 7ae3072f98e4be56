"""Stored text on the screen: no terminal obeys it, no parser reads it as markup, wherever it stands."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from functools import partial
from typing import TYPE_CHECKING

import pytest

from smallcrm.services.desk import Desk
from smallcrm.services.workspaces import open_session
from smallcrm.tui.app import SmallCRM
from smallcrm.tui.running import Shell
from smallcrm.tui.screens.places import NOUNS
from tests.support.cast import MARA
from tests.support.payloads import fill
from tests.support.terminal import obeyed
from tests.support.world import a_world
from tests.tui.driving import Driver, drive

if TYPE_CHECKING:
    from smallcrm.config import Settings
    from tests.conftest import EngineUrl

pytestmark = pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
SIZE = (200, 50)
WAIT = 60


@pytest.fixture
def hostile(settings: Settings, engine_url: EngineUrl) -> Settings:
    """A workspace in which every text of every noun is made to be obeyed."""
    with a_world(settings, engine_url) as world, world.acts(MARA):
        fill()
    return world.settings


def painted(driver: Driver) -> list[str]:
    """What is painted, piece by piece as it goes to the terminal."""
    strips = driver.app.screen._compositor.render_strips()
    return [segment.text for strip in strips for segment in strip if not segment.control]


def test_it_is_text_on_every_screen(hostile: Settings) -> None:
    """In lists, details, timelines, views, completions, what was found, and what is told."""
    desk = Desk(partial(open_session, hostile, "north-1", MARA.email, "tui"))
    desk.start()
    app = SmallCRM(desk, desk.ask(lambda session: session.workspace).answer.result(WAIT), Shell())

    async def script(on: Driver) -> None:
        def look() -> None:
            for text in painted(on):
                assert text.isprintable(), repr(text)
                assert not obeyed(text.encode()), repr(text)

        for noun in NOUNS:
            on.app.go(noun)
            await on.until(lambda: on.screen.noun.name == noun and on.table.current and on.said("#details Static"))  # noqa: B023
            for _step in range(12):
                await on.press("j", "l")
                await on.until(lambda: on.table.current)
                look()
            await on.press("slash")
            await on.type("tag:")
            look()
            await on.press("escape", "escape", "ctrl+k")
            await on.type("x")
            look()
            await on.press("escape", "3", "space", "x")
            await on.until(lambda: "Move 3" in on.text())
            look()
            await on.press("n", "c")
            await on.type("ok")
            await on.press("escape")
            look()

    drive(app, script, SIZE)


def test_no_byte_of_it_reaches_a_terminal(hostile: Settings) -> None:
    """On a real one: nothing but what Textual itself writes is a control sequence, and none of those is the text's."""
    env = os.environ | hostile.as_environment(workspace="north-1") | {"TERM": "xterm-256color"}
    env |= {"COLUMNS": str(SIZE[0]), "LINES": str(SIZE[1])}
    heard = _heard([sys.executable, "-m", "smallcrm", "tui", "contacts", "--as-member", MARA.email], env)
    assert "Contacts" in heard
    rest = _OWN.sub("", heard)
    assert obeyed(rest.replace("\r", "").encode()) == set()
    assert "pwned" in rest or "␛" in rest


# What Textual writes: colours, places, modes of the terminal and questions about it.
_OWN = re.compile(r"\x1b(?:\[[?>=<]?[0-9;]*\$?[a-zA-Z]|[=>78M]|\]22;[a-z-]*\x07|P\+q[0-9a-f]*\x1b\\)")


def _heard(words: list[str], env: dict[str, str]) -> str:
    """What a program writes to its terminal until it shows records, and when it is left."""
    master, slave = pty.openpty()
    process = subprocess.Popen(words, env=env, stdin=slave, stdout=slave, stderr=slave, close_fds=True)
    os.close(slave)
    heard = b""
    keys = [b"j", b"j", b"l", b"q"]
    try:
        while select.select([master], [], [], WAIT)[0]:
            try:
                found = os.read(master, 1 << 16)
            except OSError:
                break
            if not found:
                break
            heard += found
            if keys and heard.count(b"contacts") > 0 and b"Id" in heard:
                os.write(master, keys.pop(0))
    finally:
        process.kill()
        process.wait()
        os.close(master)
    return heard.decode("utf-8")
