/* The absences that hold, by the directory id of who is away: a person in an answer of the directory and one in the record are found alike. */
#include "people/absences.h"

#include "people/people.h"
#include "session/feeds.h"

typedef struct {
	GHashTable *by_person; /* directory id -> Person, of which only the absences count */
	GHashTable *merged;    /* the same, with what calendars say of those who were asked for */
	gboolean busy;         /* somebody's zone is being looked up, for which others are asked for in turn */
} KnownAbsences;

static void known_free(gpointer data)
{
	KnownAbsences *known = data;
	g_hash_table_unref(known->merged);
	g_hash_table_unref(known->by_person);
	g_free(known);
}

static void free_person(gpointer person)
{
	person_free(person);
}

/* --- reading --- */

/* How the directory is asked for them. */
static gboolean name_of(Session *session, const char *id, char **name, GError **error)
{
	*name = NULL;
	if (!id)
		return TRUE;
	g_autoptr(PersonRow) row = store_person(session_store(session), id, error);
	if (row)
		*name = g_strdup(row->person->uid ? row->person->uid : row->person->mail);
	return row != NULL;
}

static Person *need(KnownAbsences *known, const char *directory_id)
{
	Person *person = g_hash_table_lookup(known->by_person, directory_id);
	if (person)
		return person;
	person = person_new();
	person->directory_id = g_strdup(directory_id);
	g_hash_table_insert(known->by_person, person->directory_id, person);
	return person;
}

static gboolean know(Session *session, KnownAbsences *known, const AbsenceRow *row, GError **error)
{
	g_autofree char *deputy = NULL;
	g_autoptr(PersonRow) person = store_person(session_store(session), row->person, error);
	if (!person || !name_of(session, row->deputy, &deputy, error))
		return FALSE;
	if (person->person->directory_id)
		person_add_absence(need(known, person->person->directory_id), row->starts, row->ends, deputy);
	return TRUE;
}

static KnownAbsences *read_absences(Session *session, GError **error)
{
	g_autoptr(GPtrArray) rows = store_absences(session_store(session), session_now(session), error);
	if (!rows)
		return NULL;
	KnownAbsences *known = g_new0(KnownAbsences, 1);
	known->by_person = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_person);
	known->merged = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_person);
	for (guint i = 0; i < rows->len; i++) {
		if (know(session, known, rows->pdata[i], error))
			continue;
		known_free(known);
		return NULL;
	}
	return known;
}

static KnownAbsences *known_absences(Session *session, GError **error)
{
	KnownAbsences *known = session_absences(session);
	if (known)
		return known;
	known = read_absences(session, error);
	if (known)
		session_keep_absences(session, known, known_free);
	return known;
}

/* --- asking --- */

static Person *copy_of(const KnownAbsences *known, const Person *person)
{
	const Person *set = g_hash_table_lookup(known->by_person, person->directory_id);
	Person *copy = person_copy(person);
	g_clear_pointer(&copy->absences, g_array_unref);
	for (guint i = 0; set && i < set->absences->len; i++) {
		const Absence *absence = &g_array_index(set->absences, Absence, i);
		person_add_absence(copy, absence->from, absence->until, absence->deputy);
	}
	return copy;
}

/* What calendars say of whole days is meant in the person's zone; NULL without a policy. On the way others are asked for, who are in a group that chooses a calendar: for that
 * nobody asks who is absent. */
static const Zone *zone_of(Session *session, KnownAbsences *known, const Person *person)
{
	const Policy *policy = session_policy(session, NULL, NULL);
	if (!policy)
		return NULL;
	known->busy = TRUE;
	const Calendar *calendar = people_calendar(session, policy, NULL, person);
	known->busy = FALSE;
	return calendar_zone(calendar);
}

/* *found: with all absences; NULL: there is nothing known of that person. */
static gboolean find(Session *session, KnownAbsences *known, const Person *person, const Person **found, GError **error)
{
	gboolean any;
	*found = person->directory_id ? g_hash_table_lookup(known->merged, person->directory_id) : NULL;
	if (*found || !person->directory_id)
		return TRUE;
	*found = g_hash_table_lookup(known->by_person, person->directory_id);
	if (!feeds_know(session, person, &any, error))
		return FALSE;
	if (!any || known->busy)
		return TRUE;
	const Zone *zone = zone_of(session, known, person);
	if (!zone)
		return TRUE;
	g_autoptr(Person) merged = copy_of(known, person);
	if (!feeds_add_absences(session, merged, zone, session_now(session), error))
		return FALSE;
	if (merged->absences) {
		*found = merged;
		g_hash_table_replace(known->merged, merged->directory_id, merged);
		merged = NULL;
	}
	return TRUE;
}

gboolean absences_overlay(Session *session, Person *person, GError **error)
{
	KnownAbsences *known = known_absences(session, error);
	const Person *away = NULL;
	if (!known || !find(session, known, person, &away, error))
		return FALSE;
	g_clear_pointer(&person->absences, g_array_unref);
	for (guint i = 0; away && i < away->absences->len; i++) {
		const Absence *absence = &g_array_index(away->absences, Absence, i);
		person_add_absence(person, absence->from, absence->until, absence->deputy);
	}
	return TRUE;
}

gboolean absences_is_away(Session *session, const Person *person, gint64 at, gboolean *away, GError **error)
{
	KnownAbsences *known = known_absences(session, error);
	const Person *found = NULL;
	*away = FALSE;
	if (!known || !find(session, known, person, &found, error))
		return FALSE;
	*away = found && person_absence_at(found, at);
	return TRUE;
}

static gint64 sooner(gint64 a, gint64 b)
{
	return a == INSTANT_NONE ? b : b == INSTANT_NONE ? a : MIN(a, b);
}

gboolean absences_next_change(Session *session, gint64 now, gint64 *next, GError **error)
{
	const KnownAbsences *known = known_absences(session, error);
	GHashTableIter iter;
	gpointer person;
	*next = INSTANT_NONE;
	if (!known)
		return FALSE;
	g_hash_table_iter_init(&iter, known->by_person);
	while (g_hash_table_iter_next(&iter, NULL, &person))
		*next = sooner(*next, person_next_change(person, now));
	/* of those whom only calendars know, who was asked for counts: nobody else may stand in */
	g_hash_table_iter_init(&iter, known->merged);
	while (g_hash_table_iter_next(&iter, NULL, &person))
		*next = sooner(*next, person_next_change(person, now));
	return TRUE;
}

gboolean absences_next_change_of(Session *session, const Person *person, gint64 now, gint64 *next, GError **error)
{
	KnownAbsences *known = known_absences(session, error);
	const Person *found = NULL;
	*next = INSTANT_NONE;
	if (!known || !find(session, known, person, &found, error))
		return FALSE;
	*next = found ? person_next_change(found, now) : INSTANT_NONE;
	return TRUE;
}
