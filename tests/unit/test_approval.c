/* How many must approve, and what the approvals of a stage mean for it. */
#include "domain/approval.h"

#include <string.h>

static void test_states(void)
{
	static const char *const names[] = {"pending", "approved", "rejected", "delegated", "lapsed"};
	for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
		ApprovalState read;
		g_assert_cmpstr(approval_state_name((ApprovalState)i), ==, names[i]);
		g_assert_true(approval_state_parse(names[i], &read));
		g_assert_cmpuint(read, ==, i);
	}
	static const char *const wrong[] = {"", "Pending", "approve", "approved ", NULL};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		ApprovalState state = APPROVAL_LAPSED;
		g_assert_false(approval_state_parse(wrong[i], &state));
		g_assert_cmpint(state, ==, APPROVAL_LAPSED);
	}
}

static void test_need_text(void)
{
	static const struct {
		const char *text;
		Need need;
	} cases[] = {
		{"any", {NEED_ANY, 0}},  {"all", {NEED_ALL, 0}},        {"1", {NEED_NUMBER, 1}},
		{"2", {NEED_NUMBER, 2}}, {"1000", {NEED_NUMBER, 1000}},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		Need read;
		g_autofree char *text = need_format(cases[i].need);
		g_assert_cmpstr(text, ==, cases[i].text);
		g_assert_true(need_parse(cases[i].text, &read));
		g_assert_cmpint(read.type, ==, cases[i].need.type);
		g_assert_cmpuint(read.number, ==, cases[i].need.number);
	}
	static const char *const wrong[] = {"", "0", "-1", "1001", "2.0", "two", " 2", "Any", "18446744073709551617", NULL};
	for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
		Need need = {NEED_NUMBER, 7};
		g_assert_false(need_parse(wrong[i], &need));
		g_assert_cmpuint(need.number, ==, 7);
	}
}

