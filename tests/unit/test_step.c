/* Steps: fields into a line and back, whatever stands in them. */
#include "domain/step.h"

static void test_there_and_back(void)
{
	static const char *const cases[][5] = {
		{"means", "user(anna)", "", "anna", NULL},
		{"searched", "people", "(&(objectClass=x)(|(uid=a)(uid=\\2a)))", "dc=a,dc=b", NULL},
		{"read", "|", "\\", "||\\\\|", NULL},
		{"word", NULL},
		{"", "", "", "", NULL},
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *line = step_new_of(cases[i]);
		g_auto(GStrv) fields = step_fields(line);
		g_assert_true(g_strv_equal((const char *const *)fields, cases[i]));
	}
}

static void test_lines(void)
{
	g_autofree char *line = step_new(STEP_SEARCHED, "people", "(|(uid=a\nb))", "c\\d", "1", NULL);
	g_assert_cmpstr(line, ==, "searched|people|(\\|(uid=a b))|c\\\\d|1");
	g_auto(GStrv) plain = step_fields("as it was written before");
	g_assert_cmpuint(g_strv_length(plain), ==, 1);
	g_auto(GStrv) cut = step_fields("a|b\\");
	g_assert_cmpstr(cut[1], ==, "b\\");
	g_auto(GStrv) empty = step_fields("");
	g_assert_cmpuint(g_strv_length(empty), ==, 1);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/step/there-and-back", test_there_and_back);
	g_test_add_func("/step/lines", test_lines);
	return g_test_run();
}
