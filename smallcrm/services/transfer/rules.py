"""What the user says of the rows of an import: by what those are known that are there already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.transfer.customs import fields_by_header, kept_of
from smallcrm.services.transfer.headers import key_of
from smallcrm.services.transfer.owners import UNTOLD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smallcrm.services.records.custom_values import Kept
    from smallcrm.services.transfer.mapping import Mapping
    from smallcrm.services.transfer.owners import Owners, Pairs


@dataclass(frozen=True)
class Rules:
    """What the user said, as typed; `match` is the one key that rows are known by.

    `clear_blanks`: of a record that is known, what a row leaves blank is emptied. `restore`: what rows are about comes
    out of the trash. `owners`: each owner as the files name them, with the member who that is.
    """

    match: str | None = None
    clear_blanks: bool = False
    restore: bool = False
    owners: Pairs = ()


class By(Enum):
    """By what a row is known: the usual keys, or just one."""

    USUAL = "usual"
    NOTHING = "none"
    EXTERNAL = "external_id"
    ADDRESS = "address"
    NAME = "name"
    FIELD = "field"


@dataclass(frozen=True)
class Terms:
    """The rules as they hold for the rows of one noun; `field` is the field of the workspace's own that is the key."""

    by: By = By.USUAL
    field: Kept | None = None
    clear: bool = False
    restore: bool = False
    owners: Owners = UNTOLD

    @property
    def by_id(self) -> bool:
        """Whether the ids of other programs say who a row is."""
        return self.by is not By.NOTHING

    @property
    def by_address(self) -> bool:
        """Whether addresses, or domains, say who a row is."""
        return self.by in (By.USUAL, By.ADDRESS)


USUAL = Terms()
# What stands for the addresses of the nouns that have some, and the columns that give them.
_ADDRESS = {"contact": "email", "company": "domain"}
_GIVES = {"contact": ("emails",), "company": ("domains", "website")}
_WORDS = {
    "email": By.ADDRESS,
    "emails": By.ADDRESS,
    "domain": By.ADDRESS,
    "domains": By.ADDRESS,
    "externalid": By.EXTERNAL,
    "externalids": By.EXTERNAL,
    "name": By.NAME,
    "none": By.NOTHING,
}


def terms_of(rules: Rules, tables: Iterable[tuple[str, Mapping]], owners: Owners) -> dict[str, Terms]:
    """The terms of each noun among these tables; raises UsageError for a key that is none, or that no column gives.

    A key that only one of the nouns has holds for that noun; the rows of the other are known as usual.
    """
    named = list(tables)
    nouns = list(dict.fromkeys(mapping.noun for _name, mapping in named))
    found = {noun: Terms() if rules.match is None else _terms(noun, rules.match) for noun in nouns}
    if named and rules.match is not None:
        if not any(found.values()):
            raise _not_a_key(nouns, rules.match)
        for name, mapping in named:
            _refuse_without_column(name, mapping, found[mapping.noun])
    more: dict[str, Any] = {"clear": rules.clear_blanks, "restore": rules.restore, "owners": owners}
    return {noun: replace(terms or USUAL, **more) for noun, terms in found.items()}


def _terms(noun: str, word: str) -> Terms | None:
    """The terms that a key gives for a noun; None where it has no such key."""
    said = key_of(word)
    by = By.NAME if said == key_of(noun_of(noun).title) else _WORDS.get(said)
    if by is By.ADDRESS and not said.startswith(_ADDRESS.get(noun, "\0")):
        return None
    if by is not None:
        return Terms(by)
    field = fields_by_header(noun).get(said)
    kept = None if field is None else kept_of(noun)[field.key]
    return Terms(By.FIELD, kept) if kept is not None and kept.unique else None


def _not_a_key(nouns: list[str], word: str) -> UsageError:
    """What to say of a word that is no key, with the keys that there are."""
    unique = [kept.field.key for noun in nouns for kept in kept_of(noun).values() if kept.unique]
    keys = [
        *(_ADDRESS[noun] for noun in nouns if noun in _ADDRESS),
        "external_id",
        *dict.fromkeys(noun_of(noun).title for noun in nouns),
        "none",
        *dict.fromkeys(unique),
    ]
    said = key_of(word)
    known = any(said in map(key_of, (*noun_of(noun).by_key, *fields_by_header(noun))) for noun in nouns)
    plurals = " or ".join(noun_of(noun).plural for noun in nouns)
    why = "is not unique" if known else "is no field"
    return UsageError(f"{word!r} {why} of {plurals}, so no row is known by it.", hint=f"--match {', '.join(keys)}")


def _refuse_without_column(name: str, mapping: Mapping, terms: Terms | None) -> None:
    if terms is None or terms.by in (By.USUAL, By.NAME, By.NOTHING):
        return
    fields = _GIVES[mapping.noun] if terms.by is By.ADDRESS else ("external_id",)
    if terms.field:
        fields = (terms.field.field.key,)
    if not any(mapping.of(field) for field in fields):
        label = fields[0]
        raise UsageError(
            f"{name} has no column for what its rows are to be known by ({label}).", hint=f'--map "HEADER={label}"'
        )
