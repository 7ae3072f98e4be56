"""Changing fields that are in use: another type, archiving, deleting, and their options."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import Conflict, NotFound, ValidationError
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.fields import FIELD, holding
from smallcrm.services.records import documents, editing, obstacles, schema, store
from smallcrm.services.records.converting import converted, text_of
from smallcrm.services.records.custom_values import UNIQUE
from smallcrm.services.records.definitions import CHOOSING, TYPES, field_of
from smallcrm.services.records.editing import Edit, Outcome, how_many
from smallcrm.services.records.obstacles import live_ids
from smallcrm.services.records.operations import operation
from smallcrm.text import clean_entry, fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.schema import Field, Noun, Values
    from smallcrm.services.values.locale import Locale

MOST_TOLD = 20
MAX_OPTIONS = 500
_GAP = re.compile(r"\W+")


def add(edit: Edit, options: Sequence[str], locale: Locale, *, dry_run: bool = False) -> Outcome:
    """Add a field, with options where it is a select."""
    require(Verb.CONFIGURE)
    values = {**editing.parse_edit(FIELD, edit, locale).over({}), "options": options_of(options)}
    with operation("Add field", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        field_id = op.create(FIELD, values)
        op.summary = f"Add {how_many(FIELD, [field_id])}"
    return _outcome(op, field_id, dry_run=dry_run)


def lacking(number: int) -> tuple[Noun, int]:
    """How many live records have no value in a field, and of which noun they are."""
    document = _document(number)
    noun = schema.noun(document["object"])
    filled = holding(noun, (CustomValue.field == document["id"]) & (noun.model.state == State.LIVE))
    return noun, store.count(noun) - int(filled.distinct().count())


def options_of(labels: Sequence[str]) -> list[Values]:
    """The options of a new select; raises ValidationError where two read alike."""
    options: list[Values] = []
    for label in labels:
        options = _with_option(options, label)
    return options


# -- another type


@dataclass
class Retyping:
    """What another type does to the values of a field: how many become what, and which cannot."""

    converted: int = 0
    lost: list[str] = field(default_factory=list)
    outcome: Outcome | None = None


def retype(number: int, wanted: Values, locale: Locale, *, force: bool = False, dry_run: bool = False) -> Retyping:
    """Give a field another type; raises Conflict where values cannot follow, unless forced, which empties them.

    `wanted` is the new `type`, and with it `target` or the labels of `options`.
    """
    require(Verb.CONFIGURE)
    before = _document(number)
    changed = _retyped(before, wanted)
    noun = schema.noun(before["object"])
    old, new, found = field_of(before), field_of({**before, **changed}), Retyping()
    if wanted["type"] in CHOOSING and not changed["options"]:
        raise ValidationError(f"A {wanted['type']} needs options.", field="options", hint=_options_hint(noun, before))
    with operation(f"Change the type of {how_many(FIELD, [before['id']])}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        follow: list[tuple[int, Any]] = []
        for document in _having(noun, before["id"], [old.key]):
            value = converted(old, new, document[old.key], locale)
            if value is None:
                found.lost.append(f"{noun.name} {number_of(document['id'])}: {text_of(old, document[old.key])[:60]}")
            else:
                follow.append((document["id"], value))
            # Emptied before and filled after, so that an undo writes each value under the type that it is of.
            op.rewrite(noun, document, {old.key: [] if old.many else None})
        if found.lost and not (force or dry_run):
            raise _unconvertible(old, found.lost)
        FIELD.check({**before, **changed}, {*changed, "type"})
        op.rewrite(FIELD, before, changed)
        _fill(op, noun, new, follow)
        found.converted = len(follow)
    found.outcome = _outcome(op, before["id"], dry_run=dry_run)
    return found


def _retyped(before: Values, wanted: Values) -> Values:
    """What changes of a definition with its type."""
    kind = wanted["type"]
    if kind not in TYPES:
        raise schema.unknown("type", kind, TYPES, "one of " + ", ".join(TYPES))
    if before["archived"]:
        raise _archived(before)
    options = before["options"] if kind in CHOOSING else []
    for label in wanted.get("options", ()):
        options = _with_option(options, label)
    return {
        "type": kind,
        "target": wanted.get("target") if kind == "record" else None,
        "options": options,
        "default": None,
        "unique": before["unique"] and TYPES[kind] in UNIQUE,
    }


def _options_hint(noun: Noun, before: Values) -> str:
    """Which options would take every value of a field, where they are few; else that some are to be named."""
    old, found = field_of(before), dict[str, None]()
    for document in _having(noun, before["id"], [old.key]):
        found.setdefault(text_of(old, document[old.key]))
        if len(found) > MOST_TOLD:
            return f"--option Gold --option Silver; {old.label} has more than {MOST_TOLD} different values"
    return " ".join(f"--option {shlex.quote(text)}" for text in found) or "--option Gold --option Silver"


def _unconvertible(old: Field, lost: Sequence[str]) -> Conflict:
    count = "1 value" if len(lost) == 1 else f"{len(lost):,} values"
    more = () if len(lost) <= MOST_TOLD else (f"and {len(lost) - MOST_TOLD:,} more",)
    told = (*lost[:MOST_TOLD], *more)
    return Conflict(f"{count} of {old.label} cannot be of that type.", hint="--force empties them", details=told)


def _fill(op: Operation, noun: Noun, new: Field, follow: Sequence[tuple[int, Any]]) -> None:
    for start in range(0, len(follow), documents.CHUNK):
        chosen = dict(follow[start : start + documents.CHUNK])
        for record_id, document in documents.load(noun, list(chosen)).items():
            op.rewrite(noun, document, {new.key: chosen[record_id]})


def _having(noun: Noun, field_id: int, keys: Sequence[str], which: Any = None) -> Iterator[Values]:
    """The records that have a value in a field, live or in the trash, with what they hold."""
    after = 0
    mine = CustomValue.field == field_id
    while True:
        chosen = mine & (CustomValue.record_id > after) & (CustomValue.object == noun.code)
        query = holding(noun, chosen if which is None else chosen & which).order_by(CustomValue.record_id)
        ids = [row[0] for row in documents.fetch(query.limit(documents.CHUNK))]
        if not ids:
            return
        found = documents.load(noun, ids)
        yield from (found[record_id] for record_id in ids if found[record_id].get(keys[0]) not in (None, []))
        after = ids[-1]


# -- archiving and deleting


def archive(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Put fields away: they are neither shown nor changed, and their values stay."""
    return _flag(numbers, "Archive", archived=True, dry_run=dry_run)


