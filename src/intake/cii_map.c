/* Which elements of UN/CEFACT CII D16B and of ZUGFeRD 1 are looked at (bound to EN 16931 by CEN/TS 16931-3-3; the discounts are those of Factur-X EXTENDED), and
 * what becomes of each. The two differ in the names of their upper elements and in those of referenced documents. */
#include "intake/xml_map.h"

#include <stdlib.h>
#include <string.h>

#define DATE_DIGITS 8 /* YYYYMMDD */

/* --- dates --- */

/* How long the text of each format is (UN/EDIFACT 2379) that begins with a day; what follows it is a time. */
static gsize length_of_format(const char *format)
{
	static const struct {
		const char *code;
		gsize length;
	} formats[] = {{"102", DATE_DIGITS}, {"203", DATE_DIGITS + 4}, {"204", DATE_DIGITS + 6}};

	for (gsize i = 0; format != NULL && i < G_N_ELEMENTS(formats); i++)
		if (strcmp(format, formats[i].code) == 0)
			return formats[i].length;
	return format == NULL ? DATE_DIGITS : 0;
}

/* The day that a DateTimeString of that format says; DATE_NONE: none. */
static Date date_of(const char *text, const char *format)
{
	const gsize length = length_of_format(format);

	if (length == 0 || strlen(text) != length || strspn(text, "0123456789") != length)
		return DATE_NONE;
	const int number = atoi((char[]){text[0], text[1], text[2], text[3], text[4], text[5], text[6], text[7], '\0'});
	return date_from_ymd(number / 10000, number / 100 % 100, number % 100);
}

static void take_issue_date(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	draft_set_issue_date(draft, value, date_of(value, draft->attribute));
}

static void keep_first_date(Date *date, Date found)
{
	if (!date_is_set(*date))
		*date = found;
}

static void take_due_date(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	const Date date = date_of(value, draft->attribute);

	keep_first_date(&draft->header_due_date, date);
	keep_first_date(&draft->terms_due_date, date);
}

static void take_basis(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	keep_first_date(&draft->discount_basis, date_of(value, draft->attribute));
}

/* The units of UN/ECE Recommendation 20 that terms of payment are given in; a fraction of one is none. */
static void take_period(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	static const char *const units[] = {[DRAFT_DAYS] = "DAY", [DRAFT_WEEKS] = "WEE", [DRAFT_MONTHS] = "MON"};
	const char *unit = draft->attribute != NULL ? draft->attribute : units[DRAFT_DAYS];
	char *end;
	const gint64 count = g_ascii_strtoll(value, &end, 10);

	if (end[strspn(end, ".0")] != '\0' || count < 0 || count > G_MAXINT)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(units); i++) {
		if (strcmp(unit, units[i]) != 0)
			continue;
		draft->discount_count = (int)count;
		draft->discount_unit = i;
	}
}

/* --- groups --- */

static void take_tax(InvoiceDraft *draft, gsize field, const char *value)
{
	draft_take_tax_number(draft, field, value);
	if (draft->attribute != NULL)
		draft_take_tax_scheme(draft, field, draft->attribute);
}

static void end_tax(InvoiceDraft *draft)
{
	draft_end_tax(draft, "VA");
}

static void take_account(InvoiceDraft *draft, gsize field, const char *value)
{
	draft_keep_first(G_STRUCT_MEMBER_P(draft, field), value);
}

static void end_account(InvoiceDraft *draft)
{
	const char *account = draft->iban != NULL ? draft->iban : draft->account;

	if (account != NULL)
		draft_take_iban(draft, 0, account);
	g_clear_pointer(&draft->iban, g_free);
	g_clear_pointer(&draft->account, g_free);
}

static void begin_terms(InvoiceDraft *draft)
{
	draft->terms_due_date = DATE_NONE;
}

/* One that does not say for how long it is given is given until its terms' own due date, else until the day that it says alone. */
static void end_discount(InvoiceDraft *draft)
{
	if (draft->discount_count < 0)
		draft->discount.date = date_is_set(draft->terms_due_date) ? draft->terms_due_date : draft->discount_basis;
	draft_end_discount(draft);
}

