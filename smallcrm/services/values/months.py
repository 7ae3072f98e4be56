"""The names of the months in the languages that exports are written in, folded."""

from __future__ import annotations

from smallcrm.text import fold

_NAMES = """
    january january jan januar jan. jaenner janner jänner jan janvier janv enero ene gennaio gen januari
        janeiro
        leden ledna stycznia styczen sty janeiro január
    february february feb februar febr fevrier fevr fev febrero febbraio februari fevereiro unor unora luty
        lutego lut
    march march mar maerz märz marz mrz mars marzo maart mrt marco brezen brezna marzec marca
    april april apr avril avr abril abr aprile duben dubna kwiecien kwietnia kwi
    may may mai mayo maggio mag mei maio kveten kvetna maj maja
    june june jun juni juin junio giugno giu junho cerven cervna czerwiec czerwca cze
    july july jul juli juillet juil julio luglio lug julho cervenec cervence lipiec lipca lip
    august august aug aout aou agosto ago augustus srpen srpna sierpien sierpnia sie
    september september sep sept septembre septiembre settembre set setembro zari wrzesien wrzesnia wrz
    october october oct oktober okt octobre octubre ottobre ott outubro out rijen rijna pazdziernik
        pazdziernika paz
    november november nov novembre noviembre novembro listopad listopadu lis listopada
    december december dec dezember dez decembre diciembre dic dicembre dezembro prosinec prosince grudzien
        grudnia gru
"""


def _table() -> dict[str, int]:
    found: dict[str, int] = {}
    number = 0
    for line in _NAMES.strip().splitlines():
        number += 0 if line.startswith("        ") else 1
        for word in line.split():
            found.setdefault(fold(word), number)
    return found


MONTHS: dict[str, int] = _table()
