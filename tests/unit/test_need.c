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

/* Approvals of one stage, groups apart: "p:a+bc" = pending, opened for a, b and c beside; also a, r, D, l; "p:b<" replaces another; "a:a/b": decided by b. */
static GPtrArray *read_stage(const char *text, Stage *stage)
{
	static const char states[] = "parDl"; /* in the order of ApprovalState */
	GPtrArray *approvals = g_ptr_array_new_with_free_func((GDestroyNotify)approval_free);
	g_auto(GStrv) words = g_strsplit(text, " ", -1);
	stage->groups = 1;
	for (guint i = 0; words[i]; i++) {
		if (g_str_equal(words[i], "|")) {
			stage->groups++;
			continue;
		}
		Approval *approval = approval_new();
		while (states[approval->state] != *words[i])
			approval->state++;
		approval->id = g_strdup(words[i]);
		approval->group = stage->groups - 1;
		approval->person = g_strndup(words[i] + 2, 1);
		const char *rest = words[i] + 3;
		if (*rest == '<')
			approval->replaces = g_strdup("another");
		if (*rest == '/')
			approval->decider = g_strdup(rest + 1);
		approval->beside = g_ptr_array_new_with_free_func(g_free);
		for (const char *p = *rest == '+' ? rest + 1 : ""; *p; p++)
			g_ptr_array_add(approval->beside, g_strndup(p, 1));
		g_ptr_array_add(approvals, approval);
	}
	return approvals;
}

static void test_approval_for(void)
{
	static const struct {
		const char *need, *approvals, *person, *wanted; /* NULL: none */
	} cases[] = {
		{"any", "p:a p:b | p:a | a:c", "a", "p:a 1"},
		{"any", "p:a p:b | p:a | a:c", "b", "p:b 0"},
		{"any", "p:a p:b | p:a | a:c", "c", NULL},
		{"any", "p:a p:b | p:a | p:a", "a", "p:a 0"}, /* hopeless: the first of theirs */
		/* theirs rather than one that they were added to */
		{"any", "p:b+a p:a", "a", "p:a 0"},
		{"any", "p:b+a", "a", "p:b+a 0"},
		{"any", "p:b+a", "c", NULL},
		{"any", "D:b+a", "a", NULL},
		{"any", "a:b+a", "a", NULL},
		/* but one that leaves to the others what they can do */
		{"any", "p:a+b | p:b+a p:c", "a", "p:a+b 0"},
		{"all", "p:a | p:b+a", "a", "p:a 0"},
		{"any", "p:c+a | p:d+a", "a", "p:c+a 0"},
		{"any", "p:c+a p:b | p:c+a", "a", "p:c+a 0"},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Stage) stage = stage_new();
		g_assert_true(need_parse(cases[i].need, &stage->need));
		g_autoptr(GPtrArray) approvals = read_stage(cases[i].approvals, stage);
		const Approval *found = stage_approval_for(stage, approvals, cases[i].person);
		g_autofree char *got = found ? g_strdup_printf("%s %d", found->id, found->group) : NULL;
		g_test_message("%s in %s", cases[i].person, cases[i].approvals);
		g_assert_cmpstr(got, ==, cases[i].wanted);
	}
}

static void test_can_still_be_met(void)
{
	static const struct {
		const char *need, *approvals;
		gboolean can;
		guint wants; /* the first group */
	} cases[] = {
		{"any", "p:a", TRUE, 0},
		{"any", "D:a", FALSE, 1},
		{"any", "D:a p:b", TRUE, 0},
		{"any", "D:a p:b<", TRUE, 0},
		{"all", "p:a p:b", TRUE, 0},
		{"all", "p:a D:b", FALSE, 1}, /* "all" is what it opened with */
		{"all", "a:a D:b", FALSE, 1},
		{"all", "p:a D:b p:c<", TRUE, 0},
		{"all", "p:a D:b D:c< p:d<", TRUE, 0},
		{"2", "p:a D:b", FALSE, 1},
		{"2", "p:a D:b p:c", TRUE, 0},
		{"2", "p:a+b", FALSE, 1}, /* one approval, whoever decides it */
		{"2", "p:a+b p:b", TRUE, 0},
		{"2", "a:a/b p:b", FALSE, 0}, /* b decided already */
		{"2", "a:a/b p:b+a", TRUE, 0},
		{"2", "a:a/b p:b+c", TRUE, 0},
		{"any", "p:a | D:a", FALSE, 0},
		{"any", "p:a | p:a", FALSE, 0},
		{"any", "p:a | p:a+b", TRUE, 0},
		{"any", "p:a+b | p:a", TRUE, 0},
		{"any", "p:a p:c | p:a", TRUE, 0},
		{"any", "a:a | p:a", FALSE, 0},
		{"any", "a:a | p:a+b", TRUE, 0},
		{"any", "p:a+bc | p:a+b | p:a", TRUE, 0},
		{"any", "p:a+b | p:a+b | p:a", FALSE, 0},
		{"2", "p:f p:f+bc | p:e p:f", FALSE, 0},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Stage) stage = stage_new();
		g_assert_true(need_parse(cases[i].need, &stage->need));
		g_autoptr(GPtrArray) approvals = read_stage(cases[i].approvals, stage);
		g_test_message("need %s of %s", cases[i].need, cases[i].approvals);
		g_assert_cmpint(stage_can_be_met(stage, approvals), ==, cases[i].can);
		g_assert_cmpuint(stage_group_wants(stage, approvals, 0), ==, cases[i].wants);
	}
}

