/* Each is one event. The directory is asked before the transaction: who they are, whether somebody is an admin, and which calendar says what a day is. */
#include "service/absenting.h"

#include "base/error.h"
#include "people/actor.h"
#include "people/people.h"
#include "people/roles.h"
#include "service/calendar_absences.h"
#include "service/overview.h"
#include "session/feeds.h"

#include <string.h>

void absence_record_free(AbsenceRecord *record)
{
	if (!record)
		return;
	g_free(record->id);
	g_free(record->person);
	g_free(record->deputy);
	g_free(record->by);
	g_free(record->reason);
	g_free(record->source);
	g_free(record);
}

static void free_record(gpointer record)
{
	absence_record_free(record);
}

/* --- who --- */

/* As the directory knows them; while it does not answer, as the record does. */
static gboolean find_person(Session *session, const char *name, Actor *found, GError **error)
{
	g_autoptr(GError) failure = NULL;
	found->name = name;
	found->person = people_named(session, name, &failure);
	if (found->person)
		return TRUE;
	if (error_kind(failure) == ERROR_UNAVAILABLE && actor_find_recorded(session, found, NULL))
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

static gboolean is_called(const char *name, const char *wanted)
{
	g_autofree char *own = name ? g_utf8_casefold(name, -1) : NULL;
	g_autofree char *key = g_utf8_casefold(wanted, -1);
	return !g_strcmp0(own, key);
}

/* A person for themselves, an admin for everybody. */
static gboolean find_right(Session *session, const Person *whose, const char *who, Actor *by, GError **error)
{
	by->name = who;
	if (is_called(whose->uid, who) || is_called(whose->mail, who))
		by->person = person_copy(whose);
	else
		by->person = roles_admin(session, NULL, who, error);
	if (!by->person)
		g_prefix_error(error, "absence of %s: ", person_label(whose));
	return by->person != NULL;
}

/* --- the record --- */

static gboolean name_of(Session *session, const char *id, char **name, GError **error)
{
	*name = NULL;
	if (!id)
		return TRUE;
	g_autoptr(PersonRow) row = store_person(session_store(session), id, error);
	if (row)
		*name = g_strdup(person_label(row->person));
	return row != NULL;
}

static AbsenceRecord *record_of(Session *session, const AbsenceRow *row, GError **error)
{
	g_autoptr(AbsenceRecord) record = g_new0(AbsenceRecord, 1);
	record->id = g_strdup(row->id);
	record->reason = g_strdup(row->reason);
	record->from = row->starts;
	record->until = row->ends;
	record->recorded = row->recorded;
	record->cleared = row->cleared;
	if (!name_of(session, row->person, &record->person, error) || !name_of(session, row->deputy, &record->deputy, error) ||
	    !name_of(session, row->by, &record->by, error))
		return NULL;
	return g_steal_pointer(&record);
}

static AbsenceRecord *record_by_id(Session *session, const char *id, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(AbsenceRow) row = store_absence(session_store(session), id, &failure);
	if (row)
		return record_of(session, row, error);
	if (failure)
		g_propagate_error(error, g_steal_pointer(&failure));
	else
		error_set(error, ERROR_NOT_FOUND, "there is no absence %s", id);
	return NULL;
}

/* --- set --- */

typedef struct {
	Session *session;
	const AbsenceRequest *request;
	Actor absent, deputy, by;
	gboolean by_record; /* the directory does not answer: `absent` is as the record knows them */
	gint64 from, until;
	gint64 now;
	char *id;
} Setting;

static void setting_clear(Setting *setting)
{
	actor_clear(&setting->absent);
	actor_clear(&setting->deputy);
	actor_clear(&setting->by);
	g_clear_pointer(&setting->id, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Setting, setting_clear)

/* `days` after the beginning of a date. What lies before 1970 or after the last year is none: the record could not say it. */
static gboolean parse_time(const Zone *zone, const char *text, int days, gint64 *instant, GError **error)
{
	Date date;
	if (date_parse(text, &date, NULL))
		*instant = zone_instant(zone, date_add_days(date, days), 0);
	else if (!zone_parse(zone, text, instant) && !instant_parse(text, instant, NULL))
		*instant = INSTANT_NONE;
	if (*instant < 0) {
		error_set(error, ERROR_USAGE, "%s: wanted a date (2026-12-21), a local time (\"2026-12-21 14:00\") or one with its zone (2026-12-21T14:00:00+01:00)",
		          text);
		return FALSE;
	}
	return TRUE;
}

static gboolean find_times(Setting *setting, GError **error)
{
	const AbsenceRequest *request = setting->request;
	const Policy *policy = session_policy(setting->session, NULL, error);
	if (!policy)
		return FALSE;
	const Zone *zone = calendar_zone(people_calendar(setting->session, policy, NULL, setting->absent.person));
	if (!parse_time(zone, request->from, 0, &setting->from, error) || !parse_time(zone, request->until, 1, &setting->until, error))
		return FALSE;
	if (setting->from < setting->until && setting->now < setting->until)
		return TRUE;
	error_set(error, ERROR_USAGE, setting->from < setting->until ? "until %s: that is over already" : "until %s: that is not after its beginning", request->until);
	return FALSE;
}

static gboolean check_deputy(const Setting *setting, GError **error)
{
	const Person *deputy = setting->deputy.person;
	const char *why = NULL;
	if (!g_strcmp0(deputy->directory_id, setting->absent.person->directory_id))
		why = "nobody stands in for themselves";
	else if (deputy->disabled)
		why = "is disabled";
	else if (!deputy->mail)
		why = "has no mail address";
	if (why)
		error_set(error, ERROR_INVALID, "deputy %s: %s", person_label(deputy), why);
	return !why;
}

static gboolean check_free(const Setting *setting, GError **error)
{
	g_autoptr(GPtrArray) rows = store_absences_of(session_store(setting->session), setting->absent.id, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		const AbsenceRow *row = rows->pdata[i];
		if (row->cleared != INSTANT_NONE || row->starts >= setting->until || row->ends <= setting->from)
			continue;
		g_autofree char *from = NULL, *until = NULL;
		overview_span(setting->session, row->starts, row->ends, &from, &until);
		error_set(error, ERROR_CONFLICT, "%s is away from %s to %s already (absence %s)", person_label(setting->absent.person), from, until, row->id);
		return FALSE;
	}
	return rows != NULL;
}

static void sign(const Session *session, Event *event, const Actor *by, const char *reason, const char *channel)
{
	js_object_set_string(event->data, "by", by->id);
	js_object_set_string(event->data, "channel", channel);
	js_object_set_line(event_private(event), "reason", reason);
	js_object_set_line(event_private(event), "agent", session_os_user(session));
}

static gboolean write_set(Setting *setting, GError **error)
{
	Session *session = setting->session;
	if (!actor_record(session, &setting->absent, setting->now, error) || !actor_record(session, &setting->deputy, setting->now, error) ||
	    !actor_record(session, &setting->by, setting->now, error) || !check_free(setting, error))
		return FALSE;
	setting->id = session_new_id("b");
	Event *event = event_new("absence.set", setting->now, setting->request->channel, NULL);
	js_object_set_string(event->data, "absence", setting->id);
	js_object_set_string(event->data, "person", setting->absent.id);
	js_object_set_string(event->data, "deputy", setting->deputy.id);
	js_object_set_instant(event->data, "from", setting->from);
	js_object_set_instant(event->data, "until", setting->until);
	sign(session, event, &setting->by, setting->request->reason, setting->request->channel);
	return store_append(session_store(session), event, NULL, error);
}

/* Who the record alone knows may have one. */
static gboolean names_usual(const Setting *setting)
{
	const Person *absent = setting->absent.person;
	return setting->by_record || absent->deputy || absent->deputy_dn;
}

AbsenceRecord *absenting_set(Session *session, const AbsenceRequest *request, GError **error)
{
	g_auto(Setting) setting = {.session = session, .request = request, .now = session_now(session)};
	if (!find_person(session, request->person, &setting.absent, error))
		return NULL;
	setting.by_record = setting.absent.id != NULL;
	if (!find_right(session, setting.absent.person, request->who, &setting.by, error) || !find_times(&setting, error))
		return NULL;
	if (request->deputy && (!find_person(session, request->deputy, &setting.deputy, error) || !check_deputy(&setting, error)))
		return NULL;
	gboolean ok = store_begin(session_store(session), error) && write_set(&setting, error);
	session_keep_absences(session, NULL, NULL);
	AbsenceRecord *record = session_end(session, ok, error) ? record_by_id(session, setting.id, error) : NULL;
	if (record)
		record->no_usual = !record->deputy && !names_usual(&setting);
	return record;
}

/* --- clear --- */

typedef struct {
	Session *session;
	const char *reason, *channel;
	Actor by;
	GPtrArray *rows; /* of AbsenceRow: what may be taken back */
	gint64 now;
} Clearing;

static void clearing_clear(Clearing *clearing)
{
	actor_clear(&clearing->by);
	g_clear_pointer(&clearing->rows, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Clearing, clearing_clear)

static void free_row(gpointer row)
{
	absence_row_free(row);
}

static gboolean holds(const AbsenceRow *row, gint64 now)
{
	return row->cleared == INSTANT_NONE && row->ends > now;
}

/* The absence of that id, with whose it is; *whose NULL, no error: there is none of that id. */
static gboolean find_by_id(Clearing *clearing, const char *id, PersonRow **whose, GError **error)
{
	g_autoptr(GError) failure = NULL;
	AbsenceRow *row = store_absence(session_store(clearing->session), id, &failure);
	*whose = NULL;
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!row)
		return TRUE;
	g_ptr_array_add(clearing->rows, row);
	*whose = store_person(session_store(clearing->session), row->person, error);
	return *whose != NULL;
}

static gboolean find_by_person(Clearing *clearing, const char *name, PersonRow **whose, GError **error)
{
	g_autoptr(GError) failure = NULL;
	*whose = store_person_by_name(session_store(clearing->session), name, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	if (!*whose) {
		error_set(error, ERROR_NOT_FOUND, "%s: there is no absence of that id, and nobody of that uid or address had any", name);
		return FALSE;
	}
	g_autoptr(GPtrArray) rows = store_absences_of(session_store(clearing->session), (*whose)->id, error);
	while (rows && rows->len) {
		g_autoptr(AbsenceRow) row = g_ptr_array_steal_index(rows, 0);
		if (holds(row, clearing->now))
			g_ptr_array_add(clearing->rows, g_steal_pointer(&row));
	}
	return rows != NULL;
}

/* What a calendar says is taken back where it is said. */
static const char *why_none(const Clearing *clearing, const Person *whose)
{
	gboolean any = FALSE;
	return feeds_know(clearing->session, whose, &any, NULL) && any ? " on record: what a calendar says is changed there" : ", now or later";
}

static gboolean check_holds(const Clearing *clearing, const char *which, const Person *whose, GError **error)
{
	const AbsenceRow *row = clearing->rows->len ? clearing->rows->pdata[0] : NULL;
	if (row && holds(row, clearing->now))
		return TRUE;
	g_autofree char *when = row ? overview_time(clearing->session, row->cleared != INSTANT_NONE ? row->cleared : row->ends) : NULL;
	if (!row)
		error_set(error, ERROR_CONFLICT, "%s is not absent%s", which, why_none(clearing, whose));
	else
		error_set(error, ERROR_CONFLICT, row->cleared != INSTANT_NONE ? "absence %s was taken back on %s" : "absence %s was over on %s", which, when);
	return FALSE;
}

static gboolean write_clear(Clearing *clearing, GError **error)
{
	if (!actor_record(clearing->session, &clearing->by, clearing->now, error))
		return FALSE;
	for (guint i = 0; i < clearing->rows->len; i++) {
		const AbsenceRow *row = clearing->rows->pdata[i];
		Event *event = event_new("absence.cleared", clearing->now, clearing->channel, NULL);
		js_object_set_string(event->data, "absence", row->id);
		js_object_set_string(event->data, "person", row->person);
		sign(clearing->session, event, &clearing->by, clearing->reason, clearing->channel);
		if (!store_append(session_store(clearing->session), event, NULL, error))
			return FALSE;
	}
	return TRUE;
}

static GPtrArray *records_by_id(Session *session, const GPtrArray *rows, GError **error)
{
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(free_record);
	for (guint i = 0; i < rows->len; i++) {
		AbsenceRecord *record = record_by_id(session, ((const AbsenceRow *)rows->pdata[i])->id, error);
		if (!record)
			return NULL;
		g_ptr_array_add(records, record);
	}
	return g_steal_pointer(&records);
}

GPtrArray *absenting_clear(Session *session, const char *which, const char *who, const char *reason, const char *channel, GError **error)
{
	g_auto(Clearing) clearing = {.session = session, .reason = reason, .channel = channel, .now = session_now(session)};
	g_autoptr(PersonRow) whose = NULL;
	clearing.rows = g_ptr_array_new_with_free_func(free_row);
	if (!find_by_id(&clearing, which, &whose, error) || (!whose && !find_by_person(&clearing, which, &whose, error)) ||
	    !find_right(session, whose->person, who, &clearing.by, error) || !check_holds(&clearing, which, whose->person, error))
		return NULL;
	gboolean ok = store_begin(session_store(session), error) && write_clear(&clearing, error);
	session_keep_absences(session, NULL, NULL);
	return session_end(session, ok, error) ? records_by_id(session, clearing.rows, error) : NULL;
}

/* --- list --- */

static gint compare_beginnings(gconstpointer a, gconstpointer b)
{
	const AbsenceRecord *first = *(AbsenceRecord *const *)a, *second = *(AbsenceRecord *const *)b;
	return first->from != second->from ? (first->from < second->from ? -1 : 1) : g_strcmp0(first->person, second->person);
}

/* Without a name: everybody's. Who is not on record yet has none there. */
static GPtrArray *rows_of(Session *session, const Actor *whose, GError **error)
{
	return whose->name && !whose->id ? g_ptr_array_new() : store_absences_of(session_store(session), whose->id, error);
}

GPtrArray *absenting_list(Session *session, const char *person, gboolean all, GError **error)
{
	g_auto(Actor) whose = {.name = person};
	if (person && !actor_find(session, &whose, error))
		return NULL;
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func(free_record);
	g_autoptr(GPtrArray) rows = rows_of(session, &whose, error);
	for (guint i = 0; rows && i < rows->len; i++) {
		const AbsenceRow *row = rows->pdata[i];
		if (!all && !holds(row, session_now(session)))
			continue;
		AbsenceRecord *record = record_of(session, row, error);
		if (!record)
			return NULL;
		g_ptr_array_add(records, record);
	}
	if (!rows || !calendar_absences_add(session, whose.person, all, records, error))
		return NULL;
	g_ptr_array_sort(records, compare_beginnings);
	return g_steal_pointer(&records);
}
