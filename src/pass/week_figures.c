/* One reading of what is open; memory holds what is flagged, the decisions of a week, and ten invoices a list. */
#include "pass/week_figures.h"

#include "pass/week_rows.h"
#include "people/people.h"

#define WEEK_S (7 * 86400)
#define LIST_MAX 10

/* --- what is flagged --- */

static gboolean add_id(const InvoiceRow *row, gpointer ids)
{
	g_hash_table_add(ids, g_strdup(row->id));
	return TRUE;
}

static GHashTable *ids_of(const WeekFigures *figures, const InvoiceFilter *filter, GError **error)
{
	g_autoptr(GHashTable) ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return store_invoices(session_store(figures->session), filter, add_id, ids, error) ? g_steal_pointer(&ids) : NULL;
}

/* The pass that tells the week sends that mail too. */
static gboolean goes_now(const WeekFigures *figures, const char *invoice, gboolean *goes, GError **error)
{
	g_autoptr(GPtrArray) messages = store_messages_of_invoice(session_store(figures->session), invoice, error);
	*goes = FALSE;
	for (guint i = 0; messages && i < messages->len; i++) {
		const MessageRow *message = messages->pdata[i];
		*goes |= message_row_reminds(message) && g_str_equal(message->state, "queued") && message->attempts == 0 && message->next_try <= figures->now;
	}
	return messages != NULL;
}

static gboolean leave_out_what_goes_now(WeekFigures *figures, GError **error)
{
	GHashTableIter iter;
	gpointer id;
	gboolean goes;
	g_hash_table_iter_init(&iter, figures->unreminded);
	while (g_hash_table_iter_next(&iter, &id, NULL)) {
		if (!goes_now(figures, id, &goes, error))
			return FALSE;
		if (goes)
			g_hash_table_iter_remove(&iter);
	}
	return TRUE;
}

static gboolean read_flags(WeekFigures *figures, GError **error)
{
	const gint64 now = figures->now;
	figures->late = ids_of(figures, &(InvoiceFilter){.only_open = TRUE, .late = TRUE, .now = now, .bare = TRUE}, error);
	figures->held = figures->late ? ids_of(figures, &(InvoiceFilter){.only_open = TRUE, .on_hold = TRUE, .now = now, .bare = TRUE}, error) : NULL;
	figures->unreminded = figures->held ? ids_of(figures, &(InvoiceFilter){.only_open = TRUE, .no_reminder = TRUE, .now = now, .bare = TRUE}, error) : NULL;
	return figures->unreminded && leave_out_what_goes_now(figures, error);
}

/* --- what is open --- */

static gboolean concerns(const WeekFigures *figures, const char *administration)
{
	const char *circle = administration && g_hash_table_contains((GHashTable *)figures->own, administration) ? administration : "";
	return g_hash_table_contains((GHashTable *)figures->scope, circle);
}

static MailTally *tally_of(WeekFigures *figures, const char *administration)
{
	const char *key = administration ? administration : "";
	gpointer place;
	if (!g_hash_table_lookup_extended(figures->tallies, key, NULL, &place)) {
		const MailTally fresh = {.name = NULL};
		place = GUINT_TO_POINTER(figures->by->len);
		g_hash_table_insert(figures->tallies, g_strdup(key), place);
		g_array_append_val(figures->by, fresh);
		if (administration) {
			g_ptr_array_add(figures->names, g_strdup(administration));
			g_array_index(figures->by, MailTally, figures->by->len - 1).name = figures->names->pdata[figures->names->len - 1];
		}
	}
	return &g_array_index(figures->by, MailTally, GPOINTER_TO_UINT(place));
}

static void count(const WeekFigures *figures, const InvoiceRow *row, MailTally *tally)
{
	tally->open++;
	tally->late += g_hash_table_contains(figures->late, row->id) ? 1 : 0;
	tally->stuck += row->stuck ? 1 : 0;
	tally->held += g_hash_table_contains(figures->held, row->id) ? 1 : 0;
	tally->unreminded += g_hash_table_contains(figures->unreminded, row->id) ? 1 : 0;
}

/* Each stands in one list: the first that fits. */
static WeekList *list_of(WeekFigures *figures, const InvoiceRow *row)
{
	if (row->stuck)
		return &figures->stuck_list;
	if (g_hash_table_contains(figures->late, row->id))
		return &figures->late_list;
	return g_hash_table_contains(figures->unreminded, row->id) ? &figures->never_list : &figures->rest_list;
}

static void list(WeekList *list, const InvoiceRow *row)
{
	if (list->rows->len < LIST_MAX) {
		const MailOpen open = {.invoice = g_strdup(row->id), .received = row->received, .until = INSTANT_NONE};
		g_array_append_val(list->rows, open);
	} else
		list->more++;
}

