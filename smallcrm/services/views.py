"""Saved views: a filter, columns and an order of one noun under a name, kept as written and read when they are used."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import MAX_NUMBER, number_of, own_id
from smallcrm.errors import Conflict, NotAllowed, NotFound, UsageError, ValidationError
from smallcrm.models.base import State
from smallcrm.models.view import SavedView
from smallcrm.services.accounts.access import Verb, actor, may, require
from smallcrm.services.records import schema
from smallcrm.services.records.namesakes import Name, refuse_held
from smallcrm.services.records.query import sorting
from smallcrm.services.records.query.checks import Place
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.records.words import chosen_columns
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

FIELDS = (
    Field("name", "Name"),
    Field("noun", "Noun", column="object", help="what it lists, such as deal"),
    Field("filter", "Filter", Kind.LONG_TEXT, column="filter_text", help="what passes, as in --filter of list"),
    Field("sort", "Sort", column="sort_keys", help="the order, as in --sort of list"),
    Field("columns", "Columns", column="column_names", help="what is shown, as in --columns of list"),
    Field("team", "Team", Kind.BOOLEAN, help="for everybody in the workspace"),
    Field("owner", "Owner", Kind.MEMBER, internal=True, help="who made it"),
)


@dataclass(frozen=True)
class Ready:
    """A view that can be used now."""

    number: int
    name: str
    filter: str | None
    sort: str | None
    columns: str | None

    @property
    def filters(self) -> tuple[str, ...]:
        """The filter as a part of several; none where everything passes."""
        return (self.filter,) if self.filter else ()


NOTHING = Ready(0, "", None, None, None)
"""What says nothing: every record, as its noun shows them."""


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed view as they are stored; raises ValidationError for what means nothing now."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(VIEW, values, before)
    if not before:
        cleaned["owner"] = actor().member_id
    if cleaned.get("noun"):
        cleaned["noun"] = _noun(cleaned["noun"]).name
    after = {**before, **cleaned}
    changed = {key for key in cleaned if cleaned[key] != before.get(key)}
    check(after, changed)
    # An undo brings a view back as it was; what is gone by then is told when it is used.
    _refuse_meaningless(after, changed)
    return cleaned


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse a view without a name or a noun, and a name that another of the noun has among those seen with it."""
    if not document.get("name"):
        raise ValidationError("A view needs a name.", field="name")
    if not document.get("noun"):
        raise ValidationError("Say what the view lists.", field="noun", hint="--noun deal")
    if {"name", "noun", "team"}.intersection(keys):
        refuse_held(VIEW, document)


def _names(document: Values) -> list[Name]:
    key, noun, owner = sort_key(document["name"]), document["noun"], document["owner"]
    mine = SavedView.team == 1 if document.get("team") else _private_of(owner)
    alike = (SavedView.name_key == key) & (SavedView.object == noun) & mine
    mark = (None if document.get("team") else owner, noun, key)
    return [Name(mark, alike, f"there is a view {document['name']!r} of this kind already")]


def _private_of(owner: int) -> Any:
    return (SavedView.team == 0) & (SavedView.owner_id == owner)


def _noun(word: str) -> Noun:
    """The noun of that name, one or many."""
    nouns = schema.record_nouns()
    found = next((noun for noun in nouns.values() if word.strip().lower() in (noun.name, noun.plural)), None)
    if found is None:
        sentence = schema.unknown("noun", word, tuple(nouns), "").sentence
        raise ValidationError(sentence, field="noun", hint=f"--noun {' | '.join(nouns)}")
    return found


def _refuse_meaningless(document: Values, keys: Collection[str]) -> None:
    noun = _noun(document["noun"])
    for key in ("filter", "sort", "columns"):
        if document.get(key) and {key, "noun"}.intersection(keys):
            try:
                _READERS[key](noun, document[key], Place())
            except UsageError as error:
                refused = ValidationError(error.sentence, field=key, hint=error.hint)
                refused.details = error.details
                raise refused from error


def _read_filter(noun: Noun, text: str, place: Place) -> None:
    # Every command knows every noun; only those that filter need their language.
    from smallcrm.services.records.query.binding import bind
    from smallcrm.services.records.query.missing import refuse_missing_tags
    from smallcrm.services.records.query.parser import parse

    refuse_missing_tags(text, bind(noun, text, parse(text), place))


