/* Every file of the corpora of invoices, field by field, against its expected.csv (made without this project's code; the comparison
 * rules are in each corpus's README.md). One wrong field fails. */
#include <glib.h>
#include <stdio.h>
#include <string.h>

#include "intake/read.h"

typedef struct {
	guint right, wrong;
} Tally;

static char *corpus_path(const char *set)
{
	const char *corpus = g_getenv("AKKOORD_CORPUS");
	const char *source = g_getenv("AKKOORD_SRCDIR");

	if (corpus != NULL)
		return g_build_filename(corpus, set, NULL);
	return g_build_filename(source != NULL ? source : ".", "..", "shared", "corpus", set, NULL);
}

/* One record of RFC 4180, its fields in order; NULL at the end. *p moves behind it. */
static GPtrArray *csv_record(const char **p)
{
	const char *c = *p;

	if (*c == '\0')
		return NULL;
	GPtrArray *fields = g_ptr_array_new_with_free_func(g_free);
	for (;;) {
		GString *field = g_string_new(NULL);
		const gboolean quoted = *c == '"';
		c += quoted;
		while (quoted ? *c != '"' || c[1] == '"' : strchr(",\r\n", *c) == NULL) {
			c += quoted && *c == '"';
			g_string_append_c(field, *c++);
		}
		c += quoted;
		g_ptr_array_add(fields, g_string_free(field, FALSE));
		if (*c != ',')
			break;
		c++;
	}
	c += strspn(c, "\r\n");
	*p = c;
	return fields;
}

static void compare(Tally *tally, const char *file, const char *column, const char *expected, const char *found)
{
	if (g_strcmp0(expected, found != NULL ? found : "") == 0) {
		tally->right++;
		return;
	}
	tally->wrong++;
	g_test_message("%s: %s: expected \"%s\", found \"%s\"", file, column, expected, found != NULL ? found : "");
	g_test_fail();
}

static char *join(const GPtrArray *texts)
{
	GString *joined = g_string_new(NULL);

	for (guint i = 0; i < texts->len; i++)
		g_string_append_printf(joined, "%s%s", i > 0 ? ";" : "", (const char *)g_ptr_array_index(texts, i));
	return g_string_free(joined, FALSE);
}

static char *first_of(const char *list)
{
	const char *end = strchr(list, ';');

	return end != NULL ? g_strndup(list, (gsize)(end - list)) : g_strdup(list);
}

/* The terms as the corpus writes them: between several terms " | ", for a line break "\n", which are LF both here. */
static char *unfold(const char *terms)
{
	GString *text = g_string_new(terms);

	g_string_replace(text, "\\n", "\n", 0);
	g_string_replace(text, " | ", "\n", 0);
	return g_string_free(text, FALSE);
}

typedef struct {
	Tally *tally;
	GHashTable *row; /* column -> text */
	const char *file;
} Case;

static const char *cell(const Case *c, const char *column)
{
	return g_hash_table_lookup(c->row, column);
}

static void compare_text(const Case *c, const char *column, const char *found)
{
	compare(c->tally, c->file, column, cell(c, column), found);
}

static void compare_date(const Case *c, const char *column, Date found)
{
	g_autofree char *text = date_format(found);

	compare_text(c, column, text);
}

static void compare_amount(const Case *c, const char *column, gboolean has, Decimal found)
{
	const char *expected = cell(c, column);
	g_autofree char *text = has ? decimal_format(found, 0) : g_strdup("");
	Decimal wanted;

	if (has && decimal_parse(expected, &wanted, NULL) && decimal_compare(wanted, found) == 0)
		c->tally->right++;
	else
		compare_text(c, column, text);
}

static void compare_supplier(const Case *c, const InvoiceFacts *facts)
{
	const Party *supplier = &facts->supplier;
	const char *name = cell(c, "supplier_name");
	g_autofree char *own_id = first_of(cell(c, "supplier_ids"));
	g_autofree char *tax_id = first_of(cell(c, "supplier_tax_reg"));

	compare(c->tally, c->file, "supplier_name", *name != '\0' ? name : cell(c, "supplier_trading_name"), supplier->name);
	compare_text(c, "supplier_trading_name", supplier->trading_name);
	compare_text(c, "supplier_vat", supplier->vat);
	compare(c->tally, c->file, "supplier_tax_reg", tax_id, supplier->tax_id);
	compare_text(c, "supplier_legal_id", supplier->legal_id);
	compare(c->tally, c->file, "supplier_ids", own_id, supplier->own_id);
	compare_text(c, "supplier_endpoint", supplier->endpoint);
	compare_text(c, "supplier_country", supplier->country);
}

