/* What is so, and why. Everything shown here comes as a record from service; this file only lays it out. */
#include "cli/view.h"

#include "base/error.h"
#include "cli/support.h"
#include "explain/explain.h"
#include "explain/wording.h"
#include "service/overview.h"

#include <glib/gi18n.h>
#include <inttypes.h>
#include <string.h>
#include <sysexits.h>

/* --- list --- */

typedef struct {
	const Invocation *invocation;
	Session *session;
	guint shown;
} Listing;

static char *joined(const Json *array)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (gsize i = 0; i < js_array_length(array); i++)
		g_string_append_printf(text, "%s%s", i ? ", " : "", js_string(js_array_get(array, i)));
	return g_strdup(text->str);
}

static void print_heading(void)
{
	cli_say("%-8s  %-22s  %-14s  %14s  %-20s  %-14s  %s", _("id"), _("supplier"), _("number"), _("amount"), _("deadline"), _("stage"), _("asked"));
}

/* The stage it is at, or else what it waits for. */
static const char *where_it_stands(const Json *record)
{
	const char *state = js_object_get_string(record, "state"), *stage = js_object_get_string(record, "stage");
	if (js_object_get_string(record, "stuck") || strcmp(state, "open"))
		return js_object_get_string(record, "stuck") ? _("stuck") : _(state);
	const char *next = js_object_get_string(record, "next_stage");
	return stage ? stage : next ? next : _("to be routed");
}

/* Owned by the caller. */
static char *who_is_asked(const Json *record)
{
	if (js_object_get_string(record, "waits_until"))
		return g_strdup(_("nobody: it waits until booked"));
	gboolean waits = js_object_get_string(record, "next_stage") && !js_object_get_string(record, "stuck");
	return waits ? g_strdup(_("nobody yet: the stage is to open")) : joined(js_object_get(record, "approvers"));
}

/* " (on hold until …)": what else holds a row up; "" where nothing does. Owned by the caller. */
static char *what_holds_it(Session *session, const Json *record)
{
	const Json *hold = js_object_get(record, "on_hold");
	g_autofree char *until = overview_time(session, hold ? js_object_get_instant(hold, "until") : js_object_get_instant(record, "opens"));
	if (hold)
		return g_strdup_printf(_(" (on hold until %s)"), until);
	return js_object_get_string(record, "opens") ? g_strdup_printf(_(" (opens %s)"), until) : g_strdup("");
}

static void print_row(Session *session, const Json *record)
{
	g_autofree char *supplier = cli_column(js_object_get_string(record, "supplier"), 22);
	g_autofree char *number = cli_column(js_object_get_string(record, "number"), 14);
	g_autofree char *amount = g_strdup_printf("%s %s", js_object_get_string(record, "gross"), js_object_get_string(record, "currency"));
	g_autofree char *deadline = overview_time(session, js_object_get_instant(record, "deadline"));
	g_autofree char *fitted_deadline = cli_column(deadline, 20);
	g_autofree char *fitted_stage = cli_column(where_it_stands(record), 14);
	g_autofree char *asked = who_is_asked(record);
	g_autofree char *held = what_holds_it(session, record);
	cli_say("%-8s  %s  %s  %14s  %s  %s  %s%s%s", js_object_get_string(record, "invoice"), supplier, number, amount, fitted_deadline, fitted_stage, asked,
	        js_object_get_boolean(record, "late") ? _(" (late)") : "", held);
}

static gboolean print_invoice(const Json *record, gpointer user_data)
{
	Listing *listing = user_data;
	if (listing->invocation->json) {
		cli_print_record(record);
		return TRUE;
	}
	if (!listing->shown++)
		print_heading();
	print_row(listing->session, record);
	return TRUE;
}

