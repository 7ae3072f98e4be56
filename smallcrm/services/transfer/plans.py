"""A plan of an import as a file: what was asked, the files, what would happen; and the same import, made for good.

A plan is applied as it is or not at all: to the same files, with the same words of the user, while nothing has changed
in the workspace, and only where it comes out as the plan says.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from smallcrm import __version__, clock
from smallcrm.db.ids import bound_tenant, number_of
from smallcrm.errors import Conflict, UsageError
from smallcrm.models.workspace import Workspace
from smallcrm.services.records.logbook import newest_change
from smallcrm.services.transfer import outcome, planned
from smallcrm.services.transfer.detecting import Options
from smallcrm.services.transfer.notes import small_file
from smallcrm.text import replace_bad

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from smallcrm.services.transfer.importing import Request
    from smallcrm.services.transfer.report import Report

FORMAT = 3
COUNTED = ("rows", "created", "updated", "merged", "unchanged", "also_created", "rejected", "blank")
_ANEW = "make the plan anew: smallcrm import FILE… --plan-out PLAN"
MOST_BYTES = 64 << 20
_PIECE = 1 << 20


@dataclass(frozen=True)
class Before:
    """The data and the files as they were before a plan was tried."""

    journal: int
    digest: str


@dataclass(frozen=True)
class Plan:
    """A plan that was read: the files as they were named, their digest, what was asked, and what is to come of it."""

    files: tuple[str, ...]
    digest: str
    journal: int
    workspace: str
    request: dict[str, Any]
    outcome: dict[str, Any]
    signature: str

    def still(self, request: Request) -> None:
        """Raise Conflict where the data or the files are not as they were when the plan was made."""
        if journal_now() != self.journal:
            raise Conflict("The data has changed since the plan was made; nothing was imported.", hint=_ANEW)
        self.same_files(request.paths)

    def same_files(self, paths: Sequence[Path]) -> None:
        """Raise Conflict where the files are not as they were when the plan was made."""
        if digest_of(paths) != self.digest:
            raise Conflict("The files have changed since the plan was made; nothing was imported.", hint=_ANEW)

    def confirm(self, request: Request, report: Report) -> None:
        """Raise Conflict where an import comes out otherwise than the plan says."""
        self.same_files(request.paths)
        found = outcome.document(report)
        other = [key for key in COUNTED if self.outcome.get(key) != found.get(key)]
        if not other and report.signature != self.signature:
            other = ["what is in the records"]
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
    newest = newest_change()
    return number_of(newest) if newest else 0


def before(request: Request) -> Before:
    """The data and the files before a request is tried for a plan."""
    return Before(journal_now(), digest_of(request.paths))


def document(request: Request, named: Sequence[Path], report: Report, was: Before) -> dict[str, Any]:
    """The plan of a signed request that was tried, as JSON; `was` is what `before` gave before.

    Raises Conflict where the files are other ones by now: then it is of neither that they would come true.
    """
    if digest_of(request.paths) != was.digest:
        raise Conflict("The files changed while the plan was being made; there is no plan.", hint="run it again")
    asked = {key: getattr(request, key) for key in planned.KEPT}
    answered = {"answers": report.answers, "columns": report.columns}
    options = {each.name: getattr(request.options, each.name) for each in fields(Options)}
    return {
        "smallcrm_plan": FORMAT,
        "version": __version__,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "workspace": _slug(),
        "journal": was.journal,
        "files": [str(path.absolute()) for path in named],
        "digest": was.digest,
        "request": {**asked, **answered, "options": options, "rules": asdict(request.rules)},
        "outcome": outcome.document(report),
        "signature": report.signature,
    }


def write(path: Path, plan: dict[str, Any]) -> None:
    """Write a plan into a new file; raises UsageError where there is one already."""
    text = json.dumps(plan, ensure_ascii=False, indent=2)
    # The name of a file may hold bytes that are no text.
    safe = text if replace_bad(text)[0] == text else json.dumps(plan, indent=2)
    write_new(path, safe + "\n")


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
    data = small_file(path, "a plan", MOST_BYTES)
    try:
        found = json.loads(data.decode())
        if found["smallcrm_plan"] != FORMAT:
            raise UsageError(f"{path.name} is a plan of another version of smallCRM: make it anew.")
        if not isinstance(found["files"], list) or not found["files"]:
            raise ValueError("no files")
        return Plan(
            tuple(map(planned.file_name, found["files"])),
            planned.text(found["digest"]),
            planned.number(found["journal"]),
            planned.text(found["workspace"]),
            dict(found["request"]),
            dict(found["outcome"]),
            planned.text(found["signature"]),
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
    try:
        request = planned.request_from(plan.request, tuple(paths), inside)
    except (TypeError, ValueError, KeyError) as error:
        raise UsageError("The plan was changed by hand, and cannot be read any more.", hint=_ANEW) from error
    plan.still(request)
    return request


def _slug() -> str:
    row: Any = Workspace.select(Workspace.slug).where(Workspace.id == bound_tenant()).tuples().first()
    return str(row[0])
