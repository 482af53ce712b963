/* The facts of an invoice inside an event, and back.
 *
 * Invariant: facts_from_event(facts_to_event(f)) equals f but for bidi controls, and nothing that a document's author
 * chose freely stands in `data`, since that can never be erased. One table says which text goes where, so that both
 * directions agree. */
#include "audit/facts.h"

#include <string.h>

#include "base/text.h"

typedef struct {
	const char *key;
	gsize offset;
} TextField;

/* In the side record, by key. */
static const TextField private_fields[] = {
	{ "number", G_STRUCT_OFFSET(InvoiceFacts, number) },
	{ "payee_name", G_STRUCT_OFFSET(InvoiceFacts, payee_name) },
	{ "buyer_reference", G_STRUCT_OFFSET(InvoiceFacts, buyer_reference) },
	{ "order_reference", G_STRUCT_OFFSET(InvoiceFacts, order_reference) },
	{ "contract_reference", G_STRUCT_OFFSET(InvoiceFacts, contract_reference) },
	{ "project_reference", G_STRUCT_OFFSET(InvoiceFacts, project_reference) },
	{ "customization", G_STRUCT_OFFSET(InvoiceFacts, customization) },
	{ "requester", G_STRUCT_OFFSET(InvoiceFacts, requester) },
	{ "administration", G_STRUCT_OFFSET(InvoiceFacts, administration) },
};

/* In the event where they look like codes, else in the side record. */
static const TextField code_fields[] = {
	{ "type_code", G_STRUCT_OFFSET(InvoiceFacts, type_code) },
	{ "currency", G_STRUCT_OFFSET(InvoiceFacts, currency) },
};

/* Our own words, always in the event. */
static const TextField word_fields[] = {
	{ "syntax", G_STRUCT_OFFSET(InvoiceFacts, syntax) },
	{ "due_date_source", G_STRUCT_OFFSET(InvoiceFacts, due_date_source) },
};

static const TextField party_fields[] = {
	{ "name", G_STRUCT_OFFSET(Party, name) },
	{ "trading_name", G_STRUCT_OFFSET(Party, trading_name) },
	{ "vat", G_STRUCT_OFFSET(Party, vat) },
	{ "legal_id", G_STRUCT_OFFSET(Party, legal_id) },
	{ "tax_id", G_STRUCT_OFFSET(Party, tax_id) },
	{ "own_id", G_STRUCT_OFFSET(Party, own_id) },
	{ "endpoint", G_STRUCT_OFFSET(Party, endpoint) },
	{ "country", G_STRUCT_OFFSET(Party, country) },
	{ "contact_mail", G_STRUCT_OFFSET(Party, contact_mail) },
};

static const TextField list_fields[] = {
	{ "preceding", G_STRUCT_OFFSET(InvoiceFacts, preceding) },
	{ "cost_references", G_STRUCT_OFFSET(InvoiceFacts, cost_references) },
	{ "ibans", G_STRUCT_OFFSET(InvoiceFacts, ibans) },
};

static void set_text(Json *object, const char *key, const char *text)
{
	g_autofree char *clean = text != NULL ? text_clean_or_null(text) : NULL;

	js_object_set_line(object, key, clean);
}

static void write_texts(Json *object, const void *structure, const TextField *fields, gsize count)
{
	for (gsize i = 0; i < count; i++)
		set_text(object, fields[i].key, G_STRUCT_MEMBER(char *, structure, fields[i].offset));
}

static void read_texts(const Json *object, void *structure, const TextField *fields, gsize count)
{
	for (gsize i = 0; i < count; i++) {
		char **field = G_STRUCT_MEMBER_P(structure, fields[i].offset);
		const char *text = object != NULL ? js_object_get_string(object, fields[i].key) : NULL;
		if (text != NULL && *field == NULL)
			*field = g_strdup(text);
	}
}

