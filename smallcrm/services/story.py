"""What happened in the company of the demo: line by line, and how many days before today."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping


class Line(NamedTuple):
    """One thing that was done: with which records, and what was typed for each field, as it was meant on that day."""

    ago: int
    verb: str
    noun: str
    words: tuple[str, ...]
    said: Mapping[str, str] = {}


DANA, MILO = "dana.reyes@demo.example", "milo.brandt@demo.example"

_SETTINGS = (
    Line(44, "add field", "company", ("Gold", "Silver", "Bronze"),
         {"object": "company", "label": "Customer tier", "type": "select"}),
    Line(44, "add field", "company", (),
         {"object": "company", "label": "Contract ends", "type": "date"}),
    Line(44, "edit", "stage", ("Proposal",), {"rot_days": "21"}),
    Line(2, "add", "view", (),
         {"name": "Closing soon", "noun": "deal", "filter": "is:open expected_close<=+30d", "sort": "expected_close",
          "columns": "id,name,stage,amount,expected_close,company", "team": "yes"}),
)  # fmt: skip

_COMPANIES = (
    Line(43, "edit", "company", ("Alder & Finch",), {"customer_tier": "Gold", "contract_ends": "+73d"}),
    Line(43, "edit", "company", ("Fjord Logistics",), {"customer_tier": "Gold", "contract_ends": "+300d"}),
    Line(43, "edit", "company", ("Estrela Têxtil", "Inkwell Press"), {"customer_tier": "Silver"}),
    Line(42, "tag", "company", ("Alder & Finch", "Fjord Logistics"), {"tag": "key account"}),
    Line(6, "edit", "company", ("Northwind Bakery",), {"customer_tier": "Bronze", "contract_ends": "+1y"}),
)  # fmt: skip

_DEALS = (
    # This one rots: nobody has touched it since the offer went out.
    Line(44, "add", "deal", (),
         {"name": "Fleet tracking", "company": "Fjord Logistics", "amount": "86000", "expected_close": "+60d",
          "contacts": "buyer:goran.quinn@fjord.example", "owner": MILO}),
    Line(40, "move", "deal", ("Fleet tracking",), {"stage": "Qualified"}),
    Line(36, "move", "deal", ("Fleet tracking",), {"stage": "Proposal"}),

    Line(41, "add", "deal", (),
         {"name": "Lens scanner", "company": "Grünwald Optik", "amount": "21500", "expected_close": "+49d",
          "contacts": "hana.yamada@gruenwald.example", "owner": MILO}),
    Line(33, "move", "deal", ("Lens scanner",), {"stage": "Proposal"}),
    Line(12, "move", "deal", ("Lens scanner",), {"stage": "Negotiation"}),

    Line(39, "add", "deal", (),
         {"name": "Silo sensors", "company": "Northwind Bakery", "amount": "14800", "source": "Trade fair",
          "contacts": "buyer:ada.albrecht@northwind-bakery.example", "owner": DANA}),
    Line(30, "move", "deal", ("Silo sensors",), {"stage": "Proposal"}),
    Line(6, "win", "deal", ("Silo sensors",)),

    Line(34, "add", "deal", (),
         {"name": "Turbine checks", "company": "Blue Heron Energy", "amount": "132000", "owner": DANA}),
    Line(9, "lose", "deal", ("Turbine checks",), {"reason": "Price"}),

    Line(20, "add", "deal", (),
         {"name": "Print archive", "company": "Inkwell Press", "amount": "6400", "expected_close": "+45d",
          "owner": DANA}),
    Line(13, "move", "deal", ("Print archive",), {"stage": "Qualified"}),

    Line(16, "add", "deal", (),
         {"name": "Hangar doors", "company": "Kestrel Aviation", "amount": "71000", "expected_close": "+58d"}),
    Line(3, "move", "deal", ("Hangar doors",), {"stage": "Proposal"}),

    Line(11, "add", "deal", (), {"name": "Care tablets", "company": "Jasmine Care", "amount": "38500"}),
    Line(5, "add", "deal", (), {"name": "Espresso bar", "company": "Café Zürich", "amount": "9200CHF"}),
)  # fmt: skip

_TICKETS = (
    Line(15, "add", "ticket", (),
         {"subject": "How do we add a second user?", "requester": "jonas.lindqvist@inkwell.example",
          "type": "question", "priority": "low", "channel": "mail", "assignee": DANA}),
    Line(14, "comment", "ticket", ("How do we add a second user?",),
         {"text": "Under *Settings*, then **Members**.", "public": "yes"}),
    Line(14, "close", "ticket", ("How do we add a second user?",)),

    Line(9, "add", "ticket", (),
         {"subject": "Wrong VAT number on invoice", "requester": "bruno.horak@alderfinch.example",
          "channel": "mail"}),
    Line(9, "assign", "ticket", ("Wrong VAT number on invoice",), {"member": DANA}),
    Line(8, "comment", "ticket", ("Wrong VAT number on invoice",),
         {"text": "Which number should be on it?", "public": "yes"}),
    Line(8, "wait", "ticket", ("Wrong VAT number on invoice",)),

    Line(4, "add", "ticket", (),
         {"subject": "Labels print twice", "requester": "freya.jansen@estrela.example", "type": "problem",
          "priority": "high", "assignee": "me"}),
    Line(3, "comment", "ticket", ("Labels print twice",),
         {"text": "It began with the update.", "from": "freya.jansen@estrela.example"}),
    Line(2, "comment", "ticket", ("Labels print twice",),
         {"text": f"@{MILO} did Fjord have the same last year?"}),

    # Nobody has answered this one yet.
    Line(1, "add", "ticket", (),
         {"subject": "Trackers offline since the night", "requester": "goran.quinn@fjord.example",
          "type": "incident", "priority": "urgent", "channel": "phone",
          "description": "All forty trackers of the Bergen depot went silent at two."}),
)  # fmt: skip

_ACTIVITIES = (
    Line(37, "add", "activity", (),
         {"subject": "Showed Goran the trackers", "kind": "meeting",
          "links": "deal:Fleet tracking, contact:goran.quinn@fjord.example, company:fjord.example",
          "outcome": "He wants an offer"}),
    Line(10, "add", "activity", (),
         {"subject": "Ask Goran about the offer", "kind": "call", "due": "+7d",
          "links": "deal:Fleet tracking, contact:goran.quinn@fjord.example"}),
    Line(2, "add", "activity", (),
         {"subject": "Send the contract", "due": "+2d",
          "links": "deal:Lens scanner, company:gruenwald.example"}),
    Line(2, "add", "activity", (),
         {"subject": "Renewal talk", "kind": "meeting", "due": "+6d", "reminders": "1d",
          "links": "company:alderfinch.example"}),
    Line(1, "add", "activity", (),
         {"subject": "Visit the hangar", "kind": "meeting", "due": "+8d 10:00",
          "links": "deal:Hangar doors, company:kestrel.example"}),
    Line(1, "add", "activity", (),
         {"subject": "Paula prefers to be called after three", "kind": "note",
          "links": "contact:paula.bianchi@cafe-zuerich.example"}),
)  # fmt: skip

STORY = (*_SETTINGS, *_COMPANIES, *_DEALS, *_TICKETS, *_ACTIVITIES)