static gboolean take_open(const InvoiceRow *row, gpointer user_data)
{
	WeekFigures *figures = user_data;
	if (!concerns(figures, row->administration))
		return TRUE;
	count(figures, row, &figures->summary.all);
	count(figures, row, tally_of(figures, row->administration));
	list(list_of(figures, row), row);
	return TRUE;
}

/* --- the lists --- */

static gboolean fill(WeekFigures *figures, WeekList *list, MailOpenList *told, GError **error)
{
	for (guint i = 0; i < list->rows->len; i++)
		if (!week_row_fill(figures, &g_array_index(list->rows, MailOpen, i), error))
			return FALSE;
	*told = (MailOpenList){(const MailOpen *)list->rows->data, list->rows->len, list->more};
	return TRUE;
}

static gboolean fill_all(WeekFigures *figures, GError **error)
{
	MailSummary *summary = &figures->summary;
	return fill(figures, &figures->stuck_list, &summary->stuck, error) && fill(figures, &figures->late_list, &summary->late, error) &&
	       fill(figures, &figures->never_list, &summary->never, error) && fill(figures, &figures->rest_list, &summary->rest, error);
}

/* --- the last seven days --- */

static gboolean count_received(const InvoiceRow *row, gpointer user_data)
{
	WeekFigures *figures = user_data;
	figures->summary.received += concerns(figures, row->administration) ? 1 : 0;
	return TRUE;
}

/* What the visit of all spans keeps: of the week, whose calendar is asked afterwards. */
typedef struct {
	char *person, *administration;
	gint64 opened, closed;
} Decided;

static void decided_clear(gpointer data)
{
	Decided *decided = data;
	g_free(decided->person);
	g_free(decided->administration);
}

typedef struct {
	const WeekFigures *figures;
	GArray *decided;
} Spans;

static gboolean take_span(const ApprovalSpan *span, gpointer user_data)
{
	const Spans *spans = user_data;
	const gboolean was = span->state == APPROVAL_APPROVED || span->state == APPROVAL_REJECTED;
	if (was && span->closed > spans->figures->now - WEEK_S && concerns(spans->figures, span->administration)) {
		const Decided decided = {g_strdup(span->person), g_strdup(span->administration), span->opened, span->closed};
		g_array_append_val(spans->decided, decided);
	}
	return TRUE;
}

static gint compare_times(gconstpointer a, gconstpointer b)
{
	const gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;
	return first < second ? -1 : first > second;
}

/* In the working time of who decided. */
static gboolean find_median(WeekFigures *figures, const GArray *decided, GError **error)
{
	g_autoptr(GArray) times = g_array_new(FALSE, FALSE, sizeof(gint64));
	figures->summary.median_s = -1;
	for (guint i = 0; i < decided->len; i++) {
		const Decided *one = &g_array_index(decided, Decided, i);
		g_autoptr(PersonRow) person = store_person(session_store(figures->session), one->person, error);
		if (!person)
			return FALSE;
		Calendar *calendar = people_calendar(figures->session, figures->policy, one->administration, person->person);
		gint64 time = calendar_working_seconds_between(calendar, one->opened, one->closed);
		g_array_append_val(times, time);
	}
	g_array_sort(times, compare_times);
	if (times->len)
		figures->summary.median_s = g_array_index(times, gint64, (times->len - 1) / 2);
	return TRUE;
}

static gboolean count_closed(WeekFigures *figures, GError **error)
{
	g_autoptr(GPtrArray) tallies = store_closed_since(session_store(figures->session), figures->now - WEEK_S + 1, error);
	for (guint i = 0; tallies && i < tallies->len; i++) {
		const ClosedTally *tally = tallies->pdata[i];
		if (!concerns(figures, tally->administration))
			continue;
		figures->summary.approved += tally->state == INVOICE_APPROVED ? tally->count : 0;
		figures->summary.rejected += tally->state == INVOICE_REJECTED ? tally->count : 0;
	}
	return tallies != NULL;
}

static gboolean read_past(WeekFigures *figures, GError **error)
{
	Store *store = session_store(figures->session);
	g_autoptr(GArray) decided = g_array_new(FALSE, FALSE, sizeof(Decided));
	g_array_set_clear_func(decided, decided_clear);
	Spans spans = {figures, decided};
	return store_invoices(store, &(InvoiceFilter){.since = figures->now - WEEK_S + 1, .now = figures->now, .bare = TRUE}, count_received, figures, error) &&
	       count_closed(figures, error) && store_approval_spans(store, take_span, &spans, error) && find_median(figures, decided, error);
}

