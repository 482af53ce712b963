#include "audit/facts.h"
#include "base/instant.h"
#include "store_fixture.h"

#include <string.h>

static void set_up(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_init(fixture);
}

static void tear_down(Fixture *fixture, gconstpointer data)
{
	(void)data;
	fixture_clear(fixture);
}

/* An invoice from its facts, as intake makes it. */
static InvoiceFacts *facts_of(const char *supplier, const char *vat, const char *legal_id, const char *number)
{
	InvoiceFacts *facts = invoice_facts_new();
	facts->syntax = g_strdup("ubl-invoice");
	facts->number = g_strdup(number);
	facts->supplier.name = g_strdup(supplier);
	facts->supplier.vat = g_strdup(vat);
	facts->supplier.legal_id = g_strdup(legal_id);
	facts->issue_date = date_from_ymd(2026, 11, 27);
	facts->currency = g_strdup("EUR");
	facts->has_gross = decimal_parse("1234.50", &facts->gross, NULL);
	return facts;
}

static Event *event_of(const char *type, gint64 after, const char *invoice, const InvoiceFacts *facts)
{
	Event *event = event_new(type, FIXTURE_NOW + after, NULL, invoice);
	g_autofree char *identity = invoice_identity(facts);
	g_autofree char *supplier_key = invoice_supplier_key(facts);
	g_autofree char *substance = invoice_substance(facts);
	char sha256[SHA256_HEX_SIZE];
	sha256_hex(identity, strlen(identity), sha256);
	js_object_set_string(event->data, "identity", sha256);
	js_object_set_string(event->data, "document", invoice);
	facts_to_event(facts, event->data, event_private(event));
	js_object_set_line(event_private(event), "identity", identity);
	js_object_set_line(event_private(event), "supplier_key", supplier_key);
	js_object_set_line(event_private(event), "substance", substance);
	return event;
}

static void append(Fixture *fixture, Event *event)
{
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	store_append(fixture->store, event, NULL, &error);
	g_assert_no_error(error);
	g_assert_true(store_commit(fixture->store, &error));
}

static void receive(Fixture *fixture, gint64 after, const char *id, const char *supplier, const char *vat, const char *legal_id, const char *number)
{
	g_autoptr(InvoiceFacts) facts = facts_of(supplier, vat, legal_id, number);
	append(fixture, event_of("invoice.received", after, id, facts));
}

static InvoiceRow *invoice(Fixture *fixture, const char *id)
{
	g_autoptr(GError) error = NULL;
	InvoiceRow *row = store_invoice(fixture->store, id, &error);
	g_assert_no_error(error);
	return row;
}

static void test_received(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	receive(fixture, 3, "i1", "Jansen B.V.", "NL001234567B01", "0106:12345678", "2026-118");
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen B.V.", "NL001234567B01", "0106:12345678", "2026-118");
	g_autofree char *identity = invoice_identity(facts);
	g_autofree char *substance = invoice_substance(facts);
	g_autofree char *supplier_key = invoice_supplier_key(facts);
	g_autoptr(InvoiceRow) row = store_invoice_by_identity(fixture->store, identity, &error);
	g_assert_no_error(error);
	g_assert_cmpstr(row->id, ==, "i1");
	g_assert_cmpint(row->state, ==, INVOICE_OPEN);
	g_assert_cmpstr(row->identity, ==, identity);
	g_assert_cmpstr(row->substance, ==, substance);
	g_assert_cmpstr(row->supplier_key, ==, supplier_key);
	g_assert_cmpint(row->received, ==, FIXTURE_NOW + 3);
	g_assert_cmpstr(row->document, ==, "i1");
	g_assert_null(row->chain);
	g_assert_false(row->stuck);
	g_assert_true(row->closed == INSTANT_NONE);
	g_assert_cmpstr(row->facts->number, ==, "2026-118");
	g_assert_cmpstr(row->facts->supplier.name, ==, "Jansen B.V.");
	g_assert_cmpint(row->facts->gross.unscaled, ==, 123450);
	g_assert_null(store_invoice_by_identity(fixture->store, "another", &error));
	g_assert_no_error(error);
}

