/* The absences that hold, by the directory id of who is away: a person in an answer of the directory and one in the record are found alike. */
#include "service/absences.h"

typedef struct {
	GHashTable *by_person; /* directory id -> Person, of which only the absences count */
} KnownAbsences;

static void known_free(gpointer data)
{
	KnownAbsences *known = data;
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
	for (guint i = 0; i < rows->len; i++) {
		if (know(session, known, rows->pdata[i], error))
			continue;
		known_free(known);
		return NULL;
	}
	return known;
}

static const KnownAbsences *known_absences(Session *session, GError **error)
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

static const Person *find(const KnownAbsences *known, const Person *person)
{
	return person->directory_id ? g_hash_table_lookup(known->by_person, person->directory_id) : NULL;
}

gboolean absences_overlay(Session *session, Person *person, GError **error)
{
	const KnownAbsences *known = known_absences(session, error);
	const Person *away = known ? find(known, person) : NULL;
	g_clear_pointer(&person->absences, g_array_unref);
	for (guint i = 0; away && i < away->absences->len; i++) {
		const Absence *absence = &g_array_index(away->absences, Absence, i);
		person_add_absence(person, absence->from, absence->until, absence->deputy);
	}
	return known != NULL;
}

gboolean absences_is_away(Session *session, const Person *person, gint64 at, gboolean *away, GError **error)
{
	const KnownAbsences *known = known_absences(session, error);
	const Person *found = known ? find(known, person) : NULL;
	*away = found && person_absence_at(found, at);
	return known != NULL;
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
	return TRUE;
}

gboolean absences_next_change_of(Session *session, const Person *person, gint64 now, gint64 *next, GError **error)
{
	const KnownAbsences *known = known_absences(session, error);
	const Person *found = known ? find(known, person) : NULL;
	*next = found ? person_next_change(found, now) : INSTANT_NONE;
	return known != NULL;
}
