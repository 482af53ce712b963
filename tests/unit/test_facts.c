/* Facts into an event and back: exact, and nothing freely chosen by the document's author in what cannot be erased. */
#include <glib.h>
#include <string.h>

#include "audit/facts.h"
#include "base/text.h"
#include "intake/read.h"

typedef struct {
	Json *data, *private;
} Written;

/* As the store keeps it: written, sealed as canonical text, read again. */
static Written write_out(const InvoiceFacts *facts)
{
	g_autoptr(Json) data = js_object_new();
	g_autoptr(Json) private = js_object_new();

	facts_to_event(facts, data, private);
	g_autofree char *data_text = js_canonical(data);
	g_autofree char *private_text = js_canonical(private);
	Written written = { js_parse(data_text, strlen(data_text), NULL), js_parse(private_text, strlen(private_text), NULL) };
	g_assert_nonnull(written.data);
	g_assert_nonnull(written.private);
	return written;
}

static void written_clear(Written *written)
{
	js_unref(written->data);
	js_unref(written->private);
}

static void assert_same_text(const char *original, const char *back)
{
	g_autofree char *clean = original != NULL ? text_clean_lines(original) : NULL;

	g_assert_cmpstr(clean, ==, back);
}

static void assert_same_list(const GPtrArray *original, const GPtrArray *back)
{
	g_assert_cmpuint(original->len, ==, back->len);
	for (guint i = 0; i < original->len; i++)
		assert_same_text(g_ptr_array_index(original, i), g_ptr_array_index(back, i));
}

static void assert_same_party(const Party *original, const Party *back)
{
	assert_same_text(original->name, back->name);
	assert_same_text(original->trading_name, back->trading_name);
	assert_same_text(original->vat, back->vat);
	assert_same_text(original->legal_id, back->legal_id);
	assert_same_text(original->tax_id, back->tax_id);
	assert_same_text(original->own_id, back->own_id);
	assert_same_text(original->endpoint, back->endpoint);
	assert_same_text(original->country, back->country);
	assert_same_text(original->contact_mail, back->contact_mail);
}

static void assert_same_amount(gboolean has, Decimal original, gboolean has_back, Decimal back)
{
	g_assert_cmpint(has, ==, has_back);
	if (!has)
		return;
	g_assert_cmpint(original.unscaled, ==, back.unscaled);
	g_assert_cmpint(original.scale, ==, back.scale);
}

static void assert_same_discounts(const GArray *original, const GArray *back)
{
	g_assert_cmpuint(original->len, ==, back->len);
	for (guint i = 0; i < original->len; i++) {
		const Discount *one = &g_array_index(original, Discount, i);
		const Discount *two = &g_array_index(back, Discount, i);
		g_assert_cmpint(one->date.day, ==, two->date.day);
		g_assert_cmpint(one->days, ==, two->days);
		g_assert_cmpstr(one->percent, ==, two->percent);
	}
}

/* What stands in the event itself, erased or not. */
static void assert_same_open_part(const InvoiceFacts *original, const InvoiceFacts *back)
{
	g_assert_cmpint(original->kind, ==, back->kind);
	assert_same_text(original->syntax, back->syntax);
	g_assert_cmpint(original->issue_date.day, ==, back->issue_date.day);
	g_assert_cmpint(original->due_date.day, ==, back->due_date.day);
	assert_same_text(original->due_date_source, back->due_date_source);
	assert_same_amount(original->has_gross, original->gross, back->has_gross, back->gross);
	assert_same_amount(original->has_payable, original->payable, back->has_payable, back->payable);
	assert_same_amount(original->has_prepaid, original->prepaid, back->has_prepaid, back->prepaid);
	assert_same_discounts(original->discounts, back->discounts);
}

static void assert_same(const InvoiceFacts *original, const InvoiceFacts *back)
{
	assert_same_open_part(original, back);
	assert_same_text(original->type_code, back->type_code);
	assert_same_text(original->currency, back->currency);
	assert_same_text(original->number, back->number);
	assert_same_party(&original->supplier, &back->supplier);
	assert_same_party(&original->buyer, &back->buyer);
	assert_same_text(original->payee_name, back->payee_name);
	assert_same_text(original->buyer_reference, back->buyer_reference);
	assert_same_text(original->order_reference, back->order_reference);
	assert_same_text(original->contract_reference, back->contract_reference);
	assert_same_text(original->project_reference, back->project_reference);
	assert_same_list(original->preceding, back->preceding);
	assert_same_list(original->cost_references, back->cost_references);
	assert_same_list(original->ibans, back->ibans);
	assert_same_text(original->terms, back->terms);
	assert_same_text(original->customization, back->customization);
	assert_same_text(original->requester, back->requester);
	assert_same_text(original->administration, back->administration);
}

