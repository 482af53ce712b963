/* That a week was told to a person is a fact of message.queued ("week:2026-W48"), which the store takes once. */
#include "pass/summary.h"

#include "base/error.h"
#include "calendar/week_time.h"
#include "pass/week_figures.h"
#include "people/people.h"
#include "people/roles.h"
#include "service/posting.h"

/* The directory did not say who the admins are. */
#define UNKNOWN_RETRY_S 300

/* Nobody works any more. */
#define NEVER_RETRY_S 604800

typedef struct {
	Person *person;
	Calendar *calendar; /* borrowed from the policy */
	GHashTable *scope;  /* of char *: administrations of which they are told; "" as week_figures.h has it */
} Reader;

static void reader_free(gpointer data)
{
	Reader *reader = data;
	person_free(reader->person);
	g_hash_table_unref(reader->scope);
	g_free(reader);
}

typedef struct {
	Session *session;
	const Policy *policy;
	WeekTime hour;
	GPtrArray *readers; /* of Reader */
	GHashTable *own;    /* of char *: administrations with admins of their own */
	WeekFigures figures; /* that were read last: whoever is told of the same has the same */
	gint64 applied;     /* the policy in force */
	gint64 next;        /* when to look again */
	gint64 now;
} Telling;

static Reader *reader_of(Telling *telling, const Person *person, const char *administration)
{
	for (guint i = 0; i < telling->readers->len; i++) {
		Reader *known = telling->readers->pdata[i];
		if (!g_strcmp0(known->person->directory_id, person->directory_id))
			return known;
	}
	Reader *reader = g_new0(Reader, 1);
	reader->person = person_copy(person);
	reader->scope = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	reader->calendar = people_calendar(telling->session, telling->policy, administration, person);
	g_ptr_array_add(telling->readers, reader);
	return reader;
}

/* *any: somebody of them can be told. */
static gboolean find_circle(Telling *telling, const char *administration, gboolean *any, GError **error)
{
	g_autoptr(GPtrArray) people = roles_admins(telling->session, administration, error);
	*any = FALSE;
	for (guint i = 0; people && i < people->len; i++) {
		const Person *person = people->pdata[i];
		if (person->disabled || !person->mail)
			continue;
		g_hash_table_add(reader_of(telling, person, administration)->scope, g_strdup(administration ? administration : ""));
		*any = TRUE;
	}
	return people != NULL;
}

static gboolean find_readers(Telling *telling, GError **error)
{
	gboolean any, known = find_circle(telling, NULL, &any, error);
	for (guint i = 0; i < telling->policy->administrations->len; i++) {
		const Administration *administration = telling->policy->administrations->pdata[i];
		if (!administration->admins->len)
			continue;
		known = find_circle(telling, administration->name, &any, known ? error : NULL) && known;
		if (any)
			g_hash_table_add(telling->own, g_strdup(administration->name));
	}
	return known;
}

static void look_again_at(Telling *telling, gint64 at)
{
	if (at != INSTANT_NONE && (telling->next == INSTANT_NONE || at < telling->next))
		telling->next = at;
}

/* Their hour of this week, or, where it is still to come, of the week before: it may have come on a holiday. */
static gint64 last_hour(const Telling *telling, const Reader *reader, Date *monday)
{
	*monday = week_monday(calendar_date(reader->calendar, telling->now));
	const gint64 at = week_time_in(reader->calendar, *monday, telling->hour);
	if (at != INSTANT_NONE && at <= telling->now)
		return at;
	*monday = date_add_days(*monday, -7);
	return week_time_in(reader->calendar, *monday, telling->hour);
}

static gboolean is_same(const GHashTable *scope, const GHashTable *other)
{
	GHashTableIter iter;
	gpointer name;
	g_hash_table_iter_init(&iter, (GHashTable *)scope);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		if (!g_hash_table_contains((GHashTable *)other, name))
			return FALSE;
	return g_hash_table_size((GHashTable *)scope) == g_hash_table_size((GHashTable *)other);
}

static gboolean read_figures(Telling *telling, const Reader *reader, GError **error)
{
	WeekFigures *figures = &telling->figures;
	if (figures->scope && is_same(figures->scope, reader->scope))
		return TRUE;
	week_figures_clear(figures);
	*figures = (WeekFigures){.session = telling->session, .policy = telling->policy, .scope = reader->scope, .own = telling->own, .now = telling->now};
	return week_figures_read(figures, error);
}

