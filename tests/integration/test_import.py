"""Importing: real invoices of many kinds, the same document again and changed, folders, and files that mean harm."""
import csv
import email
import email.policy
import os
import re
import shutil
import unicodedata
from decimal import Decimal

import pytest

from akkoord import CORPUS, EX_CONFIG, EX_DATAERR, EX_NOINPUT, EX_TEMPFAIL, EX_USAGE
from company import INVOICES, found
from scene import FIRST, approvals, events, store, take, whole, write_invoice

LATER = "2026-12-01T10:00:00Z"
CANARY = "CANARY-7f3a9c"
corpus = pytest.mark.skipif(not (CORPUS / "ubl/expected.csv").exists(), reason="the test corpus is not there")


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST)
    return akkoord


def expected():
    with open(CORPUS / "ubl/expected.csv", encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def corpus_file(record):
    return record["file"].split("/ubl/", 1)[1]


def key(text):
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def identity(row):
    """Supplier, number, year of issue and kind (DESIGN.md, "Invoices"), from the table that was made without this program."""
    columns = ("supplier_vat", "supplier_legal_id", "supplier_tax_reg", "supplier_ids", "iban", "supplier_name", "supplier_trading_name")
    supplier = next(row[column].split(";")[0] for column in columns if row[column])
    return key(supplier), key(row["invoice_number"]), row["issue_date"][:4], row["syntax"]


@corpus
def test_whole_corpus_in_one_go(company):
    """One bad file stops nothing, what is refused says why, and of each invoice the first document is new."""
    rows = expected()
    records = {corpus_file(record): record for record in company.records("import", CORPUS / "ubl", now=FIRST, code=EX_DATAERR)}
    refused = {file for file, record in records.items() if record["verdict"] == "refused"}
    assert all(records[file]["reason"] for file in refused)
    must = {file for file, row in rows.items() if row["verdict"] in ("reject", "incomplete", "not-an-invoice")} | records.keys() - rows.keys()
    may = {file for file, row in rows.items() if row["verdict"] == "optional"}
    assert must <= refused <= must | may
    seen = set()
    for file in sorted(rows.keys() - refused):
        known = identity(rows[file]) in seen
        assert records[file]["verdict"] in (("known", "updated") if known else ("new",)), records[file]
        seen.add(identity(rows[file]))
    assert len(company.records("list", now=FIRST)) == len(seen)
    assert company.records("audit", "replay")[0]["ok"] and company.records("audit", "verify")[0]["ok"]


@corpus
def test_what_a_hostile_file_points_at_stays_where_it_is(company):
    shutil.copytree(CORPUS / "ubl/invalid", company.folder / "invalid")
    assert CANARY in (company.folder / "invalid/canary.txt").read_text(encoding="ascii")
    results = [company.run("import", company.folder / "invalid", INVOICES, now=FIRST, as_json=as_json, code=EX_DATAERR) for as_json in (False, True)]
    results.append(company.run("tick", "--verbose", now=FIRST))
    kept = [path.read_bytes() for path in (*(company.folder / "mail/new").iterdir(), *company.folder.glob("akkoord.db*"))]
    assert len(kept) > 10
    assert not any(CANARY.encode() in text for text in kept) and not any(CANARY in result.out + result.err for result in results)


@corpus
def test_dry_run_shows_what_was_read_without_a_configuration(akkoord):
    rows = expected()
    result = akkoord.run("import", "--dry-run", CORPUS / "ubl", as_json=True, code=EX_DATAERR)
    compared = derived = 0
    for record in result.lines:
        row = rows.get(corpus_file(record))
        assert record["verdict"] in ("new", "refused")
        if record["verdict"] == "refused" or row["verdict"] != "accept":
            continue
        wanted = {"syntax": row["syntax"], "type_code": row["type_code"], "number": row["invoice_number"], "issue_date": row["issue_date"],
                  "due_date": row["due_date"], "currency": row["currency"], "buyer_reference": row["buyer_reference"], "order_reference": row["order_reference"]}
        if record.get("due_date_source") == "terms":  # the table has only what stands there as a date
            assert not row["due_date"] and record["terms"]
            derived += 1
            wanted["due_date"] = record["due_date"]
        assert {name: record.get(name, "") for name in wanted} == wanted, record["file"]
        assert Decimal(record["payable"]) == Decimal(row["payable_total"].lstrip("+"))
        assert record["kind"] == {"ubl-invoice": "invoice", "ubl-creditnote": "credit-note"}[row["syntax"]]
        supplier = {"name": row["supplier_name"] or row["supplier_trading_name"], "vat": row["supplier_vat"], "endpoint": row["supplier_endpoint"]}
        assert {name: record["supplier"].get(name, "") for name in supplier} == supplier, record["file"]
        compared += 1
    assert compared >= 180 and derived >= 5
    assert not akkoord.config.exists() and CANARY not in result.out + result.err


def test_refused_in_words(company):
    bad = company.folder / "bad.xml"
    bad.write_text("<Invoice>", encoding="ascii")
    result = company.run("import", INVOICES, bad, now=FIRST, code=EX_DATAERR)
    assert re.search(rf"^{bad}: refused: \S+", result.out, re.MULTILINE)
    assert result.out.splitlines()[-1] == "5 new, 0 updated, 0 known, 0 held, 1 refused"
    assert "\r" not in result.err and "█" not in result.err, "no progress bar without a terminal"


# --- the same invoice again ---


@pytest.fixture
def asked(company):
    """One invoice, its budget holder asked; its id."""
    verdict, company.invoice = take(company)
    company.run("tick", now=FIRST)
    assert verdict == "new" and whole(company, company.invoice)["approvers"] == ["lucia"]
    return company


def test_the_same_file_is_no_news(asked):
    before = asked.records("audit", "verify")[0]["events"]
    assert take(asked, LATER) == ("known", asked.invoice)
    assert asked.records("audit", "verify")[0]["events"] == before


def test_the_same_invoice_in_another_file_is_no_news(asked):
    path = write_invoice(asked.folder / "other.xml", number="a 1", gross="500", vat="nl 8000.00001.b01")
    assert asked.records("import", path, now=LATER)[0]["verdict"] == "known"


@pytest.mark.parametrize("changes", [{"gross": "500.01"}, {"iban": "NL20INGB0001234567"}])
def test_changed_substance_starts_the_chain_anew(asked, changes):
    assert take(asked, LATER, **changes) == ("updated", asked.invoice)
    assert approvals(whole(asked, asked.invoice, LATER))[0]["state"] == "lapsed"
    asked.run("approve", asked.invoice, "--as", "lucia", now=LATER, code=EX_TEMPFAIL)
    asked.run("tick", now=LATER)
    record = whole(asked, asked.invoice, LATER)
    assert [approval["state"] for approval in approvals(record)] == ["lapsed", "pending"] and record["state"] == "open"
    assert approvals(record)[1]["start"] == LATER
    assert record["gross"] == changes.get("gross", "500.00")


def test_changed_due_date_only_moves_the_deadline(asked):
    # Three working days in Madrid from Tuesday: Friday, close of work at 15:00. Two working days before Thursday's close of work: Tuesday's, but at least
    # one working day after the start.
    assert approvals(whole(asked, asked.invoice))[0]["deadline"] == "2026-12-04T14:00:00Z"
    assert take(asked, LATER, due="2026-12-04") == ("updated", asked.invoice)
    [approval] = approvals(whole(asked, asked.invoice, LATER))
    assert approval["state"] == "pending" and approval["start"] == FIRST and approval["deadline"] == "2026-12-02T14:00:00Z"
    [moved] = events(asked, "approval.moved")
    assert moved["data"]["deadline"] == "2026-12-02T14:00:00Z"


def test_changed_after_the_decision_is_held(asked):
    asked.run("approve", asked.invoice, "--as", "lucia", now=FIRST)
    path = write_invoice(asked.folder / "more.xml", gross="600.00")
    [record] = asked.records("import", path, now=LATER)
    assert record["verdict"] == "held" and "approved already" in record["reason"]
    shown = whole(asked, asked.invoice, LATER)
    assert shown["gross"] == "500.00" and shown["state"] == "approved"
    assert "0 new, 0 updated, 0 known, 1 held, 0 refused" in asked.run("import", path, now=LATER).out


@pytest.mark.parametrize("changes", [{"number": "A-11"}, {"vat": "NL800000002B01"}, {"issued": "2025-11-25"}])
def test_another_number_supplier_or_year_is_another_invoice(asked, changes):
    path = write_invoice(asked.folder / "other.xml", **changes)
    assert asked.records("import", path, now=LATER)[0]["verdict"] == "new"


# --- files and folders ---


def test_a_path_that_is_none(company):
    assert "/no/such" in company.run("import", INVOICES, "/no/such", now=FIRST, code=EX_NOINPUT).err
    assert company.records("list", now=FIRST) == [], "looked at before anything is taken"
    company.run("import", "--dry-run", "/no/such", code=EX_NOINPUT)
    company.run("import", code=EX_USAGE)


def test_without_a_configuration(akkoord):
    assert str(akkoord.config) in akkoord.run("import", INVOICES, code=EX_CONFIG).err


def test_folders_are_walked(company):
    top = company.folder / "top"
    for place in ("a.xml", "x/b.XML", "x/y/c", "x/.hidden/d.xml", ".e.xml", "x/done/f.xml", "x/failed/g.xml", "x/g.xml.reason.txt"):
        write_invoice(top / place, number=place)
    os.symlink("..", top / "x/round")
    os.symlink("a.xml", top / "linked.xml")
    records = company.records("import", top, now=FIRST)
    assert [(record["file"].removeprefix(f"{top}/"), record["verdict"]) for record in records] == [
        ("a.xml", "new"), ("linked.xml", "known"), ("x/b.XML", "new"), ("x/y/c", "new")]


@pytest.mark.parametrize("name", [b"line\nbreak.xml", b"\x1b[31mred.xml", b"caf\xe9.xml", b"-n", b"--dry-run", b"$(touch owned)`touch owned`.xml",
                                  "\u202egnp.xml".encode(), b"%s%n.xml", b"' or 1=1; --.xml", b"x" * 251 + b".xml"])
def test_hostile_file_names(company, name):
    folder = company.folder / "in"
    write_invoice(folder / "plain")
    os.rename(folder / "plain", os.path.join(os.fsencode(folder), name))
    result = company.run("import", folder, now=FIRST)
    assert "1 new" in result.out and not re.search("[\x00-\x09\x0b-\x1f\x7f\u202e]", result.out + result.err)
    assert len(result.out.splitlines()) == 2
    [record] = company.records("import", folder, now=FIRST)
    assert record["verdict"] == "known"
    with store(company) as connection:
        [side] = [body for body, in connection.execute("SELECT body FROM side WHERE body LIKE '%\"file\"%'")]
    assert not re.search("[\x00-\x1f]", side)
    assert company.records("audit", "replay")[0]["ok"]
    assert not any(path.name == "owned" for path in company.folder.rglob("*"))


def test_hostile_content_is_only_text(company):
    """Supplier names go to terminals, into mails and the record: no control character comes through, no markup is believed."""
    write_invoice(company.folder / "x.xml", supplier="<b>Evil</b> \u202e{{name}} \x85\nBcc: all@example.org", number="=1+1/../'\"")
    company.run("import", company.folder / "x.xml", now=FIRST)
    company.run("tick", now=FIRST)
    [row] = company.records("list", now=FIRST)
    shown = company.run("show", row["invoice"], now=FIRST).out + company.run("explain", row["invoice"], now=FIRST).out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", shown)
    mails = [email.message_from_bytes(path.read_bytes(), policy=email.policy.default) for path in (company.folder / "mail/new").iterdir()]
    assert len(mails) == 2 and all(mail["To"].addresses[0].addr_spec == "lucia@voorbeeld.example" and mail["Bcc"] is None for mail in mails)
    pages = [part.get_content() for mail in mails for part in mail.walk() if part.get_content_type() == "text/html"]
    assert len(pages) == 2 and all("&lt;b&gt;Evil&lt;/b&gt; {{name}}" in page and "<b>Evil" not in page for page in pages)
