"""Invoices in PDF files: which of the embedded files it is, PDFs that mean harm, and what becomes of the PDF itself."""
import re
import subprocess
import time

import pytest

from company import DEMO, found
from pdf_file import assemble, cii, deflated, pdf
from scene import FIRST, UBL, USUAL, events, store, whole

SETTLED_S = 3 # so long after nobody wrote to it, a file in a watched folder is ready
OTHER = b"<Order xmlns='urn:oasis:names:specification:ubl:schema:xsd:Order-2'/>"

READ = {
    "plain": (pdf(("factur-x.xml", cii())), "cii"),
    "junk before": (pdf(("factur-x.xml", cii()), before=b"HTTP/1.1 200 OK\r\n\r\n"), "cii"),
    "two, one of them known by its name": (pdf(("a-quote.xml", cii(number="Q-1")), ("Factur-X.xml", cii())), "cii"),
    "a path": (pdf(("../../../owned-factur-x.xml", cii())), "cii"),
    "an absolute path": (pdf(("/etc/akkoord-owned.xml", cii())), "cii"),
    "no XML by its name": (pdf(("terms.txt", b"30 days"), ("data", cii())), "cii"),
    "the last of many": (pdf(*((f"note{number}.txt", b"text") for number in range(99)), ("factur-x.xml", cii())), "cii"),
    "UBL": (pdf(("xrechnung.xml", UBL.format(**{**USUAL, "number": "R-1"}).encode())), "ubl-invoice"),
    "a big drawing beside it": (pdf(("drawing.pdf", deflated(bytes(12_000_000))), ("factur-x.xml", cii())), "cii"),
}

LOOP = assemble([b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles 4 0 R >> >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                 b"<< /Type /Page /Parent 2 0 R >>", b"<< /Kids [4 0 R 4 0 R] >>"])
WIDE = b"<< /Type /EmbeddedFile /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 200000000 /Colors 8 >> /Length 20 >>\nstream\n" + bytes(20) + b"\nendstream"

REFUSED = {
    "nothing in it": (pdf(), r"a PDF file without an e-invoice in it \(Factur-X, ZUGFeRD\)$"),
    "no invoice in it": (pdf(("terms.txt", b"30 days"), ("logo.png", b"\x89PNG")), r"embedded files \(.*terms\.txt.*\) are no invoice$"),
    "an order in it": (pdf(("order.xml", OTHER)), r"^a PDF file, order\.xml in it: not an invoice: UBL, but root element Order"),
    "two invoices": (pdf(("a.xml", cii(number="1")), ("b.xml", cii(number="2"))), r"several invoices in it \(a\.xml, b\.xml\)"),
    "cut off": (pdf(("factur-x.xml", cii()))[:700], r"a PDF file"),
    "only its first word": (b"%PDF-1.7\n", r"a PDF file that cannot be read"),
    "a bomb": (pdf(("factur-x.xml", deflated(bytes(20_000_000)))), r"printed more than 10485760 bytes$"),
    "a bomb in a bomb": (pdf(("factur-x.xml", deflated(bytes(40_000_000), 2))), r"printed more than 10485760 bytes$"),
    "a tree of names that is its own branch": (LOOP, r"a PDF file"),
    "rows too wide for any memory": (pdf(("factur-x.xml", WIDE)), r"a PDF file"),
    "a DOCTYPE in it": (pdf(("factur-x.xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>")), r"factur-x\.xml in it: has a DOCTYPE"),
    "a name that speaks to a terminal": (pdf(("a\x1b[31m\nb.xml", OTHER)), r"^a PDF file, [^\x1b\n]* in it: not an invoice"),
}


def rehearse(akkoord, files):
    folder = akkoord.folder / "pdfs"
    folder.mkdir()
    for name, (content, _) in files.items():
        (folder / name).write_bytes(content)
    result = akkoord.run("import", "--dry-run", folder, as_json=True, code=None)
    return {record["file"].rsplit("/", 1)[1]: record for record in result.lines}


def test_the_invoice_is_found_in_the_pdf(akkoord):
    records = rehearse(akkoord, READ)
    assert {name: (record["verdict"], record.get("syntax"), record.get("number")) for name, record in records.items()} == {
        name: ("new", syntax, "R-1") for name, (_, syntax) in READ.items()}
    assert sorted(path.name for path in akkoord.folder.iterdir()) == ["pdfs"], "nothing is written where an embedded file's name says"


def test_what_is_refused_says_why(akkoord):
    records = rehearse(akkoord, REFUSED)
    assert records.keys() == REFUSED.keys()
    for name, (_, reason) in REFUSED.items():
        assert records[name]["verdict"] == "refused" and re.search(reason, records[name]["reason"]), f"{name}: {records[name]}"
        assert len(records[name]["reason"]) < 600


def test_the_samples_of_the_demonstration(akkoord):
    records = akkoord.records("import", "--dry-run", DEMO / "einvoices")
    assert [(record["number"], record["gross"], record["cost_references"], record.get("discounts")) for record in records] == [
        ("R-7714", "980.00", ["MKT-200"], [{"date": "2026-12-07", "percent": "2.00"}]), ("FA-2026-311", "412.80", ["FAC-300"], None)]


@pytest.fixture
def company(akkoord, slapd):
    found(akkoord, slapd, f"maildir:{akkoord.folder}/mail", FIRST, lambda text: 'attach = "pdf";\n' + text)
    return akkoord


def test_the_pdf_goes_with_the_mail(company):
    content = pdf(("factur-x.xml", cii()))
    path = company.folder / "invoice.bin"
    path.write_bytes(content)
    [record] = company.records("import", path, now=FIRST)
    assert record["verdict"] == "new" and record["supplier"]["vat"] == "DE800000001"
    company.run("tick", now=FIRST)
    [received] = events(company, "invoice.received")
    assert whole(company, received["invoice"])["gross"] == "500.00"
    with store(company) as rows:
        assert rows.execute("SELECT COUNT(*) FROM blob WHERE bytes = ?", (content,)).fetchone() == (1,)
        assert rows.execute("SELECT COUNT(*) FROM message_file").fetchone() == (1,)
    [again] = company.records("import", path, now=FIRST)
    assert again["verdict"] == "known"


def test_what_lies_with_the_machine_is_tried_again(company):
    """The PDF cannot be handed to pdfdetach: it is neither taken nor refused, and stays where it is."""
    path = company.folder / "in/invoice.pdf"
    path.write_bytes(pdf(("factur-x.xml", cii()), padding=6_000_000))
    small = ["sh", "-c", 'trap "" XFSZ; ulimit -f 8192; exec "$@"', "sh", *company.arguments(("tick",), FIRST, False)]
    time.sleep(SETTLED_S)
    result = subprocess.run(small, capture_output=True, text=True, timeout=60, env=company.environment(), cwd=company.folder, check=False)
    assert "could not be looked into" in result.stderr and path.exists() and not (company.folder / "in/failed").exists()
    company.run("tick", now=FIRST)
    assert not path.exists() and (company.folder / "in/done/invoice.pdf").exists()
    assert len(events(company, "invoice.received")) == 1
