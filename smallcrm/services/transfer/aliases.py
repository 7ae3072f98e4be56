"""What other programs call the columns of each noun; one table per noun, as data.

A line is `target: name, name, …`; a target is `field` or `field:part`. Names are compared without case,
accents, spaces and marks. Addresses, phones and e-mails with their many labels are not listed: `grammar`
    reads them.
"""

from __future__ import annotations

from functools import cache

from smallcrm.services.transfer.grammar import read_label
from smallcrm.services.transfer.headers import key_of, words_of
from smallcrm.services.transfer.mapping import Target
from smallcrm.services.values.listing import listed

COMMON = """
website: Website, Web Site, Website URL, URL, Web, WWW, Web Page, Homepage, Home Page, Webseite,
    Internet, Site web, Sitio web, Página web, Sito web, Site internet, Webová stránka,
    Strona internetowa, Strona WWW, ホームページ, ウェブサイト
description: Description, Notes, Note, Comments, Comment, Remarks, Memo, About, Background,
    Background info, Notes or comments, Beschreibung, Bemerkung, Bemerkungen, Notiz, Notizen, Anmerkung,
    Anmerkungen, Kommentar, Remarque, Remarques, Commentaire, Commentaires, Notas, Observaciones,
    Observações, Comentarios, Comentários, Osservazioni, Annotazioni, Opmerking, Opmerkingen, Notities,
    Poznámka, Poznámky, Uwagi, Notatki, Opis, メモ, 備考, Content
owner: Owner, OwnerId, Owner Name, Owner Email, Record Owner, Assigned To, Assigned User, Assignee,
    Account Owner, Account Manager, Salesperson, Sales Rep, Sales Agent, Besitzer, Eigentümer, Zuständig,
    Betreuer, Verantwortlich, Propriétaire, Responsable, Propietario, Proprietario, Proprietário,
    Responsabile, Eigenaar, Vlastník, Właściciel, 担当者, 担当
tags: Tags, Tag, Label, Labels, Labels(s), Categories, Category, Keywords, Group Membership, Groups,
    Group, Schlagworte, Schlagwörter, Kategorie, Kategorien, Gruppe, Gruppen, Étiquettes, Catégories,
    Catégorie, Etiquetas, Categorías, Categoria, Etichette, Categorie, Categorieën, Štítky, Etykiety,
    タグ, 分類
external_id: ID, Record ID, External ID, External_Id__c, UID, UUID, GUID, Identifier, System ID,
    Pipedrive System ID, Unique ID, Record No, Nummer
created_at: Create Date, Created Date, Created At, Created, Created Time, Creation Date, Date Created,
    Created On, Added Time, Add time, Date Added, Erstellt am, Erstellt, Angelegt am, Erstelldatum,
    Date de création, Créé le, Fecha de creación, Data di creazione, Data de criação, Aangemaakt op,
    Vytvořeno, Datum vytvoření, Data utworzenia, 作成日
updated_at: Last Modified Date, Last Modified, Modified Time, Updated At, Updated, Update time,
    Updated Time, Rev, Modified On, Modified At, Date Modified, Last Updated, Geändert am, Zuletzt geändert,
    Date de modification, Modifié le, Fecha de modificación, Data di modifica, Gewijzigd op, Upraveno,
    Data modyfikacji, 更新日
"""

COMPANY_WORDS = """Company, Company Name, Account, Account Name, Organization,
    Organization Name, Organisation,
    Organisation Name, Organizations, Business Name, Firm, Firm Name, Company Organization, Legal Name,
    Firma, Firmenname, Firmenbezeichnung, Unternehmen, Unternehmensname, Société, Entreprise,
    Raison sociale, Nom de l'entreprise, Nom de la société, Empresa, Nombre de la empresa, Compañía,
    Nome da empresa, Razón social, Azienda, Società, Ragione sociale, Nome azienda, Bedrijf,
    Bedrijfsnaam, Organisatie, Společnost, Název společnosti, Název firmy, Organizace, Nazwa firmy,
    Przedsiębiorstwo, 会社, 会社名, 企業名, 社名, 組織"""

