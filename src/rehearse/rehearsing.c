/* Where everything comes from, and playing it. The store is read before anything is played, so that a pass that begins meanwhile disturbs nothing. */
#include "rehearse/rehearsing.h"

#include "base/clock.h"
#include "base/error.h"
#include "config/policy_check.h"
#include "directory/roster.h"
#include "domain/administration.h"
#include "intake/invoice_lines.h"
#include "people/people.h"
#include "rehearse/rehearsing_answers.h"
#include "rehearse/rehearsing_record.h"
#include "service/governing.h"

#include <glib/gi18n.h>

/* A pass that writes while the store is read is over soon. */
#define READING_TRIES 5

/* The organisation's currency where no akkoord.conf says another: its default there. */
#define USUAL_CURRENCY "EUR"

struct Rehearsing {
	gint64 now, from, until;
	Session *session;   /* NULL: everything is in files */
	Roster *roster;     /* NULL: people are the directory's */
	PeopleSource people;
	GPtrArray *lines;   /* of InvoiceLine; NULL: the invoices are the record's */
	RehearsingRecord *record;
	Policy *proposed;   /* that of a file; NULL */
	const Policy *in_force; /* NULL: none, or nobody asked */
	RehearsingAnswers *answers; /* NULL: nobody decides */
	GHashTable *facts;  /* label, owned -> InvoiceFacts */
	Rehearsal *played[2];
	GPtrArray *labels;  /* of char *: those of `lines` */
};

void rehearsing_free(Rehearsing *rehearsing)
{
	if (!rehearsing)
		return;
	for (guint i = 0; i < G_N_ELEMENTS(rehearsing->played); i++)
		g_clear_pointer(&rehearsing->played[i], rehearsal_free);
	g_clear_pointer(&rehearsing->facts, g_hash_table_unref);
	g_clear_pointer(&rehearsing->answers, rehearsing_answers_free);
	g_clear_pointer(&rehearsing->record, rehearsing_record_free);
	g_clear_pointer(&rehearsing->lines, g_ptr_array_unref);
	g_clear_pointer(&rehearsing->labels, g_ptr_array_unref);
	g_clear_pointer(&rehearsing->proposed, policy_unref);
	g_clear_pointer(&rehearsing->roster, roster_free);
	g_clear_pointer(&rehearsing->session, session_close);
	g_free(rehearsing);
}

/* --- the policy --- */

static Policy *parse_policy(const char *path, const char *text, gsize length, const char *currency, Problems *problems)
{
	const PolicyFiles beside = governing_files_beside(path, currency);
	return policy_parse(text, length, path, &beside, problems);
}

/* Without an akkoord.conf nobody says what the rates are in: in the usual currency, unless they state a rate of it. */
static Policy *guess_policy(const char *path, const char *text, gsize length, Problems *problems)
{
	g_autoptr(Problems) tried = problems_new();
	Policy *policy = parse_policy(path, text, length, USUAL_CURRENCY, tried);
	return policy ? policy : parse_policy(path, text, length, NULL, problems);
}

/* Lookups are checked where the directory of akkoord.conf answers them. */
static Policy *read_policy(const Rehearsing *rehearsing, const char *path, GError **error)
{
	g_autofree char *text = NULL;
	gsize length;
	if (!g_file_get_contents(path, &text, &length, error)) {
		g_prefix_error(error, "%s: ", _("policy"));
		return NULL;
	}
	g_autoptr(Problems) problems = problems_new();
	const Settings *settings = rehearsing->session ? session_settings(rehearsing->session) : NULL;
	g_autoptr(Policy) policy = settings ? parse_policy(path, text, length, settings->currency, problems) : guess_policy(path, text, length, problems);
	if (policy && settings && !rehearsing->roster)
		policy_check_settings(policy, settings, problems, path);
	if (policy && !problems_has_errors(problems))
		return g_steal_pointer(&policy);
	g_autofree char *findings = problems_format(problems);
	error_set(error, ERROR_CONFIG, "%s", findings);
	return NULL;
}