static void test_known_documents(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_null(store_invoice_by_document(fixture->store, "i1", &error));
	g_assert_no_error(error);
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "1");
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, "1");
	Event *event = event_of("invoice.updated", 1, "i1", facts);
	js_object_set_string(event->data, "document", "newer");
	append(fixture, event);
	static const char *const documents[] = {"i1", "newer"};
	for (gsize i = 0; i < G_N_ELEMENTS(documents); i++) { /* the one it had before is no news either */
		g_autoptr(InvoiceRow) found = store_invoice_by_document(fixture->store, documents[i], &error);
		g_assert_no_error(error);
		g_assert_cmpstr(found->id, ==, "i1");
		g_assert_cmpstr(found->document, ==, "newer");
	}
	g_autoptr(InvoiceRow) row = invoice(fixture, "i1");
	g_assert_cmpstr(row->document, ==, "newer");
}

static void test_refused(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *type;
		const char *invoice;
		const char *data;
		ErrorKind kind;
	} cases[] = {
		{"invoice.received", "i1", "{'identity':'x'}", ERROR_CONFLICT},   /* the id is taken */
		{"invoice.received", NULL, "{'identity':'x'}", ERROR_INVALID},
		{"invoice.updated", "i9", "{'identity':'x'}", ERROR_CONFLICT},    /* no such invoice */
		{"invoice.updated", "i3", "{'identity':'x'}", ERROR_CONFLICT},    /* withdrawn */
		{"invoice.routed", "i9", "{'chain':'x','policy_version':1}", ERROR_CONFLICT},
		{"invoice.routed", "i2", "{'chain':'x','policy_version':1}", ERROR_CONFLICT}, /* approved */
		{"invoice.stuck", "i2", "{'why':'nobody'}", ERROR_CONFLICT},
		{"invoice.approved", "i2", NULL, ERROR_CONFLICT},                 /* twice */
		{"invoice.rejected", "i2", NULL, ERROR_CONFLICT},
		{"invoice.withdrawn", "i3", NULL, ERROR_CONFLICT},
		{"invoice.withdrawn", "i9", NULL, ERROR_CONFLICT},
		{"stage.opened", "i2", "{'stage':1}", ERROR_CONFLICT},
		{"stage.opened", "i1", "{'stage':1}", ERROR_INVALID},             /* lacks all the rest */
	};
	(void)data;
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "1");
	receive(fixture, 0, "i2", "Jansen", "NL1", NULL, "2");
	receive(fixture, 0, "i3", "Jansen", "NL1", NULL, "3");
	fixture_record(fixture, 1, "invoice.approved", "i2", NULL, NULL);
	fixture_record(fixture, 1, "invoice.withdrawn", "i3", NULL, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *why = fixture_refused(fixture, cases[i].kind, cases[i].type, cases[i].invoice, cases[i].data, NULL);
		g_assert_true(g_str_has_prefix(why, cases[i].type));
	}
}

static void test_same_identity(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "2026-118");
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, "2026 118");
	g_assert_true(store_begin(fixture->store, &error));
	g_assert_false(store_append(fixture->store, event_of("invoice.received", 0, "i2", facts), NULL, &error));
	g_assert_error(error, AKKOORD_ERROR, ERROR_CONFLICT);
	store_rollback(fixture->store);
}

