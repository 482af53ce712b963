/* One reading of what is open; memory holds what is flagged, the decisions of a week, and ten invoices a list. */
#include "pass/week_figures.h"

#include "people/lost_people.h"
#include "people/people.h"

#include <string.h>

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

static gboolean read_flags(WeekFigures *figures, GError **error)
{
	const gint64 now = figures->now;
	figures->late = ids_of(figures, &(InvoiceFilter){.only_open = TRUE, .late = TRUE, .now = now}, error);
	figures->held = figures->late ? ids_of(figures, &(InvoiceFilter){.only_open = TRUE, .on_hold = TRUE, .now = now}, error) : NULL;
	figures->unreminded = figures->held ? ids_of(figures, &(InvoiceFilter){.only_open = TRUE, .no_reminder = TRUE, .now = now}, error) : NULL;
	return figures->unreminded != NULL;
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

static MailOpen *list(GArray *rows, const InvoiceRow *row)
{
	MailOpen open = {.invoice = g_strdup(row->id), .received = row->received, .until = INSTANT_NONE};
	if (rows->len >= LIST_MAX) {
		g_free((char *)open.invoice);
		return NULL;
	}
	g_array_append_val(rows, open);
	return &g_array_index(rows, MailOpen, rows->len - 1);
}

static gboolean take_open(const InvoiceRow *row, gpointer user_data)
{
	WeekFigures *figures = user_data;
	if (!concerns(figures, row->administration))
		return TRUE;
	count(figures, row, &figures->summary.all);
	count(figures, row, tally_of(figures, row->administration));
	if (g_hash_table_contains(figures->unreminded, row->id))
		list(figures->never, row);
	list(figures->oldest, row);
	return TRUE;
}

/* --- why --- */

static gboolean is_quiet(const WeekFigures *figures, const InvoiceRow *row)
{
	const Administration *administration = policy_administration(figures->policy, row->administration);
	return administration && !administration->reminders;
}

/* Who is asked; *tried: a mail to them was tried, and did not get there. */
static gboolean find_whom(WeekFigures *figures, MailOpen *open, gboolean *tried, GError **error)
{
	Store *store = session_store(figures->session);
	g_autoptr(GPtrArray) approvals = store_approvals(store, open->invoice, error);
	g_autoptr(GPtrArray) messages = approvals ? store_messages_of_invoice(store, open->invoice, error) : NULL;
	g_autoptr(GString) whom = g_string_new(NULL);
	for (guint i = 0; messages && i < approvals->len; i++) {
		const Approval *approval = approvals->pdata[i];
		g_autoptr(PersonRow) person = approval->state == APPROVAL_PENDING ? store_person(store, approval->person, error) : NULL;
		if (approval->state == APPROVAL_PENDING && !person)
			return FALSE;
		if (person)
			g_string_append_printf(whom, "%s%s", whom->len ? ", " : "", person->person->name ? person->person->name : person_label(person->person));
	}
	*tried = FALSE;
	for (guint i = 0; messages && i < messages->len; i++)
		*tried |= ((const MessageRow *)messages->pdata[i])->attempts > 0;
	if (whom->len) {
		g_ptr_array_add(figures->names, g_strdup(whom->str));
		open->whom = figures->names->pdata[figures->names->len - 1];
	}
	return messages != NULL;
}

static gboolean find_why(const WeekFigures *figures, const InvoiceRow *row, gboolean tried, MailOpen *open, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(HoldRow) hold = store_hold_lasting(session_store(figures->session), row->id, &failure);
	const gboolean held = hold && hold->until > figures->now, later = row->opens != INSTANT_NONE && row->opens > figures->now;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	const gboolean never = g_hash_table_contains(figures->unreminded, row->id);
	open->until = held ? hold->until : later && !open->whom ? row->opens : INSTANT_NONE;
	open->why = row->stuck                                       ? OPEN_STUCK
	            : held                                           ? OPEN_HELD
	            : later && !open->whom                           ? OPEN_LATER
	            : row->waits                                     ? OPEN_BOOKED
	            : never && is_quiet(figures, row)                ? OPEN_QUIET
	            : never && tried                                 ? OPEN_UNREACHED
	            : never                                          ? OPEN_SOON
	            : g_hash_table_contains(figures->late, row->id)  ? OPEN_LATE
	                                                             : OPEN_WAITS;
	return TRUE;
}

static gboolean fill(WeekFigures *figures, MailOpen *open, GError **error)
{
	gboolean tried;
	InvoiceRow *row = store_invoice(session_store(figures->session), open->invoice, error);
	if (!row)
		return FALSE;
	g_ptr_array_add(figures->rows, row);
	open->supplier = row->facts->supplier.name;
	open->number = row->facts->number;
	open->credit_note = row->facts->kind == INVOICE_KIND_CREDIT_NOTE;
	invoice_facts_amount(row->facts, &open->amount, NULL);
	return find_whom(figures, open, &tried, error) && find_why(figures, row, tried, open, error);
}

static gboolean fill_all(WeekFigures *figures, GArray *rows, GError **error)
{
	for (guint i = 0; i < rows->len; i++)
		if (!fill(figures, &g_array_index(rows, MailOpen, i), error))
			return FALSE;
	return TRUE;
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
	return store_invoices(store, &(InvoiceFilter){.since = figures->now - WEEK_S + 1, .now = figures->now}, count_received, figures, error) &&
	       count_closed(figures, error) && store_approval_spans(store, take_span, &spans, error) && find_median(figures, decided, error);
}

/* --- who cannot be reached --- */

static gboolean read_lost(WeekFigures *figures, GError **error)
{
	g_autoptr(GPtrArray) people = lost_people_list(figures->session, error);
	for (guint i = 0; people && i < people->len && figures->lost->len < LIST_MAX; i++) {
		const Json *person = people->pdata[i];
		const char *name = js_object_get_string(person, "name"), *uid = js_object_get_string(person, "uid");
		const char *why = js_object_get_string(person, "why");
		if (!g_strcmp0(why, "missing"))
			continue;
		g_ptr_array_add(figures->names, g_strdup(name ? name : uid ? uid : "?"));
		const MailLost lost = {figures->names->pdata[figures->names->len - 1], !g_strcmp0(why, "refused"), (guint)js_object_get_integer(person, "approvals", 0)};
		g_array_append_val(figures->lost, lost);
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

static void begin(WeekFigures *figures)
{
	figures->tallies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	figures->by = g_array_new(FALSE, FALSE, sizeof(MailTally));
	figures->never = g_array_new(FALSE, FALSE, sizeof(MailOpen));
	figures->oldest = g_array_new(FALSE, FALSE, sizeof(MailOpen));
	figures->lost = g_array_new(FALSE, FALSE, sizeof(MailLost));
	g_array_set_clear_func(figures->never, open_clear);
	g_array_set_clear_func(figures->oldest, open_clear);
	figures->rows = g_ptr_array_new_with_free_func(free_row);
	figures->names = g_ptr_array_new_with_free_func(g_free);
}

gboolean week_figures_read(WeekFigures *figures, GError **error)
{
	begin(figures);
	if (!read_flags(figures, error) ||
	    !store_invoices(session_store(figures->session), &(InvoiceFilter){.only_open = TRUE, .now = figures->now}, take_open, figures, error) ||
	    !fill_all(figures, figures->never, error) || !fill_all(figures, figures->oldest, error) || !read_past(figures, error) || !read_lost(figures, error))
		return FALSE;
	MailSummary *summary = &figures->summary;
	const gboolean several = figures->by->len > 1;
	summary->by = several ? (const MailTally *)figures->by->data : NULL;
	summary->n_by = several ? figures->by->len : 0;
	summary->never = (const MailOpen *)figures->never->data;
	summary->n_never = figures->never->len;
	summary->oldest = (const MailOpen *)figures->oldest->data;
	summary->n_oldest = figures->oldest->len;
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
	g_clear_pointer(&figures->never, g_array_unref);
	g_clear_pointer(&figures->oldest, g_array_unref);
	g_clear_pointer(&figures->lost, g_array_unref);
	g_clear_pointer(&figures->rows, g_ptr_array_unref);
	g_clear_pointer(&figures->names, g_ptr_array_unref);
}
