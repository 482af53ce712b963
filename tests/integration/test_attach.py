"""The document beside the mail that asks for a decision: whose, which, how big, and that the store keeps it once."""
import base64
import re
import sqlite3

import pytest

from company import found
from scene import FIRST, to_whom

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
PDF = b"%PDF-1.7\n" + bytes(range(256)) * 200


def invoice(number, embedded="", supplier="Cloudhaven B.V.", amount="1480.00"):
    return (f'<Invoice xmlns="{SPACE}Invoice-2" xmlns:a="{SPACE}CommonAggregateComponents-2" xmlns:b="{SPACE}CommonBasicComponents-2">'
            f"<b:ID>{number}</b:ID><b:IssueDate>2026-11-28</b:IssueDate><b:DueDate>2026-12-30</b:DueDate><b:InvoiceTypeCode>380</b:InvoiceTypeCode>"
            f"<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>{embedded}"
            f"<a:AccountingSupplierParty><a:Party><a:PartyLegalEntity><b:RegistrationName>{supplier}</b:RegistrationName></a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>"
            f'<a:LegalMonetaryTotal><b:TaxInclusiveAmount currencyID="EUR">{amount}</b:TaxInclusiveAmount><b:PayableAmount currencyID="EUR">{amount}</b:PayableAmount></a:LegalMonetaryTotal>'
            f'<a:InvoiceLine><b:ID>1</b:ID><b:LineExtensionAmount currencyID="EUR">{amount}</b:LineExtensionAmount><b:AccountingCost>IT-200</b:AccountingCost></a:InvoiceLine></Invoice>')


def embedded(content, name="invoice.pdf"):
    return (f'<a:AdditionalDocumentReference><b:ID>{name}</b:ID><a:Attachment><b:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="{name}">'
            f"{base64.b64encode(content).decode()}</b:EmbeddedDocumentBinaryObject></a:Attachment></a:AdditionalDocumentReference>")


def ask(akkoord, slapd, smtp, setting, *texts):
    """Imports them and sends the first mail."""
    found(akkoord, slapd, smtp.url, FIRST, lambda text: setting + "\n" + text)
    folder = akkoord.folder / "invoices"
    folder.mkdir()
    for number, text in enumerate(texts):
        (folder / f"{number}.xml").write_text(text, encoding="utf-8")
    akkoord.run("import", folder, now=FIRST)
    akkoord.run("tick", now=FIRST)


def files(received):
    """Name, type and content of what is attached."""
    return [(part.get_filename(), part.get_content_type(), part.get_payload(decode=True)) for part in received.message.walk()
            if part.get_content_disposition() == "attachment" and part.get_filename() != "invite.ics"]


def plain(received):
    return received.message.get_body(("plain",)).get_content()


def asking(smtp):
    """The mails that ask for a decision, or inform, oldest first."""
    return [received for received in smtp.messages() if not any(part.get_content_type() == "text/calendar" for part in received.message.walk())]


def store(akkoord):
    path = re.search(r"sqlite:([^\"]+)", akkoord.config.read_text(encoding="utf-8")).group(1)
    return sqlite3.connect(f"file:{akkoord.folder / path}?mode=ro", uri=True)


def test_pdf_goes_with_every_mail_that_asks_and_is_kept_once(akkoord, slapd, smtp):
    ask(akkoord, slapd, smtp, 'attach = "pdf";', invoice("2026-118", embedded(b"%PDF-1.4 timesheet", "hours.pdf") + embedded(PDF)))
    akkoord.run("tick", now="2026-12-02T08:00:00Z")
    [first, second] = asking(smtp)
    for received in (first, second):
        assert received.message.get_content_type() == "multipart/mixed" and received.message.is_multipart()
        assert [part.get_content_type() for part in received.message.iter_parts()] == ["multipart/alternative", "application/pdf"]
        assert files(received) == [("Cloudhaven B.V. 2026-118.pdf", "application/pdf", PDF)]
        assert "Cloudhaven B.V. 2026-118.pdf" in plain(received)
    assert second.message["References"] == first.message["Message-ID"]
    with store(akkoord) as rows:
        assert rows.execute("SELECT COUNT(*) FROM blob WHERE bytes = ?", (PDF,)).fetchone() == (1,)
        assert rows.execute("SELECT COUNT(*) FROM message_file").fetchone() == (2,)
        assert rows.execute("SELECT MAX(LENGTH(bytes)) FROM message_body").fetchone()[0] < len(PDF)
    akkoord.run("audit", "verify")
    akkoord.run("audit", "replay")