static void test_life(Fixture *fixture, gconstpointer data)
{
	(void)data;
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "1");
	g_autoptr(InvoiceRow) fresh = invoice(fixture, "i1");
	g_assert_null(fresh->administration);
	fixture_record(fixture, 1, "invoice.stuck", "i1", "{'why':'no-rate','administration':'Ejemplo SL'}", NULL);
	g_autoptr(InvoiceRow) unrouted = invoice(fixture, "i1");
	g_assert_cmpstr(unrouted->administration, ==, "Ejemplo SL");
	fixture_record(fixture, 1, "invoice.routed", "i1", "{'administration':'Voorbeeld BV','chain':'rest','policy_version':3}", NULL);
	fixture_record(fixture, 2, "invoice.stuck", "i1", "{'stage':'x','why':'nobody'}", NULL);
	g_autoptr(InvoiceRow) stuck = invoice(fixture, "i1");
	g_assert_cmpstr(stuck->chain, ==, "rest");
	g_assert_cmpstr(stuck->administration, ==, "Voorbeeld BV"); /* what does not say it changes nothing */
	g_assert_cmpint(stuck->policy_version, ==, 3);
	g_assert_true(stuck->stuck);
	g_assert_cmpstr(stuck->stuck_why, ==, "nobody");
	fixture_record(fixture, 3, "invoice.rejected", "i1", NULL, NULL);
	g_autoptr(InvoiceRow) rejected = invoice(fixture, "i1");
	g_assert_cmpint(rejected->state, ==, INVOICE_REJECTED);
	g_assert_cmpint(rejected->closed, ==, FIXTURE_NOW + 3);
	g_assert_false(rejected->stuck);
}

static void assert_listed(Fixture *fixture, const InvoiceFilter *filter, const char *wanted);

static void assert_of_supplier(Fixture *fixture, const char *except, gint64 since, gint64 until, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) rows = store_supplier_invoices(fixture->store, "vat:nl1", except, FIXTURE_NOW + since, FIXTURE_NOW + until, &error);
	g_assert_no_error(error);
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < rows->len; i++) {
		const SupplierInvoice *row = rows->pdata[i];
		g_autofree char *amount = money_format(row->amount);
		g_string_append_printf(text, "%s %s; ", row->id, amount);
		g_assert_cmpint(row->received, >=, FIXTURE_NOW + since);
	}
	g_assert_cmpstr(text->str, ==, wanted);
}

/* What was read is kept, and is what the record says now all the same. */
static void test_kept(Fixture *fixture, gconstpointer data)
{
	(void)data;
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "1");
	g_autoptr(InvoiceRow) first = invoice(fixture, "i1"), second = invoice(fixture, "i1");
	g_assert_true(first->facts == second->facts);
	g_assert_cmpstr(second->supplier_key, ==, first->supplier_key);
	g_assert_cmpstr(second->substance, ==, first->substance);
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, "1");
	facts->due_date = date_from_ymd(2026, 12, 27);
	append(fixture, event_of("invoice.updated", 3, "i1", facts));
	g_autoptr(InvoiceRow) updated = invoice(fixture, "i1");
	g_assert_cmpint(updated->facts->due_date.day, ==, facts->due_date.day);
	g_assert_cmpstr(updated->facts->supplier.name, ==, "Jansen");
	fixture_tamper(fixture, "UPDATE side SET salt = NULL, body = NULL");
	g_autoptr(InvoiceRow) erased = invoice(fixture, "i1"), again = invoice(fixture, "i1");
	g_assert_null(erased->facts->supplier.name);
	g_assert_null(again->facts->supplier.name);
	g_assert_cmpstr(first->facts->supplier.name, ==, "Jansen"); /* what somebody holds stays theirs */
}

/* More of them than are kept. */
static void test_many(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(store_batch_begin(fixture->store, &error));
	for (guint i = 0; i < 2100; i++) {
		g_autofree char *id = g_strdup_printf("i%u", i);
		receive(fixture, 0, id, "Jansen", "NL1", NULL, id);
	}
	g_assert_true(store_batch_end(fixture->store, &error));
	for (guint i = 0; i < 2 * 2100; i++) {
		g_autofree char *id = g_strdup_printf("i%u", i % 2100);
		g_autoptr(InvoiceRow) row = invoice(fixture, id);
		g_assert_cmpstr(row->facts->number, ==, id);
	}
}