static int list(const Invocation *invocation, int argc, char **argv)
{
	gboolean all = FALSE, stuck = FALSE, late = FALSE, no_reminder = FALSE, on_hold = FALSE, withheld = FALSE, bounced = FALSE;
	g_autofree char *approver = NULL;
	g_autofree char *administration = NULL;
	const GOptionEntry entries[] = {
		{"administration", 0, 0, G_OPTION_ARG_STRING, &administration, N_("only those that belong to it"), N_("NAME")},
		{"all", 'a', 0, G_OPTION_ARG_NONE, &all, N_("those that are decided too"), NULL},
		{"approver", 0, 0, G_OPTION_ARG_STRING, &approver, N_("only those that wait for that person"), N_("UID")},
		{"bounced", 0, 0, G_OPTION_ARG_NONE, &bounced, N_("only those of which a mail came back"), NULL},
		{"late", 0, 0, G_OPTION_ARG_NONE, &late, N_("only those past a deadline"), NULL},
		{"no-reminder", 0, 0, G_OPTION_ARG_NONE, &no_reminder, N_("only those of which nobody was reminded"), NULL},
		{"on-hold", 0, 0, G_OPTION_ARG_NONE, &on_hold, N_("only those on hold"), NULL},
		{"stuck", 0, 0, G_OPTION_ARG_NONE, &stuck, N_("only those for which nobody can be asked"), NULL},
		{"withheld", 0, 0, G_OPTION_ARG_NONE, &withheld, N_("only those of which mails are held back by mail.allow_list"), NULL},
		{0},
	};
	int exit_code;
	if (!cli_options(&list_command, NULL, entries, &argc, &argv, &exit_code))
		return exit_code;
	if (argc > 1)
		return cli_usage(&list_command, _("it takes no arguments"));
	g_autoptr(GError) error = NULL;
	g_autoptr(Session) session = session_open(invocation, &error);
	InvoiceFilter filter = {.only_open = !all, .stuck = stuck, .late = late, .on_hold = on_hold, .no_reminder = no_reminder, .withheld = withheld, .bounced = bounced,
	                        .administration = administration};
	Listing listing = {invocation, session, 0};
	if (!session || !overview_list(session, &filter, approver, print_invoice, &listing, &error))
		return cli_fail(&list_command, error);
	if (!listing.shown && !invocation->json)
		cli_say(_("Nothing."));
	return EX_OK;
}

/* --- show --- */

static void print_fact(const char *label, const char *value)
{
	g_autofree char *fitted = cli_column(label, 14);
	if (value && *value)
		cli_say("%s %s", fitted, value);
}

static void print_time_fact(Session *session, const char *label, const Json *record, const char *key)
{
	gint64 instant = js_object_get_instant(record, key);
	g_autofree char *text = overview_time(session, instant);
	print_fact(label, instant == INSTANT_NONE ? NULL : text);
}

/* What became of it: of one that was claimed, what became of its message. */
static const char *reminder_word(const Json *reminder)
{
	const char *state = js_object_get_string(reminder, "state"), *message = js_object_get_string(reminder, "message_state");
	if (strcmp(state, "claimed"))
		return _(state);
	if (js_object_get_boolean(reminder, "taken_back"))
		return _("taken back");
	return !message ? _("being written") : !strcmp(message, "accepted") ? _("sent") : _(message);
}

/* When it went; of what is still to come when it goes, of all else when that was recorded. */
static gint64 reminder_time(const Json *reminder)
{
	const gint64 sent = js_object_get_instant(reminder, "sent");
	return sent != INSTANT_NONE ? sent : js_object_get_instant(reminder, strcmp(js_object_get_string(reminder, "state"), "planned") ? "at" : "fires");
}

/* Why it was not sent, or was taken back; NULL. Owned by the caller. */
static char *reminder_why(const Json *reminder)
{
	const char *why = js_object_get_string(reminder, "why"), *back = js_object_get_string(reminder, "taken_back_why");
	return why ? wording_not_sent(why, js_object_get_string(reminder, "by")) : back ? wording_taken_back(back) : NULL;
}

