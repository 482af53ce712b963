/* The server itself: settings that were meant for another kind of it, and a certificate that will not do much longer. */
#include "check/roll_call.h"

#include "domain/step.h"
#include "service/overview.h"

#include <string.h>

#define CERTIFICATE_S (30 * 24 * G_GINT64_CONSTANT(3600))

static void say(RollCall *call, const char *setting, const char *found, const char *text)
{
	const FindingPlace place = {call->path, 0, setting};
	findings_add(call->findings, FALSE, &place, found, text, NULL);
}

/* The settings of the one that the other does not understand: it finds nothing, and says no word. */
static void check_kind(RollCall *call, gboolean is_active_directory)
{
	const Settings *settings = session_settings(call->session);
	const char *id = settings->person_id, *disabled = settings->person_disabled ? settings->person_disabled : "";
	if (is_active_directory && !g_ascii_strcasecmp(id, "entryUUID"))
		say(call, "directory.person.id", id, "objectGUID: the server is an Active Directory, where nobody has that");
	if (!is_active_directory && !g_ascii_strcasecmp(id, "objectGUID"))
		say(call, "directory.person.id", id, "entryUUID: the server is no Active Directory, so that nobody has that");
	if (is_active_directory && strstr(disabled, "pwdAccountLockedTime"))
		say(call, "directory.person.disabled", disabled, "(userAccountControl:1.2.840.113556.1.4.803:=2): the server is an Active Directory, where nobody would count as disabled");
	if (!is_active_directory && strstr(disabled, "userAccountControl"))
		say(call, "directory.person.disabled", disabled, "a filter such as (pwdAccountLockedTime=*): the server is no Active Directory, so that nobody would count as disabled");
}

/* Those that have it for their base: "directory.base". */
static char *settings_of(const Settings *settings, const char *base)
{
	g_autoptr(GString) names = g_string_new(NULL);
	if (!g_strcmp0(settings->base_dn, base))
		g_string_append(names, "directory.base");
	if (!g_strcmp0(settings->person_base, base))
		g_string_append_printf(names, "%sdirectory.person.base", names->len ? ", " : "");
	if (!g_strcmp0(settings->group_base, base))
		g_string_append_printf(names, "%sdirectory.group.base", names->len ? ", " : "");
	for (guint i = 0; i < settings->lookups->len; i++) {
		const LookupSettings *lookup = settings->lookups->pdata[i];
		if (!g_strcmp0(lookup->base, base) && g_strcmp0(settings->base_dn, base))
			g_string_append_printf(names, "%sdirectory.lookups.%s.base", names->len ? ", " : "", lookup->name);
	}
	return g_strdup(names->str);
}

/* Said once, not by every search that goes there. */
static void check_bases(RollCall *call, const GPtrArray *steps)
{
	for (guint i = 0; steps && i < steps->len; i++) {
		g_auto(GStrv) fields = step_fields(steps->pdata[i]);
		if (g_strv_length(fields) < 5 || strcmp(fields[0], STEP_UNANSWERED) || strcmp(fields[1], "base"))
			continue;
		g_autofree char *setting = settings_of(session_settings(call->session), fields[3]);
		g_autofree char *text = g_strdup_printf("an entry that this server has, and our account may read; what is searched below it is not checked therefore: %s", fields[4]);
		const FindingPlace place = {call->path, 0, setting};
		findings_add(call->findings, TRUE, &place, fields[3], text, NULL);
		g_ptr_array_add(call->nowhere, g_strdup(fields[4]));
		call->wrong = TRUE;
	}
}

static void check_certificate(RollCall *call, gint64 ends)
{
	g_autofree char *when = ends != INSTANT_NONE ? overview_time(call->session, ends) : NULL;
	g_autofree char *text = g_strdup_printf("a certificate of the server that is good for another 30 days: it ends on %s", when);
	if (ends != INSTANT_NONE && ends < call->now + CERTIFICATE_S)
		say(call, "directory.uri", NULL, text);
}

void roll_server(RollCall *call)
{
	const DirectoryQuestion *server = inquiry_server(call->inquiry);
	if (!server->people)
		return; /* whatever else is asked says so */
	check_bases(call, server->steps);
	check_kind(call, server->is_active_directory);
	check_certificate(call, server->certificate_ends);
}
