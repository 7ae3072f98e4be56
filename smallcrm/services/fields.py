"""Custom fields: what a workspace says of each, and the rules that their definitions obey."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import bound_tenant, number_of
from smallcrm.errors import Conflict, ValidationError
from smallcrm.models.base import State
from smallcrm.models.custom import CustomField, CustomValue, FieldOption
from smallcrm.models.workspace import Workspace
from smallcrm.services import companies, contacts, deals  # noqa: F401 - fields are of nouns that are known
from smallcrm.services.records import definitions, schema
from smallcrm.services.records.custom_values import UNIQUE
from smallcrm.services.records.definitions import CHOOSING, TYPES, field_of
from smallcrm.services.records.documents import fetch
from smallcrm.services.records.namesakes import Name
from smallcrm.services.records.obstacles import within
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, register
from smallcrm.services.uniqueness import clashes, settle
from smallcrm.services.values.locale import Locale
from smallcrm.text import fold, sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from smallcrm.services.records.obstacles import Group, Stay

MOST = 200
"""How many fields a workspace may add to one noun."""
MAX_KEY = 60
MAX_LABEL = 200
RESERVED = frozenset({
    "id", "state", "version", "created", "updated", "created_at", "updated_at", "trashed_at", "object", "record",
    "tenant", "name", "label", "key", "all", "none", "any", "empty", "me", "not", "and", "or", "true", "false", "yes",
    "no", "null", "help", "people", "custom",
})  # fmt: skip
"""Words that lists, filters and journals use themselves."""
_KEY = re.compile(r"[a-z][a-z0-9_]*")
_GAP = re.compile(r"[^a-z0-9]+")

FIELDS = (
    Field("label", "Label", column="name"),
    Field("object", "Of", help="the noun that has it, such as contact"),
    Field("key", "Key", help="its name for programs; stays as it is"),
    Field("type", "Type", Kind.SELECT, choices=tuple(TYPES), column="kind"),
    Field("target", "Names a", help="the noun of the records that a field of the type record names"),
    Field("help", "Help", help="what to know where it is filled in"),
    Field("required", "Required", Kind.BOOLEAN, help="a new record needs it"),
    Field("unique", "Unique", Kind.BOOLEAN, column="is_unique", help="no two records have the same value"),
    Field("default", "Default", column="default_text", help="what a new record has where nothing is said"),
    Field("personal", "Personal data", Kind.BOOLEAN, help="it says something about a person"),
    Field("archived", "Archived", Kind.BOOLEAN, internal=True, help="kept, but neither shown nor changed"),
    Field("position", "Position", Kind.INTEGER, help="its place among the fields of the noun"),
    Field("options", "Options", Kind.OPTIONS, internal=True, help="what a select can be"),
)
PARTS = (
    RowPart(
        "options", FieldOption, "field_id",
        {"option": "value", "label": "label", "position": "position", "archived": "archived"},
        singular="option", shown="option",
    ),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """A new or changed definition as it is stored; raises ValidationError."""
    from smallcrm.services.records import cleaning

    options = values.pop("options", None)
    cleaned = cleaning.clean_values(FIELD, values, before)
    if options is not None:
        cleaned["options"] = options
    for key in ("object", "key"):
        if before and key in cleaned and cleaned[key] != before[key]:
            raise ValidationError(f"The {key} of a field stays.", field=key, hint="smallcrm field add NOUN LABEL")
    if before and cleaned.get("type", before["type"]) != before["type"]:
        hint = f"smallcrm field edit {before['key']} --type {cleaned['type'] or 'TYPE'!r}"
        raise ValidationError("The type of a field is changed with its values.", field="type", hint=hint)
    if not before:
        _begin(cleaned)
    after = {**before, **cleaned}
    check(after, {key for key in cleaned if cleaned[key] != before.get(key)})
    if "default" in cleaned:
        cleaned["default"] = default_of(after)
    return cleaned


def _begin(cleaned: Values) -> None:
    """What a new definition has where nothing is said."""
    cleaned["type"] = cleaned.get("type") or "text"
    cleaned["key"] = cleaned.get("key") or key_of(cleaned.get("label") or "")
    cleaned.setdefault("options", [])
    for key in ("target", "help", "default"):
        cleaned.setdefault(key, None)
    for key in ("required", "unique", "personal", "archived"):
        cleaned.setdefault(key, False)
    if cleaned.get("position") is None:
        rows = fetch(CustomField.select(CustomField.position).where(CustomField.object == cleaned.get("object")))
        cleaned["position"] = 1 + max((row[0] for row in rows), default=0)


def key_of(label: str) -> str:
    """The key that a label makes; raises ValidationError where it has no letter that a key can have."""
    made = _GAP.sub("_", fold(label)).strip("_")[:MAX_KEY].rstrip("_")
    if not made:
        raise ValidationError(f"No key can be made of {label!r}.", field="key", hint="--key my_field")
    return made if made[0].isalpha() else f"f_{made}"[:MAX_KEY]


def check(document: Values, keys: Collection[str]) -> None:
    """Refuse a definition that clashes with another, with the noun's own fields or with the values that are there."""
    label = document.get("label")
    if not label or len(label) > MAX_LABEL:
        raise ValidationError(f"A field needs a label of at most {MAX_LABEL} characters.", field="label")
    noun = _noun(document.get("object"), "object")
    if {"object", "key"}.intersection(keys):
        _check_key(noun, document)
    if {"object", "label"}.intersection(keys):
        _refuse_twice(noun, document)
    if {"type", "target", "options"}.intersection(keys):
        _check_type(document)
        _check_options(noun, document)
    if {"type", "unique", "default"}.intersection(keys) and document["unique"]:
        _check_unique(noun, document, keys)


