/* The server itself: settings that were meant for another kind of it, and a certificate that will not do much longer. */
#include "check/roll_call.h"

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

static void check_certificate(RollCall *call, gint64 ends)
{
	g_autofree char *when = ends != INSTANT_NONE ? instant_format(ends) : NULL;
	g_autofree char *text = g_strdup_printf("a certificate of the server that is good for another 30 days: it ends at %s", when);
	if (ends != INSTANT_NONE && ends < call->now + CERTIFICATE_S)
		say(call, "directory.uri", NULL, text);
}

void roll_server(RollCall *call)
{
	const DirectoryQuestion *server = inquiry_server(call->inquiry);
	if (!server->people)
		return; /* whatever else is asked says so */
	check_kind(call, server->is_active_directory);
	check_certificate(call, server->certificate_ends);
}
