"""Roles and verbs: the one table, and the one place that asks it."""

from __future__ import annotations

import pytest

from smallcrm.errors import NotAllowed, NotLoggedIn
from smallcrm.services.accounts.access import ALLOWED, Actor, Role, Verb, acting, actor, may, require

_MEMBER = {Verb.READ, Verb.WRITE, Verb.IMPORT, Verb.EXPORT}
_ADMIN = _MEMBER | {Verb.UNDO_OTHERS, Verb.EMPTY_TRASH, Verb.CONFIGURE, Verb.TAKE_AWAY, Verb.OPERATE}
EXPECTED = {Role.READER: {Verb.READ}, Role.MEMBER: _MEMBER, Role.ADMIN: _ADMIN, Role.OWNER: set(Verb)}


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("verb", list(Verb))
def test_it_allows_exactly_what_the_table_says(role: Role, verb: Verb) -> None:
    """Every cell of role and verb."""
    allowed = verb in EXPECTED[role]
    assert may(role, verb) == allowed
    with acting(Actor(1, "Somebody", role, "cli")) as somebody:
        if allowed:
            assert require(verb) is somebody
        else:
            with pytest.raises(NotAllowed, match=f"Your role here is {role}; it does not let you {verb}"):
                require(verb)


def test_it_gives_a_lower_role_nothing_that_a_higher_one_lacks() -> None:
    """Owner, admin, member, reader: each holds all of the next."""
    owner, admin, member, reader = (ALLOWED[role] for role in Role)
    assert owner > admin > member > reader


def test_it_knows_nobody_outside_the_block() -> None:
    """Who acts is known inside, the inner one first, and nobody afterwards, whatever happened."""
    for ask in (actor, lambda: require(Verb.READ)):
        with pytest.raises(NotLoggedIn):
            ask()
    outer, inner = (Actor(n, name, Role.OWNER, "cli") for n, name in ((1, "Out"), (2, "In")))
    with acting(outer):
        with acting(inner):
            assert actor() is inner
        with pytest.raises(ZeroDivisionError), acting(inner):
            raise ZeroDivisionError
        assert actor() is outer
    with pytest.raises(NotLoggedIn):
        actor()
