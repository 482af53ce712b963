/* Rehearsals against cases worked out by hand from DESIGN.md. */
#include "rehearsal_fixture.h"

#include <string.h>

#define BUDGET(within) "{ name = \"budget\"; approvers = \"lookup(budget_holder)\"; within = \"" within "\"; ladder = \"standard\"; }"

/* ann -> boss -> ceo; fin is finance. */
static Company *small_company(void)
{
	return COMPANY({.uid = "ann", .manager = "boss", .centres = "4100"}, {.uid = "boss", .manager = "ceo"}, {.uid = "ceo"},
	               {.uid = "fin", .groups = "finance"});
}

/* --- when --- */

/* Thursday 24 December 16:05, within 1bd: the deadline is Monday 28 December 17:30. */
static void test_holidays(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS STANDARD CHAIN(BUDGET("1bd")));
	trial_invoice(trial, "S/1", "2026-12-24 16:05", NULL);
	trial_expect(trial, "2026-12-24 00:00", "2027-01-05 10:00",
	             "Mon 2026-12-28 09:00 ann opened new\n"
	             "Mon 2026-12-28 09:00 ann opened invite\n"
	             "Mon 2026-12-28 14:00 ann pressing firm\n"
	             "Tue 2026-12-29 09:00 ann manager escalation\n"
	             "Tue 2026-12-29 09:00 boss +manager escalation\n"
	             "Thu 2026-12-31 09:00 ann widen escalation\n"
	             "Thu 2026-12-31 09:00 boss widen escalation\n"
	             "Fri 2027-01-01 09:00 ann daily final\n"
	             "Fri 2027-01-01 09:00 boss daily final\n"
	             "Fri 2027-01-01 09:00 fin +daily final\n"
	             "Mon 2027-01-04 09:00 ann daily.1 final\n"
	             "Mon 2027-01-04 09:00 boss daily.1 final\n"
	             "Mon 2027-01-04 09:00 fin +daily.1 final\n"
	             "Tue 2027-01-05 09:00 ann daily.2 final\n"
	             "Tue 2027-01-05 09:00 boss daily.2 final\n"
	             "Tue 2027-01-05 09:00 fin +daily.2 final\n");
}

/* The rungs of DESIGN.md's worked table. */
static void test_worked_table(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS LADDER("{ name = \"before\"; at = \"deadline-1bd\"; }, { name = \"on\"; at = \"deadline\"; }, "
	                                                                     "{ name = \"soon\"; at = \"deadline\"; urgent = true; }") CHAIN(BUDGET("1bd")));
	trial_invoice(trial, "S/1", "2026-12-24 16:05", NULL);
	trial_expect(trial, "2026-12-24 00:00", "2027-01-05 10:00",
	             "Mon 2026-12-28 09:00 ann before friendly\n"
	             "Tue 2026-12-29 08:30 ann soon friendly\n"
	             "Tue 2026-12-29 09:00 ann on friendly\n");
}

static void test_two_calendars(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .country = "ES"}, {.uid = "boss", .country = "US"}),
	                                   CALENDARS LADDER(OPENED ", " MANAGER) CHAIN(BUDGET("2bd")));
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-08 00:00",
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Wed 2026-12-02 20:00 boss +manager escalation\n"
	             "Thu 2026-12-03 09:00 ann manager escalation\n");
}

static void test_fair_warning(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS LADDER("{ name = \"alarm\"; at = \"start\"; tone = \"escalation\"; cc = \"manager(approver)\"; }, "
	                                                                     "{ name = \"ceo\"; at = \"start+3bh\"; tone = \"final\"; to = \"user(ceo)\"; }") CHAIN(BUDGET("2bd")));
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-08 00:00",
	             "Mon 2026-11-30 09:00 ann alarm escalation\n"
	             "Mon 2026-11-30 13:00 boss +alarm escalation\n"
	             "Mon 2026-11-30 14:00 ceo ceo final\n");
}

static void test_from(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS LADDER(OPENED ", " NUDGE) CHAIN(BUDGET("2bd")));
	trial_invoice(trial, "S/1", "2026-11-02 08:10", NULL);
	trial_invoice(trial, "S/2", "2026-12-01 16:00", NULL);
	trial_invoice(trial, "S/3", "2026-12-03 09:01", NULL);
	trial_expect(trial, "2026-11-30 12:00", "2026-12-03 09:00",
	             "Mon 2026-11-30 14:00 ann opened new\n"
	             "Mon 2026-11-30 14:00 ann opened invite\n"
	             "Tue 2026-12-01 14:00 ann nudge friendly\n"
	             "Wed 2026-12-02 09:00 ann opened new S/2\n"
	             "Wed 2026-12-02 09:00 ann opened invite S/2\n"
	             "Thu 2026-12-03 09:00 ann nudge friendly S/2\n");
}

/* --- who --- */

static void test_add(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS LADDER(OPENED ", { name = \"widen\"; at = \"start+1bd\"; add = \"manager(approver)\"; }, "
	                                                                     "{ name = \"late\"; at = \"deadline\"; tone = \"firm\"; cc = \"manager(approver)\"; }") CHAIN(BUDGET("5bd")));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 09:00 * S/1 budget added boss by widen\n"
	             "Tue 2026-12-01 09:00 ann widen friendly\n"
	             "Tue 2026-12-01 09:00 boss widen friendly\n"
	             "Tue 2026-12-01 09:00 boss widen invite\n"
	             "Tue 2026-12-08 09:00 * S/1 budget idle (no-rung)\n"
	             "Tue 2026-12-08 09:00 ann late firm\n"
	             "Tue 2026-12-08 09:00 boss late firm\n");
}

