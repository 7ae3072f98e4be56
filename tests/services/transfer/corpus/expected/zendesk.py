"""Zendesk's JSON files, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

# `_id` is what Zendesk calls it and the files name each other by; `external_id` is the id of yet another program.
ORGANIZATIONS = imported(
    "zendesk/organizations.json",
    counts={"company": (25, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "company", 0, name="Enthaze", domains=["kage.com", "ecratic.com", "endipin.com", "zentix.com"],
            description="MegaCorp", tags=["Farley", "Fulton", "Rodriguez", "West"],
            external_ids=["zendesk:101"],
            created="2016-05-21 21:10",
        ),
        whole(
            "company", -1, name="Strezzö",
            domains=["techtrix.com", "teraprene.com", "corpulse.com", "flotonic.com"], description="MegaCorp",
            tags=["Frank", "Jacobs", "Ray", "Vance"],
            external_ids=["zendesk:125"],
            created="2016-02-21 17:11",
        ),
        some("company", "116", name="Zentry"),
    ),
)  # fmt: skip

# What somebody may do in Zendesk is no job. Alone, nobody knows the organizations; each is made under its id, so that
# the file with their names finds them.
USERS = imported(
    "zendesk/users.json",
    counts={"contact": (75, 0, 0, 0, 0, 0)},
    made={"company": 24},
    links=72,
    records=(
        whole(
            "contact", 0, first_name="Francisca", last_name="Rasmussen", nickname="Miss Coffey", companies=["119"],
            emails=["coffeyrasmussen@flotonic.com"], phones=["8335-422-718"],
            tags=["Diaperville", "Hartsville/Hartley", "Springville", "Sutton"],
            external_ids=["zendesk:1"], created="2016-04-15 15:19",
        ),
        whole(
            "contact", -1, first_name="Catalina", last_name="Simpson", nickname="Miss Rosanna", companies=["119"],
            emails=["rosannasimpson@flotonic.com"], phones=["8615-883-099"],
            tags=["Beaulieu", "Elizaville", "Navarre", "Veguita"],
            external_ids=["zendesk:75"], created="2016-06-07 19:18",
        ),
        whole(
            "contact", "11", first_name="Shelly", last_name="Clements", nickname="Miss Campos", companies=["103"],
            phones=["9494-882-401"], tags=["Camptown", "Glenville", "Harleigh", "Tedrow"],
            external_ids=["zendesk:11"], created="2016-06-10 16:50",
        ),
    ),
)  # fmt: skip

# Alone, neither the organizations of 196 tickets nor the submitters of all 200 are known; assignees become members
# that are called as their ids are.
TICKETS = imported(
    "zendesk/tickets.json",
    counts={"ticket": (200, 0, 0, 0, 0, 0)},
    links=0,
    warnings=397,
    records=(
        whole(
            "ticket", 0, subject="A Catastrophe in Korea (North)", status="waiting", status_label="pending",
            priority="high", type="incident", channel="web",
            description="Nostrud ad sit velit cupidatat laboris ipsum nisi amet laboris ex exercitation amet et "
            "proident. Ipsum fugiat aute dolore tempor nostrud velit ipsum.",
            tags=["American Samoa", "Northern Mariana Islands", "Ohio", "Pennsylvania"],
            external_ids=["zendesk:436bf9b0-1147-4c0a-8439-6f79833bff5b"],
            created="2016-04-28 21:19",
        ),
        whole(
            "ticket", -1, subject="A Problem in South Africa", status="waiting", status_label="hold",
            priority="high", channel="voice",
            description="Esse nisi occaecat pariatur veniam culpa dolore anim elit aliquip. Cupidatat mollit nulla "
            "consectetur ullamco tempor esse.",
            tags=["Georgia", "Marshall Islands", "Mississippi", "Tennessee", "task"],
            external_ids=["zendesk:50dfc8bc-31de-411e-92bf-a6d6b9dfa490"],
            created="2016-03-08 20:44",
        ),
        # No description; solved is closed, with their word for it.
        some(
            "ticket", "A Nuisance in Ghana", description=None, status="closed", status_label="solved",
            type="question", priority="high",
        ),
        some("ticket", "A Drama in Indonesia", type=None, status="open", status_label=None),
        some("ticket", "A Catastrophe in Falkland Islands (Malvinas)", assignee=None, channel="voice"),
    ),
)  # fmt: skip

# One ticket each is of an organization, a submitter and an assignee 555, whom none of the files knows. A ticket without
# an organization is of its submitter's.
TOGETHER = imported(
    *TICKETS.names, *USERS.names, *ORGANIZATIONS.names,
    counts={**ORGANIZATIONS.counts, **USERS.counts, **TICKETS.counts},
    made={"member": 70},
    total={"company": 25, "contact": 75},
    links=72 + 199 + 200,
    warnings=("Assignee: 1 row has only an id by which nobody is known (555)", "555", "555"),
    records=(
        some("contact", "1", companies=["Multron"]),
        some("ticket", 0, requester="Elma Castro", assignee="Harris Côpeland", company="Zentry"),
        some("ticket", -1, requester="Charlene Coleman", assignee="Spence Tate", company="Plasmos"),
    ),
)  # fmt: skip

EXPECTED = (ORGANIZATIONS, USERS, TICKETS, TOGETHER)
