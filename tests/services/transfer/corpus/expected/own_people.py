"""Small exports of people and companies of our own, in styles that the corpora lack; read first."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

# 4/13 says that the month comes first. Of the contact types too few are stages in the life of a contact; the column is
# left out. Personal is called home.
COPPER = imported(
    "copper_people.csv",
    counts={"contact": (10, 0, 0, 0, 0, 0)},
    made={"company": 5, "member": 2},
    links=9,
    records=(
        whole(
            "contact", 0, first_name="Dana", last_name="Whitlock", title="Head of Buying",
            companies=["Larkspur Outdoor"], owner="Sam Ortega",
            emails=["work: dana@larkspur.example", "home: dana.w@home.example"],
            phones=["work: +1 503 555 0142", "mobile: +1 503 555 0199"], street="1200 NW Quimby St", city="Portland",
            region="OR", postal_code="97209", country="US", website="https://larkspur.example",
            tags=["retail", "west"], description="Prefers calls before ten",
            external_ids=["csv:90210001"], created="2026-04-13",
        ),
        whole(
            "contact", -1, first_name="Nora", last_name="Quinn", title="Attorney", companies=["Quinn Law"],
            owner="Sam Ortega", emails=["work: nora@quinnlaw.example"], phones=["work: +1 415 555 0188"],
            street="1 Market St", city="San Francisco", region="CA", postal_code="94105", country="US",
            website="https://quinnlaw.example", external_ids=["csv:90210010"], created="2026-08-19",
        ),
        some(
            "contact", "90210004", first_name="Omar", last_name="Haddad Jr.", phones=["mobile: +1 206 555 0166"],
            tags=["biotech", "speaker"], title="Chief Scientist", companies=["Tidewater Labs"],
        ),
        some("contact", "Bo Ek", emails=None, phones=["mobile: +46 70 555 0101"], country="SE"),
        some("company", "Larkspur Outdoor", external_ids=["csv:70001"]),
    ),
)  # fmt: skip

FRENCH = imported(
    "freshsales_fr.csv",
    counts={"contact": (10, 0, 0, 0, 0, 0)},
    made={"company": 8, "member": 2},
    links=10,
    records=(
        whole(
            "contact", 0, first_name="Éloïse", last_name="Garnier", title="Directrice des achats",
            emails=["eloise.garnier@moulinbleu.example"],
            phones=["work: +33 1 55 55 01 10", "mobile: +33 6 55 55 01 10"], companies=["Moulin Bleu SARL"],
            owner="Bastien Roche", lifecycle="customer", source="Salon", street="12 rue des Tanneurs", city="Lille",
            postal_code="59000", country="France", tags=["meunerie", "nord"], external_ids=["csv:15001"],
            created="2026-04-13 09:15",
        ),
        whole(
            "contact", -1, first_name="Théo", last_name="Klein", title="Acheteur",
            emails=["theo.klein@brasserieklein.example"], phones=["work: +33 3 55 55 08 80"],
            companies=["Brasserie Klein"], owner="Bastien Roche", lifecycle="lead", source="Salon",
            street="2 rue du Houblon", city="Strasbourg", postal_code="67000", country="France", tags=["boissons"],
            opt_out=True, external_ids=["csv:15010"], created="2026-06-30 09:00",
        ),
        whole(
            "contact", "Paul Meunier", first_name="Paul", last_name="Meunier", phones=["work: +33 5 55 55 06 60"],
            companies=["Meunier Frères"], owner="Solène Marty", lifecycle="customer", source="Salon",
            street="4 place du Marché", city="Pau", postal_code="64000", country="France",
            tags=["bois", "sud-ouest"], external_ids=["csv:15008"], created="2026-06-15 10:00",
        ),
        some("contact", "Camille d'Aubigny", first_name="Camille", last_name="d'Aubigny", opt_out=True),
    ),
)  # fmt: skip

# SuiteCRM writes several values as ^one^,^two^.
POLISH = imported(
    "suitecrm_pl.csv",
    counts={"company": (10, 0, 0, 0, 0, 0)},
    made={"member": 2},
    links=0,
    records=(
        whole(
            "company", 0, name="Młyn Zielony sp. z o.o.", website="mlynzielony.example",
            domains=["mlynzielony.example"], phones=["work: +48 22 555 01 10", "fax: +48 22 555 01 11"],
            industry="Spożywcza", employees=45, revenue="12500000.50 EUR", street="ul. Młyńska 5", city="Warszawa",
            postal_code="00-950", country="Polska", tags=["klient", "partner"], owner="Zofia Wilk",
            description="Stały odbiorca", external_ids=["csv:b1a2-0001"], created="2026-04-13 09:15",
        ),
        whole(
            "company", -1, name="Huta Szkła Kryształ", website="krysztal.example", domains=["krysztal.example"],
            phones=["work: +48 13 555 10 00"], industry="Szkło", employees=118, revenue="31750000.25 EUR",
            street="Hutnicza 8", city="Krosno", postal_code="38-400", country="Polska", tags=["partner"],
            owner="Marek Gaj", external_ids=["csv:b1a2-0010"], created="2026-06-29 08:30",
        ),
        # There is no site, but an address at a host of their own.
        some("company", "Stolarnia Dąb", domains=["stolarnia.example"], website=None, revenue=None, tags=None),
        some("company", "Port Logistyka S.A.", tags=["partner", "przewoźnik"], employees=230),
    ),
)  # fmt: skip

BRAZILIAN = imported(
    "rd_station_br.csv",
    counts={"contact": (10, 0, 0, 0, 0, 0)},
    made={"company": 8, "member": 2},
    links=10,
    records=(
        whole(
            "contact", 0, first_name="Marina", last_name="Alves", emails=["marina.alves@cafedaserra.example"],
            phones=["+55 31 5555-0110", "mobile: +55 31 95555-0110"], companies=["Café da Serra Ltda"],
            title="Gerente de compras", website="https://cafedaserra.example", region="MG", city="Belo Horizonte",
            country="Brasil", birthday="1988-07-22", lifecycle="customer", tags=["café", "sudeste"],
            owner="Rafael Pinto", source="Busca orgânica", created="2026-04-13 09:15",
        ),
        whole(
            "contact", -1, first_name="Rita", last_name="Barros", emails=["rita@farmaciavida.example"],
            phones=["+55 81 5555-0880"], companies=["Farmácia Vida"], title="Farmacêutica", region="PE",
            city="Recife", country="Brasil", birthday="1990-05-17", lifecycle="customer", tags=["saúde"],
            owner="Bianca Reis", source="Busca orgânica", created="2026-06-29 08:30",
        ),
        # Nobody's name, but an address.
        whole(
            "contact", 3, emails=["contato@padariaestrela.example"], phones=["+55 11 5555-0330"],
            companies=["Padaria Estrela"], region="SP", city="São Paulo", country="Brasil", lifecycle="lead",
            owner="Bianca Reis", source="Facebook", created="2026-05-04 08:45",
        ),
        some("contact", "Tiago Lima", lifecycle="opportunity", tags=["agro", "centro-oeste"], title="Agrônomo"),
    ),
)  # fmt: skip

EXPECTED = (COPPER, FRENCH, POLISH, BRAZILIAN)