static void print_reminders(Session *session, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *reminder = js_array_get(list, i);
		g_autofree char *when = overview_time(session, reminder_time(reminder));
		g_autofree char *why = reminder_why(reminder);
		cli_say("      %s  %s (%s, %s %s): %s%s%s", when, js_object_get_string(reminder, "rung"), js_object_get_string(reminder, "send"),
		        js_object_get_string(reminder, "role"), js_object_get_string(reminder, "recipient"), reminder_word(reminder),
		        why ? ": " : "", why ? why : "");
	}
}

static void print_lost(const Json *approval)
{
	const char *why = js_object_get_string(approval, "lost");
	g_autofree char *text = why ? wording_lost(why) : NULL;
	if (text)
		cli_say("     %s %s", js_object_get_string(approval, "approver"), text);
}

static char *beside_text(Session *session, const char *approver, gboolean pending, const Json *beside)
{
	const gint64 ended = js_object_get_instant(beside, "ended");
	const char *who = js_object_get_string(beside, "person");
	g_autofree char *when = overview_time(session, ended == INSTANT_NONE ? js_object_get_instant(beside, "since") : ended);
	if (ended == INSTANT_NONE)
		return wording_added(who, approver, js_object_get_string(beside, "how"), js_object_get_string(beside, "rung"), when, pending);
	g_autofree char *why = wording_left(js_object_get_string(beside, "why"));
	return g_strdup_printf(_("%s may decide beside %s no more since %s: %s."), who, approver, when, why);
}

/* Who is away, and who may decide too. */
static void print_asked(Session *session, const Json *approval)
{
	const char *approver = js_object_get_string(approval, "approver");
	const gint64 absent = js_object_get_instant(approval, "absent_until");
	g_autofree char *until = overview_end(session, absent);
	if (absent != INSTANT_NONE) {
		g_autofree char *text = g_strdup_printf(_("%s is absent until %s: until then nothing goes to them."), approver, until);
		cli_say("     %s", text);
	}
	const Json *list = js_object_get(approval, "beside");
	for (gsize i = 0; i < js_array_length(list); i++) {
		g_autofree char *text = beside_text(session, approver, !g_strcmp0(js_object_get_string(approval, "state"), "pending"), js_array_get(list, i));
		cli_say("     %s", text);
	}
}

static void print_stage(Session *session, const Json *stage)
{
	cli_say(_("Stage %" PRId64 ", %s (need %s)"), js_object_get_integer(stage, "stage", 0), js_object_get_string(stage, "name"),
	        js_object_get_string(stage, "need"));
	const Json *approvals = js_object_get(stage, "approvals");
	for (gsize i = 0; i < js_array_length(approvals); i++) {
		const Json *approval = js_array_get(approvals, i);
		g_autofree char *start = overview_time(session, js_object_get_instant(approval, "start"));
		g_autofree char *deadline = overview_time(session, js_object_get_instant(approval, "deadline"));
		const char *decider = js_object_get_string(approval, "decided_by");
		g_autofree char *by = decider ? g_strdup_printf(_(" (by %s)"), decider) : g_strdup("");
		cli_say(_("   %s: %s%s; asked %s, wanted by %s"), js_object_get_string(approval, "approver"), _(js_object_get_string(approval, "state")), by, start,
		        deadline);
		print_lost(approval);
		print_asked(session, approval);
		print_reminders(session, js_object_get(approval, "reminders"));
	}
}

static void print_holds(Session *session, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *hold = js_array_get(list, i);
		gint64 ended = js_object_get_instant(hold, "ended");
		const char *reason = js_object_get_string(hold, "reason"), *asked = js_object_get_string(hold, "asked");
		const char *answer = js_object_get_string(hold, "answer"), *person = js_object_get_string(hold, "person");
		g_autofree char *began = overview_time(session, js_object_get_instant(hold, "began"));
		g_autofree char *until = overview_time(session, ended == INSTANT_NONE ? js_object_get_instant(hold, "until") : ended);
		g_autofree char *question = asked ? g_strdup_printf(_("asked of %s: "), _(asked)) : g_strdup("");
		cli_say(_("   %s to %s by %s: %s%s%s%s"), began, until, person ? person : "?", question, reason ? reason : "?", answer ? " – " : "",
		        answer ? answer : "");
	}
}