static void test_need_count(void)
{
	static const struct {
		Need need;
		guint opened, count;
	} cases[] = {
		{{NEED_ANY, 0}, 1, 1},    {{NEED_ANY, 0}, 5, 1},    {{NEED_ALL, 0}, 1, 1},
		{{NEED_ALL, 0}, 5, 5},    {{NEED_ALL, 0}, 0, 1}, /* nobody is never enough */
		{{NEED_NUMBER, 1}, 5, 1}, {{NEED_NUMBER, 2}, 5, 2}, {{NEED_NUMBER, 3}, 2, 3},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpuint(need_count(cases[i].need, cases[i].opened), ==, cases[i].count);
}

static const char letters[] = "parDl"; /* in the order of ApprovalState */

/* "a:ann p:bob | a:cas<bob a:dan/eva": states and persons, in whose place, who decided it, groups apart. */
static GPtrArray *approvals_read(const char *text, int *groups)
{
	GPtrArray *approvals = g_ptr_array_new_with_free_func((GDestroyNotify)approval_free);
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	*groups = 1;
	for (guint i = 0; words[i]; i++) {
		if (g_str_equal(words[i], "|")) {
			(*groups)++;
			continue;
		}
		if (!*words[i])
			continue;
		Approval *approval = approval_new();
		approval->group = *groups - 1;
		g_auto(GStrv) names = g_strsplit_set(words[i] + 2, "</", 2);
		approval->person = g_strdup(names[0]);
		approval->replaces = strchr(words[i], '<') ? g_strdup(names[1]) : NULL;
		approval->decider = strchr(words[i], '/') ? g_strdup(names[1]) : NULL;
		while (letters[approval->state] != *words[i])
			approval->state++;
		g_ptr_array_add(approvals, approval);
	}
	return approvals;
}

static void test_outcome(void)
{
	static const struct {
		const char *need, *approvals;
		StageOutcome outcome;
	} cases[] = {
		{"any", "p:ann", STAGE_GOES_ON},
		{"any", "a:ann", STAGE_REACHED},
		{"any", "p:ann a:bob p:cas", STAGE_REACHED},
		{"any", "p:ann l:bob D:cas", STAGE_GOES_ON},
		{"any", "", STAGE_GOES_ON},
		{"all", "", STAGE_GOES_ON},
		{"all", "a:ann p:bob", STAGE_GOES_ON},
		{"all", "a:ann a:bob", STAGE_REACHED},
		{"all", "a:ann l:bob", STAGE_GOES_ON},
		/* handed on: who has it now counts, who had it does not */
		{"all", "a:ann D:bob p:cas<bob", STAGE_GOES_ON},
		{"all", "a:ann D:bob a:cas<bob", STAGE_REACHED},
		{"all", "a:ann D:bob D:cas<bob a:dan<cas", STAGE_REACHED},
		/* handed back: nobody in its place is one too few */
		{"all", "a:ann D:bob", STAGE_GOES_ON},
		{"any", "a:ann D:bob", STAGE_REACHED},
		/* who decided counts, not whose it was */
		{"2", "a:ann/eva a:bob/eva", STAGE_GOES_ON},
		{"2", "a:ann/eva a:bob", STAGE_REACHED},
		{"2", "a:ann/bob a:bob", STAGE_GOES_ON},
		{"all", "D:ann D:bob", STAGE_GOES_ON},
		{"2", "a:ann p:bob p:cas", STAGE_GOES_ON},
		{"2", "a:ann p:bob a:cas", STAGE_REACHED},
		{"2", "a:ann a:bob a:cas", STAGE_REACHED},
		{"3", "a:ann a:bob", STAGE_GOES_ON},
		/* persons count, not approvals */
		{"2", "a:ann a:ann p:bob", STAGE_GOES_ON},
		{"2", "a:ann a:ann a:bob", STAGE_REACHED},
		{"all", "a:ann p:ann a:bob", STAGE_REACHED},
		/* each cost centre on its own */
		{"any", "a:ann | p:bob", STAGE_GOES_ON},
		{"any", "p:ann | a:bob", STAGE_GOES_ON},
		{"any", "a:ann | a:bob", STAGE_REACHED},
		{"any", "a:ann a:bob |", STAGE_GOES_ON},
		{"2", "a:ann a:bob p:cas | a:cas p:ann", STAGE_GOES_ON},
		{"2", "a:ann a:bob p:cas | a:cas a:dan p:ann", STAGE_REACHED},
		{"all", "a:ann a:bob | a:cas | p:dan", STAGE_GOES_ON},
		{"all", "a:ann a:bob | a:cas | a:dan", STAGE_REACHED},
		/* any one rejection rejects, whatever else was said */
		{"any", "r:ann", STAGE_REJECTED},
		{"any", "a:ann r:bob", STAGE_REJECTED},
		{"all", "a:ann a:bob | r:cas", STAGE_REJECTED},
		{"2", "p:ann p:bob r:cas", STAGE_REJECTED},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Stage) stage = stage_new();
		g_assert_true(need_parse(cases[i].need, &stage->need));
		g_autoptr(GPtrArray) approvals = approvals_read(cases[i].approvals, &stage->groups);
		g_test_message("need %s of %s", cases[i].need, cases[i].approvals);
		g_assert_cmpint(stage_outcome(stage, approvals), ==, cases[i].outcome);
	}
}

static void test_empty(void)
{
	g_autoptr(Stage) stage = stage_new();
	g_autoptr(Approval) approval = approval_new();
	g_assert_cmpint(stage->opened, ==, INSTANT_NONE);
	g_assert_cmpint(stage->closed, ==, INSTANT_NONE);
	g_assert_cmpint(stage->groups, ==, 1);
	g_assert_cmpuint(stage->before->len, ==, 0);
	g_assert_cmpint(approval->state, ==, APPROVAL_PENDING);
	g_assert_cmpint(approval->start, ==, INSTANT_NONE);
	g_assert_cmpint(approval->deadline, ==, INSTANT_NONE);
	g_assert_cmpint(approval->closed, ==, INSTANT_NONE);
	stage_free(NULL);
	approval_free(NULL);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/approval/states", test_states);
	g_test_add_func("/approval/need-text", test_need_text);
	g_test_add_func("/approval/need-count", test_need_count);
	g_test_add_func("/approval/outcome", test_outcome);
	g_test_add_func("/approval/empty", test_empty);
	return g_test_run();
}
