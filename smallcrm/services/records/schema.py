"""The field registry: what each noun's fields are, declared once and rendered by CLI, import and export.

A value is plain JSON-able data: text, whole numbers, True/False, `{"amount", "currency"}` for money, `YYYY-MM-DD` for a
date, microseconds for an instant, `YYYY-MM-DD` or `YYYY-MM-DDTHH:MMZ` for what is due, text for an exact decimal, the
id of a record or member (of a record of any noun `{"object", "record"}`), and a list of dicts for a field with several
parts. None is "no value".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from smallcrm.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from smallcrm.models.base import State
    from smallcrm.services.records.extras import Extras
    from smallcrm.services.records.namesakes import Name
    from smallcrm.services.records.parts import Part

Value = Any
Values = dict[str, Any]


class Kind(StrEnum):
    """What the value of a field is."""

    TEXT = "text"
    LONG_TEXT = "long text"
    INTEGER = "integer"
    PERCENT = "percent"
    DECIMAL = "decimal"
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"
    DUE = "date or time"
    BOOLEAN = "boolean"
    SELECT = "select"
    MULTI_SELECT = "multi-select"
    URL = "url"
    MEMBER = "member"
    MEMBERS = "members"
    RECORD = "record"
    RECORDS = "records"
    EMAILS = "emails"
    PHONES = "phones"
    EMAIL = "email"
    PHONE = "phone"
    OPTIONS = "options"
    DOMAINS = "domains"
    TAGS = "tags"
    EXTERNAL_IDS = "external ids"
    REMINDERS = "reminders"
    LOG = "log"


MANY = frozenset({
    Kind.MULTI_SELECT, Kind.MEMBERS, Kind.RECORDS, Kind.EMAILS, Kind.PHONES, Kind.DOMAINS, Kind.TAGS,
    Kind.EXTERNAL_IDS, Kind.LOG, Kind.REMINDERS, Kind.OPTIONS,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a noun; `derived` fields are computed from others and cannot be written.

    `column`: its name in the table where that is not the key; `labels`: the choices as people read them; `target`: the
    noun that a record or several are of, any noun where empty; `firm`: a live record keeps what it names out of the
    trash; `within`: the field that narrows where a name is looked up, since the target has it too; `internal`: the
    noun writes it by itself, and it is journalled like any other; `custom`: the workspace added it, and it is kept by
    `Noun.extras`; `computed`: it is kept nowhere, `Noun.compute` works it out from the record and from others;
    `negative`: an amount or a number may be below zero; `closed`: the choices that only old records have; `required`:
    it cannot be left out or emptied; `default`: what a new record has, as typed; `hidden`: it is kept, but neither
    shown nor changed; `word`: what one of several values is called where that is not its singular; `aliases`: more
    words by which people name it; `also`: the choice field of the target whose choices a filter may give for a name.
    """

    key: str
    label: str
    kind: Kind = Kind.TEXT
    help: str = ""
    choices: tuple[str, ...] = ()
    target: str = ""
    derived: bool = False
    column: str = ""
    labels: tuple[str, ...] = ()
    firm: bool = False
    within: str = ""
    internal: bool = False
    custom: bool = False
    computed: bool = False
    negative: bool = False
    word: str = ""
    closed: frozenset[str] = frozenset()
    required: bool = False
    default: str = ""
    hidden: bool = False
    aliases: tuple[str, ...] = ()
    also: str = ""

    @property
    def offered(self) -> tuple[str, ...]:
        """The choices that a new value can be."""
        return tuple(choice for choice in self.choices if choice not in self.closed)

    def named(self, choice: str) -> str:
        """A choice as people read it."""
        return self.labels[self.choices.index(choice)] if self.labels and choice in self.choices else choice

    @property
    def many(self) -> bool:
        """Whether the field holds several values."""
        return self.kind in MANY

    @property
    def writable(self) -> bool:
        """Whether a person can set it."""
        return not (self.derived or self.internal or self.computed or self.hidden)

    @property
    def apart(self) -> bool:
        """Whether it is not kept in the noun's own table."""
        return self.many or self.custom or self.computed

    @property
    def refers(self) -> bool:
        """Whether it names records."""
        return self.kind in (Kind.RECORD, Kind.RECORDS)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the noun's own table that hold it."""
        if self.apart:
            return ()
        column = self.column or self.key
        if self.kind is Kind.MONEY:
            return (f"{column}_amount", f"{column}_currency")
        if self.kind is Kind.RECORD and not self.target:
            return (f"{column}_object", f"{column}_id")
        if self.kind in (Kind.RECORD, Kind.MEMBER):
            return (f"{column}_id",)
        return (column,)


