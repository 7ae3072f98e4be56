"""The one write path: `with operation(summary) as op` is one transaction and one entry of the journal.

Nothing else writes customer data. An operation writes the row, the change (old -> new of what changed), the parts with
their uniqueness, and the search index; it is not journalled when it changed nothing.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from smallcrm import clock
from smallcrm.db import search
from smallcrm.db.fence import proxy
from smallcrm.db.ids import number_of
from smallcrm.db.locks import lock_workspace
from smallcrm.errors import Conflict, SmallCRMError
from smallcrm.models.base import State
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records import creating, documents, referring, rewriting, schema, standing
from smallcrm.services.records.journal import Journal
from smallcrm.services.records.restoring import missing, not_restorable
from smallcrm.services.records.rewriting import changed_meanwhile, refuse_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from smallcrm.services.records.extras import Extras
    from smallcrm.services.records.parts import Part
    from smallcrm.services.records.schema import Noun, Values

_STATE_VERBS = {"trash": State.TRASHED, "restore": State.LIVE, "hide": State.UNDONE, "unhide": State.LIVE}


class _DryRun(Exception):
    pass


class Operation(Journal):
    """One undoable unit of work in the making."""

    # -- the verbs

    def create(self, noun: Noun, values: Values) -> int:
        """Make a record; gives its id."""
        refuse_settings(noun)
        [made] = self.create_all(noun, [noun.clean(dict(values), {})])
        if isinstance(made, Conflict):
            raise made
        return made

    def create_all(self, noun: Noun, made: Sequence[Values]) -> list[int | Conflict]:
        """Make records of cleaned documents, in sets; gives the id of each, or why it cannot be made."""
        return creating.create_all(self, noun, made)

    def update(self, noun: Noun, record_id: int, values: Values, *, expected_version: int | None = None) -> bool:
        """Change some fields of a live record; False where nothing differs.

        With `expected_version`, raises Conflict where somebody changed the record since.
        """
        before = self._live(noun, record_id)
        if expected_version is not None and before["version"] != expected_version:
            raise changed_meanwhile(noun, record_id)
        return self.rewrite(noun, before, noun.clean(dict(values), before))

    def rewrite(self, noun: Noun, before: Values, values: Values) -> bool:
        """Write cleaned values over a document that was just read; False where nothing differs.

        Raises Conflict where somebody else changed the record after it was read.
        """
        fates: list[bool | SmallCRMError] = []
        with rewriting.rewriting(self, noun, lambda _id, fate: fates.append(fate)) as records:
            records.add(before, values)
        if isinstance(fates[0], SmallCRMError):
            raise fates[0]
        return fates[0]

    def trash(self, noun: Noun, record_id: int) -> None:
        """Put a live record into the trash; raises Conflict where another cannot do without it."""
        self._live(noun, record_id)
        held = referring.held(noun, [record_id])
        if held:
            raise Conflict(f"{noun.name.capitalize()} {number_of(record_id)}: {held[record_id]}.")
        self.set_state(noun, "trash", [record_id])

    def restore(self, noun: Noun, record_id: int) -> None:
        """Take a record out of the trash; raises Conflict where one of its keys is taken by now."""
        for error in self.restore_all(noun, [record_id]).values():
            raise error

    def restore_all(self, noun: Noun, ids: Sequence[int]) -> dict[int, SmallCRMError]:
        """Take records out of the trash, some hundred at most; gives those that stay there, and why."""
        refused = not_restorable(noun, ids)
        self.set_state(noun, "restore", [record_id for record_id in ids if record_id not in refused])
        return refused

    def set_state(self, noun: Noun, verb: str, ids: Sequence[int]) -> None:
        """Trash, restore, hide or unhide records one by one; their keys are known to be free."""
        if ids:
            refuse_settings(noun, ids)
            standing.forget()
        state = _STATE_VERBS[verb]
        trashed_at = clock.now() if state is State.TRASHED else None
        for start in range(0, len(ids), documents.CHUNK):
            chosen = list(ids[start : start + documents.CHUNK])
            self._touch(noun, noun.model.id.in_(chosen), {"state": state, "trashed_at": trashed_at})
            for keeper in _keepers(noun):
                keeper.set_live(chosen[0], chosen[-1], live=state is State.LIVE, only=chosen)
            if state is State.LIVE:
                for record_id, document in documents.load(noun, chosen, noun.found_by).items():
                    self.index(noun, record_id, noun.search_text(document))
            else:
                self.unindex(noun, chosen)
        for record_id in ids:
            self.note(noun, verb, record_id)
        noun.after(ids)

    def set_state_of_range(self, noun: Noun, verb: str, first_id: int, last_id: int, was: State) -> int:
        """Hide or unhide every record of a range that is in state `was`; gives their number."""
        refuse_settings(noun, range(first_id, last_id + 1))
        standing.forget()
        state = _STATE_VERBS[verb]
        self.flush()  # search rows that wait would come after, and show what is hidden
        chosen = noun.model.id.between(first_id, last_id) & (noun.model.state == was)
        count = self._touch(noun, chosen, {"state": state, "trashed_at": None})
        if count:
            for keeper in _keepers(noun):
                keeper.set_live(first_id, last_id, live=state is State.LIVE)
            search.remove(noun.code, first_id, last_id)
            if state is State.LIVE:
                _index_range(noun, first_id, last_id)
            self.note_range(noun, verb, first_id, last_id, count)
            noun.after(range(first_id, last_id + 1))
        return count

    # -- helpers

    def _live(self, noun: Noun, record_id: int) -> Values:
        document = documents.load(noun, [record_id]).get(record_id)
        if document is None or document["state"] == State.UNDONE:
            raise missing(noun, record_id)
        if document["state"] == State.TRASHED:
            number = number_of(record_id)
            raise Conflict(
                f"{noun.name.capitalize()} {number} is in the trash.", hint=f"smallcrm {noun.name} restore {number}"
            )
        return document

    def _touch(self, noun: Noun, which: Any, row: dict[str, Any]) -> int:
        update = {**row, "version": noun.model.version + 1, "updated_at": clock.now()}
        count: int = noun.model.update(update).where(which).execute()
        return count


def _keepers(noun: Noun) -> tuple[Part | Extras, ...]:
    """What keeps the values of a noun that do not lie in its own table."""
    return noun.parts if noun.extras is None else (*noun.parts, noun.extras)


def _index_range(noun: Noun, first_id: int, last_id: int) -> None:
    if noun.settings:
        return
    model, after = noun.model, first_id - 1
    while True:
        page = model.select(model.id).where(model.id > after, model.id <= last_id, model.state == State.LIVE)
        ids = [row[0] for row in page.order_by(model.id).limit(documents.CHUNK).tuples()]
        if not ids:
            return
        found = documents.load(noun, ids, noun.found_by)
        search.add(noun.code, [(key, *noun.search_text(found[key])) for key in ids])
        after = ids[-1]


@contextmanager
def operation(
    summary: str, *, kind: str = "edit", verb: Verb = Verb.WRITE, dry_run: bool = False, undoes: int | None = None
) -> Iterator[Operation]:
    """One transaction and one journal entry of the acting member; a dry run does it all and takes it back."""
    op = Operation(summary, require(verb), kind, undoes)
    try:
        with proxy.atomic():
            lock_workspace()
            # What others have changed until now holds for what is written; what is rolled back holds for nobody.
            schema.forget_customs()
            with standing.standing():
                yield op
            op.flush()
            if dry_run:
                op.id = None
                raise _DryRun
    except _DryRun:
        pass
    finally:
        schema.forget_customs()
