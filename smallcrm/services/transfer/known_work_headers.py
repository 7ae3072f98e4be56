"""What other programs call the columns of deals, tickets and activities; written as in `aliases`.

Beside fields of the noun a target can be `status:won`, `status:closed` and `status:done` (a column of yes and no),
`contact`, `company`, `deal`, `ticket` and `links` with the part that says how they are named there, `when` and `ends`
(when it took place), `due:time`, `when:time` and `ends:time` (the time of day, beside a column of days), and
`duration:seconds`.
"""

from __future__ import annotations

from smallcrm.services.transfer.known_headers import COMPANY_WORDS, SHARED

_COMPANY = f"""
company:name: {COMPANY_WORDS}, Associated Company, Associated Companies, Related Company, Primary Company,
    Customer, Client, Customer Company, Kunde, Cliente, Klant, Zákazník, Klient, 顧客, 顧客名, 取引先, 取引先名,
    Account.Name
company:domain: Company Domain Name, Company Domain, Associated Company Domain, Associated Company Domains,
    Company Website, Account Website, Organization Domain
company:external: Company ID, Account ID, Organization ID, Organisation ID, Associated Company ID,
    Associated Company IDs, Primary Associated Company ID, Account External Id, Account.External_Id__c,
    Account Name ID, Related Company ID, Customer ID, Client ID
"""
_CONTACT = """
contact:name: Contact, Contact Name, Contact Person, Contacts, Associated Contact, Associated Contacts, Person,
    Person Name, Primary Contact, Main Contact, Full Name, Ansprechpartner, Kontakt, Kontaktperson, Interlocuteur,
    Personne de contact, Persona de contacto, Contacto, Contatto, Referente, Contato, Pessoa de contato, Contactpersoon,
    Kontaktní osoba, Osoba kontaktowa, 連絡先, 担当者名, 取引先担当者, 先方担当者, お客様名
contact:email: Contact Email, Associated Contact Email, Associated Contact Emails, Email Match To Contact,
    Who Contact Email, Primary Contact Email, Attendee Emails, Guests, Participants, Attendees, Required Attendees,
    Erforderliche Teilnehmer, Participants obligatoires, Asistentes necesarios, Partecipanti obbligatori,
    Participantes obrigatórios, Vereiste deelnemers, Povinní účastníci, Wymagani uczestnicy, 必須出席者
contact:title: Contact Title, Contact Job Title, Job Title
contact:external: Contact ID, Associated Contact ID, Associated Contact IDs, Primary Contact ID, Person ID, Who ID
"""