static void compare_references(const Case *c, const InvoiceFacts *facts)
{
	const char *cost = cell(c, "cost_reference");
	g_autofree char *preceding = join(facts->preceding);

	compare_text(c, "buyer_reference", facts->buyer_reference);
	compare_text(c, "order_reference", facts->order_reference);
	compare_text(c, "contract_reference", facts->contract_reference);
	compare_text(c, "project_reference", facts->project_reference);
	compare_text(c, "preceding_invoice", preceding);
	/* The column knows only the header's, which comes first here; those of the lines follow. */
	if (*cost != '\0')
		compare_text(c, "cost_reference", facts->cost_references->len > 0 ? g_ptr_array_index(facts->cost_references, 0) : "");
	else if (g_str_has_prefix(cell(c, "syntax"), "ubl") && strstr(cell(c, "notes"), "line-accounting-cost") == NULL && strstr(c->file, "sub-invoice-lines") == NULL)
		compare_text(c, "cost_reference", facts->cost_references->len > 0 ? "one" : "");
}

/* --- discounts --- */

/* Of UBL: "percent=2 until=2026-03-15". Of CII and ZUGFeRD 1: "basis=2026-03-01 period=10DAY percent=2.00 amount=", where an empty basis is the day of issue,
 * and without a period the terms' due date ends it. NULL: neither. Owned by the caller. */
static char *discount_wanted(const Case *c, const char *term)
{
	int year, month, day, period = 0;
	Date until = DATE_NONE;
	const char *percent = strstr(term, "percent="), *span = strstr(term, "period=");

	if (span == NULL)
		return g_strdup(term);
	const char *basis = sscanf(term, "basis=%d-%d-%d", &year, &month, &day) == 3 ? term + strlen("basis=") : cell(c, "issue_date");
	if (sscanf(span, "period=%dDAY", &period) != 1)
		basis = cell(c, "due_date");
	if (sscanf(basis, "%d-%d-%d", &year, &month, &day) == 3)
		until = date_add_days(date_from_ymd(year, month, day), period);
	g_autofree char *date = date_format(until);
	return g_strdup_printf("%.*s until=%s", (int)strcspn(percent, " "), percent, date != NULL ? date : "");
}

static char *discount_found(const Discount *discount)
{
	g_autofree char *date = date_format(discount->date);

	return g_strdup_printf("percent=%s until=%s", discount->percent != NULL ? discount->percent : "", date != NULL ? date : "");
}

/* Those that the document gives a structure, which come first; after them nothing but what its text says in XRechnung's form. */
static void compare_discounts(const Case *c, const InvoiceFacts *facts)
{
	g_auto(GStrv) wanted = g_strsplit(cell(c, "discount_terms"), ";", -1);
	const guint count = g_strv_length(wanted);

	for (guint i = 0; i < count; i++) {
		g_autofree char *expected = discount_wanted(c, g_strstrip(wanted[i]));
		g_autofree char *found = i < facts->discounts->len ? discount_found(&g_array_index(facts->discounts, Discount, i)) : NULL;
		compare(c->tally, c->file, "discount_terms", expected, found);
	}
	if (facts->discounts->len != count && strstr(facts->terms != NULL ? facts->terms : "", "#SKONTO#") == NULL)
		compare(c->tally, c->file, "discount_terms", "no more", "more");
}

static void compare_payment(const Case *c, const InvoiceFacts *facts)
{
	g_autofree char *ibans = join(facts->ibans);
	g_autofree char *terms = unfold(cell(c, "payment_terms"));

	compare_text(c, "currency", facts->currency);
	compare_amount(c, "payable_total", facts->has_payable, facts->payable);
	compare_amount(c, "tax_inclusive_total", facts->has_gross, facts->gross);
	compare_amount(c, "prepaid", facts->has_prepaid, facts->prepaid);
	compare_text(c, "iban", ibans);
	/* "When it is not the supplier", says the README; one file names the supplier as its own payee. */
	const gboolean is_supplier = strcmp(cell(c, "payee_name"), cell(c, "supplier_name")) == 0;
	compare(c->tally, c->file, "payee_name", is_supplier ? "" : cell(c, "payee_name"), facts->payee_name);
	compare(c->tally, c->file, "payment_terms", terms, facts->terms);
	compare_discounts(c, facts);
}

static void compare_facts(const Case *c, const InvoiceFacts *facts)
{
	compare_text(c, "syntax", facts->syntax);
	compare_text(c, "type_code", facts->type_code);
	compare_text(c, "invoice_number", facts->number);
	compare_date(c, "issue_date", facts->issue_date);
	/* the table has only what stands there as a date */
	compare_date(c, "due_date", g_strcmp0(facts->due_date_source, "terms") == 0 ? DATE_NONE : facts->due_date);
	compare_text(c, "buyer_name", facts->buyer.name);
	compare_text(c, "customization_id", facts->customization);
	compare_supplier(c, facts);
	compare_references(c, facts);
	compare_payment(c, facts);
}

