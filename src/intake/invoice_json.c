/* Each member goes where reading the document itself would have put it, so that rules and lookups see no difference. */
#include "intake/invoice_json.h"

#include "base/error.h"
#include "base/text.h"
#include "intake/field.h"

#include <string.h>

#define WHOLE_MAX G_GINT64_CONSTANT(999999999999)
#define PERCENT_SCALE_MAX 4

static const JsonMember party_members[] = {
	{.name = "name", .type = MEMBER_TEXT},
	{.name = "trading_name", .type = MEMBER_TEXT},
	{.name = "vat", .type = MEMBER_TEXT},
	{.name = "legal_id", .type = MEMBER_TEXT},
	{.name = "tax_id", .type = MEMBER_TEXT},
	{.name = "own_id", .type = MEMBER_TEXT},
	{.name = "endpoint", .type = MEMBER_TEXT},
	{.name = "country", .type = MEMBER_TEXT},
	{.name = "contact_mail", .type = MEMBER_TEXT},
	{0},
};

static const JsonMember discount_members[] = {
	{.name = "date", .type = MEMBER_TEXT, .required = TRUE},
	{.name = "percent", .type = MEMBER_TEXT},
	{0},
};

const JsonMember invoice_json_members[] = {
	{.name = "supplier", .type = MEMBER_OBJECT, .members = party_members, .may_be_text = TRUE},
	{.name = "buyer", .type = MEMBER_OBJECT, .members = party_members, .may_be_text = TRUE},
	{.name = "kind", .type = MEMBER_TEXT},
	{.name = "type_code", .type = MEMBER_TEXT},
	{.name = "number", .type = MEMBER_TEXT},
	{.name = "issue_date", .type = MEMBER_TEXT},
	{.name = "received", .type = MEMBER_TEXT},
	{.name = "due_date", .type = MEMBER_TEXT},
	{.name = "discount_date", .type = MEMBER_TEXT},
	{.name = "discounts", .type = MEMBER_OBJECTS, .members = discount_members},
	{.name = "terms", .type = MEMBER_TEXT},
	{.name = "currency", .type = MEMBER_TEXT},
	{.name = "gross", .type = MEMBER_TEXT},
	{.name = "payable", .type = MEMBER_TEXT},
	{.name = "prepaid", .type = MEMBER_TEXT},
	{.name = "ibans", .type = MEMBER_TEXTS},
	{.name = "payee_name", .type = MEMBER_TEXT},
	{.name = "cost_centres", .type = MEMBER_TEXTS},
	{.name = "cost_references", .type = MEMBER_TEXTS},
	{.name = "buyer_reference", .type = MEMBER_TEXT},
	{.name = "order", .type = MEMBER_TEXT},
	{.name = "order_reference", .type = MEMBER_TEXT},
	{.name = "contract_reference", .type = MEMBER_TEXT},
	{.name = "project_reference", .type = MEMBER_TEXT},
	{.name = "preceding", .type = MEMBER_TEXTS},
	{.name = "requester", .type = MEMBER_TEXT},
	{.name = "administration", .type = MEMBER_TEXT},
	{0},
};

/* Where an object is read. */
typedef struct {
	const char *origin;
	guint line;
	Problems *problems;
	InvoiceFacts *facts;
	const char *path; /* "discounts[0]."; "" */
} Reading;

static void complain(const Reading *reading, const char *name, const char *found, const char *wanted)
{
	g_autofree char *setting = g_strconcat(reading->path, name, NULL);
	problems_add(reading->problems, TRUE, reading->origin, reading->line, setting, found, "%s", wanted);
}

/* --- texts --- */

static gboolean is_short(const Reading *reading, const char *name, const char *text)
{
	if (strlen(text) <= INVOICE_JSON_TEXT_MAX || g_utf8_strlen(text, -1) <= INVOICE_JSON_TEXT_MAX)
		return TRUE;
	g_autofree char *wanted = g_strdup_printf("at most %d characters", INVOICE_JSON_TEXT_MAX);
	complain(reading, name, NULL, wanted);
	return FALSE;
}

static char *read_text(const Reading *reading, const Json *object, const char *name)
{
	const char *text = json_record_text(object, name);
	return text && is_short(reading, name, text) ? text_clean_or_null(text) : NULL;
}

