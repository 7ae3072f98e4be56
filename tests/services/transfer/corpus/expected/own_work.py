"""Small exports of tickets and of a calendar of our own, in styles that the corpora lack; read first."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

# `Under investigation` is no status that is known: it is open, and that is told. A change is none of our types.
JIRA = imported(
    "jira_service.csv",
    counts={"ticket": (10, 0, 0, 0, 0, 0)},
    made={"company": 2, "contact": 4, "member": 2},
    links=18,
    warnings=("Under investigation",),
    records=(
        whole(
            "ticket", 0, subject="Cannot print to the third floor", status="waiting",
            status_label="Waiting for customer", priority="normal", type="question", requester="Ben Carver",
            company="Weir Mutual", assignee="Hana Ito", description="The queue says it is paused.",
            tags=["floor3", "printer"], external_ids=["csv:HELP-101"], created="2026-11-03 09:12",
        ),
        whole(
            "ticket", -1, subject="Reset my password", status="closed", status_label="Resolved", priority="normal",
            type="question", requester="Mia Falk", company="Falk Partners", assignee="Ravi Shah",
            closed_at="2026-11-12 12:20", external_ids=["csv:HELP-110"], created="2026-11-12 12:00",
        ),
        whole(
            "ticket", "HELP-102", subject="Mail is down in Leeds", status="closed", status_label="Resolved",
            priority="urgent", type="incident", requester="Sofia Grant", company="Weir Mutual", assignee="Hana Ito",
            description="No mail since ten.", tags=["mail"], closed_at="2026-11-03 13:40",
            external_ids=["csv:HELP-102"], created="2026-11-03 10:01",
        ),
        some("ticket", "HELP-104", status="open", status_label="Under investigation", type="problem", company=None),
        some("ticket", "HELP-107", type=None, tags=["Change", "backup"], assignee="Ravi Shah"),
        some("ticket", "HELP-105", status="open", status_label="Waiting for support", assignee=None),
        some("ticket", "HELP-109", status="closed", status_label="Canceled"),
    ),
)  # fmt: skip

# Here the customer is a person, as an address says. A number stands before each priority.
ZAMMAD = imported(
    "zammad_tickets_de.csv",
    counts={"ticket": (10, 0, 0, 0, 0, 0)},
    made={"company": 3, "contact": 6, "member": 2},
    links=18,
    records=(
        whole(
            "ticket", 0, subject="Lieferung kam ohne Schrauben", status="open", status_label="offen",
            priority="normal", channel="E-Mail", requester="karin.vogt@holzwerk.example", company="Holzwerk Vogt",
            assignee="Jonas Adler", tags=["Support", "lieferung"], external_ids=["csv:96001"],
            created="2026-11-03 09:12",
        ),
        whole(
            "ticket", -1, subject="Reklamation Charge 12", status="open", status_label="offen", priority="high",
            channel="E-Mail", requester="einkauf@stahlbau.example", company="Stahlbau Nord", assignee="Jonas Adler",
            tags=["Support", "charge 12", "reklamation"], external_ids=["csv:96010"], created="2026-11-12 13:30",
        ),
        whole(
            "ticket", "96002", subject="Rechnung doppelt", status="closed", status_label="geschlossen",
            priority="low", channel="E-Mail", requester="buchhaltung@seeblick.example", company="Hotel Seeblick",
            assignee="Mira Kuhn", tags=["Buchhaltung", "rechnung"], closed_at="2026-11-05 11:15",
            external_ids=["csv:96002"], created="2026-11-03 10:30",
        ),
        some("ticket", "96003", status="waiting", status_label="warten auf Erinnerung", priority="high"),
        some("ticket", "96007", status="closed", status_label="zusammengefasst", company=None),
        some("ticket", "96004", status="new", assignee=None, channel="Web"),
    ),
)  # fmt: skip

# The file is Windows-1252, and its line breaks are kept as they are. What lies behind is done; a whole day has no hour.
# The dentist is private, and nobody's business here.
OUTLOOK = imported(
    "outlook_calendar_de.csv",
    counts={"activity": (9, 0, 0, 0, 0, 0)},
    warnings=("private in the calendar",),
    made={"contact": 5, "member": 1},
    links=6,
    records=(
        whole(
            "activity", 0, subject="Jahresgespräch Holzwerk Vogt", kind="meeting", status="done",
            due="2026-11-03T09:00Z", duration=90, done_at="2026-11-03 09:00", place="Köln, Büro 2",
            description="Preise für 2027 besprechen\r\nund Mengen schätzen",
            links=["contact:karin.vogt@holzwerk.example"], tags=["Kunde"], owner="Petra Lang",
            created="2026-11-03 09:00",
        ),
        whole(
            "activity", -1, subject="Vertrag Seeblick unterschreiben", kind="meeting", status="open",
            due="2027-01-14T14:00Z", duration=60, place="Konstanz", description="Zwei Ausfertigungen",
            links=["contact:buchhaltung@seeblick.example"], tags=["Kunde"], owner="Petra Lang",
        ),
        whole(
            "activity", "Messe Nürnberg", subject="Messe Nürnberg", kind="meeting", status="done", due="2026-11-10",
            done_at="2026-11-10", place="Nürnberg", tags=["Messe"], owner="Petra Lang", created="2026-11-10",
        ),
        some("activity", "Abnahme Stahlbau Nord", tags=["Kunde", "Projekt"], duration=120),
        some(
            "activity", "Telefonat Hotel Seeblick", duration=20,
            links=["contact:buchhaltung@seeblick.example", "contact:haustechnik@seeblick.example"],
        ),
        some("activity", "Weihnachtsfeier", status="open", due="2026-12-18T18:00Z", place="Kantine"),
    ),
)  # fmt: skip

EXPECTED = (JIRA, ZAMMAD, OUTLOOK)