static void test_reassign(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS LADDER(OPENED ", { name = \"take\"; at = \"start+2bd\"; reassign = \"manager(approver)\"; }") CHAIN(BUDGET("5bd")));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Wed 2026-12-02 09:00 * S/1 budget reassigned boss by take\n"
	             "Wed 2026-12-02 09:00 * S/1 budget opened boss\n"
	             "Wed 2026-12-02 09:00 ann opened invite-cancel\n"
	             "Wed 2026-12-02 09:00 boss opened new\n"
	             "Wed 2026-12-02 09:00 boss opened invite\n"
	             "Fri 2026-12-04 09:00 * S/1 budget reassigned ceo by take\n"
	             "Fri 2026-12-04 09:00 * S/1 budget opened ceo\n"
	             "Fri 2026-12-04 09:00 boss opened invite-cancel\n"
	             "Fri 2026-12-04 09:00 ceo opened new\n"
	             "Fri 2026-12-04 09:00 ceo opened invite\n"
	             "Tue 2026-12-08 09:00 * S/1 budget stuck (no-heir)\n"
	             "Tue 2026-12-08 09:00 * S/1 budget idle (no-rung)\n"
	             "Tue 2026-12-08 09:00 ceo take friendly\n");
}

static void test_deputy(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .absent = "2026-12-01 2026-12-05 bob"}, {.uid = "bob"},
	                                           {.uid = "boss"}),
	                                   CALENDARS LADDER(OPENED ", " NUDGE ", " PRESSING ", " MANAGER) CHAIN(BUDGET("5bd")));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 00:00 * S/1 budget deputy bob\n"
	             "Tue 2026-12-01 09:00 bob nudge new\n"
	             "Tue 2026-12-01 09:00 bob opened invite\n"
	             "Sat 2026-12-05 00:00 * S/1 budget left bob\n"
	             "Mon 2026-12-07 08:30 bob opened invite-cancel\n"
	             "Mon 2026-12-07 14:00 ann pressing firm\n"
	             "Tue 2026-12-08 09:00 * S/1 budget idle (no-rung)\n"
	             "Tue 2026-12-08 09:00 ann manager escalation\n"
	             "Tue 2026-12-08 09:00 boss +manager escalation\n");
}

/* Who stands in a second time is told of it again. */
static void test_deputy_again(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .centres = "4100", .absent = "2026-12-01 2026-12-02 bob; 2026-12-03 2026-12-04 bob"}, {.uid = "bob"}),
	                                   CALENDARS LADDER(OPENED) CHAIN(BUDGET("5bd")));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-05 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 00:00 * S/1 budget deputy bob\n"
	             "Tue 2026-12-01 09:00 bob opened new\n"
	             "Tue 2026-12-01 09:00 bob opened invite\n"
	             "Wed 2026-12-02 00:00 * S/1 budget left bob\n"
	             "Wed 2026-12-02 08:30 bob opened invite-cancel\n"
	             "Thu 2026-12-03 00:00 * S/1 budget deputy bob\n"
	             "Thu 2026-12-03 08:30 bob manual new\n"
	             "Thu 2026-12-03 08:30 bob manual invite\n"
	             "Fri 2026-12-04 00:00 * S/1 budget left bob\n"
	             "Fri 2026-12-04 08:30 bob manual invite-cancel\n");
}

/* Nobody stands in but the fallback; the deputy's deputy; and one who has not the authority. */
static void test_deputies_of_deputies(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .absent = "2026-11-01 2027-02-01 bob"},
	                                           {.uid = "bob", .absent = "2026-11-01 2026-12-03 cy"}, {.uid = "cy", .authority = "1.00 EUR"}, {.uid = "fin", .groups = "finance"},
	                                           {.uid = "boss"}),
	                                   CALENDARS LADDER(OPENED ", " NUDGE ", " MANAGER) CHAIN(
						   "{ name = \"budget\"; approvers = \"lookup(budget_holder)\"; within = \"1bd\"; ladder = \"standard\"; fallback = \"group(finance)\"; }"));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 08:10 * S/1 budget deputy fin\n"
	             "Mon 2026-11-30 09:00 fin opened new\n"
	             "Mon 2026-11-30 09:00 fin opened invite\n"
	             "Tue 2026-12-01 09:00 fin nudge friendly\n"
	             "Wed 2026-12-02 09:00 * S/1 budget idle (no-rung)\n"
	             "Wed 2026-12-02 09:00 boss +manager escalation\n"
	             "Wed 2026-12-02 09:00 fin manager escalation\n");
}

