/* Ids ascend, so that a million are recorded in a minute: random ones, as the program gives them, would make the database read a page
 * for each. */
#include "crowd.h"

#include "audit/facts.h"
#include "measure.h"

#include <string.h>

#define BATCH 10000 /* approvals a transaction */

static void append(Store *store, Event *event)
{
	g_autoptr(GError) error = NULL;
	measure_check(store_append(store, event, NULL, &error), &error);
}

void crowd_add_person(Store *store, gint64 at)
{
	Event *event = event_new("person.recorded", at, NULL, NULL);
	js_object_set_string(event->data, "person", "p1");
	js_object_set_string(event_private(event), "directory_id", "d1");
	js_object_set_string(event_private(event), "uid", "anna");
	append(store, event);
}

static InvoiceFacts *make_facts(guint number)
{
	InvoiceFacts *facts = invoice_facts_new();
	facts->syntax = g_strdup("ubl-invoice");
	facts->type_code = g_strdup("380");
	facts->number = g_strdup_printf("2026-%06u", number);
	facts->supplier.name = g_strdup_printf("Leverancier %u B.V.", number % 500);
	facts->supplier.vat = g_strdup_printf("NL%09uB01", number % 500);
	facts->buyer.name = g_strdup("Voorbeeld B.V.");
	facts->buyer.vat = g_strdup("NL001234567B01");
	facts->issue_date = date_from_ymd(2026, 11, 27);
	facts->due_date = date_from_ymd(2026, 12, 27);
	facts->currency = g_strdup("EUR");
	facts->has_gross = decimal_parse("1234.50", &facts->gross, NULL);
	facts->has_payable = decimal_parse("1234.50", &facts->payable, NULL);
	g_ptr_array_add(facts->ibans, g_strdup("NL91ABNA0417164300"));
	g_ptr_array_add(facts->cost_references, g_strdup_printf("C%03u", number % CROWD_CENTRES));
	return facts;
}

void crowd_add_invoice(Store *store, const char *id, guint number, const char *document, gint64 at)
{
	g_autoptr(InvoiceFacts) facts = make_facts(number);
	g_autofree char *identity = invoice_identity(facts);
	g_autofree char *supplier_key = invoice_supplier_key(facts);
	g_autofree char *substance = invoice_substance(facts);
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(identity, strlen(identity), sha256);
	Event *event = event_new("invoice.received", at, NULL, id);
	js_object_set_string(event->data, "document", document);
	js_object_set_string(event->data, "identity", sha256);
	facts_to_event(facts, event->data, event_private(event));
	js_object_set_line(event_private(event), "identity", identity);
	js_object_set_line(event_private(event), "supplier_key", supplier_key);
	js_object_set_line(event_private(event), "substance", substance);
	append(store, event);
}

static void add_stage(Store *store, const char *invoice, gint64 at)
{
	static const char *const words[][2] = {{"chain", "rest"}, {"name", "budget holder"}, {"ladder", "standard"},
	                                       {"need", "all"},   {"within", "5bd"},         {"at_least", "1bd"}};
	Event *event = event_new("stage.opened", at, NULL, invoice);
	for (gsize i = 0; i < G_N_ELEMENTS(words); i++)
		js_object_set_string(event->data, words[i][0], words[i][1]);
	js_object_set_integer(event->data, "stage", 1);
	js_object_set_integer(event->data, "position", 0);
	js_object_set_integer(event->data, "groups", CROWD_OF_INVOICE);
	js_object_set_integer(event->data, "policy_version", 1);
	append(store, event);
}

static void add_approval(Store *store, const char *invoice, guint number, gint64 at)
{
	g_autofree char *id = g_strdup_printf("a%08u", number);
	Event *event = event_new("approval.opened", at, NULL, invoice);
	js_object_set_string(event->data, "approval", id);
	js_object_set_integer(event->data, "stage", 1);
	js_object_set_integer(event->data, "group", number % CROWD_OF_INVOICE);
	js_object_set_string(event->data, "person", "p1");
	js_object_set_instant(event->data, "start", at);
	js_object_set_instant(event->data, "deadline", at + 500000);
	append(store, event);
}

void crowd_open(Store *store, guint from, guint to, gint64 at)
{
	g_autoptr(GError) error = NULL;
	for (guint i = from; i < to; i += CROWD_OF_INVOICE) {
		g_autofree char *invoice = g_strdup_printf("i%08u", i);
		if (i % BATCH == 0 || i == from)
			measure_check(store_begin(store, &error), &error);
		crowd_add_invoice(store, invoice, i, NULL, at);
		add_stage(store, invoice, at);
		for (guint k = i; k < i + CROWD_OF_INVOICE; k++)
			add_approval(store, invoice, k, at);
		if ((i + CROWD_OF_INVOICE) % BATCH == 0 || i + CROWD_OF_INVOICE >= to)
			measure_check(store_commit(store, &error), &error);
	}
}