/* Codes of EN 16931 are a few letters, digits and signs; anything longer or freer may be a name. */
static gboolean is_code(const char *text)
{
	gsize length = strlen(text);

	return length <= 8 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static void write_codes(const InvoiceFacts *facts, Json *data, Json *private)
{
	for (gsize i = 0; i < G_N_ELEMENTS(code_fields); i++) {
		const char *code = G_STRUCT_MEMBER(char *, facts, code_fields[i].offset);
		if (code != NULL)
			set_text(is_code(code) ? data : private, code_fields[i].key, code);
	}
}

static void write_party(Json *private, const char *key, const Party *party)
{
	Json *object = js_object_new();

	write_texts(object, party, party_fields, G_N_ELEMENTS(party_fields));
	js_object_set(private, key, object);
}

static void write_list(Json *private, const char *key, const GPtrArray *texts)
{
	if (texts->len == 0)
		return;
	Json *array = js_array_new();
	for (guint i = 0; i < texts->len; i++) {
		g_autofree char *clean = text_clean_or_null(g_ptr_array_index(texts, i));
		js_array_append_string(array, clean);
	}
	js_object_set(private, key, array);
}

static void read_list(const Json *array, GPtrArray *texts)
{
	for (gsize i = 0; i < js_array_length(array); i++) {
		const char *text = js_string(js_array_get(array, i));
		if (text != NULL)
			g_ptr_array_add(texts, g_strdup(text));
	}
}

/* As an array of lines, since events hold no line breaks. */
static void write_terms(Json *private, const char *terms)
{
	if (terms == NULL)
		return;
	g_auto(GStrv) lines = g_strsplit(terms, "\n", -1);
	Json *array = js_array_new();
	for (char **line = lines; *line != NULL; line++) {
		g_autofree char *clean = text_clean_line(*line);
		js_array_append_string(array, clean);
	}
	js_object_set(private, "terms", array);
}

static char *read_terms(const Json *array)
{
	if (js_array_length(array) == 0)
		return NULL;
	GString *terms = g_string_new(NULL);
	for (gsize i = 0; i < js_array_length(array); i++) {
		const char *line = js_string(js_array_get(array, i));
		if (i > 0)
			g_string_append_c(terms, '\n');
		g_string_append(terms, line != NULL ? line : "");
	}
	return g_string_free(terms, FALSE);
}

static void write_date(Json *object, const char *key, Date date)
{
	g_autofree char *text = date_format(date);

	js_object_set_line(object, key, text);
}

static Date read_date(const Json *object, const char *key)
{
	const char *text = js_object_get_string(object, key);
	Date date = DATE_NONE;

	if (text != NULL)
		date_parse(text, &date, NULL);
	return date;
}

static void write_amount(Json *data, const char *key, gboolean has, Decimal amount)
{
	if (!has)
		return;
	g_autofree char *text = decimal_format(amount, 0);
	js_object_set_line(data, key, text);
}

static gboolean read_amount(const Json *data, const char *key, Decimal *amount)
{
	const char *text = js_object_get_string(data, key);

	return text != NULL && decimal_parse(text, amount, NULL);
}

static void write_discounts(Json *data, const GArray *discounts)
{
	if (discounts->len == 0)
		return;
	Json *array = js_array_new();
	for (guint i = 0; i < discounts->len; i++) {
		const Discount *discount = &g_array_index(discounts, Discount, i);
		Json *object = js_object_new();
		write_date(object, "date", discount->date);
		if (discount->days >= 0)
			js_object_set_integer(object, "days", discount->days);
		set_text(object, "percent", discount->percent);
		js_array_append(array, object);
	}
	js_object_set(data, "discounts", array);
}

static void read_discounts(const Json *array, GArray *discounts)
{
	for (gsize i = 0; i < js_array_length(array); i++) {
		const Json *object = js_array_get(array, i);
		Discount discount = {
			.date = read_date(object, "date"),
			.days = (int)js_object_get_integer(object, "days", -1),
			.percent = g_strdup(js_object_get_string(object, "percent")),
		};
		g_array_append_val(discounts, discount);
	}
}

void facts_to_event(const InvoiceFacts *facts, Json *data, Json *private)
{
	js_object_set_line(data, "kind", invoice_kind_name(facts->kind));
	write_texts(data, facts, word_fields, G_N_ELEMENTS(word_fields));
	write_codes(facts, data, private);
	write_date(data, "issue_date", facts->issue_date);
	write_date(data, "due_date", facts->due_date);
	write_amount(data, "gross", facts->has_gross, facts->gross);
	write_amount(data, "payable", facts->has_payable, facts->payable);
	write_amount(data, "prepaid", facts->has_prepaid, facts->prepaid);
	write_discounts(data, facts->discounts);

	write_texts(private, facts, private_fields, G_N_ELEMENTS(private_fields));
	write_party(private, "supplier", &facts->supplier);
	write_party(private, "buyer", &facts->buyer);
	for (gsize i = 0; i < G_N_ELEMENTS(list_fields); i++)
		write_list(private, list_fields[i].key, G_STRUCT_MEMBER(GPtrArray *, facts, list_fields[i].offset));
	write_terms(private, facts->terms);
}

static void read_private(const Json *private, InvoiceFacts *facts)
{
	read_texts(private, facts, code_fields, G_N_ELEMENTS(code_fields));
	read_texts(private, facts, private_fields, G_N_ELEMENTS(private_fields));
	read_texts(js_object_get(private, "supplier"), &facts->supplier, party_fields, G_N_ELEMENTS(party_fields));
	read_texts(js_object_get(private, "buyer"), &facts->buyer, party_fields, G_N_ELEMENTS(party_fields));
	for (gsize i = 0; i < G_N_ELEMENTS(list_fields); i++)
		read_list(js_object_get(private, list_fields[i].key), G_STRUCT_MEMBER(GPtrArray *, facts, list_fields[i].offset));
	facts->terms = read_terms(js_object_get(private, "terms"));
}

InvoiceFacts *facts_from_event(const Json *data, const Json *private)
{
	InvoiceFacts *facts = invoice_facts_new();

	invoice_kind_parse(js_object_get_string(data, "kind"), &facts->kind);
	read_texts(data, facts, word_fields, G_N_ELEMENTS(word_fields));
	read_texts(data, facts, code_fields, G_N_ELEMENTS(code_fields));
	facts->issue_date = read_date(data, "issue_date");
	facts->due_date = read_date(data, "due_date");
	facts->has_gross = read_amount(data, "gross", &facts->gross);
	facts->has_payable = read_amount(data, "payable", &facts->payable);
	facts->has_prepaid = read_amount(data, "prepaid", &facts->prepaid);
	read_discounts(js_object_get(data, "discounts"), facts->discounts);
	if (private != NULL)
		read_private(private, facts);
	return facts;
}