static void assert_names_nobody(const InvoiceFacts *back)
{
	const Party empty = { 0 };

	g_assert_null(back->number);
	assert_same_party(&empty, &back->supplier);
	assert_same_party(&empty, &back->buyer);
	g_assert_null(back->payee_name);
	g_assert_null(back->buyer_reference);
	g_assert_null(back->terms);
	g_assert_null(back->requester);
	g_assert_null(back->administration);
	g_assert_cmpuint(back->ibans->len + back->preceding->len + back->cost_references->len, ==, 0);
}

static void check_round_trip(const InvoiceFacts *facts)
{
	Written written = write_out(facts);
	g_autoptr(InvoiceFacts) back = facts_from_event(written.data, written.private);
	g_autoptr(InvoiceFacts) erased = facts_from_event(written.data, NULL);
	Written again = write_out(back);
	g_autofree char *one = js_canonical(written.private);
	g_autofree char *two = js_canonical(again.private);

	assert_same(facts, back);
	assert_same_open_part(facts, erased);
	assert_names_nobody(erased);
	g_assert_cmpstr(one, ==, two);
	/* Identity and substance are worked out anew from what the store gives back. */
	g_autofree char *identity = invoice_identity(facts);
	g_autofree char *identity_back = invoice_identity(back);
	g_assert_cmpstr(identity, ==, identity_back);
	g_autofree char *substance = invoice_substance(facts);
	g_autofree char *substance_back = invoice_substance(back);
	g_assert_cmpstr(substance, ==, substance_back);
	written_clear(&written);
	written_clear(&again);
}

static void test_empty(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();

	check_round_trip(facts);
}

static void add_discount(InvoiceFacts *facts, Date date, int days, const char *percent)
{
	Discount discount = { date, days, g_strdup(percent) };

	g_array_append_val(facts->discounts, discount);
}

static InvoiceFacts *full(void)
{
	InvoiceFacts *facts = invoice_facts_new();

	facts->syntax = g_strdup("ubl-creditnote");
	facts->kind = INVOICE_KIND_CREDIT_NOTE;
	facts->type_code = g_strdup("381");
	facts->number = g_strdup("A-1 \"x\" \\ é😀");
	facts->issue_date = date_from_ymd(2026, 2, 28);
	facts->due_date = date_from_ymd(9999, 12, 31);
	facts->due_date_source = g_strdup("terms");
	facts->supplier = (Party){ g_strdup("S"), g_strdup("T"), g_strdup("NL1"), g_strdup("0106:2"), g_strdup("3"), g_strdup("4"),
		                   g_strdup("0088:5"), g_strdup("NL"), g_strdup("vragen@x.example") };
	facts->buyer = (Party){ .name = g_strdup("B"), .vat = g_strdup("NL9") };
	facts->payee_name = g_strdup("P");
	facts->buyer_reference = g_strdup("r");
	facts->order_reference = g_strdup("o");
	facts->contract_reference = g_strdup("c");
	facts->project_reference = g_strdup("p");
	g_ptr_array_add(facts->preceding, g_strdup("1"));
	g_ptr_array_add(facts->preceding, g_strdup("1"));
	g_ptr_array_add(facts->cost_references, g_strdup("K"));
	g_ptr_array_add(facts->ibans, g_strdup("NL57 RABO"));
	facts->currency = g_strdup("EUR");
	facts->has_gross = facts->has_payable = facts->has_prepaid = TRUE;
	facts->gross = (Decimal){ G_GINT64_CONSTANT(-999999999999999999), 9 };
	facts->payable = (Decimal){ 0, 2 };
	facts->prepaid = (Decimal){ 1200, 2 };
	facts->terms = g_strdup("one\n\nthree\n#SKONTO#TAGE=7#PROZENT=2.00#");
	facts->customization = g_strdup("urn:x");
	facts->requester = g_strdup("anna");
	facts->administration = g_strdup("Ejemplo SL");
	add_discount(facts, date_from_ymd(2026, 3, 7), 7, "2.00");
	add_discount(facts, DATE_NONE, 0, "0.00");
	add_discount(facts, date_from_ymd(2026, 3, 8), -1, NULL);
	return facts;
}

static void test_full(void)
{
	g_autoptr(InvoiceFacts) facts = full();
	Written written = write_out(facts);
	g_autofree char *data = js_canonical(written.data);

	check_round_trip(facts);
	g_assert_cmpstr(data, ==,
	                "{\"currency\":\"EUR\",\"discounts\":[{\"date\":\"2026-03-07\",\"days\":7,\"percent\":\"2.00\"},"
	                "{\"days\":0,\"percent\":\"0.00\"},{\"date\":\"2026-03-08\"}],\"due_date\":\"9999-12-31\","
	                "\"due_date_source\":\"terms\",\"gross\":\"-999999999.999999999\",\"issue_date\":\"2026-02-28\","
	                "\"kind\":\"credit-note\",\"payable\":\"0.00\",\"prepaid\":\"12.00\",\"syntax\":\"ubl-creditnote\","
	                "\"type_code\":\"381\"}");
	written_clear(&written);
}

