/* Absences, from the command line: set, listed, taken back. */
#include "cli/absence_commands.h"

#include "cli/support.h"
#include "service/absenting.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

#define ID_WIDTH 14
#define PERSON_WIDTH 16
#define TIME_WIDTH 22

typedef struct {
	const Invocation *invocation;
	char *as, *from, *until, *deputy, *reason;
	gboolean all;
} Options;

static void options_clear(Options *options)
{
	g_clear_pointer(&options->as, g_free);
	g_clear_pointer(&options->from, g_free);
	g_clear_pointer(&options->until, g_free);
	g_clear_pointer(&options->deputy, g_free);
	g_clear_pointer(&options->reason, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, options_clear)

static void print_record(const AbsenceRecord *record)
{
	g_autoptr(Json) line = js_object_new();
	js_object_set_string(line, "absence", record->id);
	js_object_set_line(line, "person", record->person);
	js_object_set_instant(line, "from", record->from);
	js_object_set_instant(line, "until", record->until);
	js_object_set_line(line, "deputy", record->deputy);
	js_object_set_line(line, "by", record->by);
	js_object_set_instant(line, "recorded", record->recorded);
	js_object_set_instant(line, "cleared", record->cleared);
	js_object_set_line(line, "reason", record->reason);
	js_object_set_line(line, "source", record->source);
	cli_print_record(line);
}

static void print_row(Session *session, const AbsenceRecord *record)
{
	g_autofree char *from = NULL, *until = NULL;
	overview_span(session, record->from, record->until, &from, &until);
	g_autofree char *cleared = record->cleared != INSTANT_NONE ? overview_time(session, record->cleared) : NULL;
	g_autofree char *id_column = cli_column(record->id ? record->id : "-", ID_WIDTH);
	g_autofree char *person_column = cli_column(record->person, PERSON_WIDTH);
	g_autofree char *from_column = cli_column(from, TIME_WIDTH);
	g_autofree char *until_column = cli_column(until, TIME_WIDTH);
	g_autofree char *deputy_column = cli_column(record->deputy ? record->deputy : "-", PERSON_WIDTH);
	g_autofree char *note = cleared ? g_strdup_printf(_("taken back on %s"), cleared) : record->source ? g_strdup_printf(_("says %s"), record->source) : g_strdup("");
	cli_say("%s %s %s %s %s %s%s%s", id_column, person_column, from_column, until_column, deputy_column, record->reason ? record->reason : "", record->reason && *note ? ", " : "", note);
}

/* --- set --- */

static void say_set(Session *session, const AbsenceRecord *record)
{
	g_autofree char *from = NULL, *until = NULL;
	overview_span(session, record->from, record->until, &from, &until);
	if (record->deputy)
		cli_say(_("%s is away from %s to %s; %s stands in (%s)."), record->person, from, until, record->deputy, record->id);
	else if (record->no_usual)
		cli_say(_("%s is away from %s to %s; the directory names nobody who stands in, so only one whom the policy names does (%s)."), record->person, from, until, record->id);
	else
		cli_say(_("%s is away from %s to %s; the usual deputy stands in, or one whom the policy names (%s)."), record->person, from, until, record->id);
}

static int set(const Options *options, const char *person)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(options->invocation, &error);
	const AbsenceRequest request = {
		.person = person,
		.who = options->as ? options->as : session ? session_os_user(session) : NULL,
		.from = options->from,
		.until = options->until,
		.deputy = options->deputy,
		.reason = options->reason,
		.channel = "cli",
	};
	g_autoptr(AbsenceRecord) record = session ? absenting_set(session, &request, &error) : NULL;
	if (!record)
		return cli_fail(&absence_command, error);
	if (options->invocation->json)
		print_record(record);
	else
		say_set(session, record);
	return EX_OK;
}

/* --- list --- */

