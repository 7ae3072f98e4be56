"""Tags of the workspace: which there are and what carries them; renaming, merging and deleting them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.errors import NotFound, ValidationError
from smallcrm.models.base import State
from smallcrm.models.tag import Tag, Tagging
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import documents
from smallcrm.services.records.operations import Operation, operation
from smallcrm.services.records.rewriting import rewriting
from smallcrm.services.records.schema import record_nouns, unknown
from smallcrm.services.records.tagging import respell, spelled
from smallcrm.text import clean_entry, fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smallcrm.services.records.parts import Element
    from smallcrm.services.records.schema import Noun

MAX_NAME = 1_000


@dataclass(frozen=True)
class TagInfo:
    """A tag and how many live records of each noun carry it, by the noun's name."""

    name: str
    counts: dict[str, int]


@dataclass
class TagOutcome:
    """What a rename or a removal did: records changed by noun, and the operation that can be undone."""

    name: str
    changed: dict[str, int] = field(default_factory=dict)
    merged: bool = False
    operation: int | None = None


def list_tags() -> list[TagInfo]:
    """The tags that a live record carries, by name."""
    from peewee import fn

    require(Verb.READ)
    counts: dict[int, dict[str, int]] = {}
    for noun in record_nouns().values():
        model = noun.model
        query = (
            Tagging.select(Tagging.tag, fn.COUNT(Tagging.id))
            .join(model, on=(Tagging.record_id == model.id))
            .where(Tagging.object == noun.name, model.state == State.LIVE)
            .group_by(Tagging.tag)
        )
        found: list[Any] = list(query.tuples())
        for tag_id, count in found:
            counts.setdefault(tag_id, {})[noun.name] = count
    rows: list[Any] = list(Tag.select(Tag.id, Tag.name).order_by(Tag.name_key).tuples())
    return [TagInfo(name, counts[tag_id]) for tag_id, name in rows if tag_id in counts]


def rename(old: str, new: str, *, dry_run: bool = False) -> TagOutcome:
    """Give a tag another name; where a tag of that name exists the two become one."""
    require(Verb.WRITE)
    tag_id, name = _find(old)
    wanted = clean_entry(new, "Tag").strip()
    if not wanted or "," in wanted or "\n" in wanted or len(wanted) > MAX_NAME:
        raise ValidationError(f"Not a tag: {new!r}.", field="tags")
    target = None if fold(wanted) == fold(name) else spelled([wanted]).get(fold(wanted))
    name_now = target or wanted
    outcome = _replace((tag_id, name), name_now, f"Rename tag {name} to {name_now}", dry_run=dry_run)
    outcome.merged = target is not None
    return outcome


def delete(name: str, *, dry_run: bool = False) -> TagOutcome:
    """Take a tag off everything that carries it."""
    require(Verb.WRITE)
    tag_id, known = _find(name)
    return _replace((tag_id, known), None, f"Delete tag {known}", dry_run=dry_run)


def _find(name: str) -> tuple[int, str]:
    row = Tag.select(Tag.id, Tag.name).where(Tag.name_key == fold(name)).tuples().first()
    if row is None:
        rows: list[Any] = list(Tag.select(Tag.name).order_by(Tag.name_key).limit(1000).tuples())
        sentence = unknown("tag", name, tuple(row[0] for row in rows), "").sentence
        raise NotFound(sentence, hint="smallcrm tag list")
    return int(row[0]), str(row[1])


def _replace(tag: tuple[int, str], new: str | None, summary: str, *, dry_run: bool) -> TagOutcome:
    outcome = TagOutcome(new or tag[1])
    with operation(summary, dry_run=dry_run) as op:
        # All that carry a tag share its spelling, so that the first record would change it under the others.
        if new is not None and fold(new) == fold(tag[1]):
            respell(tag[1], new)
        for noun in record_nouns().values():
            before = op.counts.get("update", 0)
            _rewrite(op, noun, tag, new)
            count = op.counts.get("update", 0) - before
            if count:
                outcome.changed[noun.name] = count
        op.flush()
        # A record that an undo has hidden keeps the tag for its return.
        if not Tagging.select(Tagging.id).where(Tagging.tag == tag[0]).exists():
            Tag.delete().where(Tag.id == tag[0]).execute()
    outcome.operation = None if op.id is None else number_of(op.id)
    return outcome


def _carriers(noun: Noun, tag_id: int) -> Iterator[list[int]]:
    """The records of a noun that carry a tag, in portions that do not shift while they are rewritten."""
    after = 0
    while True:
        query = (
            Tagging.select(Tagging.record_id)
            .where(Tagging.tag == tag_id, Tagging.object == noun.name, Tagging.record_id > after)
            .order_by(Tagging.record_id)
            .limit(documents.CHUNK)
        )
        rows: list[Any] = list(query.tuples())
        ids = [row[0] for row in rows]
        if not ids:
            return
        yield ids
        after = ids[-1]


def _rewrite(op: Operation, noun: Noun, tag: tuple[int, str], new: str | None) -> None:
    """Replace a tag in the records of a noun, those in the trash too."""
    tag_id, old = tag
    with rewriting(op, noun) as records:
        for ids in _carriers(noun, tag_id):
            for document in documents.load(noun, ids).values():
                if document["state"] != State.UNDONE:
                    rest = [element for element in document["tags"] if fold(element["name"]) != fold(old)]
                    records.add({**document, "tags": [*rest, {"name": old}]}, {"tags": _with(rest, new)})


def _with(tags: list[Element], name: str | None) -> list[Element]:
    known = {fold(element["name"]) for element in tags}
    return tags if name is None or fold(name) in known else [*tags, {"name": name}]