static gboolean compose(const Telling *telling, const Reader *reader, const char *id, ComposedMail *mail, GError **error)
{
	const MailStyle *style = session_mail_style(telling->session, error);
	g_autofree char *message_id = mail_message_id(session_settings(telling->session), id);
	MailSummary summary = telling->figures.summary;
	summary.recipient = reader->person;
	summary.calendar = reader->calendar;
	summary.now = telling->now;
	summary.message_id = message_id;
	return style && mail_compose_summary(style, &summary, mail, error);
}

static gboolean post(Telling *telling, const Reader *reader, const char *person, char *fact, GError **error)
{
	g_autofree char *id = session_new_id("m");
	g_autoptr(GError) failure = NULL;
	ComposedMail mail = {0};
	if (!read_figures(telling, reader, error))
		return FALSE;
	if (week_figures_are_empty(&telling->figures))
		return TRUE;
	if (!compose(telling, reader, id, &mail, &failure)) {
		if (error_kind(failure) == ERROR_INVALID || error_kind(failure) == ERROR_PERMANENT) {
			g_warning("summary to %s: %s", person_label(reader->person), failure->message);
			return TRUE;
		}
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	g_autoptr(GPtrArray) facts = g_ptr_array_new();
	g_ptr_array_add(facts, fact);
	const Posting posting = {.id = id, .kind = "summary", .person = person, .facts = facts, .not_before = calendar_next_work(reader->calendar, telling->now)};
	gboolean queued = posting_queue(telling->session, &posting, &mail, telling->now, error);
	composed_mail_clear(&mail);
	return queued;
}

static gboolean tell(Telling *telling, const Reader *reader, GError **error)
{
	Date monday;
	gboolean told;
	const gint64 at = last_hour(telling, reader, &monday);
	g_autofree char *name = week_name(monday), *fact = g_strconcat("week:", name, NULL);
	look_again_at(telling, week_time_in(reader->calendar, date_add_days(monday, 7), telling->hour));
	if (at == INSTANT_NONE || at > telling->now || at < telling->applied)
		return TRUE;
	g_autofree char *person = people_record(telling->session, reader->person, telling->now, error);
	if (!person || !store_was_told(session_store(telling->session), fact, person, &told, error))
		return FALSE;
	return told || post(telling, reader, person, fact, error);
}

static gboolean tell_all(Telling *telling, GError **error)
{
	for (guint i = 0; i < telling->readers->len; i++)
		if (!tell(telling, telling->readers->pdata[i], error))
			return FALSE;
	return TRUE;
}

static gboolean look_again(Session *session, gint64 at, GError **error)
{
	return store_wakeup_set(session_store(session), WAKEUP_SUMMARY, WAKEUP_SUMMARY_ID, at, error);
}

static gboolean find_applied(Telling *telling, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PolicyRow) row = store_policy_current(session_store(telling->session), &failure);
	telling->applied = row ? row->at : telling->now;
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	return !failure;
}

static gboolean tell_week(Telling *telling, GError **error)
{
	g_autoptr(GError) failure = NULL;
	if (!find_readers(telling, &failure)) {
		if (people_are_awaited(telling->session)) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		return look_again(telling->session, telling->now + UNKNOWN_RETRY_S, error);
	}
	gboolean ok = find_applied(telling, error) && store_begin(session_store(telling->session), error) && tell_all(telling, error) &&
	              look_again(telling->session, telling->next != INSTANT_NONE ? telling->next : telling->now + NEVER_RETRY_S, error);
	return session_end(telling->session, ok, error);
}

gboolean summary_run(Session *session, gint64 now, GError **error)
{
	gint64 due;
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy || !store_wakeup_next_of(session_store(session), WAKEUP_SUMMARY, &due, error))
		return FALSE;
	if (due == INSTANT_NONE || due > now)
		return TRUE;
	g_autoptr(GPtrArray) readers = g_ptr_array_new_with_free_func(reader_free);
	g_autoptr(GHashTable) own = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	Telling telling = {.session = session, .policy = policy, .readers = readers, .own = own, .next = INSTANT_NONE, .now = now};
	if (!week_time_parse(policy->summary, &telling.hour))
		return look_again(session, INSTANT_NONE, error);
	const gboolean told = tell_week(&telling, error);
	week_figures_clear(&telling.figures);
	return told;
}
