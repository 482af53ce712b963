/* Lays out what explain/whom.h found. */
#include "cli/who.h"

#include "base/error.h"
#include "cli/support.h"
#include "explain/whom.h"
#include "explain/wording.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <string.h>
#include <sysexits.h>

/* What is being shown; a search that is the same for several cost centres is said once. */
typedef struct {
	Session *session;
	GHashTable *said; /* of char * */
} Showing;

/* --- one person --- */

static const char *calendar_reason(const char *by)
{
	if (!g_strcmp0(by, "people"))
		return _("it names them");
	if (!g_strcmp0(by, "country"))
		return _("by their country");
	return !g_strcmp0(by, "administration") ? _("the administration's") : _("the default");
}

static void print_manners(const Json *person)
{
	const char *calendar = js_object_get_string(person, "calendar"), *language = js_object_get_string(person, "mail_language");
	gboolean own = !g_strcmp0(js_object_get_string(person, "mail_language_by"), "person");
	const char *whose = own ? _("their own") : _("the organisation's");
	if (calendar)
		cli_say(_("    calendar %s (%s), mails in %s (%s)"), calendar, calendar_reason(js_object_get_string(person, "calendar_by")), language, whose);
	else
		cli_say(_("    mails in %s (%s)"), language, whose);
}

/* `sifted`: who stands in was looked for. */
static void print_absence(const Showing *showing, const Json *person, gboolean sifted)
{
	const Json *absent = js_object_get(person, "absent");
	const char *deputy = js_object_get_string(absent, "deputy"), *stands_in = js_object_get_string(person, "stands_in");
	if (!absent)
		return;
	g_autofree char *until = overview_time(showing->session, js_object_get_instant(absent, "until"));
	if (sifted && stands_in)
		cli_say(_("    absent until %s: %s stands in"), until, stands_in);
	else if (sifted)
		cli_say(_("    absent until %s, and nobody can stand in"), until);
	else
		cli_say(_("    absent until %s, deputy: %s"), until, deputy ? deputy : _("nobody"));
}

static void print_age(const Showing *showing, const Json *person)
{
	gint64 as_of = js_object_get_instant(person, "as_of");
	g_autofree char *when = overview_time(showing->session, as_of);
	if (as_of != INSTANT_NONE)
		cli_say(_("    as the directory said at %s: it does not answer now"), when);
}

static void print_person(const Showing *showing, const Json *person, gboolean sifted)
{
	const char *uid = js_object_get_string(person, "uid"), *name = js_object_get_string(person, "name"), *mail = js_object_get_string(person, "mail");
	const char *authority = js_object_get_string(person, "authority");
	cli_say("%s  %s  <%s>%s%s%s", uid ? uid : "-", name ? name : "-", mail ? mail : _("no mail address"), authority ? _(", may approve up to ") : "",
	        authority ? authority : "", js_object_get_boolean(person, "disabled") ? _(", disabled") : "");
	print_manners(person);
	print_absence(showing, person, sifted);
	print_age(showing, person);
}

/* --- one case --- */

static void print_title(const Json *record)
{
	const char *stage = js_object_get_string(record, "stage"), *centre = js_object_get_string(record, "cost_centre");
	const char *approver = js_object_get_string(record, "approver");
	g_autoptr(GString) title = g_string_new(NULL);
	if (stage)
		g_string_append_printf(title, _("Stage %s"), stage);
	if (centre) {
		g_string_append(title, title->len ? ", " : "");
		g_string_append_printf(title, _("cost centre %s"), centre);
	}
	if (approver) {
		g_string_append(title, title->len ? ", " : "");
		g_string_append_printf(title, _("asked of %s"), approver);
	}
	if (title->len)
		cli_say("%s", title->str);
}