/* Nobody at all, until the deputy comes back. */
static void test_nobody_stands_in(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .absent = "2026-11-01 2027-02-01 bob"},
	                                           {.uid = "bob", .absent = "2026-11-01 2026-12-03"}, {.uid = "boss"}),
	                                   CALENDARS LADDER(OPENED ", " NUDGE ", " MANAGER) CHAIN(BUDGET("1bd")));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Wed 2026-12-02 09:00 * S/1 budget idle (no-rung)\n"
	             "Wed 2026-12-02 09:00 boss +manager escalation\n"
	             "Thu 2026-12-03 00:00 * S/1 budget deputy bob\n"
	             "Thu 2026-12-03 09:00 bob opened new\n");
}

/* What waits for who stood in does not go once they left: at ten in the evening it waits for his next slot in New York. */
static void test_left_before_it_went(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .centres = "4100", .absent = "2026-12-01 2026-12-03 bob"}, {.uid = "bob", .country = "US"}),
	                                   CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; tone = \"new\"; }, { name = \"late\"; at = \"start+29h\"; }") CHAIN(BUDGET("5bd")));
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-12-01 17:00", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Tue 2026-12-01 17:00 * S/1 budget opened ann\n"
	             "Tue 2026-12-01 17:00 * S/1 budget deputy bob\n"
	             "Tue 2026-12-01 20:00 bob opened new\n"
	             "Thu 2026-12-03 00:00 * S/1 budget left bob\n"
	             "Thu 2026-12-03 09:00 * S/1 budget idle (no-rung)\n"
	             "Thu 2026-12-03 09:00 ann late new\n");
}

/* --- decisions --- */

/* Answers by a table: "ann S/1 budget" at a local time; with "-" in front a rejection. */
typedef struct {
	const char *question, *at;
} Given;

static gboolean decide_by_table(const RehearsedQuestion *question, RehearsedAnswer *answer, gpointer user_data)
{
	g_autofree char *text = g_strdup_printf("%s %s %s", person_label(question->person), question->invoice, question->stage);
	for (const Given *given = user_data; given->question; given++) {
		if (strcmp(given->question + (*given->question == '-'), text))
			continue;
		answer->at = local(given->at);
		answer->reject = *given->question == '-';
		return TRUE;
	}
	return FALSE;
}

#define DECIDE(trial, ...)                                            \
	Given given[] = {__VA_ARGS__, {NULL, NULL}};                  \
	(trial)->terms.decides = decide_by_table;                     \
	(trial)->terms.user_data = given

static Company *controllers(void)
{
	return COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .groups = "controllers"}, {.uid = "boss"}, {.uid = "con", .groups = "controllers"},
	               {.uid = "dot", .groups = "controllers"}, {.uid = "fin", .groups = "finance"});
}

#define CONTROLLER "{ name = \"controller\"; approvers = \"group(controllers)\"; need = 1; within = \"2bd\"; ladder = \"standard\"; distinct = true; }"

static void test_stages(void)
{
	g_autoptr(Trial) trial = trial_new(controllers(), CALENDARS STANDARD CHAIN(BUDGET("5bd") ", " CONTROLLER));
	DECIDE(trial, {"ann S/1 budget", "2026-12-01 11:00"}, {"ann S/1 controller", "2026-12-02 10:00"}, {"dot S/1 controller", "2026-12-03 10:00"});
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 09:00 ann nudge friendly\n"
	             "Tue 2026-12-01 11:00 * S/1 budget decided ann (approve)\n"
	             "Tue 2026-12-01 11:00 * S/1 controller opened con\n"
	             "Tue 2026-12-01 11:00 * S/1 controller opened dot\n"
	             "Tue 2026-12-01 11:00 ann opened invite-cancel\n"
	             "Tue 2026-12-01 14:00 con opened new\n"
	             "Tue 2026-12-01 14:00 con opened invite\n"
	             "Tue 2026-12-01 14:00 dot opened new\n"
	             "Tue 2026-12-01 14:00 dot opened invite\n"
	             "Wed 2026-12-02 14:00 con nudge friendly\n"
	             "Wed 2026-12-02 14:00 dot nudge friendly\n"
	             "Thu 2026-12-03 10:00 * S/1 controller decided dot (approve)\n"
	             "Thu 2026-12-03 10:00 * S/1 controller lapsed con\n"
	             "Thu 2026-12-03 10:00 * S/1 - closed (approved)\n"
	             "Thu 2026-12-03 10:00 con opened invite-cancel\n"
	             "Thu 2026-12-03 10:00 dot opened invite-cancel\n");
}

/* A decision at night: nothing after it, and what takes the entry back waits for the morning. */
static void test_decided_at_night(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS STANDARD CHAIN(BUDGET("1bd")));
	DECIDE(trial, {"ann S/1 budget", "2026-12-01 23:00"});
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 09:00 ann nudge friendly\n"
	             "Tue 2026-12-01 14:00 ann pressing firm\n"
	             "Tue 2026-12-01 23:00 * S/1 budget decided ann (approve)\n"
	             "Tue 2026-12-01 23:00 * S/1 - closed (approved)\n"
	             "Wed 2026-12-02 08:30 ann opened invite-cancel\n");
}

