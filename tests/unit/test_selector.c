/* Selectors: what reads, as what; what does not, and where it says so; and that what is written reads back as the same. */
#include "domain/selector.h"

#include "base/error.h"

#include <string.h>

static void test_reads(void)
{
	static const struct {
		const char *text, *canonical;
	} cases[] = {
		{"user(anna)", "user(anna)"},
		{"  user ( anna )  ", "user(anna)"},
		{"user(\"anna\")", "user(anna)"},
		{"group(finance admins)", "group(finance admins)"},
		{"group(\"Finance, Amsterdam\")", "group(\"Finance, Amsterdam\")"},
		{"group(\"the \"\"new\"\" ones\")", "group(\"the \"\"new\"\" ones\")"},
		{"group(\"a)b(c\")", "group(\"a)b(c\")"},
		{"group(\" padded \")", "group(\" padded \")"},
		{"group(\"\"\"\")", "group(\"\"\"\")"},
		{"group(Företagsledning)", "group(Företagsledning)"},
		{"group(back\\slash)", "group(back\\slash)"},
		{"lookup(budget_holder)", "lookup(budget_holder)"},
		{"manager(user(anna))", "manager(user(anna))"},
		{"manager( user(anna) , 2 )", "manager(user(anna), 2)"},
		{"manager(user(anna), 1)", "manager(user(anna))"},
		{"manager(manager(approver, 3), 20)", "manager(manager(approver, 3), 20)"},
		{"manager(approver)", "manager(approver)"},
		{"approver", "approver"},
		{"mail(anna.bos@example.nl)", "mail(anna.bos@example.nl)"},
		{"manager(manager(manager(manager(manager(manager(manager(user(a))))))))",
	         "manager(manager(manager(manager(manager(manager(manager(user(a))))))))"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		g_autoptr(Selector) selector = selector_parse(cases[i].text, &error);
		g_assert_no_error(error);
		g_autofree char *text = selector_format(selector);
		g_assert_cmpstr(text, ==, cases[i].canonical);
	}
}

static void test_parts(void)
{
	g_autoptr(Selector) selector = selector_parse("manager(lookup(budget holder), 2)", NULL);
	g_assert_cmpint(selector->type, ==, SELECTOR_MANAGER);
	g_assert_cmpint(selector->levels, ==, 2);
	g_assert_null(selector->argument);
	g_assert_cmpint(selector->inner->type, ==, SELECTOR_LOOKUP);
	g_assert_cmpstr(selector->inner->argument, ==, "budget holder");
	g_assert_null(selector->inner->inner);
}

static void test_refuses(void)
{
	static const struct {
		const char *text, *message;
	} cases[] = {
		{"", "character 1: expected user, group"},
		{"anna", "character 1: expected user, group"},
		{"User(anna)", "character 1: expected user, as it seems"},
		{"groep(finance)", "character 1: expected group, as it seems"},
		{"user", "character 5: expected an opening parenthesis"},
		{"user anna", "character 6: expected an opening parenthesis"},
		{"user()", "character 6: expected a name"},
		{"user(  )", "character 8: expected a name"},
		{"user(\"\")", "character 6: expected a name"},
		{"user(anna", "character 10: expected a closing parenthesis"},
		{"user(\"anna)", "character 12: expected a closing double quote"},
		{"user(anna, bob)", "character 10: expected a closing parenthesis"},
		{"user(an\"na)", "character 8: expected a closing parenthesis"},
		{"user(anna))", "character 11: expected nothing more"},
		{"user(anna) group(x)", "character 12: expected nothing more"},
		{"group(é) x", "character 10: expected nothing more"},
		{"approver()", "character 9: expected nothing more"},
		{"manager()", "character 9: expected user"},
		{"manager(anna)", "character 9: expected user"},
		{"manager(user(anna), 0)", "character 21: expected how many levels"},
		{"manager(user(anna), 21)", "character 21: expected how many levels"},
		{"manager(user(anna), 99999999999999999999)", "character 21: expected how many levels"},
		{"manager(user(anna), -1)", "character 21: expected how many levels"},
		{"manager(user(anna), x)", "character 21: expected how many levels"},
		{"manager(user(anna), 1, 2)", "character 22: expected a closing"},
		{"manager(mail(a@example.nl))", "character 9: expected someone whom the directory knows"},
		{"mail(anna)", "character 6: expected a mail address"},
		{"mail(a@example.nl b@example.nl)", "character 6: expected a mail address"},
		{"manager(manager(manager(manager(manager(manager(manager(manager(user(a)))))))))",
	         "expected at most 8 selectors"},
		{"user(an\tna)", "expected one line"},
		{"user(anna)\n", "expected one line"},
		{"user(\xff)", "expected one line"},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GError) error = NULL;
		gsize at = G_MAXSIZE;
		g_assert_null(selector_parse_at(cases[i].text, &at, &error));
		g_assert_error(error, AKKOORD_ERROR, ERROR_INVALID);
		g_assert_cmpuint(at, <=, strlen(cases[i].text));
		g_autofree char *place = g_strdup_printf("character %ld: ", g_utf8_strlen(cases[i].text, (gssize)at) + 1);
		g_assert_true(g_str_has_prefix(error->message, place) || (at == 0 && g_str_has_prefix(error->message, "expected one line")));
		if (!g_str_has_prefix(error->message, cases[i].message) && !strstr(error->message, cases[i].message))
			g_error("%s: %s", cases[i].text, error->message);
	}
	g_autofree char *long_name = g_strnfill(2000, 'a');
	g_autofree char *long_text = g_strdup_printf("user(%s)", long_name);
	g_assert_null(selector_parse(long_text, NULL));
}

