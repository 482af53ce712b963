"""PDF files made by hand, with files embedded in them: also such as no program would write."""
import zlib

UNECE = "urn:un:unece:uncefact:data:standard:"
CII = """<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossIndustryInvoice xmlns:rsm="{unece}CrossIndustryInvoice:100" xmlns:ram="{unece}ReusableAggregateBusinessInformationEntity:100" xmlns:udt="{unece}UnqualifiedDataType:100">
<rsm:ExchangedDocument><ram:ID>{number}</ram:ID><ram:TypeCode>{type_code}</ram:TypeCode>
<ram:IssueDateTime><udt:DateTimeString format="102">20261125</udt:DateTimeString></ram:IssueDateTime></rsm:ExchangedDocument>
<rsm:SupplyChainTradeTransaction><ram:ApplicableHeaderTradeAgreement><ram:SellerTradeParty><ram:Name>{supplier}</ram:Name>
<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">{vat}</ram:ID></ram:SpecifiedTaxRegistration></ram:SellerTradeParty></ram:ApplicableHeaderTradeAgreement>
<ram:ApplicableHeaderTradeSettlement><ram:InvoiceCurrencyCode>EUR</ram:InvoiceCurrencyCode>
<ram:SpecifiedTradePaymentTerms><ram:DueDateDateTime><udt:DateTimeString format="102">20261231</udt:DateTimeString></ram:DueDateDateTime></ram:SpecifiedTradePaymentTerms>
<ram:SpecifiedTradeSettlementHeaderMonetarySummation><ram:GrandTotalAmount>{gross}</ram:GrandTotalAmount><ram:DuePayableAmount>{gross}</ram:DuePayableAmount>
</ram:SpecifiedTradeSettlementHeaderMonetarySummation>
<ram:ReceivableSpecifiedTradeAccountingAccount><ram:ID>{cost_centre}</ram:ID></ram:ReceivableSpecifiedTradeAccountingAccount></ram:ApplicableHeaderTradeSettlement>
</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>
"""
USUAL = {"unece": UNECE, "number": "R-1", "type_code": "380", "supplier": "Druckhaus Nord GmbH", "vat": "DE800000001", "gross": "500.00", "cost_centre": "MKT-200"}


def cii(**changes):
    """A CII invoice as bytes."""
    return CII.format(**{**USUAL, **changes}).encode()


def stream(dictionary, content):
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def deflated(content, times=1):
    for _ in range(times):
        content = zlib.compress(content, 9)
    return stream(b"/Type /EmbeddedFile /Filter [%s]" % (b"/FlateDecode " * times), content)


def literal(name):
    return b"(" + name.encode("latin-1").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)") + b")"


def assemble(objects, before=b""):
    """The file of these objects, of which the first is the catalogue."""
    text, places = before + b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text) - len(before))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    table = len(text) - len(before)
    return text + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, rows, len(objects) + 1, table)


def pdf(*files, before=b"", padding=0):
    """A page with these files embedded: (name, content), or (name, stream) with what `deflated` made."""
    objects, names = [b"", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"], b""
    for name, content in files:
        body = content if content.startswith(b"<<") else deflated(content)
        names += b"%s << /Type /Filespec /F %s /EF << /F %d 0 R >> >> " % (literal(name), literal(name), len(objects) + 1)
        objects.append(body)
    if padding:
        objects.append(stream(b"", bytes(padding)))
    objects[0] = b"<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [%s] >> >> >>" % names
    return assemble(objects, before)