/* --- what is looked at --- */

#define VALUE(name, ...) XML_NODE(XML_SPACE_CII_AGGREGATE, name, __VA_ARGS__)
#define GROUP(name, nodes, ...) VALUE(name, .children = nodes, __VA_ARGS__)
#define DAY(taker) XML_NODE(XML_SPACE_CII_TYPE, "DateTimeString", .take = taker, .attribute = "format"), XML_NODE_END
#define REFERENCE(name, id_name, ...) static const XmlNode name[] = {VALUE(id_name, __VA_ARGS__), XML_NODE_END}

static const XmlNode issued[] = {DAY(take_issue_date)};
static const XmlNode guideline[] = {VALUE("ID", XML_FACT(customization)), XML_NODE_END};
static const XmlNode context[] = {GROUP("GuidelineSpecifiedDocumentContextParameter", guideline), XML_NODE_END};
static const XmlNode header[] = {
	VALUE("ID", XML_FACT(number)),
	VALUE("TypeCode", XML_FACT(type_code)),
	GROUP("IssueDateTime", issued),
	XML_NODE_END,
};

static const XmlNode organization[] = {
	VALUE("ID", XML_PARTY_ID(legal_id)),
	VALUE("TradingBusinessName", XML_PARTY(trading_name)),
	XML_NODE_END,
};
static const XmlNode mail[] = {VALUE("URIID", XML_PARTY(contact_mail)), XML_NODE_END};
static const XmlNode contact[] = {GROUP("EmailURIUniversalCommunication", mail), XML_NODE_END};
static const XmlNode address[] = {VALUE("CountryID", XML_PARTY(country)), XML_NODE_END};
static const XmlNode communication[] = {VALUE("URIID", XML_PARTY_ID(endpoint)), XML_NODE_END};
static const XmlNode tax[] = {VALUE("ID", .take = take_tax, .attribute = "schemeID"), XML_NODE_END};
static const XmlNode party[] = {
	VALUE("ID", XML_PARTY(own_id)),
	VALUE("GlobalID", XML_PARTY_ID(own_id)),
	VALUE("Name", XML_PARTY(name)),
	GROUP("SpecifiedLegalOrganization", organization),
	GROUP("DefinedTradeContact", contact),
	GROUP("PostalTradeAddress", address),
	GROUP("URIUniversalCommunication", communication),
	GROUP("SpecifiedTaxRegistration", tax, .end = end_tax),
	XML_NODE_END,
};
static const XmlNode payee[] = {VALUE("Name", XML_FACT(payee_name)), XML_NODE_END};

static const XmlNode creditor_account[] = {
	VALUE("IBANID", .take = take_account, .field = G_STRUCT_OFFSET(InvoiceDraft, iban)),
	VALUE("ProprietaryID", .take = take_account, .field = G_STRUCT_OFFSET(InvoiceDraft, account)),
	XML_NODE_END,
};
static const XmlNode payment_means[] = {GROUP("PayeePartyCreditorFinancialAccount", creditor_account, .end = end_account), XML_NODE_END};
static const XmlNode due[] = {DAY(take_due_date)};
static const XmlNode basis[] = {DAY(take_basis)};
static const XmlNode discount[] = {
	GROUP("BasisDateTime", basis),
	VALUE("BasisPeriodMeasure", .take = take_period, .attribute = "unitCode"),
	VALUE("CalculationPercent", .take = draft_take_percent),
	XML_NODE_END,
};
static const XmlNode payment_terms[] = {
	VALUE("Description", .take = draft_take_terms, .in_lines = TRUE),
	GROUP("DueDateDateTime", due),
	GROUP("ApplicableTradePaymentDiscountTerms", discount, .end = end_discount),
	XML_NODE_END,
};
static const XmlNode totals[] = {
	VALUE("GrandTotalAmount", .take = draft_take_gross),
	VALUE("TotalPrepaidAmount", .take = draft_take_prepaid),
	VALUE("DuePayableAmount", .take = draft_take_payable),
	XML_NODE_END,
};
REFERENCE(header_cost, "ID", .take = draft_take_header_cost);
REFERENCE(line_cost, "ID", .take = draft_take_line_cost);
static const XmlNode line_settlement[] = {GROUP("ReceivableSpecifiedTradeAccountingAccount", line_cost), XML_NODE_END};

