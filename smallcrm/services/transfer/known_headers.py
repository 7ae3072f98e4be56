"""What other programs call the columns of companies and contacts, and of every noun; written as in `aliases`."""

from __future__ import annotations

SHARED = """
description: Description, Details, Notes, Note, Comments, Comment, Remarks, Memo, About, Background,
    Background info, Notes or comments, Beschreibung, Bemerkung, Bemerkungen, Notiz, Notizen, Anmerkung,
    Anmerkungen, Kommentar, Remarque, Remarques, Commentaire, Commentaires, Notas, Observaciones,
    Observações, Comentarios, Comentários, Osservazioni, Annotazioni, Opmerking, Opmerkingen, Notities,
    Poznámka, Poznámky, Uwagi, Notatki, Opis, メモ, 備考, Content
owner: Owner, OwnerId, Owner Name, Owner Email, Record Owner, Assigned To, Assigned User, Assignee,
    Account Owner, Account Manager, Salesperson, Sales Rep, Sales Agent, Besitzer, Eigentümer, Zuständig,
    Betreuer, Verantwortlich, Owned By, Kundenbetreuer, Vertriebsmitarbeiter,
    Propriétaire commercial, Commercial, Comercial, Vendedor, Venditore, Dono, Dono do Lead, Dono do negócio,
    Verantwoordelijke, Accountmanager, Odpovědná osoba, Obchodník, Przydzielono do, Opiekun, Handlowiec, 営業担当,
    営業担当者, Propriétaire, Responsable, Propietario, Proprietario, Proprietário,
    Responsabile, Eigenaar, Vlastník, Właściciel, 担当者, 担当
tags: Tags, Tag, Label, Labels, Labels(s), Categories, Category, Keywords, Group Membership, Groups,
    Group, Schlagworte, Schlagwörter, Kategorie, Kategorien, Gruppe, Gruppen, Étiquettes, Catégories,
    Catégorie, Etiquetas, Categorías, Categoria, Etichette, Categorie, Categorieën, Štítky, Etykiety,
    タグ, 分類
external_ids: External IDs
external_id: ID, Record ID, External ID, External_Id__c, Identifiant, Identificador, Identificativo, Identificatie,
    Identifikátor, Identyfikator, Kennung, UID, UUID, GUID, Identifier, System ID,
    Pipedrive System ID, Unique ID, Record No, Nummer
created_at: Create Date, Created Date, Created At, Created, Created Time, Creation Date, Date Created,
    Created On, Added Time, Add time, Date Added, Erstellt am, Erstellt, Angelegt am, Erstelldatum,
    Date de création, Créé le, Fecha de creación, Data di creazione, Data de criação, Aangemaakt op,
    Vytvořeno, Datum vytvoření, Data utworzenia, First Conversion Date, Data da primeira conversão, Criado em,
    Creado el, Creato il, Utworzono, 作成日
updated_at: Last Modified Date, Last Modified, Modified Time, Updated At, Updated, Update time,
    Updated Time, Rev, Modified On, Modified At, Date Modified, Last Updated, Geändert am, Zuletzt geändert,
    Date de modification, Modifié le, Fecha de modificación, Data di modifica, Gewijzigd op, Upraveno,
    Data modyfikacji, 更新日
"""

COMMON = f"""
website: Website, Web Site, Site, Website URL, URL, Web, WWW, Web Page, Homepage, Home Page, Webseite,
    Internet, Site web, Sitio web, Página web, Sito web, Site internet, Webová stránka,
    Strona internetowa, Strona WWW, ホームページ, ウェブサイト
{SHARED}
"""

COMPANY_WORDS = """Company, Company Name, Account, Account Name, Organization,
    Organization Name, Organisation,
    Organisation Name, Organizations, Business Name, Firm, Firm Name, Company Organization, Legal Name,
    Firma, Firmenname, Firmenbezeichnung, Unternehmen, Unternehmensname, Société, Entreprise,
    Raison sociale, Nom de l'entreprise, Nom de la société, Empresa, Nombre de la empresa, Compañía,
    Nome da empresa, Nom du compte, Nombre de la cuenta, Nome account, Razón social,
    Azienda, Società, Ragione sociale, Nome azienda, Bedrijf,
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
    Status, Contact Status, Lead Stage, Phase, Contact Type, Étape du cycle de vie, Etapa del ciclo de vida,
    Estágio no funil, Estágio do ciclo de vida, Fase del ciclo di vita, Levenscyclusfase, Lebenszyklusphase,
    Fáze životního cyklu, Etap cyklu życia
birthday: Birthday, Birthdate, Birth Date, Date of Birth, DOB, BDay, Geburtstag, Geburtsdatum,
    Date de naissance, Anniversaire, Fecha de nacimiento, Cumpleaños, Data di nascita, Compleanno,
    Data de nascimento, Aniversário, Geboortedatum, Verjaardag, Datum narození, Narozeniny,
    Data urodzenia, Urodziny, 誕生日, 生年月日
birthday:year: Birth Year
birthday:month: Birth Month
source: Lead Source, Source, Original Source, Contact Source, Quelle, Herkunft, Leadquelle, Origine,
    Source du prospect, Origen, Fuente, Fonte, Origem, Bron, Zdroj, Źródło, 流入元, First Conversion Source,
    Origem da primeira conversão
opt_out: Email Opt Out, Has Opted Out Of Email, Opt Out, Opted Out, Unsubscribed,
    Unsubscribed from all email, Do Not Email, Do Not Contact, Marketing Opt Out, Email Unsubscribed,
    Newsletter abbestellt, Nicht kontaktieren, Ne pas contacter, Ne pas déranger, No contactar, Non contattare,
    Não contatar, Niet contacteren, Nekontaktovat, Nie kontaktować
owner: Contact Owner, Lead Owner, Person Owner
external_id: Contact ID, Customer ID, Person ID, User ID, Lead ID, Client ID, Member ID, Employee ID,
    Kundennummer, Kundennr, Kontakt ID, Numéro client, Número de cliente, Klantnummer, 顧客番号
company:name: {COMPANY_WORDS}, Associated Company, Related Company, Primary Company, Employer,
    Current Company, Works At, Arbeitgeber, Employeur, Werkgever, Account Name Name
companies: Companies
company:domain: Company Domain Name, Company Domain, Associated Company Domain, Company Website,
    Company URL, Account Website, Organization Website, Organization Domain
company:external: Company ID, Account ID, Organization ID, Organisation ID, Associated Company ID,
    Associated Company IDs, Primary Associated Company ID, Account External Id, Account.External_Id__c,
    Account Name ID, Related Company ID
company:name: Account.Name
"""

COMPANY = f"""
{COMMON}
name: Name, Nazwa, Název, Bezeichnung, Denominazione, Denominación, 名称,
    {COMPANY_WORDS}, Supplier Name, Vendor Name, Client Company, Full Legal Name
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
    Przychód, Obroty, Roczne obroty, Roczny obrót, 売上, 年商
currency: Currency, Currency ISO Code, Revenue Currency, Währung, Devise, Moneda, Valuta, Měna, Waluta
parent:external: Parent ID, Parent Company ID, Parent Account ID
parent:name: Parent Company, Parent Name, Parent Account, Parent, Parent Organization, Subsidiary Of,
    Muttergesellschaft, Société mère, Empresa matriz, Moederbedrijf, Mateřská společnost
owner: Company Owner, Organization Owner
external_id: Company ID, Account ID, Organization ID, Organisation ID, Customer ID, Supplier ID,
    Vendor ID, Client ID, Firmen ID, Kundennummer, Kundennr, Reference, 顧客番号
address::country: Office Location
"""