/* What looks like no code is free text, which has no place in what cannot be erased. */
static void test_codes(void)
{
	static const struct {
		const char *text;
		gboolean open;
	} cases[] = {
		{ "380", TRUE }, { "EUR", TRUE }, { "XYZ", TRUE }, { "Z01", TRUE }, { "SalesInvoice", FALSE }, { "Jan Jansen", FALSE },
		{ "ÉTÉ", FALSE }, { "123456789", FALSE }, { "eur", FALSE },
	};

	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(InvoiceFacts) facts = invoice_facts_new();
		facts->currency = g_strdup(cases[i].text);
		facts->type_code = g_strdup(cases[i].text);
		Written written = write_out(facts);
		g_autoptr(InvoiceFacts) back = facts_from_event(written.data, written.private);
		g_assert_cmpstr(back->currency, ==, cases[i].text);
		g_assert_cmpstr(back->type_code, ==, cases[i].text);
		g_assert_cmpint(js_object_get_string(written.data, "currency") != NULL, ==, cases[i].open);
		g_assert_cmpint(js_object_get_string(written.private, "type_code") != NULL, ==, !cases[i].open);
		written_clear(&written);
	}
}

static void test_bidi(void)
{
	g_autoptr(InvoiceFacts) facts = invoice_facts_new();

	facts->supplier.name = g_strdup("Acme \u202Etxt.exe\u202C");
	facts->number = g_strdup("\u2066\u2069");
	g_ptr_array_add(facts->ibans, g_strdup("\u202E"));
	facts->terms = g_strdup("a\u202E\nb");
	Written written = write_out(facts);
	g_autoptr(InvoiceFacts) back = facts_from_event(written.data, written.private);
	g_assert_cmpstr(back->supplier.name, ==, "Acme txt.exe");
	g_assert_null(back->number);
	g_assert_cmpuint(back->ibans->len, ==, 0);
	g_assert_cmpstr(back->terms, ==, "a\nb");
	written_clear(&written);
}

/* Members of another type, as a damaged store might give back, are as good as absent. */
static void test_foreign(void)
{
	static const char text[] =
		"{\"kind\":7,\"issue_date\":\"2026-02-30\",\"gross\":\"1e3\",\"payable\":12,\"discounts\":[7,{\"days\":\"x\"}],\"syntax\":[]}";
	static const char side[] = "{\"number\":{},\"supplier\":[],\"ibans\":[1,\"a\"],\"terms\":\"x\",\"buyer\":null}";
	g_autoptr(Json) data = js_parse(text, strlen(text), NULL);
	g_autoptr(Json) private = js_parse(side, strlen(side), NULL);
	g_autoptr(InvoiceFacts) facts = facts_from_event(data, private);

	g_assert_cmpint(facts->kind, ==, INVOICE_KIND_INVOICE);
	g_assert_false(date_is_set(facts->issue_date));
	g_assert_false(facts->has_gross || facts->has_payable);
	g_assert_null(facts->number);
	g_assert_null(facts->terms);
	g_assert_cmpuint(facts->ibans->len, ==, 1);
}

/* Whatever `corpus/ubl` holds, incomplete invoices among it. */
static guint check_folder(const char *path)
{
	g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
	const char *name;
	guint count = 0;

	while (folder != NULL && (name = g_dir_read_name(folder)) != NULL) {
		g_autofree char *inner = g_build_filename(path, name, NULL);
		g_autofree char *bytes = NULL;
		gsize length;
		InvoiceFacts *partial = NULL;
		if (g_file_test(inner, G_FILE_TEST_IS_DIR)) {
			count += check_folder(inner);
			continue;
		}
		g_assert_true(g_file_get_contents(inner, &bytes, &length, NULL));
		g_autoptr(InvoiceFacts) whole = intake_read(bytes, length, &partial, NULL);
		g_autoptr(InvoiceFacts) part = partial;
		if (whole == NULL && part == NULL)
			continue;
		check_round_trip(whole != NULL ? whole : part);
		count++;
	}
	return count;
}

static void test_corpus(void)
{
	const char *source = g_getenv("AKKOORD_SRCDIR");
	const char *given = g_getenv("AKKOORD_CORPUS");
	g_autofree char *corpus = given != NULL ? g_strdup(given) : g_build_filename(source ? source : ".", "../shared/corpus", NULL);
	g_autofree char *ubl = g_build_filename(corpus, "ubl", NULL);

	if (!g_file_test(ubl, G_FILE_TEST_IS_DIR)) {
		g_test_skip("no corpus: set AKKOORD_CORPUS to the folder that holds ubl");
		return;
	}
	g_assert_cmpuint(check_folder(ubl), >, 200);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/facts/empty", test_empty);
	g_test_add_func("/facts/full", test_full);
	g_test_add_func("/facts/codes", test_codes);
	g_test_add_func("/facts/bidi", test_bidi);
	g_test_add_func("/facts/foreign", test_foreign);
	g_test_add_func("/facts/corpus", test_corpus);
	return g_test_run();
}