static void print_messages(Session *session, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *message = js_array_get(list, i);
		gint64 accepted = js_object_get_instant(message, "accepted");
		g_autofree char *when = overview_time(session, accepted == INSTANT_NONE ? js_object_get_instant(message, "queued") : accepted);
		const char *channel = js_object_get_string(message, "channel"), *kind = channel ? channel : js_object_get_string(message, "kind");
		const char *to = js_object_get_string(message, "to");
		cli_say("   %s  %s  %s: %s (%s)", when, kind, to ? to : "-",
		        js_object_get_string(message, "subject"), wording_message_state(js_object_get_string(message, "state")));
	}
}

static void print_received(Session *session, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *mail = js_array_get(list, i);
		const char *from = js_object_get_string(mail, "from"), *said = js_object_get_string(mail, "said");
		g_autofree char *when = overview_time(session, js_object_get_instant(mail, "at"));
		cli_say("   %s  %s  %s: %s (%s, %" PRId64 ")", when, js_object_get_string(mail, "kind"), from ? from : "?", said ? said : "?",
		        js_object_get_string(mail, "outcome"), js_object_get_integer(mail, "event", 0));
	}
}

static void print_decisions(Session *session, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *decision = js_array_get(list, i);
		g_autofree char *when = overview_time(session, js_object_get_instant(decision, "at"));
		const char *person = js_object_get_string(decision, "person"), *reason = js_object_get_string(decision, "reason");
		const char *whose = js_object_get_string(decision, "for");
		g_autofree char *who = whose ? g_strdup_printf(_("%s, for %s,"), person, whose) : g_strdup(person ? person : _("finance"));
		cli_say(_("   %s  %s by %s through %s%s%s (event %" PRId64 ")"), when, _(js_object_get_string(decision, "decision")),
		        who, js_object_get_string(decision, "channel"), reason ? ": " : "", reason ? reason : "",
		        js_object_get_integer(decision, "event", 0));
	}
}

static void print_notes(Session *session, const Json *list)
{
	for (gsize i = 0; i < js_array_length(list); i++) {
		const Json *note = js_array_get(list, i);
		g_autofree char *when = overview_time(session, js_object_get_instant(note, "at"));
		const char *person = js_object_get_string(note, "person"), *text = js_object_get_string(note, "text");
		cli_say("   %s  %s: %s", when, person ? person : _("finance"), text ? text : "?");
	}
}

static void print_section(Session *session, const char *title, const Json *list, void (*print)(Session *session, const Json *list))
{
	if (!js_array_length(list))
		return;
	cli_say("%s", title);
	print(session, list);
}

