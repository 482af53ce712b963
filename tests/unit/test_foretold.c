/* What is counted of a rehearsal, and what is different between two. */
#include "rehearse/foretold_change.h"

#include <string.h>

#define AT(hours) (G_GINT64_CONSTANT(1796000400) + (hours) * 3600)

static Person *person_of(const char *uid)
{
	Person *person = person_new();
	person->directory_id = g_strdup_printf("id-%s", uid);
	person->uid = g_strdup(uid);
	person->mail = g_strdup_printf("%s@x.example", uid);
	return person;
}

typedef struct {
	Person *anna, *bob;
} People;

static void set_up(People *people, gconstpointer data)
{
	(void)data;
	people->anna = person_of("anna");
	people->bob = person_of("bob");
}

static void tear_down(People *people, gconstpointer data)
{
	(void)data;
	person_free(people->anna);
	person_free(people->bob);
}

static Rehearsed reminder(const People *people, gint64 at, const char *invoice, const char *rung, const Person *to, guint message)
{
	const Rehearsed made = {
		.at = at,
		.kind = REHEARSED_REMINDER,
		.invoice = invoice,
		.stage = "budget holder",
		.approver = people->anna,
		.person = to,
		.deadline = INSTANT_NONE,
		.rung = rung,
		.tone = TONE_FIRM,
		.message = message,
	};
	return foretold_keep(&made);
}

static void test_record(People *people, gconstpointer data)
{
	(void)data;
	Rehearsed made = reminder(people, AT(0), "S/1", "daily", people->bob, 1);
	made.occurrence = 2;
	made.role = ROLE_CC;
	g_autoptr(Json) record = foretold_record(&made);
	g_autofree char *line = js_line(record);
	g_assert_cmpstr(line, ==,
	                "{\"at\":\"2026-11-30T01:00:00Z\",\"invoice\":\"S/1\",\"stage\":\"budget holder\",\"approver\":\"anna\",\"rung\":\"daily\",\"occurrence\":2,"
	                "\"recipient\":\"bob@x.example\",\"role\":\"cc\",\"send\":\"mail\",\"tone\":\"firm\"}");
}

/* Lines are what the records are. */
static void test_lines(People *people, gconstpointer data)
{
	(void)data;
	g_autoptr(ForetoldWriter) writer = foretold_writer_new();
	Rehearsed cases[] = {
		reminder(people, AT(0), "S/1", "opened", people->anna, 1),
		reminder(people, AT(1), "S \"quoted\" \\ \xc3\xa9\n\t\x01/2", "daily", people->bob, 1),
		reminder(people, AT(1), "", NULL, people->bob, 1),
		reminder(people, AT(0), "S/1", "opened", people->anna, 1),
	};
	cases[1].send = REHEARSED_INVITE_UPDATE;
	cases[1].role = ROLE_CC;
	cases[1].occurrence = G_MAXUINT;
	cases[2].approver = NULL;
	cases[2].stage = NULL;
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize length;
		g_autoptr(Json) record = foretold_record(&cases[i]);
		g_autofree char *text = js_line(record), *wanted = g_strconcat(text, "\n", NULL);
		g_assert_cmpstr(foretold_writer_line(writer, &cases[i], &length), ==, wanted);
		g_assert_cmpuint(length, ==, strlen(wanted));
	}
}

static void tell(ForetoldTotals *totals, RehearsedKind kind, const char *invoice, const char *why)
{
	const Rehearsed made = {.at = AT(0), .kind = kind, .invoice = invoice, .why = why};
	foretold_totals_add(totals, &made);
}

static void test_totals(People *people, gconstpointer data)
{
	(void)data;
	g_autoptr(ForetoldTotals) totals = foretold_totals_new();
	Rehearsed made = reminder(people, AT(0), "S/1", "manager", people->anna, 1);
	foretold_totals_add(totals, &made);
	made.invoice = "S/2"; /* in the same mail, which escalates */
	made.tone = TONE_FINAL;
	foretold_totals_add(totals, &made);
	foretold_totals_add(totals, &made);
	made = reminder(people, AT(0), "S/1", "manager", people->bob, 2);
	foretold_totals_add(totals, &made);
	made.message = 3;
	made.send = REHEARSED_INVITE;
	made.tone = TONE_FINAL;
	foretold_totals_add(totals, &made);
	made.at = AT(1);
	made.message = 4;
	made.send = REHEARSED_INVITE_UPDATE;
	foretold_totals_add(totals, &made);
	made.at = AT(2);
	made.message = 5;
	made.send = REHEARSED_INVITE_CANCEL;
	foretold_totals_add(totals, &made);
	made = reminder(people, AT(2), "S/1", "daily", people->anna, 6);
	foretold_totals_add(totals, &made);
	tell(totals, REHEARSED_STUCK, "S/3", "nobody");
	tell(totals, REHEARSED_STUCK, "S/4", "too-few");
	tell(totals, REHEARSED_OPENED, "S/3", NULL);
	tell(totals, REHEARSED_IDLE, "S/1", "overdue");
	tell(totals, REHEARSED_CLOSED, "S/1", "approved");
	tell(totals, REHEARSED_CLOSED, "S/2", "rejected");
	g_assert_cmpuint(totals->mails, ==, 3);
	g_assert_cmpuint(totals->escalations, ==, 1);
	g_assert_cmpuint(totals->invites, ==, 1);
	g_assert_cmpuint(totals->updates, ==, 1);
	g_assert_cmpuint(totals->cancels, ==, 1);
	g_assert_cmpuint(totals->approved, ==, 1);
	g_assert_cmpuint(totals->rejected, ==, 1);
	g_assert_cmpuint(totals->idle->len, ==, 1);
	g_autoptr(GPtrArray) stuck = foretold_totals_stuck(totals);
	g_assert_cmpuint(stuck->len, ==, 1);
	g_assert_cmpstr(((const ForetoldTrouble *)stuck->pdata[0])->invoice, ==, "S/4");
	g_autoptr(GPtrArray) shares = foretold_totals_shares(totals);
	g_assert_cmpuint(shares->len, ==, 2);
	const ForetoldShare *most = shares->pdata[0], *least = shares->pdata[1];
	g_assert_cmpstr(most->person->uid, ==, "anna");
	g_assert_cmpuint(most->mails, ==, 2);
	g_assert_cmpuint(least->mails, ==, 1);
	g_assert_cmpuint(least->invites, ==, 3);
}

