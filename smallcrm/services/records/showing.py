"""Presented values as people read them: in full, or in one narrow cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smallcrm.services.records.presenting import text_of
from smallcrm.services.records.schema import Kind

if TYPE_CHECKING:
    from smallcrm.services.records.schema import Field

_SHORT = {Kind.EMAILS: "address", Kind.PHONES: "number", Kind.DOMAINS: "domain"}


def short(field: Field, value: Any) -> Any:
    """A presented value for a narrow column: of several addresses the primary one, and how many more."""
    key = _SHORT.get(field.kind)
    if key is None or not value:
        return readable(field, value)
    return value[0][key] + (f" +{len(value) - 1}" if len(value) > 1 else "")


def readable(field: Field, value: Any) -> Any:
    """A presented value for people: an instant stays one, so that it is shown in their zone."""
    if field.kind is Kind.INSTANT and value is not None:
        from datetime import datetime

        return datetime.fromisoformat(value)
    if field.kind is Kind.DUE and value is not None and "T" in value:
        from datetime import datetime

        return datetime.fromisoformat(value)
    if field.labels and field.kind is Kind.SELECT and value is not None:
        return field.named(value)
    if field.labels and field.kind is Kind.MULTI_SELECT and value:
        return ", ".join(field.named(choice) for choice in value)
    return text_of(field, value)