static void test_names_approver(void)
{
	static const struct {
		const char *text;
		gboolean names;
	} cases[] = {
		{"approver", TRUE},        {"manager(approver)", TRUE}, {"manager(manager(approver), 2)", TRUE},
		{"user(approver)", FALSE}, {"group(approver)", FALSE},  {"manager(user(approver))", FALSE},
	};
	for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(Selector) selector = selector_parse(cases[i].text, NULL);
		g_assert_cmpint(selector_names_approver(selector), ==, cases[i].names);
	}
}

/* A selector out of numbers: every type, any depth, names of every character that means something. */
static Selector *random_selector(GRand *rand, guint depth)
{
	static const char letters[] = "ab,\"() '\\@._-";
	Selector *selector = g_new0(Selector, 1);
	const gboolean nests = depth < 7 && g_rand_int_range(rand, 0, 2) == 0;
	if (nests) {
		selector->type = SELECTOR_MANAGER;
		selector->levels = g_rand_int_range(rand, 1, 21);
		selector->inner = random_selector(rand, depth + 1);
		return selector;
	}
	static const SelectorType leaves[] = {SELECTOR_USER, SELECTOR_GROUP, SELECTOR_LOOKUP, SELECTOR_APPROVER};
	selector->type = leaves[g_rand_int_range(rand, 0, 4)];
	if (selector->type == SELECTOR_APPROVER)
		return selector;
	const int length = g_rand_int_range(rand, 1, 9);
	selector->argument = g_new0(char, (gsize)length + 1);
	for (int i = 0; i < length; i++)
		selector->argument[i] = letters[g_rand_int_range(rand, 0, (gint32)strlen(letters))];
	return selector;
}

static void assert_same(const Selector *a, const Selector *b)
{
	g_assert_cmpint(a->type, ==, b->type);
	g_assert_cmpstr(a->argument, ==, b->argument);
	g_assert_cmpint(a->levels, ==, b->levels);
	g_assert_cmpint(!a->inner, ==, !b->inner);
	if (a->inner)
		assert_same(a->inner, b->inner);
}

static void test_round_trip(void)
{
	g_autoptr(GRand) rand = g_rand_new_with_seed(20261124);
	for (guint i = 0; i < 20000; i++) {
		g_autoptr(Selector) selector = random_selector(rand, 1);
		g_autofree char *text = selector_format(selector);
		g_autoptr(GError) error = NULL;
		g_autoptr(Selector) again = selector_parse(text, &error);
		g_assert_no_error(error);
		assert_same(selector, again);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/selector/reads", test_reads);
	g_test_add_func("/selector/parts", test_parts);
	g_test_add_func("/selector/refuses", test_refuses);
	g_test_add_func("/selector/names-approver", test_names_approver);
	g_test_add_func("/selector/round-trip", test_round_trip);
	return g_test_run();
}
