"""Several legal entities in one Akkoord: whose an invoice is, by its folder too; what is shown and listed by it; whose admins hear of what; what the policy must
not say of them."""
import os
import time

import pytest

from akkoord import EX_CONFIG, EX_NOINPUT
from company import found
from scene import FIRST, events, notices, take, to_whom, whole, write_invoice

LATER = "2026-12-01T13:00:00Z"
NOBODY = {"cost_centre": "IT-000"}  # holds no budget, and the chain has no fallback
OURS = """administrations = (
  { name = "Voorbeeld BV"; folder = "in"; },
  { name = "Ejemplo SL"; folder = "es"; calendar = "es"; roles = { admin = "user(lucia)"; }; },
  { name = "Exemple SA"; folder = "fr"; roles = { admin = "group(nobody)"; }; }
);
"""


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST, edit_policy=lambda text: OURS + text)
    return akkoord


def by_number(akkoord, *options):
    return {row["number"]: row.get("administration") for row in akkoord.records("list", "--all", *options, now=FIRST)}


def put(akkoord, folder, number):
    """An invoice in that folder below the watched one, written long enough ago."""
    return write_invoice(akkoord.folder / folder / f"{number}.xml", number=number)


def test_folders_below_the_watched_one(company):
    for folder, number in (("in", "A"), ("in/es", "B"), ("in/es/deeper", "C"), ("in/unknown", "D"), ("in/.hidden", "E"), ("in/failed", "F")):
        put(company, folder, number)
    (company.folder / "in/es/bad.xml").write_text("nothing", encoding="ascii")
    elsewhere = put(company, "elsewhere", "G").parent
    os.symlink(elsewhere, company.folder / "in/fr")
    time.sleep(2.1)  # files settle
    company.run("tick", now=FIRST)
    assert by_number(company) == {"A": "Voorbeeld BV", "B": "Ejemplo SL", "D": None}
    top = company.folder / "in"
    assert sorted(str(path.relative_to(top)) for path in top.rglob("*.xml") if "fr" not in path.parts) == [
        ".hidden/E.xml", "done/A.xml", "es/deeper/C.xml", "es/done/B.xml", "es/failed/bad.xml", "failed/F.xml", "unknown/done/D.xml"]
    assert (company.folder / "in/es/failed/bad.xml.reason.txt").exists()
    assert {event["side"]["number"]: event["side"]["via"] for event in events(company, "invoice.received")} == {"A": "in", "B": "es", "D": "unknown"}
    assert {event["data"].get("administration"): event["data"].get("by") for event in events(company, "invoice.routed")} == {
        "Voorbeeld BV": "folder", "Ejemplo SL": "folder", None: None}
    company.run("audit", "replay")


def test_what_is_shown_and_listed(company):
    company.run("import", "--via", "ES", put(company, "x", "B"), now=FIRST)
    _, invoice = take(company, number="A")
    company.run("tick", now=FIRST)
    assert by_number(company) == {"A": None, "B": "Ejemplo SL"}
    assert 'did you mean "Ejemplo SL"?' in company.run("list", "--administration", "Ejempo SL", now=FIRST, code=EX_NOINPUT).err
    assert by_number(company, "--administration", "Voorbeeld BV") == {}
    assert by_number(company, "--administration", "ejemplo sl") == {"B": "Ejemplo SL"}
    assert by_number(company, "--administration", "Exemple SA") == {}
    record = whole(company, "Drukkerij Vos/B")
    assert record["administration"] == "Ejemplo SL" and record["via"] == "ES"
    assert "Ejemplo SL" in company.run("show", "Drukkerij Vos/B", now=FIRST).out
    assert "administration" not in whole(company, invoice)


def test_an_update_keeps_what_it_came_through(company):
    path = put(company, "x", "B")
    company.run("import", "--via", "es", path, now=FIRST)
    company.run("tick", now=FIRST)
    write_invoice(path, number="B", gross="700.00")
    [taken] = company.records("import", path, now=LATER)
    company.run("tick", now=LATER)
    assert taken["verdict"] == "updated" and by_number(company) == {"B": "Ejemplo SL"}
    company.run("import", "--via", "in", write_invoice(path, number="B", gross="800.00"), now=LATER)
    company.run("tick", now=LATER)
    assert by_number(company) == {"B": "Voorbeeld BV"}
    company.run("audit", "replay")


def test_whose_admins_are_told(company, smtp):
    """Lucía hears of Spain's, Femke of all others: also of those whose own admins nobody can find."""
    for number, folder in (("A", "in"), ("B", "es"), ("C", "fr"), ("D", "elsewhere")):
        path = write_invoice(company.folder / "made" / f"{number}.xml", number=number, **NOBODY)
        company.run("import", "--via", folder, path, now=FIRST)
    for now in (FIRST, LATER):
        company.run("tick", now=now)
    told = {to_whom(message): [number for number in "ABCD" if f"invoice {number}" in message.part("text/plain") or f"factuur {number}" in
                               message.part("text/plain") or f"factura {number}" in message.part("text/plain")] for message in notices(company, smtp)}
    assert told == {"femke": ["A", "C", "D"], "lucia": ["B"]}
    facts = {fact for event in events(company, "message.queued") for fact in event["data"]["facts"]}
    assert len(facts) == 4
    assert {event["data"].get("administration") for event in events(company, "invoice.stuck")} == {"Voorbeeld BV", "Ejemplo SL", "Exemple SA", None}


@pytest.mark.parametrize("old, new, finding", [
    ('folder = "es"', 'folder = "in"', 'administrations[1].folder: found "in", wanted a folder that no administration above has'),
    ('calendar = "es"', 'calendar = "pt"', 'administrations[1].calendar: found "pt", wanted the name of a calendar'),
    ('name = "Exemple SA"', 'name = "ejemplo sl"', 'administrations[2].name: found "ejemplo sl", wanted a name that no administration above has'),
    ('folder = "fr"', 'ladder = "steep"', 'administrations[2].ladder: found "steep", wanted the name of a ladder'),
])
def test_what_is_refused(company, old, new, finding):
    text = company.policy.read_text(encoding="utf-8")
    assert text.count(old) >= 1
    company.policy.write_text(text.replace(old, new, 1), encoding="utf-8")
    for command in (("policy", "check"), ("policy", "apply")):
        result = company.run(*command, company.policy, now=FIRST, code=EX_CONFIG)
        assert finding in result.out + result.err


def test_a_change_is_told_in_rules(company):
    text = company.policy.read_text(encoding="utf-8")
    company.policy.write_text(text.replace('calendar = "es"; roles', 'calendar = "nl"; reminders = false; roles'), encoding="utf-8")
    assert company.run("policy", "diff", company.policy, now=FIRST).out.splitlines() == [
        "administration Ejemplo SL: calendar: es → nl", "administration Ejemplo SL: reminders: true → false"]