def _noun(name: str | None, key: str) -> Noun:
    known = schema.record_nouns()
    if name not in known:
        told = f"{(name or 'Nothing')!r} is no noun that fields can be of."
        raise ValidationError(told, field=key, hint=f"one of {', '.join(known)}")
    return known[str(name)]


def _check_key(noun: Noun, document: Values) -> None:
    from smallcrm.services.records.words import singular

    key = document["key"]
    if not _KEY.fullmatch(key) or len(key) > MAX_KEY:
        raise ValidationError(f"A key is made of a to z, 0 to 9 and _: {key!r}.", field="key", hint="--key my_field")
    taken = {word for field in noun.builtin for word in (field.key, singular(field), *field.columns)}
    if key in RESERVED or key in taken:
        raise ValidationError(f"The key {key!r} is taken by the program.", field="key", hint="--key my_field")
    if _others(document).where(CustomField.key == key).exists():
        told = f"A {noun.name} has a field with the key {key!r} already."
        raise ValidationError(told, field="key", hint="--key my_field")
    if not document.get("id") and _others(document).count() >= MOST:
        raise ValidationError(f"A {noun.name} can have {MOST} fields of your own at most.", field="object")


def _others(document: Values) -> Any:
    """The other live definitions of the same noun."""
    mine = (CustomField.object == document["object"]) & (CustomField.state == State.LIVE)
    return CustomField.select(CustomField.id).where(mine, CustomField.id != document.get("id", 0))


def _refuse_twice(noun: Noun, document: Values) -> None:
    label = document["label"]
    own = {fold(field.label) for field in noun.builtin}
    named = _others(document).select(CustomField.key, CustomField.archived)
    found: list[Any] = list(named.where(CustomField.name_key == sort_key(label)).tuples())
    kept = [key for key, archived in found if archived]
    if kept:
        hint = f"smallcrm field restore {kept[0]}"
        raise ValidationError(f"A {noun.name} has an archived field {label!r} already.", field="label", hint=hint)
    if fold(label) in own or found:
        raise ValidationError(f"A {noun.name} has a field {label!r} already.", field="label")


def names(document: Values) -> list[Name]:
    """The key and the label of a definition, which no other of its noun has."""
    noun, label, key = document["object"], document["label"], document["key"]
    mine = CustomField.object == noun
    return [
        Name((noun, "key", key), mine & (CustomField.key == key), f"a {noun} has a field with the key {key!r} already"),
        Name(
            (noun, "label", sort_key(label)), mine & (CustomField.name_key == sort_key(label)),
            f"a {noun} has a field {label!r} already",
        ),
    ]  # fmt: skip


def _check_type(document: Values) -> None:
    if (document["type"] == "record") != bool(document.get("target")):
        told = "A field of the type record, and no other, says which noun it names."
        raise ValidationError(told, field="target", hint="--type record --target company")
    if document.get("target"):
        _noun(document["target"], "target")
    if document["type"] in CHOOSING and not document["options"]:
        raise ValidationError("A select needs options.", field="options", hint="--option Gold --option Silver")
    if document["type"] not in CHOOSING and document["options"]:
        raise ValidationError(f"A field of the type {document['type']} has no options.", field="options")


def _check_options(noun: Noun, document: Values) -> None:
    """Refuse to be without an option that a record has, or that a new one gets."""
    if document["type"] not in CHOOSING:
        return
    offered = {option["option"] for option in document["options"] if not option.get("archived")}
    if document.get("id") and document.get("default") and not offered.issuperset(document["default"].split(", ")):
        hint = f"smallcrm field edit {document['key']} --clear default"
        raise ValidationError("It is the default, so it stays an option that is offered.", field="options", hint=hint)
    if not document.get("id"):
        return
    known = [option["option"] for option in document["options"]]
    other = (CustomValue.field == document["id"]) & CustomValue.key.is_null(False) & CustomValue.key.not_in(known)
    row = holding(noun, other).tuples().first()
    if row is not None:
        told = f"{noun.name.capitalize()} {number_of(row[0])} and maybe others have an option that would be gone."
        raise ValidationError(told, field="options", hint="smallcrm field option delete FIELD OPTION --map-to OPTION")


