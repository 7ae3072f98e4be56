"""What a search shows first: records with every word in their title, then the others, the newest first of each.

Nothing here knows how often a word occurs in the whole index, which would tell of other workspaces.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from smallcrm.db import fulltext, search, wordlists
from smallcrm.db.ids import number_of

if TYPE_CHECKING:
    from collections.abc import Sequence

# How many of the newest records are looked through for titles, and for words anywhere, before the index is asked.
# A letter or two stand inside so many words that fewer are looked through.
TITLES, SHORT_TITLES, WINDOW = 20_000, 5_000, 1_000
CANDIDATES = 300
# One record in twenty is found: the newest ones are enough, and the rest would take too long to look through. For three
# letters and more the titles of all are looked up, unless one record in four has them.
_DENSE, _MOST = 20, 4
_SHORT = 2


class Hit(NamedTuple):
    """A record that was found, and whether its title has all the words."""

    record_id: int
    in_title: bool


class Hits(NamedTuple):
    """The best hits, and whether there may be more."""

    best: list[Hit]
    more: bool


def ranked(object_code: int, prefixes: Sequence[str], limit: int) -> Hits:
    """The best records with a word for each of these folded beginnings, at most `limit`.

    The hits of a letter or two may be most of all records. Where they are dense among the newest ones, and fill the
    limit, those are all that is looked through; where not, the index is asked for every one of them.
    """
    if not prefixes:
        return Hits([], more=False)
    short = any(len(prefix) <= _SHORT and prefix.isascii() for prefix in prefixes)
    if fulltext.is_used():
        return _of_rows(object_code, prefixes, limit, short=short)
    return _of_tokens(object_code, prefixes, limit, short=short)


def _of_rows(object_code: int, prefixes: Sequence[str], limit: int, *, short: bool) -> Hits:
    """The newest titles first, which many a search ends with; then what is dense among the newest; then the index."""
    patterns = [re.compile(rf"(?<![^\W_]){re.escape(prefix)}") for prefix in prefixes]
    newest = fulltext.newest(object_code, SHORT_TITLES if short else TITLES)
    titles = _newest_titles(object_code, prefixes, patterns, limit, newest.since)
    all_titles = newest.everything
    if len(titles) > limit:
        return _best(titles, limit, more=True)
    newest = fulltext.newest(object_code, WINDOW)
    rows = (row for row in fulltext.told(object_code, prefixes, newest.since) if _has_all(_whole(row), patterns))
    others = [Hit(row[0], in_title=False) for row in rows]
    if newest.everything:
        return _best(titles + others, limit, more=False)
    if len(others) * (_DENSE if short else _MOST) >= WINDOW:
        best = _best(titles + others, limit, more=True)
        if len(best.best) == limit:
            return best
    found = [_judged(row, patterns) for row in fulltext.rows(object_code, search.asked(prefixes), _most(limit) + 1)]
    if len(found) > _most(limit) and not all_titles and sum(hit.in_title for hit in found) <= limit:
        found += [Hit(record_id, in_title=True) for record_id in _titles(object_code, prefixes, limit + 1)]
    return _best(titles + found, limit, more=False)


def _newest_titles(
    object_code: int, prefixes: Sequence[str], patterns: Sequence[re.Pattern[str]], limit: int, since: int
) -> list[Hit]:
    """The newest records with all in their titles, at most one more than `limit`."""
    rows = (row for row in fulltext.titled(object_code, prefixes, since) if _has_all(row[1], patterns))
    return [Hit(row[0], in_title=True) for row in islice(rows, limit + 1)]


def _most(limit: int) -> int:
    return max(CANDIDATES, 2 * limit)


def _whole(row: fulltext.Row) -> str:
    return f"{row[1]} {row[2]}"


def _judged(row: fulltext.Row, patterns: Sequence[re.Pattern[str]]) -> Hit:
    return Hit(row[0], _has_all(row[1], patterns))


def _has_all(text: str, patterns: Sequence[re.Pattern[str]]) -> bool:
    """Whether a text, as it is indexed, has a word for each beginning; plain ASCII is indexed in any case."""
    lowered = text.lower()
    for pattern in patterns:  # noqa: SIM110 - a generator for each of a thousand texts is what takes the time
        if pattern.search(lowered) is None:
            return False
    return True


def _titles(object_code: int, prefixes: Sequence[str], limit: int, since: int = 0) -> list[int]:
    return search.matching(object_code, prefixes, limit, titles=True, since=since)


def _of_tokens(object_code: int, prefixes: Sequence[str], limit: int, *, short: bool) -> Hits:
    last = wordlists.newest(object_code) if short else 0
    if number_of(last) > WINDOW:
        since = last - WINDOW + 1
        if len(search.matching(object_code, prefixes, WINDOW, since=since)) * _DENSE >= WINDOW:
            best = _best(_matching(object_code, prefixes, limit, since), limit, more=True)
            if len(best.best) == limit:
                return best
    return _best(_matching(object_code, prefixes, limit), limit, more=False)


def _matching(object_code: int, prefixes: Sequence[str], limit: int, since: int = 0) -> list[Hit]:
    """Hits from an id on, one more than `limit` where there are so many: those with all in the title first."""
    found = [Hit(record_id, in_title=True) for record_id in _titles(object_code, prefixes, limit + 1, since)]
    if len(found) <= limit:
        # Those with all words in the title come again, so there must be room for them.
        others = search.matching(object_code, prefixes, len(found) + limit + 1, since=since)
        found += [Hit(record_id, in_title=False) for record_id in others]
    return found


def _best(found: Sequence[Hit], limit: int, *, more: bool) -> Hits:
    """The hits in order, each record once; `more` where not everything was looked through."""
    titled = {hit.record_id for hit in found if hit.in_title}
    others = {hit.record_id for hit in found} - titled
    best = [Hit(record_id, in_title=True) for record_id in sorted(titled, reverse=True)]
    best += [Hit(record_id, in_title=False) for record_id in sorted(others, reverse=True)]
    return Hits(best[:limit], more or len(best) > limit)
