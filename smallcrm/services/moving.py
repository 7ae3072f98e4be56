"""Move a whole database to another, of the same engine or the other: workspace by workspace, each proven equal.

Each workspace goes as an archive with its journal, in one transaction, under the number that it has. What was moved is
read back and compared, file by file, with what was read; what is there already and equal is passed over, so that a move
that was interrupted is taken up by saying it again.
"""

from __future__ import annotations

import io
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

from smallcrm.db.fence import proxy, system_scope, tenant_scope
from smallcrm.db.ids import NOBODY, Counter
from smallcrm.db.migrations import create_database
from smallcrm.errors import Conflict, UsageError
from smallcrm.models import all_models
from smallcrm.models.workspace import Member, Workspace
from smallcrm.services.archive import exporting, restoring
from smallcrm.services.maintenance import file_of, require_operator
from smallcrm.services.workspaces import opened

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from smallcrm.config import Settings
    from smallcrm.services.archive.manifest import Manifest

    Progress = Callable[[str, int], None]

_AGAIN = "let nobody write, then smallcrm --db URL --workspace {} workspace delete, and move again"
_COPIED = ("id", "name", "slug", "currency", "zone", "created_at")


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of a workspace: how many rows it has, and whether they were there before."""

    slug: str
    rows: int
    was_there: bool


class _Nowhere(io.RawIOBase):
    """A stream that keeps nothing: only the sums of what is written count."""

    def writable(self) -> bool:
        """It can be written."""
        return True

    def write(self, data: Any) -> int:
        """Take the bytes."""
        return len(data)


def _nowhere() -> IO[bytes]:
    return cast("IO[bytes]", _Nowhere())


def target_of(source: Settings, to: str, to_system: str | None) -> Settings:
    """The settings with the other database in them; raises ConfigError for an address that is none."""
    target = replace(source.overridden("--to", database_url=to), system_database_url=None)
    return target if to_system is None else target.overridden("--to-system", system_database_url=to_system)


def move(source: Settings, target: Settings, progress: Progress, *, as_member: str | None = None) -> list[Moved]:
    """Copy every workspace of a database into another, which is made if there is none; the old one stays as it is.

    Raises Conflict where the other has workspaces of its own, or where somebody wrote to the old one meanwhile.
    """
    require_operator(source, as_member)
    if source.database_url == target.database_url or _is_same_file(source, target):
        raise UsageError("The database cannot be moved to itself.", hint="--to URL of another")
    all_models()
    found, last = _workspaces(source)
    create_database(target.database_url, target.system_database_url)
    _refuse_others(found, target)
    sums: dict[str, Manifest] = {}
    done = []
    for workspace in found:
        slug = workspace["slug"]
        with tempfile.TemporaryDirectory(prefix="smallcrm-move-") as folder:
            path = Path(folder) / f"{slug}.zip"
            with path.open("w+b") as stream:
                sums[slug] = _read(source, workspace, stream, progress)
            done.append(_bring(target, workspace, path, sums[slug], progress))
    with opened(target), system_scope("go on counting workspaces"), proxy.atomic():
        Counter.insert(tenant_id=NOBODY, name="workspace", last=last).on_conflict(
            conflict_target=(Counter.tenant_id, Counter.name), update={Counter.last: last}
        ).execute()
    _refuse_changed(source, found, sums, progress)
    return done


def _is_same_file(source: Settings, target: Settings) -> bool:
    """Whether both are one SQLite file, under whatever names."""
    files = [file_of(settings) for settings in (source, target)]
    return None not in files and len({path.resolve() for path in files if path}) == 1


def _workspaces(settings: Settings) -> tuple[list[dict[str, Any]], int]:
    """Every workspace with its columns, and the last number that one was given."""
    with opened(settings), system_scope("list the workspaces to move"):
        rows: list[Any] = list(Workspace.select().order_by(Workspace.id))
        counter = Counter.get_or_none(Counter.tenant_id == NOBODY, Counter.name == "workspace")
        found = [{name: getattr(row, name) for name in _COPIED} for row in rows]
        return found, max([counter.last if counter else 0, *(row["id"] for row in found)])


def _refuse_others(found: Sequence[dict[str, Any]], target: Settings) -> None:
    """Raise Conflict where the target has a workspace that is none of those that are moved."""
    known = {(row["id"], row["slug"]) for row in found}
    others = [row["slug"] for row in _workspaces(target)[0] if (row["id"], row["slug"]) not in known]
    if others:
        raise Conflict(
            f"The database to move to has workspaces of its own: {', '.join(others[:9])}.", hint="--to another"
        )


def _read(settings: Settings, workspace: dict[str, Any], stream: IO[bytes], progress: Progress) -> Manifest:
    """Write the archive of a workspace; gives its manifest."""
    with opened(settings), tenant_scope(workspace["id"]):
        return exporting.write(stream, journal=True, progress=progress)


def _bring(target: Settings, workspace: dict[str, Any], path: Path, wanted: Manifest, progress: Progress) -> Moved:
    """Make a workspace in the target from its archive, unless it is there, and compare what is there then."""
    with opened(target):
        there = _make(workspace)
        with tenant_scope(workspace["id"]):
            if not there:
                restoring.bring(path, progress)
            found = exporting.write(_nowhere(), journal=True, progress=progress)
    rows = sum(entry.rows for entry in wanted.files.values())
    if _content(found) != _content(wanted):
        differing = sorted(name for name, entry in wanted.files.items() if found.files[name] != entry) or [
            "its settings"
        ]
        raise Conflict(
            f"The workspace {workspace['slug']!r} is another in the database to move to: {', '.join(differing)}.",
            hint=_AGAIN.format(workspace["slug"]),
        )
    return Moved(workspace["slug"], rows, was_there=there)


def _make(workspace: dict[str, Any]) -> bool:
    """Make the row of a workspace; gives whether it was there with members in it."""
    with system_scope("make the workspace that is moved"), proxy.atomic():
        if Workspace.select().where(Workspace.id == workspace["id"]).exists():
            return bool(Member.select().where(Member.tenant_id == workspace["id"]).exists())
        Workspace.create(**workspace)
    return False


def _content(manifest: Manifest) -> tuple[Any, ...]:
    """What has to be equal of two workspaces: the sums of their files, their numbers, their settings."""
    return manifest.files, manifest.numbers, manifest.workspace


def _refuse_changed(
    source: Settings, found: Sequence[dict[str, Any]], sums: dict[str, Manifest], progress: Progress
) -> None:
    """Raise Conflict where somebody wrote to the source after it was read."""
    for workspace in found:
        now = _read(source, workspace, _nowhere(), progress)
        if _content(now) != _content(sums[workspace["slug"]]):
            raise Conflict(
                f"Somebody changed the workspace {workspace['slug']!r} while it was moved; the copy lacks that.",
                hint=_AGAIN.format(workspace["slug"]),
            )
