"""Small exports of deals of our own, in the style of programs and countries that the corpora lack; read first."""

from __future__ import annotations

from tests.services.transfer.corpus.expecting import imported, some, whole

ZOHO = imported(
    "zoho_deals.csv",
    counts={"deal": (10, 0, 0, 0, 0, 0)},
    made={"company": 6, "contact": 5, "member": 3, "stage": 5},
    links=18,
    records=(
        whole(
            "deal", 0, name="Cold store refit", pipeline="Sales", stage="Qualification", amount="48000.00 GBP",
            expected_close="2027-01-29", company="Northgate Foods", contacts=["Owen Pryce"], owner="Priya Raman",
            source="Cold Call", tags=["food"], description="Two halls",
            external_ids=["zoho:zcrm_4871000000301001"], created="2026-06-02 09:12",
        ),
        whole(
            "deal", -1, name="Spare hooks", pipeline="Sales", stage="Won", amount="2100.00 EUR",
            expected_close="2026-11-20", closed_at="2026-11-20", company="Fenwick Ports", owner="Maeve Kerr",
            source="Referral", external_ids=["zoho:zcrm_4871000000301010"], created="2026-11-02 07:55",
        ),
        whole(
            "deal", "Harbour crane service", name="Harbour crane service", pipeline="Sales", stage="Lost",
            amount="92000.00 EUR", expected_close="2026-07-31", closed_at="2026-07-31", lost_reason="Price",
            company="Fenwick Ports", contacts=["Lars Holm"], owner="Maeve Kerr", source="Trade Show",
            description="They stayed with the old contract; ask again in 2028",
            external_ids=["zoho:zcrm_4871000000301004"], created="2026-02-16 11:45",
        ),
        # Zoho has two stages of what is lost.
        some("deal", "Ticket gates", stage="Lost", closed_at="2026-09-30"),
        some("deal", "Door sensors", tags=["food", "retrofit"], stage="Won"),
        some("deal", "Label printers", amount="12500.50 GBP", stage="Needs Analysis"),
    ),
)  # fmt: skip

CZECH = imported(
    "excel_cz.csv",
    counts={"deal": (10, 0, 0, 0, 0, 0)},
    made={"company": 7, "contact": 6, "member": 2, "stage": 3},
    links=19,
    records=(
        whole(
            "deal", 0, name="Dodávka regálů", pipeline="Sales", stage="Nabídka", amount="125000.50 CZK",
            expected_close="2027-01-31", company="Sklady Morava s.r.o.", contacts=["Jana Dvořáková"],
            owner="Petr Malý", description="dvě haly",
        ),
        whole(
            "deal", -1, name="Osvětlení dílny", pipeline="Sales", stage="Nabídka", amount="67000.00 CZK",
            expected_close="2027-03-31", company="Strojírna Kladno", contacts=["Ivan Černý"], owner="Petr Malý",
            description="LED",
        ),
        whole(
            "deal", "Webové stránky", name="Webové stránky", pipeline="Sales", stage="Lost", amount="36000.00 CZK",
            expected_close="2026-09-20", closed_at="2026-09-20", lost_reason="not given", company="Pekárna U Mlýna",
            contacts=["Tomáš Žák"], owner="Eva Krátká", description="moc drahé", created="2026-09-20",
        ),
        some("deal", "Tisk katalogu", stage="Won", amount="9990.90 CZK", closed_at="2026-10-02"),
        some("deal", "Licence na rok", amount="2400.00 EUR"),
        some("stage", "Jednání", probability=80),
    ),
)  # fmt: skip

DUTCH = imported(
    "teamleader_nl.csv",
    counts={"deal": (10, 0, 0, 0, 0, 0)},
    made={"company": 7, "contact": 6, "member": 2, "stage": 3},
    links=18,
    records=(
        whole(
            "deal", 0, name="Kantoor Gent inrichten", pipeline="Sales", stage="Offerte verstuurd",
            amount="24500.00 EUR", expected_close="2027-01-29", company="De Linde BV", contacts=["Anke Maes"],
            owner="Wout Claes", source="Beurs", created="2026-04-13",
        ),
        whole(
            "deal", -1, name="Nieuwe heftruck", pipeline="Sales", stage="Offerte verstuurd", amount="29750.50 EUR",
            expected_close="2027-01-29", company="Transport Kuipers", contacts=["Sanne van den Berg"],
            owner="Wout Claes", source="Aanbeveling", created="2026-06-29",
        ),
        whole(
            "deal", "Kassasysteem", name="Kassasysteem", pipeline="Sales", stage="Lost", amount="6400.00 EUR",
            expected_close="2026-08-31", closed_at="2026-08-25", lost_reason="Te duur", company="Bakkerij Mulder",
            contacts=["Joris Mulder"], owner="Fleur Bos", source="Website", created="2026-05-11",
        ),
        some("deal", "Zonnepanelen loods", stage="Won", closed_at="2026-09-28"),
        some("deal", "Alarminstallatie", amount=None, stage="Eerste contact"),
        some("stage", "Offerte verstuurd", probability=60),
        some("stage", "Onderhandeling", probability=80),
    ),
)  # fmt: skip

