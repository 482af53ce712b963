/* Every file is read twice: once to learn its place, and once when it is taken in. In between only dates are kept. */
#include "service/backlog.h"

#include "base/error.h"
#include "domain/spread.h"
#include "intake/folder.h"
#include "service/take.h"

typedef struct {
	char *path;
	gboolean is_new;
	Date due, issued;
	guint place; /* as they stood */
} Entry;

static void entry_clear(gpointer data)
{
	g_free(((Entry *)data)->path);
}

static gboolean find_known(Session *session, const InvoiceFacts *facts, gboolean *known, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autofree char *identity = invoice_identity(facts);
	g_autoptr(InvoiceRow) row = store_invoice_by_identity(session_store(session), identity, &failure);
	*known = row != NULL;
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

/* What cannot be read now is refused when it is taken in. */
static gboolean read_entry(Session *session, Entry *entry, GError **error)
{
	TakeResult result = {0};
	gboolean known = FALSE, ok = TRUE;
	g_autoptr(GBytes) bytes = folder_read(entry->path, TRUE, NULL);
	if (!bytes)
		return TRUE;
	take_rehearse(bytes, &result);
	if (result.verdict == TAKE_NEW) {
		entry->due = result.facts->due_date;
		entry->issued = result.facts->issue_date;
		ok = find_known(session, result.facts, &known, error);
		entry->is_new = ok && !known;
	}
	take_result_clear(&result);
	return ok;
}

static gint compare_dates(Date a, Date b)
{
	if (date_is_set(a) != date_is_set(b))
		return date_is_set(a) ? -1 : 1;
	return a.day < b.day ? -1 : a.day > b.day;
}

static gint compare_entries(gconstpointer a, gconstpointer b)
{
	const Entry *first = a, *second = b;
	gint order = compare_dates(first->due, second->due);
	if (!order)
		order = compare_dates(first->issued, second->issued);
	return order ? order : (gint)first->place - (gint)second->place;
}

static GArray *read_entries(Session *session, const GPtrArray *files, GError **error)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	g_array_set_clear_func(entries, entry_clear);
	for (guint i = 0; i < files->len; i++) {
		Entry entry = {.path = g_strdup(files->pdata[i]), .due = DATE_NONE, .issued = DATE_NONE, .place = i};
		gboolean ok = read_entry(session, &entry, error);
		g_array_append_val(entries, entry);
		if (!ok)
			return NULL;
	}
	g_array_sort(entries, compare_entries);
	return g_steal_pointer(&entries);
}

static GArray *spread(const GArray *entries, const GArray *instants)
{
	GArray *opens = g_array_new(FALSE, FALSE, sizeof(gint64));
	guint count = 0, place = 0;
	for (guint i = 0; i < entries->len; i++)
		count += g_array_index(entries, Entry, i).is_new ? 1 : 0;
	for (guint i = 0; i < entries->len; i++) {
		gint64 at = g_array_index(entries, Entry, i).is_new ? spread_at(instants, place++, count) : 0;
		g_array_append_val(opens, at);
	}
	return opens;
}

GArray *backlog_plan(Session *session, GPtrArray *files, guint over, gint64 now, GError **error)
{
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy)
		return NULL;
	g_autoptr(GArray) instants = spread_instants(policy_calendar(policy, policy->default_calendar), policy->slots, now, over);
	if (!instants->len) {
		error_set(error, ERROR_CONFIG, "calendar %s has no working time to spread invoices over", policy->default_calendar);
		return NULL;
	}
	g_autoptr(GArray) entries = read_entries(session, files, error);
	if (!entries)
		return NULL;
	g_ptr_array_set_size(files, 0);
	for (guint i = 0; i < entries->len; i++)
		g_ptr_array_add(files, g_strdup(g_array_index(entries, Entry, i).path));
	return spread(entries, instants);
}