def test_a_mail_whose_file_was_altered_fits_no_more(akkoord, slapd, smtp):
    ask(akkoord, slapd, smtp, 'attach = "pdf";', invoice("2026-118", embedded(PDF)))
    with sqlite3.connect(re.search(r"sqlite:([^\"]+)", akkoord.config.read_text(encoding="utf-8")).group(1)) as rows:
        rows.execute("UPDATE message_file SET position = position - 1")
    assert "the message's bytes were altered" in akkoord.run("audit", "verify", code=65).err


@pytest.mark.parametrize("setting, content, wanted, says", [
    ("", PDF, [], None),
    ('attach = "none";', PDF, [], None),
    ('attach = "pdf";', None, [], None),
    ('attach = "pdf";', b"<html>no pdf</html>", [], None),
    ('attach = "pdf"; attach_max_mb = 1;', b"%PDF-" + bytes(1024 * 1024), [], "te groot"),
    ('attach = "document";', PDF, ["application/pdf"], "Bijlage"),
    ('attach = "document";', None, ["application/xml"], "Bijlage"),
], ids=["usual", "none", "no pdf", "no pdf inside", "too big", "document with pdf", "document"])
def test_what_is_attached(akkoord, slapd, smtp, setting, content, wanted, says):
    text = invoice("2026-118", embedded(content) if content else "")
    ask(akkoord, slapd, smtp, setting, text)
    [received] = asking(smtp)
    assert [kind for _, kind, _ in files(received)] == wanted
    assert ("Bijlage" in plain(received), "te groot" in plain(received)) == (says == "Bijlage", says == "te groot")
    if wanted == ["application/xml"]:
        assert files(received) == [("Cloudhaven B.V. 2026-118.xml", "application/xml", text.encode())]


def test_several_share_what_a_mail_bears(akkoord, slapd, smtp):
    big = b"%PDF-" + bytes(600 * 1024)
    ask(akkoord, slapd, smtp, 'attach = "pdf"; attach_max_mb = 1;', *(invoice(f"A-{number}", embedded(big), amount=f"{900 - number}.00") for number in range(2)),
        invoice("X 1", embedded(PDF), amount="800.00"), invoice("1", embedded(PDF), "Cloudhaven B.V. X", "700.00"))
    [received] = asking(smtp)
    assert [(name, len(content)) for name, _, content in files(received)] == [("Cloudhaven B.V. A-0.pdf", len(big)), ("Cloudhaven B.V. X 1.pdf", len(PDF)),
                                                                             ("Cloudhaven B.V. X 1 (2).pdf", len(PDF))]
    assert plain(received).count("Bijlage: ") == 3 and plain(received).count("te groot") == 1


def test_who_is_only_informed_gets_no_document(akkoord, slapd, smtp):
    ask(akkoord, slapd, smtp, 'attach = "pdf";', invoice("2026-118", embedded(PDF)))
    for day in (2, 4, 7):
        akkoord.run("tick", now=f"2026-12-{day:02}T08:00:00Z")
    informed = [received for received in asking(smtp) if received.message["Subject"].startswith("Ter informatie:")]
    assert informed and all(files(received) == [] and "Bijlage" not in plain(received) for received in informed)
    assert all(files(received) for received in asking(smtp) if to_whom(received) == to_whom(asking(smtp)[0]))