/* --- who cannot be reached --- */

typedef struct {
	const WeekFigures *figures;
	guint count;
} Asked;

/* One of theirs is asked of that person. */
static gboolean count_asked(const InvoiceRow *row, gpointer user_data)
{
	Asked *asked = user_data;
	asked->count += concerns(asked->figures, row->administration) ? 1 : 0;
	return TRUE;
}

static gboolean add_lost(WeekFigures *figures, const SightingRow *row, GError **error)
{
	Store *store = session_store(figures->session);
	Asked asked = {figures, 0};
	if (!store_invoices(store, &(InvoiceFilter){.only_open = TRUE, .approver = row->person, .now = figures->now}, count_asked, &asked, error))
		return FALSE;
	g_autoptr(PersonRow) person = asked.count ? store_person(store, row->person, error) : NULL;
	if (person && figures->lost->len < LIST_MAX) {
		const MailLost lost = {week_row_name(figures, person->person), !g_strcmp0(row->why, "refused"), asked.count};
		g_array_append_val(figures->lost, lost);
	} else if (person)
		figures->summary.more_lost++;
	return person || !asked.count;
}

static gboolean read_lost(WeekFigures *figures, GError **error)
{
	g_autoptr(GPtrArray) people = store_sightings(session_store(figures->session), FALSE, error);
	for (guint i = 0; people && i < people->len; i++) {
		const SightingRow *row = people->pdata[i];
		if (row->lost != INSTANT_NONE && row->approvals && !add_lost(figures, row, error))
			return FALSE;
	}
	return people != NULL;
}

/* --- the whole --- */

static void open_clear(gpointer data)
{
	g_free((char *)((MailOpen *)data)->invoice);
}

static void free_row(gpointer row)
{
	invoice_row_free(row);
}

static void free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

static void begin_list(WeekList *list)
{
	list->rows = g_array_new(FALSE, FALSE, sizeof(MailOpen));
	g_array_set_clear_func(list->rows, open_clear);
}

static void begin(WeekFigures *figures)
{
	figures->tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	figures->by = g_array_new(FALSE, FALSE, sizeof(MailTally));
	begin_list(&figures->stuck_list);
	begin_list(&figures->late_list);
	begin_list(&figures->never_list);
	begin_list(&figures->rest_list);
	figures->lost = g_array_new(FALSE, FALSE, sizeof(MailLost));
	figures->rows = g_ptr_array_new_with_free_func(free_row);
	figures->names = g_ptr_array_new_with_free_func(g_free);
	figures->lists = g_ptr_array_new_with_free_func(free_list);
}

gboolean week_figures_read(WeekFigures *figures, GError **error)
{
	begin(figures);
	if (!read_flags(figures, error) ||
	    !store_invoices(session_store(figures->session), &(InvoiceFilter){.only_open = TRUE, .now = figures->now, .bare = TRUE}, take_open, figures, error) ||
	    !fill_all(figures, error) || !read_past(figures, error) || !read_lost(figures, error))
		return FALSE;
	MailSummary *summary = &figures->summary;
	const gboolean several = figures->by->len > 1;
	summary->by = several ? (const MailTally *)figures->by->data : NULL;
	summary->n_by = several ? figures->by->len : 0;
	summary->lost = (const MailLost *)figures->lost->data;
	summary->n_lost = figures->lost->len;
	return TRUE;
}

gboolean week_figures_are_empty(const WeekFigures *figures)
{
	const MailSummary *summary = &figures->summary;
	return !summary->all.open && !summary->received && !summary->approved && !summary->rejected && !summary->n_lost;
}

void week_figures_clear(WeekFigures *figures)
{
	g_clear_pointer(&figures->late, g_hash_table_unref);
	g_clear_pointer(&figures->held, g_hash_table_unref);
	g_clear_pointer(&figures->unreminded, g_hash_table_unref);
	g_clear_pointer(&figures->tallies, g_hash_table_unref);
	g_clear_pointer(&figures->by, g_array_unref);
	WeekList *const lists[] = {&figures->stuck_list, &figures->late_list, &figures->never_list, &figures->rest_list};
	for (guint i = 0; i < G_N_ELEMENTS(lists); i++)
		g_clear_pointer(&lists[i]->rows, g_array_unref);
	g_clear_pointer(&figures->lost, g_array_unref);
	g_clear_pointer(&figures->rows, g_ptr_array_unref);
	g_clear_pointer(&figures->names, g_ptr_array_unref);
	g_clear_pointer(&figures->lists, g_ptr_array_unref);
}
