"""The time zone of the open workspace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.models.workspace import Workspace

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


def workspace_zone() -> ZoneInfo:
    """The zone in which the days of the bound workspace begin and end."""
    from zoneinfo import ZoneInfo

    row: Any = Workspace.select(Workspace.zone).tuples().first()
    return ZoneInfo(row[0])