def restore(numbers: Sequence[int], *, dry_run: bool = False) -> Outcome:
    """Bring fields back that were archived, or are in the trash."""
    return _flag(numbers, "Restore", archived=False, dry_run=dry_run)


def _flag(numbers: Sequence[int], verb: str, *, archived: bool, dry_run: bool) -> Outcome:
    require(Verb.CONFIGURE)
    ids = store.ids_of(FIELD, numbers)
    outcome = Outcome(len(ids), dry_run=dry_run)
    with operation(f"{verb} {how_many(FIELD, ids)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        for field_id in obstacles.moved(FIELD, ids, State.LIVE):
            if archived:
                raise Conflict(f"Field {number_of(field_id)} is in the trash.")
            op.restore(FIELD, field_id)
            outcome.changed.append(number_of(field_id))
        for field_id, document in documents.load(FIELD, ids).items():
            number, changed = number_of(field_id), op.rewrite(FIELD, document, {"archived": archived})
            if number not in outcome.changed:
                (outcome.changed if changed else outcome.skipped).append(number)
    outcome.operation = None if op.id is None else number_of(op.id)
    return outcome


def delete(numbers: Sequence[int], confirmed: Callable[[str, int], bool], *, dry_run: bool = False) -> Outcome:
    """Move fields to the trash, and their values with them; `confirmed` says for each key that is in use whether to.

    Raises Conflict where it is not confirmed. The values are gone for good when the trash is emptied.
    """
    require(Verb.CONFIGURE)
    ids = live_ids(FIELD, numbers)
    for field_id, document in documents.load(FIELD, ids).items():
        noun = schema.noun(document["object"])
        count = holding(noun, CustomValue.field == field_id).count()
        if count and not confirmed(document["key"], count):
            told = f"1 {noun.name} has" if count == 1 else f"{count:,} {noun.plural} have"
            raise Conflict(
                f"{told} a value in {document['label']}.",
                hint=f"smallcrm field archive {document['key']} keeps it; --confirm={document['key']} deletes it",
            )
    with operation(f"Delete {how_many(FIELD, ids)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        op.set_state(FIELD, "trash", ids)
    number = None if op.id is None else number_of(op.id)
    return Outcome(len(ids), list(numbers), operation=number, dry_run=dry_run)


# -- options


def add_option(number: int, label: str, *, dry_run: bool = False) -> Outcome:
    """Add an option to a select."""
    return _options(number, f"Add option {label!r} to", lambda known: _with_option(known, label), dry_run=dry_run)


def rename_option(number: int, word: str, label: str, *, dry_run: bool = False) -> Outcome:
    """Give an option another label; what records hold stays as it is."""

    def rename(known: list[Values]) -> list[Values]:
        mine = _option(known, word)
        fresh = _label([option for option in known if option is not mine], label)
        return [{**option, "label": fresh} if option is mine else option for option in known]

    return _options(number, f"Rename option {word!r} of", rename, dry_run=dry_run)


def archive_option(number: int, word: str, *, archived: bool = True, dry_run: bool = False) -> Outcome:
    """Offer an option no more, or again; records that have it keep it."""

    def flag(known: list[Values]) -> list[Values]:
        mine = _option(known, word)
        bare = {key: value for key, value in mine.items() if key != "archived"}
        return [{**bare, **({"archived": 1} if archived else {})} if option is mine else option for option in known]

    verb = "Archive" if archived else "Offer"
    return _options(number, f"{verb} option {word!r} of", flag, dry_run=dry_run)


def delete_option(number: int, word: str, map_to: str | None = None, *, dry_run: bool = False) -> Outcome:
    """Delete an option; records that have it get another, and where none is named it raises Conflict."""
    require(Verb.CONFIGURE)
    before = _document(number)
    gone = _option(before["options"], word)
    rest = [option for option in before["options"] if option is not gone]
    target = None if map_to is None else _option(rest, map_to)["option"]
    noun, mine = schema.noun(before["object"]), field_of(before)
    having = CustomValue.key == gone["option"]
    count = holding(noun, (CustomValue.field == before["id"]) & having).count()
    if count and target is None:
        told = f"1 {noun.name} has it" if count == 1 else f"{count:,} {noun.plural} have it"
        raise Conflict(f"{gone['label']}: {told}.", hint="--map-to OPTION gives them another")
    if count and before["archived"]:
        raise _archived(before)
    with operation(f"Delete option {word!r} of {_titled(before)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        for document in _having(noun, before["id"], [mine.key], having):
            op.rewrite(noun, document, {mine.key: _mapped(mine, document[mine.key], gone["option"], target)})
        _write_options(op, before, rest)
    return _outcome(op, before["id"], dry_run=dry_run)


def _mapped(mine: Field, value: Any, gone: str, target: str | None) -> Any:
    if not mine.many:
        return target
    chosen = dict.fromkeys(target if element["value"] == gone else element["value"] for element in value)
    return [{"value": choice} for choice in chosen]


def _options(number: int, told: str, change: Callable[[list[Values]], list[Values]], *, dry_run: bool) -> Outcome:
    require(Verb.CONFIGURE)
    before = _document(number)
    with operation(f"{told} {_titled(before)}", verb=Verb.CONFIGURE, dry_run=dry_run) as op:
        _write_options(op, before, change(before["options"]))
    return _outcome(op, before["id"], dry_run=dry_run)


def _write_options(op: Operation, before: Values, options: list[Values]) -> None:
    FIELD.check({**before, "options": options}, {"options"})
    op.rewrite(FIELD, before, {"options": options})


def _titled(document: Values) -> str:
    return f"field {number_of(document['id'])}"


def _option(known: Sequence[Values], word: str) -> Values:
    """The option that a label, or what is stored, means; raises NotFound."""
    for key in ("label", "option"):
        for option in known:
            if fold(option[key]) == fold(word).strip():
                return option
    names = ", ".join(option["label"] for option in known)
    raise NotFound(f"There is no option {word!r}.", hint=f"one of {names}" if names else None)


def _with_option(known: Sequence[Values], label: str) -> list[Values]:
    """The options with one more, which gets what is stored from its label."""
    if len(known) >= MAX_OPTIONS:
        raise ValidationError(f"A field can have {MAX_OPTIONS} options at most.", field="options")
    label = _label(known, label)
    base = _GAP.sub("_", fold(label)).strip("_") or "option"
    taken = {option["option"] for option in known}
    values = (base, *(f"{base}_{at}" for at in range(2, len(known) + 3)))
    value = next(value for value in values if value not in taken)
    position = 1 + max((option["position"] for option in known), default=0)
    return [*known, {"option": value, "label": label, "position": position}]


def _label(known: Sequence[Values], label: str) -> str:
    """A label for one more option; raises ValidationError where it would be taken for another."""
    label = " ".join(clean_entry(label, "Option").split())
    if not label or "," in label or len(label) > 100:  # noqa: PLR2004
        raise ValidationError(f"Not an option: {label!r}.", field="options", hint="no comma, 100 characters at most")
    for option in known:
        if fold(label) in (fold(option["label"]), fold(option["option"])):
            raise ValidationError(f"There is an option {option['label']!r} that {label!r} also means.", field="options")
    return label


# -- helpers


def _document(number: int) -> Values:
    """A definition that is not in the trash."""
    (field_id,) = live_ids(FIELD, [number])
    return documents.load(FIELD, [field_id])[field_id]


def _archived(before: Values) -> Conflict:
    return Conflict(f"{before['label']} is archived.", hint=f"smallcrm field restore {before['key']}")


def _outcome(op: Operation, field_id: int, *, dry_run: bool) -> Outcome:
    number = None if op.id is None else number_of(op.id)
    return Outcome(1, [number_of(field_id)], operation=number, dry_run=dry_run)