JAPANESE = imported(
    "excel_ja.csv",
    counts={"deal": (10, 0, 0, 0, 0, 0)},
    made={"company": 6, "contact": 5, "member": 2, "stage": 3},
    links=18,
    records=(
        whole(
            "deal", 0, name="倉庫棚の更新", pipeline="Sales", stage="提案", amount="1200000 JPY",
            expected_close="2027-01-29", company="みどり物流株式会社", contacts=["健 高橋"], owner="中村 愛",
            description="二棟分",
        ),
        whole(
            "deal", -1, name="名刺印刷", pipeline="Sales", stage="提案", amount="36500 JPY",
            expected_close="2026-12-04", company="東都運輸", contacts=["陸 石川"], owner="中村 愛", description="特急",
        ),
        whole(
            "deal", "会計ソフト", name="会計ソフト", pipeline="Sales", stage="Lost", amount="760000 JPY",
            expected_close="2026-09-30", closed_at="2026-09-30", lost_reason="not given", company="北海水産",
            contacts=["海 渡辺"], owner="松本 翔", description="予算なし", created="2026-09-30",
        ),
        some("deal", "店舗照明", stage="Won", closed_at="2026-10-02", contacts=None),
        some("contact", "健 高橋", first_name="健", last_name="高橋"),
    ),
)  # fmt: skip

# A board of monday.com: titles of groups and the names of the columns again stand between the deals; the reader knows
# them, so that they are no rows.
MONDAY_ROWS: tuple[tuple[object, ...], ...] = (
    ("Sales Pipeline",),
    ("Active Deals",),
    ("Name", "Owner", "Stage", "Deal Value", "Close Probability", "Expected Close Date", "Account", "Contacts"),
    ("Greenhouse glass", "Ola Berg", "Proposal", 18400, 60, "2027-01-29", "Berg Nursery", "Siri Dahl"),
    ("Irrigation pumps", "Ola Berg", "Negotiation", 7250.5, 80, "2026-12-11", "Berg Nursery", "Siri Dahl"),
    ("Packing line", "Ken Abe", "Qualified", 64000, 25, "2027-02-26", "Otani Foods", "Rei Mori"),
    ("Pallet wrapper", "Ken Abe", "Lead", 9900, 10, "2027-03-31", "Otani Foods", "Rei Mori"),
    ("Solar awning", "Ola Berg", "Lead", None, 10, "2027-04-30", "Kite Cafe", None),
    ("Menu boards", "Ken Abe", "Proposal", 1350, 60, "2026-12-18", "Kite Cafe", "Uma Frost"),
    (),
    ("Closed Won",),
    ("Name", "Owner", "Stage", "Deal Value", "Close Probability", "Expected Close Date", "Account", "Contacts"),
    ("Seed trays", "Ola Berg", "Won", 2100, 100, "2026-10-16", "Berg Nursery", "Siri Dahl"),
    ("Coffee grinder", "Ken Abe", "Won", 880, 100, "2026-11-06", "Kite Cafe", "Uma Frost"),
    (),
    ("Lost",),
    ("Name", "Owner", "Stage", "Deal Value", "Close Probability", "Expected Close Date", "Account", "Contacts"),
    ("Ice machine", "Ken Abe", "Lost", 5600, 0, "2026-09-25", "Kite Cafe", "Uma Frost"),
    ("Cold room", "Ola Berg", "Lost", 27000, 0, "2026-08-28", "Otani Foods", "Rei Mori"),
)

MONDAY = imported(
    "monday_board.xlsx",
    counts={"deal": (10, 0, 0, 0, 0, 2)},
    made={"company": 3, "contact": 3, "member": 2},
    total={"deal": 10, "stage": 6},
    links=10 + 9,
    records=(
        whole(
            "deal", 0, name="Greenhouse glass", pipeline="Sales", stage="Proposal", probability=60,
            amount="18400.00 EUR", expected_close="2027-01-29", company="Berg Nursery", contacts=["Siri Dahl"],
            owner="Ola Berg",
        ),
        whole(
            "deal", -1, name="Cold room", pipeline="Sales", stage="Lost", amount="27000.00 EUR",
            expected_close="2026-08-28", closed_at="2026-08-28", lost_reason="not given", company="Otani Foods",
            contacts=["Rei Mori"], owner="Ola Berg", created="2026-08-28",
        ),
        some("deal", "Seed trays", stage="Won", closed_at="2026-10-16", amount="2100.00 EUR"),
        some("deal", "Solar awning", amount=None, contacts=None, company="Kite Cafe"),
    ),
)  # fmt: skip

EXPECTED = (ZOHO, CZECH, DUTCH, JAPANESE, MONDAY)
