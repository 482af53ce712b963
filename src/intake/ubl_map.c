/* Which elements of UBL are looked at, and what becomes of each.
 *
 * The tables at the end give each by its whole path from the root; all others are passed over without being kept. So an
 * ID is only what stands at an ID's place. Where an element stands twice, the first that is not empty counts. */
#include "intake/ubl_map.h"

#include <string.h>

#include "intake/field.h"

#define COMPLAINT_MAX 60 /* characters of a value shown in a complaint */

/* --- values --- */

static void keep_first(char **field, const char *value)
{
	if (*field == NULL)
		*field = g_strdup(value);
}

static void take_fact(UblDraft *draft, const UblNode *node, const char *value)
{
	keep_first(G_STRUCT_MEMBER_P(draft->facts, node->field), value);
}

static void take_party(UblDraft *draft, const UblNode *node, const char *value)
{
	keep_first(G_STRUCT_MEMBER_P(draft->party, node->field), value);
}

static void take_party_with_scheme(UblDraft *draft, const UblNode *node, const char *value)
{
	g_autofree char *with_scheme = draft->scheme != NULL ? g_strconcat(draft->scheme, ":", value, NULL) : g_strdup(value);

	take_party(draft, node, with_scheme);
}

/* SEPA marks the creditor's identifier for direct debits (BT-90), which names no supplier. */
static void take_party_id(UblDraft *draft, const UblNode *node, const char *value)
{
	if (draft->scheme == NULL || g_ascii_strcasecmp(draft->scheme, "SEPA") != 0)
		take_party_with_scheme(draft, node, value);
}

static void take_tax_number(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	keep_first(&draft->tax_number, value);
}

static void take_tax_scheme(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	keep_first(&draft->tax_scheme, value);
}

static void complain(UblDraft *draft, const char *what, const char *value, const char *why)
{
	const gboolean is_long = g_utf8_strlen(value, -1) > COMPLAINT_MAX;
	g_autofree char *beginning = g_utf8_substring(value, 0, is_long ? COMPLAINT_MAX : -1);

	g_string_append_printf(draft->complaints, " (the %s \"%s%s\" %s)", what, beginning, is_long ? "…" : "", why);
}

static void take_issue_date(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	if (!date_is_set(draft->facts->issue_date) && !field_date(value, &draft->facts->issue_date))
		complain(draft, "issue date", value, "is no date");
}

static void take_header_due_date(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	if (!date_is_set(draft->header_due_date))
		field_date(value, &draft->header_due_date);
}

static void take_payment_due_date(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	if (!date_is_set(draft->payment_due_date))
		field_date(value, &draft->payment_due_date);
}

static void take_amount(UblDraft *draft, const char *what, const char *value, gboolean *has, Decimal *amount)
{
	if (*has)
		return;
	*has = field_amount(value, amount, NULL);
	if (!*has)
		complain(draft, what, value, "is no decimal number that can be held exactly");
}

static void take_payable(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	take_amount(draft, "payable total", value, &draft->facts->has_payable, &draft->facts->payable);
}

static void take_gross(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	take_amount(draft, "total with tax", value, &draft->facts->has_gross, &draft->facts->gross);
}

static void take_prepaid(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	if (!draft->facts->has_prepaid)
		draft->facts->has_prepaid = field_amount(value, &draft->facts->prepaid, NULL);
}

static void take_preceding(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	g_ptr_array_add(draft->facts->preceding, g_strdup(value));
}

static void add_new(GPtrArray *list, GHashTable *seen, const char *value)
{
	if (g_hash_table_contains(seen, value))
		return;
	char *copy = g_strdup(value);
	g_ptr_array_add(list, copy);
	g_hash_table_add(seen, copy);
}

static void take_iban(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	add_new(draft->facts->ibans, draft->seen_ibans, value);
}

static void take_header_cost(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	keep_first(&draft->header_cost, value);
}

static void take_line_cost(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	add_new(draft->line_costs, draft->seen_costs, value);
}

static void take_terms(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	if (draft->terms->len > 0)
		g_string_append_c(draft->terms, '\n');
	g_string_append(draft->terms, value);
}

static void take_discount_percent(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	Decimal percent;

	if (field_amount(value, &percent, NULL))
		keep_first(&draft->discount.percent, value);
}

static void take_discount_end(UblDraft *draft, const UblNode *node G_GNUC_UNUSED, const char *value)
{
	field_date(value, &draft->discount.date);
}

/* --- groups --- */

static void begin_document(UblDraft *draft)
{
	draft->documents++;
}

static void begin_invoice(UblDraft *draft)
{
	begin_document(draft);
	if (draft->facts->syntax == NULL)
		draft->facts->syntax = g_strdup("ubl-invoice");
}

static void begin_credit_note(UblDraft *draft)
{
	begin_document(draft);
	if (draft->facts->syntax == NULL)
		draft->facts->syntax = g_strdup("ubl-creditnote");
}

static void begin_supplier(UblDraft *draft)
{
	draft->party = &draft->facts->supplier;
}

