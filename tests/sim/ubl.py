"""Writes the invoice that a scenario describes as UBL 2.1."""
import re
from xml.sax.saxutils import escape

SPACE = "urn:oasis:names:specification:ubl:schema:xsd:"
FORMS = (
    (r"(-?\d+\.\d\d) ([A-Z]{3})", ("amount", "currency")),
    (r"due (\d{4}-\d\d-\d\d)", ("due",)),
    (r"issued (\d{4}-\d\d-\d\d)", ("issued",)),
    (r"from (.+)", ("supplier",)),
    (r"number (.+)", ("number",)),
    (r"to (.+)", ("iban",)),
    (r"(\d)% until day (\d+)", ("discount", "days")),
    (r"([A-Z]+-\d+)", ("cost",)),
    (r"like (.+)", ("like",)),
    (r"(credit note)", ("kind",)),
    (r"buyer (\S+)", ("buyer",)),
    (r"vat (\S+)", ("vat",)),
)
USUAL = {"currency": "EUR", "issued": "2026-11-25", "supplier": "Werkplek & Zo B.V.", "vat": "NL800000001B01", "buyer": "", "iban": "NL91ABNA0417164300", "kind": "invoice"}


def facts(name, invoices):
    """What the words of the invoice say, on top of the invoice that it is like."""
    if name not in invoices:
        raise ValueError(f"there is no invoice {name}")
    found = {**USUAL, "number": name, "costs": []}
    for word in invoices[name]:
        fields = next((dict(zip(names, match.groups())) for form, names in FORMS if (match := re.fullmatch(form, word))), None)
        if fields is None:
            raise ValueError(f"invoice {name}: {word}: not understood")
        if "like" in fields:
            found = {**facts(fields["like"], invoices), "costs": []}
        elif "cost" in fields:
            found["costs"].append(fields["cost"])
        else:
            found.update(fields)
    if not found["costs"] and "like" in " ".join(invoices[name]):
        found["costs"] = facts(invoices[name][0].removeprefix("like "), invoices)["costs"]
    return found


def element(name, text, attributes=""):
    return f"<b:{name}{attributes}>{escape(text)}</b:{name}>"


def party(role, name, vat=""):
    tax = f"<a:PartyTaxScheme>{element('CompanyID', vat)}<a:TaxScheme>{element('ID', 'VAT')}</a:TaxScheme></a:PartyTaxScheme>" if vat else ""
    return (f"<a:Accounting{role}Party><a:Party>{tax}<a:PartyLegalEntity>{element('RegistrationName', name)}</a:PartyLegalEntity>"
            f"</a:Party></a:Accounting{role}Party>")


def document(name, invoices):
    """The document as text."""
    said = facts(name, invoices)
    kind = "CreditNote" if said["kind"] == "credit note" else "Invoice"
    money = f' currencyID="{said["currency"]}"'
    lines = "".join(
        f"<a:{kind}Line>{element('ID', str(number))}{element('LineExtensionAmount', said['amount'], money)}{element('AccountingCost', cost)}</a:{kind}Line>"
        for number, cost in enumerate(said["costs"], 1))
    due = element("DueDate", said["due"]) if "due" in said else ""
    means = f"<a:PaymentMeans>{element('PaymentMeansCode', '30')}{'' if kind == 'Invoice' else due.replace('DueDate', 'PaymentDueDate')}"
    terms = f"<a:PaymentTerms>{element('Note', '#SKONTO#TAGE={days}#PROZENT={discount}.00#'.format(**said))}</a:PaymentTerms>" if "days" in said else ""
    return "".join((
        f'<?xml version="1.0" encoding="UTF-8"?><{kind} xmlns="{SPACE}{kind}-2" xmlns:a="{SPACE}CommonAggregateComponents-2" '
        f'xmlns:b="{SPACE}CommonBasicComponents-2">',
        element("ID", said["number"]), element("IssueDate", said["issued"]), due if kind == "Invoice" else "",
        element(f"{kind}TypeCode", "380" if kind == "Invoice" else "381"), element("DocumentCurrencyCode", said["currency"]),
        party("Supplier", said["supplier"], said["vat"]), party("Customer", "Voorbeeld BV", said["buyer"]),
        means, f"<a:PayeeFinancialAccount>{element('ID', said['iban'])}</a:PayeeFinancialAccount></a:PaymentMeans>", terms,
        f"<a:LegalMonetaryTotal>{element('TaxInclusiveAmount', said['amount'], money)}{element('PayableAmount', said['amount'], money)}</a:LegalMonetaryTotal>",
        lines, f"</{kind}>\n"))
