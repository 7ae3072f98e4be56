"""Files made to be hard to read, whose rows are no records of a CRM, and the few that are some after all."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import Refused, imported, some, whole

_UNCLEAR = "it is not clear what the rows are"

SPECTRUM = tuple(
    Refused(f"csv-spectrum/{name}.{ending}", _UNCLEAR)
    for ending in ("csv", "json")
    for name in (
        "empty", "empty_crlf", "escaped_quotes", "json", "location_coordinates", "newlines", "newlines_crlf",
        "quotes_and_newlines", "simple", "simple_crlf", "utf8",
    )
)  # fmt: skip

TORTURE = tuple(
    Refused(f"torture/{name}", _UNCLEAR)
    for name in (
        "accent.csv", "bom.csv", "complex.csv", "escaping.csv", "example.tsv", "excel_pasting.csv", "latin1.csv",
        "null.csv", "sheet2.xlsx", "simple.xls", "simple.xlsx", "skip-blank-at-the-end.csv",
        "table-with-booleans.xls", "utf8bom.csv", "weird_head_padding.csv",
    )
)  # fmt: skip

# One person is one, even here.
JOHN = tuple(
    imported(
        f"csv-spectrum/comma_in_quotes.{ending}",
        counts={"contact": (1, 0, 0, 0, 0, 0)},
        records=(
            whole(
                "contact", 0, first_name="John", last_name="Doe", street="120 any st.", city="Anytown, WW",
                postal_code="08123",
            ),
        ),
    )
    for ending in ("csv", "json")
)  # fmt: skip

# Its rows are figures, but each is of one organisation, which has a name.
HOSPITALS = imported(
    "torture/utf-16le_encoded.csv",
    counts={"company": (327, 0, 0, 0, 0, 0)},
    links=0,
    records=(
        whole("company", 0, name="Enfield PCT"),
        whole("company", -1, name="St Andrews Healthcare - Nottinghamshire"),
        some("company", "Herefordshire PCT", phones=None, employees=None),
    ),
)  # fmt: skip

EXPECTED = (*JOHN, HOSPITALS, *SPECTRUM, *TORTURE)