static void test_supplier_invoices(Fixture *fixture, gconstpointer data)
{
	(void)data;
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "1");
	receive(fixture, 5, "i2", "Jansen BV", "nl 1", NULL, "2");
	receive(fixture, 5, "i3", "Jansen", "NL1", NULL, "3");
	receive(fixture, 6, "other", "Jansen", "NL2", NULL, "4");
	receive(fixture, 7, "rejected", "Jansen", "NL1", NULL, "5");
	receive(fixture, 7, "withdrawn", "Jansen", "NL1", NULL, "6");
	fixture_record(fixture, 8, "invoice.rejected", "rejected", NULL, NULL);
	fixture_record(fixture, 8, "invoice.withdrawn", "withdrawn", NULL, NULL);
	fixture_record(fixture, 8, "invoice.approved", "i1", NULL, NULL);
	g_autoptr(InvoiceFacts) credit = facts_of("Jansen", "NL1", NULL, "7"), third = facts_of("Jansen", "NL1", NULL, "5"), empty = facts_of("Jansen", "NL1", NULL, "8");
	credit->kind = INVOICE_KIND_CREDIT_NOTE;
	empty->has_gross = FALSE;
	append(fixture, event_of("invoice.received", 8, "credit", credit));
	append(fixture, event_of("invoice.received", 8, "empty", empty));
	assert_of_supplier(fixture, "x", 0, 9, "i1 1234.50 EUR; i2 1234.50 EUR; i3 1234.50 EUR; ");
	assert_of_supplier(fixture, "i2", 0, 9, "i1 1234.50 EUR; i3 1234.50 EUR; ");
	assert_of_supplier(fixture, "x", 1, 5, "i2 1234.50 EUR; i3 1234.50 EUR; ");
	assert_of_supplier(fixture, "x", 0, 4, "i1 1234.50 EUR; ");
	assert_of_supplier(fixture, "x", 6, 9, "");
	/* an update changes the sum; a withdrawn one never counts again, a rejected one that starts anew does */
	g_autoptr(InvoiceFacts) more = facts_of("Jansen", "NL1", NULL, "3");
	g_free(more->currency);
	more->currency = g_strdup("JPY");
	more->gross = (Decimal){-500, 0};
	append(fixture, event_of("invoice.updated", 9, "i3", more));
	Event *again = event_of("invoice.updated", 9, "rejected", third);
	js_object_set_boolean(again->data, "restarts", TRUE);
	append(fixture, again);
	assert_of_supplier(fixture, "x", 0, 9, "i1 1234.50 EUR; i2 1234.50 EUR; i3 500 JPY; rejected 1234.50 EUR; ");
}

static void test_via(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, "1");
	Event *event = event_of("invoice.received", 0, "i1", facts);
	js_object_set_line(event_private(event), "via", "es");
	append(fixture, event);
	g_autoptr(InvoiceRow) row = invoice(fixture, "i1");
	g_assert_cmpstr(row->via, ==, "es");
}

static void test_administration_of(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_autofree char *administration = NULL;
	fixture_open_approvals(fixture);
	g_assert_true(store_administration(fixture->store, "a1", &administration, &error));
	g_assert_cmpstr(administration, ==, "Voorbeeld BV");
	char *none = administration;
	g_assert_true(store_administration(fixture->store, "a9", &none, &error));
	g_assert_null(none);
	assert_listed(fixture, &(InvoiceFilter){.administration = "Voorbeeld BV"}, "i1 ");
	assert_listed(fixture, &(InvoiceFilter){.administration = "Ejemplo SL"}, "");
	/* whose it is, is told anew where it starts anew */
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, "2026-118");
	fixture_record(fixture, 10, "stage.closed", "i1", "{'stage':1,'outcome':'restarted'}", NULL);
	Event *again = event_of("invoice.updated", 11, "i1", facts);
	js_object_set_boolean(again->data, "restarts", TRUE);
	append(fixture, again);
	g_autoptr(InvoiceRow) row = invoice(fixture, "i1");
	g_assert_null(row->administration);
}