/* Each once. */
static void read_list(const Reading *reading, const Json *object, const char *name, GPtrArray *list)
{
	const Json *texts = js_object_get(object, name);
	if (js_array_length(texts) > INVOICE_JSON_LIST_MAX) {
		g_autofree char *wanted = g_strdup_printf("at most %d of them", INVOICE_JSON_LIST_MAX);
		complain(reading, name, NULL, wanted);
		return;
	}
	for (gsize i = 0; i < js_array_length(texts); i++) {
		const char *text = js_string(js_array_get(texts, i));
		g_autofree char *clean = is_short(reading, name, text) ? text_clean_or_null(text) : NULL;
		if (clean && !g_ptr_array_find_with_equal_func(list, clean, g_str_equal, NULL))
			g_ptr_array_add(list, g_steal_pointer(&clean));
	}
}

/* --- dates and amounts --- */

static Date read_date(const Reading *reading, const Json *object, const char *name)
{
	const char *text = json_record_text(object, name);
	Date date = DATE_NONE;
	if (text && !date_parse(text, &date, NULL))
		complain(reading, name, text, "a date such as 2026-12-31");
	return date;
}

static gint64 read_received(const Reading *reading, const Json *object)
{
	const char *text = json_record_text(object, "received");
	gint64 received = INSTANT_NONE;
	if (text && !instant_parse(text, &received, NULL))
		complain(reading, "received", text, "a time such as 2026-12-01T09:00:00Z");
	return received;
}

static gboolean read_amount(const Reading *reading, const Json *object, const char *name, Decimal *amount)
{
	const char *text = json_record_text(object, name);
	const int digits = reading->facts->currency ? currency_exponent(reading->facts->currency) : -1;
	if (!text)
		return FALSE;
	if (!decimal_parse(text, amount, NULL)) {
		complain(reading, name, text, "a decimal amount such as \"1234.50\"");
		return FALSE;
	}
	gint64 whole = amount->unscaled;
	for (int i = 0; i < amount->scale; i++)
		whole /= 10;
	if (whole > WHOLE_MAX || whole < -WHOLE_MAX)
		complain(reading, name, text, "at most 12 digits before the point");
	if (digits >= 0 && amount->scale > digits) {
		g_autofree char *wanted = g_strdup_printf("at most %d digits after the point, as %s has", digits, reading->facts->currency);
		complain(reading, name, text, wanted);
	}
	return TRUE;
}

static void read_amounts(const Reading *reading, const Json *object)
{
	InvoiceFacts *facts = reading->facts;
	const char *currency = json_record_text(object, "currency");
	facts->currency = read_text(reading, object, "currency");
	if (currency && currency_exponent(currency) < 0)
		complain(reading, "currency", currency, "a currency of ISO 4217 such as EUR");
	facts->has_gross = read_amount(reading, object, "gross", &facts->gross);
	facts->has_payable = read_amount(reading, object, "payable", &facts->payable);
	facts->has_prepaid = read_amount(reading, object, "prepaid", &facts->prepaid);
	if (facts->has_gross && !json_record_text(object, "payable")) {
		facts->payable = facts->gross;
		facts->has_payable = TRUE;
	}
}

/* --- discounts --- */

static gboolean is_percent(const char *text)
{
	Decimal value, most = {.unscaled = 100};
	return decimal_parse(text, &value, NULL) && !strchr("+-", text[0]) && value.scale <= PERCENT_SCALE_MAX && decimal_compare(value, most) <= 0;
}

static void add_discount(const Reading *reading, const Json *object, const char *date_name, const char *percent_name)
{
	Discount discount = {.date = read_date(reading, object, date_name), .days = -1};
	const char *percent = json_record_text(object, percent_name);
	if (percent && !is_percent(percent))
		complain(reading, percent_name, percent, "a decimal number from 0 to 100 such as \"2.00\"");
	if (!date_is_set(discount.date))
		return;
	discount.percent = g_strdup(percent);
	g_array_append_val(reading->facts->discounts, discount);
}

static void read_discounts(const Reading *reading, const Json *object)
{
	const Json *list = js_object_get(object, "discounts");
	add_discount(reading, object, "discount_date", "");
	if (js_array_length(list) > INVOICE_JSON_LIST_MAX)
		complain(reading, "discounts", NULL, "fewer of them");
	for (gsize i = 0; i < MIN(js_array_length(list), INVOICE_JSON_LIST_MAX); i++) {
		g_autofree char *path = g_strdup_printf("discounts[%" G_GSIZE_FORMAT "].", i);
		Reading inner = *reading;
		inner.path = path;
		add_discount(&inner, js_array_get(list, i), "date", "percent");
	}
	field_discounts(reading->facts->terms, reading->facts->issue_date, reading->facts->discounts);
}

/* --- the whole --- */

