"""The six table classes: who reads, who writes, who is stamped."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
import pytest

from smallcrm.db import fence
from smallcrm.errors import FenceError
from tests.db.fence.judge import leaks
from tests.db.fence.rows import MINE, MY_USER, THEIR_USER

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.db.fence.world import Env

READS: dict[str, Callable[[Any], Any]] = {
    "select": lambda m: list(m.select()),
    "count": lambda m: m.select().count(),
    "get": lambda m: m.get_by_id(1),
    "alias": lambda m: list(m.alias("a").select()),
    "table": lambda m: list(m._meta.table.select(pw.SQL("*"))),
    "exists": lambda m: m.select().exists(),
}
WRITES: dict[str, Callable[[Any], Any]] = {
    "insert": lambda m: m.insert(id=77, **{m._meta.sorted_field_names[-1]: "x"}).execute(),
    "update": lambda m: m.update(**{m._meta.sorted_field_names[-1]: "x"}).execute(),
    "delete": lambda m: m.delete().execute(),
    "delete by id": lambda m: m.delete_by_id(1),
}
CLOSED_TO_TENANTS = ("Account", "Usage", "Billing", "Outward")
CLOSED_TO_ACCOUNTS = ("Company", "Contact", "Note", "Tag", "Tagging", "Usage", "Billing", "Outward")


@pytest.mark.parametrize("name", CLOSED_TO_TENANTS)
@pytest.mark.parametrize("shape", READS)
def test_it_shows_a_tenant_no_other_class(env: Env, name: str, shape: str) -> None:
    with fence.tenant_scope(MINE), pytest.raises(FenceError):
        READS[shape](getattr(env, name))


@pytest.mark.parametrize("name", ["Account", "Usage", "Billing", "Reference"])
@pytest.mark.parametrize("shape", WRITES)
def test_it_lets_a_tenant_write_no_other_class(env: Env, name: str, shape: str) -> None:
    with fence.tenant_scope(MINE), pytest.raises(FenceError):
        WRITES[shape](getattr(env, name))


@pytest.mark.parametrize("shape", ["update", "delete", "delete by id"])
@pytest.mark.parametrize("scope", ["tenant", "account"])
def test_it_lets_nobody_change_what_is_on_its_way_out(env: Env, shape: str, scope: str) -> None:
    bound = fence.tenant_scope(MINE) if scope == "tenant" else fence.account_scope(MY_USER)
    with bound, pytest.raises(FenceError):
        WRITES[shape](env.Outward)


@pytest.mark.parametrize("name", CLOSED_TO_ACCOUNTS)
@pytest.mark.parametrize("shape", READS)
def test_it_shows_an_account_no_other_class(env: Env, name: str, shape: str) -> None:
    with fence.account_scope(MY_USER), pytest.raises(FenceError):
        READS[shape](getattr(env, name))


@pytest.mark.parametrize("name", ["Company", "Tag", "Usage", "Billing", "Reference"])
@pytest.mark.parametrize("shape", WRITES)
def test_it_lets_an_account_write_no_other_class(env: Env, name: str, shape: str) -> None:
    with fence.account_scope(MY_USER), pytest.raises(FenceError):
        WRITES[shape](getattr(env, name))


def test_it_shows_everybody_the_reference_rows_in_a_tenant_scope(env: Env) -> None:
    with fence.tenant_scope(MINE):
        assert [row.label for row in env.Reference.select().order_by(env.Reference.id)] == [
            "reference one",
            "reference two",
        ]


def test_it_shows_an_account_only_its_own_rows(env: Env) -> None:
    with fence.account_scope(MY_USER):
        table = env.Account
        assert [row.secret for row in table.select()] == ["LEAK my secret"]
        assert [row.secret for row in table.select().orwhere(table.id > 0)] == ["LEAK my secret"]
        other = table.alias("o")
        joined = table.select(other.secret).join(other, on=(other.id > 0))
        assert list(joined.tuples()) == [("LEAK my secret",)]
        assert table.get_or_none(table.user_id == THEIR_USER) is None


def test_it_lets_an_account_change_only_its_own_rows(env: Env) -> None:
    with fence.account_scope(MY_USER):
        assert env.Account.update(secret="new").execute() == 1
        assert env.Account.delete().where(env.Account.user_id == THEIR_USER).execute() == 0
        env.Account.insert(id=9, secret="stamped").execute()
        with pytest.raises((FenceError, pw.DatabaseError)):
            env.Account.insert(id=10, user_id=THEIR_USER, secret="planted").execute()
        with pytest.raises((FenceError, pw.DatabaseError)):
            env.Account.update(user_id=THEIR_USER).execute()
    with fence.system_scope("test"):
        found = env.Account.select(env.Account.user_id, env.Account.secret).order_by(env.Account.id)
        assert list(found.tuples()) == [
            (MY_USER, "new"),
            (THEIR_USER, "LEAK their secret"),
            (MY_USER, "stamped"),
        ]


def test_it_stamps_what_goes_out(env: Env) -> None:
    with fence.tenant_scope(MINE):
        env.Outward.insert(id=20, body="from the tenant").execute()
        env.Outward.create(id=21, body="created")
    with fence.account_scope(MY_USER):
        env.Outward.insert(id=22, body="from the user").execute()
    with fence.system_scope("test"):
        found = env.Outward.select(env.Outward.tenant_id, env.Outward.user_id).where(env.Outward.id >= 20)
        assert list(found.order_by(env.Outward.id).tuples()) == [(MINE, None), (MINE, None), (None, MY_USER)]


@pytest.mark.parametrize("stamp", [{"tenant_id": 2}, {"user_id": THEIR_USER}])
@pytest.mark.parametrize("scope", ["tenant", "account"])
def test_it_refuses_a_foreign_stamp_on_what_goes_out(env: Env, scope: str, stamp: dict[str, int]) -> None:
    bound = fence.tenant_scope(MINE) if scope == "tenant" else fence.account_scope(MY_USER)
    with bound, pytest.raises((FenceError, pw.DatabaseError)):
        env.Outward.insert(id=20, body="x", **stamp).execute()


def test_it_gives_nothing_back_of_what_goes_out(env: Env) -> None:
    for returning in ([env.Outward], [env.Outward.id], [pw.SQL("*")], [pw.fn.COUNT(env.Outward.id)]):
        with fence.tenant_scope(MINE), pytest.raises(FenceError):
            list(env.Outward.insert(id=20, body="x").returning(*returning).execute())


@pytest.mark.parametrize("name", ["Account", "Usage", "Billing", "Reference", "Outward", "Contact"])
def test_it_opens_every_class_to_the_system(env: Env, name: str) -> None:
    with fence.system_scope("test"):
        table = getattr(env, name)
        assert table.select().count() >= 1
        assert name == "Reference" or leaks(list(table.select()))


@pytest.mark.parametrize("first", ["liar", "claimed"])
def test_it_knows_a_node_class_by_identity(env: Env, first: str) -> None:
    """A class that says it equals another gets nothing of the other's gate, and takes nothing from it."""
    claimed = type("Claimed", (pw.Negated,), {})

    class Meta(type):
        def __hash__(cls) -> int:
            return hash(claimed)

        def __eq__(cls, other: object) -> bool:
            return True

    class Liar(pw.ColumnBase, metaclass=Meta):
        def __sql__(self, ctx: Any) -> Any:
            return ctx.literal("NOT ").sql(pw.Value(1))

    def lying() -> None:
        with pytest.raises(FenceError):
            list(env.Contact.select(Liar()).tuples())

    with fence.tenant_scope(MINE):
        if first == "liar":
            lying()
        assert list(env.Contact.select().where(claimed(env.Contact.name == "?")))
        lying()
