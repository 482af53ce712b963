/* A policy, a company and some invoices to rehearse, and what is told in lines. All local times are Amsterdam's. */
#ifndef TESTS_UNIT_REHEARSAL_FIXTURE_H
#define TESTS_UNIT_REHEARSAL_FIXTURE_H

#include "company_fixture.h"

#include "domain/rehearsal.h"

/* Working time of DESIGN.md's worked table, and of others; 2026-12-25 is a holiday of all. */
#define CALENDARS                                                                                                                    \
	"calendars = { nl = { timezone = \"Europe/Amsterdam\"; work = \"Mon-Fri 08:30-17:30\"; countries = [ \"NL\" ]; };"             \
	" es = { timezone = \"Europe/Madrid\"; work = [ \"Mon-Thu 08:00-17:00\", \"Fri 08:00-15:00\" ]; countries = [ \"ES\" ]; };" \
	" ny = { timezone = \"America/New_York\"; work = \"Mon-Fri 09:00-17:00\"; countries = [ \"US\" ]; }; };\n"                    \
	"default_calendar = \"nl\";\n"

/* The ladder of DESIGN.md, without `widen`; with `manager` in another form where a test says so. */
#define OPENED   "{ name = \"opened\"; at = \"start\"; send = [ \"mail\", \"invite\" ]; tone = \"new\"; }"
#define NUDGE    "{ name = \"nudge\"; at = \"start+1bd\"; tone = \"friendly\"; }"
#define PRESSING "{ name = \"pressing\"; at = \"deadline-4bh\"; tone = \"firm\"; }"
#define MANAGER  "{ name = \"manager\"; at = \"deadline\"; tone = \"escalation\"; to = \"approver\"; cc = \"manager(approver)\"; }"
#define WIDEN    "{ name = \"widen\"; at = \"deadline+2bd\"; tone = \"escalation\"; add = \"manager(approver)\"; to = [ \"approver\", \"manager(approver)\" ]; }"
#define DAILY    "{ name = \"daily\"; at = \"deadline+3bd\"; every = \"1bd\"; times = 0; tone = \"final\"; to = [ \"approver\", \"manager(approver)\" ]; cc = \"group(finance)\"; }"
#define LADDER(...) "ladders = { standard = ( " __VA_ARGS__ " ); };\n"
#define STANDARD    LADDER(OPENED ", " NUDGE ", " PRESSING ", " MANAGER ", " WIDEN ", " DAILY)
#define STAGE(name, approvers, more) "{ name = \"" name "\"; approvers = [ \"" approvers "\" ]; within = \"5bd\"; ladder = \"standard\"; " more " }"
#define CHAIN(stages)                "chains = ( { name = \"rest\"; stages = ( " stages " ); } );\n"

typedef struct {
	Policy *policy;
	Company *company;
	GPtrArray *facts;    /* of InvoiceFacts */
	RehearsalTerms terms; /* from and until are filled in by trial_run() */
	GPtrArray *invoices; /* of RehearsedInvoice */
	gboolean happenings; /* tell them too, not only what is sent */
	gboolean invites;    /* tell invites too; TRUE */
	gboolean messages;   /* number the messages: "3: ann opened new" */
	GString *told;
} Trial;

/* Takes the company over. Problems of the policy end the test. */
Trial *trial_new(Company *company, const char *policy);
void trial_free(Trial *trial);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Trial, trial_free)

/* An invoice of 100.00 EUR for cost centre 4100; what is returned may be changed until it runs. `due`: a date or NULL. */
RehearsedInvoice *trial_invoice(Trial *trial, const char *label, const char *received, const char *due);
InvoiceFacts *trial_facts(Trial *trial, const RehearsedInvoice *invoice);

/* Runs it between two local times and gives what was told, a line each: "Mon 2026-11-30 09:00 ann opened new" (a mail), "… ann opened invite",
 * "… boss +manager escalation" (in copy), ".2" after a rung: its occurrence; " S/2" after the tone where it is another invoice than S/1.
 * Happenings: "… * ann opened S/1", "… * boss added by widen". Owned by the trial. */
const char *trial_run(Trial *trial, const char *from, const char *until);
#define trial_expect(trial, from, until, lines) g_assert_cmpstr(trial_run(trial, from, until), ==, lines)

/* "2026-11-30 09:00" in Amsterdam, and back with the weekday in front. */
gint64 local(const char *text);
char *local_text(gint64 instant);

#endif
