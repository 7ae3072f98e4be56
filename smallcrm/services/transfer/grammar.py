"""Names of columns of e-mails, phones and addresses, read word by word: `Home Phone 2`, `BILLINGCITY`."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from smallcrm.services.transfer.mapping import Target
from smallcrm.services.values.listing import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

_EMAIL = """email mail emails mails emailadresse mailadresse courriel correo courrier epost eposta
    emailaddress メール メールアドレス eメール 電子メール"""
_PHONE = """phone phones telephone tel telefon telefono telefone telefoon telefonnummer telefoonnummer
    rufnummer tlf fon fone
    festnetz fixe 電話 電話番号 tel telephones phonenumber"""
_KINDS = {
    "mobile": """mobile cell cellphone cellular mobil mobiltelefon mobilnummer handy handynummer portable
    movil celular
        cellulare mobiel gsm 携帯 携帯電話 携帯番号 komorka komorkowy komorkowa mobilephone telemovel""",
    "fax": "fax telefax faxnummer faksimile ファックス faks",
    "pager": "pager",
    "car": "car",
    "isdn": "isdn",
    "radio": "radio",
    "callback": "callback",
    "assistant": "assistant assistants asst",
    "whatsapp": "whatsapp",
}
_LABELS = {
    "work": """work business office geschaftlich dienstlich buro travail professionnel professionnelle
    bureau trabajo oficina
        lavoro ufficio werk zakelijk prace pracovni sluzbowy sluzbowa firemni 勤務先 会社 corporate direct
        biurowy biurowe biuro""",
    "home": """home private personal privat prive privee domicile casa particular abitazione thuis domu
    domaci prywatny
        prywatna 自宅""",
    "other": "other andere autre otro altro overig jiny inny その他",
    "main": "main central zentrale hauptnummer",
    "company": "company organization organisation account hq headquarters",
    "mailing": "mailing postal2 correspondence",
    "billing": "billing invoice rechnungs facturation rozliczeniowy fakturacni fakturacion fatturazione cobranca",
    "shipping": "shipping delivery liefer livraison",
    "": """primary default first haupt principal principale e second secondary alternate alternative
    additional weitere
        zusatzliche secondaire secundario secondario""",
}
_LATER = listed(
    """
    second secondary alternate alternative additional weitere zusatzliche secondaire secundario
    secondario
    """
)
_FILLERS = listed(
    """
    address addresses adresse addresse anschrift number numbers no nr nummer numero n value direccion indirizzo adres
    adresa indirizzo electronico electronique elettronica elektronische the de of la le del der e
    adresa
    """
)
_PLACES = {
    "country": "country land pays pais paese zeme panstwo 国 国名 staat countrycode",
    "postal_code": """
        zip zipcode postal postalcode postcode plz postleitzahl postal cap psc 郵便番号 cp codepostal
        codigopostal postnummer
    """,
    "city": """
        city town ort stadt ville ciudad citta cidade stad plaats mesto miasto locality 市区町村 市
        village wohnort poblacion localidade comune miejscowosc
    """,
    "region": """
        state region province county bundesland departement provincia provincie estado regione
        regiao kanton kraj wojewodztwo 都道府県 prefecture stateprovince
    """,
    "street": """
        street strasse str straat rue calle via rua ulice ulica address adresse anschrift addr
        adres adresa direccion indirizzo endereco 住所 番地 streetaddress line road
    """,
    "box": "pobox box postfach bp",
    "formatted": "formatted full complete",
    "extended": "extended suite apartment building",
}
_PLACE_FILLERS = listed(
    """
    code name of po address adresse line the de la d codigo kod pocztowy full post addr location
    postal house und and nr no hausnummer main permanent current
    """
)
_DIGITS = 6
_LETTERS_DIGITS = re.compile(r"([^\W\d_]+)(\d{1,2})\Z")


@cache
def _vocabulary() -> dict[str, tuple[str, str]]:
    """Every word with its role and what it means."""
    found: dict[str, tuple[str, str]] = {}
    groups = (("email", {"": _EMAIL}), ("phone", {"": _PHONE}), ("kind", _KINDS), ("label", _LABELS))
    for role, meanings in groups:
        for meaning, words in meanings.items():
            for word in words.split():
                found.setdefault(word, (role, meaning))
    return found


@cache
def _places() -> dict[str, str]:
    return {word: part for part, words in _PLACES.items() for word in words.split()}


@cache
def _pieces() -> tuple[str, ...]:
    """The words that names without spaces are made of, longest first."""
    words = {*_vocabulary(), *_places(), *_FILLERS, *_PLACE_FILLERS}
    return tuple(sorted((word for word in words if len(word) > 2), key=len, reverse=True))  # noqa: PLR2004


def read_label(words: list[str]) -> Target | None:
    """What the words name together: e-mails, phones, a part of an address, or a label; else None."""
    words = _apart(words)
    if any(word in ("type", "label") for word in words):
        return _label_column(words)
    return _contact_point(words) or _place(words)


def _apart(words: list[str]) -> list[str]:
    """The words with `e mail` as one, `phone1` as two, and a name without spaces taken apart."""
    apart: list[str] = []
    for word in words:
        match = _LETTERS_DIGITS.match(word)
        if apart and apart[-1] == "e" and word.startswith("mail"):
            apart[-1] = "email"
        elif match:
            apart += [match[1], match[2]]
        else:
            apart.append(word)
    if len(apart) == 1 and apart[0] not in _vocabulary() and apart[0] not in _places():
        return _segment(apart[0]) or apart
    return apart


def _segment(text: str) -> list[str]:
    """The known words that a text consists of, end to end; empty if it does not."""
    if not text or len(text) > 40:  # noqa: PLR2004 - no column name is longer
        return []
    for piece in _pieces():
        if text.startswith(piece):
            rest = text[len(piece) :]
            following = _segment(rest)
            if following or not rest:
                return [piece, *following]
    return []


def _label_column(words: list[str]) -> Target | None:
    """`E-mail 1 - Type` and `Phone 2 - Label` say what kind of value stands beside them."""
    rest = [word for word in words if word not in ("type", "label")]
    found = _contact_point(rest)
    return Target(found.field, "label", found.rank) if found else None


def _contact_point(words: list[str]) -> Target | None:
    """An e-mail address or a phone, if every word belongs to one."""
    roles = [_vocabulary().get(word) for word in words]
    kinds = [meaning for role, meaning in filter(None, roles) if role == "kind"]
    is_email = any(role and role[0] == "email" for role in roles)
    is_phone = any(role and role[0] == "phone" for role in roles) or any(
        kind in ("mobile", "fax", "pager") for kind in kinds
    )
    known = all(role or word.isdecimal() or word in _FILLERS for word, role in zip(words, roles, strict=True))
    if not known or is_email == is_phone or (is_email and kinds):
        return None
    labels = [meaning for role, meaning in filter(None, roles) if role == "label" and meaning]
    rank = next(_numbers(words), 0)
    rank += 20 if _LATER.intersection(words) else 0
    label = " ".join(dict.fromkeys([*labels, *kinds]))
    return Target("emails" if is_email else "phones", label, rank)


def _place(words: list[str]) -> Target | None:
    """A part of an address, if every word belongs to one; of several parts the first of `_PLACES` counts."""
    parts = {_places()[word] for word in words if word in _places()}
    labels: list[str] = []
    for word in words:
        role = _vocabulary().get(word)
        if role and role[0] == "label" and word not in _places():
            labels.append(role[1])
        elif word not in _places() and word not in _PLACE_FILLERS and not word.isdecimal():
            return None
    if "po" in words and "box" in words:
        parts = {"box"}
    if {"post", "code"} <= set(words) or {"kod", "pocztowy"} <= set(words):
        parts = {"postal_code"}
    specific = parts - {"street"} or parts
    part = next((part for part in _PLACES if part in specific), None)
    if part is None:
        return None
    numbers = list(_numbers(words))
    first_is_block = len(words) > 2 and words[0] == "address" and words[1].isdecimal()  # noqa: PLR2004
    block = str(numbers[0]) if (first_is_block and part != "street") or (first_is_block and "street" in words) else ""
    rank = 0 if block else next(iter(numbers), 0)
    rank += 40 if "county" in words or ("code" in words and part == "country") else 0
    rank += 5 if part == "street" and {"street", "strasse"}.isdisjoint(words) else 0
    return Target("address", part, rank, " ".join(filter(None, labels)) or block)


def _numbers(words: list[str]) -> Iterator[int]:
    """The numbers in a name; of one that has thousands of digits the first few, as no program counts so far."""
    return (int(word[:_DIGITS]) for word in words if word.isdecimal())