static void test_rejected(void)
{
	g_autoptr(Trial) trial = trial_new(controllers(), CALENDARS LADDER(OPENED) CHAIN(BUDGET("5bd") ", " CONTROLLER));
	DECIDE(trial, {"ann S/1 budget", "2026-12-01 11:00"}, {"-dot S/1 controller", "2026-12-01 11:00"});
	trial->happenings = TRUE;
	trial->invites = FALSE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Tue 2026-12-01 11:00 * S/1 budget decided ann (approve)\n"
	             "Tue 2026-12-01 11:00 * S/1 controller opened con\n"
	             "Tue 2026-12-01 11:00 * S/1 controller opened dot\n"
	             "Tue 2026-12-01 11:00:01 * S/1 controller decided dot (reject)\n"
	             "Tue 2026-12-01 11:00:01 * S/1 controller lapsed con\n"
	             "Tue 2026-12-01 11:00:01 * S/1 - closed (rejected)\n");
}

/* Goes back one stage and comes again, for ever: an end is made of it. */
static void test_goes_back(void)
{
	g_autoptr(Trial) trial = trial_new(controllers(), CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; }") CHAIN(BUDGET("5bd") ", "
		"{ name = \"controller\"; approvers = \"group(controllers)\"; need = 1; within = \"2bd\"; ladder = \"standard\"; distinct = true; on_reject = \"previous\"; }"));
	DECIDE(trial, {"ann S/1 budget", "2026-12-01 11:00"}, {"-con S/1 controller", "2026-12-02 12:00"});
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_run(trial, "2026-11-30 00:00", "2026-12-02 11:59");
	trial_expect(trial, "2026-11-30 00:00", "2026-12-02 11:59",
	             "Mon 2026-11-30 09:00 ann opened friendly\n"
	             "Tue 2026-12-01 14:00 con opened friendly\n"
	             "Tue 2026-12-01 14:00 dot opened friendly\n");
	trial_run(trial, "2026-11-30 00:00", "2026-12-31 00:00");
}

/* Sent back by the third: who approved the second may be asked for it again, who approved the first may not. */
static void test_distinct_after_going_back(void)
{
	g_autoptr(Trial) trial = trial_new(controllers(), CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; }") CHAIN(BUDGET("5bd") ", " CONTROLLER ", "
		"{ name = \"cfo\"; approvers = \"user(fin)\"; ladder = \"standard\"; on_reject = \"previous\"; }"));
	DECIDE(trial, {"ann S/1 budget", "2026-12-01 11:00"}, {"con S/1 controller", "2026-12-02 12:00"}, {"-fin S/1 cfo", "2026-12-03 12:00"});
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-12-01 12:00", "2026-12-03 12:00",
	             "Tue 2026-12-01 12:00 * S/1 budget opened ann\n"
	             "Tue 2026-12-01 12:00:01 * S/1 budget decided ann (approve)\n"
	             "Tue 2026-12-01 12:00:01 * S/1 controller opened con\n"
	             "Tue 2026-12-01 12:00:01 * S/1 controller opened dot\n"
	             "Tue 2026-12-01 14:00 * S/1 controller idle (no-rung)\n"
	             "Tue 2026-12-01 14:00 * S/1 controller idle (no-rung)\n"
	             "Tue 2026-12-01 14:00 con opened friendly\n"
	             "Tue 2026-12-01 14:00 dot opened friendly\n"
	             "Wed 2026-12-02 12:00 * S/1 controller decided con (approve)\n"
	             "Wed 2026-12-02 12:00 * S/1 controller lapsed dot\n"
	             "Wed 2026-12-02 12:00 * S/1 cfo opened fin\n"
	             "Wed 2026-12-02 14:00 * S/1 cfo idle (no-rung)\n"
	             "Wed 2026-12-02 14:00 fin opened friendly\n"
	             "Thu 2026-12-03 12:00 * S/1 cfo decided fin (reject)\n"
	             "Thu 2026-12-03 12:00 * S/1 controller opened con\n"
	             "Thu 2026-12-03 12:00 * S/1 controller opened dot\n");
}

/* Who is added or stands in decides for the approver. */
static void test_other_decides(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS STANDARD CHAIN(BUDGET("1bd")));
	DECIDE(trial, {"boss S/1 budget", "2026-12-07 10:00"});
	trial->happenings = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 09:00 ann nudge friendly\n"
	             "Tue 2026-12-01 14:00 ann pressing firm\n"
	             "Wed 2026-12-02 09:00 ann manager escalation\n"
	             "Wed 2026-12-02 09:00 boss +manager escalation\n"
	             "Fri 2026-12-04 09:00 * S/1 budget added boss by widen\n"
	             "Fri 2026-12-04 09:00 ann widen escalation\n"
	             "Fri 2026-12-04 09:00 boss widen escalation\n"
	             "Mon 2026-12-07 09:00 ann daily final\n"
	             "Mon 2026-12-07 09:00 boss daily final\n"
	             "Mon 2026-12-07 09:00 fin +daily final\n"
	             "Mon 2026-12-07 10:00 * S/1 budget decided boss (approve)\n"
	             "Mon 2026-12-07 10:00 * S/1 - closed (approved)\n"
	             "Mon 2026-12-07 10:00 ann opened invite-cancel\n");
}

