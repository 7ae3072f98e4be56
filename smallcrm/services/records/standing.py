"""What an operation has found out already and can rely on, as long as it holds the lock of the workspace.

Only what is so is remembered, never that something is not so: an operation makes more records than it takes away.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

T = TypeVar("T")
_MOST = 50_000
_found: ContextVar[dict[Hashable, Any] | None] = ContextVar("smallcrm_standing", default=None)


@contextmanager
def standing() -> Iterator[None]:
    """Remember until the block ends, in which nobody else can write."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def remembered(key: Hashable, find: Callable[[], T]) -> T:
    """What was found under a key before, else what is found now; what is None or False is looked for again."""
    known = _found.get()
    if known is None:
        return find()
    if key in known:
        found: T = known[key]
        return found
    result = find()
    if result is not None and result is not False:
        if len(known) >= _MOST:
            known.clear()
        known[key] = result
    return result


def forget() -> None:
    """Forget what was found: something was taken away or changed."""
    known = _found.get()
    if known is not None:
        known.clear()
