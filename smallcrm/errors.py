"""Every error a person can meet, as one tree; interfaces translate it in one place each.

SmallCRMError                     exit 1    HTTP 500
├── UsageError                    exit 2    HTTP 400   a wrong option, column, field or value on the command line
│   ├── ConfigError               exit 2    HTTP 500   a wrong setting
│   └── Unrecognised              exit 2    HTTP 400   nobody can tell what the rows of a file are
├── NotFound                      exit 3    HTTP 404
├── NotAllowed                    exit 4    HTTP 403
│   └── NotLoggedIn               exit 4    HTTP 401
├── Conflict                      exit 5    HTTP 409   the data says no
│   ├── ValidationError           exit 5    HTTP 422   names the field
│   ├── NothingLeft               exit 5    HTTP 409   undo finds nothing that still stands
│   └── PartialImport             exit 5    HTTP 207   some rows were rejected
├── DatabaseUnavailable           exit 6    HTTP 503   try again later
│   └── DatabaseBusy              exit 6    HTTP 503   locked by another process
├── DatabaseDamaged               exit 1    HTTP 500
├── DatabaseTooNew                exit 1    HTTP 500
├── DiskFull                      exit 1    HTTP 507
├── OutputLost                    exit 1    HTTP 500   stdout takes no more; what was changed is changed
├── Interrupted                   exit 130  HTTP 499
└── FenceError                    exit 1    HTTP 500   a mistake in the program, stopped by the fence
    ├── TenantNotBound
    ├── TenantMismatch
    ├── ScopeConflict
    └── FenceRefused
"""

from __future__ import annotations

import re
from typing import ClassVar

SHOWN = 100
"""So many characters of a quoted value are shown in a sentence."""
LONGEST = 2000
"""And so many of a sentence; what is longer holds a value that is not quoted, or quotes within quotes."""
_QUOTED = re.compile(rf"(?<!\w)(['\"])((?:(?!\1).){{{SHOWN}}})(?:(?!\1).)+\1(?!\w)", re.DOTALL)


def shortened(sentence: str) -> str:
    """The sentence with what it quotes cut to a length that can be read."""
    if len(sentence) <= SHOWN:
        return sentence
    short = _QUOTED.sub(r"\1\2…\1", sentence)
    return short if len(short) <= LONGEST else f"{short[: LONGEST * 2 // 3]} … {short[-(LONGEST // 3) :]}"


class SmallCRMError(Exception):
    """The root: a sentence for the user, and optionally the command that helps."""

    exit_code: ClassVar[int] = 1
    status: ClassVar[int] = 500

    def __init__(self, sentence: str, *, hint: str | None = None, details: tuple[str, ...] = ()) -> None:
        self.sentence = shortened(sentence)
        super().__init__(self.sentence)
        self.hint = None if hint is None else shortened(hint)
        self.details = tuple(map(shortened, details))


class UsageError(SmallCRMError):
    """The request cannot be understood."""

    exit_code = 2
    status = 400


class ConfigError(UsageError):
    """A setting has a value that cannot be used."""

    status = 500


class Unrecognised(UsageError):
    """It is not clear what a file holds, or it is nothing that can be imported."""


class NotFound(SmallCRMError):
    """There is no such thing in this workspace."""

    exit_code = 3
    status = 404


class NotAllowed(SmallCRMError):
    """The member's role does not allow this."""

    exit_code = 4
    status = 403


class NotLoggedIn(NotAllowed):
    """Nobody is known to be acting."""

    status = 401


class Conflict(SmallCRMError):
    """The data as it stands does not allow this."""

    exit_code = 5
    status = 409


class ValidationError(Conflict):
    """A value cannot be stored; `field` names where it was meant to go."""

    status = 422

    def __init__(self, sentence: str, *, field: str | None = None, hint: str | None = None) -> None:
        super().__init__(sentence, hint=hint)
        self.field = field


class NothingLeft(Conflict):
    """Of an operation nothing can be taken back any more."""


class PartialImport(Conflict):
    """An import is done, but some of its rows were rejected."""

    status = 207


class DatabaseUnavailable(SmallCRMError):
    """The database cannot be reached now."""

    exit_code = 6
    status = 503


class DatabaseBusy(DatabaseUnavailable):
    """Another process holds the database."""


class DatabaseDamaged(SmallCRMError):
    """The database file is not a healthy smallCRM database."""


class DatabaseTooNew(SmallCRMError):
    """The database was written by a newer smallCRM."""


class DiskFull(SmallCRMError):
    """There is no room left to write to."""

    status = 507


class OutputLost(SmallCRMError):
    """What a command had to say could not be printed; what it did is done."""


class Interrupted(SmallCRMError):
    """The user stopped the command."""

    exit_code = 130
    status = 499


class FenceError(SmallCRMError):
    """The program asked the database for something the tenant fence does not allow."""


class TenantNotBound(FenceError):
    """A query was made outside every scope."""


class TenantMismatch(FenceError):
    """A row was meant for another tenant than the bound one."""


class ScopeConflict(FenceError):
    """A scope was widened, switched, or left while its rows were still being read."""


class FenceRefused(FenceError):
    """A query holds something that is not on the fence's closed lists."""
