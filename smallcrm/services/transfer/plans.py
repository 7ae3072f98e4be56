"""A plan of an import as a file: what was asked, the files, what would happen; and the same import, made for good.

A plan is applied as it is or not at all: to the same files, with the same words of the user, while nothing has changed
in the workspace, and only where it comes out as the plan says.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from peewee import fn

from smallcrm import __version__, clock
from smallcrm.db.ids import bound_tenant, number_of
from smallcrm.errors import Conflict, UsageError
from smallcrm.models.operation import Change
from smallcrm.models.workspace import Workspace
from smallcrm.services.transfer import outcome
from smallcrm.services.transfer.detecting import Options
from smallcrm.services.transfer.importing import Request
from smallcrm.services.transfer.rules import Rules
from smallcrm.services.values.dates import DateOrder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smallcrm.services.transfer.importing import Report

FORMAT = 1
COUNTED = ("rows", "created", "updated", "merged", "unchanged", "also_created", "rejected", "blank")
_ANEW = "make the plan anew: smallcrm import FILE… --plan-out PLAN"
MOST_BYTES = 64 << 20
_PIECE = 1 << 20
# What a plan keeps of a request: what the user said, not where the files lie.
_LEFT = ("paths", "inside", "dry_run", "options", "ask", "rules")


@dataclass(frozen=True)
class Plan:
    """A plan that was read: the files as they were named, their digest, what was asked, and what is to come of it."""

    files: tuple[str, ...]
    digest: str
    journal: int
    workspace: str
    request: dict[str, Any]
    outcome: dict[str, Any]

    def still(self) -> None:
        """Raise Conflict where the data is not as it was when the plan was made."""
        if journal_now() != self.journal:
            raise Conflict("The data has changed since the plan was made; nothing was imported.", hint=_ANEW)

    def confirm(self, report: Report) -> None:
        """Raise Conflict where an import comes out otherwise than the plan says."""
        found = outcome.document(report)
        other = [key for key in COUNTED if self.outcome.get(key) != found.get(key)]
        if other:
            told = f"The import comes out otherwise than the plan says ({', '.join(other)}); nothing was imported."
            raise Conflict(told, hint=_ANEW)


def digest_of(paths: Sequence[Path]) -> str:
    """One digest of the contents of files, in their order."""
    found = hashlib.sha256()
    for path in paths:
        each = hashlib.sha256()
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                each.update(piece)
        found.update(each.digest())
    return found.hexdigest()


def journal_now() -> int:
    """The number of the newest change in the workspace, which grows with every write."""
    newest = Change.select(fn.MAX(Change.id)).scalar()
    return 0 if newest is None else number_of(newest)


def document(request: Request, named: Sequence[Path], report: Report, journal: int) -> dict[str, Any]:
    """The plan of a request that was tried, as JSON; `journal` is what `journal_now` gave before."""
    asked = {each.name: getattr(request, each.name) for each in fields(request) if each.name not in _LEFT}
    options = {each.name: getattr(request.options, each.name) for each in fields(Options)}
    return {
        "smallcrm_plan": FORMAT,
        "version": __version__,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "workspace": _slug(),
        "journal": journal,
        "files": [str(path.absolute()) for path in named],
        "digest": digest_of(request.paths),
        "request": {**asked, "options": options, "rules": asdict(request.rules)},
        "outcome": outcome.document(report),
    }


def write(path: Path, plan: dict[str, Any]) -> None:
    """Write a plan into a new file; raises UsageError where there is one already."""
    write_new(path, json.dumps(plan, ensure_ascii=False, indent=2) + "\n")


def write_new(path: Path, text: str) -> None:
    """Write a text into a new file that only its owner reads; raises UsageError where there is one already."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise UsageError(f"There is a file {path.name} already.", hint="name another one") from None
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
    except BaseException:
        # Half of it would be taken for all of it.
        path.unlink(missing_ok=True)
        raise


def read(path: Path) -> Plan:
    """The plan in a file; raises UsageError where it is none."""
    if path.stat().st_size > MOST_BYTES:
        raise UsageError(f"{path.name} is too large to be a plan.")
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if found["smallcrm_plan"] != FORMAT:
            raise UsageError(f"{path.name} is a plan of another version of smallCRM: make it anew.")
        return Plan(
            tuple(map(str, found["files"])),
            str(found["digest"]),
            int(found["journal"]),
            str(found["workspace"]),
            dict(found["request"]),
            dict(found["outcome"]),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UsageError(
            f"{path.name} is no plan of an import.", hint="smallcrm import FILE… --plan-out PLAN makes one"
        ) from error


def request_of(plan: Plan, paths: Sequence[Path], inside: dict[Path, str]) -> Request:
    """The request of a plan, for its files as they lie now; raises Conflict where anything has changed since."""
    if plan.workspace != _slug():
        raise Conflict(
            f"The plan is for the workspace {plan.workspace!r}, and this is {_slug()!r}.",
            hint=f"smallcrm --workspace {plan.workspace} apply PLAN",
        )
    if digest_of(paths) != plan.digest:
        raise Conflict("The files have changed since the plan was made; nothing was imported.", hint=_ANEW)
    plan.still()
    try:
        said = dict(plan.request)
        options = dict(said.pop("options"))
        rules = _rules(**said.pop("rules"))
        order = options.pop("date_order", None)
        made = Options(**options, date_order=None if order is None else DateOrder(order))
        return replace(Request(tuple(paths), options=made, inside=inside, rules=rules), **said)
    except (TypeError, ValueError, KeyError) as error:
        raise UsageError("The plan was changed by hand, and cannot be read any more.", hint=_ANEW) from error


def _rules(*, match: Any, owners: Any, **more: Any) -> Rules:
    """The rules of a plan, as JSON has them."""
    pairs = tuple((str(name), str(member)) for name, member in owners)
    return Rules(match if match is None else str(match), owners=pairs, **more)


def _slug() -> str:
    row: Any = Workspace.select(Workspace.slug).where(Workspace.id == bound_tenant()).tuples().first()
    return str(row[0])
