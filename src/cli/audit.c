/* Verify, replay and export: what an auditor needs to trust the record without trusting the program. */
#include "cli/audit.h"

#include "cli/support.h"
#include "session/session.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

typedef gboolean (*Proof)(Store *store, gint64 *events, GError **error);

static gboolean print_event(const Event *event, gpointer user_data)
{
	(void)user_data;
	g_autofree char *line = event_export(event);
	g_print("%s\n", line);
	return TRUE;
}

static gboolean prove(const Invocation *invocation, Session *session, const char *what, GError **error)
{
	gboolean verify = !strcmp(what, "verify");
	Proof proof = verify ? store_verify : store_replay;
	gint64 events;
	if (!proof(session_store(session), &events, error))
		return FALSE;
	if (invocation->json) {
		g_autoptr(Json) record = js_object_new();
		js_object_set_integer(record, "events", events);
		js_object_set_boolean(record, "ok", TRUE);
		cli_print_record(record);
	} else if (verify) {
		cli_say(_("%" PRId64 " events: the chain holds, and so do the side records, messages and documents."), events);
	} else {
		cli_say(_("%" PRId64 " events: rebuilt from them, every table is as it stands."), events);
	}
	return TRUE;
}

static int audit(const Invocation *invocation, int argc, char **argv)
{
	int exit_code;
	if (!cli_options(&audit_command, "verify|replay|export", NULL, &argc, &argv, &exit_code))
		return exit_code;
	const char *what = argc == 2 ? argv[1] : "";
	gboolean export = !strcmp(what, "export");
	if (!export && strcmp(what, "verify") && strcmp(what, "replay"))
		return cli_usage(&audit_command, _("say what to do: verify, replay or export"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	gboolean ok = session && (export ? store_events(session_store(session), NULL, 0, print_event, NULL, &error)
	                                 : prove(invocation, session, what, &error));
	return ok ? EX_OK : cli_fail(&audit_command, error);
}

const Command audit_command = {"audit", N_("verify, replay or export the record of events"), audit};
