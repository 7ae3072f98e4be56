"""Freshdesk's file of tickets, read by a person before it was imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

# What Freshdesk calls the type are topics here, so they are tags. Who asks is in the row, with title and company.
TICKETS = imported(
    "freshdesk/freshdesk_tickets.csv",
    counts={"ticket": (45, 0, 0, 0, 0, 0)},
    made={"company": 4, "contact": 44},
    links=45 + 44,
    records=(
        whole(
            "ticket", 0, subject="404 error when on a specific page", status="waiting", status_label="Pending",
            priority="high", requester="Emily Garcia", company="Acme Inc",
            description="Hi there, I tried to access my sales data in my account today but it showed a 404 error. "
            "Can you please help me fix this?",
            external_ids=["freshdesk:1"], created="2025-12-03 16:29",
        ),
        whole(
            "ticket", -1, subject="facing the notification issue", status="open", priority="low", requester="uma",
            company="MoEngage", description="facing the notication problem", tags=["Push Notifications"],
            external_ids=["freshdesk:46"], created="2025-12-04 16:43",
        ),
        # A status of their own, in one word; a waiting one of two words.
        whole(
            "ticket", "11", subject="Push notification sound not playing", status="open", status_label="OpenPending",
            priority="normal", requester="Ankit Malhotra", company="MoEngage", tags=["Push Notifications"],
            description="The custom sound configured in the push payload is not playing on Android devices.",
            external_ids=["freshdesk:11"], created="2025-12-04 11:55",
        ),
        some("ticket", "3", status="waiting", status_label="Waiting on Third Party", company="Freshworks"),
        some("ticket", "5", company=None, requester="Rahul Sharma", tags=["Push Notifications"]),
        whole(
            "contact", "Emily Garcia", first_name="Emily", last_name="Garcia", emails=["emily.garcia@acme.com"],
            title="Associate Director", companies=["Acme Inc"], external_ids=["freshdesk:emily.garcia@acme.com"],
        ),
    ),
)  # fmt: skip

EXPECTED = (TICKETS,)