/* Several cost centres: each group has its need, and whoever is in two counts in one. */
static void test_cost_centres(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .centres = "4100 4200"}, {.uid = "bob", .centres = "4200"}, {.uid = "cy", .centres = "4300"}),
	                                   CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; tone = \"new\"; }") CHAIN(BUDGET("5bd")));
	DECIDE(trial, {"ann S/1 budget", "2026-12-01 11:00"}, {"bob S/1 budget", "2026-12-02 11:00"}, {"cy S/1 budget", "2026-12-03 11:00"});
	trial->happenings = TRUE;
	InvoiceFacts *facts = trial_facts(trial, trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL));
	g_ptr_array_add(facts->cost_references, g_strdup("4200"));
	g_ptr_array_add(facts->cost_references, g_strdup("4300"));
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 08:10 * S/1 budget opened ann\n"
	             "Mon 2026-11-30 08:10 * S/1 budget opened bob\n"
	             "Mon 2026-11-30 08:10 * S/1 budget opened cy\n"
	             "Mon 2026-11-30 09:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 09:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 09:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 09:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 bob opened new\n"
	             "Mon 2026-11-30 09:00 cy opened new\n"
	             "Tue 2026-12-01 11:00 * S/1 budget decided ann (approve)\n"
	             "Wed 2026-12-02 11:00 * S/1 budget decided bob (approve)\n"
	             "Thu 2026-12-03 11:00 * S/1 budget decided cy (approve)\n"
	             "Thu 2026-12-03 11:00 * S/1 budget lapsed ann\n"
	             "Thu 2026-12-03 11:00 * S/1 - closed (approved)\n");
}

static void test_stuck(void)
{
	static const struct {
		const char *stage, *currency, *told;
	} cases[] = {
		{"{ name = \"s\"; approvers = \"user(nobody)\"; ladder = \"standard\"; }", "EUR", "Mon 2026-11-30 08:10 * S/1 s stuck (nobody)\n"},
		{"{ name = \"s\"; approvers = \"user(fin)\"; need = 2; ladder = \"standard\"; }", "EUR", "Mon 2026-11-30 08:10 * S/1 s stuck (too-few)\n"},
		{"{ name = \"s\"; approvers = \"user(poor)\"; ladder = \"standard\"; }", "NOK", "Mon 2026-11-30 08:10 * S/1 s stuck (no-rate)\n"},
		{"{ name = \"s\"; approvers = \"user(fin)\"; ladder = \"standard\"; }", NULL, "Mon 2026-11-30 08:10 * S/1 - stuck (amount)\n"},
		{"{ name = \"s\"; approvers = \"user(fin)\"; opens = \"booked\"; ladder = \"standard\"; }", "EUR", ""},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *policy = g_strdup_printf(CALENDARS STANDARD "chains = ( { name = \"rest\"; stages = ( %s ); } );", cases[i].stage);
		g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "fin", .groups = "finance"}, {.uid = "poor", .authority = "10.00 EUR"}), policy);
		trial->happenings = TRUE;
		InvoiceFacts *facts = trial_facts(trial, trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL));
		g_free(facts->currency);
		facts->currency = g_strdup(cases[i].currency);
		trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00", cases[i].told);
	}
}

static void test_booked_and_backlog(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; tone = \"new\"; }")
		CHAIN("{ name = \"budget\"; approvers = \"lookup(budget_holder)\"; opens = \"booked\"; ladder = \"standard\"; }"));
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL)->booked = local("2026-12-02 10:00");
	trial_invoice(trial, "S/2", "2026-11-30 08:10", NULL)->booked = local("2026-11-29 10:00");
	RehearsedInvoice *backlog = trial_invoice(trial, "S/3", "2026-11-30 08:10", NULL);
	backlog->booked = local("2026-11-29 10:00");
	backlog->opens = local("2026-12-03 13:00");
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:00 ann opened new S/2\n"
	             "Wed 2026-12-02 14:00 ann opened new\n"
	             "Thu 2026-12-03 14:00 ann opened new S/3\n");
}

/* --- messages --- */

/* One mail a person a pass, and no more than so many a day. */
static void test_messages(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "max_per_day = 1;\n" CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; tone = \"new\"; }, "
		"{ name = \"nudge\"; at = \"start+1bd\"; tone = \"friendly\"; cc = \"user(fin)\"; }, { name = \"soon\"; at = \"start+2h\"; urgent = true; }") CHAIN(BUDGET("5bd")));
	trial->messages = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_invoice(trial, "S/2", "2026-11-30 08:40", NULL);
	trial_invoice(trial, "S/3", "2026-11-30 10:00", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:00 1: ann opened new\n"
	             "Mon 2026-11-30 09:00 1: ann opened new S/2\n"
	             "Tue 2026-12-01 09:00 2: ann nudge friendly\n"
	             "Tue 2026-12-01 09:00 2: ann nudge friendly S/2\n"
	             "Tue 2026-12-01 09:00 2: ann soon new S/3\n"
	             "Tue 2026-12-01 09:00 3: fin +nudge friendly\n"
	             "Tue 2026-12-01 09:00 3: fin +nudge friendly S/2\n"
	             "Wed 2026-12-02 09:00 4: ann nudge friendly S/3\n"
	             "Wed 2026-12-02 09:00 5: fin +nudge friendly S/3\n");
}

