/* What a rehearsal wants beyond the objects themselves: that each says enough, and stands there once. */
#include "intake/invoice_lines.h"

#include "base/error.h"
#include "base/text.h"
#include "intake/invoice_json.h"

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

/* What nothing can be foretold without. */
static void check_whole(const Reading *reading)
{
	static const char *const needed[] = {"supplier", "number", "gross", "currency"};
	for (guint i = 0; i < G_N_ELEMENTS(needed); i++) {
		const Json *value = js_object_get(reading->record->json, needed[i]);
		if (!json_record_text(reading->record->json, needed[i]) && !js_is_object(value))
			complain(reading, needed[i], "a string");
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
	const JsonRecord *record = reading->record;
	invoice->line = record->line;
	invoice->facts = reading->facts = invoice_json_facts(record->json, reading->origin, record->line, reading->problems, &invoice->received);
	check_whole(reading);
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
	g_autoptr(GArray) records = json_records_parse(text, length, origin, invoice_json_members, problems);
	return read_records(records, origin, problems);
}

GPtrArray *invoice_lines_read(const char *path, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autofree char *origin = text_clean_line(path);
	g_autoptr(GArray) records = json_records_read(path, invoice_json_members, problems, error);
	GPtrArray *invoices = records ? read_records(records, origin, problems) : NULL;
	if (invoices || !records)
		return invoices;
	g_autofree char *text = problems_format(problems);
	error_set(error, ERROR_INVALID, "%s", text);
	return NULL;
}
