"""Who is asking: the scope that every query is compiled, run and read under."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from smallcrm.errors import ScopeConflict, TenantNotBound

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

logger = logging.getLogger("smallcrm.fence")

TENANT_SHIFT = 40
"""A packed id is `tenant << TENANT_SHIFT | n`."""
MAX_TENANT = (1 << 23) - 1


class Kind(StrEnum):
    """The three kinds of scope."""

    TENANT = "tenant"
    ACCOUNT = "account"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Scope:
    """One bound scope: its kind, and the tenant or user number it is for (None in system scope)."""

    kind: Kind
    key: int | None
    reason: str = ""

    @property
    def fenced(self) -> bool:
        """Whether queries under this scope are rewritten and checked."""
        return self.kind is not Kind.SYSTEM


_scope: ContextVar[Scope | None] = ContextVar("smallcrm_scope", default=None)
_in_transaction: list[Callable[[], bool]] = []


def current() -> Scope:
    """The bound scope; raises TenantNotBound outside every scope."""
    scope = _scope.get()
    if scope is None:
        raise TenantNotBound("No workspace is bound: the database can only be used inside a scope.")
    return scope


def bound() -> Scope | None:
    """The bound scope, or None."""
    return _scope.get()


def watch_transactions(probe: Callable[[], bool]) -> None:
    """Let the database say whether this thread is in a transaction, in which no scope may change."""
    _in_transaction[:] = [probe]


def _number(value: object, what: str) -> int:
    # The exact type: a bool is an int, and a subclass may lie about equality.
    if type(value) is not int or not 0 < value <= MAX_TENANT:
        raise TenantNotBound(f"Not a {what} number: {value!r}.")
    return value


@contextmanager
def _bind(scope: Scope) -> Iterator[None]:
    if _scope.get() != scope and any(probe() for probe in _in_transaction):
        raise ScopeConflict("A scope cannot change inside a transaction.")
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)


@contextmanager
def tenant_scope(tenant: int) -> Iterator[None]:
    """Bind one tenant; allowed unbound, in system scope, and again for the same tenant."""
    scope = Scope(Kind.TENANT, _number(tenant, "tenant"))
    outer = _scope.get()
    if outer is not None and outer.fenced and outer != scope:
        raise ScopeConflict(f"The {outer.kind} {outer.key} is bound; tenant {tenant} cannot be.")
    with _bind(scope):
        yield


@contextmanager
def account_scope(user: int) -> Iterator[None]:
    """Bind one user's own account rows; only from unbound, or again for the same user."""
    scope = Scope(Kind.ACCOUNT, _number(user, "user"))
    outer = _scope.get()
    if outer is not None and outer != scope:
        raise ScopeConflict(f"The {outer.kind} scope is bound; account {user} cannot be.")
    with _bind(scope):
        yield


@contextmanager
def system_scope(reason: str) -> Iterator[None]:
    """Bind the whole database for a named reason, which is logged; only from unbound."""
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError("system_scope needs a reason")
    if _scope.get() is not None:
        raise ScopeConflict("A scope is bound; it cannot be widened to the system.")
    logger.info("system scope: %s", reason)
    with _bind(Scope(Kind.SYSTEM, None, reason)):
        yield
