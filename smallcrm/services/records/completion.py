"""What completes a word on the command line: records, fields, tags, operations. Few and quick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import schema
from smallcrm.services.records.schema import Kind
from smallcrm.services.records.words import singular
from smallcrm.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.schema import Field, Noun

MOST = 50
_LAST = "\U0010ffff"
Candidate = tuple[str, str]


def records(noun: Noun, typed: str, *, trashed: bool = False) -> Iterator[Candidate]:
    """Numbers of records with their names, newest first; of typed letters, addresses or domains."""
    require(Verb.READ)
    if typed and not typed.isdigit():
        yield from _keys(noun, typed)
        return
    model = noun.model
    state = State.TRASHED if trashed else State.LIVE
    query = (
        model.select(model.id, model.name).where(model.state == state, *noun.visible(model)).order_by(model.id.desc())
    )
    # A number that begins with these digits may be anywhere; the newest thousand are looked at.
    for record_id, name in query.limit(1000 if typed else MOST).tuples():
        number = str(number_of(record_id))
        if number.startswith(typed):
            yield number, name


def names(noun: Noun, _typed: str) -> Iterator[Candidate]:
    """Names of records of which there are few, such as stages; a number says less."""
    require(Verb.READ)
    model = noun.model
    query = model.select(model.name).where(model.state == State.LIVE, *noun.visible(model)).order_by(model.id)
    yield from ((name, "") for name in dict.fromkeys(row[0] for row in query.limit(MOST).tuples()))


def _keys(noun: Noun, typed: str) -> Iterator[Candidate]:
    from smallcrm.models.company import CompanyDomain
    from smallcrm.models.contact import ContactEmail

    low = fold(typed)
    tables: dict[Kind, tuple[Any, Any, Any]] = {
        Kind.EMAILS: (ContactEmail, ContactEmail.address_key, ContactEmail.address),
        Kind.DOMAINS: (CompanyDomain, CompanyDomain.domain, CompanyDomain.domain),
    }
    for field in noun.fields:
        if field.kind in tables:
            model, key, shown = tables[field.kind]
            query = model.select(shown).where(key >= low, key < low + _LAST, model.live == 1).order_by(key)
            yield from ((row[0], "") for row in query.limit(MOST).tuples())


def columns(noun: Noun, typed: str) -> Iterator[Candidate]:
    """Columns of a list, the last of those typed with commas between."""
    from smallcrm.services.records.presenting import columns as known

    before, comma, _ = typed.rpartition(",")
    taken = set(before.split(","))
    yield from ((before + comma + key, field.label) for key, field in known(noun).items() if key not in taken)


def sort_keys(noun: Noun, typed: str) -> Iterator[Candidate]:
    """What a list can be sorted by: the last of the keys typed so far, descending with a dash before it."""
    from smallcrm.services.records.query import names

    before, comma, last = typed.rpartition(",")
    sign = "-" if last.startswith("-") else ""
    known = names.handles(noun)
    for key in ("id", noun.title, "created", "updated"):
        yield before + comma + sign + key, ""
    for key, handle in known.items():
        if handle.order(noun.model) and key not in ("id", noun.title, "created_at", "updated_at"):
            yield before + comma + sign + key, handle.field.label


def fields(noun: Noun, typed: str, *, many: bool | None = None) -> Iterator[Candidate]:
    """Fields as `field=`, and after the sign the values that a field may have."""
    key, sign, _ = typed.partition("=")
    if sign:
        for value in _values(noun, key):
            yield f"{key}={value}", ""
        return
    for field in noun.fields:
        if many in (None, field.many) and field.writable:
            yield f"{singular(field) if many else field.key}=", field.label


def _values(noun: Noun, key: str) -> Iterator[str]:
    field = next((field for field in noun.fields if key in (field.key, singular(field))), None)
    if field is None:
        return
    yield from known_values(field)
    if field.refers and field.target and not (target := schema.noun(field.target)).settings:
        yield from (word for word, _ in records(target, ""))


def known_values(field: Field) -> Iterator[str]:
    """The values a field may have, where they are few enough to be told."""
    if field.kind is Kind.TAGS:
        yield from (name for name, _ in tags(""))
    elif field.kind in (Kind.MEMBER, Kind.MEMBERS):
        yield from (name for name, _ in members(""))
    elif field.kind is Kind.BOOLEAN:
        yield from ("yes", "no")
    if field.target and (target := schema.noun(field.target)).settings:
        yield from (name for name, _ in names(target, ""))
    yield from field.offered


def tags(typed: str) -> Iterator[Candidate]:
    """Names of tags."""
    from smallcrm.models.tag import Tag

    require(Verb.READ)
    low = fold(typed)
    query = Tag.select(Tag.name).where(Tag.name_key >= low, Tag.name_key < low + _LAST).order_by(Tag.name_key)
    rows: list[Any] = list(query.limit(MOST).tuples())
    yield from ((row[0], "") for row in rows)


def members(typed: str) -> Iterator[Candidate]:
    """Addresses or names of members, and `me`."""
    from smallcrm.models.workspace import Member

    require(Verb.READ)
    yield "me", "yourself"
    query = Member.select(Member.email, Member.name).order_by(Member.name_key).limit(MOST)
    rows: list[Any] = list(query.tuples())
    for email, name in rows:
        if fold(email or name).startswith(fold(typed)):
            yield email or name, name


def operations(typed: str) -> Iterator[Candidate]:
    """Numbers of the newest operations with what they did."""
    from smallcrm.services.records.logbook import log

    for entry in log(MOST):
        if str(entry.operation).startswith(typed) and not entry.undone:
            yield str(entry.operation), entry.summary
