"""What the tests of the whole program stand on beside company.py: invoices made to measure, the record read past the program, a server that says nothing."""
import contextlib
import json
import socket
import sqlite3
import threading
from xml.sax.saxutils import escape

# Tuesday 1 December 2026, 09:00 in Amsterdam: a slot, inside everybody's working time.
FIRST = "2026-12-01T08:00:00Z"

UBL = """<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<b:ID>{number}</b:ID><b:IssueDate>{issued}</b:IssueDate><b:DueDate>{due}</b:DueDate><b:InvoiceTypeCode>380</b:InvoiceTypeCode>
<b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode><b:AccountingCost>{cost_centre}</b:AccountingCost>
<a:AccountingSupplierParty><a:Party>
<a:PartyTaxScheme><b:CompanyID>{vat}</b:CompanyID><a:TaxScheme><b:ID>VAT</b:ID></a:TaxScheme></a:PartyTaxScheme>
<a:PartyLegalEntity><b:RegistrationName>{supplier}</b:RegistrationName></a:PartyLegalEntity></a:Party></a:AccountingSupplierParty>
<a:AccountingCustomerParty><a:Party><a:PartyLegalEntity><b:RegistrationName>Voorbeeld BV</b:RegistrationName></a:PartyLegalEntity></a:Party></a:AccountingCustomerParty>
<a:PaymentMeans><b:PaymentMeansCode>30</b:PaymentMeansCode><a:PayeeFinancialAccount><b:ID>{iban}</b:ID></a:PayeeFinancialAccount></a:PaymentMeans>
<a:LegalMonetaryTotal><b:TaxInclusiveAmount currencyID="EUR">{gross}</b:TaxInclusiveAmount><b:PayableAmount currencyID="EUR">{gross}</b:PayableAmount></a:LegalMonetaryTotal>
</Invoice>
"""
USUAL = {"number": "A-1", "issued": "2026-11-25", "due": "2026-12-31", "cost_centre": "MKT-200", "vat": "NL800000001B01", "supplier": "Drukkerij Vos",
         "iban": "NL91ABNA0417164300", "gross": "500.00"}


def write_invoice(path, **changes):
    """A UBL invoice in that file; returns its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(UBL.format(**{name: escape(value) for name, value in {**USUAL, **changes}.items()}), encoding="utf-8")
    return path


def take(akkoord, now=FIRST, **changes):
    """Imports such an invoice; returns the verdict and the record of `show`."""
    path = write_invoice(akkoord.folder / "made" / "invoice.xml", **changes)
    [taken] = akkoord.records("import", path, now=now)
    number = {**USUAL, **changes}["number"]
    [row] = [row for row in akkoord.records("list", "--all", now=now) if row["number"] == number]
    return taken["verdict"], row["invoice"]


def whole(akkoord, invoice, now=FIRST):
    """The record that `show --json` prints."""
    [record] = akkoord.records("show", invoice, now=now)
    return record


def approvals(record):
    return [approval for stage in record["stages"] for approval in stage["approvals"]]


@contextlib.contextmanager
def store(akkoord):
    """The store, as somebody with an editor for databases has it."""
    connection = sqlite3.connect(akkoord.folder / "akkoord.db")
    try:
        with connection:
            yield connection
    finally:
        connection.close()


def events(akkoord, kind=None):
    """The events of that type, oldest first, each with its side record under "side"."""
    with store(akkoord) as connection:
        rows = connection.execute("SELECT canonical, body FROM event LEFT JOIN side USING (seq) ORDER BY seq").fetchall()
    found = [{**json.loads(canonical), "side": json.loads(body) if body else {}} for canonical, body in rows]
    return [event for event in found if kind in (None, event["type"])]


def kind_of(message):
    """mail, REQUEST or CANCEL."""
    for part in message.message.walk():
        if part.get_content_type() == "text/calendar":
            return part.get_param("method")
    return "mail"


def to_whom(message):
    """The uid of the one who got it: the demonstration company's addresses begin with it."""
    [recipient] = message.recipients
    return recipient.split("@")[0]


def notices(akkoord, smtp):
    """What went to admins as such, oldest first."""
    own = {event["side"]["message_id"] for event in events(akkoord, "message.queued") if event["data"]["kind"] == "notice"}
    return [message for message in smtp.messages() if message.message["Message-ID"] in own]


class MuteServer:
    """Accepts connections and never says a word; `connections` counts them. A context."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.held = []
        self.thread = threading.Thread(target=self.accept, daemon=True)

    @property
    def connections(self):
        return len(self.held)

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                self.held.append(self.listener.accept()[0])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join(timeout=10)
        for connection in self.held:
            connection.close()
