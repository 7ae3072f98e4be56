"""A filter that is ready for use: read, bound to a noun, and turned into a condition for its table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.errors import UsageError
from smallcrm.services.accounts.access import Verb, require
from smallcrm.services.records.query.binding import Every, Found, Leaf, Opposite, bind, both
from smallcrm.services.records.query.compiling import Compiler
from smallcrm.services.records.query.parser import parse
from smallcrm.services.records.query.smalls import small_operators

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smallcrm.services.records.query.binding import Bound
    from smallcrm.services.records.query.checks import Check, Place
    from smallcrm.services.records.query.handles import Handle
    from smallcrm.services.records.schema import Noun


class Filter:
    """Some texts that all have to hold, for one noun; relative dates are read once, so that all pages agree."""

    def __init__(self, noun: Noun, texts: Sequence[str], place: Place) -> None:
        require(Verb.READ)
        self.texts = tuple(texts)
        nodes = [parse(text) for text in texts]
        self.bound = both([bind(noun, text, node, place) for text, node in zip(texts, nodes, strict=True)])
        self.warnings = tuple(dict.fromkeys(said for node in nodes for said in small_operators(node)))
        self.passes_many: bool | None = None
        self._compiler = Compiler(noun, self.bound)

    def condition(self, row: Any, *, at_once: bool = False, walked: bool = False, met: Handle | None = None) -> Any:
        """The condition on the records of `row`, the noun's model or another name for it; None for everything.

        What the options mean is said at `Compiler.condition`.
        """
        return self._compiler.condition(row, at_once=at_once, walked=walked, met=met)

    @property
    def hits(self) -> int | None:
        """How many records pass, where one look into an index has told and they are few; None elsewhere."""
        return self._compiler.hits

    def finds_more_than(self, number: int) -> bool | None:
        """Whether more records than that pass, as one look into an index tells; None where none does."""
        return self._compiler.finds_more_than(number)

    @property
    def looked_up_whole(self) -> bool:
        """Whether an index finds all that is asked, and it is much."""
        return self._compiler.looked_up_whole

    @property
    def driven(self) -> bool:
        """Whether an index finds the few records that can pass."""
        return self._compiler.driven

    def asks_only(self, handle: Handle) -> bool:
        """Whether nothing is asked but checks of one field that all have to pass."""
        leaves = self.bound.of if isinstance(self.bound, Every) else (self.bound,)
        return all(isinstance(one, Leaf) and one.handle == handle for one in leaves)

    def checks_of(self, handle: Handle) -> tuple[Check, ...]:
        """What every record that passes has to pass in one field."""
        leaves = self.bound.of if isinstance(self.bound, Every) else (self.bound,)
        return tuple(one.check for one in leaves if isinstance(one, Leaf) and one.handle == handle)

    def refuse_words(self) -> None:
        """Raise UsageError for free words, where what is looked for is not in the search index."""
        if _has_words(self.bound):
            raise UsageError(
                "Free words find nothing in the trash: it is not in the search index.",
                hint="name a field, such as name~ann",
            )


def _has_words(bound: Bound) -> bool:
    if isinstance(bound, Leaf):
        return False
    if isinstance(bound, Found):
        return True
    return _has_words(bound.of) if isinstance(bound, Opposite) else any(map(_has_words, bound.of))
