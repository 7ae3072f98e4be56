"""Which program wrote a file, told by columns that only it has; its name is the source of external ids."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from smallcrm.services.transfer.headers import key_of
from smallcrm.services.transfer.tables import ADDED
from smallcrm.services.values.listing import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

OWN = "smallcrm"
"""The source of what smallCRM itself has written."""
_MARKS: dict[str, frozenset[str]] = {
    "pipedrive": listed(
        """
    personpipedrivesystemid organizationpipedrivesystemid personname organizationname personemail
    dealpipedrivesystemid dealtitle dealcurrencyofvalue dealexpectedclosedate activitypipedrivesystemid activitysubject
    activityduedate activitymarkedasdonetime
    """
    ),
    "google": listed(
        """
    email1value phone1value groupmembership organization1name organizationtitle email1label
    """
    ),
    "outlook": listed(
        """
    email2address email3address businessstreet companymainphone othercountryregion emaildisplayname
    """
    ),
    "thunderbird": listed(
        """
    homezipcode workzipcode birthyear birthmonth screenname webpage1
    """
    ),
    "hubspot": listed(
        """
    companydomainname associatedcompanydomain lifecyclestage associatedcompany contactowner
    companyowner associatedcompanyids leadstatus stateregion hsobjectid lastmodifieddate hslastmodifieddate
    associatedcontactemail associatedcontactids dealstage closedlostreason ticketstatus ticketpriority
    ticketdescription callmeetingtitlesubject notesdescription
    """
    ),
    "salesforce": listed(
        """
    isdeleted masterrecordid systemmodstamp createdbyid lastmodifiedbyid mailingstreet billingstreet
    billingpostalcode mailingpostalcode accountid photourl stagename forecastcategory iswon whoid whatid
    whocontactemail casenumber contactid tasksubtype
    """
    ),
    "zoho": listed(
        """
    recordid contactownerid accountnameid mailingzip billingcode layoutid
    """
    ),
    "odoo": frozenset(["companytype", "relatedcompany", "isacompany"]),
    "freshdesk": frozenset(
        ["mobilephone", "uniqueexternalid", "twitterid", "canseealltickets", "resolvedtime", "createdtime"]
    ),
    "zendesk": frozenset(
        [
            "domainnames",
            "sharedtickets",
            "sharedcomments",
            "organizationid",
            "lastloginat",
            "ticketrestriction",
            "requesterid",
            "submitterid",
            "assigneeid",
            "hasincidents",
        ]
    ),
    OWN: frozenset(["externalids", "externalidsource", "updatedat"]),
    "zammad": frozenset(["members", "domainassignment"]),
}
# No other program has both, whatever else of its names ours are like.
_OWN_SHAPE = frozenset(("externalids", "updatedat"))
# The columns that vCards are given here; the others have the names that address books use.
_CARDS = frozenset(["uid", "rev", "cardkind"])
_MARKED = re.compile(r"__[cr]$", re.IGNORECASE)


_SHAPE = "csv-"


def is_unnamed(source: str) -> bool:
    """Whether a source is only the shape of a file, as no program is known by its columns."""
    return source.startswith(_SHAPE)


def source_of(columns: Sequence[str]) -> str:
    """The vendor's name if two of its own columns are there, else `csv-` and eight digits of the shape."""
    # A file of rejects is of the kind that it came from.
    keys = {key_of(column) for column in columns if column not in ADDED}
    if keys >= _CARDS:
        return "vcard"
    if keys >= _OWN_SHAPE:
        return OWN
    hits = {vendor: len(keys & marks) for vendor, marks in _MARKS.items()}
    hits["salesforce"] += sum(2 for column in columns if _MARKED.search(column))
    best = max(hits, key=lambda vendor: hits[vendor])
    if hits[best] > 1:
        return best
    shape = hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()
    return f"{_SHAPE}{shape[:8]}"