static void assert_changes(const GArray *changes, const char *wanted)
{
	g_autoptr(GString) text = g_string_new(NULL);
	for (guint i = 0; i < changes->len; i++) {
		const ForetoldChange *change = &g_array_index(changes, ForetoldChange, i);
		g_string_append_printf(text, "%s%s %s %s to %s", i ? "; " : "", foretold_change_name(change->type), change->reminder.invoice, change->reminder.rung,
		                       change->reminder.person->uid);
		if (change->type == FORETOLD_MOVED)
			g_string_append_printf(text, " by %d h", (int)((change->reminder.at - change->before) / 3600));
	}
	g_assert_cmpstr(text->str, ==, wanted);
}

static void test_compare(People *people, gconstpointer data)
{
	(void)data;
	g_autoptr(GArray) before = g_array_new(FALSE, FALSE, sizeof(Rehearsed)), after = g_array_new(FALSE, FALSE, sizeof(Rehearsed));
	const Rehearsed same = reminder(people, AT(0), "S/1", "opened", people->anna, 1), gone = reminder(people, AT(5), "S/1", "nudge", people->anna, 2);
	const Rehearsed early = reminder(people, AT(8), "S/1", "pressing", people->anna, 3), late = reminder(people, AT(9), "S/1", "daily", people->bob, 4);
	Rehearsed earlier = early, later = late, new = reminder(people, AT(1), "S/2", "opened", people->bob, 9), again = same;
	earlier.at = AT(4);
	later.at = AT(20);
	later.message = 77;
	again.at = AT(3); /* the same once more */
	g_array_append_val(before, gone);
	g_array_append_val(before, late);
	g_array_append_val(before, same);
	g_array_append_val(before, early);
	g_array_append_val(after, again);
	g_array_append_val(after, earlier);
	g_array_append_val(after, same);
	g_array_append_val(after, new);
	g_array_append_val(after, later);
	g_autoptr(GArray) changes = foretold_compare(before, after);
	assert_changes(changes, "more S/2 opened to bob; more S/1 opened to anna; moved S/1 pressing to anna by -4 h; fewer S/1 nudge to anna; moved S/1 daily to bob by 11 h");
	g_autoptr(Json) record = foretold_change_record(&g_array_index(changes, ForetoldChange, 2));
	g_assert_cmpstr(js_object_get_string(record, "change"), ==, "moved");
	g_assert_cmpstr(js_object_get_string(record, "at"), ==, "2026-11-30T05:00:00Z");
	g_assert_cmpstr(js_object_get_string(record, "before"), ==, "2026-11-30T09:00:00Z");
	g_autoptr(GArray) rungs = foretold_by_rung(changes);
	g_assert_cmpuint(rungs->len, ==, 4);
	const ForetoldRungChange *daily = &g_array_index(rungs, ForetoldRungChange, 0), *opened = &g_array_index(rungs, ForetoldRungChange, 2);
	g_assert_cmpstr(daily->rung, ==, "daily");
	g_assert_cmpuint(daily->later, ==, 1);
	g_assert_cmpint(daily->most_later, ==, 11 * 3600);
	g_assert_cmpuint(daily->earlier + daily->more + daily->fewer, ==, 0);
	g_assert_cmpstr(opened->rung, ==, "opened");
	g_assert_cmpuint(opened->more, ==, 2);
	g_autoptr(GArray) none = foretold_compare(after, after);
	g_assert_cmpuint(none->len, ==, 0);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add("/foretold/record", People, NULL, set_up, test_record, tear_down);
	g_test_add("/foretold/lines", People, NULL, set_up, test_lines, tear_down);
	g_test_add("/foretold/totals", People, NULL, set_up, test_totals, tear_down);
	g_test_add("/foretold/compare", People, NULL, set_up, test_compare, tear_down);
	return g_test_run();
}
