/* The directory is asked about everybody first; then one transaction holds all that came of it. A person of whom nothing is wrong leaves no trace. */
#include "people/looking.h"

#include "base/error.h"
#include "codec/idn.h"
#include "people/mass_change.h"
#include "people/people.h"

#include <string.h>

/* Where the second look was no look of its own: an answer that was kept. */
#define LOOK_RETRY_S 300

static void look_free(gpointer data)
{
	Look *look = data;
	g_free(look->id);
	g_free(look);
}

/* A look, with what is to be recorded of it. */
typedef struct {
	Look *look;
	PersonLook found;
	Sighting sighting;
	SightingRow *before; /* NULL: nothing was wrong */
} Finding;

static void finding_free(gpointer data)
{
	Finding *finding = data;
	person_look_clear(&finding->found);
	sighting_row_free(finding->before);
	g_free(finding);
}

/* --- one look --- */

/* Whether the mail server says that nobody is at the address. */
static gboolean is_refused(Session *session, const char *id, const Person *person, gint64 now, gboolean *refused, GError **error)
{
	*refused = FALSE;
	g_autofree char *address = person && person->mail ? idn_mail_address(person->mail, NULL) : NULL;
	g_autofree char *reply = NULL;
	if (!address)
		return TRUE;
	if (!store_last_refusal(session_store(session), id, address, now - REFUSAL_LASTS_S, &reply, error))
		return FALSE;
	*refused = sighting_refusal_counts(reply);
	return TRUE;
}

static const char *why_unusable(const Person *person)
{
	return person && person->disabled ? "disabled" : "no-mail";
}

/* What the directory does not say now changes nothing, whatever it said before: nobody is lost by it, and nobody found. */
static PersonAnswer answer_of(const Finding *finding)
{
	const gboolean changes = finding->found.answer != ANSWER_USABLE || finding->before;
	return finding->found.stale && changes ? ANSWER_UNKNOWN : finding->found.answer;
}

/* Who was lost before stays so until they are seen again, or until it is known better why. */
static void conclude(Finding *finding, const char *why)
{
	const SightingRow *before = finding->before;
	Look *look = finding->look;
	look->presence = finding->sighting.presence;
	look->missed = finding->sighting.missed;
	if (look->presence == PRESENCE_MISSING && before && before->lost != INSTANT_NONE) {
		look->presence = PRESENCE_LOST;
		look->why = g_intern_string(before->why);
		look->lost = before->lost;
	} else if (look->presence == PRESENCE_LOST) {
		look->why = g_intern_string(why);
		look->lost = before && before->lost != INSTANT_NONE && !g_strcmp0(before->why, why) ? before->lost : finding->found.as_of;
	}
}