/* Each approval decided by each of its people, or by nobody, one after the other. */
static gboolean met_by_trying(const GPtrArray *approvals, guint at, guint *wanted, guint spent)
{
	if (at == approvals->len) {
		for (guint group = 0; group < 3; group++)
			if (wanted[group])
				return FALSE;
		return TRUE;
	}
	const Approval *approval = approvals->pdata[at];
	if (met_by_trying(approvals, at + 1, wanted, spent))
		return TRUE;
	for (guint i = 0; wanted[approval->group] && i <= approval->beside->len; i++) {
		const char *person = i ? approval->beside->pdata[i - 1] : approval->person;
		guint bit = 1u << (*person - 'a');
		if (spent & bit)
			continue;
		wanted[approval->group]--;
		gboolean met = met_by_trying(approvals, at + 1, wanted, spent | bit);
		wanted[approval->group]++;
		if (met)
			return TRUE;
	}
	return FALSE;
}

static void test_can_be_met_by_trying(void)
{
	for (guint round = 0; round < 20000; round++) {
		g_autoptr(GString) text = g_string_new(NULL);
		guint need = (guint)g_test_rand_int_range(1, 3), wanted[3] = {0};
		guint groups = (guint)g_test_rand_int_range(1, 4);
		for (guint group = 0; group < groups; group++) {
			guint people = (guint)g_test_rand_int_range(1, 4);
			g_string_append(text, group ? " | " : "");
			for (guint i = 0; i < people; i++) {
				g_string_append_printf(text, "%sp:%c+", i ? " " : "", g_test_rand_int_range('a', 'g'));
				for (char beside = 'a'; beside < 'g'; beside++)
					if (g_test_rand_int_range(0, 5) == 0)
						g_string_append_c(text, beside);
			}
			wanted[group] = need;
		}
		g_autoptr(Stage) stage = stage_new();
		stage->need = (Need){NEED_NUMBER, need};
		g_autoptr(GPtrArray) approvals = read_stage(text->str, stage);
		gboolean expected = met_by_trying(approvals, 0, wanted, 0);
		if (stage_can_be_met(stage, approvals) != expected)
			g_error("need %u of %s: wanted %d", need, text->str, expected);
	}
}

/* "0r 1x 0.": positions and outcomes, . = open. */
static GPtrArray *read_stages(const char *text)
{
	GPtrArray *stages = g_ptr_array_new_with_free_func((GDestroyNotify)stage_free);
	for (const char *p = text; *p; p += p[2] ? 3 : 2) {
		Stage *stage = stage_new();
		stage->ordinal = (int)stages->len + 1;
		stage->position = *p - '0';
		stage->closed = p[1] == '.' ? INSTANT_NONE : 1;
		stage->outcome = g_strdup(p[1] == 'r' ? "reached" : p[1] == 'x' ? "rejected" : p[1] == 'R' ? "restarted" : NULL);
		g_ptr_array_add(stages, stage);
	}
	return stages;
}

static void test_next_stage(void)
{
	static const struct {
		const char *stages;
		int began;
		gboolean opens;
		int ordinal, position;
		const char *before; /* the ordinals that count for the next */
	} cases[] = {
		{"", 1, TRUE, 1, 0, ""},
		{"", 0, TRUE, 1, 0, ""},
		{"0.", 1, FALSE, 2, 1, "1"},
		{"0r", 1, TRUE, 2, 1, "1"},
		{"0r 1r", 1, TRUE, 3, 2, "12"},
		/* back, and on again: what was approved before counts no more */
		{"0r 1x", 1, TRUE, 3, 0, ""},
		{"0r 1x 0r", 1, TRUE, 4, 1, "3"},
		{"0r 1r 2x", 1, TRUE, 4, 1, "1"},
		{"0r 1r 2x 1r", 1, TRUE, 5, 2, "14"},
		{"0r 1r 2x 1x", 1, TRUE, 5, 0, ""},
		{"0r 1r 2x 1x 0r 1r", 1, TRUE, 7, 2, "56"},
		{"0x", 1, TRUE, 2, 0, ""},
		/* started anew: routed since, and not opened yet */
		{"0r 1R", 3, TRUE, 3, 0, ""},
		{"0r", 2, TRUE, 2, 0, ""},
		{"0r 1x", 3, TRUE, 3, 0, ""},
		{"0r 1R 0r", 3, TRUE, 4, 1, "3"},
		{"0r 1R", G_MAXINT, TRUE, 3, 0, ""},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		int ordinal, position;
		g_autoptr(GPtrArray) stages = read_stages(cases[i].stages);
		g_autoptr(GString) before = g_string_new(NULL);
		g_test_message("%s from %d", cases[i].stages, cases[i].began);
		g_assert_cmpint(stage_next(stages, cases[i].began, &ordinal, &position), ==, cases[i].opens);
		g_assert_cmpint(ordinal, ==, cases[i].ordinal);
		g_assert_cmpint(position, ==, cases[i].position);
		for (guint j = 0; j < stages->len; j++)
			if (stage_counts_before(stages, cases[i].began, stages->pdata[j], position))
				g_string_append_printf(before, "%u", j + 1);
		g_assert_cmpstr(before->str, ==, cases[i].before);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/need/need-can-be-met", test_need_can_be_met);
	g_test_add_func("/need/as-by-trying", test_as_by_trying);
	g_test_add_func("/need/approval-for", test_approval_for);
	g_test_add_func("/need/can-still-be-met", test_can_still_be_met);
	g_test_add_func("/need/can-be-met-by-trying", test_can_be_met_by_trying);
	g_test_add_func("/need/next-stage", test_next_stage);
	return g_test_run();
}