static void begin_buyer(UblDraft *draft)
{
	draft->party = &draft->facts->buyer;
}

/* The scheme that says what the number is may stand behind it. */
static void end_tax_scheme(UblDraft *draft)
{
	const gboolean is_vat = draft->tax_scheme != NULL && g_ascii_strcasecmp(draft->tax_scheme, "VAT") == 0;

	if (draft->tax_number != NULL)
		keep_first(is_vat ? &draft->party->vat : &draft->party->tax_id, draft->tax_number);
	g_clear_pointer(&draft->tax_number, g_free);
	g_clear_pointer(&draft->tax_scheme, g_free);
}

static void clear_discount(UblDraft *draft)
{
	g_free(draft->discount.percent);
	draft->discount = (Discount){ .date = DATE_NONE, .days = -1 };
}

static void end_payment_terms(UblDraft *draft)
{
	if (draft->discount.percent != NULL || date_is_set(draft->discount.date)) {
		g_array_append_val(draft->facts->discounts, draft->discount);
		draft->discount.percent = NULL;
	}
	clear_discount(draft);
}

/* --- the whole --- */

void ubl_draft_init(UblDraft *draft, InvoiceFacts *facts, GString *complaints)
{
	*draft = (UblDraft){ .facts = facts, .complaints = complaints };
	draft->terms = g_string_new(NULL);
	draft->header_due_date = draft->payment_due_date = DATE_NONE;
	draft->line_costs = g_ptr_array_new_with_free_func(g_free);
	draft->seen_costs = g_hash_table_new(g_str_hash, g_str_equal);
	draft->seen_ibans = g_hash_table_new(g_str_hash, g_str_equal);
	clear_discount(draft);
}

void ubl_draft_clear(UblDraft *draft)
{
	g_string_free(draft->terms, TRUE);
	g_hash_table_unref(draft->seen_costs);
	g_hash_table_unref(draft->seen_ibans);
	g_ptr_array_unref(draft->line_costs);
	g_free(draft->header_cost);
	g_free(draft->scheme);
	g_free(draft->tax_number);
	g_free(draft->tax_scheme);
	g_free(draft->discount.percent);
}

/* Type codes that are credit notes whatever the root says (EN 16931's code list for BT-3). */
static gboolean is_credit_type(const char *type_code)
{
	static const char *const codes[] = { "81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "502", "503",
		                             "532", NULL };

	return type_code != NULL && g_strv_contains(codes, type_code);
}

static void finish_party(Party *whole)
{
	if (whole->name == NULL)
		whole->name = g_strdup(whole->trading_name);
}

/* BT-9 stands in the header of an Invoice, and with the payment means of a CreditNote. */
static void finish_due_date(UblDraft *draft, gboolean is_credit_note)
{
	InvoiceFacts *facts = draft->facts;

	facts->due_date = is_credit_note && date_is_set(draft->payment_due_date) ? draft->payment_due_date
	                                                                           : draft->header_due_date;
	if (date_is_set(facts->due_date))
		facts->due_date_source = g_strdup("document");
}

/* The header's first, wherever it stood. */
static void finish_costs(UblDraft *draft)
{
	GPtrArray *costs = draft->facts->cost_references;

	if (draft->header_cost != NULL)
		g_ptr_array_add(costs, g_strdup(draft->header_cost));
	for (guint i = 0; i < draft->line_costs->len; i++) {
		const char *cost = g_ptr_array_index(draft->line_costs, i);
		if (g_strcmp0(cost, draft->header_cost) != 0)
			g_ptr_array_add(costs, g_strdup(cost));
	}
}

void ubl_draft_finish(UblDraft *draft)
{
	InvoiceFacts *facts = draft->facts;
	const gboolean is_credit_note = strcmp(facts->syntax, "ubl-creditnote") == 0;

	facts->kind = is_credit_note || is_credit_type(facts->type_code) ? INVOICE_KIND_CREDIT_NOTE : INVOICE_KIND_INVOICE;
	finish_party(&facts->supplier);
	finish_party(&facts->buyer);
	if (g_strcmp0(facts->payee_name, facts->supplier.name) == 0)
		g_clear_pointer(&facts->payee_name, g_free);
	finish_due_date(draft, is_credit_note);
	finish_costs(draft);
	if (draft->terms->len > 0)
		facts->terms = g_strdup(draft->terms->str);
	field_discounts(facts->terms, facts->issue_date, facts->discounts);
}

/* --- what is looked at --- */

#define FACT(member) .take = take_fact, .field = G_STRUCT_OFFSET(InvoiceFacts, member)
#define PARTY(member) .take = take_party, .field = G_STRUCT_OFFSET(Party, member)
#define NODE(space_, name_, ...) { .space = (space_), .name = (name_), __VA_ARGS__ }
#define BASIC(name, ...) NODE(UBL_SPACE_BASIC, name, __VA_ARGS__)
#define GROUP(name, nodes, ...) NODE(UBL_SPACE_AGGREGATE, name, .children = nodes, __VA_ARGS__)
#define END { .name = NULL }

