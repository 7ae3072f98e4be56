"""Words of other programs for the states of work, and which of ours each means."""

from __future__ import annotations

import re

from smallcrm.services.activities import CALL, EMAIL, MEETING, NOTE, TASK
from smallcrm.services.pipelines import LOST, OPEN, WON
from smallcrm.services.tickets import CLOSED, NEW, WAITING
from smallcrm.services.tickets import OPEN as OPENED
from smallcrm.text import fold

_WAITS = re.compile(
    r"(?:waiting|awaiting|pending|on hold|wart\w+ (?:auf|bis)|en attente|en espera|esperando|in attesa|aguardando"
    r"|wacht\w*"
    r"|ceka\w*|oczekuj\w*)\b"
)
_NUMBERED = re.compile(r"^\s*p?\d+\s*[-:.)\u2013]?\s+", re.IGNORECASE)


def _words(text: str) -> frozenset[str]:
    return frozenset(key(word) for word in text.replace("\n", ",").split(",") if word.strip())


def key(word: str) -> str:
    """A word without case, accents, and all between its letters and figures."""
    return "".join(letter for letter in fold(word) if letter.isalnum())


def _inverse(meanings: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in meanings.items() for word in _words(words)}


_DECIDED = _inverse({
    WON: """won, closed won, closedwon, win, signed, deal won, success, gewonnen,
        abgeschlossen gewonnen, gagné, gagnée,
        signé, ganado, ganada, cerrado ganado, vinto, vinta, chiuso vinto, ganho, ganha,
        fechado ganho, gewonnen, vyhráno,
        vyhraný, získáno, wygrana, wygrany, wygrane, 受注, 成約""",
    LOST: """lost, closed lost, closedlost, abandoned, disqualified, no decision, deal lost, verloren,
        abgeschlossen verloren, perdu, perdue, perdido, perdida, cerrado perdido, perso, persa, chiuso perso,
        fechado perdido, verloren, prohráno, prohraný, ztraceno, przegrana, przegrany, przegrane, utracona, 失注""",
    OPEN: """open, in progress, active, offen, ouvert, ouverte, abierto, abierta, aperto, aperta, aberto, otevřeno,
        otwarta""",
})  # fmt: skip
_STATUSES = _inverse({
    NEW: """new, neu, nouveau, nouvelle, nuevo, nueva, nuovo, novo, nieuw, nový, nové, nowy, nowe, 新規, unassigned,
        received, submitted""",
    OPENED: """open, in progress, inprogress, working, active, escalated, assigned, reopened,
        waiting on us, waiting for support, waiting for agent, acknowledged,
        investigating, openpending, 2, offen, in bearbeitung, wiedereröffnet, ouvert, en cours, abierto, en curso,
        en progreso, aperto,
        in corso, in lavorazione, aberto, em andamento, in behandeling, otevřený, v řešení,
        otwarte, w toku, 対応中, 処理中,
        オープン""",
    WAITING: """waiting, pending, on hold, hold, onhold, waiting on contact, waiting on customer,
        waiting for customer,
        waiting on third party, awaiting reply, awaiting response, pending customer response, customer responded,
        snoozed, blocked, 3, wartend, wartet, warten auf kunden, wartet auf kunde,
        wartet auf kunden, zurückgestellt, en attente, en espera, pendiente,
        in attesa, pendente,
        em espera, aguardando, in de wacht, wachtend, čeká, čekající, oczekujące, wstrzymane, 保留,
        保留中, 返信待ち""",
    CLOSED: """closed, solved, resolved, done, completed, fixed, cancelled, canceled, spam, merged, 4, 5,
        zusammengefasst, zusammengeführt,
        geschlossen, gelöst, abgelehnt,
        erledigt, fermé, résolu, terminé, clos, cerrado, resuelto, chiuso, risolto, fechado, resolvido, concluído,
        gesloten, opgelost, uzavřeno, uzavřený, vyřešeno, vyřešený, zamknięte, rozwiązane, 完了,
        解決済み, クローズ""",
})  # fmt: skip
_PRIORITIES = _inverse({
    "low": """low, lowest, minor, trivial, p4, p5, 1, niedrig, gering, basse, faible, baja, bassa,
        baixa, laag, nízká,
        niski, niska, 低""",
    "normal": """normal, medium, moderate, default, standard, p3, 2, mittel, normale, moyenne,
        media, média, normaal,
        střední, normální, średni, normalny, 中, 普通""",
    "high": "high, major, important, p2, 3, hoch, haute, élevée, alta, hoog, vysoká, wysoki, wysoka, 高",
    "urgent": """urgent, sehr hoch, critical, highest, blocker, emergency, immediate, p1, p0, 4, dringend,
        kritisch, sofort, urgente,
        critique, crítica, critica, spoed, naléhavá, kritická, pilny, krytyczny, 緊急""",
})  # fmt: skip
_TYPES = _inverse({
    "question": """question, query, how to, service request, request, frage, pregunta, domanda,
        pergunta, vraag, dotaz,
        質問""",
    "incident": "incident, störung, incidente, incydent, storing, 障害, インシデント",
    "problem": "problem, bug, defect, fault, problème, problema, probleem, problém, 問題, 不具合",
})  # fmt: skip
_KINDS = _inverse({
    CALL: """call, phone call, phone, telephone, logged call, voicemail, anruf, telefonat, appel, llamada, chiamata,
        telefonata, ligação, chamada, telefoongesprek, hovor, telefon, rozmowa, 電話""",
    MEETING: """meeting, event, appointment, visit, demo, lunch, conference, calendar, interview, termin, treffen,
        besprechung, besuch, réunion, rendezvous, rdv, reunión, cita, riunione, incontro, reunião,
        afspraak, vergadering,
        schůzka, spotkanie, wizyta, 会議, 訪問, 打合せ, 打ち合わせ""",
    EMAIL: """email, mail, e mail, message, emailed, newsletter, letter, brief, courriel, correo,
        posta, bericht, メール""",
    TASK: """task, to do, todo, deadline, follow up, followup, reminder, aufgabe, tâche, tarea,
        attività, compito, tarefa,
        taak, úkol, zadanie, タスク""",
    NOTE: "note, notes, comment, memo, notiz, nota, notitie, poznámka, notatka, メモ",
})  # fmt: skip
_DONE = _words("""done, completed, complete, closed, held, finished, sent, attended, connected,
        erledigt, abgeschlossen,
    terminé, terminée, hecho, completado, completada, completato, completata, concluído, concluída,
        voltooid, afgerond,
    hotovo, dokončeno, wykonane, ukończone, zakończone, 完了, left message""")  # fmt: skip