DEAL = f"""
name: Deal Name, Deal Title, Deal, Opportunity Name, Opportunity Title, Opportunity, Potential Name, Name, Title,
    Titel, Titre, Título, Titolo, Tytuł, Nazwa, Název, Bezeichnung, 件名,
    Geschäft, Verkaufschance, Auftrag, Projekt, Nom de l'affaire, Titre de l'affaire, Affaire, Opportunité,
    Nombre del negocio, Nombre de la oportunidad, Negocio, Oportunidad, Opportunità, Nome opportunità, Trattativa,
    Affare, Nome do negócio, Negócio, Oportunidade, Dealnaam, Verkoopkans, Obchod, Obchodní případ, Příležitost,
    Název obchodu, Nazwa szansy, Szansa sprzedaży, Nazwa transakcji, 商談, 商談名, 案件, 案件名, 取引名
external_id: Deal ID, Opportunity ID, Opportunity Number, Deal Number, Potential ID
pipeline: Pipeline, Pipeline Name, Deal Pipeline, Sales Pipeline, Record Type, Record Type Name, RecordType.Name,
    Vertriebspipeline, Verkaufspipeline, Embudo, Pijplijn, Lejek, パイプライン
stage: Stage, Deal Stage, Stage Name, Opportunity Stage, Sales Stage, Pipeline Stage, Stage Pipeline, Dealphase,
    Verkaufsphase, Vertriebsphase, Phase, Étape, Étape de vente, Étape de l'affaire, Etapa, Etapa del negocio,
    Etapa de venta, Fase, Fase di vendita, Etapa do negócio, Verkoopfase, Fáze, Fáze obchodu, Etap, Etap sprzedaży,
    フェーズ, ステージ, 商談フェーズ
status: Status, Deal Status, Opportunity Status, Won Lost, Statut, Estado, Stato, Stav, ステータス
status:won: Is Won, Won
status:closed: Is Closed
amount: Amount, Deal Amount, Deal Value, Value, Close Value, Estimated Value, Expected Value, Opportunity Amount,
    Total Amount, Betrag, Wert, Auftragswert, Auftragssumme, Dealwert, Montant, Valeur, Importe, Monto, Valor,
    Importo, Valore, Bedrag, Waarde, Částka, Hodnota, Kwota, Wartość, 金額, 受注金額, 見込金額
currency: Currency, Amount Currency, Currency ISO Code, Currency of Value, Deal Currency, Währung, Devise, Moneda,
    Valuta, Moeda, Měna, Waluta, 通貨
probability: Probability, Deal Probability, Win Probability, Win Probability Pct, Probability %, Close Probability,
    Likelihood, Chance,
    Confidence, Wahrscheinlichkeit, Abschlusswahrscheinlichkeit, Probabilité, Probabilidad, Probabilità,
    Probabilidade, Waarschijnlijkheid, Pravděpodobnost, Prawdopodobieństwo, 確度
expected_close: Expected Close Date, Expected Close, Expected Closing, Expected Closing Date, Close Date, Closing Date,
    Estimated Close Date, Est Close Date, Forecast Close Date, Abschlussdatum, Erwartetes Abschlussdatum,
    Voraussichtlicher Abschluss, Abschluss, Date de clôture, Date de clôture prévue, Fecha de cierre,
    Fecha prevista de cierre, Fecha de cierre prevista, Data di chiusura, Data di chiusura prevista,
    Data de fechamento, Data prevista de fechamento, Sluitingsdatum, Verwachte sluitingsdatum, Datum uzavření,
    Očekávané uzavření, Data zamknięcia, Przewidywana data zamknięcia, 完了予定日, 受注予定日, クローズ日
closed_at: Closed On, Won Time, Lost Time, Closed At, Closed Date, Actual Close Date, Won Date, Lost Date, Date Won,
    Date Lost, Won On, Lost On, Abgeschlossen am, Gewonnen am, Verloren am, Clôturé le, Gagné le, Cerrado el, Chiuso il,
    Fechado em, Gesloten op, Uzavřeno, Zamknięto, 受注日, 失注日
lost_reason: Lost Reason, Closed Lost Reason, Loss Reason, Reason For Loss, Reason Lost, Reason For Losing,
    Verlustgrund, Grund für Verlust, Grund des Verlusts, Ablehnungsgrund, Motif de perte, Raison de la perte,
    Motivo de pérdida, Motivo perdita,
    Motivo della perdita, Motivo da perda, Reden van verlies, Verliesreden, Důvod prohry, Důvod ztráty,
    Powód przegranej, Powód utraty, 失注理由
{_COMPANY}
{_CONTACT}
source: Lead Source, Source, Original Source, Deal Source, Opportunity Source, Quelle, Herkunft, Origine, Origen,
    Fuente, Fonte, Origem, Bron, Zdroj, Źródło, 流入元
owner: Deal Owner, Opportunity Owner, Sales Owner, Closer
created_at: Engage Date, Opened, Open Date, Opportunity Created
{SHARED}
"""

