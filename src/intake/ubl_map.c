/* Which elements of UBL 2.1 Invoice and CreditNote are looked at (OASIS UBL 2.1, bound to EN 16931 by CEN/TS 16931-3-2), and what becomes of each. */
#include "intake/field.h"
#include "intake/xml_map.h"

/* SEPA marks the creditor's identifier for direct debits (BT-90), which names no supplier. */
static void take_party_id(InvoiceDraft *draft, gsize field, const char *value)
{
	if (draft->attribute == NULL || g_ascii_strcasecmp(draft->attribute, "SEPA") != 0)
		draft_take_party_id(draft, field, value);
}

static void take_issue_date(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	Date date = DATE_NONE;

	field_date(value, &date);
	draft_set_issue_date(draft, value, date);
}

static void take_header_due_date(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	if (!date_is_set(draft->header_due_date))
		field_date(value, &draft->header_due_date);
}

static void take_payment_due_date(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	if (!date_is_set(draft->payment_due_date))
		field_date(value, &draft->payment_due_date);
}

static void take_discount_end(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	field_date(value, &draft->discount.date);
}

static void end_tax(InvoiceDraft *draft)
{
	draft_end_tax(draft, "VAT");
}

/* --- what is looked at --- */

#define BASIC(name, ...) XML_NODE(XML_SPACE_UBL_BASIC, name, __VA_ARGS__)
#define GROUP(name, nodes, ...) XML_NODE(XML_SPACE_UBL_AGGREGATE, name, .children = nodes, __VA_ARGS__)

static const XmlNode id_of_order[] = {BASIC("ID", XML_FACT(order_reference)), XML_NODE_END};
static const XmlNode id_of_contract[] = {BASIC("ID", XML_FACT(contract_reference)), XML_NODE_END};
static const XmlNode id_of_project[] = {BASIC("ID", XML_FACT(project_reference)), XML_NODE_END};
static const XmlNode id_of_preceding[] = {BASIC("ID", .take = draft_take_preceding), XML_NODE_END};
static const XmlNode billing_reference[] = {GROUP("InvoiceDocumentReference", id_of_preceding), XML_NODE_END};

static const XmlNode party_id[] = {
	BASIC("ID", .take = take_party_id, .attribute = "schemeID", .field = G_STRUCT_OFFSET(Party, own_id)),
	XML_NODE_END,
};
static const XmlNode party_name[] = {BASIC("Name", XML_PARTY(trading_name)), XML_NODE_END};
static const XmlNode country[] = {BASIC("IdentificationCode", XML_PARTY(country)), XML_NODE_END};
static const XmlNode address[] = {GROUP("Country", country), XML_NODE_END};
static const XmlNode tax_scheme_id[] = {BASIC("ID", .take = draft_take_tax_scheme), XML_NODE_END};
static const XmlNode party_tax[] = {
	BASIC("CompanyID", .take = draft_take_tax_number),
	GROUP("TaxScheme", tax_scheme_id),
	XML_NODE_END,
};
static const XmlNode legal_entity[] = {
	BASIC("RegistrationName", XML_PARTY(name)),
	BASIC("CompanyID", XML_PARTY_ID(legal_id)),
	XML_NODE_END,
};
static const XmlNode contact[] = {BASIC("ElectronicMail", XML_PARTY(contact_mail)), XML_NODE_END};
static const XmlNode party[] = {
	BASIC("EndpointID", XML_PARTY_ID(endpoint)),
	GROUP("PartyIdentification", party_id),
	GROUP("PartyName", party_name),
	GROUP("PostalAddress", address),
	GROUP("PartyTaxScheme", party_tax, .end = end_tax),
	GROUP("PartyLegalEntity", legal_entity),
	GROUP("Contact", contact),
	XML_NODE_END,
};
static const XmlNode accounting_party[] = {GROUP("Party", party), XML_NODE_END};
static const XmlNode payee_name[] = {BASIC("Name", XML_FACT(payee_name)), XML_NODE_END};
static const XmlNode payee[] = {GROUP("PartyName", payee_name), XML_NODE_END};

static const XmlNode account[] = {BASIC("ID", .take = draft_take_iban), XML_NODE_END};
static const XmlNode payment_means[] = {
	BASIC("PaymentDueDate", .take = take_payment_due_date),
	GROUP("PayeeFinancialAccount", account),
	XML_NODE_END,
};
static const XmlNode settlement_period[] = {BASIC("EndDate", .take = take_discount_end), XML_NODE_END};
static const XmlNode payment_terms[] = {
	BASIC("Note", .take = draft_take_terms, .in_lines = TRUE),
	BASIC("SettlementDiscountPercent", .take = draft_take_percent),
	GROUP("SettlementPeriod", settlement_period),
	XML_NODE_END,
};
static const XmlNode totals[] = {
	BASIC("TaxInclusiveAmount", .take = draft_take_gross),
	BASIC("PrepaidAmount", .take = draft_take_prepaid),
	BASIC("PayableAmount", .take = draft_take_payable),
	XML_NODE_END,
};
/* Lines below lines: the extension of XRechnung. */
static const XmlNode line[4] = {
	BASIC("AccountingCost", .take = draft_take_line_cost),
	GROUP("SubInvoiceLine", line),
	GROUP("SubCreditNoteLine", line),
	XML_NODE_END,
};

const XmlNode ubl_document[] = {
	BASIC("CustomizationID", XML_FACT(customization)),
	BASIC("ID", XML_FACT(number)),
	BASIC("IssueDate", .take = take_issue_date),
	BASIC("DueDate", .take = take_header_due_date),
	BASIC("InvoiceTypeCode", XML_FACT(type_code)),
	BASIC("CreditNoteTypeCode", XML_FACT(type_code)),
	BASIC("DocumentCurrencyCode", XML_FACT(currency)),
	BASIC("AccountingCost", .take = draft_take_header_cost),
	BASIC("BuyerReference", XML_FACT(buyer_reference)),
	GROUP("InvoiceLine", line),
	GROUP("CreditNoteLine", line),
	GROUP("OrderReference", id_of_order),
	GROUP("BillingReference", billing_reference),
	GROUP("ContractDocumentReference", id_of_contract),
	GROUP("ProjectReference", id_of_project),
	GROUP("AccountingSupplierParty", accounting_party, .begin = draft_begin_supplier),
	GROUP("AccountingCustomerParty", accounting_party, .begin = draft_begin_buyer),
	GROUP("PayeeParty", payee),
	GROUP("PaymentMeans", payment_means),
	GROUP("PaymentTerms", payment_terms, .end = draft_end_discount),
	GROUP("LegalMonetaryTotal", totals),
	XML_NODE_END,
};
