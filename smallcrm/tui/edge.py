"""Where the terminal interface meets the program: it asks at the desk, and every error becomes one line."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol, TypeVar

from textual.message import Message
from textual.worker import Worker, WorkerState

from smallcrm.errors import SmallCRMError
from smallcrm.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from smallcrm.services.desk import Desk
    from smallcrm.services.workspaces import Session
    from smallcrm.tui.memory import Memory
    from smallcrm.tui.running import Shell

T = TypeVar("T")


class Program(Protocol):
    """The program, as its screens know it."""

    desk: Desk
    shell: Shell
    memory: Memory
    zone: str
    done: list[str]

    def go(self, place: str, number: int | None = None) -> None:
        """Show one of the places, such as the list of a noun, with the cursor on a record."""


class Minding:
    """Whoever has workers: what goes wrong in one of them is told, and a mistake of the program ends it."""

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Mind a worker that has failed."""
        fault = event.worker.error
        if event.state is not WorkerState.ERROR or fault is None:
            return
        if not isinstance(fault, SmallCRMError):
            raise fault
        event.worker.node.app.screen.post_message(Faulted(fault))


class Faulted(Message):
    """Something that a user can do about went wrong in a worker."""

    def __init__(self, error: SmallCRMError) -> None:
        super().__init__()
        self.error = error


async def ask(desk: Desk, job: Callable[[Session], T], *, writes: bool = False) -> T:
    """The answer to a job, once it is there; whoever no longer waits for it need not have it."""
    asked = desk.ask(job, writes=writes)
    try:
        answer: T = await asyncio.wrap_future(asked.answer)
    except asyncio.CancelledError:
        desk.drop(asked)
        raise
    return answer


def sentence_of(fault: BaseException) -> str:
    """An error as it is told in one line; it is safe to be shown."""
    if not isinstance(fault, SmallCRMError):
        return f"Something went wrong inside smallcrm ({type(fault).__name__})."
    hint = f" ({fault.hint})" if fault.hint else ""
    return safe_text(f"{fault.sentence}{hint}")
