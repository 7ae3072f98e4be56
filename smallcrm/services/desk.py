"""The one thread in which an open workspace is read and written, for an interface that must not wait for it.

Jobs are done one after the other. What is no longer wanted is left out; where it is being read already, it is stopped.
A database that cannot be reached is opened again for the next job.
"""

from __future__ import annotations

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.errors import DatabaseUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from smallcrm.services.workspaces import Session


@dataclass
class Asked:
    """A job that was asked for, and its answer. What `writes` is never stopped once it has begun."""

    job: Callable[[Session], Any]
    writes: bool
    answer: Future[Any] = field(default_factory=Future)


class Desk:
    """Does jobs in an open workspace; `open_session` opens it, in the thread of the desk."""

    def __init__(self, open_session: Callable[[], AbstractContextManager[Session]]) -> None:
        self._open = open_session
        self._jobs: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._running: Asked | None = None
        self._stop: Callable[[], None] | None = None
        self._thread = threading.Thread(target=self._work, name="smallcrm-desk", daemon=True)

    def start(self) -> None:
        """Begin to work; the workspace is opened for the first job."""
        self._thread.start()

    def ask(self, job: Callable[[Session], Any], *, writes: bool = False) -> Asked:
        """Ask for a job; its answer is what it gives or raises."""
        asked = Asked(job, writes)
        self._jobs.put(asked)
        return asked

    def drop(self, asked: Asked) -> None:
        """Say that an answer is no longer wanted; a job that writes and has begun goes on."""
        asked.answer.cancel()
        # Under the lock nothing else can have begun in its place.
        with self._lock:
            if self._running is asked and not asked.writes and self._stop is not None:
                self._stop()

    def close(self, timeout: float = 10) -> None:
        """Do what was asked for, and close the workspace."""
        self._jobs.put(None)
        self._thread.join(timeout)

    def _work(self) -> None:
        """Open the workspace and serve, and again where it was lost."""
        asked = self._jobs.get()
        while asked is not None:
            try:
                with self._open() as session:
                    self._stop = _begin()
                    asked = self._serve(session, asked)
            except Exception as error:  # noqa: BLE001 - whoever asks is told
                _fail(asked, error)
                asked = self._jobs.get()
            finally:
                self._stop = None

    def _serve(self, session: Session, asked: Asked | None) -> Asked | None:
        """Do jobs until there are no more (None), or until the database is lost: then the next job."""
        while asked is not None:
            lost = self._do(session, asked)
            asked = self._jobs.get()
            if lost:
                break
        return asked

    def _do(self, session: Session, asked: Asked) -> bool:
        """Do one job; gives whether the database was lost."""
        if not asked.answer.set_running_or_notify_cancel():
            return False
        with self._lock:
            self._running = asked
        try:
            asked.answer.set_result(_translated(session, asked.job))
        except Exception as error:  # noqa: BLE001 - whoever asks is told
            asked.answer.set_exception(error)
            return isinstance(error, DatabaseUnavailable)
        finally:
            with self._lock:
                self._running = None
        return False


def _translated(session: Session, job: Callable[[Session], Any]) -> Any:
    from smallcrm.db.faults import faults

    with faults():
        return job(session)


def _begin() -> Callable[[], None]:
    """Make ready the connection that the desk reads by; gives what stops what it runs."""
    from smallcrm.db.fence import proxy

    database = proxy.target()
    # It is open all day: what is read in place would count as memory of the program for as long.
    database.spare_memory()
    return database.stopper()  # type: ignore[no-any-return]


def _fail(asked: Asked | None, error: Exception) -> None:
    if asked is not None and asked.answer.set_running_or_notify_cancel():
        asked.answer.set_exception(error)
