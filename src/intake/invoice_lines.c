/* Each member goes where reading the document itself would have put it, so that rules and lookups see no difference. */
#include "intake/invoice_lines.h"

#include "base/error.h"
#include "base/text.h"
#include "config/json_records.h"

static const JsonMember invoice_members[] = {
	{.name = "supplier", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "number", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "received", .type = MEMBER_TEXT},
	{.name = "due_date", .type = MEMBER_TEXT},
	{.name = "discount_date", .type = MEMBER_TEXT},
	{.name = "gross", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "currency", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "cost_centres", .type = MEMBER_TEXTS},
	{.name = "buyer_reference", .type = MEMBER_TEXT},
	{.name = "order", .type = MEMBER_TEXT},
	{.name = "requester", .type = MEMBER_TEXT},
	{.name = "administration", .type = MEMBER_TEXT},
	{.name = "kind", .type = MEMBER_TEXT},
	{0},
};

typedef struct {
	const char *origin;
	Problems *problems;
	const JsonRecord *record;
	InvoiceFacts *facts;
	GHashTable *seen; /* identity -> line + 1 */
} Reading;

static void complain(const Reading *reading, const char *name, const char *wanted)
{
	problems_add(reading->problems, TRUE, reading->origin, reading->record->line, name, json_record_text(reading->record->json, name), "%s", wanted);
}

static char *read_text(const Reading *reading, const char *name)
{
	const char *text = json_record_text(reading->record->json, name);
	return text ? text_clean_or_null(text) : NULL;
}

static Date read_date(const Reading *reading, const char *name)
{
	const char *text = json_record_text(reading->record->json, name);
	Date date = DATE_NONE;
	if (text && !date_parse(text, &date, NULL))
		complain(reading, name, "a date such as 2026-12-31");
	return date;
}

static void read_discount(const Reading *reading)
{
	Discount discount = {.date = read_date(reading, "discount_date"), .days = -1};
	if (!date_is_set(discount.date))
		return;
	discount.percent = g_strdup("1.00");
	g_array_append_val(reading->facts->discounts, discount);
}

static void read_amount(const Reading *reading)
{
	InvoiceFacts *facts = reading->facts;
	const char *gross = json_record_text(reading->record->json, "gross");
	int digits = facts->currency ? currency_exponent(facts->currency) : -1;
	if (digits < 0)
		complain(reading, "currency", "a currency of ISO 4217 such as EUR");
	facts->has_gross = decimal_parse(gross, &facts->gross, NULL);
	if (!facts->has_gross)
		complain(reading, "gross", "a decimal amount such as \"1234.50\"");
	else if (digits >= 0 && facts->gross.scale > digits) {
		g_autofree char *wanted = g_strdup_printf("at most %d digits after the point, as %s has", digits, facts->currency);
		complain(reading, "gross", wanted);
	}
}

static void read_kind(const Reading *reading)
{
	const char *kind = json_record_text(reading->record->json, "kind");
	if (kind && !invoice_kind_parse(kind, &reading->facts->kind))
		complain(reading, "kind", "invoice or credit-note");
}

static void read_cost_centres(const Reading *reading)
{
	const Json *centres = js_object_get(reading->record->json, "cost_centres");
	GPtrArray *references = reading->facts->cost_references;
	for (gsize i = 0; i < js_array_length(centres); i++) {
		g_autofree char *centre = text_clean_or_null(js_string(js_array_get(centres, i)));
		if (centre && !g_ptr_array_find_with_equal_func(references, centre, g_str_equal, NULL))
			g_ptr_array_add(references, g_steal_pointer(&centre));
	}
}

/* Akkoord takes a document in once. */
static void check_once(const Reading *reading)
{
	const InvoiceFacts *facts = reading->facts;
	g_autofree char *supplier = facts->supplier.name ? text_key(facts->supplier.name) : g_strdup("");
	g_autofree char *number = facts->number ? text_key(facts->number) : g_strdup("");
	char *identity = g_strdup_printf("%s/%s/%s", supplier, number, invoice_kind_name(facts->kind));
	const guint line = reading->record->line, before = GPOINTER_TO_UINT(g_hash_table_lookup(reading->seen, identity));
	if (!before) {
		g_hash_table_insert(reading->seen, identity, GUINT_TO_POINTER(line));
		return;
	}
	g_free(identity);
	g_autofree char *wanted = g_strdup_printf("an invoice that does not stand here yet (line %u has it)", before);
	complain(reading, "number", wanted);
}

static InvoiceLine *read_invoice(Reading *reading)
{
	InvoiceLine *invoice = g_new0(InvoiceLine, 1);
	InvoiceFacts *facts = reading->facts = invoice->facts = invoice_facts_new();
	const char *received = json_record_text(reading->record->json, "received");
	invoice->line = reading->record->line;
	invoice->received = INSTANT_NONE;
	if (received && !instant_parse(received, &invoice->received, NULL))
		complain(reading, "received", "a time such as 2026-12-01T09:00:00Z");
	facts->syntax = g_strdup("json");
	facts->supplier.name = read_text(reading, "supplier");
	facts->number = read_text(reading, "number");
	facts->currency = read_text(reading, "currency");
	facts->buyer_reference = read_text(reading, "buyer_reference");
	facts->order_reference = read_text(reading, "order");
	facts->requester = read_text(reading, "requester");
	facts->administration = read_text(reading, "administration");
	facts->due_date = read_date(reading, "due_date");
	if (date_is_set(facts->due_date))
		facts->due_date_source = g_strdup("document");
	read_kind(reading);
	read_discount(reading);
	read_amount(reading);
	read_cost_centres(reading);
	check_once(reading);
	return invoice;
}

static void invoice_line_free(gpointer data)
{
	InvoiceLine *invoice = data;
	invoice_facts_free(invoice->facts);
	g_free(invoice);
}

static GPtrArray *read_records(const GArray *records, const char *origin, Problems *problems)
{
	g_autoptr(GPtrArray) invoices = g_ptr_array_new_with_free_func(invoice_line_free);
	g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Reading reading = {.origin = origin, .problems = problems, .seen = seen};
	for (guint i = 0; i < records->len; i++) {
		reading.record = &g_array_index(records, JsonRecord, i);
		g_ptr_array_add(invoices, read_invoice(&reading));
	}
	return problems_has_errors(problems) ? NULL : g_steal_pointer(&invoices);
}

GPtrArray *invoice_lines_parse(const char *text, gsize length, const char *origin, Problems *problems)
{
	g_autoptr(GArray) records = json_records_parse(text, length, origin, invoice_members, problems);
	return read_records(records, origin, problems);
}

GPtrArray *invoice_lines_read(const char *path, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *origin = text_clean_line(path);
	g_autoptr(GArray) records = json_records_read(path, invoice_members, problems, error);
	GPtrArray *invoices = records ? read_records(records, origin, problems) : NULL;
	if (invoices || !records)
		return invoices;
	g_autofree char *text = problems_format(problems);
	error_set(error, ERROR_INVALID, "%s", text);
	return NULL;
}