def holding(noun: Noun, which: Any) -> Any:
    """A query of the records that are seen, live or in the trash, and have values of some kind."""
    model = noun.model
    joined = CustomValue.select(CustomValue.record_id).join(model, on=(model.id == CustomValue.record_id))
    return joined.where(which, model.state != State.UNDONE).distinct()


def _check_unique(noun: Noun, document: Values, keys: Collection[str]) -> None:
    if TYPES[document["type"]] not in UNIQUE:
        known = ", ".join(name for name, kind in TYPES.items() if kind in UNIQUE)
        told = f"A field of the type {document['type']} cannot be unique; these can: {known}."
        raise ValidationError(told, field="unique")
    if document.get("default"):
        raise ValidationError("A unique field has no default, which two records would have.", field="default")
    if "unique" in keys and document.get("id"):
        told = "; ".join(clashes(noun, document["id"]))
        if told:
            raise ValidationError(f"{document['label']} is not unique: {told}.", field="unique")


def default_of(document: Values) -> str | None:
    """A default in a form that is read alike wherever it is read; raises ValidationError where it is no value."""
    from smallcrm.services.records import cleaning, parsing
    from smallcrm.services.records.converting import counts_from_today, text_of

    if not document.get("default"):
        return None
    field = field_of({**document, "default": None})
    if field.refers or field.kind is Kind.MEMBER:
        raise ValidationError("A field that names somebody or something has no default.", field="default")
    row = Workspace.get(Workspace.id == bound_tenant())
    locale = Locale(row.currency, row.zone)
    if counts_from_today(field, document["default"], locale):
        told = f"A default is one date for all records, such as 2026-03-31, and no word: {document['default']!r}."
        raise ValidationError(told, field="default")
    value = cleaning.as_stored(field, parsing.parse(field, document["default"], locale))
    # Of an option what never changes; its label may.
    return text_of(replace(field, labels=()), value)


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields."""
    return {"name_key": sort_key(document["label"])}


def search_text(document: Values) -> tuple[str, str]:
    """Settings are not searched; a list of them is short."""
    return sort_key(document["label"]), ""


def known_as(word: str, state: State) -> list[int]:
    """The definitions of that key, alone or after its noun: tier, contact.tier."""
    noun, dot, key = word.rpartition(".")
    mine = (CustomField.state == state) & (CustomField.key == key.replace("-", "_"))
    if dot:
        mine &= CustomField.object == noun
    return [row[0] for row in fetch(CustomField.select(CustomField.id).where(mine))]


def keep(group: Group, stay: Stay) -> None:
    """A field in which records have values does not go unasked."""
    rows = fetch(CustomField.select(CustomField.id, CustomField.object).where(within(CustomField.id, group)))
    for field_id, name in rows:
        if holding(schema.noun(name), CustomValue.field == field_id).exists():
            stay.setdefault(field_id, "records have values in it, so it stays")


def after(ids: Sequence[int]) -> None:
    """The fields are read anew, and what is unique is marked so; raises Conflict where two fields have one key."""
    schema.forget_customs()
    rows = fetch(
        CustomField.select(
            CustomField.id, CustomField.object, CustomField.key, CustomField.state, CustomField.is_unique,
            CustomField.archived,
        ).where(CustomField.id.in_(list(ids)))
    )  # fmt: skip
    for field_id, name, key, state, unique, archived in rows:
        noun = schema.noun(name)
        same = (CustomField.object == name) & (CustomField.key == key) & (CustomField.state == State.LIVE)
        if state == State.LIVE and CustomField.select(CustomField.id).where(same).count() > 1:
            raise Conflict(f"A {name} has another field with the key {key!r} by now.", hint="smallcrm field list")
        settle(noun, field_id, unique=bool(unique) and not archived and state == State.LIVE)


def forget(gone: Any) -> None:
    """Remove the values of definitions that are removed for good."""
    CustomValue.delete().where(CustomValue.field.in_(gone)).execute()


FIELD = register(
    Noun(
        name="field",
        plural="fields",
        code=9,
        model=CustomField,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        default_columns=("id", "object", "key", "label", "type", "options", "required", "unique", "archived"),
        check=check,
        keep=keep,
        names=names,
        after=after,
        forget=forget,
        known_as=known_as,
        together=dict.fromkeys(("target", "options", "default", "unique"), "type"),
        settings=True,
    )
)
definitions.provide()
