/* What is in use is told apart by the fields that lookups ask for, and by the chain that was
 * taken, so that ten thousand invoices on a hundred cost centres are some hundred. */
#include "check/in_use.h"

#include "people/lookup_fields.h"

#include <string.h>

#define RECENT_S (400 * 24 * G_GINT64_CONSTANT(3600))

void in_use_free(InUse *use)
{
	if (!use)
		return;
	g_free(use->cost_centre);
	g_free(use->chain);
	invoice_facts_free(use->facts);
	g_free(use);
}

typedef struct {
	const Settings *settings;
	const Policy *policy;
	GPtrArray *uses;
	GHashTable *by_key; /* key -> InUse, borrowed */
} Collecting;

/* The fields of lookup_fields() but the cost centre. */
static InvoiceFacts *copy_for_lookups(const InvoiceFacts *facts)
{
	InvoiceFacts *copy = invoice_facts_new();
	copy->buyer_reference = g_strdup(facts->buyer_reference);
	copy->order_reference = g_strdup(facts->order_reference);
	copy->contract_reference = g_strdup(facts->contract_reference);
	copy->project_reference = g_strdup(facts->project_reference);
	copy->supplier.name = g_strdup(facts->supplier.name);
	copy->supplier.vat = g_strdup(facts->supplier.vat);
	copy->buyer.name = g_strdup(facts->buyer.name);
	copy->currency = g_strdup(facts->currency);
	copy->requester = g_strdup(facts->requester);
	copy->number = g_strdup(facts->number);
	return copy;
}

static void append_fields(GString *key, GHashTable *fields)
{
	g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(fields), (GCompareFunc)strcmp);
	for (GList *name = names; name; name = name->next)
		g_string_append_printf(key, "\n%s=%s", (const char *)name->data, (const char *)g_hash_table_lookup(fields, name->data));
}

/* Values are clean lines, so that a key has one meaning. `chain`: that it took; NULL. */
static char *key_of(const Settings *settings, const InvoiceFacts *facts, const char *cost_centre, const char *chain)
{
	GString *key = g_string_new(cost_centre ? cost_centre : "");
	g_string_append_printf(key, "\n%s\n%s", cost_centre ? "" : "none", chain ? chain : "");
	for (guint i = 0; settings->lookups && i < settings->lookups->len; i++) {
		const LookupSettings *lookup = settings->lookups->pdata[i];
		g_autoptr(GHashTable) fields = lookup_fields(settings, lookup->name, facts, cost_centre);
		append_fields(key, fields);
	}
	return g_string_free(key, FALSE);
}

static InUse *use_of(Collecting *collecting, const InvoiceFacts *facts, const char *cost_centre, const char *chain)
{
	g_autofree char *key = key_of(collecting->settings, facts, cost_centre, chain);
	InUse *use = g_hash_table_lookup(collecting->by_key, key);
	if (use)
		return use;
	use = g_new0(InUse, 1);
	use->cost_centre = g_strdup(cost_centre);
	use->facts = copy_for_lookups(facts);
	use->chain = g_strdup(chain);
	g_ptr_array_add(collecting->uses, use);
	g_hash_table_insert(collecting->by_key, g_steal_pointer(&key), use);
	return use;
}

/* Amounts that cannot be compared: the first stays. */
static void raise_amount(const Collecting *collecting, InUse *use, const InvoiceFacts *facts)
{
	Money amount, compared;
	if (!invoice_facts_amount(facts, &amount, NULL))
		return;
	gboolean is_comparable = *use->amount.currency && rates_convert(collecting->policy->rates, amount, use->amount.currency, &compared);
	if (!*use->amount.currency || (is_comparable && compared.minor > use->amount.minor))
		use->amount = amount;
}

static gboolean take(const InvoiceRow *row, gpointer user_data)
{
	Collecting *collecting = user_data;
	const GPtrArray *centres = row->facts->cost_references;
	for (guint i = 0; i < MAX(centres->len, 1); i++) {
		InUse *use = use_of(collecting, row->facts, i < centres->len ? centres->pdata[i] : NULL, row->chain);
		raise_amount(collecting, use, row->facts);
	}
	return TRUE;
}

static void take_literals(Collecting *collecting, const Chain *chain)
{
	const GPtrArray *patterns = chain->has_when ? chain->when.cost_centre : NULL;
	g_autoptr(InvoiceFacts) nothing = invoice_facts_new();
	for (guint i = 0; patterns && i < patterns->len; i++) {
		if (strpbrk(patterns->pdata[i], "*?[\\"))
			continue;
		guint before = collecting->uses->len;
		InUse *use = use_of(collecting, nothing, patterns->pdata[i], NULL);
		use->is_literal = use->is_literal || collecting->uses->len > before;
	}
}

GPtrArray *in_use_find(Session *session, const Policy *policy, gint64 now, GError **error)
{
	const InvoiceFilter open = {.only_open = TRUE}, recent = {.since = now - RECENT_S};
	g_autoptr(GPtrArray) uses = g_ptr_array_new_with_free_func((GDestroyNotify)in_use_free);
	g_autoptr(GHashTable) by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Collecting collecting = {session_settings(session), policy, uses, by_key};
	if (!store_invoices(session_store(session), &open, take, &collecting, error) || !store_invoices(session_store(session), &recent, take, &collecting, error))
		return NULL;
	for (guint i = 0; i < policy->chains->len; i++)
		take_literals(&collecting, policy->chains->pdata[i]);
	return g_steal_pointer(&uses);
}