/* One entry a deadline day, that grows and shrinks: the fourth's deadline is another day. */
static void test_day_invites(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "invites = \"day\";\n" CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; send = [ \"invite\" ]; urgent = true; }") CHAIN(
		"{ name = \"budget\"; approvers = \"lookup(budget_holder)\"; within = \"10bd\"; before = [ \"due\" ]; ladder = \"standard\"; }"));
	DECIDE(trial, {"ann S/1 budget", "2026-12-02 20:00"}, {"ann S/2 budget", "2026-12-03 10:00"}, {"ann S/3 budget", "2026-12-03 18:00"},
	       {"ann S/5 budget", "2026-12-01 10:20"});
	trial->messages = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 09:10", "2026-12-08");
	trial_invoice(trial, "S/2", "2026-11-30 09:10", "2026-12-08");
	trial_invoice(trial, "S/3", "2026-12-01 10:10", "2026-12-08");
	trial_invoice(trial, "S/4", "2026-12-01 10:10", "2026-12-09");
	trial_invoice(trial, "S/5", "2026-12-01 10:10", "2026-12-08"); /* gone before it was told */
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:10 1: ann opened invite\n"
	             "Mon 2026-11-30 09:10 1: ann opened invite S/2\n"
	             "Tue 2026-12-01 10:10 2: ann opened invite S/4\n"
	             "Tue 2026-12-01 14:00 3: ann opened invite-update S/3\n"
	             "Thu 2026-12-03 09:00 4: ann opened invite-update\n"
	             "Thu 2026-12-03 14:00 5: ann opened invite-update S/2\n"
	             "Fri 2026-12-04 08:30 6: ann opened invite-cancel S/3\n");
}

/* An entry whose time is over is not made shorter, only taken back at the end. */
static void test_past_entry(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "invites = \"day\";\n" CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; send = [ \"invite\" ]; urgent = true; }") CHAIN(BUDGET("1bd")));
	DECIDE(trial, {"ann S/1 budget", "2026-12-02 11:00"}, {"ann S/2 budget", "2026-12-03 10:00"});
	trial->messages = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 09:10", NULL);
	trial_invoice(trial, "S/2", "2026-11-30 09:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:10 1: ann opened invite\n"
	             "Mon 2026-11-30 09:10 1: ann opened invite S/2\n"
	             "Thu 2026-12-03 10:00 2: ann opened invite-cancel\n"
	             "Thu 2026-12-03 10:00 2: ann opened invite-cancel S/2\n");
}

static void test_single_invites(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "invites = \"approval\";\n" CALENDARS LADDER("{ name = \"opened\"; at = \"start\"; send = [ \"invite\" ]; urgent = true; }") CHAIN(BUDGET("5bd")));
	DECIDE(trial, {"ann S/1 budget", "2026-12-02 20:00"}, {"ann S/2 budget", "2026-12-03 10:00"});
	trial->messages = TRUE;
	trial_invoice(trial, "S/1", "2026-11-30 09:10", NULL);
	trial_invoice(trial, "S/2", "2026-11-30 09:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:10 1: ann opened invite\n"
	             "Mon 2026-11-30 09:10 2: ann opened invite S/2\n"
	             "Thu 2026-12-03 08:30 3: ann opened invite-cancel\n"
	             "Thu 2026-12-03 10:00 4: ann opened invite-cancel S/2\n");
}

static void test_no_invites(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "invites = \"none\";\n" CALENDARS LADDER(OPENED) CHAIN(BUDGET("5bd")));
	trial_invoice(trial, "S/1", "2026-11-30 09:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00", "Mon 2026-11-30 14:00 ann opened new\n");
}

/* --- administrations, credit notes --- */

static void test_administrations(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .centres = "4100", .country = "FR"}),
		CALENDARS "administrations = ( { name = \"quiet\"; reminders = false; }, { name = \"es\"; calendar = \"es\"; ladder = \"other\"; } );\n"
		"ladders = { standard = ( { name = \"opened\"; at = \"start\"; } ); other = ( { name = \"andere\"; at = \"start\"; urgent = true; } ); };\n"
		"chains = ( { name = \"rest\"; stages = ( { name = \"budget\"; approvers = \"lookup(budget_holder)\"; } ); } );");
	trial_invoice(trial, "S/1", "2026-11-30 07:10", NULL);
	trial_invoice(trial, "S/2", "2026-11-30 07:10", NULL)->administration = policy_administration(trial->policy, "quiet");
	trial_invoice(trial, "S/3", "2026-11-30 07:10", NULL)->administration = policy_administration(trial->policy, "es");
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 08:00 ann andere friendly S/3\n"
	             "Mon 2026-11-30 09:00 ann opened friendly\n");
}

static void test_credit_note(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "credit_note_ladder = \"gentle\";\n" CALENDARS
		"ladders = { standard = ( { name = \"opened\"; at = \"start\"; } ); gentle = ( { name = \"softly\"; at = \"start\"; } ); };\n" CHAIN(BUDGET("5bd")));
	trial_invoice(trial, "S/1", "2026-11-30 07:10", NULL);
	trial_facts(trial, trial_invoice(trial, "S/2", "2026-11-30 07:10", NULL))->kind = INVOICE_KIND_CREDIT_NOTE;
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:00 ann opened friendly\n"
	             "Mon 2026-11-30 09:00 ann softly friendly S/2\n");
}