static void test_updated(Fixture *fixture, gconstpointer data)
{
	(void)data;
	receive(fixture, 0, "i1", "Jansen", "NL1", NULL, "1");
	fixture_record(fixture, 1, "invoice.routed", "i1", "{'chain':'rest','policy_version':3}", NULL);
	fixture_record(fixture, 2, "invoice.approved", "i1", NULL, NULL);
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, "1");
	facts->due_date = date_from_ymd(2026, 12, 27);
	append(fixture, event_of("invoice.updated", 3, "i1", facts));
	g_autoptr(InvoiceRow) dates = invoice(fixture, "i1");
	g_assert_cmpint(dates->state, ==, INVOICE_APPROVED); /* a change of dates decides nothing anew */
	g_assert_cmpint(dates->facts->due_date.day, ==, facts->due_date.day);
	g_assert_cmpint(dates->received, ==, FIXTURE_NOW);
	facts->gross.unscaled = 999999;
	Event *event = event_of("invoice.updated", 4, "i1", facts);
	js_object_set_boolean(event->data, "restarts", TRUE);
	append(fixture, event);
	g_autoptr(InvoiceRow) restarted = invoice(fixture, "i1");
	g_assert_cmpint(restarted->state, ==, INVOICE_OPEN);
	g_assert_true(restarted->closed == INSTANT_NONE);
	g_assert_null(restarted->chain);
	g_assert_cmpint(restarted->facts->gross.unscaled, ==, 999999);
}

static char *find(Fixture *fixture, const char *reference)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(InvoiceRow) row = store_invoice_find(fixture->store, reference, &error);
	return row != NULL ? g_strdup(row->id) : g_strdup_printf("%d", (int)error_kind(error));
}

static void test_find(Fixture *fixture, gconstpointer data)
{
	static const struct {
		const char *reference;
		const char *found;
		ErrorKind kind;
	} cases[] = {
		{"i1", "i1", 0},
		{"Jansen B.V./2026-118", "i1", 0},
		{"jansen bv/2026118", "i1", 0},
		{"JANSEN B V/ 2026/118", "i1", 0}, /* split at the first slash, the rest is the number */
		{"NL001234567B01/2026-118", "i1", 0},
		{"nl 0012.34.567.b01/2026-118", "i1", 0},
		{"0106:12345678/2026-118", "i1", 0},
		{"12345678/2026-118", "i1", 0},
		{"Pietersen/7", "i4", 0},
		{"Jansen B.V./2026-119", NULL, ERROR_CONFLICT}, /* two: an invoice and another year's */
		{"Jansen B.V./2026-120", NULL, ERROR_NOT_FOUND},
		{"Jansen/2026-118", NULL, ERROR_NOT_FOUND}, /* the name as a whole */
		{"/2026-118", NULL, ERROR_NOT_FOUND},
		{"Jansen B.V./", NULL, ERROR_NOT_FOUND},
		{"/", NULL, ERROR_NOT_FOUND},
		{"", NULL, ERROR_NOT_FOUND},
		{"i9", NULL, ERROR_NOT_FOUND},
		{"2026-118", NULL, ERROR_NOT_FOUND},
		{"' OR 1 = 1 --/2026-118", NULL, ERROR_NOT_FOUND},
		{"%/2026-118", NULL, ERROR_NOT_FOUND},
	};
	(void)data;
	receive(fixture, 0, "i1", "Jansen B.V.", "NL001234567B01", "0106:12345678", "2026-118");
	receive(fixture, 0, "i2", "Jansen B.V.", "NL001234567B01", NULL, "2026-119");
	g_autoptr(InvoiceFacts) facts = facts_of("Jansen B.V.", "NL001234567B01", NULL, "2026.119");
	facts->issue_date = date_from_ymd(2025, 1, 1);
	append(fixture, event_of("invoice.received", 0, "i3", facts));
	receive(fixture, 0, "i4", "Pietersen", NULL, NULL, "7");
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *found = find(fixture, cases[i].reference);
		g_autofree char *wanted = cases[i].found != NULL ? g_strdup(cases[i].found) : g_strdup_printf("%d", (int)cases[i].kind);
		if (strcmp(found, wanted) != 0)
			g_error("%s: found %s, wanted %s", cases[i].reference, found, wanted);
	}
	g_autoptr(GError) error = NULL;
	g_assert_null(store_invoice_find(fixture->store, "Jansen B.V./2026-119", &error));
	g_assert_nonnull(strstr(error->message, "i2 (Jansen B.V./2026-119 of 2026-11-27, open)"));
	g_assert_nonnull(strstr(error->message, "i3 (Jansen B.V./2026.119 of 2025-01-01, open)"));
}

