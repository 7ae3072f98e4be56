"""Every table that the application registers is attacked as it arrives."""

# Names of tests are sentences.
# ruff: noqa: D103
from __future__ import annotations

from typing import TYPE_CHECKING, Any

import peewee as pw
import pytest

from smallcrm.db import fence
from smallcrm.errors import SmallCRMError
from tests.db.fence import lint
from tests.db.fence.app_world import AppWorld, application_models, holds_id, policy, row
from tests.db.fence.judge import leaks
from tests.db.fence.rows import MINE, THEIRS, make

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODELS = application_models()
# A workspace's short name is chosen by people and is one for the whole installation.
GLOBAL_KEYS = {"workspace: has a key that does not lead with the tenant: workspace_slug"}
# Rows of other tables point to theirs.
POINTED_AT = {
    field.rel_model.__name__
    for model in MODELS
    for field in model._meta.sorted_fields
    if isinstance(field, pw.ForeignKeyField)
}
REFUSED = (SmallCRMError, pw.PeeweeException)


@pytest.fixture(params=["sqlite", "postgres"])
def world(request: pytest.FixtureRequest, app_worlds: Callable[[str], AppWorld]) -> Iterator[AppWorld]:
    """The application's tables behind both walls, bound to the first tenant."""
    found = app_worlds(request.param)
    before = found.theirs()
    with found.attacked(), fence.tenant_scope(MINE):
        yield found
    assert found.theirs() == before
    if found.engine == "sqlite" or found.state() != found.seeded:
        found.restore()


def tenant_field(model: Any) -> Any:
    """The field that names a row's tenant."""
    return model._meta.columns[policy(model).tenant_column]


def any_field(model: Any) -> Any:
    """A field that may be written; one with an id where a table has no other."""
    fields = [f for f in model._meta.sorted_fields if f is not tenant_field(model) and not f.primary_key]
    return next((f for f in reversed(fields) if not holds_id(f)), fields[-1])


def test_it_finds_the_applications_tables() -> None:
    assert len(MODELS) >= 10


@pytest.mark.parametrize("model", MODELS)
def test_it_shows_only_own_rows(world: AppWorld, model: Any) -> None:
    owner = tenant_field(model)
    found = list(model.select().tuples())
    assert found
    assert {r[world.owner(model)] for r in found} == {MINE}
    assert not leaks(found)
    assert list(model.select().where((owner == THEIRS) | (owner > 0)).tuples()) == found
    assert model.select().where(owner == THEIRS).count() == 0
    if policy(model).packed_id:
        assert model.get_or_none(model.id == make(THEIRS, 1)) is None


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS)
def test_it_changes_only_own_rows(model: Any) -> None:
    field = any_field(model)
    assert model.update({field: field}).execute() in {1, 2}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS)
def test_it_deletes_only_own_rows(model: Any) -> None:
    everything = model.delete().where(tenant_field(model) > 0)
    if model.__name__ in POINTED_AT:
        with pytest.raises(pw.IntegrityError):
            everything.execute()
    else:
        everything.execute()
        assert model.select().count() == 0


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS)
def test_it_takes_no_row_of_another_tenant(model: Any) -> None:
    columns = model._meta.columns
    planted = {columns[name]: value for name, value in row(model, THEIRS, 9).items()}
    with pytest.raises(REFUSED):
        model.insert(planted).execute()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS)
def test_it_takes_no_reference_to_another_tenant(model: Any) -> None:
    for field in filter(holds_id, model._meta.sorted_fields):
        with pytest.raises(REFUSED):
            model.update({field: make(THEIRS, 1)}).execute()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS)
def test_it_moves_no_row_to_another_tenant(model: Any) -> None:
    with pytest.raises(REFUSED):
        model.update({tenant_field(model): THEIRS}).execute()


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("model", MODELS)
def test_it_joins_only_own_rows(model: Any) -> None:
    for other in MODELS:
        alias = other.alias("other")
        side = getattr(alias, tenant_field(other).name)
        query = model.select(tenant_field(model), side).join(alias, pw.JOIN.LEFT_OUTER, on=(side > 0))
        assert set(query.tuples()) <= {(MINE, MINE)}


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_it_lints_the_applications_schema(app_worlds: Callable[[str], AppWorld], engine: str) -> None:
    world = app_worlds(engine)
    with world.attacked():
        with fence.tenant_scope(MINE):
            MODELS[0].delete().where(tenant_field(MODELS[0]) < 0).execute()
        assert set(lint.problems(world)) <= GLOBAL_KEYS
