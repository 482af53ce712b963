/* What becomes of the values of an XML invoice, whatever its syntax. */
#include "intake/draft.h"

#include <string.h>

#include "intake/field.h"

#define COMPLAINT_MAX 60 /* characters of a value shown in a complaint */
#define SPAN_DAYS_MAX 3660 /* a term of more than ten years is a slip of the pen */

/* A discount that counts from the day of issue, which may stand behind it. */
typedef struct {
	guint discount; /* its place among the facts' */
	int count;
	DraftUnit unit;
} Span;

/* --- values --- */

void draft_keep_first(char **text, const char *value)
{
	if (*text == NULL)
		*text = g_strdup(value);
}

void draft_take_fact(InvoiceDraft *draft, gsize field, const char *value)
{
	draft_keep_first(G_STRUCT_MEMBER_P(draft->facts, field), value);
}

void draft_take_party(InvoiceDraft *draft, gsize field, const char *value)
{
	draft_keep_first(G_STRUCT_MEMBER_P(draft->party, field), value);
}

void draft_take_party_id(InvoiceDraft *draft, gsize field, const char *value)
{
	g_autofree char *with_scheme = draft->attribute != NULL ? g_strconcat(draft->attribute, ":", value, NULL) : g_strdup(value);

	draft_take_party(draft, field, with_scheme);
}

void draft_take_tax_number(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	draft_keep_first(&draft->tax_number, value);
}

void draft_take_tax_scheme(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	draft_keep_first(&draft->tax_scheme, value);
}

static void complain(InvoiceDraft *draft, const char *what, const char *value, const char *why)
{
	const gboolean is_long = g_utf8_strlen(value, -1) > COMPLAINT_MAX;
	g_autofree char *beginning = g_utf8_substring(value, 0, is_long ? COMPLAINT_MAX : -1);

	g_string_append_printf(draft->complaints, " (the %s \"%s%s\" %s)", what, beginning, is_long ? "…" : "", why);
}

void draft_set_issue_date(InvoiceDraft *draft, const char *value, Date date)
{
	if (date_is_set(draft->facts->issue_date))
		return;
	draft->facts->issue_date = date;
	if (!date_is_set(date))
		complain(draft, "issue date", value, "is no date");
}

static void take_amount(InvoiceDraft *draft, const char *what, const char *value, gboolean *has, Decimal *amount)
{
	if (*has)
		return;
	*has = field_amount(value, amount, NULL);
	if (!*has)
		complain(draft, what, value, "is no decimal number that can be held exactly");
}

void draft_take_payable(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	take_amount(draft, "payable total", value, &draft->facts->has_payable, &draft->facts->payable);
}

void draft_take_gross(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	take_amount(draft, "total with tax", value, &draft->facts->has_gross, &draft->facts->gross);
}

void draft_take_prepaid(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	if (!draft->facts->has_prepaid)
		draft->facts->has_prepaid = field_amount(value, &draft->facts->prepaid, NULL);
}