static void print_whole(Session *session, const Json *record)
{
	g_autofree char *amount = g_strdup_printf("%s %s", js_object_get_string(record, "gross"), js_object_get_string(record, "currency"));
	g_autofree char *centres = joined(js_object_get(record, "cost_references"));
	print_fact(_("Invoice"), js_object_get_string(record, "invoice"));
	print_fact(_("Supplier"), js_object_get_string(record, "supplier"));
	print_fact(_("Number"), js_object_get_string(record, "number"));
	print_fact(_("State"), _(js_object_get_string(record, "state")));
	print_fact(_("Stuck"), js_object_get_string(record, "stuck"));
	print_fact(_("Amount"), amount);
	print_fact(_("Issued"), js_object_get_string(record, "issue_date"));
	print_fact(_("Due"), js_object_get_string(record, "due_date"));
	print_time_fact(session, _("Received"), record, "received");
	if (js_object_get_string(record, "waits_until"))
		print_fact(_("Waits"), _("until booked"));
	print_time_fact(session, _("Booked"), record, "booked");
	print_time_fact(session, _("Closed"), record, "closed");
	print_time_fact(session, _("Opens"), record, "opens");
	print_fact(_("Cost centres"), centres);
	print_fact(_("Order"), js_object_get_string(record, "order_reference"));
	print_fact(_("Your reference"), js_object_get_string(record, "buyer_reference"));
	print_fact(_("Terms"), js_object_get_string(record, "terms"));
	print_fact(_("Administration"), js_object_get_string(record, "administration"));
	print_fact(_("Chain"), js_object_get_string(record, "chain"));
	const Json *stages = js_object_get(record, "stages");
	for (gsize i = 0; i < js_array_length(stages); i++)
		print_stage(session, js_array_get(stages, i));
	print_section(session, _("On hold"), js_object_get(record, "holds"), print_holds);
	print_section(session, _("Messages"), js_object_get(record, "messages"), print_messages);
	print_section(session, _("Mails that came in"), js_object_get(record, "received"), print_received);
	print_section(session, _("Decisions"), js_object_get(record, "decisions"), print_decisions);
	print_section(session, _("Notes"), js_object_get(record, "notes"), print_notes);
}

/* The session and the one argument that `show` and `explain` take. NULL: *exit_code is what to end with. */
static Session *open_for_invoice(const Invocation *invocation, const Command *command, int *argc, char ***argv, int *exit_code)
{
	if (!cli_options(command, _("INVOICE"), NULL, argc, argv, exit_code))
		return NULL;
	if (*argc != 2) {
		*exit_code = cli_usage(command, _("say which invoice: its id, or SUPPLIER/NUMBER"));
		return NULL;
	}
	g_autoptr(GError) error = NULL;
	Session *session = session_open(invocation, &error);
	if (!session)
		*exit_code = cli_fail(command, error);
	return session;
}

static int show(const Invocation *invocation, int argc, char **argv)
{
	int exit_code;
	g_autoptr(Session) session = open_for_invoice(invocation, &show_command, &argc, &argv, &exit_code);
	if (!session)
		return exit_code;
	g_autoptr(GError) error = NULL;
	g_autoptr(Json) record = overview_whole(session, argv[1], &error);
	if (!record)
		return cli_fail(&show_command, error);
	if (invocation->json)
		cli_print_record(record);
	else
		print_whole(session, record);
	return EX_OK;
}

/* --- explain --- */

static const char *topic_title(ExplainTopic topic)
{
	const char *const titles[] = {_("The invoice"), _("Its chain"), _("The people"), _("The deadlines"), _("The reminders"), _("The messages"), _("What comes"), _("How it ended")};
	return titles[topic];
}

static void print_explanations(const GPtrArray *explanations, gboolean json)
{
	int last = -1;
	for (guint i = 0; i < explanations->len; i++) {
		const Explanation *explanation = explanations->pdata[i];
		if (json) {
			cli_print_record(explanation->record);
			continue;
		}
		if ((int)explanation->topic != last)
			cli_say("%s", topic_title(explanation->topic));
		cli_say("  %s", explanation->text);
		last = (int)explanation->topic;
	}
}

static int explain(const Invocation *invocation, int argc, char **argv)
{
	int exit_code;
	g_autoptr(Session) session = open_for_invoice(invocation, &explain_command, &argc, &argv, &exit_code);
	if (!session)
		return exit_code;
	g_autoptr(GError) error = NULL;
	g_autoptr(GPtrArray) explanations = explain_invoice(session, argv[1], &error);
	if (!explanations)
		return cli_fail(&explain_command, error);
	print_explanations(explanations, invocation->json);
	return EX_OK;
}

const Command list_command = {"list", N_("list what is open, with filters"), list};
const Command show_command = {"show", N_("show one invoice whole"), show};
const Command explain_command = {"explain", N_("say why these people, these dates, these mails"), explain};