static gboolean choose_policy(Rehearsing *rehearsing, const Invocation *invocation, const RehearsingOrder *order, GError **error)
{
	g_autofree char *folder = g_path_get_dirname(invocation->config_path), *beside = g_build_filename(folder, "policy.conf", NULL);
	const char *path = order->policy ? order->policy : rehearsing->session ? NULL : beside;
	g_autoptr(GError) failure = NULL;
	if (rehearsing->session)
		rehearsing->in_force = session_policy(rehearsing->session, NULL, &failure);
	if (path)
		rehearsing->proposed = read_policy(rehearsing, path, error);
	else if (!rehearsing->in_force)
		g_propagate_error(error, g_steal_pointer(&failure));
	return rehearsing_policy(rehearsing) && (!path || rehearsing->proposed);
}

const Policy *rehearsing_policy(const Rehearsing *rehearsing)
{
	return rehearsing->proposed ? rehearsing->proposed : rehearsing->in_force;
}

Calendar *rehearsing_calendar(const Rehearsing *rehearsing)
{
	const Policy *policy = rehearsing_policy(rehearsing);
	return policy_calendar(policy, policy->default_calendar);
}

gboolean rehearsing_compares(const Rehearsing *rehearsing)
{
	return rehearsing->proposed && rehearsing->in_force;
}

/* --- the days --- */

#define DAY_S 86400

gint64 rehearsing_from(const Rehearsing *rehearsing)
{
	return rehearsing->from;
}

gint64 rehearsing_until(const Rehearsing *rehearsing)
{
	return rehearsing->until;
}

/* To the same time of day, as it is in the zone that the beginning is written in. */
static gboolean choose_days(Rehearsing *rehearsing, const RehearsingOrder *order, GError **error)
{
	const Calendar *calendar = rehearsing_calendar(rehearsing);
	rehearsing->from = rehearsing->now;
	if (order->from && instant_parse(order->from, &rehearsing->from, NULL)) {
		rehearsing->until = rehearsing->from + (gint64)order->days * DAY_S;
		return TRUE;
	}
	if (order->from && !zone_parse(calendar_zone(calendar), order->from, &rehearsing->from)) {
		error_set(error, ERROR_USAGE, _("--from: \"%s\" is not a time such as 2026-12-28T09:00:00Z, or 2026-12-28 or 2026-12-28 09:00 in the default calendar's zone"),
		          order->from);
		return FALSE;
	}
	rehearsing->until = calendar_add_days(calendar, rehearsing->from, (int)order->days);
	return TRUE;
}

/* --- people --- */

static const Zone *zone_of(const Person *person, gpointer user_data)
{
	Rehearsing *rehearsing = user_data;
	return calendar_zone(resolve_calendar(&rehearsing->people, rehearsing_policy(rehearsing), NULL, person));
}

/* Whom the record knows keeps the id by which it knows them. */
static gboolean know_people(Rehearsing *rehearsing, GError **error)
{
	for (guint i = 0; i < roster_count(rehearsing->roster); i++) {
		g_autoptr(GError) failure = NULL;
		const char *uid = roster_person(rehearsing->roster, i)->uid;
		g_autoptr(PersonRow) row = store_person_by_name(session_store(rehearsing->session), uid, &failure);
		if (failure) {
			g_propagate_error(error, g_steal_pointer(&failure));
			return FALSE;
		}
		if (row && row->person->directory_id && !g_strcmp0(row->person->uid, uid))
			roster_know_as(rehearsing->roster, uid, row->person->directory_id);
	}
	return TRUE;
}

static gboolean choose_people(Rehearsing *rehearsing, GError **error)
{
	if (!rehearsing->roster) {
		rehearsing->people = people_source(rehearsing->session);
		return TRUE;
	}
	rehearsing->people = roster_source(rehearsing->roster);
	roster_place_absences(rehearsing->roster, zone_of, rehearsing);
	return !rehearsing->session || know_people(rehearsing, error);
}