TICKET = f"""
subject: Subject, Ticket Name, Ticket Subject, Ticket Title, Ticket, Case Subject, Issue, Title, Name, Summary,
    Betreff, Thema,
    Objet, Sujet, Titre, Asunto, Título, Oggetto, Titolo, Assunto, Onderwerp, Titel, Předmět, Název, Temat, Tytuł,
    件名, タイトル
external_id: Ticket ID, Ticket Number, Ticket No, Case Number, Case ID, Issue ID, Issue Key, Request ID, Number,
    Ticketnummer, Vorgangsnummer, Numéro de ticket, Número de ticket, Numero ticket, Číslo tiketu, Numer zgłoszenia,
    チケット番号
status: Status, Ticket Status, Case Status, State, Ticket State, Statut, État, Estado, Stato, Stav,
    Stan, ステータス, 状態
status:closed: Is Closed
status_label: Status Label
priority: Priority, Ticket Priority, Case Priority, Severity, Urgency, Priorität, Dringlichkeit, Priorité, Prioridad,
    Priorità, Prioridade, Prioriteit, Priorita, Priorytet, 優先度
type: Type, Ticket Type, Issue Type, Case Type, Ticket Category, Typ, Tipo, Soort, 種別
channel: Channel, Ticket Channel, Source, Ticket Source, Case Origin, Origin, Via, Kanal, Canal, Canale, Kanaal, Kanál,
    Kanał, チャネル
source: Lead Source, Original Source
{_COMPANY}
{_CONTACT}
contact:name: Requester, Requester Name, Customer Name, Client Name, Reporter, Reported By, Requested By, Submitter,
    Anfragender, Melder, Kundenname, Demandeur, Solicitante, Richiedente, Aanvrager, Žadatel, Zgłaszający, 依頼者,
    問い合わせ者
contact:email: Requester Email, Customer Email, Client Email, Reporter Email, From, From Email, Sender
contact:external: Requester ID, Submitter ID, Reporter ID
assignee: Assignee, Ticket Owner, Case Owner, Agent, Agent Name, Agent Assigned, Assigned Agent, Assigned To, Responder,
    Owner, Owner Name, Owner Email, OwnerId, Assignee ID, Bearbeiter, Zuständig, Verantwortlich, Assigné à,
    Responsable, Asignado a, Assegnato a, Responsável, Toegewezen aan, Behandelaar, Řešitel, Přiřazeno, Przypisane do,
    担当者
closed_at: Close Date, Closed Date, Closed At, Closed Time, Closed On, Resolved,
    Resolved Time, Resolved At, Resolved Date,
    Resolution Date, Solved At, Date Closed, Date Resolved, Completed Date, Geschlossen am, Gelöst am, Fermé le,
    Résolu le, Cerrado el, Resuelto el, Chiuso il, Risolto il, Fechado em, Resolvido em, Gesloten op, Opgelost op,
    Uzavřeno, Vyřešeno, Zamknięto, Rozwiązano, 完了日, 解決日
created_at: Opened At, Opened, Eröffnet am, Eröffnet, Gemeldet am, Date Opened, Opened Date, Reported On, Requested At
description: Ticket Description, Details, Body, Message, Ticket Body, Case Description, Problem, 内容, 本文
{SHARED}
"""

