"""The admins' summary of the week: what is open, late, stuck, on hold and never reminded, why, and what happened."""
import pytest

from company import INVOICES, found, reference
from scene import FIRST, take, to_whom, write_invoice

MONDAY, NEXT = "2026-12-07T08:00:00Z", "2026-12-14T08:00:00Z"


def plain(received):
    return received.message.get_body(("plain",)).get_content()


def summaries(smtp):
    return [received for received in smtp.messages() if "summary" in plain(received) and "akkoord list" in plain(received)]


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST, lambda text: 'summary = "Mon 09:00";\n' + text)
    akkoord.run("import", INVOICES, now=FIRST)
    akkoord.run("tick", now=FIRST)
    return akkoord


def test_the_week_is_told_once_in_figures_and_words(company, smtp):
    held = reference(company, "2026-1187", FIRST)
    company.run("hold", held, "--until", "2026-12-18", "--as", "femke", "--reason", "contract", now="2026-12-02T10:00:00Z")
    for _ in range(2):
        company.run("tick", now=MONDAY)
    [received] = summaries(smtp)
    text = plain(received)
    open_now = company.records("list", now=MONDAY)
    assert received.message["Subject"].startswith("De week in goedkeuringen:")
    assert f"  Open: {len(open_now)} (akkoord list)" in text
    assert f"  Te laat: {len(company.records('list', '--late', now=MONDAY))} (akkoord list --late)" in text
    assert "  Aangehouden: 1 (akkoord list --on-hold)" in text and "Aangehouden tot" in text
    assert all(row["number"] in text for row in open_now)
    assert f"  Ontvangen: {len(company.records('list', '--all', now=MONDAY))}" in text
    html = received.message.get_body(("html",)).get_content()
    assert "akkoord list --on-hold" in html and "<h2" in html
    company.run("audit", "verify")
    company.run("audit", "replay")


def test_a_later_week_has_what_was_decided_and_how_long_it_took(company, smtp):
    for row in company.records("list", now=FIRST):
        company.run("withdraw" if row.get("stuck") else "approve", row["invoice"], "--as", *(row.get("approvers") or ["femke"])[:1], "--reason", "paid", now="2026-12-08T09:00:00Z", code=None)
    company.run("tick", now=NEXT)
    text = plain(summaries(smtp)[-1])
    assert "  Goedgekeurd: " in text and "Werktijd tot een beslissing (mediaan): " in text and " uur" in text
    assert to_whom(summaries(smtp)[-1]) in ("femke", "Femke Bakker")


OURS = '''administrations = (
  { name = "Voorbeeld BV"; folder = "in"; },
  { name = "Ejemplo SL"; folder = "es"; roles = { admin = "user(lucia)"; }; },
  { name = "Exemple SA"; folder = "fr"; roles = { admin = "group(nobody)"; }; }
);
summary = "Mon 09:00";
'''


def test_administrations_with_admins_of_their_own(akkoord, slapd, smtp):
    """Each admin is told of what is theirs to look after; what nobody else looks after is the house's."""
    found(akkoord, slapd, smtp.url, FIRST, lambda text: OURS + text)
    for folder, number in (("es", "B-7"), ("fr", "C-7")):
        akkoord.run("import", "--via", folder, write_invoice(akkoord.folder / folder / f"{number}.xml", number=number), now=FIRST)
    take(akkoord, number="A-7")
    akkoord.run("tick", now=FIRST)
    akkoord.run("tick", now=MONDAY)
    told = {to_whom(received): plain(received) for received in summaries(smtp)}
    assert {who: [number for number in ("A-7", "B-7", "C-7") if number in text] for who, text in told.items()} == {"lucia": ["B-7"], "femke": ["A-7", "C-7"]}
    assert "Zonder administratie: Open 1" in told["femke"] and "Exemple SA: Open 1" in told["femke"] and "Ejemplo" not in told["femke"]
    assert "En curso: 1 (akkoord list)" in told["lucia"] and "Recibidas: 1" in told["lucia"]


def test_none_where_the_policy_wants_none(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST, lambda text: 'summary = "none";\n' + text)
    akkoord.run("import", INVOICES, now=FIRST)
    akkoord.run("tick", now=FIRST)
    akkoord.run("tick", now=MONDAY)
    assert summaries(smtp) == []
