"""Roles and verbs: the one table of who may do what, and the one place that asks it."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from smallcrm.errors import NotAllowed, NotLoggedIn

if TYPE_CHECKING:
    from collections.abc import Iterator


class Role(StrEnum):
    """What a member may do in a workspace, from most to least."""

    OWNER = "owner"
    ADMIN = "admin"
    MEMBER = "member"
    READER = "reader"


class Verb(StrEnum):
    """What a service function does, as far as permission goes."""

    READ = "read"
    WRITE = "write"
    IMPORT = "import"
    EXPORT = "export"
    UNDO_OTHERS = "undo the work of others"
    EMPTY_TRASH = "empty the trash"
    CONFIGURE = "configure the workspace"
    TAKE_AWAY = "export the whole workspace"
    OPERATE = "look after the whole database"
    DELETE_WORKSPACE = "delete the workspace"
    FILL_WORKSPACE = "fill the workspace from an archive"


_READER = frozenset({Verb.READ})
_MEMBER = _READER | {Verb.WRITE, Verb.IMPORT, Verb.EXPORT}
_ADMIN = _MEMBER | {Verb.UNDO_OTHERS, Verb.EMPTY_TRASH, Verb.CONFIGURE, Verb.TAKE_AWAY, Verb.OPERATE}
_OWNER = _ADMIN | {Verb.DELETE_WORKSPACE, Verb.FILL_WORKSPACE}
ALLOWED: dict[Role, frozenset[Verb]] = {
    Role.OWNER: _OWNER,
    Role.ADMIN: _ADMIN,
    Role.MEMBER: _MEMBER,
    Role.READER: _READER,
}


@dataclass(frozen=True, slots=True)
class Actor:
    """The member who acts, and through what: cli, tui, web, ssh or worker."""

    member_id: int
    name: str
    role: Role
    via: str


_actor: ContextVar[Actor | None] = ContextVar("smallcrm_actor", default=None)


@contextmanager
def acting(actor: Actor) -> Iterator[Actor]:
    """Let a member act until the block ends."""
    token = _actor.set(actor)
    try:
        yield actor
    finally:
        _actor.reset(token)


def actor() -> Actor:
    """The member who acts; raises NotLoggedIn where nobody does."""
    found = _actor.get()
    if found is None:
        raise NotLoggedIn("Nobody is known to be acting.", hint="--as-member EMAIL")
    return found


def may(role: Role, verb: Verb) -> bool:
    """Whether a role covers a verb."""
    return verb in ALLOWED[role]


def require(verb: Verb) -> Actor:
    """The acting member; raises NotAllowed where the role does not cover the verb."""
    found = actor()
    if not may(found.role, verb):
        raise NotAllowed(f"Your role here is {found.role}; it does not let you {verb}.")
    return found