void draft_take_preceding(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
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

void draft_take_iban(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	add_new(draft->facts->ibans, draft->seen_ibans, value);
}

void draft_take_header_cost(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	add_new(draft->header_costs, draft->seen_header_costs, value);
}

void draft_take_line_cost(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	add_new(draft->line_costs, draft->seen_line_costs, value);
}

void draft_take_terms(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	if (draft->terms->len > 0)
		g_string_append_c(draft->terms, '\n');
	g_string_append(draft->terms, value);
}

void draft_take_percent(InvoiceDraft *draft, gsize field G_GNUC_UNUSED, const char *value)
{
	Decimal percent;

	if (field_amount(value, &percent, NULL))
		draft_keep_first(&draft->discount.percent, value);
}

/* --- groups --- */

void draft_begin_supplier(InvoiceDraft *draft)
{
	draft->party = &draft->facts->supplier;
}

void draft_begin_buyer(InvoiceDraft *draft)
{
	draft->party = &draft->facts->buyer;
}

void draft_end_tax(InvoiceDraft *draft, const char *vat_scheme)
{
	const gboolean is_vat = draft->tax_scheme != NULL && g_ascii_strcasecmp(draft->tax_scheme, vat_scheme) == 0;

	if (draft->tax_number != NULL)
		draft_keep_first(is_vat ? &draft->party->vat : &draft->party->tax_id, draft->tax_number);
	g_clear_pointer(&draft->tax_number, g_free);
	g_clear_pointer(&draft->tax_scheme, g_free);
}

static void clear_discount(InvoiceDraft *draft)
{
	g_free(draft->discount.percent);
	draft->discount = (Discount){.date = DATE_NONE, .days = -1};
	draft->discount_basis = DATE_NONE;
	draft->discount_count = -1;
	draft->discount_unit = DRAFT_DAYS;
}

static Date add_months(Date date, int months)
{
	int year, month, day;

	date_get_ymd(date, &year, &month, &day);
	month += months - 1;
	year += month / 12;
	month = month % 12 + 1;
	Date found = date_from_ymd(year, month, day);
	while (!date_is_set(found) && day > 28)
		found = date_from_ymd(year, month, --day);
	return found;
}

/* DATE_NONE where it would be too far off. */
static Date add_span(Date basis, int count, DraftUnit unit)
{
	static const int days_of[] = {[DRAFT_DAYS] = 1, [DRAFT_WEEKS] = 7, [DRAFT_MONTHS] = 31};

	if (!date_is_set(basis) || count > SPAN_DAYS_MAX / days_of[unit])
		return DATE_NONE;
	return unit == DRAFT_MONTHS ? add_months(basis, count) : date_add_days(basis, count * days_of[unit]);
}

/* So many units after the basis that is stated, else after the day of issue. */
static void date_discount(InvoiceDraft *draft)
{
	const Span span = {draft->facts->discounts->len, draft->discount_count, draft->discount_unit};

	if (date_is_set(draft->discount_basis)) {
		draft->discount.date = add_span(draft->discount_basis, span.count, span.unit);
		return;
	}
	g_array_append_val(draft->spans, span);
	draft->discount.days = span.unit == DRAFT_DAYS ? span.count : -1;
}

void draft_end_discount(InvoiceDraft *draft)
{
	const gboolean has_span = draft->discount_count >= 0;

	if (has_span)
		date_discount(draft);
	if (has_span || draft->discount.percent != NULL || date_is_set(draft->discount.date)) {
		g_array_append_val(draft->facts->discounts, draft->discount);
		draft->discount.percent = NULL;
	}
	clear_discount(draft);
}

/* --- the whole --- */

void draft_init(InvoiceDraft *draft, InvoiceFacts *facts, GString *complaints)
{
	*draft = (InvoiceDraft){.facts = facts, .complaints = complaints};
	draft->terms = g_string_new(NULL);
	draft->header_due_date = draft->payment_due_date = draft->terms_due_date = DATE_NONE;
	draft->spans = g_array_new(FALSE, FALSE, sizeof(Span));
	draft->header_costs = g_ptr_array_new_with_free_func(g_free);
	draft->line_costs = g_ptr_array_new_with_free_func(g_free);
	draft->seen_header_costs = g_hash_table_new(g_str_hash, g_str_equal);
	draft->seen_line_costs = g_hash_table_new(g_str_hash, g_str_equal);
	draft->seen_ibans = g_hash_table_new(g_str_hash, g_str_equal);
	clear_discount(draft);
}

void draft_clear(InvoiceDraft *draft)
{
	char *const texts[] = {draft->attribute, draft->tax_number, draft->tax_scheme, draft->iban, draft->account};

	clear_discount(draft);
	for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
		g_free(texts[i]);
	g_string_free(draft->terms, TRUE);
	g_array_unref(draft->spans);
	g_hash_table_unref(draft->seen_header_costs);
	g_hash_table_unref(draft->seen_line_costs);
	g_hash_table_unref(draft->seen_ibans);
	g_ptr_array_unref(draft->header_costs);
	g_ptr_array_unref(draft->line_costs);
}

static void finish_parties(InvoiceFacts *facts)
{
	Party *const parties[] = {&facts->supplier, &facts->buyer};

	for (gsize i = 0; i < G_N_ELEMENTS(parties); i++)
		draft_keep_first(&parties[i]->name, parties[i]->trading_name);
	if (g_strcmp0(facts->payee_name, facts->supplier.name) == 0)
		g_clear_pointer(&facts->payee_name, g_free);
}

/* BT-9 stands in the header of an Invoice, and with the payment means of a CreditNote of UBL. */
static void finish_due_date(InvoiceDraft *draft, gboolean is_credit_note)
{
	InvoiceFacts *facts = draft->facts;

	facts->due_date = is_credit_note && date_is_set(draft->payment_due_date) ? draft->payment_due_date : draft->header_due_date;
	if (date_is_set(facts->due_date))
		facts->due_date_source = g_strdup("document");
}

/* The header's first, wherever they stood. */
static void finish_costs(InvoiceDraft *draft)
{
	GPtrArray *costs = draft->facts->cost_references;

	for (guint i = 0; i < draft->header_costs->len; i++)
		g_ptr_array_add(costs, g_strdup(g_ptr_array_index(draft->header_costs, i)));
	for (guint i = 0; i < draft->line_costs->len; i++) {
		const char *cost = g_ptr_array_index(draft->line_costs, i);
		if (!g_hash_table_contains(draft->seen_header_costs, cost))
			g_ptr_array_add(costs, g_strdup(cost));
	}
}

static void finish_spans(InvoiceDraft *draft)
{
	for (guint i = 0; i < draft->spans->len; i++) {
		const Span *span = &g_array_index(draft->spans, Span, i);
		Discount *discount = &g_array_index(draft->facts->discounts, Discount, span->discount);
		discount->date = add_span(draft->facts->issue_date, span->count, span->unit);
	}
}

void draft_finish(InvoiceDraft *draft)
{
	InvoiceFacts *facts = draft->facts;
	const gboolean is_credit_note = g_str_equal(facts->syntax, "ubl-creditnote");

	facts->kind = is_credit_note || field_is_credit_type(facts->type_code) ? INVOICE_KIND_CREDIT_NOTE : INVOICE_KIND_INVOICE;
	finish_parties(facts);
	finish_due_date(draft, is_credit_note);
	finish_costs(draft);
	finish_spans(draft);
	if (draft->terms->len > 0)
		facts->terms = g_strdup(draft->terms->str);
	field_discounts(facts->terms, facts->issue_date, facts->discounts);
}