def _read_sort(noun: Noun, text: str, _place: Place) -> None:
    sorting.order_of(noun, text)


def _read_columns(noun: Noun, text: str, _place: Place) -> None:
    if not chosen_columns(noun, text, further=True):
        raise UsageError("A view needs a column to show.", hint=f"smallcrm {noun.name} list --columns help")


_READERS = {"filter": _read_filter, "sort": _read_sort, "columns": _read_columns}


def seen(row: Any) -> Any:
    """The condition that the acting member sees a view: it is the team's, or their own."""
    return (row.team == 1) | (row.owner_id == actor().member_id)


def may_write(ids: Sequence[int]) -> None:
    """Refuse the views of others: a private one whoever asks, one of the team below an admin."""
    me = require(Verb.WRITE)
    between = SavedView.id.between(min(ids), max(ids)) if ids else SavedView.id == 0
    rows: Any = SavedView.select(SavedView.id, SavedView.team, SavedView.owner_id).where(between).tuples()
    for record_id, team, owner in rows:
        allowed = owner == me.member_id or (team and may(me.role, Verb.CONFIGURE))
        if record_id in ids and not allowed:
            raise NotAllowed(f"View {number_of(record_id)} is somebody else's; only they or an admin can change it.")


def _derive(document: Values) -> dict[str, Any]:
    return {"name_key": sort_key(document["name"])}


def _search_text(document: Values) -> tuple[str, str]:
    """Settings are not searched; a list of them is short."""
    return sort_key(document["name"]), ""


VIEW = register(
    Noun(
        name="view",
        plural="views",
        code=10,
        model=SavedView,
        builtin=FIELDS,
        parts=(),
        clean=clean,
        derive=_derive,
        search_text=_search_text,
        default_columns=("id", "name", "noun", "filter", "sort", "columns", "team", "owner"),
        check=check,
        names=_names,
        settings=True,
        may_write=may_write,
        seen=seen,
    )
)


# -- using one


def ready(noun: Noun, word: str, place: Place, *, without: Collection[str] = ()) -> Ready:
    """The view of a noun by its name or number; raises NotFound, and Conflict where it names what is gone.

    `without`: what of it is not used, as it is said otherwise: sort, columns.
    """
    require(Verb.READ)
    row = _found(noun, word)
    texts = {"filter": row.filter_text, "sort": row.sort_keys, "columns": row.column_names}
    for key in without:
        texts[key] = None
    with _used(row):
        for key, text in texts.items():
            if text:
                _READERS[key](noun, text, place)
    return Ready(number_of(row.id), row.name, texts["filter"], texts["sort"], texts["columns"])


def names(noun: Noun) -> list[tuple[str, str]]:
    """The views of a noun that the acting member sees, each with its filter."""
    require(Verb.READ)
    mine = (SavedView.state == State.LIVE) & (SavedView.object == noun.name) & seen(SavedView)
    query = SavedView.select(SavedView.name, SavedView.filter_text).where(mine).order_by(SavedView.name_key)
    rows: list[Any] = list(query.tuples())
    return [(name, text or "") for name, text in rows]


def _found(noun: Noun, word: str) -> Any:
    """The row of a view: by name, one's own before the team's, then by number."""
    live = (SavedView.state == State.LIVE) & (SavedView.object == noun.name) & seen(SavedView)
    named = SavedView.select().where(live, SavedView.name_key == sort_key(word)).order_by(SavedView.team, SavedView.id)
    row = named.first()
    if row is None and word.isascii() and word.isdigit() and len(word) <= len(str(MAX_NUMBER)):
        row = SavedView.get_or_none(live & (SavedView.id == own_id(min(int(word), MAX_NUMBER))))
    if row is None:
        sentence = schema.unknown("view", word, tuple(name for name, _text in names(noun)), "").sentence
        raise NotFound(sentence, hint=f"smallcrm view list --filter noun:{noun.name}")
    return row


@contextmanager
def _used(row: Any) -> Iterator[None]:
    """What a view names and what is gone by now is no mistake of who uses it."""
    try:
        yield
    except UsageError as error:
        number = number_of(row.id)
        raise Conflict(
            f"View {row.name!r} cannot be used: {error.sentence}",
            hint=f"smallcrm view edit {number} --set filter=TEXT, or sort or columns",
            details=error.details,
        ) from error