static void read_party(const Reading *reading, const Json *object, const char *name, Party *party)
{
	const Json *value = js_object_get(object, name);
	g_autofree char *path = g_strconcat(name, ".", NULL);
	Reading inner = *reading;
	if (value && js_is_string(value)) {
		party->name = read_text(reading, object, name);
		return;
	}
	inner.path = path;
	party->name = read_text(&inner, value, "name");
	party->trading_name = read_text(&inner, value, "trading_name");
	party->vat = read_text(&inner, value, "vat");
	party->legal_id = read_text(&inner, value, "legal_id");
	party->tax_id = read_text(&inner, value, "tax_id");
	party->own_id = read_text(&inner, value, "own_id");
	party->endpoint = read_text(&inner, value, "endpoint");
	party->country = read_text(&inner, value, "country");
	party->contact_mail = read_text(&inner, value, "contact_mail");
	if (!party->name)
		party->name = g_strdup(party->trading_name);
}

/* The word says it, else the type. */
static void read_kind(const Reading *reading, const Json *object)
{
	InvoiceFacts *facts = reading->facts;
	const char *kind = json_record_text(object, "kind");
	facts->type_code = read_text(reading, object, "type_code");
	if (!kind)
		facts->kind = field_is_credit_type(facts->type_code) ? INVOICE_KIND_CREDIT_NOTE : INVOICE_KIND_INVOICE;
	else if (!invoice_kind_parse(kind, &facts->kind))
		complain(reading, "kind", kind, "invoice or credit-note");
}

static void read_dates(const Reading *reading, const Json *object, gint64 received)
{
	InvoiceFacts *facts = reading->facts;
	facts->issue_date = read_date(reading, object, "issue_date");
	if (!date_is_set(facts->issue_date) && received != INSTANT_NONE && !json_record_text(object, "issue_date")) {
		g_autofree char *day = instant_format(received);
		day[strlen("2026-12-31")] = '\0';
		date_parse(day, &facts->issue_date, NULL);
	}
	facts->due_date = read_date(reading, object, "due_date");
	if (date_is_set(facts->due_date))
		facts->due_date_source = g_strdup("document");
}

static void read_references(const Reading *reading, const Json *object)
{
	InvoiceFacts *facts = reading->facts;
	facts->payee_name = read_text(reading, object, "payee_name");
	facts->buyer_reference = read_text(reading, object, "buyer_reference");
	facts->order_reference = read_text(reading, object, json_record_text(object, "order_reference") ? "order_reference" : "order");
	facts->contract_reference = read_text(reading, object, "contract_reference");
	facts->project_reference = read_text(reading, object, "project_reference");
	facts->requester = read_text(reading, object, "requester");
	facts->administration = read_text(reading, object, "administration");
	read_list(reading, object, "cost_centres", facts->cost_references);
	read_list(reading, object, "cost_references", facts->cost_references);
	read_list(reading, object, "preceding", facts->preceding);
	read_list(reading, object, "ibans", facts->ibans);
}

static char *read_terms(const Reading *reading, const Json *object)
{
	const char *text = json_record_text(object, "terms");
	return text && is_short(reading, "terms", text) ? field_lines(text, strlen(text)) : NULL;
}

InvoiceFacts *invoice_json_facts(const Json *object, const char *origin, guint line, Problems *problems, gint64 *received)
{
	InvoiceFacts *facts = invoice_facts_new();
	const Reading reading = {origin, line, problems, facts, ""};
	const gint64 at = read_received(&reading, object);
	facts->syntax = g_strdup("json");
	read_party(&reading, object, "supplier", &facts->supplier);
	read_party(&reading, object, "buyer", &facts->buyer);
	facts->number = read_text(&reading, object, "number");
	read_kind(&reading, object);
	read_dates(&reading, object, at);
	read_amounts(&reading, object);
	read_references(&reading, object);
	facts->terms = read_terms(&reading, object);
	read_discounts(&reading, object);
	if (received)
		*received = at;
	return facts;
}

/* "gross: found "1,50", wanted …; currency: …". */
static void set_problems(const Problems *problems, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < problems_count(problems); i++) {
		const Problem *problem = problems_get(problems, i);
		g_string_append_printf(text, "%s%s%s", i ? "; " : "", problem->setting ? problem->setting : "", problem->setting ? ": " : "");
		if (problem->found)
			g_string_append_printf(text, "found \"%s\", ", problem->found);
		g_string_append_printf(text, "wanted %s", problem->wanted);
	}
	error_set(error, ERROR_INVALID, "%s", text->str);
}

InvoiceFacts *invoice_json_read(const char *text, gsize length, GError **error)
{
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Json) object = json_record_parse(text, length, 1, "", invoice_json_members, problems);
	g_autoptr(InvoiceFacts) facts = object ? invoice_json_facts(object, "", 1, problems, NULL) : NULL;
	if (!problems_has_errors(problems))
		return g_steal_pointer(&facts);
	set_problems(problems, error);
	return NULL;
}