/* --- lists --- */

typedef struct {
	GString *ids;
	guint count;
	guint stop_after;
	gboolean bare;
} Lister;

static gboolean add_id(const InvoiceRow *row, gpointer user_data)
{
	Lister *lister = user_data;
	g_assert_true((row->facts == NULL) == lister->bare);
	if (lister->ids != NULL)
		g_string_append_printf(lister->ids, "%s ", row->id);
	lister->count++;
	return lister->count != lister->stop_after;
}

static void assert_listed(Fixture *fixture, const InvoiceFilter *filter, const char *wanted)
{
	g_autoptr(GError) error = NULL;
	Lister lister = {.ids = g_string_new(NULL), .bare = filter->bare};
	g_assert_true(store_invoices(fixture->store, filter, add_id, &lister, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(lister.ids->str, ==, wanted);
	g_string_free(lister.ids, TRUE);
}

static void test_filters(Fixture *fixture, gconstpointer data)
{
	(void)data;
	gint64 deadline = 0;
	g_assert_true(instant_parse("2026-12-07T16:30:00Z", &deadline, NULL));
	fixture_open_approvals(fixture); /* i1, received at + 4, with approvals of p1 and p2 */
	receive(fixture, 2, "i2", "Jansen", "NL1", NULL, "2");
	receive(fixture, 9, "i3", "Jansen", "NL1", NULL, "3");
	receive(fixture, 9, "i4", "Jansen", "NL1", NULL, "4");
	fixture_record(fixture, 10, "invoice.withdrawn", "i4", NULL, NULL);
	fixture_record(fixture, 10, "invoice.stuck", "i3", "{'why':'nobody'}", NULL);
	assert_listed(fixture, &(InvoiceFilter){0}, "i2 i1 i3 i4 ");
	assert_listed(fixture, &(InvoiceFilter){.only_open = TRUE}, "i2 i1 i3 ");
	assert_listed(fixture, &(InvoiceFilter){.only_open = TRUE, .bare = TRUE}, "i2 i1 i3 ");
	assert_listed(fixture, &(InvoiceFilter){.stuck = TRUE}, "i3 ");
	assert_listed(fixture, &(InvoiceFilter){.late = TRUE, .now = deadline}, "");
	assert_listed(fixture, &(InvoiceFilter){.late = TRUE, .now = deadline + 1}, "i1 ");
	assert_listed(fixture, &(InvoiceFilter){.approver = "p1"}, "i1 ");
	assert_listed(fixture, &(InvoiceFilter){.approver = "p9"}, "");
	assert_listed(fixture, &(InvoiceFilter){.approver = "p1", .stuck = TRUE}, "");
	assert_listed(fixture, &(InvoiceFilter){.only_open = TRUE, .no_reminder = TRUE}, "i2 i1 i3 ");
	fixture_record(fixture, 11, "approval.lapsed", "i1", "{'approval':'a1'}", NULL);
	assert_listed(fixture, &(InvoiceFilter){.approver = "p1"}, "");
	assert_listed(fixture, &(InvoiceFilter){.approver = "p2"}, "i1 ");
}

static void test_no_reminder(Fixture *fixture, gconstpointer data)
{
	static const InvoiceFilter filter = {.no_reminder = TRUE};
	(void)data;
	fixture_open_approvals(fixture);
	fixture_record(fixture, 20, "message.queued", NULL, "{'message':'m1','kind':'mail','person':'p1','approvals':['a1']}", NULL);
	assert_listed(fixture, &filter, "i1 ");
	fixture_record(fixture, 21, "message.sending", NULL, "{'message':'m1','attempt':1}", NULL);
	fixture_record(fixture, 22, "message.deferred", NULL, "{'message':'m1','attempt':1}", NULL);
	assert_listed(fixture, &filter, "i1 ");
	fixture_record(fixture, 23, "message.sending", NULL, "{'message':'m1','attempt':2}", NULL);
	fixture_record(fixture, 24, "message.accepted", NULL, "{'message':'m1'}", NULL);
	assert_listed(fixture, &filter, "");
}

/* Many of one instant, over several pages: each once, none left out; and what the visitor writes meanwhile does not disturb. */
static void test_pages(Fixture *fixture, gconstpointer data)
{
	(void)data;
	g_autoptr(GError) error = NULL;
	g_assert_true(store_begin(fixture->store, &error));
	for (int i = 0; i < 600; i++) {
		g_autofree char *id = g_strdup_printf("i%03d", i);
		g_autoptr(InvoiceFacts) facts = facts_of("Jansen", "NL1", NULL, id);
		g_assert_true(store_append(fixture->store, event_of("invoice.received", 1 - i / 300, id, facts), NULL, &error));
	}
	g_assert_true(store_commit(fixture->store, &error));
	static const InvoiceFilter filters[] = {{.only_open = TRUE}, {.only_open = FALSE}};
	for (gsize i = 0; i < G_N_ELEMENTS(filters); i++) {
		Lister all = {.ids = g_string_new(NULL)};
		g_assert_true(store_invoices(fixture->store, &filters[i], add_id, &all, &error));
		g_assert_cmpuint(all.count, ==, 600);
		g_assert_true(g_str_has_prefix(all.ids->str, "i300 i301 ") && g_str_has_suffix(all.ids->str, "i298 i299 "));
		g_string_free(all.ids, TRUE);
	}
	Lister some = {.stop_after = 257};
	g_assert_true(store_invoices(fixture->store, &filters[0], add_id, &some, &error));
	g_assert_cmpuint(some.count, ==, 257);
}

/* Reminding never touches the invoice (FAILURES.md F13). */
static void test_bookkeeping_apart(Fixture *fixture, gconstpointer data)
{
	static const char ROW[] = "CREATE TABLE before AS SELECT * FROM invoice";
	(void)data;
	fixture_open_approvals(fixture);
	fixture_tamper(fixture, ROW);
	fixture_record(fixture, 20, "reminder.claimed", "i1", "{'approval':'a1','rung':'r','occurrence':0,'person':'p1','channel':'mail','message':'m1'}", NULL);
	fixture_record(fixture, 21, "message.queued", "i1", "{'message':'m1','kind':'mail','person':'p1','approvals':['a1']}", NULL);
	fixture_record(fixture, 22, "message.sending", "i1", "{'message':'m1','attempt':1}", NULL);
	fixture_record(fixture, 23, "message.accepted", "i1", "{'message':'m1'}", NULL);
	fixture_record(fixture, 24, "approval.moved", "i1", "{'approval':'a1','deadline':'2026-12-09T16:30:00Z'}", NULL);
	g_assert_cmpint(fixture_count(fixture, "SELECT COUNT(*) FROM (SELECT * FROM invoice EXCEPT SELECT * FROM before)"), ==, 0);
	fixture_tamper(fixture, "DROP TABLE before");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define ADD(name, test) g_test_add("/store-invoices/" name, Fixture, NULL, set_up, test, tear_down)
	ADD("received", test_received);
	ADD("known-documents", test_known_documents);
	ADD("refused", test_refused);
	ADD("same-identity", test_same_identity);
	ADD("life", test_life);
	ADD("updated", test_updated);
	ADD("kept", test_kept);
	ADD("many", test_many);
	ADD("supplier-invoices", test_supplier_invoices);
	ADD("via", test_via);
	ADD("administration-of", test_administration_of);
	ADD("find", test_find);
	ADD("filters", test_filters);
	ADD("no-reminder", test_no_reminder);
	ADD("pages", test_pages);
	ADD("bookkeeping-apart", test_bookkeeping_apart);
	return g_test_run();
}