/* What the supplier's invoices add up to counts those that came before, also decided ones. */
static void test_accumulated(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS
		"ladders = { standard = ( { name = \"opened\"; at = \"start\"; } ); };\n"
		"chains = ( { name = \"big\"; when = { accumulated = { supplier_within = \"30d\"; min_amount = \"250.00 EUR\"; }; }; stages = ( { name = \"ceo\"; approvers = \"user(ceo)\"; ladder = \"standard\"; } ); },\n"
		" { name = \"rest\"; stages = ( " BUDGET("5bd") " ); } );");
	const char *const received[] = {"2026-11-30 07:10", "2026-12-01 07:10", "2026-12-02 07:10", "2027-01-15 07:10"};
	const char *const labels[] = {"S/1", "S/2", "S/3", "S/4"};
	for (guint i = 0; i < G_N_ELEMENTS(received); i++)
		trial_facts(trial, trial_invoice(trial, labels[i], received[i], NULL))->supplier.vat = g_strdup("NL001234567B01");
	trial_expect(trial, "2026-11-30 00:00", "2027-01-31 00:00",
	             "Mon 2026-11-30 09:00 ann opened friendly\n"
	             "Tue 2026-12-01 09:00 ann opened friendly S/2\n"
	             "Wed 2026-12-02 09:00 ceo opened friendly S/3\n"
	             "Fri 2027-01-15 09:00 ann opened friendly S/4\n");
}

/* --- in mid-course --- */

static void note(RemindHistory *history, const char *rung, SendFlags channel, Tone tone)
{
	remind_history_add(history, &(Reminder){.rung = rung, .person = "id-ann", .channel = channel, .tone = tone, .state = REMINDER_CLAIMED});
}

/* Opened on Thursday, told and invited; the week after it goes on where it was. */
static void take_up(Trial *trial, RehearsedInvoice *invoice, RehearsedApproval *approval, Stage *stage)
{
	const Person *ann = trial->company->people->pdata[0];
	const StageRule *rule = ((const Chain *)trial->policy->chains->pdata[0])->stages->pdata[0];
	stage->ordinal = 3;
	stage->name = g_strdup("budget");
	stage->ladder = g_strdup("standard");
	stage->within = rule->within;
	stage->at_least = rule->at_least;
	invoice->chain = trial->policy->chains->pdata[0];
	invoice->ordinal = 3;
	invoice->stage = stage;
	*approval = (RehearsedApproval){.id = "a", .person = ann, .start = local("2026-11-26 10:00"), .deadline = local("2026-12-03 17:30"),
		.history = remind_history_new(), .fair_from = local("2026-11-26 14:00")};
	note(approval->history, "opened", SEND_MAIL, TONE_NEW);
	note(approval->history, "opened", SEND_INVITE, TONE_NEW);
	note(approval->history, "nudge", SEND_MAIL, TONE_FRIENDLY);
	GPtrArray *all = g_ptr_array_new();
	g_ptr_array_add(all, approval);
	invoice->approvals = all;
}

static void test_mid_course(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS STANDARD CHAIN(BUDGET("5bd") ", { name = \"ceo\"; approvers = \"user(ceo)\"; ladder = \"standard\"; }"));
	g_autoptr(Stage) stage = stage_new();
	RehearsedApproval approval;
	RehearsedInvoice *invoice = trial_invoice(trial, "S/1", "2026-11-26 09:00", NULL);
	take_up(trial, invoice, &approval, stage);
	g_autoptr(GPtrArray) invited = g_ptr_array_new();
	g_ptr_array_add(invited, (gpointer) "id-ann");
	approval.invited = invited;
	DECIDE(trial, {"ann S/1 budget", "2026-12-07 10:00"});
	trial->happenings = TRUE;
	trial_expect(trial, "2026-11-30 12:00", "2026-12-08 08:30",
	             "Thu 2026-12-03 14:00 ann pressing firm\n"
	             "Fri 2026-12-04 09:00 ann manager escalation\n"
	             "Fri 2026-12-04 09:00 boss +manager escalation\n"
	             "Mon 2026-12-07 10:00 * S/1 budget decided ann (approve)\n"
	             "Mon 2026-12-07 10:00 * S/1 ceo opened ceo\n"
	             "Mon 2026-12-07 10:00 ann opened invite-cancel\n"
	             "Mon 2026-12-07 14:00 ceo opened new\n"
	             "Mon 2026-12-07 14:00 ceo opened invite\n");
	g_ptr_array_unref((GPtrArray *)invoice->approvals);
}

/* The approver has been away since Friday: who stands in is asked since then, and told when it begins. */
static void test_absent_in_mid_course(void)
{
	g_autoptr(Trial) trial = trial_new(COMPANY({.uid = "ann", .manager = "boss", .centres = "4100", .absent = "2026-11-27 2027-01-01 boss"}, {.uid = "boss"}),
	                                   CALENDARS LADDER(OPENED ", " NUDGE ", { name = \"again\"; at = \"start+2bd\"; tone = \"firm\"; }") CHAIN(BUDGET("5bd")));
	g_autoptr(Stage) stage = stage_new();
	RehearsedApproval approval;
	RehearsedInvoice *invoice = trial_invoice(trial, "S/1", "2026-11-26 09:00", NULL);
	take_up(trial, invoice, &approval, stage);
	trial->happenings = TRUE;
	trial_expect(trial, "2026-11-30 12:00", "2026-12-08 08:30",
	             "Mon 2026-11-30 12:00 * S/1 budget deputy boss\n"
	             "Mon 2026-11-30 12:00 boss nudge new\n"
	             "Mon 2026-11-30 12:00 boss opened invite\n"
	             "Mon 2026-11-30 14:00 * S/1 budget idle (no-rung)\n"
	             "Mon 2026-11-30 14:00 boss again firm\n");
	g_ptr_array_unref((GPtrArray *)invoice->approvals);
}

