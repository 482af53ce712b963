/* What a calendar says of an address is told of the person who has it. */
#include "service/calendar_absences.h"

#include "people/people.h"
#include "session/feeds.h"

#include <string.h>

typedef struct {
	Session *session;
	char *address; /* lower case: of whom alone; NULL: of everybody */
	gboolean all;
	GPtrArray *records; /* of AbsenceRecord */
} Telling;

/* Of whom the record knows nothing, only the address. NULL: the store's error. */
static Person *person_at(Session *session, const char *address, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) row = store_person_by_name(session_store(session), address, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return NULL;
	}
	Person *person = row ? person_copy(row->person) : person_new();
	if (!row)
		person->mail = g_strdup(address);
	return person;
}

/* NULL where there is no policy. */
static const Zone *zone_of(Session *session, const Person *person)
{
	const Policy *policy = session_policy(session, NULL, NULL);
	return policy ? calendar_zone(people_calendar(session, policy, NULL, person)) : NULL;
}

static gboolean tell(const Telling *telling, const FeedRow *feed, const IcsAbsence *absence, GError **error)
{
	g_autoptr(Person) person = person_at(telling->session, absence->address, error);
	if (!person)
		return FALSE;
	const Zone *zone = zone_of(telling->session, person);
	const gint64 until = feeds_instant(absence, absence->until, zone);
	if (!telling->all && until <= session_now(telling->session))
		return TRUE;
	AbsenceRecord *record = g_new0(AbsenceRecord, 1);
	record->person = g_strdup(person_label(person));
	record->deputy = g_strdup(absence->deputy);
	record->from = feeds_instant(absence, absence->from, zone);
	record->until = until;
	record->recorded = record->cleared = INSTANT_NONE;
	record->source = feed_label(feed->url);
	g_ptr_array_add(telling->records, record);
	return TRUE;
}

static gboolean tell_of(const Telling *telling, const FeedRow *feed, GError **error)
{
	g_autoptr(GPtrArray) said = store_feed_said(session_store(telling->session), feed->url, error);
	for (guint i = 0; said && i < said->len; i++) {
		const IcsAbsence *absence = said->pdata[i];
		if ((!telling->address || !strcmp(telling->address, absence->address)) && !tell(telling, feed, absence, error))
			return FALSE;
	}
	return said != NULL;
}

gboolean calendar_absences_add(Session *session, const Person *whose, gboolean all, GPtrArray *records, GError **error)
{
	if (whose && !whose->mail)
		return TRUE;
	g_autofree char *address = whose ? g_utf8_strdown(whose->mail, -1) : NULL;
	const Telling telling = {.session = session, .address = address, .all = all, .records = records};
	g_autoptr(GPtrArray) feeds = store_feeds(session_store(session), error);
	for (guint i = 0; feeds && i < feeds->len; i++)
		if (!tell_of(&telling, feeds->pdata[i], error))
			return FALSE;
	return feeds != NULL;
}
