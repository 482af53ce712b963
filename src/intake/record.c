/* The record of an import as JSON: DESIGN.md's names for the facts, amounts digit for digit, dates ISO 8601. */
#include "intake/record.h"

static void set_date(Json *object, const char *key, Date date)
{
	g_autofree char *text = date_format(date);

	js_object_set_string(object, key, text);
}

static void set_amount(Json *object, const char *key, gboolean has, Decimal amount)
{
	g_autofree char *text = has ? decimal_format(amount, 0) : NULL;

	js_object_set_string(object, key, text);
}

static void set_list(Json *object, const char *key, const GPtrArray *texts)
{
	if (texts->len == 0)
		return;
	Json *array = js_array_new();
	for (guint i = 0; i < texts->len; i++)
		js_array_append_string(array, g_ptr_array_index(texts, i));
	js_object_set(object, key, array);
}

static void set_supplier(Json *record, const Party *supplier)
{
	Json *object = js_object_new();

	js_object_set_string(object, "name", supplier->name);
	js_object_set_string(object, "vat", supplier->vat);
	js_object_set_string(object, "legal_id", supplier->legal_id);
	js_object_set_string(object, "endpoint", supplier->endpoint);
	js_object_set(record, "supplier", object);
}

static void set_buyer(Json *record, const Party *buyer)
{
	Json *object = js_object_new();

	js_object_set_string(object, "name", buyer->name);
	js_object_set_string(object, "vat", buyer->vat);
	js_object_set(record, "buyer", object);
}

static void set_discounts(Json *record, const GArray *discounts)
{
	if (discounts->len == 0)
		return;
	Json *array = js_array_new();
	for (guint i = 0; i < discounts->len; i++) {
		const Discount *discount = &g_array_index(discounts, Discount, i);
		Json *object = js_object_new();
		set_date(object, "date", discount->date);
		js_object_set_string(object, "percent", discount->percent);
		js_array_append(array, object);
	}
	js_object_set(record, "discounts", array);
}

Json *intake_record(const InvoiceFacts *facts)
{
	Json *record = js_object_new();

	if (facts == NULL)
		return record;
	js_object_set_string(record, "syntax", facts->syntax);
	js_object_set_string(record, "kind", invoice_kind_name(facts->kind));
	js_object_set_string(record, "type_code", facts->type_code);
	js_object_set_string(record, "number", facts->number);
	set_date(record, "issue_date", facts->issue_date);
	set_date(record, "due_date", facts->due_date);
	js_object_set_string(record, "due_date_source", facts->due_date_source);
	set_supplier(record, &facts->supplier);
	set_buyer(record, &facts->buyer);
	js_object_set_string(record, "buyer_reference", facts->buyer_reference);
	js_object_set_string(record, "order_reference", facts->order_reference);
	set_list(record, "cost_references", facts->cost_references);
	js_object_set_string(record, "currency", facts->currency);
	set_amount(record, "gross", facts->has_gross, facts->gross);
	set_amount(record, "payable", facts->has_payable, facts->payable);
	set_list(record, "ibans", facts->ibans);
	js_object_set_string(record, "terms", facts->terms);
	set_discounts(record, facts->discounts);
	return record;
}

void intake_record_set_verdict(Json *record, const char *file, const char *verdict, const char *reason)
{
	js_object_set_string(record, "file", file);
	js_object_set_string(record, "verdict", verdict);
	js_object_set_string(record, "reason", reason);
}
