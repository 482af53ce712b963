/* What the event says that brought an invoice. The same invoices are read again and again in a pass, and parsing is most of what that costs.
 *
 * Invariant: what is kept is what the event says now: it never changes, and its side record is whole or erased.
 */
#include "base/error.h"
#include "audit/facts.h"
#include "store/store_internal.h"

#include <string.h>

#define KEPT_MAX 2048 /* invoices, of some 2 kB each; then all are forgotten */

typedef struct {
	gboolean erased;
	InvoiceRow *row; /* of which only what store_facts_read() sets is set */
} KeptFacts;

static void kept_free(gpointer data)
{
	KeptFacts *kept = data;
	invoice_row_free(kept->row);
	g_free(kept);
}

static gboolean parse(const char *text, Json **json, GError **error)
{
	g_autoptr(GError) failure = NULL;
	*json = text != NULL ? js_parse(text, strlen(text), &failure) : NULL;
	if (failure != NULL)
		error_set(error, ERROR_BROKEN, "its event cannot be read: %s", failure->message);
	return failure == NULL;
}

gboolean store_facts_read(InvoiceRow *row, const char *canonical, const char *body, GError **error)
{
	g_autoptr(Json) event = NULL;
	g_autoptr(Json) side = NULL;
	if (!parse(canonical, &event, error) || !parse(body, &side, error)) {
		g_prefix_error(error, "invoice %s: ", row->id);
		return FALSE;
	}
	row->facts = facts_from_event(js_object_get(event, "data"), side);
	if (side == NULL)
		return TRUE;
	row->identity = g_strdup(js_object_get_string(side, "identity"));
	row->supplier_key = g_strdup(js_object_get_string(side, "supplier_key"));
	row->substance = g_strdup(js_object_get_string(side, "substance"));
	row->via = g_strdup(js_object_get_string(side, "via"));
	return TRUE;
}

static void copy(const InvoiceRow *from, InvoiceRow *to)
{
	to->facts = invoice_facts_ref(from->facts);
	to->identity = g_strdup(from->identity);
	to->supplier_key = g_strdup(from->supplier_key);
	to->substance = g_strdup(from->substance);
	to->via = g_strdup(from->via);
}

gboolean store_facts_recall(Store *store, gint64 event, gboolean erased, InvoiceRow *row)
{
	const KeptFacts *kept = store->facts != NULL ? g_hash_table_lookup(store->facts, &event) : NULL;
	if (kept == NULL || kept->erased != erased)
		return FALSE;
	copy(kept->row, row);
	return TRUE;
}

void store_facts_keep(Store *store, gint64 event, gboolean erased, const InvoiceRow *row)
{
	KeptFacts *kept = g_new0(KeptFacts, 1);
	kept->erased = erased;
	kept->row = g_new0(InvoiceRow, 1);
	copy(row, kept->row);
	if (store->facts == NULL)
		store->facts = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, kept_free);
	if (g_hash_table_size(store->facts) >= KEPT_MAX)
		g_hash_table_remove_all(store->facts);
	g_hash_table_replace(store->facts, g_memdup2(&event, sizeof event), kept);
}