/* What is lacking by the corpus ("lacks invoice_number, issue_date") is named by the reason. */
static void check_reason(const Case *c, const GError *error)
{
	static const struct {
		const char *lacks, *words;
	} reasons[] = {
		{ "currency", "the currency" },
		{ "issue_date", "the issue date" },
		{ "payable_total", "the payable total" },
		{ "supplier_name", "the supplier's name" },
		{ "invoice_number", "the number" },
	};

	if (!g_str_has_prefix(cell(c, "reason"), "lacks "))
		return;
	for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++) {
		const gboolean lacks = strstr(cell(c, "reason"), reasons[i].lacks) != NULL, named = strstr(error->message, reasons[i].words) != NULL;
		compare(c->tally, c->file, reasons[i].lacks, lacks ? "lacks it" : "has it", named ? "lacks it" : "has it");
	}
}

/* The verdict in the corpus's words; "refused" for both kinds of file that give no facts. */
static const char *verdict_of(const InvoiceFacts *facts, const InvoiceFacts *partial)
{
	if (facts != NULL)
		return "accept";
	return partial != NULL ? "incomplete" : "refused";
}

static void check_case(const Case *c, const char *bytes, gsize length)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(InvoiceFacts) partial = NULL;
	g_autoptr(InvoiceFacts) facts = intake_read(bytes, length, &partial, &error);
	const char *expected = cell(c, "verdict");
	const char *found = verdict_of(facts, partial);

	g_assert_true((facts == NULL) == (error != NULL));
	if (error != NULL) {
		g_test_message("%s: %s", c->file, error->message);
		g_assert_null(strstr(error->message, "CANARY"));
		check_reason(c, error);
	}
	if (strcmp(expected, "optional") == 0)
		expected = found;
	else if (strcmp(expected, "reject") == 0 || strcmp(expected, "not-an-invoice") == 0 || strcmp(expected, "no-xml") == 0)
		expected = "refused";
	compare(c->tally, c->file, "verdict", expected, found);
	if (facts != NULL || partial != NULL)
		compare_facts(c, facts != NULL ? facts : partial);
}

static GHashTable *row_of(const GPtrArray *header, const GPtrArray *record)
{
	GHashTable *row = g_hash_table_new(g_str_hash, g_str_equal);

	g_assert_cmpuint(header->len, ==, record->len);
	for (guint i = 0; i < header->len; i++)
		g_hash_table_insert(row, g_ptr_array_index(header, i), g_ptr_array_index(record, i));
	return row;
}

static void check_row(Tally *tally, const char *corpus, const GPtrArray *header, const GPtrArray *record)
{
	g_autoptr(GHashTable) row = row_of(header, record);
	const Case c = { tally, row, g_hash_table_lookup(row, "file") };
	g_autofree char *path = g_build_filename(corpus, c.file, NULL);
	g_autofree char *bytes = NULL;
	gsize length;

	g_assert_true(g_file_get_contents(path, &bytes, &length, NULL));
	check_case(&c, bytes, length);
}

static void test_corpus(gconstpointer set)
{
	g_autofree char *corpus = corpus_path(set);
	g_autofree char *table = g_build_filename(corpus, "expected.csv", NULL);
	g_autofree char *csv = NULL;
	Tally tally = { 0, 0 };
	guint files = 0;

	if (!g_file_get_contents(table, &csv, NULL, NULL)) {
		g_test_skip("no corpus: set AKKOORD_CORPUS to the folder that holds ubl/expected.csv, cii/expected.csv and facturx/expected.csv");
		return;
	}
	const char *p = csv;
	g_autoptr(GPtrArray) header = csv_record(&p);
	for (;; files++) {
		g_autoptr(GPtrArray) record = csv_record(&p);
		if (record == NULL)
			break;
		check_row(&tally, corpus, header, record);
	}
	g_print("# corpus/%s: %u files, %u fields right, %u wrong\n", (const char *)set, files, tally.right, tally.wrong);
	g_assert_cmpuint(files, >, 0);
	g_assert_cmpuint(tally.wrong, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/intake/corpus/ubl", "ubl", test_corpus);
	g_test_add_data_func("/intake/corpus/cii", "cii", test_corpus);
	g_test_add_data_func("/intake/corpus/facturx", "facturx", test_corpus);
	return g_test_run();
}
