/* Who is not there, or cannot be asked, and what follows from it. */
#include "explain/explaining.h"

#include "explain/wording.h"

#include <glib/gi18n.h>

gboolean explain_handed_on(Explaining *explaining, const Event *event, const char *from)
{
	const char *why = js_object_get_string(event->data, "why");
	g_autofree char *seen = explain_time(explaining, js_object_get_instant(event->data, "seen"));
	g_autofree char *missed = explain_time(explaining, js_object_get_instant(event->data, "missed"));
	if (!g_strcmp0(why, "gone"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s is not in the directory any more: not found on %s and on %s."), from, missed, seen);
	else if (!g_strcmp0(why, "disabled"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s is disabled, as the directory said on %s."), from, seen);
	else if (!g_strcmp0(why, "no-mail"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s has no address that takes mail, as the directory said on %s."), from, seen);
	else if (!g_strcmp0(why, "refused"))
		explain_say(explaining, EXPLAIN_PEOPLE, _("%s has an address that the mail server refused, as was seen on %s."), from, seen);
	else
		return FALSE;
	return TRUE;
}

static void say_presence(Explaining *explaining, const SightingRow *row)
{
	g_autofree char *who = explain_name(explaining, row->person), *what = wording_lost(row->why);
	g_autofree char *missed = explain_time(explaining, row->missed), *since = explain_time(explaining, row->lost);
	Json *record;
	if (row->lost == INSTANT_NONE)
		record = explain_say(explaining, EXPLAIN_PEOPLE, _("%s was not found in the directory on %s; it is looked again, and until then all goes on."), who, missed);
	else if (row->cleared == INSTANT_NONE)
		record = explain_say(explaining, EXPLAIN_PEOPLE,
		                     _("%s %s, as was seen on %s. So much would change hands at once that nothing does before \"akkoord people confirm\"; nobody is reminded of it."),
		                     who, what, since);
	else
		record = explain_say(explaining, EXPLAIN_PEOPLE, _("%s %s, as was seen on %s. Somebody else is looked for every hour; nobody is reminded of it."), who, what, since);
	js_object_set_string(record, "lost", row->why ? row->why : "missing");
}

static gboolean explain_one(Explaining *explaining, const char *person, GError **error)
{
	g_autoptr(GError) failure = NULL;
	g_autoptr(SightingRow) row = store_sighting(session_store(explaining->session), person, &failure);
	if (row)
		say_presence(explaining, row);
	if (!failure)
		return TRUE;
	g_propagate_error(error, g_steal_pointer(&failure));
	return FALSE;
}

gboolean explain_presence(Explaining *explaining, const ApprovalCase *about, GError **error)
{
	const GPtrArray *beside = about->approval->beside;
	if (!explain_one(explaining, about->approval->person, error))
		return FALSE;
	for (guint i = 0; beside && i < beside->len; i++)
		if (!explain_one(explaining, beside->pdata[i], error))
			return FALSE;
	return TRUE;
}

gboolean explain_outage(Explaining *explaining, GError **error)
{
	gint64 since;
	if (!store_outage(session_store(explaining->session), &since, error))
		return FALSE;
	if (since == INSTANT_NONE)
		return TRUE;
	g_autofree char *when = explain_time(explaining, since);
	Json *record = explain_say(explaining, EXPLAIN_COMING,
	                           _("The directory has not answered since %s: what it said before serves as long as akkoord.conf says (cache.stale_ok); what needs more waits until it answers."),
	                           when);
	js_object_set_instant(record, "silent_since", since);
	return TRUE;
}
