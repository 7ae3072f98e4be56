"""A filter asked of one document in plain Python: the meaning of the language, without a database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smallcrm.db.search import words_of
from smallcrm.services.records.query.binding import Every, Found, Leaf, Opposite

if TYPE_CHECKING:
    from smallcrm.services.records.query.binding import Bound
    from smallcrm.services.records.query.handles import Find
    from smallcrm.services.records.schema import Noun, Values


def holds(noun: Noun, bound: Bound, document: Values, find: Find) -> bool:
    """Whether a document passes; `find` gives the document that an id of a noun, or of a member, means."""
    if isinstance(bound, Leaf):
        return bound.handle.holds(bound.check, document, find)
    if isinstance(bound, Found):
        own = [word for text in noun.search_text(document) for word in words_of(text)]
        return all(any(word.startswith(asked) for word in own) for asked in bound.words)
    if isinstance(bound, Opposite):
        return not holds(noun, bound.of, document, find)
    answers = (holds(noun, one, document, find) for one in bound.of)
    return all(answers) if isinstance(bound, Every) else any(answers)
