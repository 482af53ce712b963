/* A whole rehearsal: open approvals that nobody decides over ninety days, with DESIGN.md's ladder that ends in a mail a day to three people, in three calendars,
 * and the same with everybody deciding after some days. Wanted: ten thousand in well under 20 s, and memory that does not grow with the days.
 * Prints; never fails on a time.
 *
 *   bench_rehearsal [APPROVALS [DAYS]]      default 10000 90
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/policy_file.h"
#include "domain/rehearsal.h"
#include "measure.h"

#define FROM   1796025600 /* 2026-11-30 08:00 UTC, a Monday */
#define DAY    86400
#define PEOPLE 400 /* who approve; everybody's manager is one of twenty */

static const char policy_text[] =
	"calendars = {\n"
	"  nl = { timezone = \"Europe/Amsterdam\"; work = [ \"Mon-Fri 08:30-12:30\", \"Mon-Fri 13:00-17:30\" ]; countries = [ \"NL\" ]; };\n"
	"  es = { timezone = \"Europe/Madrid\"; work = [ \"Mon-Thu 08:00-17:00\", \"Fri 08:00-15:00\" ]; countries = [ \"ES\" ]; };\n"
	"  us = { timezone = \"America/New_York\"; work = \"Mon-Fri 09:00-17:00\"; countries = [ \"US\" ]; };\n};\n"
	"default_calendar = \"nl\"; max_per_day = 6;\n"
	"ladders = { standard = (\n"
	"  { name = \"opened\"; at = \"start\"; send = [ \"mail\", \"invite\" ]; tone = \"new\"; },\n"
	"  { name = \"nudge\"; at = \"start+1bd\"; tone = \"friendly\"; },\n"
	"  { name = \"pressing\"; at = \"deadline-4bh\"; tone = \"firm\"; },\n"
	"  { name = \"manager\"; at = \"deadline\"; tone = \"escalation\"; to = \"approver\"; cc = \"manager(approver)\"; },\n"
	"  { name = \"widen\"; at = \"deadline+2bd\"; tone = \"escalation\"; add = \"manager(approver)\"; to = [ \"approver\", \"manager(approver)\" ]; },\n"
	"  { name = \"daily\"; at = \"deadline+3bd\"; every = \"1bd\"; times = 0; tone = \"final\"; to = [ \"approver\", \"manager(approver)\" ]; cc = \"group(finance)\"; } ); };\n"
	"chains = ( { name = \"rest\"; stages = (\n"
	"  { name = \"budget holder\"; approvers = \"lookup(budget_holder)\"; within = \"5bd\"; ladder = \"standard\"; },\n"
	"  { name = \"controller\"; approvers = \"group(finance)\"; within = \"2bd\"; ladder = \"standard\"; } ); } );\n";

/* --- people, by number --- */

static Person *person_make(const char *uid)
{
	static const char *const countries[] = {"NL", "NL", "ES", "US"};
	Person *person = person_new();
	person->directory_id = g_strdup(uid);
	person->uid = g_strdup(uid);
	person->mail = g_strdup_printf("%s@example.nl", uid);
	person->country = g_strdup(countries[g_str_hash(uid) % G_N_ELEMENTS(countries)]);
	return person;
}

static gboolean give(const char *uid, GPtrArray **people)
{
	*people = people_list_new();
	g_ptr_array_add(*people, person_make(uid));
	return TRUE;
}

static gboolean ask_name(gpointer data, const char *name, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)data;
	(void)steps;
	(void)error;
	return give(name, people);
}

static gboolean ask_lookup(gpointer data, const char *name, const SelectorContext *context, GPtrArray **people, GPtrArray *steps, GError **error)
{
	(void)name;
	return ask_name(data, context->cost_centre, people, steps, error);
}

static gboolean ask_manager(gpointer data, const Person *person, GPtrArray **people, GPtrArray *steps, GError **error)
{
	g_autofree char *boss = g_strdup_printf("boss%u", g_str_hash(person->uid) % 20);
	return ask_name(data, boss, people, steps, error);
}

static const PeopleSource people = {.user = ask_name, .group = ask_name, .mail = ask_name, .again = ask_name, .lookup = ask_lookup, .manager = ask_manager, .is_final = TRUE};

/* --- the rehearsal --- */

typedef struct {
	guint approvals, days;
	gboolean decided;
} Bench;

static void count(const Rehearsed *rehearsed, gpointer user_data)
{
	guint *counts = user_data;
	counts[rehearsed->kind]++;
}

/* Three in four within the week, the others never. */
static gboolean decides(const RehearsedQuestion *question, RehearsedAnswer *answer, gpointer user_data)
{
	(void)user_data;
	guint luck = g_str_hash(question->invoice);
	answer->at = question->since + (gint64)(luck % 7) * DAY + luck % 30000;
	return luck % 4 != 0;
}

static void add_invoices(Rehearsal *rehearsal, guint number)
{
	for (guint i = 0; i < number; i++) {
		g_autofree char *label = g_strdup_printf("Supplier %u/%u", i % 97, i);
		InvoiceFacts *facts = invoice_facts_new(); /* the process ends soon */
		facts->currency = g_strdup("EUR");
		facts->has_gross = decimal_parse("100.00", &facts->gross, NULL);
		g_ptr_array_add(facts->cost_references, g_strdup_printf("p%u", i % PEOPLE));
		const RehearsedInvoice invoice = {.label = label, .facts = facts, .received = FROM - (gint64)(i % 500) * 3600, .opens = INSTANT_NONE, .booked = INSTANT_NONE};
		rehearsal_add(rehearsal, &invoice);
	}
}

static void run(gpointer data)
{
	const Bench *bench = data;
	g_autoptr(Problems) problems = problems_new();
	g_autoptr(Policy) policy = policy_parse(policy_text, strlen(policy_text), "policy", NULL, problems);
	if (!policy)
		g_error("%s", problem_format(problems_get(problems, 0)));
	const RehearsalTerms terms = {.policy = policy, .people = &people, .from = FROM, .until = FROM + (gint64)bench->days * DAY, .decides = bench->decided ? decides : NULL};
	g_autoptr(Rehearsal) rehearsal = rehearsal_new(&terms);
	add_invoices(rehearsal, bench->approvals);
	guint counts[REHEARSED_REMINDER + 1] = {0};
	GError *error = NULL;
	if (!rehearsal_run(rehearsal, count, counts, &error))
		g_error("%s", error->message);
	printf("    %u reminders, %u approvals opened, %u people added, %u invoices closed\n", counts[REHEARSED_REMINDER], counts[REHEARSED_OPENED],
	       counts[REHEARSED_ADDED], counts[REHEARSED_CLOSED]);
	fflush(stdout);
}

static void measure(const char *what, Bench *bench)
{
	printf("  %s\n", what);
	fflush(stdout);
	Cost cost = measure_work(run, bench);
	printf("    %.2f s wall, %.2f s processor, %.0f MiB\n", cost.wall_s, cost.cpu_s, cost.peak_mib);
}

int main(int argc, char **argv)
{
	Bench bench = {.approvals = argc > 1 ? (guint)atoi(argv[1]) : 10000, .days = argc > 2 ? (guint)atoi(argv[2]) : 90};
	printf("rehearsal of %u open approvals over %u days; wanted: well under 20 s\n", bench.approvals, bench.days);
	measure("nobody decides", &bench);
	bench.decided = TRUE;
	measure("three in four decide within a week", &bench);
	bench.decided = FALSE;
	bench.days /= 3;
	measure("nobody decides, a third of the days: memory beside it", &bench);
	return 0;
}
