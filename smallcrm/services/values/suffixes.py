"""Domains below which registries sell domains, as `co.uk`: they end the domains of many, and are no company's own.

What is listed are the usual ones of the countries, after the Public Suffix List; not those of towns and provinces.
"""

from __future__ import annotations

from smallcrm.services.values.listing import listed

# These have registries in nearly every country; the countries in which anybody may have such a domain are taken out.
_USUAL = listed("ac co com edu gov net org")
_FLAT = listed("be ca ch cz de dk eu fi is li lu nl no se us")
_FURTHER = {
    "ae": "mil sch", "ar": "coop gob int mil mutual musica tur", "at": "gv or", "au": "asn id",
    "bo": "gob int mil tv", "br": "adm adv art blog eco emp eng esp far flog g12 imb ind inf jor jus leg med mil mus "
    "not odo ong ppg pro psc psi rec srv tmp tur tv vet wiki",
    "cl": "gob mil", "cn": "mil", "co": "mil nom", "cr": "ed fi go or sa", "cy": "biz ltd parliament press pro tm",
    "do": "art gob mil sld web", "ec": "fin gob info k12 med mil pro", "eg": "eun mil name sci",
    "es": "gob nom", "fr": "asso gouv nom prd tm", "gh": "mil", "gr": "mil", "gt": "gob ind mil", "hk": "idv",
    "hn": "gob mil", "hu": "info priv", "id": "biz desa go mil my or ponpes sch web", "il": "idf k12 muni",
    "in": "firm gen ind mil nic res", "ir": "id sch", "jp": "ad ed go gr lg ne or", "ke": "go info me mobi ne or sc",
    "kr": "es go hs kg mil ms ne or pe re sc", "lk": "assn grp hotel ltd ngo sch soc web", "ma": "press",
    "mx": "gob", "my": "biz mil name", "ng": "i mil mobi name sch", "ni": "gob mil nom", "np": "mil",
    "nz": "cri geek gen govt health iwi kiwi maori mil parliament school", "pa": "abo gob ing med nom sld",
    "pe": "gob mil nom", "ph": "i mil ngo", "pk": "biz fam gob gok gop gos web", "pl": "biz info mil",
    "pt": "int nome publ", "py": "coop mil una", "ro": "firm info nom nt rec store tm www", "rs": "in",
    "ru": "int mil msk pp spb", "sa": "med pub sch", "sg": "per", "sv": "gob red", "th": "go in mi or",
    "tr": "av bbs bel biz dr gen info k12 kep mil name pol tel tsk tv web", "tw": "club ebiz game idv mil",
    "tz": "go hotel info me mil mobi ne or sc tv", "ua": "dp in kh kharkiv kiev kyiv lviv odesa od zp",
    "ug": "go ne or sc", "uk": "ltd me nhs plc police sch", "uy": "gub mil",
    "ve": "arts e12 firm gob info int mil rec store tec web", "vn": "biz health info int name pro", "za": "law mil "
    "ngo nis nom school tm web", "zm": "biz info mil sch", "zw": "mil",
}  # fmt: skip
# Sold by companies in the manner of a registry.
_SOLD = listed(
    """
    ae.org ar.com br.com cn.com co.com co.ca co.cz co.dk co.nl co.no com.de com.se de.com eu.com eu.org gb.com gb.net
    gr.com hu.com hu.net in.net jp.net jpn.com kr.com mex.com no.com qc.com ru.com sa.com se.com se.net uk.com uk.net
    us.com us.org uy.com za.com
    """
)
_LISTED = _SOLD | {f"{label}.{country}" for country, labels in _FURTHER.items() for label in labels.split()}


def is_suffix(domain: str) -> bool:
    """Whether a domain is one below which others have theirs."""
    label, _dot, country = domain.partition(".")
    return domain in _LISTED or (label in _USUAL and len(country) == 2 and country not in _FLAT)  # noqa: PLR2004