CONTACT = f"""
{COMMON}
first_name: First Name, Given Name, Forename, First, Fname, Name First, Name First Name, Name Given Name,
    Vorname, Rufname, Prénom, Nombre,
    Nombre de pila, Nome próprio, Primeiro nome, Nome, Voornaam, Jméno, Křestní jméno, Imię, Förnamn,
    Fornavn, Etunimi, Keresztnév, Имя, 名
last_name: Last Name, Family Name, Surname, Last, Lname, Name Last, Name Last Name, Name Family Name,
    Nachname, Familienname, Zuname, Nom,
    Nom de famille, Apellido, Apellidos, Cognome, Achternaam, Příjmení, Nazwisko, Sobrenome, Apelido,
    Último nome, Efternamn, Etternavn, Efternavn, Sukunimi, Vezetéknév, Фамилия, 姓
name: Name, Full Name, Display Name, Name Full, Name Display Name, Contact Name, Contact,
    Customer Name, Client Name, Formatted Name,
    File As, Person, Person Name, Naam, Vollständiger Name, Anzeigename, Kundenname, Ansprechpartner,
    Nom complet, Nom et prénom, Nombre completo, Nombre y apellidos, Nome completo, Nome e cognome,
    Volledige naam, Jméno a příjmení, Celé jméno, Imię i nazwisko, ФИО, 氏名, 名前, お名前, 姓名
middle_name: Middle Name, Middle, Middle Initial, Additional Name, Additional Names, Zweiter Vorname,
    Deuxième prénom, Segundo nombre, Secondo nome, Tussenvoegsel, Drugie imię
prefix: Salutation, Prefix, Name Prefix, Name Title, Honorific, Honorific Prefix, Honorific Prefixes, Courtesy Title,
    Title Of Courtesy, Anrede, Civilité, Tratamiento, Aanhef, Oslovení, Titul, Trattamento,
    Zwrot grzecznościowy, 敬称
suffix: Suffix, Name Suffix, Honorific Suffix, Honorific Suffixes, Namenszusatz, Suffixe, Sufijo
nickname: Nickname, Nick Name, Nick, Alias, Spitzname, Surnom, Apodo, Soprannome, Bijnaam, Přezdívka,
    Pseudonim, ニックネーム
title: Job Title, Title, Contact Title, Position, Role, Job, Job Role, Designation, Function, Headline,
    Funktion, Stelle, Berufsbezeichnung, Stellenbezeichnung, Poste, Fonction, Cargo, Puesto, Qualifica,
    Ruolo, Mansione, Functie, Functietitel, Funkce, Pozice, Stanowisko, 役職, 肩書, Organization Title,
    Job Position, Occupation, Profession, Beruf
department: Department, Division, Abteilung, Département, Service, Departamento, Reparto, Dipartimento,
    Afdeling, Oddělení, Dział, 部署, 部門, Organization Department
lifecycle: Lifecycle Stage, Lifecycle, Life Cycle Stage, Customer Stage, Contact Stage, Lead Status,
    Status, Contact Status, Lead Stage, Phase, Contact Type
birthday: Birthday, Birthdate, Birth Date, Date of Birth, DOB, BDay, Geburtstag, Geburtsdatum,
    Date de naissance, Anniversaire, Fecha de nacimiento, Cumpleaños, Data di nascita, Compleanno,
    Data de nascimento, Aniversário, Geboortedatum, Verjaardag, Datum narození, Narozeniny,
    Data urodzenia, Urodziny, 誕生日, 生年月日
birthday:year: Birth Year
birthday:month: Birth Month
source: Lead Source, Source, Original Source, Contact Source, Quelle, Herkunft, Leadquelle, Origine,
    Source du prospect, Origen, Fuente, Fonte, Origem, Bron, Zdroj, Źródło, 流入元
opt_out: Email Opt Out, Has Opted Out Of Email, Opt Out, Opted Out, Unsubscribed,
    Unsubscribed from all email, Do Not Email, Do Not Contact, Marketing Opt Out, Email Unsubscribed,
    Newsletter abbestellt
owner: Contact Owner, Lead Owner, Person Owner
external_id: Contact ID, Customer ID, Person ID, User ID, Lead ID, Client ID, Member ID, Employee ID,
    Kundennummer, Kundennr, Kontakt ID, Numéro client, Número de cliente, Klantnummer, 顧客番号
company:name: {COMPANY_WORDS}, Associated Company, Related Company, Primary Company, Employer,
    Current Company, Works At, Arbeitgeber, Employeur, Werkgever, Account Name Name
company:domain: Company Domain Name, Company Domain, Associated Company Domain, Company Website,
    Company URL, Account Website, Organization Website, Organization Domain
company:external: Company ID, Account ID, Organization ID, Organisation ID, Associated Company ID,
    Associated Company IDs, Primary Associated Company ID, Account External Id, Account.External_Id__c,
    Account Name ID, Related Company ID
company:name: Account.Name
"""

