"""CiviCRM's files, read by a person before they were imported."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, whole

ACTIVITY = imported(
    "civicrm/activity.csv",
    counts={"activity": (1, 0, 0, 0, 0, 0)},
    made={"contact": 1},
    links=1,
    records=(
        whole(
            "activity", 0, subject="Long chat", kind="email", status="done", done_at="2022-12-07 07:55",
            duration=77, place="Phoned up", description="Some stuff", links=["contact:mum@example.com"],
            created="2022-12-07 07:55",
        ),
    ),
)  # fmt: skip

# What begins with Mum, Sister or Team is not Susie's.
INDIVIDUAL = imported(
    "civicrm/individual_locations_with_related.csv",
    counts={"contact": (1, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole(
            "contact", 0, first_name="Susie", last_name="Jones", birthday="2002-01-08", street="24 Adelaide Road",
            city="Sydney", region="NSW", postal_code="90210", country="Australia", emails=["susie@example.com"],
            phones=["999-4445"], website="https://susie.example.com",
        ),
    ),
)  # fmt: skip

EXPECTED = (ACTIVITY, INDIVIDUAL)
