"""Comments: what members say about a record of any noun, among themselves or, on a ticket, in public."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db.ids import number_of, own_id
from smallcrm.db.search import prepared
from smallcrm.errors import NotAllowed, ValidationError
from smallcrm.models.base import State
from smallcrm.models.comment import Comment, CommentMention
from smallcrm.models.workspace import Member
from smallcrm.services import answering, mentions
from smallcrm.services.accounts.access import Verb, actor, require
from smallcrm.services.records import documents, lookup, store
from smallcrm.services.records.nearest import near_members
from smallcrm.services.records.obstacles import label
from smallcrm.services.records.parts import RowPart
from smallcrm.services.records.schema import Field, Kind, Noun, Values, record_nouns, register
from smallcrm.services.records.schema import noun as noun_of
from smallcrm.services.tickets import TICKET
from smallcrm.text import sort_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.records.operations import Operation
    from smallcrm.services.records.parts import Element
    from smallcrm.services.records.references import Ref

MAX_NAME = 100
MOST_TOLD = 5
FIELDS = (
    Field("record", "Record", Kind.RECORD, help="what it is about"),
    Field("body", "Text", Kind.LONG_TEXT, help="in Markdown"),
    Field("public", "Public", Kind.BOOLEAN, help="whether the customer reads it"),
    Field("contact", "Contact", Kind.RECORD, target="contact", help="whose words they are, if no member's"),
    Field("author", "Author", Kind.MEMBER, column="owner", internal=True),
    Field("edited_at", "Edited", Kind.INSTANT, internal=True),
    Field("mentions", "Mentions", Kind.MEMBERS, internal=True),
    Field("excerpt", "Excerpt", derived=True, column="name"),
)
_FIXED = ("record", "public", "contact")

PARTS = (
    RowPart(
        "mentions", CommentMention, "comment_id", {"member": "member_id", "written": "written"},
        singular="mention", shown="written",
    ),
)  # fmt: skip


def clean(values: Values, before: Values) -> Values:
    """The values of a new or changed comment as they are stored; raises ValidationError, NotAllowed."""
    from smallcrm.services.records import cleaning

    cleaned = cleaning.clean_values(COMMENT, values, before)
    if before:
        _refuse_other_edits(cleaned, before)
    else:
        _begin(cleaned)
    body = cleaned.get("body", before.get("body"))
    if body and body != before.get("body"):
        cleaned["mentions"] = mentions.found(body, before.get("mentions") or ())
        if before:
            cleaned["edited_at"] = clock.micros(clock.now())
    check({**before, **cleaned}, cleaned)
    return cleaned


def _begin(cleaned: Values) -> None:
    """Who says what to whom: fixed from now on."""
    ref = cleaned.get("record")
    if ref is None or ref["object"] not in record_nouns():
        raise ValidationError("A comment needs the record that it is about, such as ticket:42.", field="record")
    cleaned["author"] = actor().member_id
    cleaned["public"] = bool(cleaned.get("public"))
    if ref["object"] != TICKET.name:
        if cleaned["public"] or cleaned.get("contact") is not None:
            raise ValidationError("Only on a ticket can a comment be public, or a contact's.", field="public")
    elif cleaned["public"] and cleaned.get("contact") is None:
        cleaned["contact"] = answering.requester_as(cleaned["author"], ref["record"])
    if cleaned.get("contact") is not None:
        cleaned["public"] = True  # what the customer said is known to the customer


def _refuse_other_edits(cleaned: Values, before: Values) -> None:
    """Raise where anything but the text changes, or another than the author writes, or the record is in the trash."""
    for key in _FIXED:
        if cleaned.get(key, before[key]) != before[key]:
            sentence = f"{COMMENT.by_key[key].label} of a comment stays as it was."
            raise ValidationError(sentence, field=key, hint="smallcrm comment add RECORD TEXT")
    if before["author"] != actor().member_id:
        raise NotAllowed("Only its author changes a comment.", hint="smallcrm comment add RECORD TEXT")
    ref = before["record"]
    about = noun_of(ref["object"])
    seen = about.model.select(about.model.id).where(about.model.id == ref["record"], about.model.state == State.LIVE)
    if not seen.exists():
        named = label(about, ref["record"])
        hint = f"smallcrm {about.name} restore {number_of(ref['record'])}"
        raise ValidationError(f"The comment is about {named}, which is in the trash.", field="record", hint=hint)


def check(document: Values, keys: Collection[str]) -> None:  # noqa: ARG001 - one rule, whatever changes
    """Refuse a comment without a text."""
    if not document.get("body"):
        raise ValidationError("A comment needs a text.", field="body")


def derive(document: Values) -> dict[str, Any]:
    """The columns that follow from the fields: how it begins."""
    name = " ".join(document["body"][: MAX_NAME * 2].split())[:MAX_NAME]
    return {"name": name, "name_key": sort_key(name)}


def search_text(document: Values) -> tuple[str, str]:
    """The folded words a comment is found by: its text."""
    return "", prepared(document["body"])


def follow(op: Operation, comment_id: int) -> None:
    """Note what is said in public on a ticket."""
    comment = documents.load_plain(COMMENT, [comment_id])[comment_id]
    if comment["public"]:
        answering.reply(op, comment)


COMMENT = register(
    Noun(
        name="comment",
        plural="comments",
        code=8,
        model=Comment,
        builtin=FIELDS,
        parts=PARTS,
        clean=clean,
        derive=derive,
        search_text=search_text,
        default_columns=("id", "record", "created_at", "author", "public", "excerpt"),
        check=check,
        together={"edited_at": "body", "mentions": "body"},
        bound="record",
        follow=follow,
    )
)


# -- the verbs


@dataclass
class Said:
    """What became of a comment: its outcome, the names of the members whom it newly mentions, and what names nobody.

    With each name of nobody goes a question for the members who may be meant.
    """

    outcome: Outcome
    mentioned: list[str] = field(default_factory=list)
    nobody: list[tuple[str, str]] = field(default_factory=list)


def add(ref: Ref, text: str, *, public: bool = False, contact: str | None = None, dry_run: bool = False) -> Said:
    """Say something about a record; `contact` names whose words they are."""
    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.records.operations import operation

    name, record_id = ref
    values: Values = {"record": {"object": name, "record": record_id}, "body": text, "public": public}
    if contact is not None:
        values["contact"] = lookup.find(noun_of("contact"), contact)
    with operation(f"Comment on {label(noun_of(name), record_id)}", dry_run=dry_run) as op:
        comment_id = op.create(COMMENT, values)
        mentioned = documents.load(COMMENT, [comment_id])[comment_id]["mentions"]
    number = None if op.id is None else number_of(op.id)
    outcome = Outcome(1, [number_of(comment_id)], operation=number, dry_run=dry_run)
    return Said(outcome, _names(mentions.newly((), mentioned)), _nobody(text))


def edit(number: int, text: str, *, dry_run: bool = False) -> Said:
    """Change the text of a comment; who was mentioned before is not mentioned anew."""
    from smallcrm.services.records.editing import Outcome
    from smallcrm.services.records.operations import operation

    before = store.get(COMMENT, number)
    outcome = Outcome(1, dry_run=dry_run)
    with operation(f"Edit {lookup.titled(COMMENT, before['id'])}", dry_run=dry_run) as op:
        changed = op.update(COMMENT, before["id"], {"body": text}, expected_version=before["version"])
        after = documents.load(COMMENT, [before["id"]])[before["id"]]
    (outcome.changed if changed else outcome.skipped).append(number)
    outcome.operation = None if op.id is None else number_of(op.id)
    mentioned = _names(mentions.newly(before["mentions"], after["mentions"]))
    return Said(outcome, mentioned, _nobody(text, before["mentions"]))


def _nobody(text: str, before: Sequence[Element] = ()) -> list[tuple[str, str]]:
    unknown = mentions.of_nobody(text, before)[:MOST_TOLD]
    return [(written, near_members(written.partition("@")[0])) for written in unknown]


def _names(members: Sequence[int]) -> list[str]:
    rows: Any = Member.select(Member.id, Member.name).where(Member.id.in_(list(members))).tuples()
    names = dict(rows)
    return [names[member] for member in members]


# -- reading


def listed(ref: Ref | None = None, limit: int = 0) -> list[Values]:
    """The comments that are seen, the newest first: those on a record, or all; at most `limit`, 0 is all."""
    require(Verb.READ)
    query = Comment.select(Comment.id).where(Comment.state == State.LIVE)
    query = query.where(_seen() if ref is None else _about(*ref)).order_by(Comment.id.desc())
    if limit:
        query = query.limit(limit)
    rows: Any = query.tuples()
    ids = [row[0] for row in rows]
    found = documents.load(COMMENT, ids)
    return [found[comment_id] for comment_id in ids]


def record(noun: Noun, number: int) -> Ref:
    """The record of that number, as what is said of it names it."""
    return noun.name, own_id(number)


def newest(noun: Noun, number: int, limit: int) -> list[Values]:
    """The newest comments on the record of that number."""
    return listed(record(noun, number), limit)


def _about(name: str, record_id: int) -> Any:
    return (Comment.record_object == name) & (Comment.record_id == record_id)


def _seen() -> Any:
    """The condition that the record of a comment is live: with its record a comment is hidden and comes back."""
    seen: Any = None
    for found in record_nouns().values():
        live = found.model.select(found.model.id).where(found.model.state == State.LIVE)
        one = (Comment.record_object == found.name) & Comment.record_id.in_(live)
        seen = one if seen is None else seen | one
    return seen
