/* Who is enough where a person may be asked for several cost centres but counts once. */
#include "domain/approval.h"

/* Groups as "ab c" (one letter a person), with how many are wanted of each as digits. */
static gboolean can(const char *groups, const char *wanted)
{
	static const char letters[] = "a\0b\0c\0d\0e\0f\0g\0h";
	g_auto(GStrv) words = g_strsplit(groups, " ", -1);
	g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	guint numbers[8] = {0};
	for (guint i = 0; words[i]; i++) {
		GPtrArray *people = g_ptr_array_new();
		for (const char *p = words[i]; *p; p++)
			g_ptr_array_add(people, (gpointer)&letters[2 * (*p - 'a')]);
		g_ptr_array_add(all, people);
		numbers[i] = (guint)(wanted[i] - '0');
	}
	return need_can_be_met(all, numbers);
}

static void test_need_can_be_met(void)
{
	g_assert_true(can("a", "1"));
	g_assert_true(can("a", "0"));
	g_assert_false(can("a", "2"));
	g_assert_true(can("a ab", "11"));
	g_assert_true(can("ab a", "11"));
	g_assert_false(can("a a", "11"));
	g_assert_false(can("a ab", "12"));
	g_assert_true(can("ab bc cd de ef a", "111111"));
	g_assert_false(can("ab bc ca abc", "1111"));
	g_assert_true(can("abcd ab ab", "211"));
	g_assert_false(can("abc ab ab", "211"));
}

/* Every way of sharing people out, one after the other. */
static gboolean can_by_trying(const guint *members, guint *wanted, guint groups, guint person, guint people)
{
	guint left = 0;
	for (guint i = 0; i < groups; i++)
		left += wanted[i];
	if (!left || person == people)
		return !left;
	for (guint i = 0; i < groups; i++) {
		if (!(members[i] >> person & 1) || !wanted[i])
			continue;
		wanted[i]--;
		gboolean done = can_by_trying(members, wanted, groups, person + 1, people);
		wanted[i]++;
		if (done)
			return TRUE;
	}
	return can_by_trying(members, wanted, groups, person + 1, people);
}

static void test_as_by_trying(void)
{
	for (guint round = 0; round < 3000; round++) {
		guint groups = (guint)g_test_rand_int_range(1, 5), members[4], wanted[4];
		g_autoptr(GString) text = g_string_new(NULL), numbers = g_string_new(NULL);
		for (guint i = 0; i < groups; i++) {
			members[i] = (guint)g_test_rand_int_range(1, 64);
			wanted[i] = (guint)g_test_rand_int_range(0, 3);
			g_string_append(text, i ? " " : "");
			for (guint person = 0; person < 6; person++)
				if (members[i] >> person & 1)
					g_string_append_c(text, (char)('a' + person));
			g_string_append_printf(numbers, "%u", wanted[i]);
		}
		gboolean expected = can_by_trying(members, wanted, groups, 0, 6);
		if (can(text->str, numbers->str) != expected)
			g_error("%s with %s: wanted %d", text->str, numbers->str, expected);
	}
}

static void add(GPtrArray *approvals, int group, const char *person, ApprovalState state)
{
	Approval *approval = approval_new();
	approval->group = group;
	approval->person = g_strdup(person);
	approval->state = state;
	g_ptr_array_add(approvals, approval);
}

static void test_group_for(void)
{
	g_autoptr(Stage) stage = stage_new();
	g_autoptr(GPtrArray) approvals = g_ptr_array_new_with_free_func((GDestroyNotify)approval_free);
	stage->groups = 3;
	add(approvals, 0, "a", APPROVAL_PENDING);
	add(approvals, 0, "b", APPROVAL_PENDING);
	add(approvals, 1, "a", APPROVAL_PENDING);
	add(approvals, 2, "c", APPROVAL_APPROVED);
	g_assert_cmpint(stage_group_for(stage, approvals, "a"), ==, 1);
	g_assert_cmpint(stage_group_for(stage, approvals, "b"), ==, 0);
	g_assert_cmpint(stage_group_for(stage, approvals, "c"), ==, -1);
	add(approvals, 2, "a", APPROVAL_PENDING);
	g_assert_cmpint(stage_group_for(stage, approvals, "a"), ==, 1);
	((Approval *)approvals->pdata[3])->state = APPROVAL_LAPSED;
	g_assert_cmpint(stage_group_for(stage, approvals, "a"), ==, 0); /* hopeless: the first of theirs */
}

static void test_run_of_stages(void)
{
	static const int positions[] = {0, 1, 0, 1, 2};
	g_autoptr(GPtrArray) stages = g_ptr_array_new_with_free_func((GDestroyNotify)stage_free);
	g_assert_cmpint(stages_began(stages), ==, 1);
	for (guint i = 0; i < G_N_ELEMENTS(positions); i++) {
		Stage *stage = stage_new();
		stage->ordinal = (int)i + 1;
		stage->position = positions[i];
		g_ptr_array_add(stages, stage);
	}
	g_assert_cmpint(stages_began(stages), ==, 3);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/need/need-can-be-met", test_need_can_be_met);
	g_test_add_func("/need/as-by-trying", test_as_by_trying);
	g_test_add_func("/need/group-for", test_group_for);
	g_test_add_func("/need/run-of-stages", test_run_of_stages);
	return g_test_run();
}