/* --- invoices --- */

static void index_invoices(Rehearsing *rehearsing)
{
	rehearsing->facts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	rehearsing->labels = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; rehearsing->lines && i < rehearsing->lines->len; i++) {
		const InvoiceLine *line = rehearsing->lines->pdata[i];
		char *label = rehearsing_label(line->facts);
		g_ptr_array_add(rehearsing->labels, label);
		g_hash_table_insert(rehearsing->facts, g_strdup(label), line->facts);
	}
	for (guint i = 0; rehearsing->record && i < rehearsing->record->invoices->len; i++) {
		const RecordedInvoice *invoice = rehearsing->record->invoices->pdata[i];
		g_hash_table_insert(rehearsing->facts, g_strdup(invoice->label), invoice->row->facts);
	}
}

const InvoiceFacts *rehearsing_facts(const Rehearsing *rehearsing, const char *label)
{
	return g_hash_table_lookup(rehearsing->facts, label);
}

guint rehearsing_invoices(const Rehearsing *rehearsing)
{
	return rehearsing->lines ? rehearsing->lines->len : rehearsing->record->invoices->len;
}

gboolean rehearsing_is_paused(const Rehearsing *rehearsing)
{
	gboolean paused = FALSE;
	return rehearsing->session && store_paused(session_store(rehearsing->session), &paused, NULL, NULL) && paused;
}

static void add_lines(const Rehearsing *rehearsing, Rehearsal *rehearsal, const Policy *policy)
{
	for (guint i = 0; i < rehearsing->lines->len; i++) {
		const InvoiceLine *line = rehearsing->lines->pdata[i];
		const RehearsedInvoice invoice = {
			.label = rehearsing->labels->pdata[i],
			.facts = line->facts,
			.received = line->received == INSTANT_NONE ? rehearsing->from : line->received,
			.opens = INSTANT_NONE,
			.booked = INSTANT_NONE,
			.administration = administration_find(policy, line->facts, NULL, NULL),
		};
		rehearsal_add(rehearsal, &invoice);
	}
}

/* --- decisions --- */

static gboolean choose_answers(Rehearsing *rehearsing, const RehearsingOrder *order, GError **error)
{
	if (order->typical && !rehearsing->session) {
		error_set(error, ERROR_USAGE, "%s", _("--typical goes by what people did until now: with everything in files there is no such record"));
		return FALSE;
	}
	g_autoptr(GPtrArray) decisions = order->decide ? foreseen_read(order->decide, error) : NULL;
	if (order->decide && !decisions)
		return FALSE;
	g_autoptr(Typical) typical = order->typical ? typical_load(rehearsing->session, error) : NULL;
	if (order->typical && !typical)
		return FALSE;
	if (!decisions && !typical)
		return TRUE;
	rehearsing->answers = rehearsing_answers_new(g_steal_pointer(&decisions), order->decide, g_steal_pointer(&typical), rehearsing->facts, &rehearsing->people, error);
	return rehearsing->answers != NULL;
}

/* --- all of it --- */

static gboolean needs_session(const Invocation *invocation, const RehearsingOrder *order)
{
	if (!order->invoices || !order->people)
		return TRUE;
	return !order->policy && g_file_test(invocation->config_path, G_FILE_TEST_EXISTS);
}

/* What is read of the store. */
static gboolean read_store(Rehearsing *rehearsing, const Invocation *invocation, const RehearsingOrder *order, GError **error)
{
	rehearsing->now = invocation->now_given ? invocation->now : clock_now();
	if (needs_session(invocation, order) && !(rehearsing->session = session_open_to_read(invocation, error)))
		return FALSE;
	if (!choose_policy(rehearsing, invocation, order, error) || !choose_days(rehearsing, order, error) || !choose_people(rehearsing, error))
		return FALSE;
	if (!rehearsing->lines && !(rehearsing->record = rehearsing_record_load(rehearsing->session, &rehearsing->people, error)))
		return FALSE;
	index_invoices(rehearsing);
	return choose_answers(rehearsing, order, error);
}