/* Held from Monday 12:00 to Wednesday 10:00: 5.5 + 9 + 1.5 hours; start and deadline move by them. */
static void test_held(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), "invites = \"approval\"; " CALENDARS STANDARD CHAIN(BUDGET("5bd")));
	g_autoptr(Stage) stage = stage_new();
	RehearsedApproval approval;
	RehearsedInvoice *invoice = trial_invoice(trial, "S/1", "2026-11-26 09:00", NULL);
	take_up(trial, invoice, &approval, stage);
	g_autoptr(GPtrArray) invited = g_ptr_array_new();
	g_ptr_array_add(invited, (gpointer) "id-ann");
	approval.invited = invited;
	g_autoptr(GArray) held = g_array_new(FALSE, FALSE, sizeof(HeldSpan));
	g_array_append_val(held, ((HeldSpan){local("2026-11-30 12:00"), local("2026-12-02 10:00")}));
	invoice->held = held;
	trial->happenings = TRUE;
	trial_expect(trial, "2026-11-30 13:00", "2026-12-10 08:30",
	             "Wed 2026-12-02 14:00 ann opened invite-update\n"
	             "Fri 2026-12-04 14:00 ann pressing firm\n"
	             "Mon 2026-12-07 09:00 ann manager escalation\n"
	             "Mon 2026-12-07 09:00 boss +manager escalation\n"
	             "Wed 2026-12-09 09:00 * S/1 budget added boss by widen\n"
	             "Wed 2026-12-09 09:00 ann widen escalation\n"
	             "Wed 2026-12-09 09:00 boss widen escalation\n");
	g_ptr_array_unref((GPtrArray *)invoice->approvals);
}

static void test_unknown(void)
{
	g_autoptr(Trial) trial = trial_new(small_company(), CALENDARS STANDARD CHAIN(BUDGET("1bd")));
	trial->company->unknown = "manager ann";
	trial_invoice(trial, "S/1", "2026-11-30 08:10", NULL);
	trial_expect(trial, "2026-11-30 00:00", "2026-12-31 00:00",
	             "Mon 2026-11-30 09:00 ann opened new\n"
	             "Mon 2026-11-30 09:00 ann opened invite\n"
	             "Tue 2026-12-01 09:00 ann nudge friendly\n"
	             "Tue 2026-12-01 14:00 ann pressing firm\n"
	             "unknown: manager ann: nobody answers\n");
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/rehearsal/holidays", test_holidays);
	g_test_add_func("/rehearsal/worked-table", test_worked_table);
	g_test_add_func("/rehearsal/two-calendars", test_two_calendars);
	g_test_add_func("/rehearsal/fair-warning", test_fair_warning);
	g_test_add_func("/rehearsal/from", test_from);
	g_test_add_func("/rehearsal/add", test_add);
	g_test_add_func("/rehearsal/reassign", test_reassign);
	g_test_add_func("/rehearsal/deputy", test_deputy);
	g_test_add_func("/rehearsal/deputy-again", test_deputy_again);
	g_test_add_func("/rehearsal/deputies-of-deputies", test_deputies_of_deputies);
	g_test_add_func("/rehearsal/nobody-stands-in", test_nobody_stands_in);
	g_test_add_func("/rehearsal/left-before-it-went", test_left_before_it_went);
	g_test_add_func("/rehearsal/stages", test_stages);
	g_test_add_func("/rehearsal/decided-at-night", test_decided_at_night);
	g_test_add_func("/rehearsal/rejected", test_rejected);
	g_test_add_func("/rehearsal/goes-back", test_goes_back);
	g_test_add_func("/rehearsal/distinct-after-going-back", test_distinct_after_going_back);
	g_test_add_func("/rehearsal/other-decides", test_other_decides);
	g_test_add_func("/rehearsal/cost-centres", test_cost_centres);
	g_test_add_func("/rehearsal/stuck", test_stuck);
	g_test_add_func("/rehearsal/booked-and-backlog", test_booked_and_backlog);
	g_test_add_func("/rehearsal/messages", test_messages);
	g_test_add_func("/rehearsal/day-invites", test_day_invites);
	g_test_add_func("/rehearsal/past-entry", test_past_entry);
	g_test_add_func("/rehearsal/single-invites", test_single_invites);
	g_test_add_func("/rehearsal/no-invites", test_no_invites);
	g_test_add_func("/rehearsal/administrations", test_administrations);
	g_test_add_func("/rehearsal/credit-note", test_credit_note);
	g_test_add_func("/rehearsal/accumulated", test_accumulated);
	g_test_add_func("/rehearsal/mid-course", test_mid_course);
	g_test_add_func("/rehearsal/absent-in-mid-course", test_absent_in_mid_course);
	g_test_add_func("/rehearsal/held", test_held);
	g_test_add_func("/rehearsal/unknown", test_unknown);
	return g_test_run();
}