class Customs(NamedTuple):
    """The fields that a workspace added to a noun, and what keeps their values."""

    fields: tuple[Field, ...] = ()
    store: Extras | None = None


def no_rule(document: Values, keys: Collection[str]) -> None:
    """The rule of a noun that has none."""


def nothing_computed(documents: Sequence[Values], keys: Collection[str]) -> None:
    """What a noun works out that has no computed fields."""


def nothing_follows(ids: Sequence[int]) -> None:
    """What follows of a noun where writing its records changes nothing else."""


def nothing_kept(gone: Any) -> None:
    """What else is kept of a noun that keeps all in its own tables."""


def no_names(_document: Values) -> Sequence[Name]:
    """What a record is called of a noun of which several may be called alike."""
    return ()


def nobody(_word: str, _state: State) -> list[int]:
    """The records that a word means beside their names."""
    return []


def no_obstacle(group: range | list[int], stay: dict[int, str]) -> None:
    """What keeps the records of a noun that can all go."""


def nothing_else(group: range | list[int], stay: dict[int, str], operation: int) -> None:
    """What an undo leaves of a noun because something else of the operation stays."""


def nothing_more(op: Any, record_id: int) -> None:
    """What else is written where a noun changes nothing but itself."""


@dataclass(frozen=True)
class Noun:
    """One kind of record: its table, its fields, and the rules that its module adds.

    `clean` makes new values fit to be stored; `check` raises ValidationError where a whole document, of which some keys
    change, breaks a rule, whoever writes it: an undo is not cleaned, but checked. `keep` names the records of a group
    that cannot go into the trash, and why. `keep_with` names those that an undo of an operation leaves, since what
    needs them stays. `names` gives what no other live record may be called. `starts` gives what a new record begins
    with where nothing is said, `compute` gives documents, of which the plain fields are there, those of some keys that
    are computed. `together`: follower -> leader, of which an undo takes back all or none. `after` does what follows
    when records were written, whoever writes them, `forget` removes what else is kept of those that a query gives,
    `known_as` finds by other words than the name. `found_by`: the fields kept outside the noun's table that
    `search_text` reads, None where it may be any of them. `settings`: it describes the workspace and not its customers,
    so that only who configures writes it and no search finds it. `bound`: the field with the record that it is part of;
    it is seen with that record only, and removed for good with it. `follow` writes, in the same operation, what follows
    for other records from one that is created. `may_write` raises NotAllowed where the acting member may not write some
    records, `seen` is the condition by which the acting member sees one of `row`, None for all. `formulas`: what a
    computed field is in SQL for the records of `row`, of a yes or no the condition, of choices one for each;
    `shortcuts`: a word of filters -> what it stands for, one step further; `ranked` gives the ids of all records in the
    order by which others are sorted, which is else that of names; `watched`: the fields that `clean` and `check` read
    in other records of the noun, which are so written one record after the other and never in sets.
    """

    name: str
    plural: str
    code: int
    model: type[Any]
    builtin: tuple[Field, ...]
    parts: tuple[Part, ...]
    clean: Callable[[Values, Values], Values]
    derive: Callable[[Values], dict[str, Any]]
    search_text: Callable[[Values], tuple[str, str]]
    default_columns: tuple[str, ...]
    check: Callable[[Values, Collection[str]], None] = no_rule
    keep: Callable[[range | list[int], dict[int, str]], None] = no_obstacle
    keep_with: Callable[[range | list[int], dict[int, str], int], None] = nothing_else
    names: Callable[[Values], Sequence[Name]] = no_names
    starts: Callable[[], Values] = dict
    compute: Callable[[Sequence[Values], Collection[str]], None] = nothing_computed
    together: Mapping[str, str] = field(default_factory=dict)
    after: Callable[[Sequence[int]], None] = nothing_follows
    forget: Callable[[Any], None] = nothing_kept
    known_as: Callable[[str, State], list[int]] = nobody
    settings: bool = False
    bound: str = ""
    found_by: tuple[str, ...] | None = None
    follow: Callable[[Any, int], None] = nothing_more
    may_write: Callable[[Sequence[int]], None] | None = None
    seen: Callable[[Any], Any] | None = None
    formulas: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    shortcuts: Mapping[str, str] = field(default_factory=dict)
    ranked: Callable[[], Sequence[int]] | None = None
    watched: frozenset[str] = frozenset()
    _known: dict[str, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    @property
    def custom(self) -> tuple[Field, ...]:
        """The fields that the workspace added."""
        return _customs(self.name).fields

    @property
    def extras(self) -> Extras | None:
        """What keeps the values of the fields that the workspace added; None where there are none."""
        return _customs(self.name).store

    @property
    def fields(self) -> tuple[Field, ...]:
        """Every field, those of the workspace last."""
        return self.builtin + self.custom

    @property
    def by_key(self) -> dict[str, Field]:
        """Every field by its key."""
        custom = self.custom
        # Asked for every record, so it is made anew only where the workspace's fields are others. Both are kept as one,
        # since a thread in another workspace may do the same meanwhile.
        known: tuple[Any, dict[str, Field]] | None = self._known.get("fields")
        if known is None or known[0] is not custom:
            known = self._known["fields"] = (custom, {found.key: found for found in self.builtin + custom})
        return known[1]

    def visible(self, row: Any) -> tuple[Any, ...]:
        """The conditions by which the acting member sees a record of `row`; none where everybody sees all."""
        return () if self.seen is None else (self.seen(row),)

    @property
    def title(self) -> str:
        """The key of the field that names a record."""
        return next(found.key for found in self.builtin if found.columns == ("name",))

    def field(self, key: str) -> Field:
        """The field of that key; raises UsageError with the nearest one."""
        found = self.by_key.get(key)
        if found is None:
            raise unknown("field", key, self.by_key, f"smallcrm {self.name} list --columns help")
        return found

    def part(self, key: str) -> Part:
        """Where the elements of that multi-valued field are kept."""
        found = next((part for part in self.parts if part.key == key), None)
        if found is None:
            from smallcrm.services.records.extras import Chosen

            return Chosen(key)
        return found


_NO_CUSTOMS = Customs()


def _none(_name: str) -> Customs:
    return _NO_CUSTOMS


def _nothing() -> None:
    pass


_customs: Callable[[str], Customs] = _none
_forget: Callable[[], None] = _nothing


def provide_customs(provider: Callable[[str], Customs] = _none, forget: Callable[[], None] = _nothing) -> None:
    """Let a provider say which fields the bound workspace added to a noun; asked often, so it answers from memory."""
    global _customs, _forget
    _customs, _forget = provider, forget


def forget_customs() -> None:
    """Let the provider look again: somebody may have changed the fields of the workspace."""
    _forget()


_nouns: dict[str, Noun] = {}


def register(noun: Noun) -> Noun:
    """Make a noun known to the engine."""
    _nouns[noun.name] = noun
    # Whatever is imported first, the order is always the same: a noun has a higher code than those it refers to.
    known = sorted(_nouns.items(), key=lambda item: item[1].code)
    _nouns.clear()
    _nouns.update(known)
    return noun


def noun(name: str) -> Noun:
    """The noun of that name."""
    return nouns()[name]


def nouns() -> dict[str, Noun]:
    """Every registered noun by name, in the order in which one may refer to another (services/nouns.py registers)."""
    return _nouns


def record_nouns() -> dict[str, Noun]:
    """The nouns of customer data, without the workspace's settings and without what is part of other records."""
    return {name: found for name, found in _nouns.items() if not (found.settings or found.bound)}


def searched_nouns() -> dict[str, Noun]:
    """The nouns whose records are in the search index: those of customer data, and what is part of them."""
    return {name: found for name, found in _nouns.items() if not found.settings}


def unknown(what: str, name: str, known: Mapping[str, Any] | tuple[str, ...], hint: str) -> UsageError:
    """The error for a name that is not among the known ones, with the nearest of them."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), 1)
    suggestion = f" Did you mean {near[0]!r}?" if near else ""
    return UsageError(f"There is no {what} {name!r}.{suggestion}", hint=hint)