static Rehearsing *read_files(const RehearsingOrder *order, GError **error)
{
	g_autoptr(Rehearsing) rehearsing = g_new0(Rehearsing, 1);
	if (order->people && !(rehearsing->roster = roster_read(order->people, error)))
		return NULL;
	if (order->invoices && !(rehearsing->lines = invoice_lines_read(order->invoices, error)))
		return NULL;
	return g_steal_pointer(&rehearsing);
}

static gboolean was_steady(const Rehearsing *rehearsing)
{
	return !rehearsing->session || store_is_steady(session_store(rehearsing->session));
}

Rehearsing *rehearsing_new(const Invocation *invocation, const RehearsingOrder *order, GError **error)
{
	for (guint try = 1;; try++) {
		g_autoptr(GError) failure = NULL;
		g_autoptr(Rehearsing) rehearsing = read_files(order, error);
		if (!rehearsing)
			return NULL;
		const gboolean read = read_store(rehearsing, invocation, order, &failure);
		if (was_steady(rehearsing) && read)
			return g_steal_pointer(&rehearsing);
		if (was_steady(rehearsing) || try == READING_TRIES) {
			if (!failure)
				error_set(&failure, ERROR_TRANSIENT, "%s", _("the store is being written to: try again"));
			g_propagate_error(error, g_steal_pointer(&failure));
			return NULL;
		}
	}
}

/* --- playing --- */

typedef struct {
	Rehearsing *rehearsing;
	const RehearsingAudience *audience;
} Play;

static gboolean decide(const RehearsedQuestion *question, RehearsedAnswer *answer, gpointer user_data)
{
	return rehearsing_answers_decide(((Play *)user_data)->rehearsing->answers, question, answer);
}

static void hear(const Rehearsed *rehearsed, gpointer user_data)
{
	const Play *play = user_data;
	if (play->rehearsing->answers)
		rehearsing_answers_hear(play->rehearsing->answers, rehearsed);
	play->audience->visit(rehearsed, play->audience->user_data);
}

/* In hours: days would hardly move. */
static void progress(gint64 now, gpointer user_data)
{
	const Play *play = user_data;
	const Rehearsing *rehearsing = play->rehearsing;
	const gint64 done = (now - rehearsing->from) / 3600, total = (rehearsing->until - rehearsing->from) / 3600;
	play->audience->progress((guint)CLAMP(done, 0, total), (guint)total, play->audience->user_data);
}

gboolean rehearsing_run(Rehearsing *rehearsing, gboolean in_force, const RehearsingAudience *audience, GError **error)
{
	Play play = {rehearsing, audience};
	const Policy *policy = in_force ? rehearsing->in_force : rehearsing_policy(rehearsing);
	const RehearsalTerms terms = {
		.policy = policy,
		.people = &rehearsing->people,
		.from = rehearsing->from,
		.until = rehearsing->until,
		.decides = rehearsing->answers ? decide : NULL,
		.progress = audience->progress ? progress : NULL,
		.user_data = &play,
	};
	Rehearsal **played = &rehearsing->played[in_force ? 1 : 0];
	g_clear_pointer(played, rehearsal_free);
	*played = rehearsal_new(&terms);
	if (rehearsing->answers)
		rehearsing_answers_start(rehearsing->answers, rehearsing->from);
	if (rehearsing->lines)
		add_lines(rehearsing, *played, policy);
	else
		rehearsing_record_add(rehearsing->record, *played, policy, rehearsing->from);
	return rehearsal_run(*played, hear, &play, error);
}

GPtrArray *rehearsing_unheard(const Rehearsing *rehearsing)
{
	return rehearsing->answers ? rehearsing_answers_idle(rehearsing->answers) : g_ptr_array_new_with_free_func(g_free);
}
