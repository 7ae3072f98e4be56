"""Which records a command means, and how they are shown: what it says itself, beside a saved view.

The filter of a view and every other have to hold together; its order and its columns count where no other is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from smallcrm.services import views

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.query.checks import Place
    from smallcrm.services.records.query.filters import Filter
    from smallcrm.services.records.schema import Noun


class Said(NamedTuple):
    """What a command says of the records that it means: filters, a view, an order, columns."""

    filters: Sequence[str] = ()
    view: str | None = None
    sort: str | None = None
    columns: str | None = None


class Selection(NamedTuple):
    """What is meant by it: a filter (none is all records), and the order and the columns if anybody said them."""

    where: Filter | None
    sort: str | None = None
    columns: str | None = None


def records(noun: Noun, said: Said, place: Place) -> Filter | None:
    """The filter of what shows nothing, such as an edit; raises NotFound and Conflict as `views.ready` does."""
    return listing(noun, said._replace(sort="", columns=""), place).where


def listing(noun: Noun, said: Said, place: Place) -> Selection:
    """The filter, the order and the columns of what shows records; raises NotFound and Conflict as `views.ready` does.

    What of a view is said otherwise is not read, so that it may name what is gone.
    """
    kept = {"sort": said.sort, "columns": said.columns}
    saved = views.NOTHING
    if said.view is not None:
        without = [key for key, text in kept.items() if text is not None]
        saved = views.ready(noun, said.view, place, without=without)
    texts = [*saved.filters, *said.filters]
    if not texts:
        return Selection(None, said.sort or saved.sort, said.columns or saved.columns)
    from smallcrm.services.records.query.filters import Filter

    return Selection(Filter(noun, texts, place), said.sort or saved.sort, said.columns or saved.columns)
