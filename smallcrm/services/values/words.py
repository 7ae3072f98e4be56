"""Words that stand for a value: yes and no, nothing at all, and the stages of a contact's life."""

from __future__ import annotations

from smallcrm.services.values.listing import listed
from smallcrm.text import fold

_YES = """
    true t yes y on 1 1.0 x done wahr ja j ein vrai oui o si s verdadero verdadeiro sim vero ano a tak
    prawda waar
    aan да истина はい 是 igen evet kylla sann sandt checked ✓ ✔ ☑
"""
_NO = """
    false f no n off 0 0.0 undone open falsch nein aus faux non falso nao ne nepravda nie falsz onwaar nee uit
    нет ложь いいえ 否 nem hayir ei falskt falsk nei nej unchecked - ✗ ✘ ☐
"""
BOOLEANS: dict[str, bool] = {
    **{fold(word): False for word in _NO.split()},
    **{fold(word): True for word in _YES.split()},
}
EMPTY_WORDS = listed(
    """
    null (null) <null> none nil n/a #n/a na n.a. n\\a - -- --- — \u2013 \\n (blank) (leer) (empty) (none) leer
    unknown undefined nan #ref! #value! #name? #div/0! k.a. s/o nd
    """
) | {"not set", "keine angabe", "no value"}
LIFECYCLE_WORDS: dict[str, str] = {
    "subscriber": "subscriber",
    "abonnent": "subscriber",
    "lead": "lead",
    "interessent": "lead",
    "prospect": "lead",
    "prospecto": "lead",
    "potential customer": "lead",
    "cold lead": "lead",
    "open": "lead",
    "open - not contacted": "lead",
    "new": "lead",
    "marketing qualified lead": "mql",
    "marketingqualifiedlead": "mql",
    "mql": "mql",
    "sales qualified lead": "sql",
    "salesqualifiedlead": "sql",
    "sql": "sql",
    "qualified": "sql",
    "qualified lead": "sql",
    "hot lead": "sql",
    "opportunity": "opportunity",
    "oportunidade": "opportunity",
    "oportunidad": "opportunity",
    "opportunite": "opportunity",
    "opportunita": "opportunity",
    "client": "customer",
    "cliente": "customer",
    "klant": "customer",
    "zakaznik": "customer",
    "klient": "customer",
    "顧客": "customer",
    "current customer": "customer",
    "customer": "customer",
    "kunde": "customer",
    "evangelist": "evangelist",
    "other": "other",
    "sonstige": "other",
}


def parse_bool(text: str) -> bool | None:
    """True or False for a word that means so in one of many languages; None for any other."""
    return BOOLEANS.get(fold(text.strip()))


def is_empty(text: str) -> bool:
    """Whether the text says that there is no value, as `NULL` and `N/A` do."""
    stripped = text.strip()
    return not stripped or (len(stripped) <= 14 and stripped.lower() in EMPTY_WORDS)  # noqa: PLR2004 - longest word


def lifecycle_of(text: str) -> str | None:
    """The lifecycle stage that a word of some CRM means; None if it means none."""
    return LIFECYCLE_WORDS.get(" ".join(fold(text).replace("_", " ").split()))