_CALLED_OFF = _words("""canceled, cancelled, abgesagt, annulé, annulée, cancelado, cancelada, annullato, annullata,
    geannuleerd, zrušeno, anulowane, odwołane, 中止, キャンセル""")  # fmt: skip
_CANCELED = _CALLED_OFF | _words("not held, no show")
_NOT_DONE = _words("""open, not started, in progress, planned, scheduled, pending, waiting,
        waiting on someone else, todo, deferred,
    to do, new, overdue, undone, offen, geplant, in bearbeitung, nicht begonnen, à faire, planifié,
        en cours, pendiente,
    planificada, da fare, pianificato, in corso, pendente, planejado, gepland, te doen,
        naplánováno, čeká, zaplanowane,
    otwarte, 未着手, 未完了, 予定""")  # fmt: skip
# What says more than that it is not done.
_UNDER_WAY = _words("""in progress, pending, waiting, waiting on someone else, deferred, in bearbeitung,
    en cours, pendiente, in corso, pendente, čeká""")
# Probabilities that the best known programs give their stages at first.
_LIKELY = {
    "lead": 10, "prospecting": 10, "prospect": 10, "qualification": 20, "qualified": 25, "contactmade": 20,
    "appointmentscheduled": 20, "needsanalysis": 30, "needsdefined": 40, "engaging": 30, "qualifiedtobuy": 40,
    "demoscheduled": 40, "demo": 40, "discovery": 20, "valueproposition": 50, "proposal": 50, "proposalmade": 60,
    "presentationscheduled": 60, "iddecisionmakers": 60, "perceptionanalysis": 70, "proposalpricequote": 75,
    "quote": 60,
    "negotiationsstarted": 80, "decisionmakerboughtin": 80, "negotiation": 80,
        "negotiationreview": 90, "verbal": 90,
    "contractsent": 90, "contract": 90,
}  # fmt: skip


def decided(word: str) -> str | None:
    """Whether a stage or a status is won, lost or open by its name; None where that tells nothing."""
    found = _DECIDED.get(key(word))
    # `Closed Lost to Competition` says why besides; what goes on may have `open` before any word.
    begun = None if found else _DECIDED.get(next(iter(_after_closed(word)), ""))
    return found or (begun if begun in (WON, LOST) else None)


def _after_closed(word: str) -> list[str]:
    """The words of a phrase without `closed` before them."""
    found = [key(one) for one in word.split()]
    return found[1:] if found[:1] == ["closed"] else found


def status_of(word: str) -> str | None:
    """The status of a ticket that a word means; what waits for anything waits."""
    found = _STATUSES.get(key(word))
    return found or (WAITING if _WAITS.match(fold(word)) else None)


def priority_of(word: str) -> str | None:
    """The priority of a ticket that a word or a number means, or the word after a number: `3 high`, `P1 - Critical`."""
    found = _PRIORITIES.get(key(word))
    return found or _PRIORITIES.get(key(_NUMBERED.sub("", word)))


def type_of(word: str) -> str | None:
    """The type of a ticket that a word means."""
    return _TYPES.get(key(word))


def kind_of(word: str) -> str | None:
    """The kind of an activity that a word means, or one of several words."""
    found = _KINDS.get(key(word))
    return found or next((_KINDS[key(one)] for one in word.split() if key(one) in _KINDS), None)


def done(word: str) -> bool | None:
    """Whether what has this status was done; None where the word tells nothing."""
    found = key(word)
    return True if found in _DONE else False if found in _NOT_DONE else None


def says_more(word: str) -> bool:
    """Whether a status says more than whether it was done, or something that is not known."""
    return key(word) in _UNDER_WAY or (done(word) is None and not canceled(word))


def canceled(word: str) -> bool:
    """Whether what has this status will not be done."""
    return key(word) in _CANCELED


def called_off(outcome: str) -> bool:
    """Whether an outcome says that it was given up before; that nobody came is an outcome as any other."""
    return key(outcome) in _CALLED_OFF


def likely(stage: str) -> int | None:
    """How likely a deal in a stage of this name is usually taken to be, in percent."""
    return _LIKELY.get(key(stage))
