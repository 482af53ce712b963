/* Every file is read twice: once to learn its place, and once when it is taken in. In between only dates are kept. */
#include "service/backlog.h"

#include "base/error.h"
#include "domain/spread.h"
#include "intake/pieces.h"
#include "service/take.h"

/* A document in a file. */
typedef struct {
	guint file, place; /* as they stood */
	gboolean is_new;
	Date due, issued;
	gint64 opens;
} Entry;

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

static gboolean read_entry(Session *session, const Piece *piece, Entry *entry, GError **error)
{
	TakeResult result = {0};
	gboolean known = FALSE, ok = TRUE;
	take_piece_rehearse(piece, &result);
	if (result.verdict == TAKE_NEW) {
		entry->due = result.facts->due_date;
		entry->issued = result.facts->issue_date;
		ok = find_known(session, result.facts, &known, error);
		entry->is_new = ok && !known;
	}
	take_result_clear(&result);
	return ok;
}

/* What cannot be read now is refused when it is taken in. */
static gboolean read_file(Session *session, const char *path, guint file, GArray *entries, GError **error)
{
	g_autoptr(Pieces) pieces = pieces_open(path, TRUE, session_settings(session)->csv_mappings, NULL);
	Piece piece;
	gboolean ok = TRUE;
	while (ok && pieces && pieces_next(pieces, &piece, NULL)) {
		Entry entry = {.file = file, .place = entries->len, .due = DATE_NONE, .issued = DATE_NONE};
		ok = read_entry(session, &piece, &entry, error);
		g_array_append_val(entries, entry);
		piece_clear(&piece);
	}
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

static gint compare_places(gconstpointer a, gconstpointer b)
{
	const Entry *first = a, *second = b;
	return first->place < second->place ? -1 : first->place > second->place;
}

static GArray *read_entries(Session *session, const GPtrArray *files, GError **error)
{
	g_autoptr(GArray) entries = g_array_new(FALSE, FALSE, sizeof(Entry));
	for (guint i = 0; i < files->len; i++)
		if (!read_file(session, files->pdata[i], i, entries, error))
			return NULL;
	g_array_sort(entries, compare_entries);
	return g_steal_pointer(&entries);
}

static void spread(GArray *entries, const GArray *instants)
{
	guint count = 0, place = 0;
	for (guint i = 0; i < entries->len; i++)
		count += g_array_index(entries, Entry, i).is_new ? 1 : 0;
	for (guint i = 0; i < entries->len; i++) {
		Entry *entry = &g_array_index(entries, Entry, i);
		entry->opens = entry->is_new ? spread_at(instants, place++, count) : 0;
	}
}

/* The files in the order in which the first of each opens; those that hold nothing come last. */
static GArray *order_files(const GArray *entries, GPtrArray *files)
{
	g_autoptr(GPtrArray) ordered = g_ptr_array_new();
	GArray *places = g_array_new(FALSE, FALSE, sizeof(guint));
	g_autofree gboolean *seen = g_new0(gboolean, files->len + 1);
	for (guint i = 0; i < entries->len + files->len; i++) {
		guint file = i < entries->len ? g_array_index(entries, Entry, i).file : i - entries->len;
		if (seen[file])
			continue;
		seen[file] = TRUE;
		g_ptr_array_add(ordered, files->pdata[file]);
		g_array_append_val(places, file);
	}
	for (guint i = 0; i < files->len; i++)
		files->pdata[i] = ordered->pdata[i];
	return places;
}

/* As the pieces are read: file after file. */
static GArray *opens_in_order(GArray *entries, const GArray *places, guint files)
{
	g_autofree guint *first = g_new0(guint, files + 1);
	GArray *opens = g_array_new(FALSE, FALSE, sizeof(gint64));
	g_array_sort(entries, compare_places);
	for (guint i = entries->len; i > 0; i--)
		first[g_array_index(entries, Entry, i - 1).file] = i - 1;
	for (guint i = 0; i < places->len; i++) {
		const guint file = g_array_index(places, guint, i);
		for (guint k = first[file]; k < entries->len && g_array_index(entries, Entry, k).file == file; k++)
			g_array_append_val(opens, g_array_index(entries, Entry, k).opens);
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
	spread(entries, instants);
	g_autoptr(GArray) places = order_files(entries, files);
	return opens_in_order(entries, places, files->len);
}