REFERENCE(order, "IssuerAssignedID", XML_FACT(order_reference));
REFERENCE(contract, "IssuerAssignedID", XML_FACT(contract_reference));
REFERENCE(preceding, "IssuerAssignedID", .take = draft_take_preceding);
REFERENCE(project, "ID", XML_FACT(project_reference));

/* Of the settlement and the agreement, what has the same names in both. */
#define SETTLEMENT \
	VALUE("InvoiceCurrencyCode", XML_FACT(currency)), \
	GROUP("PayeeTradeParty", payee), \
	GROUP("SpecifiedTradeSettlementPaymentMeans", payment_means), \
	GROUP("SpecifiedTradePaymentTerms", payment_terms, .begin = begin_terms), \
	GROUP("ReceivableSpecifiedTradeAccountingAccount", header_cost)
#define AGREEMENT \
	VALUE("BuyerReference", XML_FACT(buyer_reference)), \
	GROUP("SellerTradeParty", party, .begin = draft_begin_supplier), \
	GROUP("BuyerTradeParty", party, .begin = draft_begin_buyer)

static const XmlNode agreement[] = {
	AGREEMENT,
	GROUP("BuyerOrderReferencedDocument", order),
	GROUP("ContractReferencedDocument", contract),
	GROUP("SpecifiedProcuringProject", project),
	XML_NODE_END,
};
static const XmlNode settlement[] = {
	SETTLEMENT,
	GROUP("SpecifiedTradeSettlementHeaderMonetarySummation", totals),
	GROUP("InvoiceReferencedDocument", preceding),
	XML_NODE_END,
};
static const XmlNode line[] = {GROUP("SpecifiedLineTradeSettlement", line_settlement), XML_NODE_END};
static const XmlNode transaction[] = {
	GROUP("IncludedSupplyChainTradeLineItem", line),
	GROUP("ApplicableHeaderTradeAgreement", agreement),
	GROUP("ApplicableHeaderTradeSettlement", settlement),
	XML_NODE_END,
};
const XmlNode cii_document[] = {
	XML_NODE(XML_SPACE_CII, "ExchangedDocumentContext", .children = context),
	XML_NODE(XML_SPACE_CII, "ExchangedDocument", .children = header),
	XML_NODE(XML_SPACE_CII, "SupplyChainTradeTransaction", .children = transaction),
	XML_NODE_END,
};

REFERENCE(order1, "ID", XML_FACT(order_reference));
REFERENCE(contract1, "ID", XML_FACT(contract_reference));
REFERENCE(preceding1, "ID", .take = draft_take_preceding);

static const XmlNode agreement1[] = {
	AGREEMENT,
	GROUP("BuyerOrderReferencedDocument", order1),
	GROUP("ContractReferencedDocument", contract1),
	XML_NODE_END,
};
static const XmlNode settlement1[] = {
	SETTLEMENT,
	GROUP("SpecifiedTradeSettlementMonetarySummation", totals),
	GROUP("InvoiceReferencedDocument", preceding1),
	XML_NODE_END,
};
static const XmlNode line1[] = {GROUP("SpecifiedSupplyChainTradeSettlement", line_settlement), XML_NODE_END};
static const XmlNode transaction1[] = {
	GROUP("IncludedSupplyChainTradeLineItem", line1),
	GROUP("ApplicableSupplyChainTradeAgreement", agreement1),
	GROUP("ApplicableSupplyChainTradeSettlement", settlement1),
	XML_NODE_END,
};
const XmlNode zugferd1_document[] = {
	XML_NODE(XML_SPACE_ZUGFERD1, "SpecifiedExchangedDocumentContext", .children = context),
	XML_NODE(XML_SPACE_ZUGFERD1, "HeaderExchangedDocument", .children = header),
	XML_NODE(XML_SPACE_ZUGFERD1, "SpecifiedSupplyChainTradeTransaction", .children = transaction1),
	XML_NODE_END,
};