static int list(const Options *options, const char *person)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(options->invocation, &error);
	g_autoptr(GPtrArray) records = session ? absenting_list(session, person, options->all, &error) : NULL;
	if (!records)
		return cli_fail(&absence_command, error);
	if (!records->len && !options->invocation->json && person)
		cli_say(_("%s is not away, now or later, as far as is known."), person);
	else if (!records->len && !options->invocation->json)
		cli_say(_("Nobody is away, now or later, as far as is known."));
	for (guint i = 0; i < records->len; i++) {
		if (options->invocation->json)
			print_record(records->pdata[i]);
		else
			print_row(session, records->pdata[i]);
	}
	return EX_OK;
}

/* --- clear --- */

static void say_clear(Session *session, const AbsenceRecord *record)
{
	g_autofree char *from = NULL, *until = NULL;
	overview_span(session, record->from, record->until, &from, &until);
	if (record->from < record->cleared)
		cli_say(_("%s is back: the absence from %s to %s ends now (%s)."), record->person, from, until, record->id);
	else
		cli_say(_("%s is not away from %s to %s after all (%s)."), record->person, from, until, record->id);
}

static gboolean clear_one(const Options *options, Session *session, const char *which, GError **error)
{
	const char *who = options->as ? options->as : session_os_user(session);
	g_autoptr(GPtrArray) records = absenting_clear(session, which, who, options->reason, "cli", error);
	for (guint i = 0; records && i < records->len; i++) {
		if (options->invocation->json)
			print_record(records->pdata[i]);
		else
			say_clear(session, records->pdata[i]);
	}
	return records != NULL;
}

/* Each by itself: one that cannot be taken back keeps no other. */
static int clear(const Options *options, int argc, char **argv)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(options->invocation, &error);
	int worst = session ? EX_OK : cli_fail(&absence_command, error);
	for (int i = 0; session && i < argc; i++) {
		g_autoptr(GError) failure = NULL;
		if (!clear_one(options, session, argv[i], &failure))
			worst = cli_fail(&absence_command, failure);
	}
	return worst;
}

static int absence(const Invocation *invocation, int argc, char **argv)
{
	g_auto(Options) options = {.invocation = invocation};
	const GOptionEntry entries[] = {
		{"from", 0, 0, G_OPTION_ARG_STRING, &options.from, N_("the first day, or that time (set)"), N_("DATE|TIME")},
		{"until", 0, 0, G_OPTION_ARG_STRING, &options.until, N_("the last day, or that time (set)"), N_("DATE|TIME")},
		{"deputy", 0, 0, G_OPTION_ARG_STRING, &options.deputy, N_("who stands in, as the directory knows them (set)"), N_("UID")},
		{"all", 0, 0, G_OPTION_ARG_NONE, &options.all, N_("also what is over or was taken back (list)"), NULL},
		{"reason", 0, 0, G_OPTION_ARG_STRING, &options.reason, N_("why, for the record (set, clear)"), N_("TEXT")},
		{"as", 0, 0, G_OPTION_ARG_STRING, &options.as, N_("who does it, as the directory knows them; else the user who runs this"), N_("UID")},
		{0},
	};
	int exit_code;
	if (!cli_options(&absence_command, "set UID | list [UID] | clear ID|UID …", entries, &argc, &argv, &exit_code))
		return exit_code;
	const char *what = argc > 1 ? argv[1] : "";
	if (argc <= 3 && !strcmp(what, "list"))
		return list(&options, argc > 2 ? argv[2] : NULL);
	if (argc >= 3 && !strcmp(what, "clear"))
		return clear(&options, argc - 2, argv + 2);
	if (argc != 3 || strcmp(what, "set"))
		return cli_usage(&absence_command, _("say what to do: set UID, list, list UID, clear ID or clear UID"));
	if (!options.from || !options.until)
		return cli_usage(&absence_command, _("say from when (--from) until when (--until)"));
	return set(&options, argv[2]);
}

const Command absence_command = {"absence", N_("say who is away, and who stands in"), absence};
