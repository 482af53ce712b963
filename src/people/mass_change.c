/* Most passes find nobody lost: they read one small table and stop. */
#include "people/mass_change.h"

#include "base/error.h"
#include "domain/sighting.h"

#define TELL_AGAIN_S 86400

/* What would change hands, and what is open. */
typedef struct {
	gint64 count, open;
	gint64 held; /* since when it is held; INSTANT_NONE */
	GPtrArray *lost; /* of SightingRow: who is not cleared */
} Change;

static void change_clear(Change *change)
{
	g_clear_pointer(&change->lost, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

static gboolean change_load(Session *session, Change *change, GError **error)
{
	Store *store = session_store(session);
	*change = (Change){.held = INSTANT_NONE};
	change->lost = store_sightings(store, TRUE, error);
	return change->lost && store_change_hold(store, &change->held, error) &&
	       (!change->lost->len || store_count_changes(store, &change->count, &change->open, error));
}

static Event *change_event(const Change *change, const char *type, const char *actor, gint64 now)
{
	Event *event = event_new(type, now, actor, NULL);
	js_object_set_integer(event->data, "count", change->count);
	js_object_set_integer(event->data, "open", change->open);
	return event;
}

static void name_people(const Change *change, Event *event)
{
	Json *people = js_array_new();
	for (guint i = 0; i < change->lost->len; i++)
		js_array_append_string(people, ((const SightingRow *)change->lost->pdata[i])->person);
	js_object_set(event->data, "people", people);
}

static gboolean hold(Session *session, const Change *change, gint64 now, GError **error)
{
	if (change->held != INSTANT_NONE && change->held <= now && change->held > now - TELL_AGAIN_S)
		return TRUE;
	g_warning("%" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " open approvals would change hands at once: none does (\"akkoord people list\" says whose)", change->count,
	          change->open);
	return store_append(session_store(session), change_event(change, "change.held", NULL, now), NULL, error);
}

static gboolean allow(Session *session, const Change *change, gint64 now, GError **error)
{
	Event *event = change_event(change, "change.allowed", NULL, now);
	name_people(change, event);
	return store_append(session_store(session), event, NULL, error);
}

gboolean mass_change_settle(Session *session, gint64 now, GError **error)
{
	g_auto(Change) change = {0};
	const Policy *policy = session_policy(session, NULL, error);
	if (!policy || !change_load(session, &change, error))
		return FALSE;
	if (!change.lost->len && change.held == INSTANT_NONE)
		return TRUE;
	const gboolean held = mass_change_is_held(change.count, change.open, policy->mass_change);
	gboolean ok = store_begin(session_store(session), error) && (held ? hold(session, &change, now, error) : allow(session, &change, now, error));
	return session_end(session, ok, error);
}

/* --- confirming --- */

static gboolean confirm(Session *session, const char *who, const char *reason, ConfirmResult *result, GError **error)
{
	g_auto(Change) change = {0};
	g_autoptr(GError) failure = NULL;
	const gint64 now = session_now(session);
	if (!change_load(session, &change, error))
		return FALSE;
	if (!change.lost->len)
		return TRUE;
	g_autoptr(PersonRow) person = store_person_by_name(session_store(session), who, &failure);
	if (failure) {
		g_propagate_error(error, g_steal_pointer(&failure));
		return FALSE;
	}
	Event *event = change_event(&change, "change.confirmed", person ? person->id : "cli", now);
	name_people(&change, event);
	js_object_set_string(event->data, "person", person ? person->id : NULL);
	js_object_set_line(event_private(event), "by", who);
	js_object_set_line(event_private(event), "reason", reason);
	js_object_set_line(event_private(event), "agent", session_os_user(session));
	result->people = change.lost->len;
	result->approvals = change.count;
	return store_append(session_store(session), event, NULL, error);
}

gboolean mass_change_confirm(Session *session, const char *who, const char *reason, ConfirmResult *result, GError **error)
{
	*result = (ConfirmResult){0};
	if (!reason || !*reason) {
		error_set(error, ERROR_USAGE, "to confirm it needs a reason (--reason)");
		return FALSE;
	}
	return session_end(session, store_begin(session_store(session), error) && confirm(session, who, reason, result, error), error);
}