COMPANY = f"""
{COMMON}
name: Name, {COMPANY_WORDS}, Supplier Name, Vendor Name, Client Company, Full Legal Name
name: Display Name
domains: Company Domain Name, Domain, Domains, Domain Name, Domain Names, Company Domain,
    Company Domains, Web Domain, Email Domain, Doména, Domaine, Dominio, Domein
website: Company Website, Company URL, Organization Website
industry: Industry, Sector, Industry Sector, Branche, Industrie, Secteur, Secteur d'activité, Industria,
    Settore, Setor, Sektor, Odvětví, Branża, 業種, 業界
employees: Number of Employees, Employees, Employee Count, No of Employees, Num Employees, NumEmp,
    Headcount, Company Size, Size, Anzahl Mitarbeiter, Mitarbeiter, Mitarbeiterzahl, Mitarbeiteranzahl,
    Effectif, Nombre d'employés, Empleados, Número de empleados, Dipendenti, Numero di dipendenti,
    Funcionários, Werknemers, Aantal medewerkers, Počet zaměstnanců, Liczba pracowników, 従業員数
revenue: Annual Revenue, Revenue, Yearly Revenue, Turnover, Annual Turnover, Umsatz, Jahresumsatz,
    Chiffre d'affaires, Ingresos anuales, Facturación, Fatturato, Faturamento, Omzet, Jaaromzet, Obrat,
    Przychód, Obroty, 売上, 年商
currency: Currency, Currency ISO Code, Revenue Currency, Währung, Devise, Moneda, Valuta, Měna, Waluta
parent:external: Parent ID, Parent Company ID, Parent Account ID
parent:name: Parent Company, Parent Name, Parent Account, Parent, Parent Organization, Subsidiary Of,
    Muttergesellschaft, Société mère, Empresa matriz, Moederbedrijf, Mateřská společnost
owner: Company Owner, Organization Owner
external_id: Company ID, Account ID, Organization ID, Organisation ID, Customer ID, Supplier ID,
    Vendor ID, Client ID, Firmen ID, Kundennummer, Kundennr, Reference, 顧客番号
address::country: Office Location
"""

TABLES = {"company": COMPANY, "contact": CONTACT}


# Read word by word from a header (grammar.py), so that no line of a table names them all.
_BY_GRAMMAR = {"emails", "phones", "address"}


def fields_of(noun: str) -> frozenset[str]:
    """The fields that a column of a noun's file can go to, as `--map` names them."""
    listed_here = {line.partition(":")[0].strip() for line in TABLES[noun].splitlines() if ":" in line}
    return frozenset(listed_here | _BY_GRAMMAR)


ENTITIES = {
    "company": listed(
        """
    company organization organisation account firma
    """
    ),
    "contact": listed(
        """
    person contact lead customer client
    """
    ),
}
_SITES = listed(
    """
    website web homepage url webseite www
    """
)
_SITE_WORDS = _SITES | listed(
    """
    work home page other profile personal business company blog value address adresse site
    """
)
_WEAK = frozenset(["occupation", "profession", "beruf"])


@cache
def table_of(noun: str) -> dict[str, Target]:
    """The known names of a noun's columns, in the form of `key_of`."""
    found: dict[str, Target] = {}
    for line in TABLES[noun].replace(",\n", ",").splitlines():
        spec, _colon, names = line.partition(": ")
        target = Target.parse(spec)
        for rank, name in enumerate(names.split(",")):
            if key := key_of(name):
                found.setdefault(key, target if key not in _WEAK else target.at(50 + rank))
    return found


def target_of(noun: str, header: str) -> Target | None:
    """What a column of that name holds for this noun; None if nothing is known of it."""
    table = table_of(noun)
    words = words_of(header).split()
    shown = table.get("".join(words))
    if shown or not words:
        return shown
    bare = words[1:] if words[0] in ENTITIES[noun] and len(words) > 1 else words
    known = table.get("".join(bare)) if bare != words else _site(words)
    if known or (found := read_label(bare)) is None:
        return known or _without_numbers(table, bare)
    if found.field == "emails" and noun == "company":
        return None if found.part == "label" else Target("domains", "email", 50 + found.rank)
    return found


def _site(words: list[str]) -> Target | None:
    """A web address with a label, as in `Website Work` and `Personal Web Page`."""
    rest = [word for word in words if not word.isdigit()]
    if not _SITES.intersection(rest) or not _SITE_WORDS.issuperset(rest):
        return None
    return Target("website", "", 10 + next((int(word) for word in words if word.isdigit()), 0))


def is_known(header: str) -> bool:
    """Whether any noun has a column of that name."""
    return bool(header) and any(target_of(noun, header) for noun in TABLES)


def _without_numbers(table: dict[str, Target], words: list[str]) -> Target | None:
    numbers = [int(word) for word in words if word.isdigit() and len(word) < 3]  # noqa: PLR2004
    if len(numbers) != 1:
        return None
    found = table.get("".join(word for word in words if not word.isdigit() and word != "value"))
    return found and found.at(numbers[0])
