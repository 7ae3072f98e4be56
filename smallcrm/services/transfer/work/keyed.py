"""Which drafts are about records that are there, by the one key that the user named; an id of the source is first."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from smallcrm.db.ids import number_of
from smallcrm.models.base import State
from smallcrm.models.custom import CustomValue
from smallcrm.services.records.custom_values import cells_of
from smallcrm.services.transfer.rules import By
from smallcrm.services.transfer.work.lookups import some_of, with_id
from smallcrm.services.transfer.work.matching import SEEN, Refused, keys_of, known_by_id, known_by_ids, name_of
from smallcrm.services.transfer.work.namesakes import Match

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smallcrm.services.records.schema import Noun
    from smallcrm.services.transfer.rules import Terms
    from smallcrm.services.transfer.work.draft import Draft

# So many of several records are named in a reason.
_SHOWN = 9


class KeyMatcher:
    """Finds the records of drafts by a name, by a unique field, by their ids alone, or refuses what is known at all."""

    def __init__(self, noun: Noun, source: str, terms: Terms) -> None:
        self._noun, self._source, self._terms = noun, source, terms

    def reserve(self, keys: Sequence[str], mine: Iterable[int]) -> None:
        """Nothing has to be kept for rows to come: no two keys mean one record."""

    def keys(self, draft: Draft) -> list[str]:
        """What two drafts may have in common that are about one record."""
        key = self._key(draft)
        return [*keys_of(draft), *([f"key:{key}"] if key else [])]

    def matches(self, drafts: Sequence[Draft]) -> list[Match | Refused | None]:
        """The record that each of some drafts is about, or why it is refused; None for a new one."""
        if self._terms.by is By.NOTHING:
            by_id = known_by_id(self._noun, self._source, [draft.external for draft in drafts if draft.external])
            return [self._taken(draft, by_id.get(draft.external or "")) for draft in drafts]
        known = self._known({key for draft in drafts if (key := self._key(draft))})
        others = with_id(self._noun.name, self._source, (match.id for some in known.values() for match in some))
        found: list[Match | Refused | None] = []
        told = known_by_ids(self._noun, self._source, drafts)
        for draft, match in zip(drafts, told, strict=True):
            alike = known.get(self._key(draft) or "", [])
            if draft.external and self._terms.by is By.NAME:
                # It has another id in the source of the row, so it is another.
                alike = [one for one in alike if one.id not in others]
            found.append(match or self._one(alike))
        return found

    def _key(self, draft: Draft) -> str | None:
        """What a draft is known by; None where it says nothing of it."""
        if self._terms.by is By.NAME:
            return name_of(self._noun, draft) or None
        field = self._terms.field
        if field is None:
            return None
        cells = cells_of(field.field, draft.values.get(field.field.key))
        return cells[0].mark if cells else None

    def _known(self, keys: Iterable[str]) -> dict[str, list[Match]]:
        """The records of each key: those that are live, or those in the trash where none is."""
        model, found = self._noun.model, defaultdict[str, list[Match]](list)
        for some in some_of(keys):
            query: Any = model.select(model.name_key, model.id, model.state).where(model.name_key.in_(some))
            if self._terms.field is not None:
                query = (
                    CustomValue.select(CustomValue.mark, model.id, model.state)
                    .join(model, on=(model.id == CustomValue.record_id))
                    .where(CustomValue.field == self._terms.field.id, CustomValue.mark.in_(some))
                )
            rows = query.where(model.state.in_(list(SEEN))).tuples()
            for key, record, state in sorted(rows, key=lambda row: (row[2], row[1])):
                if not found[key] or found[key][0].trashed == (state == State.TRASHED):
                    found[key].append(Match(record, state == State.TRASHED))
        return found

    def _one(self, alike: Sequence[Match]) -> Match | Refused | None:
        if len(alike) <= 1:
            return alike[0] if alike else None
        numbers = ", ".join(str(number_of(match.id)) for match in alike[:_SHOWN])
        more = f" and {len(alike) - _SHOWN} more" if len(alike) > _SHOWN else ""
        where = " in the trash" if alike[0].trashed else ""
        return Refused(f"several {self._noun.plural}{where} have its {self._noun.title} ({numbers}{more})")

    def _taken(self, draft: Draft, match: Match | None) -> Refused | None:
        if match is None:
            return None
        return Refused(f"its id is taken: {draft.external} ({self._noun.name} {number_of(match.id)})")
