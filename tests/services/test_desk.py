"""The thread in which an open workspace is read and written."""

from __future__ import annotations

import threading
from concurrent.futures import wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.errors import DatabaseUnavailable, Interrupted, NotFound
from smallcrm.services.contacts import CONTACT
from smallcrm.services.desk import Asked, Desk
from smallcrm.services.records import editing, store
from smallcrm.services.records.editing import Edit
from smallcrm.services.records.operations import operation
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.query.filters import Filter
from smallcrm.services.workspaces import open_session
from tests.support.actions import insert_people
from tests.support.cast import EUR, MARA
from tests.support.world import a_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.config import Settings
    from smallcrm.services.workspaces import Session
    from tests.conftest import EngineUrl
    from tests.support.world import World

WAIT = 60
MANY = 5_000


@pytest.fixture
def desk_world(settings: Settings, engine_url: EngineUrl) -> World:
    """The cast in a database that nobody has open."""
    with a_world(settings, engine_url) as world:
        return world


@pytest.fixture
def desk(desk_world: World) -> Iterator[Desk]:
    """A desk in the workspace of North, where its owner acts."""
    made = Desk(lambda: open_session(desk_world.settings, "north-1", MARA.email))
    made.start()
    yield made
    made.close()


def test_jobs_are_done_one_after_the_other(desk: Desk) -> None:
    """In the order in which they were asked for, each in the open workspace."""
    asked = [desk.ask(lambda session, at=at: (at, session.workspace.slug)) for at in range(5)]  # type: ignore[misc]
    assert [one.answer.result(WAIT) for one in asked] == [(at, "north-1") for at in range(5)]


def test_what_a_job_raises_is_its_answer(desk: Desk) -> None:
    """The next job is done all the same, and what one wrote another reads."""
    with pytest.raises(NotFound):
        desk.ask(lambda _session: store.get(CONTACT, 99)).answer.result(WAIT)
    made = desk.ask(lambda _session: editing.add(CONTACT, Edit({"last_name": "Lee"}), EUR), writes=True)
    number = made.answer.result(WAIT).changed[0]
    assert desk.ask(lambda _session: store.get(CONTACT, number)["last_name"]).answer.result(WAIT) == "Lee"


def test_what_is_not_wanted_any_more_is_not_done(desk: Desk) -> None:
    """A job that waits is left out."""
    begun, go = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        begun.set()
        go.wait(WAIT)

    done: list[int] = []
    first = desk.ask(hold)
    assert begun.wait(WAIT)
    second = desk.ask(lambda _session: done.append(2))
    desk.drop(second)
    go.set()
    third = desk.ask(lambda _session: done.append(3))
    third.answer.result(WAIT)
    assert (first.answer.done(), second.answer.cancelled(), done) == (True, True, [3])


def test_a_query_that_is_not_wanted_any_more_is_stopped(desk: Desk) -> None:
    """In the middle of it."""
    people = [{"name": f"P{at}", "address": f"p{at}@acme.com"} for at in range(MANY)]

    def fill(_session: Session) -> None:
        with operation("people") as op:
            insert_people(op, people)

    desk.ask(fill, writes=True).answer.result(WAIT)
    begun = threading.Event()

    def endless(session: Session) -> None:
        where = Filter(CONTACT, ["description~x"], Place(session.workspace.currency, session.workspace.zone))
        begun.set()
        while True:
            store.count(CONTACT, where=where)

    asked = desk.ask(endless)
    assert begun.wait(WAIT)
    # Between two queries there is nothing to stop.
    for _try in range(1_000):
        desk.drop(asked)
        if _done(asked):
            break
    with pytest.raises(Interrupted):
        asked.answer.result(0)
    assert desk.ask(lambda _session: store.count(CONTACT)).answer.result(WAIT) == MANY


def _done(asked: Asked) -> bool:
    """Whether an answer comes soon."""
    return bool(wait([asked.answer], 0.02).done)


def test_a_job_that_writes_is_never_stopped(desk: Desk) -> None:
    """Once it has begun."""
    begun, go = threading.Event(), threading.Event()

    def write(_session: Session) -> Any:
        begun.set()
        go.wait(WAIT)
        return editing.add(CONTACT, Edit({"last_name": "Lee"}), EUR).changed

    asked = desk.ask(write, writes=True)
    assert begun.wait(WAIT)
    desk.drop(asked)
    go.set()
    assert len(asked.answer.result(WAIT)) == 1


def test_a_database_that_was_lost_is_opened_again(desk_world: World) -> None:
    """Whoever asks while it is gone is told; who asks later gets an answer."""
    opened: list[int] = []

    @contextmanager
    def opening() -> Iterator[Session]:
        opened.append(1)
        if len(opened) == 1:
            raise DatabaseUnavailable("It is away.")
        with open_session(desk_world.settings, "north-1", MARA.email) as session:
            yield session

    def lose(_session: Session) -> None:
        raise DatabaseUnavailable("It went away.")

    desk = Desk(opening)
    desk.start()
    with pytest.raises(DatabaseUnavailable, match="is away"):
        desk.ask(lambda _session: 1).answer.result(WAIT)
    assert desk.ask(lambda session: session.workspace.slug).answer.result(WAIT) == "north-1"
    with pytest.raises(DatabaseUnavailable, match="went away"):
        desk.ask(lose).answer.result(WAIT)
    assert desk.ask(lambda session: session.workspace.slug).answer.result(WAIT) == "north-1"
    desk.close()
    assert len(opened) == 3
