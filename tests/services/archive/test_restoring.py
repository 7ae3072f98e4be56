"""What an archive may be that anybody has made: refused with a sentence that names the place, nothing kept."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from smallcrm.db.ids import bound_tenant
from smallcrm.errors import Conflict, NotAllowed, SmallCRMError, ValidationError
from smallcrm.models.base import State
from smallcrm.models.contact import Contact
from smallcrm.models.workspace import Member
from smallcrm.services.activities import ACTIVITY
from smallcrm.services.archive import manifest, restoring
from smallcrm.services.companies import COMPANY
from smallcrm.services.contacts import CONTACT
from smallcrm.services.deals import DEAL
from smallcrm.services.records.editing import Edit, add
from smallcrm.services.workspaces import contents as records
from tests.services.archive.test_round_trip import archived, contents, filled, quiet, work_of
from tests.support.cast import ADAM, EUR, MARA, MEMBERS, NORTH, OLGA, SOUTH, STAN
from tests.support.corpora import corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.world import World

Files = dict[str, bytes]


@pytest.fixture
def whole(world: World) -> bytes:
    """The archive of a workspace in which much has happened, its journal with it."""
    work_of(world, world.north, [])
    with world.acts(OLGA):
        add(COMPANY, Edit({"name": "Below", "parent": "1", "revenue": "10"}), EUR)
        add(ACTIVITY, Edit({"subject": "Ring", "due": "2026-12-02", "reminders": "1d"}), EUR)
        return archived(journal=True)


def forged(data: bytes, change: Callable[[Files], None]) -> bytes:
    """The archive with something changed, its manifest made to fit again."""
    files = {name: body for name, body in contents(data).items() if name != manifest.NAME}
    said = json.loads(contents(data)[manifest.NAME])
    said["exported_at"] = "2026-03-14T09:26:53Z"
    files[manifest.NAME] = json.dumps(said).encode()
    change(files)
    said = json.loads(files.pop(manifest.NAME))
    for name in set(said.get("files", ())) & set(files):
        body = files[name]
        said["files"][name] = {"rows": body.count(b"\n") - 1, "sha256": hashlib.sha256(body).hexdigest()}
    files[manifest.NAME] = json.dumps(said).encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return stream.getvalue()


def swap(file: str, old: bytes, new: bytes) -> Callable[[Files], None]:
    """A change of one file."""

    def change(files: Files) -> None:
        assert old in files[file], files[file][:300]
        files[file] = files[file].replace(old, new, 1)

    return change


def line(file: str, added: bytes) -> Callable[[Files], None]:
    """One more line in a file."""

    def change(files: Files) -> None:
        files[file] += added + b"\n"

    return change


def takes_back(number: int, *, undoes: bytes = b"", undone_by: bytes = b"") -> Callable[[Files], None]:
    """What an operation takes back, and by what it was taken back."""

    def change(files: Files) -> None:
        lines = files["operations.csv"].split(b"\n")
        at = next(at for at, text in enumerate(lines) if text.startswith(b"%d," % number))
        lines[at] = lines[at].removesuffix(b",,") + b",%b,%b" % (undoes, undone_by)
        files["operations.csv"] = b"\n".join(lines)

    return change


def tells(key: str, **values: Any) -> Callable[[Files], None]:
    """A manifest that says more under a key."""

    def change(files: Files) -> None:
        found = json.loads(files[manifest.NAME])
        found[key].update(values)
        files[manifest.NAME] = json.dumps(found).encode()

    return change


def since(instant: Any) -> Callable[[Files], None]:
    """A manifest that says when it was written."""

    def change(files: Files) -> None:
        found = json.loads(files[manifest.NAME])
        files[manifest.NAME] = json.dumps({**found, "exported_at": instant}).encode()

    return change


def journal(noun: str, fields: Any) -> Callable[[Files], None]:
    """One more change of the first record of a noun, of the first operation; the numbers given out are made to fit."""

    def change(files: Files) -> None:
        text = json.dumps(fields).replace('"', '""')
        files["changes.csv"] += f'999,1,{noun},update,1,,"{text}"\n'.encode()
        tells("numbers", change=999)(files)

    return change


def defined(kind: str, default: str, target: str = "") -> Callable[[Files], None]:
    """One more field of deals, of a type and with a default; the numbers given out are made to fit."""

    def change(files: Files) -> None:
        at = "2026-03-14T09:26:53Z"
        row = f"99,live,,1,{at},{at},,More,deal,more,{kind},{target},,0,0,{default},0,0,9\n"
        files["custom_fields.csv"] += row.encode()
        tells("numbers", field=99)(files)

    return change


def said(**values: Any) -> Callable[[Files], None]:
    """Another manifest."""

    def change(files: Files) -> None:
        files[manifest.NAME] = json.dumps({"format": manifest.FORMAT, **values}).encode()

    return change


FORGED = [
    (swap("companies.csv", b"1,live,", b"1,alive,"), r"companies.csv, line 2, column state: it is none of live"),
    (swap("companies.csv", b"\n1,live,", b"\n0,live,"), r"line 2, column id: it is no number from 1"),
    (swap("companies.csv", b"\n1,live,", b"\n2,live,"), r"companies.csv, line 3: number 2 is there twice"),
    (swap("companies.csv", b"\n1,live,", b"\n4242,live,"), r"line 2: number 4242 is more than the manifest gives out"),
    (swap("companies.csv", b"\n1,live,", b"\n01,live,"), r"it is no whole number"),
    (swap("companies.csv", b",10.00,EUR", b",10.0,EUR"), r"column revenue_amount: it is no amount of EUR"),
    (swap("companies.csv", b",10.00,EUR", b",10.00,eur"), r"column revenue_currency: it is no currency code"),
    (swap("companies.csv", b",10.00,EUR", b",10.00,"), r"an amount has a currency"),
    (swap("companies.csv", b",10.00,EUR", b",99999999999999999999.00,EUR"), r"it is no whole number"),
    (swap("companies.csv", b",1\n", b",3\n"), r"companies.csv, line 4, column parent_id: company 3 is above itself"),
    (swap("companies.csv", b",1\n", b",77\n"), r"there is no company 77"),
    (swap("companies.csv", b"Acme", b"'"), r"companies.csv, line 2, column name: a company needs a name"),
    (swap("contacts.csv", b",New,,Bo,", b",,,,"), r"contacts.csv, line 3: A contact needs a first name, a last name"),
    (swap("comments.csv", b"We look. @adam", b""), r"comments.csv, line 2: A comment needs a text\.$"),
    (swap("companies.csv", b"Acme", b"Ac\0me"), r"companies.csv.*(NUL|no CSV)"),
    (swap("companies.csv", b"Acme", b"Ac\xffme"), r"companies.csv is not UTF-8 text"),
    (swap("companies.csv", b"Acme", b'"Acme'), r"companies.csv.*(no CSV|cells)"),
    (swap("companies.csv", b"id,state", b"state,id"), r"companies.csv, line 1: its columns are not id, state"),
    (swap("companies.csv", b"Acme", b"Acme,more"), r"line 2: it has 21 cells and not 20"),
    (swap("company_domains.csv", b"acme.com", b"WWW.acme.com/"), r"is no domain"),
    (swap("contact_emails.csv", b"a@x.org", b"nobody"), r"'nobody' is no e-mail"),
    (swap("contact_emails.csv", b"b@x.org", b"A@X.org"), r"contact_emails.csv, line 3, column address: it holds what"),
    (swap("contact_companies.csv", b",1,,1,", b",9,,1,"), r"there is no company 9"),
    (swap("members.csv", b",owner,", b",king,"), r"members.csv, line 2, column role"),
    (swap("members.csv", b",owner,", b",admin,"), r"has no owner among its members"),
    (swap("members.csv", b"adam@north.example", b"olga@north.example"), r"line 3, column email: it holds what"),
    (swap("operations.csv", b",2026-", b",20x6-"), r"operations.csv, line 2, column at: it is no instant"),
    (swap("changes.csv", b"contact,create", b"alien,create"), r"changes.csv, line \d+, column object"),
    (swap("changes.csv", b"{", b"["), r"it is no JSON"),
    (swap("custom_fields.csv", b",text,", b",rumour,"), r"custom_fields.csv, line \d, column kind"),
    (swap("custom_values.csv", b"contact,", b"company,"), r"field 1 is of the contact"),
    (swap("taggings.csv", b"company,1,", b"company,66,"), r"there is no company 66"),
    (swap("tickets.csv", b",new,", b",newish,"), r"tickets.csv, line \d, column status"),
    (swap("tickets.csv", b",normal,", b",odd,"), r"column priority"),
    (swap("activities.csv", b"2026-12-01", b"2026-13-01"), r"column due: it is neither"),
    (swap("custom_fields.csv", b",tier,", b",first_name,"), r"no field of one's own can have such a key"),
    (swap("custom_fields.csv", b",tier,", b",,"), r"no field of one's own can have such a key"),
    (swap("activity_reminders.csv", b",1440,", b",999999999999,"), r"column minutes: it is no number from 0 to"),
    (swap("changes.csv", b"company,create", b"company,purge"), r"only what empties the trash takes away for good"),
    (swap("stages.csv", b",Lead,1,1,", b",Lead,1,9223372036854775807,"), r"column position: it is a larger number"),
    (swap("members.csv", b"adam@north.example", b"adam\x1b[31m@north.example"), r"3, column email: .* is no e-mail"),
    (swap("members.csv", b"adam@north.example", b"OLGA@North.example"), r"line 3, column email: it holds what"),
    (swap("members.csv", b"Adam Admin", b""), r"members.csv, line 3, column name: a member needs a name"),
    (swap("tags.csv", b"VIP", b""), r"tags.csv, line 2, column name: a tag needs a name"),
    (swap("external_ids.csv", b",hub,", b",,"), r"external_ids.csv, line 2, column source: it is empty"),
    (swap("companies.csv", b"\n1,live,,", b"\n1,trashed,,"), r"companies.csv, line 2, column trashed_at: what is in"),
    (swap("companies.csv", b"\n1,live,,", b"\n1,live,2026-03-14T09:26:53Z,"), r"line 2, column trashed_at: what is in"),
    (swap("companies.csv", b"\n1,live,,1,", b"\n1,live,,0,"), r"line 2, column version: it is no number from 1 on"),
    (swap("custom_fields.csv", b",text,", b",record,"), r"column target: a field of the kind record, and no other"),
    (swap("custom_fields.csv", b",record,company,", b",record,,"), r"line 5, column target: a field of the kind"),
    (swap("custom_fields.csv", b",record,company,", b",record,stage,"), r"line 5, column target: it is none of"),
    (swap("custom_fields.csv", b",tier,select,", b",tier,date,"), r"options.csv, line 2, column field_id: field 1"),
    (swap("custom_fields.csv", b",tier,", b",id,"), r"fields.csv, line 2, column key: no field of one's own"),
    (swap("custom_fields.csv", b",badge,text,,,0,1,,", b",badge,text,,,0,1,x,"), r"column default_text: A unique"),
    (swap("custom_fields.csv", b",tier,select,,,0,0,,", b",tier,select,,,0,0,lead,"), r"line 2: It is the default"),
    (swap("custom_fields.csv", b",badge,", b",skills,"), r"fields.csv, line 3, column key: A contact has a field"),
    (swap("custom_values.csv", b",gold,", b",silver,"), r"values.csv, line \d, column value: it is none of gold"),
    (swap("custom_values.csv", b",gold,", b",,"), r"custom_values.csv, line \d, column value: there is no value"),
    (swap("custom_values.csv", b",gold,", b",gold,EUR"), r"custom_values.csv, line \d.*cells|value: an amount"),
    (swap("pipelines.csv", b"\n1,live,,", b"\n1,trashed,2026-03-14T09:26:53Z,"), r"column pipeline_id: it names a"),
    (swap("pipelines.csv", b"\n1,live,,", b"\n1,undone,,"), r"line 2, column pipeline_id: it names a pipeline that is"),
    (swap("stages.csv", b",6,lost,", b",6,won,"), r"deals.csv, line 2, column lost_reason: Only a lost deal"),
    (swap("deals.csv", b",1,6,", b",1,2,"), r"deals.csv, line 2, column stage_id: The stage has been changed"),
    (swap("deal_stages.csv", b",1,6,", b",1,2,"), r"deals.csv, line 2, column stage_id: The stage has been changed"),
    (swap("tickets.csv", b",new,", b",closed,"), r"tickets.csv, line 2, column status: The status has been changed"),
    (swap("activities.csv", b",done,", b",open,"), r"activities.csv, line 2, column status: The status and the time"),
    (swap("contact_emails.csv", b",b@x.org,,0", b",b@x.org,,1"), r"line 2, column is_primary: one of the emails"),
    (swap("contact_emails.csv", b",a@x.org,,1", b",a@x.org,,0"), r"line 2, column is_primary: one of the emails"),
    (takes_back(2, undoes=b"2"), r"operations.csv, line 3, column undoes: an operation takes back one"),
    (takes_back(2, undoes=b"3"), r"operations.csv, line 3, column undoes: an operation takes back one"),
    (takes_back(2, undone_by=b"2"), r"operations.csv, line 3, column undone_by: an operation is taken back by one"),
    (takes_back(2, undone_by=b"1"), r"operations.csv, line 3, column undone_by: an operation is taken back by one"),
    (takes_back(2, undoes=b"1"), r"operations.csv, line 3, column kind: only an undo or a redo"),
    (journal("deal", {"name": ["a", {"id": 1, "y": 2}]}), r"column fields: nothing changes name of a deal like"),
    (journal("deal", {"name": ["\ud800", None]}), r"column fields: it holds a NUL character, or half of a surrogate"),
    (journal("deal", {"name": ["\0", None]}), r"column fields: it holds a NUL character, or half of a surrogate"),
    (journal("deal", {"amount": [{"amount": 1, "currency": "eur"}, None]}), r"nothing changes amount of a deal like"),
    (journal("deal", {"chance": [1, 2]}), r"nothing changes chance of a deal like that"),
    (journal("deal", {"owner": [{"id": 99}, None]}), r"nothing changes owner of a deal like that"),
    (journal("deal", {"owner": [{"id": 0}, None]}), r"column fields: it is no number from 1"),
    (journal("deal", {"probability": [1 << 70, None]}), r"column fields: it holds a number that no field has"),
    (journal("deal", {"probability": [0.5, None]}), r"column fields: it holds a number that no field has"),
    (journal("deal", {"tags": ["VIP", None]}), r"nothing changes tags of a deal like that"),
    (journal("deal", {"stage_log": {"+": [{"stage": 5}]}}), r"nothing changes stage_log of a deal like that"),
    (journal("contact", {"emails": {"-": [{"id": 1}]}}), r"nothing changes emails of a contact like that"),
    (journal("contact", {"tier": [["gold"], None]}), r"nothing changes tier of a contact like that"),
    (journal("contact", {"skills": {"-": [{"name": "go"}]}}), r"nothing changes skills of a contact like that"),
    (defined("date", "tomorrow"), r"column default_text: A default is one date for all records"),
    (defined("date", "2026-02-30"), r"custom_fields.csv, line \d, column default_text: .*2026-02-30"),
    (defined("integer", "many"), r"custom_fields.csv, line \d, column default_text: .*many"),
    (defined("boolean", "maybe"), r"custom_fields.csv, line \d, column default_text: .*maybe"),
    (defined("money", "EUR"), r"custom_fields.csv, line \d, column default_text: .*EUR"),
    (defined("email", "nobody"), r"custom_fields.csv, line \d, column default_text: .*nobody"),
    (defined("user", "olga@north.example"), r"column default_text: A field that names somebody or something has no"),
    (defined("record", "1", "company"), r"column default_text: A field that names somebody or something has no"),
    (defined("select", ""), r"custom_fields.csv, line \d: A select needs options"),
    (line("stages.csv", b"1"), r"stages.csv, line \d+: it has 1 cells"),
    (lambda files: files.pop("tags.csv"), r"lacks tags.csv"),
    (lambda files: files.update({"../../evil.csv": b"x"}), r"a file that is not of an archive: ../../evil.csv"),
    (tells("numbers", alien=5), r"all.zip has a manifest that counts what no archive has: alien"),
    (tells("numbers", company=-1), r"all.zip has a manifest that cannot be understood"),
    (tells("numbers", company=1 << 40), r"all.zip has a manifest that cannot be understood"),
    (tells("files", **{"x\x1b.csv": {"rows": 0, "sha256": "0" * 64}}), r"a manifest with a file that is not of"),
    (tells("workspace", zone="Mars/Base"), r"all.zip/manifest.json: .*Mars/Base"),
    (tells("workspace", currency="eur"), r"all.zip/manifest.json: .*eur"),
    (tells("workspace", name="\0"), r"all.zip/manifest.json: .*NUL"),
    (tells("workspace", name=""), r"all.zip/manifest.json: .*name"),
    (since("yesterday\x1b[31m"), r"manifest that cannot be understood"),
    (since("2026-02-30T00:00:00Z"), r"manifest that cannot be understood"),
    (since(5), r"manifest that cannot be understood"),
    (said(), r"manifest that cannot be understood"),
    (said(version=99), r"newer smallcrm, as version 99"),
    (said(version=1, formula_escape="none"), r"manifest that cannot be understood"),
    (said(version="1", files={}, numbers={}, workspace={}), r"manifest that cannot be understood"),
]  # fmt: skip


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_what_is_wrong_is_told_by_its_place_and_leaves_nothing(world: World, whole: bytes, tmp_path: Path) -> None:
    """Each forgery, in a manifest that fits it, is refused; the workspace stays as empty as it was."""
    tenant = world.settle(NORTH, MEMBERS)
    path = tmp_path / "all.zip"
    told = []
    for change, sentence in FORGED:
        path.write_bytes(forged(whole, change))
        with world.acts(OLGA, tenant):
            try:
                restoring.restore(path, dry_run=True, progress=quiet)
                told.append((sentence, "it was taken"))
            except ValidationError as error:
                fits = re.search(sentence, error.sentence) and error.sentence.startswith("all.zip")
                told += [] if fits else [(sentence, error.sentence)]
            assert (records(), Member.select().count()) == ({}, len(MEMBERS))
    assert told == []


def test_what_was_changed_without_the_manifest_is_refused(world: World, whole: bytes, tmp_path: Path) -> None:
    """One letter, one row more or less: the sum of the file tells."""
    tenant = world.settle(NORTH, MEMBERS)
    path = tmp_path / "all.zip"
    for old, new in ((b"Acme", b"Acne"), (b"\n1,", b"\n1,live,,1,,,,,,,,,,,,,,,,\n1,")):
        files = contents(whole)
        files["companies.csv"] = files["companies.csv"].replace(old, new, 1)
        with zipfile.ZipFile(path, "w") as archive, zipfile.ZipFile(io.BytesIO(whole)) as honest:
            for name in honest.namelist():
                archive.writestr(name, files["companies.csv"] if name == "companies.csv" else honest.read(name))
        with world.acts(OLGA, tenant), pytest.raises(ValidationError, match=r"companies.csv"):
            restoring.restore(path, dry_run=False, progress=quiet)
        with world.acts(OLGA, tenant):
            assert records() == {}


def test_a_truncated_or_twisted_file_never_gets_in(world: World, whole: bytes, tmp_path: Path) -> None:
    """Cut off anywhere, a byte turned anywhere: a sentence, and an empty workspace."""
    tenant = world.settle(NORTH, MEMBERS)
    path = tmp_path / "all.zip"
    for at in range(0, len(whole), len(whole) // 40):
        for data in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
            path.write_bytes(data)
            with world.acts(OLGA, tenant):
                assert "all.zip" in _told(path)
                assert records() == {}


def _told(path: Path) -> str:
    """What is said of an archive; its name alone where it is taken."""
    try:
        restoring.restore(path, dry_run=True, progress=quiet)
    except SmallCRMError as error:
        return error.sentence
    return path.name


@pytest.mark.parametrize("engine_url", ["sqlite"], indirect=True)
def test_no_zip_of_the_attackers_is_taken_for_an_archive(world: World) -> None:
    """What is in the corpus is no archive, and refused as one without a traceback."""
    for path in sorted(corpus("attacks/own/zip").iterdir()):
        assert not manifest.is_archive(path)
        with world.acts(OLGA), pytest.raises(SmallCRMError):
            restoring.restore(path, dry_run=False, progress=quiet)


def test_a_workspace_in_which_anything_happened_takes_no_archive(world: World, whole: bytes, tmp_path: Path) -> None:
    """Not even where all of it was taken back; what is there stays."""
    tenant = world.settle(NORTH, MEMBERS)
    path = tmp_path / "all.zip"
    path.write_bytes(whole)
    with world.acts(OLGA, tenant):
        add(CONTACT, Edit({"first_name": "Here"}), EUR)
        with pytest.raises(Conflict, match="empty workspace, and this one has contacts"):
            restoring.restore(path, dry_run=False, progress=quiet)
        assert records() == {"contact": 1}


def test_only_an_owner_fills_a_workspace_and_an_admin_may_export(world: World, whole: bytes, tmp_path: Path) -> None:
    """Each verb asks once; a dry run asks too, and changes nothing."""
    path = tmp_path / "all.zip"
    path.write_bytes(whole)
    tenant = world.settle(NORTH, MEMBERS)
    with world.acts(ADAM, tenant):
        assert archived(journal=False)
        with pytest.raises(NotAllowed, match="fill the workspace"):
            restoring.restore(path, dry_run=True, progress=quiet)
    with world.acts(MARA, tenant), pytest.raises(NotAllowed, match="export the whole workspace"):
        archived(journal=False)
    with world.acts(OLGA, tenant):
        assert restoring.restore(path, dry_run=True, progress=quiet).rows["contacts.csv"] == 2
        assert records() == {}


def test_it_stays_with_its_workspace(world: World, whole: bytes, tmp_path: Path) -> None:
    """The neighbours keep what they have, and whoever fills a workspace stays in it as an owner."""
    path = tmp_path / "all.zip"
    path.write_bytes(whole)
    with world.acts(OLGA):
        before = archived(journal=True)
    tenant = world.settle(SOUTH, (STAN,))
    with world.acts(STAN, tenant):
        done = restoring.restore(path, dry_run=False, progress=quiet)
        assert done.added == STAN.name
        roles = [(member.name, member.role, member.id >> 40) for member in Member.select().order_by(Member.id)]
        assert roles[0] == (OLGA.name, "owner", tenant)
        assert roles[-1] == (STAN.name, "owner", tenant)
        add(DEAL, Edit({"name": "Next", "company": "1"}), EUR)
        assert Contact.select().where(Contact.state == State.LIVE).count() > 0
    with world.acts(OLGA):
        assert contents(archived(journal=True)) == contents(before)


def test_new_numbers_go_on_where_the_old_ones_ended(world: World, whole: bytes, tmp_path: Path) -> None:
    """A number that was given out before is not given out again, whatever of it is still there."""
    with filled(world, whole, tmp_path / "all.zip"):
        made = add(COMPANY, Edit({"name": "Next"}), EUR)
        assert (made.changed, bound_tenant() > world.south) == ([4], True)


def test_payloads_of_spreadsheets_come_back_as_they_were(world: World, tmp_path: Path) -> None:
    """No cell of the archive begins a formula, and every text comes back."""
    rows = json.loads((corpus("attacks/own") / "csv_formula.json").read_text(encoding="utf-8"))
    payloads = [text for text in _texts(rows) if text.strip() and "\0" not in text]
    tenant = world.settle(NORTH, MEMBERS)
    with world.acts(OLGA, tenant):
        for text in payloads:
            add(CONTACT, Edit({"first_name": "A", "description": text}), EUR)
        kept = _descriptions()
        data = archived(journal=False)
    cells = [
        cell for row in csv.reader(io.StringIO(contents(data)["contacts.csv"].decode(), newline="")) for cell in row
    ]
    assert not [cell for cell in cells if cell[:1] in {*"=+-@|%\t\r\n"}]
    with filled(world, data, tmp_path / "all.zip"):
        assert _descriptions() == kept
    assert len(kept) > 10


def _descriptions() -> list[Any]:
    return [contact.description for contact in Contact.select().order_by(Contact.id)]


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for each in inner for text in _texts(each)]
