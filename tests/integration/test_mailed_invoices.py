"""Invoices that come by mail: taken in once, and what cannot be is told to the admins."""
from email.message import EmailMessage

import pytest

from company import found
from pdf_file import cii, pdf
from scene import FIRST, events, write_invoice

LATER = "2026-12-01T15:00:00Z"


@pytest.fixture
def company(akkoord, slapd, smtp):
    found(akkoord, slapd, smtp.url, FIRST)
    return akkoord


def mail(*files, name="m1", to="es+invoices@voorbeeld.example"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"], message["Message-ID"] = "Vos <administratie@vos.example>", to, "Invoice", f"<{name}@vos.example>"
    message["Delivered-To"] = to
    message.set_content("See attached.")
    for file, kind, content in files:
        message.add_attachment(content, maintype="application", subtype=kind, filename=file)
    return message.as_bytes()


def receive(akkoord, content, now=FIRST, code=0):
    path = akkoord.folder / "mail.eml"
    path.write_bytes(content)
    return akkoord.records("receive", path, now=now, code=code)[0]


def numbers(akkoord):
    return sorted(event["side"]["number"] for event in events(akkoord, "invoice.received"))


def test_attached_invoices_are_taken_in_once(company):
    ubl = write_invoice(company.folder / "made.xml", number="A-1").read_bytes()
    both = mail(("a.xml", "xml", ubl), ("shown.pdf", "pdf", pdf()), ("b.pdf", "octet-stream", pdf(("factur-x.xml", cii()))), ("terms.pdf", "pdf", pdf()))
    assert receive(company, both)["outcome"] == "taken"
    assert receive(company, both)["outcome"] == "known"
    assert receive(company, mail(("copy.xml", "xml", ubl), name="m2"))["outcome"] == "taken"
    assert numbers(company) == ["A-1", "R-1"]
    assert [(event["data"]["source"], event["side"]["file"], event["side"]["via"]) for event in events(company, "invoice.received")] == [
        ("mail", "a.xml", "es"), ("mail", "b.pdf", "es")]
    company.run("tick", now=FIRST)
    assert company.records("audit", "replay")[0]["ok"] and company.records("audit", "verify")[0]["ok"]


def test_what_is_not_taken_in_is_told_to_the_admins(company, smtp):
    receipt = receive(company, mail(("scan.pdf", "pdf", pdf())))
    assert (receipt["outcome"], receipt["kind"]) == ("untaken", "invoice")
    assert receipt["reason"] == "scan.pdf: a PDF file without an e-invoice in it (Factur-X, ZUGFeRD)"
    lacking = cii().replace(b"DuePayableAmount>", b"Other>")
    assert receive(company, mail(("r.xml", "xml", lacking), name="m2"))["reason"] == "r.xml: the invoice lacks the payable total"
    assert numbers(company) == []
    company.run("tick", now=FIRST)
    company.run("tick", now=LATER)
    told = [received for received in smtp.messages() if "scan.pdf" in received.message.get_body(("plain",)).get_content()]
    assert told and "r.xml: the invoice lacks the payable total" in told[0].message.get_body(("plain",)).get_content()


def test_one_that_was_decided_is_held(company):
    first = write_invoice(company.folder / "made.xml", number="A-1").read_bytes()
    receive(company, mail(("a.xml", "xml", first)))
    company.run("tick", now=FIRST)
    [received] = events(company, "invoice.received")
    company.run("withdraw", received["invoice"], "--as", "anna", "--reason", "twice", now=FIRST, code=None)
    changed = write_invoice(company.folder / "made.xml", number="A-1", gross="600.00").read_bytes()
    receipt = receive(company, mail(("a.xml", "xml", changed), ("b.pdf", "pdf", pdf(("factur-x.xml", cii()))), name="m2"))
    assert receipt["outcome"] == "untaken" and "withdrawn already" in receipt["reason"]
    assert numbers(company) == ["A-1", "R-1"]