static const UblNode id_of_order[] = { BASIC("ID", FACT(order_reference)), END };
static const UblNode id_of_contract[] = { BASIC("ID", FACT(contract_reference)), END };
static const UblNode id_of_project[] = { BASIC("ID", FACT(project_reference)), END };
static const UblNode id_of_preceding[] = { BASIC("ID", .take = take_preceding), END };
static const UblNode billing_reference[] = { GROUP("InvoiceDocumentReference", id_of_preceding), END };

static const UblNode party_id[] = {
	BASIC("ID", .take = take_party_id, .field = G_STRUCT_OFFSET(Party, own_id)),
	END,
};
static const UblNode party_name[] = { BASIC("Name", PARTY(trading_name)), END };
static const UblNode country[] = { BASIC("IdentificationCode", PARTY(country)), END };
static const UblNode address[] = { GROUP("Country", country), END };
static const UblNode tax_scheme_id[] = { BASIC("ID", .take = take_tax_scheme), END };
static const UblNode party_tax[] = {
	BASIC("CompanyID", .take = take_tax_number),
	GROUP("TaxScheme", tax_scheme_id),
	END,
};
static const UblNode legal_entity[] = {
	BASIC("RegistrationName", PARTY(name)),
	BASIC("CompanyID", .take = take_party_with_scheme, .field = G_STRUCT_OFFSET(Party, legal_id)),
	END,
};
static const UblNode contact[] = { BASIC("ElectronicMail", PARTY(contact_mail)), END };
static const UblNode party[] = {
	BASIC("EndpointID", .take = take_party_with_scheme, .field = G_STRUCT_OFFSET(Party, endpoint)),
	GROUP("PartyIdentification", party_id),
	GROUP("PartyName", party_name),
	GROUP("PostalAddress", address),
	GROUP("PartyTaxScheme", party_tax, .end = end_tax_scheme),
	GROUP("PartyLegalEntity", legal_entity),
	GROUP("Contact", contact),
	END,
};
static const UblNode accounting_party[] = { GROUP("Party", party), END };
static const UblNode payee_name[] = { BASIC("Name", FACT(payee_name)), END };
static const UblNode payee[] = { GROUP("PartyName", payee_name), END };

static const UblNode account[] = { BASIC("ID", .take = take_iban), END };
static const UblNode payment_means[] = {
	BASIC("PaymentDueDate", .take = take_payment_due_date),
	GROUP("PayeeFinancialAccount", account),
	END,
};
static const UblNode settlement_period[] = { BASIC("EndDate", .take = take_discount_end), END };
static const UblNode payment_terms[] = {
	BASIC("Note", .take = take_terms, .in_lines = TRUE),
	BASIC("SettlementDiscountPercent", .take = take_discount_percent),
	GROUP("SettlementPeriod", settlement_period),
	END,
};
static const UblNode totals[] = {
	BASIC("TaxInclusiveAmount", .take = take_gross),
	BASIC("PrepaidAmount", .take = take_prepaid),
	BASIC("PayableAmount", .take = take_payable),
	END,
};
/* Lines below lines: the extension of XRechnung. */
static const UblNode line[4] = {
	BASIC("AccountingCost", .take = take_line_cost),
	GROUP("SubInvoiceLine", line),
	GROUP("SubCreditNoteLine", line),
	END,
};

static const UblNode document[] = {
	BASIC("CustomizationID", FACT(customization)),
	BASIC("ID", FACT(number)),
	BASIC("IssueDate", .take = take_issue_date),
	BASIC("DueDate", .take = take_header_due_date),
	BASIC("InvoiceTypeCode", FACT(type_code)),
	BASIC("CreditNoteTypeCode", FACT(type_code)),
	BASIC("DocumentCurrencyCode", FACT(currency)),
	BASIC("AccountingCost", .take = take_header_cost),
	BASIC("BuyerReference", FACT(buyer_reference)),
	GROUP("InvoiceLine", line),
	GROUP("CreditNoteLine", line),
	GROUP("OrderReference", id_of_order),
	GROUP("BillingReference", billing_reference),
	GROUP("ContractDocumentReference", id_of_contract),
	GROUP("ProjectReference", id_of_project),
	GROUP("AccountingSupplierParty", accounting_party, .begin = begin_supplier),
	GROUP("AccountingCustomerParty", accounting_party, .begin = begin_buyer),
	GROUP("PayeeParty", payee),
	GROUP("PaymentMeans", payment_means),
	GROUP("PaymentTerms", payment_terms, .end = end_payment_terms),
	GROUP("LegalMonetaryTotal", totals),
	END,
};

#define DOCUMENTS \
	NODE(UBL_SPACE_INVOICE, "Invoice", .children = document, .begin = begin_invoice), \
	NODE(UBL_SPACE_CREDIT_NOTE, "CreditNote", .children = document, .begin = begin_credit_note)

static const UblNode envelope[] = { DOCUMENTS, END };
static const UblNode roots[] = { DOCUMENTS, NODE(UBL_SPACE_ENVELOPE, "StandardBusinessDocument", .children = envelope), END };
const UblNode ubl_start = { .children = roots };
