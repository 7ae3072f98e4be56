"""The tables: fields, constraints and relations; no input, no output, no permission."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smallcrm.db.fence import FencedModel


def all_models() -> list[type[FencedModel]]:
    """Every model of the application, in an order that creates parents first."""
    from smallcrm.db.ids import Counter
    from smallcrm.db.wordlists import SearchToken
    from smallcrm.models import (
        activity,
        comment,
        company,
        contact,
        custom,
        deal,
        external_id,
        mapping,
        operation,
        pipeline,
        tag,
        ticket,
        view,
        workspace,
    )

    return [
        workspace.Workspace,
        Counter,
        workspace.Member,
        operation.Operation,
        operation.Change,
        company.Company,
        company.CompanyDomain,
        company.CompanyPhone,
        contact.Contact,
        contact.ContactEmail,
        contact.ContactPhone,
        contact.ContactCompany,
        pipeline.Pipeline,
        pipeline.Stage,
        deal.Deal,
        deal.DealContact,
        deal.DealStage,
        activity.Activity,
        activity.ActivityLink,
        activity.ActivityReminder,
        ticket.Ticket,
        ticket.TicketWatcher,
        ticket.TicketStatus,
        ticket.TicketReply,
        comment.Comment,
        comment.CommentMention,
        custom.CustomField,
        custom.FieldOption,
        custom.CustomValue,
        view.SavedView,
        mapping.SavedMapping,
        tag.Tag,
        tag.Tagging,
        external_id.ExternalId,
        SearchToken,
    ]