static gboolean look_at(Session *session, Finding *finding, gint64 now, GError **error)
{
	const char *id = finding->look->id;
	g_autoptr(GError) failure = NULL;
	g_autoptr(PersonRow) row = store_person(session_store(session), id, error);
	finding->before = row ? store_sighting(session_store(session), id, &failure) : NULL;
	if (!row || failure) {
		if (failure)
			g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	people_look_again(session, row->person->directory_id, &finding->found);
	PersonAnswer answer = answer_of(finding);
	gboolean refused = FALSE;
	if (answer == ANSWER_USABLE && !is_refused(session, id, finding->found.person ? finding->found.person : row->person, now, &refused, error))
		return FALSE;
	const char *why = answer == ANSWER_NOT_FOUND ? "gone" : refused ? "refused" : why_unusable(finding->found.person);
	finding->sighting = sighting_judge(refused ? ANSWER_UNUSABLE : answer, finding->found.as_of, finding->before ? finding->before->missed : INSTANT_NONE, now);
	conclude(finding, why);
	return TRUE;
}

/* --- what is recorded --- */

static Event *person_event(const char *type, const Finding *finding, gint64 seen, gint64 now)
{
	Event *event = event_new(type, now, NULL, NULL);
	js_object_set_string(event->data, "person", finding->look->id);
	js_object_set_instant(event->data, "seen", seen);
	return event;
}

static gboolean record_missing(Session *session, const Finding *finding, gint64 now, GError **error)
{
	const SightingRow *before = finding->before;
	if (before && before->missed == finding->sighting.missed)
		return TRUE;
	return store_append(session_store(session), person_event("person.missing", finding, finding->sighting.missed, now), NULL, error);
}

static gboolean record_lost(Session *session, const Finding *finding, gint64 now, GError **error)
{
	const SightingRow *before = finding->before;
	Look *look = finding->look;
	if (before && before->lost != INSTANT_NONE && !g_strcmp0(before->why, look->why)) {
		look->cleared = before->cleared != INSTANT_NONE;
		look->event = before->event;
		return TRUE;
	}
	Event *event = person_event("person.lost", finding, look->lost, now);
	js_object_set_string(event->data, "why", look->why);
	js_object_set_instant(event->data, "missed", look->missed);
	look->cleared = before && before->cleared != INSTANT_NONE;
	return store_append(session_store(session), event, &look->event, error);
}

static gboolean record_found(Session *session, const Finding *finding, gboolean all, gint64 now, GError **error)
{
	if (finding->before && !store_append(session_store(session), person_event("person.found", finding, finding->found.as_of, now), NULL, error))
		return FALSE;
	if (!all || !finding->found.person || finding->found.stale)
		return TRUE;
	g_autofree char *id = people_record(session, finding->found.person, now, error);
	return id != NULL;
}

static gboolean record(Session *session, const Finding *finding, gboolean all, gint64 now, GError **error)
{
	const gboolean missing = finding->sighting.presence == PRESENCE_MISSING;
	const gboolean unknown = finding->look->presence == PRESENCE_UNKNOWN && finding->before;
	const gint64 again = missing ? MAX(finding->sighting.again, now + LOOK_RETRY_S) : unknown ? now + LOOK_RETRY_S : INSTANT_NONE;
	if (missing && !record_missing(session, finding, now, error))
		return FALSE;
	if (finding->look->presence == PRESENCE_LOST && !record_lost(session, finding, now, error))
		return FALSE;
	if (finding->look->presence == PRESENCE_FINE && !record_found(session, finding, all, now, error))
		return FALSE;
	return store_wakeup_set(session_store(session), WAKEUP_PERSON, finding->look->id, again, error);
}

static gboolean record_all(Session *session, const GPtrArray *findings, gboolean all, gint64 now, GError **error)
{
	for (guint i = 0; i < findings->len; i++)
		if (!record(session, findings->pdata[i], all, now, error))
			return FALSE;
	return TRUE;
}

/* Most looks find what the record has already. */
static gboolean is_news(const Finding *finding, gboolean all)
{
	return all || finding->before || finding->look->presence == PRESENCE_MISSING || finding->look->presence == PRESENCE_LOST;
}

GPtrArray *looking_at(Session *session, const GPtrArray *ids, gboolean all, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) looks = g_ptr_array_new_with_free_func(look_free);
	g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func(finding_free);
	gboolean news = FALSE;
	for (guint i = 0; i < ids->len; i++) {
		Look *look = g_new(Look, 1);
		*look = (Look){.id = g_strdup(ids->pdata[i]), .missed = INSTANT_NONE, .lost = INSTANT_NONE};
		g_ptr_array_add(looks, look);
		Finding *finding = g_new0(Finding, 1);
		finding->look = look;
		g_ptr_array_add(findings, finding);
		if (!look_at(session, finding, now, error))
			return NULL;
		news |= is_news(finding, all);
	}
	if (!news)
		return g_steal_pointer(&looks);
	gboolean ok = store_begin(session_store(session), error) && record_all(session, findings, all, now, error);
	return session_end(session, ok, error) ? g_steal_pointer(&looks) : NULL;
}

gboolean looking_run(Session *session, gint64 now, GError **error)
{
	g_autoptr(GPtrArray) due = store_people_due(session_store(session), now, error);
	g_autoptr(GPtrArray) looks = due && due->len ? looking_at(session, due, TRUE, now, error) : NULL;
	return due && (!due->len || looks) && mass_change_settle(session, now, error);
}