static void print_way(const Showing *showing, const Json *record)
{
	const Json *steps = js_object_get(record, "steps"), *dropped = js_object_get(record, "dropped");
	for (gsize i = 0; i < js_array_length(steps); i++) {
		const char *text = js_object_get_string(js_array_get(steps, i), "text");
		if (g_hash_table_add(showing->said, g_strdup(text)))
			cli_say("  %s", text);
	}
	for (gsize i = 0; i < js_array_length(dropped); i++) {
		const Json *item = js_array_get(dropped, i);
		cli_say(_("  Dropped out: %s: %s"), js_object_get_string(item, "who"), wording_ineligible(js_object_get_string(item, "why")));
	}
	if (js_object_get_boolean(record, "fallback"))
		cli_say("  %s", _("Nobody was left, so the fallback was asked."));
}

static void print_case(const Showing *showing, const Json *record)
{
	const Json *people = js_object_get(record, "people");
	print_title(record);
	print_way(showing, record);
	for (gsize i = 0; i < js_array_length(people); i++)
		print_person(showing, js_array_get(people, i), js_object_get(record, "dropped") != NULL);
	if (people && !js_array_length(people))
		cli_say(_("Nobody."));
}

static void print_cases(const Invocation *invocation, Session *session, const GPtrArray *records)
{
	g_autoptr(GHashTable) said = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	const Showing showing = {session, said};
	for (guint i = 0; i < records->len; i++) {
		if (invocation->json)
			cli_print_record(records->pdata[i]);
		else
			print_case(&showing, records->pdata[i]);
	}
}

/* --- the command --- */

/* How many columns the text takes up to that byte. */
static int columns_to(const char *text, gsize at)
{
	int columns = 0;
	for (const char *p = text; p < text + at; p = g_utf8_next_char(p))
		columns += g_unichar_iszerowidth(g_utf8_get_char(p)) ? 0 : g_unichar_iswide(g_utf8_get_char(p)) ? 2 : 1;
	return columns;
}

/* The place is shown where the text can be. */
static Selector *read_selector(const char *text, int *exit_code)
{
	gsize at;
	g_autoptr(GError) error = NULL;
	Selector *selector = selector_parse_at(text, &at, &error);
	if (selector)
		return selector;
	*exit_code = cli_fail(&who_command, error);
	if (g_utf8_validate(text, -1, NULL) && g_utf8_strlen(text, -1) < 200 && !strpbrk(text, "\n\t\r\033"))
		g_printerr("  %s\n  %*s^\n", text, columns_to(text, at), "");
	return NULL;
}

static int resolve(const Invocation *invocation, const WhomQuestion *question)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	g_autoptr(GPtrArray) records = g_ptr_array_new_with_free_func((GDestroyNotify)js_unref);
	gboolean known = session && whom_resolve(session, question, records, &error);
	print_cases(invocation, session, records);
	if (!known)
		return cli_fail(&who_command, error);
	if (!records->len && !invocation->json)
		cli_say(_("Nobody is asked at that stage now."));
	return EX_OK;
}

static int who(const Invocation *invocation, int argc, char **argv)
{
	g_autofree char *reference = NULL, *stage = NULL;
	const GOptionEntry entries[] = {
		{"invoice", 0, 0, G_OPTION_ARG_STRING, &reference, N_("for this invoice: its fields, and who of those found may decide it"), N_("INVOICE")},
		{"stage", 0, 0, G_OPTION_ARG_STRING, &stage, N_("at this stage of its chain; else the one that is open, or the next to open"), N_("NAME")},
		{0},
	};
	int exit_code;
	if (!cli_options(&who_command, _("SELECTOR"), entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 2)
		return cli_usage(&who_command, _("one selector at a time, in quotes where a space is in it; \"%s\" is one more"), argv[2]);
	if (argc != 2)
		return cli_usage(&who_command, _("say whom: user(UID), group(NAME), lookup(NAME), manager(…) or mail(ADDRESS)"));
	if (stage && !reference)
		return cli_usage(&who_command, _("a stage is one of an invoice: say which with --invoice"));
	g_autoptr(Selector) selector = read_selector(argv[1], &exit_code);
	if (!selector)
		return exit_code;
	if (selector_names_approver(selector) && !reference)
		return cli_usage(&who_command, _("\"approver\" is who is asked for an invoice: say which with --invoice"));
	const WhomQuestion question = {selector, reference, stage};
	return resolve(invocation, &question);
}

const Command who_command = {"who", N_("show whom a selector means, search by search"), who};