ACTIVITY = f"""
subject: Subject, Activity Subject, Task Name, Task Title, Event Name, Event Title, Meeting Title, Call Title,
    Call Meeting Title Subject, Activity, Task, Event, Title, Name, Summary, Betreff, Aufgabe, Termin, Thema, Objet,
    Sujet, Titre, Tâche, Asunto, Tarea, Título, Oggetto, Attività, Titolo, Assunto, Tarefa, Onderwerp, Taak, Titel,
    Předmět, Úkol, Název, Temat, Zadanie, Tytuł, 件名, タスク, タイトル
external_id: Activity ID, Task ID, Event ID, Call ID, Meeting ID
kind: Activity Type, Type, Task Type, Event Type, Interaction Type, Task Subtype, Engagement Type, Kind, Aktivitätstyp,
    Aktivitätsart, Typ, Art, Type d'activité, Tipo de actividad, Tipo, Tipo attività, Tipo de atividade,
    Activiteitstype, Soort, Typ aktivity, Typ aktywności, 種別, 活動種別
status: Status, Activity Status, Task Status, State, Statut, Estado, Stato, Stav, Stan, ステータス
status:done: Done, Completed, Is Done, Is Completed, Is Closed, Finished, Erledigt, Terminé, Hecho,
    Completada, Completato,
    Fatto, Concluído, Klaar, Voltooid, Hotovo, Wykonane, 完了
when: Activity Date, Interaction Date, Date, Event Date, Start Date, Start, Starts At, Begin, Begins,
    Activity Date Time,
    Start Datetime, Meeting Date, Call Date, Datum, Beginnt am, Beginn, Startdatum, Date de début, Début, Fecha,
    Fecha de inicio, Inicio, Data, Data di inizio, Inizio, Data de início, Início, Begindatum, Datum zahájení, Začátek,
    Data rozpoczęcia, Początek, 日付, 開始日, 開始日時
when:time: Start Time, Time, Activity Time, Beginnt um, Uhrzeit, Heure, Heure de début, Hora, Hora de inicio,
    Ora, Ora di inizio, Hora de início, Begintijd, Tijd, Čas, Čas zahájení, Godzina, Godzina rozpoczęcia, 開始時刻
ends: End Date, End, Ends At, End Datetime, Endet am, Ende, Date de fin, Fin, Fecha de fin, Data di fine, Fine,
    Data de término, Einddatum, Datum ukončení, Konec, Data zakończenia, Koniec, 終了日, 終了日時
ends:time: End Time, Endet um, Heure de fin, Hora de fin, Ora di fine, Hora de término, Eindtijd, Čas ukončení,
    Godzina zakończenia, 終了時刻
due: Due Date, Task Due Date, Due, Due On, Deadline, Due Datetime, Fällig am, Fälligkeitsdatum, Fällig, Échéance,
    Date d'échéance, Vencimiento, Fecha de vencimiento, Scadenza, Data di scadenza, Prazo, Data de vencimento,
    Vervaldatum, Deadline datum, Termín, Termin wykonania, 期限, 期日
due:time: Due Time, Fällig um, Heure d'échéance
done_at: Marked As Done Time, Completed At, Completed Date, Completed On, Completed Time, Date Completed, Done At,
    Erledigt am, Terminé le, Completado el, Completato il, Concluído em, Voltooid op, Dokončeno, Ukończono, 完了日
duration: Duration, Duration Minutes, Duration In Minutes, Duration Min, Length, Minutes, Dauer, Dauer Minuten, Durée,
    Duración, Durata, Duração, Duur, Doba trvání, Délka, Czas trwania, 所要時間
duration:seconds: Call Duration In Seconds, Duration Seconds, Duration In Seconds
outcome: Outcome, Call Outcome, Meeting Outcome, Result, Call Result, Disposition, Ergebnis, Résultat, Resultado, Esito,
    Risultato, Resultaat, Uitkomst, Výsledek, Wynik, 結果
place: Location, Place, Where, Meeting Location, Venue, Ort, Lieu, Lugar, Ubicación, Luogo, Local,
    Locatie, Plaats, Místo,
    Miejsce, 場所
direction: Direction, Call Direction, Call Type, Richtung, Richting, Dirección
description: Notes Description, Body, Details, Content, Call Notes, Meeting Notes, Task Notes, 内容
{_COMPANY}
{_CONTACT}
contact:name: Who, Name Contact, Attendees, With, Customer Name, Teilnehmer
deal:name: Deal, Deal Name, Opportunity, Opportunity Name, Potential Name, Associated Deal, Deal Title, Verkaufschance,
    Affaire, Negocio, Trattativa, Negócio, Obchod, Szansa, 商談
deal:external: Deal ID, Opportunity ID, Associated Deal ID, Associated Deal IDs
ticket:name: Ticket, Ticket Name, Ticket Subject, Case
ticket:external: Ticket ID, Case ID, Case Number, Associated Ticket ID, Associated Ticket IDs
links:external: What ID, Related To ID, Related ID, Parent ID
links:listed: Links
links:name: Related To, Regarding, Related Record, Bezug, Zugehörig zu
owner: Activity Owner, Task Owner, Event Owner, Organizer, Organiser, Meeting Organizer, Created By, Host,
    Besprechungsplanung, Organisator, Organisateur, Organizador, Organizzatore, Organizator, Pořadatel, 開催者
{SHARED}
"""
